"""Files into the database: day files, CSV tables and workbooks, all through the same door."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from dispatch import imports, wire
from dispatch.access import Act
from dispatch.errors import Code, Finding, InputError
from dispatch.records.kinds import SITES, TECHNICIANS, Kind
from dispatch.records.loading import load_day
from dispatch.records.lookup import held, rows_of
from dispatch.records.references import references_of
from dispatch.store.tables import Territory
from dispatch.wire.fields import MOST_SITES, MOST_TECHNICIANS
from dispatch.wire.keeping import LoadReport

_SOMEWHERE = {"lat": 1, "lon": 1}
"""The place of what is only there to be referred to."""

_MOST = {TECHNICIANS: MOST_TECHNICIANS, SITES: MOST_SITES}


@dataclass(frozen=True, slots=True)
class Tables:
    """Tables that are loaded together.

    Attributes
    ----------
    sources : a CSV file or a sheet for each section, `jobs` and `technicians`
    day : the local day of times without a date; None: today
    warnings : what is not taken in
    """

    sources: Mapping[str, imports.Source]
    day: date | None = None
    warnings: tuple[Finding, ...] = ()


File = wire.Day | Tables


def read_file(data: bytes, *, table: str | None = None, day: date | None = None) -> File:
    """What a file holds: a day file, a workbook, or a CSV table, told apart by how they begin.

    Parameters
    ----------
    table : what a CSV table is of, `jobs` or `technicians`
    day : the local day of times without a date

    Raises
    ------
    InputError : it is none of these, or not said which table it is
    """
    if imports.is_workbook(data):
        book = imports.read_workbook(data, table)
        return Tables(book.grids, day, book.warnings)
    if table is not None:
        return Tables({table: data}, day)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        return wire.read_day(data)
    raise InputError([Finding("?table", Code.REQUIRED, "is missing: a CSV table is one of jobs or technicians")])


def load(act: Act, territory: str, file: File, *, dry_run: bool) -> LoadReport:
    """Take a file into a territory: all of it, or nothing. Loading it again changes nothing.

    Parameters
    ----------
    dry_run : only say what would be done

    Raises
    ------
    NotFound : there is no such territory, or none the caller may see
    InputError : everything that is wrong with it, or does not fit the territory
    """
    if isinstance(file, wire.Day):
        return load_day(act, territory, file, dry_run=dry_run)
    where = held(act, territory)
    local = imports.local_of(where.timezone, file.day or act.now.astimezone(ZoneInfo(where.timezone)).date())
    tables = imports.read_tables(file.sources, local)
    day = imports.day_of_tables(_frame(act, where, tables, local.day), tables, local)
    report = load_day(act, territory, day, dry_run=dry_run)
    return report.model_copy(update={"warnings": (*file.warnings, *report.warnings)})


def _frame(act: Act, territory: Territory, tables: list[imports.Table], day: date) -> dict[str, Any]:
    """A day without anything but what the tables refer to."""
    frame = imports.new_day(imports.local_of(territory.timezone, day), territory.currency)
    return frame | {
        "kinds": territory.kinds,
        "sites": [{"id": name, "location": _SOMEWHERE} for name in _known(act, territory.id, SITES, tables)],
        "technicians": [{"id": name, "home": _SOMEWHERE} for name in _known(act, territory.id, TECHNICIANS, tables)],
    }


def _known(act: Act, territory: str, kind: Kind, tables: list[imports.Table]) -> list[str]:
    """The ids that tables refer to and that are there; if one is not, also others, which it could have meant."""
    wanted = set(_named(kind, tables))
    found = {name for name, row in rows_of(act, kind, territory, wanted).items() if row.retired_at is None}
    if found < wanted:
        table: Any = kind.table
        query = select(table.id).where(table.territory_id == territory, table.retired_at.is_(None)).order_by(table.id)
        found |= set(act.session.scalars(query.limit(_MOST[kind] - len(found))))
    return sorted(found)


def _named(kind: Kind, tables: list[imports.Table]) -> Iterator[str]:
    for table in tables:
        for row in table.rows:
            yield from (name for _, to, name in references_of(row.record) if to is kind and isinstance(name, str))
