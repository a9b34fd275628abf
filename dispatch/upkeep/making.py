"""The jobs of upkeeps, made ahead of time: each once, by whichever clock comes first."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from dispatch import paging
from dispatch.access import Act, program
from dispatch.errors import Conflict, InputError
from dispatch.paging import Rows
from dispatch.records import KINDS, create, find
from dispatch.records.kinds import raw_of
from dispatch.records.lookup import held
from dispatch.store import Store
from dispatch.store.tables import (
    Alert,
    AlertKind,
    Asset,
    Job,
    JobState,
    Site,
    Territory,
    Upkeep,
    UpkeepJob,
    Visit,
    VisitState,
)
from dispatch.upkeep.counter import Counter
from dispatch.upkeep.dues import FIRST_DAY, LAST_DAY, Due, History, dues, end_of, opening
from dispatch.upkeep.readings import counters
from dispatch.wire.clock import instant_of
from dispatch.wire.paging import PageQuery
from dispatch.wire.reading import read_record
from dispatch.wire.records import NewJob
from dispatch.wire.upkeep import NewUpkeep
from dispatch.wire.upkeep import UpkeepJob as UpkeepJobRecord

_DAY = timedelta(days=1)

WHILE = 366
"""Days after it is due, or was made if that is later, on which it may still be done."""

EARLY_PERCENT = 20
"""What a job is worth on the first day on which it may be done, in percent of when it is due, if its upkeep does not say."""

_NOT_OF_JOBS = frozenset({"id", "asset", "site", "counts", "interval", "first_due", "use", "early_days", "ahead_days"})
"""Fields of an upkeep that say when, and of what."""


@dataclass(frozen=True, slots=True)
class Made:
    """A job of an upkeep, and what became of it."""

    row: UpkeepJob
    state: JobState
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Kept:
    """An upkeep with what was made of it so far, in order, and what its meter counts."""

    row: Upkeep
    record: NewUpkeep
    made: tuple[Made, ...]
    counter: Counter | None

    @property
    def history(self) -> History:
        """What became of it so far."""
        done = max((each.done_at for each in self.made if each.done_at is not None), default=None)
        if not self.made:
            return History(done=done)
        newest = self.made[-1]
        return History(newest.row.due, newest.row.count, done, newest.state is not JobState.OPEN and newest.done_at is None)


def make_due(store: Store, now: datetime) -> list[tuple[str, str]]:
    """Make the jobs of all territories that are to be made by now; returns the territory and id of each.

    As often and by as many processes as one likes: a row that only one of them can write decides. Each territory has a transaction
    of its own.
    """
    with store.reading() as session:
        wanting = select(Upkeep.territory_id).join(Territory, Territory.id == Upkeep.territory_id)
        names = session.scalars(wanting.where(Upkeep.retired_at.is_(None), Territory.retired_at.is_(None)).distinct())
        territories = sorted(names)
    return [(name, job) for name in territories for job in _make_due_in(store, name, now)]


def _make_due_in(store: Store, territory: str, now: datetime) -> list[str]:
    try:
        with store.writing() as session:
            return make(Act(session, program("clock"), now), territory)
    except Conflict:
        return []  # somebody else was faster by less than the transaction


def make(act: Act, territory: str) -> list[str]:
    """Make the jobs of a territory's upkeeps that are to be made by now; returns their ids.

    One that cannot be made as things stand (its site is not used any more, its kind is gone) is said by an alert, until it can.

    Raises
    ------
    NotFound : there is no such territory, or none the caller may see
    """
    zone = ZoneInfo(held(act, territory).timezone)
    jobs: list[str] = []
    refused: dict[str, str] = {}
    for kept in kept_in(act, territory):
        try:
            jobs += [_job(act, kept, number, due, zone) for number, due in _to_make(kept, act.now, zone)]
        except InputError as refusal:
            refused[kept.row.id] = f"its job cannot be made: {refusal}"[:4_000]
    _tell(act, territory, refused)
    act.session.flush()
    return jobs


def _to_make(kept: Kept, now: datetime, zone: ZoneInfo) -> Iterator[tuple[int, Due]]:
    """What is to be made by now, numbered. Nothing while one is overdue, or, if it floats, while one is open."""
    today = now.astimezone(zone).date()
    record = kept.record
    floats = record.counts == "floating"
    if any(each.state is JobState.OPEN and (floats or each.row.due < today) for each in kept.made):
        return
    number = kept.made[-1].row.number + 1 if kept.made else 0
    for due in dues(record, kept.history, kept.counter, now, zone):
        if opening(record, due) - record.ahead_days * _DAY > today:
            return
        yield number, due
        number += 1
        if floats or due.day < today:
            return


def _job(act: Act, kept: Kept, number: int, due: Due, zone: ZoneInfo) -> str:
    """Make a job; its id."""
    territory, upkeep = kept.row.territory_id, kept.row.id
    name = _name(act, territory, upkeep, number)
    create(act, KINDS["jobs"], territory, read_record(NewJob, {"id": name, **_raw_job(act, kept, due, zone)}))
    fields = {"number": number, "job_id": name, "due": due.day, "count": due.count}
    act.session.add(UpkeepJob(territory_id=territory, upkeep_id=upkeep, **fields))
    return name


def _raw_job(act: Act, kept: Kept, due: Due, zone: ZoneInfo) -> dict[str, Any]:
    """What the job of an upkeep says, as it would be handed in."""
    opens = instant_of(datetime.combine(max(opening(kept.record, due), FIRST_DAY), time()), zone).astimezone(zone)
    until = min(max(due.day, act.now.astimezone(zone).date()) + WHILE * _DAY, LAST_DAY - _DAY)
    is_due, last = (end_of(day, zone).astimezone(zone) for day in (due.day, until))
    site = kept.row.site_id or act.session.get_one(Asset, (kept.row.territory_id, kept.row.asset_id)).site_id
    customer = act.session.get_one(Site, (kept.row.territory_id, site)).customer_id
    said = {name: value for name, value in raw_of(KINDS["upkeeps"], kept.row).items() if name not in _NOT_OF_JOBS}
    when = {"release": opens, "due": is_due, "windows": [{"start": opens, "end": last}]}
    who = {name: value for name, value in {"asset": kept.row.asset_id, "customer": customer}.items() if value is not None}
    return {"kind": kept.record.kind, "early_percent": EARLY_PERCENT} | said | when | who | {"site": site}


def _name(act: Act, territory: str, upkeep: str, number: int) -> str:
    """An id for a job that no job has."""
    head = upkeep if len(upkeep) <= 48 else f"{upkeep[:35]}-{hashlib.sha256(upkeep.encode()).hexdigest()[:12]}"
    names = (f"{head}-{number + 1}{'' if n == 0 else f'-{n}'}" for n in range(1_000))
    return next(name for name in names if act.session.get(Job, (territory, name)) is None)


def _tell(act: Act, territory: str, refused: dict[str, str]) -> None:
    """Bring the alerts about upkeeps up to date."""
    there = (Alert.territory_id == territory, Alert.kind == AlertKind.UPKEEP_REFUSED, Alert.over_at.is_(None))
    known = {alert.subject: alert for alert in act.session.scalars(select(Alert).where(*there))}
    for name in known.keys() - refused.keys():
        known[name].over_at = act.now
    for name in sorted(refused.keys() - known.keys()):
        kind = AlertKind.UPKEEP_REFUSED
        act.session.add(Alert(territory_id=territory, kind=kind, subject=name, since=act.now, message=refused[name]))


# ---------------------------------------------------------------- what was made


def kept_in(act: Act, territory: str, only: str | None = None) -> list[Kept]:
    """The upkeeps of a territory that are in use, by id, with what was made of them."""
    query = select(Upkeep).where(Upkeep.territory_id == territory, Upkeep.retired_at.is_(None))
    rows = list(act.session.scalars(query.order_by(Upkeep.id) if only is None else query.where(Upkeep.id == only)))
    records = {row.id: NewUpkeep.model_validate(raw_of(KINDS["upkeeps"], row)) for row in rows}
    counted = counters(act, territory, (record.use.meter for record in records.values() if record.use))
    made: dict[str, list[Made]] = {}
    for each in _made(act, _made_in(territory)):
        made.setdefault(each.row.upkeep_id, []).append(each)
    meters = {name: record.use.meter for name, record in records.items() if record.use}
    return [Kept(row, records[row.id], tuple(made.get(row.id, ())), counted.get(meters.get(row.id, ""))) for row in rows]


def jobs_of(act: Act, territory: str, upkeep: str, asked: PageQuery) -> Rows[UpkeepJobRecord]:
    """A page of the jobs that an upkeep has made, the newest first. Raises `NotFound`, `InputError`."""
    row: Upkeep = find(act, KINDS["upkeeps"], territory, upkeep)
    zone = ZoneInfo(act.territory(territory).timezone)
    query = select(UpkeepJob).where(UpkeepJob.territory_id == territory, UpkeepJob.upkeep_id == row.id)
    found = paging.page(act, query, [UpkeepJob.number], asked.limit, asked.cursor, newest_first=True)
    known = {each.row.number: each for each in _made(act, _made_in(territory).where(UpkeepJob.upkeep_id == row.id))}
    return Rows(tuple(shown_job(known[each.number], zone) for each in found.items), found.next)


def shown_job(made: Made, zone: ZoneInfo) -> UpkeepJobRecord:
    """A job of an upkeep as it is answered."""
    done: dict[str, Any] = {} if made.done_at is None else {"done_at": made.done_at.astimezone(zone).replace(microsecond=0)}
    count: dict[str, Any] = {} if made.row.count is None else {"count": made.row.count}
    row, state = made.row, made.state.value
    names: dict[str, Any] = {"upkeep": row.upkeep_id, "number": row.number, "job": row.job_id, "due": row.due, "state": state}
    return UpkeepJobRecord(**names, **count, **done)


def _made_in(territory: str) -> Select[UpkeepJob, Job, datetime | None]:
    """The jobs that upkeeps have made, and when their visits were completed."""
    same = (Job.territory_id == UpkeepJob.territory_id) & (Job.id == UpkeepJob.job_id)
    visited = (Visit.territory_id == Job.territory_id) & (Visit.job_id == Job.id) & (Visit.state == VisitState.COMPLETED)
    query = select(UpkeepJob, Job, Visit.ended_at).join(Job, same).outerjoin(Visit, visited)
    return query.where(UpkeepJob.territory_id == territory).order_by(UpkeepJob.upkeep_id, UpkeepJob.number)


def _made(act: Act, query: Select[UpkeepJob, Job, datetime | None]) -> Iterator[Made]:
    for row, job, ended_at in act.session.execute(query):
        state = JobState.CANCELLED if job.state is JobState.OPEN and job.retired_at is not None else job.state
        yield Made(row, state, ended_at if state is JobState.DONE else None)
