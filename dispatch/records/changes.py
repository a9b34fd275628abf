"""Records one by one: list, look, add, change, retire. Nothing of it knows which kind it is about."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select

from dispatch.access import Act
from dispatch.errors import Code, Conflict, InputError, NotFound, VersionMismatch
from dispatch.paging import Rows, page
from dispatch.records.checks import findings_of, first_each
from dispatch.records.kinds import JOBS, Kind, Row, assign, differences, new_row, raw_of, told, values_of
from dispatch.records.lookup import held
from dispatch.records.references import users_of
from dispatch.store.tables import Job, JobState, Site, Territory, Visit, VisitState
from dispatch.wire.fields import Record
from dispatch.wire.paging import PageQuery
from dispatch.wire.reading import read_record

_UNDER_WAY = (VisitState.EN_ROUTE, VisitState.ARRIVED, VisitState.STARTED)
_AHEAD = (VisitState.PLANNED, VisitState.ACCEPTED)


def listed(act: Act, kind: Kind, territory: str, asked: PageQuery) -> Rows[Any]:
    """A page of the records of a kind that are in use, by id.

    Parameters
    ----------
    asked : which of them, as the kind's query says it

    Raises
    ------
    NotFound : there is no such territory, or none the caller may see
    InputError : the cursor is none of this list
    """
    act.territory(territory)
    table: Any = kind.table
    query = select(table).where(table.territory_id == territory, table.retired_at.is_(None))
    for name in sorted(asked.model_fields_set - PageQuery.model_fields.keys()):
        query = query.where(_is_asked_for(kind, name, getattr(asked, name)))
    return page(act, query, [table.id], asked.limit, asked.cursor)


def _is_asked_for(kind: Kind, name: str, value: Any) -> ColumnElement[bool]:
    table: Any = kind.table
    if name == "after":
        condition = table.end > value
    elif name == "before":
        condition = table.start < value
    else:
        condition = getattr(table, kind.columns.get(name, name)) == value
    return cast(ColumnElement[bool], condition)


def find(act: Act, kind: Kind, territory: str, name: str) -> Any:
    """The row of a record, also if it is retired. Raises `NotFound`."""
    act.territory(territory)
    table: Any = kind.table
    row = act.session.get(table, (territory, name))
    if row is None:
        raise NotFound(kind.one, name)
    return row


def create(act: Act, kind: Kind, territory: str, record: Record) -> Any:
    """Keep a new record.

    Raises
    ------
    NotFound : there is no such territory, or none the caller may see
    Conflict : `duplicate_id`: there is one with this id, perhaps retired
    InputError : it does not make sense beside the others
    """
    where = held(act, territory)
    table: Any = kind.table
    raw = record.model_dump(mode="json", exclude_unset=True)
    name = str(raw["id"])
    if act.session.get(table, (territory, name)) is not None:
        raise Conflict(Code.DUPLICATE_ID, f"there is a {kind.one} with this id already")
    _require_sound(act, where, kind, raw, None)
    row = new_row(kind, territory, name, values_of(kind, record), act.now)
    act.session.add(row)
    act.session.flush()
    act.note("create", kind.one, name, territory=territory)
    return row


def change(act: Act, kind: Kind, territory: str, name: str, version: int, given: Mapping[str, Any]) -> Any:
    """Change fields of a record: what is given replaces what was there, null takes it away, the rest stays.

    Parameters
    ----------
    version : the version that is changed
    given : field -> value, as JSON says it

    Raises
    ------
    NotFound : there is none
    Conflict : `retired`: it is not used any more
    VersionMismatch : somebody has changed it meanwhile
    InputError : it would not make sense any more
    """
    where = held(act, territory)
    row = find(act, kind, territory, name)
    _require_current(kind, row, version)
    before = raw_of(kind, row)
    raw = {field: value for field, value in {**before, **given}.items() if value is not None}
    record = read_record(kind.new, raw)
    _require_sound(act, where, kind, raw, before)
    changes = differences(row, values_of(kind, record, row))
    if changes:
        act.note("change", kind.one, name, territory=territory, changes=told(row, changes))
        assign(row, changes, act.now)
        act.session.flush()
    return row


def retire(act: Act, kind: Kind, territory: str, name: str, version: int) -> None:
    """Let a record not be used any more; what was done with it stays.

    Raises
    ------
    NotFound : there is none
    VersionMismatch : somebody has changed it meanwhile
    Conflict : `retired`: it is not used already; `in_use`: others refer to it, or a visit for it is ahead
    """
    held(act, territory)
    row = find(act, kind, territory, name)
    _require_current(kind, row, version)
    users = users_of(act, territory, kind, name)
    if isinstance(row, Job):
        users += _visit_ahead(act, row)
    if users:
        raise Conflict(Code.IN_USE, f"{kind.one} {name} is in use: {users[0]['kind']} {users[0]['id']}", {"used_by": users})
    row.retired_at, row.updated_at = act.now, act.now
    act.note("retire", kind.one, name, territory=territory)


def cancel(act: Act, territory: str, name: str, version: int) -> Job:
    """Let a job not be done; a visit that is ahead is withdrawn.

    Raises
    ------
    NotFound : there is no such job
    VersionMismatch : somebody has changed it meanwhile
    Conflict : `retired`; `not_open`: it is done or cancelled; `under_way`: a technician is on it
    """
    held(act, territory)
    row: Job = find(act, JOBS, territory, name)
    _require_current(JOBS, row, version)
    if row.state is not JobState.OPEN:
        raise Conflict(Code.NOT_OPEN, f"job {name} is {row.state}", {"state": row.state.value})
    visit = act.session.get(Visit, (territory, name))
    if visit is not None and visit.state in _UNDER_WAY:
        raise Conflict(Code.UNDER_WAY, f"the technician is {visit.state.value} for job {name}", {"state": visit.state.value})
    if visit is not None and visit.state in _AHEAD:
        visit.state, visit.updated_at = VisitState.WITHDRAWN, act.now
        act.note("withdraw", "visit", name, territory=territory)
    row.state, row.updated_at = JobState.CANCELLED, act.now
    act.note("cancel", "job", name, territory=territory, changes={"state": ["open", "cancelled"]})
    act.session.flush()
    return row


def shown(act: Act, kind: Kind, row: Any) -> Record:
    """A record as it is answered: instants in the zone of its territory."""
    territory = row if isinstance(row, Territory) else act.session.get_one(Territory, row.territory_id)
    zone = ZoneInfo(territory.timezone)
    raw = raw_of(kind, row) | {"version": row.version, "updated_at": row.updated_at}
    if row.retired_at is not None:
        raw["retired_at"] = row.retired_at
    if isinstance(row, Job):
        raw["state"] = row.state.value
    if isinstance(row, Site):
        raw["located"] = row.located.value
        raw |= {} if row.lat is None else {"location": {"lat": row.lat, "lon": row.lon}}
    return kind.kept.model_validate({name: _in_zone(value, zone) for name, value in raw.items()})


def _in_zone(value: Any, zone: ZoneInfo) -> Any:
    return value.astimezone(zone) if isinstance(value, datetime) else value


# ---------------------------------------------------------------- what stands in the way


def _require_current(kind: Kind, row: Row, version: int) -> None:
    if row.retired_at is not None:
        raise Conflict(Code.RETIRED, f"{kind.one} {row.id} is not used any more")
    if row.version != version:
        raise VersionMismatch(kind.one, row.id, row.version)


def _require_sound(act: Act, territory: Territory, kind: Kind, raw: dict[str, Any], before: dict[str, Any] | None) -> None:
    findings = first_each(findings_of(act, territory, kind, raw, before))
    if findings:
        raise InputError(findings)


def _visit_ahead(act: Act, job: Job) -> list[dict[str, str]]:
    visit = act.session.get(Visit, (job.territory_id, job.id))
    is_ahead = visit is not None and visit.state in {*_UNDER_WAY, *_AHEAD}
    return [{"kind": "visits", "id": job.id}] if is_ahead else []
