"""What a run plans because a what-if asked for it."""

from typing import NamedTuple

from sqlalchemy import or_, select

from dispatch import records, schedules, wire
from dispatch.access import Act
from dispatch.store.tables import Run, RunKind, Scenario, ScenarioState, Schedule, ScheduleState


class Ground(NamedTuple):
    """A day as a what-if has it, and the plan in force when its base was planned, carried to that day."""

    snapshot: records.Snapshot
    in_force: wire.PlanFile | None


def ground(act: Act, run: Run) -> Ground | None:
    """What the run of a what-if, or of its base, plans; None if it is no such run."""
    if run.kind is not RunKind.SCENARIO:
        return None
    row = act.session.scalars(select(Scenario).where(or_(Scenario.run_id == run.id, Scenario.base_run_id == run.id))).one()
    day = wire.read_day((row.changed if row.run_id == run.id else row.day).encode())
    start = act.session.get(Schedule, row.start_id) if row.start_id else None
    in_force = None if start is None else schedules.adapted(schedules.plan_in(start), day)
    return Ground(records.Snapshot(day, row.basis, ()), in_force)


def start_of(act: Act, run: Run, day: wire.Day) -> wire.PlanFile | None:
    """The plan that a run begins with because it makes a what-if real; None if it does not."""
    row = act.session.scalars(select(Scenario).where(Scenario.adopted_run_id == run.id)).one_or_none()
    kept = act.session.get_one(Run, row.run_id).schedule_id if row else None
    return None if kept is None else schedules.adapted(schedules.plan_in(act.session.get_one(Schedule, kept)), day)


def settle(act: Act, run: Run, draft: Schedule) -> None:
    """Throw the draft of a run away if its what-if was thrown away meanwhile."""
    if run.kind is RunKind.SCENARIO:
        query = select(Scenario.state).where(or_(Scenario.run_id == run.id, Scenario.base_run_id == run.id))
        if act.session.scalar(query) is ScenarioState.DISCARDED:
            draft.state = ScheduleState.DISCARDED
