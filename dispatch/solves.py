"""What a run is solved from, and what it ends in: between the queue, the records and the schedules."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from dispatch import day as days
from dispatch import records, schedules, wire
from dispatch.access import Act
from dispatch.errors import Finding, InputError
from dispatch.scopes import scoped
from dispatch.settings import Settings
from dispatch.store.tables import Policy, Run
from dispatch.wire.solving import Task

SECONDS, MOST_SECONDS = 30.0, 900.0
"""Of a search for which nobody has said a time; of one that has to make so many iterations."""

R = TypeVar("R", bound=wire.Record)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a run is solved from.

    Attributes
    ----------
    task : what the child is handed
    snapshot : the records it was made of
    warnings : what was left out
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
    horizon = wire.Horizon(start=run.horizon_start, end=run.horizon_end)
    snapshot = records.snapshot(act, run.territory_id, horizon, policy=_policy(act, run, ask.overrides))
    if snapshot.left_out and ask.on_invalid == "reject":
        raise InputError(snapshot.left_out)
    if ask.schedule is not None:
        snapshot = _pinned_as_in(act, ask.schedule, snapshot)
    in_force = _in_force(act, run, horizon, snapshot)
    day = scoped(snapshot.day, in_force, ask.scope.technicians) if ask.scope else snapshot.day
    start = in_force if ask.start == "in_force" else None
    if ask.schedule is not None:
        start = schedules.adapted(schedules.plan_in(schedules.find(act, ask.schedule)), snapshot.day)
    optional: dict[str, Any] = {"iterations": ask.iterations, "start": start}
    task = Task(
        day=day,
        seconds=ask.seconds or (SECONDS if ask.iterations is None else MOST_SECONDS),
        seed=ask.seed,
        threads=settings.threads,
        skip_invalid=ask.on_invalid == "skip",
        validate_only=ask.validate_only,
        **{name: value for name, value in optional.items() if value is not None},
    )
    return Basis(task, snapshot, snapshot.left_out)


def _in_force(act: Act, run: Run, horizon: wire.Horizon, snapshot: records.Snapshot) -> wire.PlanFile | None:
    """The plan in force, carried to the day as it stands now."""
    row = schedules.in_force(act, run.territory_id, horizon)
    return None if row is None else schedules.adapted(schedules.plan_in(row), snapshot.day)


def _pinned_as_in(act: Act, name: str, snapshot: records.Snapshot) -> records.Snapshot:
    """The records as they stand now, with what a dispatcher has pinned in a schedule."""
    pins = schedules.pins_carried(schedules.day_in(schedules.find(act, name)), snapshot.day)
    return replace(snapshot, day=days.with_pins(snapshot.day, pins))


def _policy(act: Act, run: Run, overrides: wire.Policy | None) -> wire.Policy:
    row = act.session.get(Policy, (run.territory_id, run.policy_name, run.policy_number)) if run.policy_name else None
    policy = wire.Policy.model_validate(row.body) if row else wire.Policy()
    return policy if overrides is None else laid_over(policy, overrides)


def laid_over(below: R, above: R) -> R:
    """A record with the fields that another one gives; records and prices within it likewise."""
    return below.model_copy(update={name: _merged(getattr(below, name), getattr(above, name)) for name in above.model_fields_set})


def _merged(below: Any, above: Any) -> Any:
    if isinstance(below, wire.Record) and isinstance(above, wire.Record):
        return laid_over(below, above)
    return {**below, **above} if isinstance(below, Mapping) and isinstance(above, Mapping) else above


def keep(act: Act, run: Run, basis: Basis, plan: wire.PlanFile) -> str:
    """Keep a plan as a draft; the id of its schedule."""
    return schedules.draft(act, run, basis.snapshot, plan).id
