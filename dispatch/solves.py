"""What a run is solved from, and what it ends in: between the queue, the records and the schedules."""

from dataclasses import dataclass, replace
from typing import Any

from dispatch import day as days
from dispatch import policies, promises, records, scenarios, schedules, wire
from dispatch.access import Act
from dispatch.errors import Finding, InputError
from dispatch.settings import Settings
from dispatch.store.tables import Run
from dispatch.wire.solving import Task

SECONDS, MOST_SECONDS = 30.0, 900.0
"""Of a search for which nobody has said a time; of one that has to make so many iterations."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a run is solved from.

    Attributes
    ----------
    task : what the child is handed
    snapshot : the records it was made of
    warnings : what was left out, and who does not work
    """

    task: Task
    snapshot: records.Snapshot
    warnings: tuple[Finding, ...]


def prepare(act: Act, run: Run, settings: Settings) -> Basis:
    """Read what a run plans, as it stands now.

    Raises
    ------
    InputError : a job cannot be planned as it is kept and the run was not told to skip such jobs, or there are too many
    """
    ask = wire.RunRequest.model_validate(run.ask)
    snapshot, in_force = scenarios.ground(act, run) or _as_kept(act, run, ask)
    if snapshot.left_out and ask.on_invalid == "reject":
        raise InputError(snapshot.left_out)
    start = scenarios.start_of(act, run, snapshot.day) or _start(act, ask, snapshot, in_force)
    optional: dict[str, Any] = {"iterations": ask.iterations, "start": start}
    task = Task(
        day=_within(snapshot.day, ask),
        seconds=ask.seconds or (SECONDS if ask.iterations is None else MOST_SECONDS),
        seed=ask.seed,
        threads=settings.threads,
        skip_invalid=ask.on_invalid == "skip",
        validate_only=ask.validate_only,
        **{name: value for name, value in optional.items() if value is not None},
    )
    return Basis(task, snapshot, (*snapshot.left_out, *snapshot.warnings))


def _within(day: wire.Day, ask: wire.RunRequest) -> wire.Day:
    """The day, to be changed no more than a run may."""
    wanted = {name: getattr(ask, name) for name in ("scope", "freeze_min", "max_moves", "max_told_moves")}
    given = {name: value for name, value in wanted.items() if value is not None}
    return day.model_copy(update={"options": day.options.model_copy(update=given)}) if given else day


def _as_kept(act: Act, run: Run, ask: wire.RunRequest) -> scenarios.Ground:
    """What a run of live records plans, and the plan in force, carried to the day as it stands now.

    Unless it is to begin with nothing, the day says what customers were told, and who serves them and when in that plan.
    """
    horizon = wire.Horizon(start=run.horizon_start, end=run.horizon_end)
    snapshot = records.snapshot(act, run.territory_id, horizon, policy=policies.of_run(act, run, ask.overrides))
    if ask.schedule is not None:
        snapshot = _pinned_as_in(act, ask.schedule, snapshot)
    plan = schedules.plan_in_force(act, run.territory_id, horizon)
    in_force = None if plan is None else schedules.adapted(plan, snapshot.day)
    if in_force is not None and (ask.start == "in_force" or ask.scope):
        day = days.in_force(promises.told(act, run.territory_id, snapshot.day), in_force)
        snapshot = replace(snapshot, day=day)
    return scenarios.Ground(snapshot, in_force)


def _pinned_as_in(act: Act, name: str, snapshot: records.Snapshot) -> records.Snapshot:
    """The records as they stand now, with what a dispatcher has pinned in a schedule."""
    pins = schedules.pins_carried(schedules.day_in(schedules.find(act, name)), snapshot.day)
    return replace(snapshot, day=days.with_pins(snapshot.day, pins))


def _start(act: Act, ask: wire.RunRequest, snapshot: records.Snapshot, in_force: wire.PlanFile | None) -> wire.PlanFile | None:
    """The plan that the search begins with: that of a schedule; the one in force, unless the day says it itself; or none."""
    if ask.schedule is not None:
        return schedules.adapted(schedules.plan_in(schedules.find(act, ask.schedule)), snapshot.day)
    said = any(job.current is not None for job in snapshot.day.jobs)
    return in_force if ask.start == "in_force" and not said else None


def keep(act: Act, run: Run, basis: Basis, plan: wire.PlanFile) -> str:
    """Keep a plan as a draft; the id of its schedule."""
    draft = schedules.draft(act, run, basis.snapshot, plan)
    scenarios.settle(act, run, draft)
    return draft.id
