"""The read side: what the pages show, put together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from dispatch import exports, progress, records, runs, schedules, watch, wire
from dispatch.access import Act
from dispatch.errors import NotFound
from dispatch.records import territories
from dispatch.report import figures
from dispatch.report.facts import Facts
from dispatch.report.language import ENGLISH, Language
from dispatch.store.tables import Alert, Job, Run, RunKind, RunState, Schedule, ScheduleState, Technician, Territory

MOST = 12
"""Drafts, and runs, of a day that are shown."""

MOST_ALERTS = 50


@dataclass(frozen=True, slots=True)
class DayView:
    """A day of a territory.

    Attributes
    ----------
    shown : the schedule that is looked at: the one that was asked for, in force, or the newest draft; None: there is none
    in_force : the schedule in force, if there is one
    schedules : those in force, then the drafts, the newest first
    runs : those of the day that are queued or running
    alerts : what somebody should look at, with the name of the job it is about
    visits : how many visits of the day are how far
    """

    territory: Territory
    date: date
    zone: ZoneInfo
    shown: Schedule | None
    in_force: Schedule | None
    schedules: Sequence[Schedule]
    runs: Sequence[Run]
    alerts: Sequence[tuple[Alert, str]]
    visits: Mapping[str, int]


def territories_seen(act: Act) -> Sequence[Territory]:
    """The territories that the caller may see, by id; at most 500."""
    return territories.listed(act, wire.PageQuery(limit=500)).items


def day_view(act: Act, name: str, day: date | None = None, schedule: str | None = None) -> DayView:
    """A local day of a territory; None: today.

    Raises
    ------
    NotFound : there is no such territory, or no such schedule in it
    """
    where = act.territory(name)
    zone = ZoneInfo(where.timezone)
    day = day or act.now.astimezone(zone).date()
    horizon = runs.horizon_of(where, wire.RunRequest(date=day))
    in_force = schedules.in_force(act, name, horizon)
    listed = ([in_force] if in_force else []) + _drafts(act, name, horizon)
    asked = _asked(act, name, schedule)
    shown = asked or next(iter(listed), None)
    visits = Counter(visit.state for visit in progress.visits(act, name, day).items)
    return DayView(where, day, zone, shown, in_force, listed, _at_work(act, name, horizon), _alerts(act, name), visits)


def facts_of(act: Act, row: Schedule, language: Language = ENGLISH) -> Facts:
    """The facts of a schedule: what timeline, map and tables show. Names are read now: schedules keep none."""
    plan = schedules.plan_in(row)
    return figures.of(_named(act, row.territory_id, schedules.day_in(row)), plan, language)


def names_of(act: Act, territory: str, named: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    """What people call records, by kind and id; those without a name are left out."""
    wanted = defaultdict[str, set[str]](set)
    for kind, name in named:
        wanted[kind].add(name)
    return {
        (kind, name): called
        for kind, names in wanted.items()
        if kind in _NAMED
        for name, row in records.rows_of(act, records.KINDS[_NAMED[kind]], territory, names).items()
        if (called := _called(row)) is not None
    }


_NAMED: Mapping[str, str] = {name: name for name in records.KINDS if name != "territories"} | {"events": "jobs"}
"""What is named as which kind of records: what was reported by its job."""


def _called(row: Any) -> str | None:
    """What people call a record: its name; of a shift or an absence whose it is."""
    return getattr(row, "name", None) or getattr(row, "body", {}).get("name") or getattr(row, "technician_id", None)


def day_of(act: Act, row: Schedule | Run) -> date:
    """The local day on which a schedule, or what a run plans, begins."""
    zone = ZoneInfo(act.session.get_one(Territory, row.territory_id).timezone)
    return row.horizon_start.astimezone(zone).date()


def _named(act: Act, territory: str, day: wire.Day) -> wire.Day:
    """A day with what people call its technicians and jobs."""
    query = select(Technician.id, Technician.name).where(Technician.territory_id == territory, Technician.name.is_not(None))
    names = {name: {"name": called} for name, called in act.session.execute(query)}
    labels = exports.labels_of(act, territory, [job.id for job in day.jobs])
    told = {name: {field: text for field, text in asdict(label).items() if text} for name, label in labels.items()}
    return day.model_copy(
        update={
            "technicians": tuple(each.model_copy(update=names.get(each.id, {})) for each in day.technicians),
            "jobs": tuple(each.model_copy(update=told.get(each.id, {})) for each in day.jobs),
        }
    )


def _asked(act: Act, territory: str, name: str | None) -> Schedule | None:
    if name is None:
        return None
    row = schedules.find(act, name)
    if row.territory_id != territory:
        raise NotFound("schedule", name)
    return row


def _drafts(act: Act, territory: str, horizon: wire.Horizon) -> list[Schedule]:
    """The drafts that overlap a horizon, the newest first; what-ifs are none."""
    query = select(Schedule).outerjoin(Run, Run.id == Schedule.run_id)
    drafts = query.where(
        Schedule.territory_id == territory,
        Schedule.state == ScheduleState.DRAFT,
        Schedule.horizon_end > horizon.start,
        Schedule.horizon_start < horizon.end,
        or_(Run.id.is_(None), Run.kind != RunKind.SCENARIO),
    )
    return list(act.session.scalars(drafts.order_by(Schedule.created_at.desc(), Schedule.id).limit(MOST)))


def _at_work(act: Act, territory: str, horizon: wire.Horizon) -> list[Run]:
    waiting = select(Run).where(
        Run.territory_id == territory,
        Run.state.in_((RunState.QUEUED, RunState.RUNNING)),
        Run.kind != RunKind.SCENARIO,
        Run.horizon_end > horizon.start,
        Run.horizon_start < horizon.end,
    )
    return list(act.session.scalars(waiting.order_by(Run.queued_at.desc(), Run.id).limit(MOST)))


def _alerts(act: Act, territory: str) -> list[tuple[Alert, str]]:
    alerts = watch.listed(act, territory, wire.AlertQuery(limit=MOST_ALERTS)).items
    subjects = [alert.subject for alert in alerts]
    query = select(Job.id, Job.body).where(Job.territory_id == territory, Job.id.in_(subjects))
    names = {job: body.get("name", "") for job, body in act.session.execute(query)}
    return [(alert, names.get(alert.subject, "")) for alert in alerts]
