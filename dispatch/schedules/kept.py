"""Schedules as rows: found, locked, shown."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Select, select

from dispatch import paging, wire
from dispatch.access import Act
from dispatch.day.units import micro, money
from dispatch.errors import Code, Conflict, NotFound, VersionMismatch
from dispatch.schedules.spans import beginnings, holds, left, length, shared
from dispatch.store.tables import Run, RunKind, Schedule, ScheduleState, Territory
from dispatch.wire.answer import PlanFile, PlanRoute
from dispatch.wire.model import Horizon
from dispatch.wire.places import Point
from dispatch.wire.schedules import Broken, Quality, Replaced, ScheduleHead, ScheduleQuery


def find(act: Act, name: str) -> Schedule:
    """A schedule of a territory that the caller may see. Raises `NotFound`."""
    row = act.session.get(Schedule, name)
    if row is None or not act.caller.sees(row.territory_id):
        raise NotFound("schedule", name)
    return row


def held(act: Act, name: str, version: int) -> Schedule:
    """A schedule that is about to be changed: nobody else can change it, or publish in its territory, until the transaction ends.

    Raises
    ------
    NotFound : there is no such schedule
    VersionMismatch : somebody has changed it since the version that the caller saw
    """
    lock(act, find(act, name).territory_id)
    row = act.session.get_one(Schedule, name, with_for_update=True, populate_existing=True)
    if row.version != version:
        raise VersionMismatch("schedule", name, row.version)
    return row


def lock(act: Act, territory: str) -> Territory:
    """A territory whose schedules only this transaction changes until it ends. Raises `NotFound`."""
    act.territory(territory)
    return act.session.get_one(Territory, territory, with_for_update={"key_share": True}, populate_existing=True)


def require(row: Schedule, state: ScheduleState, code: Code, message: str) -> None:
    """Raise `Conflict` unless a schedule is in a state."""
    if row.state is not state:
        raise Conflict(code, f"{message}: the schedule is {row.state}", {"state": str(row.state)})


def overlapping(act: Act, territory: str, start: datetime, end: datetime) -> list[Schedule]:
    """The schedules in force in some part of a horizon, by their start."""
    query = select(Schedule).where(
        Schedule.territory_id == territory,
        Schedule.state == ScheduleState.PUBLISHED,
        Schedule.horizon_start < end,
        Schedule.horizon_end > start,
    )
    rows = act.session.scalars(query.order_by(Schedule.horizon_start).execution_options(populate_existing=True))
    return [row for row in rows if shared(left(row), (start, end))]


def in_force(act: Act, territory: str, horizon: Horizon) -> Schedule | None:
    """The schedule in force in a horizon; of several the one that covers most of it."""
    span = (horizon.start, horizon.end)
    return max(overlapping(act, territory, *span), key=lambda row: length(shared(left(row), span)), default=None)


def plan_in_force(act: Act, territory: str, horizon: Horizon) -> PlanFile | None:
    """What is in force in a horizon as one plan: the routes of every schedule where it is in force; None: nothing is."""
    most = in_force(act, territory, horizon)
    if most is None:
        return None
    routes = [route for row in overlapping(act, territory, horizon.start, horizon.end) for route in _routes_in_force(row)]
    return plan_in(most).model_copy(update={"routes": tuple(routes)})


def _routes_in_force(row: Schedule) -> Iterator[PlanRoute]:
    if not row.replaced:
        yield from plan_in(row).routes
        return
    begin, spans = beginnings(day_in(row)), left(row)
    yield from (route for route in plan_in(row).routes if holds(spans, begin[route.technician, route.shift]))


def write(row: Schedule, plan: PlanFile, violations: Iterable[Broken]) -> None:
    """Put a plan into a schedule, with the figures that follow from it."""
    row.plan = wire.write_line(plan).decode()
    row.violations = [each.model_dump(mode="json", exclude_unset=True) for each in violations]
    row.cost = micro(plan.cost.total)
    row.unassigned = len(plan.unassigned)
    row.quality = quality(plan).model_dump(mode="json", exclude_none=True)


def quality(plan: PlanFile) -> Quality:
    """How good a plan is."""
    totals = [route.totals for route in plan.routes]
    service = sum(each.setup_s + each.service_s for each in totals)
    duration = sum(each.duration_s for each in totals)
    return Quality(
        served=sum(visit.job is not None for route in plan.routes for visit in route.visits),
        unassigned=len(plan.unassigned),
        mandatory_left_out=plan.cost.mandatory_left_out,
        shifts=len(plan.routes),
        travel_s=sum(each.travel_s for each in totals),
        distance_m=sum(each.distance_m for each in totals),
        wait_s=sum(each.wait_s for each in totals),
        service_s=service,
        overtime_s=sum(each.overtime_s for each in totals),
        service_share=round(service / duration, 4) if duration else 0,
        **({} if plan.proof is None or plan.proof.gap_percent is None else {"gap_percent": plan.proof.gap_percent}),
    )


def listed(act: Act, territory: str, query: ScheduleQuery) -> paging.Rows[Schedule]:
    """The schedules of a territory, the newest first. Raises `NotFound`."""
    found: Select[Schedule] = select(Schedule).where(Schedule.territory_id == act.territory(territory).id)
    if not query.scenarios:
        of_scenarios = select(Run.id).where(Run.id == Schedule.run_id, Run.kind == RunKind.SCENARIO)
        found = found.where(~of_scenarios.exists())
    if query.state is not None:
        found = found.where(Schedule.state == ScheduleState(query.state))
    if query.start is not None:
        found = found.where(Schedule.horizon_end > query.start)
    if query.end is not None:
        found = found.where(Schedule.horizon_start < query.end)
    return paging.page(act, found, [Schedule.created_at, Schedule.id], query.limit, query.cursor, newest_first=True)


def head(act: Act, row: Schedule) -> ScheduleHead:
    """A schedule without its plan."""
    return ScheduleHead.model_validate(_head(act, row))


def shown(act: Act, row: Schedule) -> wire.Schedule:
    """A schedule with its plan."""
    return wire.Schedule.model_validate(_head(act, row) | {"plan": plan_in(row)})


def plan_in(row: Schedule) -> PlanFile:
    """The plan of a schedule."""
    return wire.read_plan(row.plan.encode())


def _head(act: Act, row: Schedule) -> dict[str, object]:
    found = {
        "id": row.id,
        "territory": row.territory_id,
        "run": row.run_id,
        "state": str(row.state),
        "horizon": Horizon(start=row.horizon_start, end=row.horizon_end),
        "created_at": _second(row.created_at),
        "published_at": _second(row.published_at),
        "published_by": row.published_by,
        "based_on": row.based_on,
        "supersedes": row.supersedes,
        "replaced": [Replaced.model_validate(each) for each in row.replaced],
        "steps": row.step,
        "currency": act.session.get_one(Territory, row.territory_id).currency,
        "cost": money(row.cost),
        "unassigned": row.unassigned,
        "violations": [Broken.model_validate(each) for each in row.violations],
        "quality": Quality.model_validate(row.quality),
        "version": row.version,
    }
    return {name: value for name, value in found.items() if value is not None}


def _second(instant: datetime | None) -> datetime | None:
    """The answers know whole seconds."""
    return instant.replace(microsecond=0) if instant else None


def day_in(row: Schedule) -> wire.Day:
    """The day of a schedule, with what is pinned in it."""
    return wire.read_day(row.day.encode())


def jobs_in(plan: PlanFile) -> set[str]:
    """Every job that a plan is about, served or not."""
    served = {visit.job for route in plan.routes for visit in route.visits if visit.job is not None}
    return served | {left.job for left in plan.unassigned}


def points_in(day: wire.Day) -> dict[str, Point]:
    """Where the jobs of a day are."""
    sites = {site.id: site.location for site in day.sites}
    points = {job.id: job.location or sites.get(job.site or "") for job in day.jobs}
    return {job: point for job, point in points.items() if point is not None}
