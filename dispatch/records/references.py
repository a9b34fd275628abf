"""Which records a record refers to, and who refers to it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from dispatch.access import Act
from dispatch.errors import Code, Finding, pointer
from dispatch.records.kinds import ABSENCES, ASSETS, CUSTOMERS, JOBS, METERS, SHIFTS, SITES, TECHNICIANS, UPKEEPS, Kind, raw_of
from dispatch.records.lookup import names_in_use, rows_of
from dispatch.store.tables import Absence, Job, JobState, Shift
from dispatch.wire.findings import nearest
from dispatch.wire.whereabouts import Path

Reference = tuple[Path, Kind, str]
"""Where a record refers to another one: the path of the field, and the kind and id of the other."""

_FIELDS: Mapping[str, Kind] = {
    "site": SITES,
    "customer": CUSTOMERS,
    "asset": ASSETS,
    "meter": METERS,
    "technician": TECHNICIANS,
    "shift": SHIFTS,
    "required": TECHNICIANS,
    "excluded": TECHNICIANS,
    "preferred": TECHNICIANS,
}
"""What the fields that hold ids refer to."""

_WORDS = frozenset({"skills", "parts", "wishes"})
"""Fields whose keys are words, and may be called as a field is."""

_MOST_TOLD = 20


def references_of(raw: Any, path: Path = ()) -> Iterator[Reference]:
    """Every reference in a record, in the order of its fields."""
    if isinstance(raw, Mapping):
        for name, value in raw.items():
            if name in _WORDS:
                continue
            kind, here = _FIELDS.get(name), (*path, name)
            if kind is not None and isinstance(value, str):
                yield here, kind, value
            elif kind is not None and isinstance(value, list | tuple):
                yield from (((*here, row), kind, each) for row, each in enumerate(value))
            else:
                yield from references_of(value, here)
    elif isinstance(raw, list | tuple):
        for row, each in enumerate(raw):
            yield from references_of(each, (*path, row))


def dangling(act: Act, territory: str, references: Iterable[Reference]) -> Iterator[Finding]:
    """References to records that are not there, or not used any more."""
    wanted = defaultdict[str, list[Reference]](list)
    for reference in references:
        wanted[reference[1].name].append(reference)
    for group in wanted.values():
        kind = group[0][1]
        rows = rows_of(act, kind, territory, (name for _, _, name in group))
        known = frozenset(rows) if all(name in rows for _, _, name in group) else names_in_use(act, kind, territory)
        for path, _, name in group:
            if name not in rows:
                message = f"is the id of none of the {kind.name}{nearest(name, known)}"
                yield Finding(pointer(*path), Code.UNKNOWN_REFERENCE, message, name)
            elif rows[name].retired_at is not None:
                yield Finding(pointer(*path), Code.RETIRED, f"is a {kind.one} that is not used any more", name)


def users_of(act: Act, territory: str, kind: Kind, name: str) -> list[dict[str, str]]:
    """The records that refer to a record and still matter, 20 of them; a job that is not open and a shift that is over do not."""
    found = []
    for other in (SITES, ASSETS, METERS, TECHNICIANS, SHIFTS, ABSENCES, JOBS, UPKEEPS):
        for row in act.session.scalars(_mattering(act, territory, other)):
            if any(to is kind and to_name == name for _, to, to_name in references_of(raw_of(other, row))):
                found.append({"kind": other.name, "id": row.id})
                if len(found) == _MOST_TOLD:
                    return found
    return found


def _mattering(act: Act, territory: str, kind: Kind) -> Any:
    table: Any = kind.table
    query = select(table).where(table.territory_id == territory, table.retired_at.is_(None))
    if table is Job:
        query = query.where(Job.state == JobState.OPEN)
    if table in {Shift, Absence}:
        query = query.where(table.end > act.now)
    return query.order_by(table.id)
