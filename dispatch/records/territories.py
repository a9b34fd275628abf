"""Territories: the records that all others belong to. Administrators make them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from dispatch.access import Act
from dispatch.errors import Code, Conflict, InputError, VersionMismatch
from dispatch.paging import Rows, page
from dispatch.records.checks import findings_of, first_each
from dispatch.records.kinds import TERRITORIES, assign, differences, new_row, raw_of, told, values_of
from dispatch.records.lookup import held
from dispatch.store.tables import Job, JobState, Territory
from dispatch.wire.paging import PageQuery
from dispatch.wire.reading import read_record
from dispatch.wire.records import NewTerritory


def listed(act: Act, asked: PageQuery) -> Rows[Territory]:
    """A page of the territories that the caller may see, by id. Raises `InputError` if the cursor is none of this list."""
    query = select(Territory).where(Territory.retired_at.is_(None))
    if act.caller.territories is not None:
        query = query.where(Territory.id.in_(sorted(act.caller.territories)))
    return page(act, query, [Territory.id], asked.limit, asked.cursor)


def create(act: Act, record: NewTerritory) -> Territory:
    """Make a territory.

    Raises
    ------
    Conflict : `duplicate_id`: there is one with this id, perhaps retired
    InputError : it does not make sense
    """
    if act.session.get(Territory, record.id) is not None:
        raise Conflict(Code.DUPLICATE_ID, "there is a territory with this id already")
    values = values_of(TERRITORIES, record)
    row = new_row(TERRITORIES, record.id, record.id, values, act.now)
    assert isinstance(row, Territory)
    _require_sound(act, row, record.model_dump(mode="json", exclude_unset=True))
    act.session.add(row)
    act.session.flush()
    act.note("create", "territory", row.id, territory=row.id)
    return row


def change(act: Act, name: str, version: int, given: Mapping[str, Any]) -> Territory:
    """Change fields of a territory: what is given replaces what was there, null takes it away, the rest stays.

    Raises
    ------
    NotFound : there is none
    VersionMismatch : somebody has changed it meanwhile
    InputError : it would not make sense any more
    """
    row = _current(act, name, version)
    raw = {field: value for field, value in {**raw_of(TERRITORIES, row), **given}.items() if value is not None}
    record = read_record(NewTerritory, raw)
    _require_sound(act, row, raw)
    changes = differences(row, values_of(TERRITORIES, record, row))
    if changes:
        act.note("change", "territory", name, territory=name, changes=told(row, changes))
        assign(row, changes, act.now)
        act.session.flush()
    return row


def retire(act: Act, name: str, version: int) -> None:
    """Let a territory not be used any more; nobody sees it then.

    Raises
    ------
    NotFound : there is none
    VersionMismatch : somebody has changed it meanwhile
    Conflict : `in_use`: it has open jobs
    """
    row = _current(act, name, version)
    open_jobs = select(Job.id).where(Job.territory_id == name, Job.state == JobState.OPEN, Job.retired_at.is_(None))
    users = [{"kind": "jobs", "id": job} for job in act.session.scalars(open_jobs.order_by(Job.id).limit(20))]
    if users:
        raise Conflict(Code.IN_USE, f"territory {name} has open jobs: {users[0]['id']}", {"used_by": users})
    row.retired_at, row.updated_at = act.now, act.now
    act.note("retire", "territory", name, territory=name)


def _current(act: Act, name: str, version: int) -> Territory:
    row = held(act, name)
    if row.version != version:
        raise VersionMismatch("territory", name, row.version)
    return row


def _require_sound(act: Act, row: Territory, raw: dict[str, Any]) -> None:
    findings = first_each(findings_of(act, row, TERRITORIES, raw, None))
    if findings:
        raise InputError(findings)
