"""Drafts: where a run ends; looked at, changed job by job, changed back, thrown away."""

from datetime import datetime

from sqlalchemy import delete

import solver
from dispatch import day as days
from dispatch import promises, wire
from dispatch.access import Act
from dispatch.errors import Code, Conflict, Finding, InputError
from dispatch.records import Snapshot
from dispatch.schedules import moves
from dispatch.schedules.desk import Desk
from dispatch.schedules.differing import changes, places_on
from dispatch.schedules.kept import find, held, overlapping, require, write
from dispatch.schedules.moves import Moved
from dispatch.store.tables import Run, Schedule, ScheduleState, ScheduleStep
from dispatch.wire.answer import PlanFile
from dispatch.wire.schedules import Move, MoveAnswer, PinRequest
from dispatch.wire.work import Pin


def draft(act: Act, run: Run, snapshot: Snapshot, plan: PlanFile) -> Schedule:
    """The draft that a run ends in. What is in force since the run began, it does not know: publishing it will say so.

    Jobs that the run was told to skip are not in its plan, and not in its day.
    """
    known = {*(left.job for left in plan.unassigned), *(visit.job for route in plan.routes for visit in route.visits)}
    day = snapshot.day.model_copy(update={"jobs": tuple(job for job in snapshot.day.jobs if job.id in known)})
    start, end = snapshot.day.horizon.start, snapshot.day.horizon.end
    row = Schedule(
        territory_id=run.territory_id,
        run_id=run.id,
        state=ScheduleState.DRAFT,
        horizon_start=start,
        horizon_end=end,
        created_at=act.now,
        published_at=None,
        published_by=None,
        day=wire.write_line(day).decode(),
        basis=snapshot.basis,
        based_on=_in_force_at(act, run.territory_id, (start, end), run.started_at or act.now),
        updated_at=act.now,
    )
    write(row, plan, ())
    act.session.add(row)
    act.session.flush()
    act.note("drafted", "schedule", row.id, territory=row.territory_id, changes={"run": [None, run.id]})
    return row


def evaluate(act: Act, desk: Desk, name: str, move: Move) -> MoveAnswer:
    """What a move in a draft would do; nothing is changed.

    Raises
    ------
    NotFound : there is no such schedule
    Conflict : it is no draft
    InputError : the move names what is not planned, or contradicts itself
    """
    row = find(act, name)
    _require_draft(row)
    return _answer(act, row, moves.moved(desk.standing(row.day, row.plan), move))


def make(act: Act, desk: Desk, name: str, move: Move, version: int) -> MoveAnswer:
    """Make a move in a draft.

    Raises
    ------
    NotFound, VersionMismatch, InputError : as `evaluate`, and `held`
    Conflict : it is no draft; or the move breaks rules that were kept before, and is not forced
    """
    row = held(act, name, version)
    _require_draft(row)
    found = moves.moved(desk.standing(row.day, row.plan), move)
    if not (found.legal or move.force):
        broken = [each.model_dump(mode="json", exclude_unset=True) for each in found.broken if each.new]
        message = "the move breaks rules: make another one, or force it"
        raise Conflict(Code.MOVE_BREAKS_RULES, message, {"violations": broken})
    return _made(act, desk, row, found, {"move": move.model_dump(mode="json", exclude_unset=True), "legal": found.legal})


def pin(act: Act, desk: Desk, name: str, ask: PinRequest, version: int) -> MoveAnswer:
    """Pin a job of a draft to what it has now, or unpin it if nothing is to be pinned; the times of its route may change with that.

    Raises
    ------
    NotFound, VersionMismatch, Conflict, InputError : as `make`; a job that is not in the plan has nothing it could be pinned to
    """
    row = held(act, name, version)
    _require_draft(row)
    was = desk.standing(row.day, row.plan)
    found = moves.pinned(was, ask.job, _pin_of(was.planning, was.plan, ask))
    return _made(act, desk, row, found, {"pin": ask.model_dump(mode="json", exclude_unset=True)})


def undo(act: Act, name: str, version: int) -> Schedule:
    """Take back the last change of a draft: day and plan are again what they were, byte for byte.

    Raises
    ------
    NotFound, VersionMismatch : as `held`
    Conflict : it is no draft, or nothing has been changed since the run
    """
    row = held(act, name, version)
    _require_draft(row)
    step = act.session.get(ScheduleStep, (row.id, row.step))
    if step is None:
        raise Conflict(Code.NOTHING_TO_UNDO, "nothing has been changed since the run")
    write(row, wire.read_plan(step.plan.encode()), ())
    row.day, row.plan, row.violations = step.day or row.day, step.plan, step.violations
    row.step -= 1
    row.updated_at = act.now
    act.session.delete(step)
    act.session.flush()
    act.note("undone", "schedule", row.id, territory=row.territory_id, changes={"step": [row.step + 1, row.step]})
    return row


def discard(act: Act, name: str, version: int) -> Schedule:
    """Throw a draft away. Raises `NotFound`, `VersionMismatch`, and `Conflict` if it is no draft."""
    row = held(act, name, version)
    _require_draft(row)
    row.state = ScheduleState.DISCARDED
    row.updated_at = act.now
    forget_steps(act, row)
    act.note("discarded", "schedule", row.id, territory=row.territory_id)
    return row


def forget_steps(act: Act, row: Schedule) -> None:
    """Nothing can be undone any more."""
    act.session.execute(delete(ScheduleStep).where(ScheduleStep.schedule_id == row.id))
    row.step = 0
    act.session.flush()


def _require_draft(row: Schedule) -> None:
    require(row, ScheduleState.DRAFT, Code.NOT_A_DRAFT, "only drafts are changed or published")


def _in_force_at(act: Act, territory: str, horizon: tuple[datetime, datetime], moment: datetime) -> list[str]:
    """The schedules that were in force at a moment: those that are, or what they have superseded since."""
    found = set[str]()
    waiting: list[Schedule] = overlapping(act, territory, *horizon)
    while waiting:
        row = waiting.pop()
        if row.published_at is not None and row.published_at <= moment:
            found.add(row.id)
        else:
            waiting.extend(filter(None, (act.session.get(Schedule, former) for former in row.supersedes)))
    return sorted(found)


# ---------------------------------------------------------------- changes


def _answer(act: Act, row: Schedule, found: Moved) -> MoveAnswer:
    """What a move does, in the words of the wire."""
    before, after = _other_routes(found.before, found.after), _other_routes(found.after, found.before)
    was, then = places_on(before), places_on(after)
    changed = changes(was, then)
    told = promises.of(act, row.territory_id, {each.job for each in changed})
    given = {
        "schedule": row.id,
        "version": row.version,
        "legal": found.legal,
        "before": found.before.cost,
        "after": found.after.cost,
        "violations": found.broken,
        "changes": changed,
        "routes": after,
        "promises": tuple(promises.touched(told, was, then)),
    }
    optional = {"move": found.move, "pin": found.pin}
    return MoveAnswer.model_validate(given | {name: value for name, value in optional.items() if value is not None})


def _other_routes(plan: PlanFile, other: PlanFile) -> tuple[wire.PlanRoute, ...]:
    """The routes of a plan that another one has not."""
    theirs = {(route.technician, route.shift): route for route in other.routes}
    return tuple(route for route in plan.routes if theirs.get((route.technician, route.shift)) != route)


def _made(act: Act, desk: Desk, row: Schedule, found: Moved, what: dict[str, object]) -> MoveAnswer:
    """Write a change down, with what was before; the answer has the new version."""
    answer = _answer(act, row, found)
    day = wire.write_line(found.planning.day).decode()
    row.step += 1
    act.session.add(
        ScheduleStep(
            schedule_id=row.id,
            number=row.step,
            what=what,
            day=row.day if day != row.day else None,
            plan=row.plan,
            violations=row.violations,
            caller=act.caller.id,
            at=act.now,
        )
    )
    if day != row.day:
        row.day = day
        desk.keep(day, found.planning)
    write(row, found.after, found.standing.broken)
    row.updated_at = act.now
    act.session.flush()
    act.note(next(iter(what)), "schedule", row.id, territory=row.territory_id, changes={"what": [None, what]})
    return answer.model_copy(update={"version": row.version})


# ---------------------------------------------------------------- pins


def _pin_of(planning: days.Planning, plan: solver.Plan, ask: PinRequest) -> Pin | None:
    """What a job is to be pinned to."""
    if not (ask.technician or ask.start or ask.order):
        moves.row_of(planning, ask.job)
        return None
    row = moves.row_of(planning, ask.job)
    for route, visit in plan.visits():
        if visit.stop.row == row:
            start = planning.shown(visit.start) if ask.start else None
            if not (ask.technician or ask.order):
                return Pin(start=start)
            order = _rank(planning, route, row) if ask.order else None
            return moves.pin_to(planning, route.shift, start=start, order=order)
    raise InputError([Finding("/job", Code.NOT_PLANNED, "is not in the plan: there is nothing to pin it to", ask.job)])


def _rank(planning: days.Planning, route: solver.Route, row: int) -> int:
    """A rank for a job between those of the ranked jobs before it and after it; its position if there is no room in between."""
    position = route.jobs.index(row)
    pins = [planning.problem.jobs[job].pin for job in route.jobs[:position]]
    before = [each.rank for each in pins if each is not None and each.rank is not None]
    return max([position, *(rank + 1 for rank in before)])
