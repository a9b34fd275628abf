"""Putting schedules in force: all of a schedule or nothing, one at a time in a territory, and nobody booked twice.

A publication holds the territory from its first look to its end. What it finds is what it decides by: the version of the draft, the
schedules in force, the records that have changed since it was planned, the visits of every job it serves.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, or_, select

from dispatch import promises, wire
from dispatch.access import Act
from dispatch.errors import Code, Conflict
from dispatch.schedules import moves
from dispatch.schedules.carrying import without
from dispatch.schedules.desk import Desk
from dispatch.schedules.differing import Places, places
from dispatch.schedules.drafts import forget_steps
from dispatch.schedules.kept import day_in, head, held, overlapping, plan_in, require, write
from dispatch.schedules.spans import Span, beginnings, give_back, holds, horizon_of, left, shared, supersede
from dispatch.schedules.staleness import changed, concerned, gone, plain
from dispatch.store.tables import Run, RunKind, Schedule, ScheduleState, Territory, Visit, VisitState
from dispatch.wire.answer import ReasonCode
from dispatch.wire.schedules import Placed, Publication, Published

UNDER_WAY = frozenset({VisitState.EN_ROUTE, VisitState.ARRIVED, VisitState.STARTED, VisitState.COMPLETED})
"""A visit that the technician has begun stays theirs, whatever is published."""

OPEN = frozenset({VisitState.PLANNED, VisitState.ACCEPTED})

NOT_SERVED = frozenset({VisitState.FAILED, VisitState.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class _Part:
    """A schedule that is to be in force, where it has its jobs, and when their shifts begin."""

    row: Schedule
    placed: Places
    begins: Mapping[str, datetime]
    left_out: tuple[str, ...] = ()


def publish(act: Act, desk: Desk, name: str, how: Publication, version: int) -> Published:
    """Put a draft in force: its visits are written, customers promised, and what was in force is superseded in its horizon.

    Raises
    ------
    NotFound, VersionMismatch : as `kept.held`
    Conflict
        `not_a_draft`, `scenario_only`; `stale_plan`: another schedule was put in force since it was planned; `plan_breaks_rules`,
        unless accepted; `stale_schedule`: records have changed since, unless the rest is to be applied; `booked_elsewhere`,
        `under_way_elsewhere`: a job has a visit that it cannot move
    """
    row = held(act, name, version)
    require(row, ScheduleState.DRAFT, Code.NOT_A_DRAFT, "only drafts are published")
    _require_no_scenario(act, row)
    former = overlapping(act, row.territory_id, row.horizon_start, row.horizon_end)
    _require_known(row, former, how.over)
    part = _prepared(act, desk, row, former, apply_rest=how.apply_rest)
    if row.violations and not how.accept_violations:
        message = "the plan breaks rules: mend it, or accept its violations"
        raise Conflict(Code.PLAN_BREAKS_RULES, message, {"violations": row.violations})
    row.supersedes, row.replaced = [each.id for each in former], []
    published = _put_in_force(act, row, [part], former)
    for each in former:
        supersede(each, row)
        each.updated_at = act.now
    forget_steps(act, row)
    act.note("published", "schedule", row.id, territory=row.territory_id, changes={"supersedes": [None, row.supersedes]})
    return _with_head(act, published, row)


def roll_back(act: Act, desk: Desk, name: str, version: int, *, apply_rest: bool = False) -> Published:
    """Put in force again what a schedule in force has superseded; nothing, if nothing was in force before it.

    Raises
    ------
    NotFound, VersionMismatch : as `kept.held`
    Conflict
        it is not in force, or not in all of its horizon; or what is to come back is stale, or cannot be had, as in `publish`
    """
    row = held(act, name, version)
    require(row, ScheduleState.PUBLISHED, Code.NOT_IN_FORCE, "only what is in force is rolled back")
    if row.replaced:
        message = "others are in force in parts of its horizon: roll those back first"
        raise Conflict(Code.NOT_IN_FORCE, message, {"replaced": row.replaced})
    former = [act.session.get_one(Schedule, each, with_for_update=True) for each in row.supersedes]
    for each in former:
        give_back(each, row)
    parts = [_prepared(act, desk, each, [row], apply_rest=apply_rest) for each in former]
    published = _put_in_force(act, row, parts, [row])
    row.state, row.updated_at = ScheduleState.SUPERSEDED, act.now
    act.note("rolled_back", "schedule", row.id, territory=row.territory_id, changes={"in_force": [row.id, row.supersedes]})
    return _with_head(act, published, row)


def _with_head(act: Act, published: Published, row: Schedule) -> Published:
    """What was done, with the schedule as it is now that all is written."""
    act.session.flush()
    return published.model_copy(update={"schedule": head(act, row)})


# ---------------------------------------------------------------- what stands in the way


def _require_no_scenario(act: Act, row: Schedule) -> None:
    run = act.session.get(Run, row.run_id) if row.run_id else None
    if run is not None and run.kind is RunKind.SCENARIO:
        raise Conflict(Code.SCENARIO_ONLY, "the schedule of a what-if is never published")


def _require_known(row: Schedule, former: Sequence[Schedule], over: Collection[str]) -> None:
    unknown = [each.id for each in former if each.id not in {*row.based_on, *over}]
    if unknown:
        message = "another schedule was put in force since it was planned: compare the two, then name it in `over`, or run again"
        raise Conflict(Code.STALE_PLAN, message, {"in_force": unknown, "based_on": row.based_on})


def _prepared(act: Act, desk: Desk, row: Schedule, former: Sequence[Schedule], *, apply_rest: bool) -> _Part:
    """A schedule ready to be in force instead of others; without what has changed since it was planned, if that is asked for."""
    span = _span(row, former)
    part = _part(row, span)
    visits = _visits(act, row.territory_id, part.placed, former, span)
    others = _in_force_beside(act, row)
    now = {each.id for each in former}
    elsewhere = sorted(job for job in part.placed if _is_elsewhere(visits.get(job), others, now, span))
    begun = sorted(job for job, place in part.placed.items() if _is_begun_by_another(visits.get(job), place))
    changes = changed(act, row)
    touched = concerned(act, row, changes, part.placed) if changes else set[str]()
    if not apply_rest:
        if changes and (touched or span == horizon_of(row)):
            message = "something has changed since it was planned: run again, or apply the rest"
            raise Conflict(Code.STALE_SCHEDULE, message, {"changed": plain(changes)})
        if elsewhere:
            raise Conflict(Code.BOOKED_ELSEWHERE, "a schedule of another horizon serves some of its jobs", {"jobs": elsewhere})
        if begun:
            raise Conflict(Code.UNDER_WAY_ELSEWHERE, "another technician has begun some of its jobs", {"jobs": begun})
        return part
    lost = {*elsewhere, *begun}
    over = gone(changes)
    for job in touched - lost:
        if not _is_as_in_force(visits.get(job), part.placed[job], gone=job in over):
            lost.add(job)
    if not lost:
        return part
    _take_out(desk, row, lost)
    still = {job: place for job, place in places(plan_in(row)).items() if job in part.placed}
    return replace(part, placed=still, left_out=tuple(sorted(lost)))


def _span(row: Schedule, former: Sequence[Schedule]) -> Span:
    """Where a schedule is to be in force: its horizon; of one that comes back what the other one had taken."""
    if row.state is ScheduleState.DRAFT:
        return horizon_of(row)
    (other,) = former
    return max(row.horizon_start, other.horizon_start), min(row.horizon_end, other.horizon_end)


def _part(row: Schedule, span: Span) -> _Part:
    """What a schedule has in a span, as far as it is in force there."""
    begin, spans, placed = beginnings(day_in(row)), shared(left(row), span), places(plan_in(row))
    begins = {job: begin[place.technician, place.shift] for job, place in placed.items()}
    return _Part(row, {job: place for job, place in placed.items() if holds(spans, begins[job])}, begins)


def _take_out(desk: Desk, row: Schedule, jobs: Collection[str]) -> None:
    """Leave jobs out of a schedule; the routes that had them are timed anew."""
    was = moves.standing(desk.planning(row.day), plan_in(row))
    plan = without(was.planning, was.plan, jobs)
    now = moves.standing(was.planning, moves.file_of(was.planning, plan, was, ReasonCode.CHANGED_SINCE))
    write(row, now.file, now.broken)


def _in_force_beside(act: Act, row: Schedule) -> set[str]:
    """The ids of the schedules that are in force, without one."""
    query = select(Schedule.id).where(Schedule.territory_id == row.territory_id, Schedule.state == ScheduleState.PUBLISHED)
    return set(act.session.scalars(query)) - {row.id}


def _is_elsewhere(visit: Visit | None, others: Collection[str], former: Collection[str], span: Span) -> bool:
    """Whether a job is served by a schedule that stays in force there: another one, or one that is superseded only in a span."""
    if visit is None or visit.state in NOT_SERVED or visit.schedule_id not in others:
        return False
    return visit.schedule_id not in former or not holds([span], visit.shift_start)


def _is_begun_by_another(visit: Visit | None, place: Placed) -> bool:
    return visit is not None and visit.state in UNDER_WAY and visit.technician_id != place.technician


def _is_as_in_force(visit: Visit | None, placed: Placed, *, gone: bool) -> bool:
    """Whether a job is planned just where it is visited anyway: begun, or at the same time, and still to be done."""
    if visit is None or visit.technician_id != placed.technician:
        return False
    return visit.state in UNDER_WAY or (not gone and visit.state in OPEN and visit.start == placed.start)


# ---------------------------------------------------------------- what is written


def _visits(act: Act, territory: str, jobs: Collection[str], former: Sequence[Schedule], span: Span) -> dict[str, Visit]:
    """The visits, by job, of some jobs, and of schedules that are superseded in a span; as the database has them now."""
    superseded = and_(
        Visit.schedule_id.in_([each.id for each in former]), Visit.shift_start >= span[0], Visit.shift_start < span[1]
    )
    query = select(Visit).where(Visit.territory_id == territory, or_(superseded, Visit.job_id.in_(list(jobs))))
    rows = act.session.scalars(query.with_for_update().execution_options(populate_existing=True))
    return {row.job_id: row for row in rows}


def _put_in_force(act: Act, row: Schedule, parts: Sequence[_Part], former: Sequence[Schedule]) -> Published:
    """Write the visits and promises of what is in force in the horizon of a schedule from now on, instead of what was."""
    name, span = row.territory_id, horizon_of(row)
    placed = {job: place for part in parts for job, place in part.placed.items()}
    owners = {job: part for part in parts for job in part.placed}
    visits = _visits(act, name, placed, former, span)
    written = sum(_write(act, owners[job], job, visits.get(job)) for job in placed)
    withdrawn = [job for job, visit in visits.items() if job not in placed and _withdraw(act, visit)]
    for part in parts:
        _turn(act, part.row)
    schedules = {job: part.row.id for job, part in owners.items()} | {job: visits[job].schedule_id for job in withdrawn}
    renewed = _promise(act, name, parts, schedules, placed)
    return Published(
        schedule=head(act, row),
        written=written,
        withdrawn=tuple(sorted(withdrawn)),
        left_out=tuple(sorted(job for part in parts for job in part.left_out)),
        told=renewed.told,
        promises=renewed.touched,
    )


def _turn(act: Act, row: Schedule) -> None:
    """Let a schedule be in force; one that is so in a part of its horizon stays published as it was."""
    if row.published_at is None or row.state is not ScheduleState.PUBLISHED or not row.replaced:
        row.published_at, row.published_by = act.now, act.caller.id
    row.state, row.updated_at = ScheduleState.PUBLISHED, act.now


def _promise(
    act: Act, name: str, parts: Sequence[_Part], schedules: Mapping[str, str], placed: Mapping[str, Placed]
) -> promises.Renewed:
    """Renew the promises of jobs that are visited, or were and are not any more."""
    jobs = {job.id: job for part in parts for job in wire.read_day(part.row.day.encode()).jobs}
    minutes = act.session.get_one(Territory, name).promise_min
    return promises.renew(act, schedules, name, minutes, jobs, placed)


def _write(act: Act, part: _Part, job: str, visit: Visit | None) -> bool:
    """Write where a job is visited; whether that is new to the technician. What is under way keeps its technician and its times."""
    place, schedule = part.placed[job], part.row.id
    values = {
        "technician_id": place.technician,
        "position": place.position,
        "shift_start": part.begins[job],
        "arrive": place.arrive,
        "start": place.start,
        "end": place.end,
    }
    if visit is None:
        keys = {"territory_id": part.row.territory_id, "job_id": job, "schedule_id": schedule, "state": VisitState.PLANNED}
        act.session.add(Visit(**keys, **values, started_at=None, ended_at=None, updated_at=act.now))
        return True
    if visit.state in UNDER_WAY:
        visit.schedule_id, visit.position, visit.updated_at = schedule, place.position, act.now
        return False
    same = all(getattr(visit, name) == value for name, value in values.items()) and visit.state not in NOT_SERVED
    moved = visit.technician_id != place.technician or visit.start != place.start
    for name, value in values.items():
        setattr(visit, name, value)
    if visit.state in NOT_SERVED:  # `since` stays: what was reported before it is about the visit that failed
        visit.left_at = visit.arrived_at = visit.started_at = visit.ended_at = None
    if visit.state in NOT_SERVED or (moved and visit.state is VisitState.ACCEPTED):
        visit.state = VisitState.PLANNED
        visit.left_at = visit.arrived_at = visit.started_at = visit.ended_at = None
    visit.schedule_id, visit.updated_at = schedule, act.now
    return not same


def _withdraw(act: Act, visit: Visit) -> bool:
    """Take a visit back, unless it is under way or over; whether it was."""
    if visit.state not in OPEN:
        return False
    visit.state, visit.updated_at = VisitState.WITHDRAWN, act.now
    return True
