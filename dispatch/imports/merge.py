"""From tables to a day: all of them or nothing, and every finding said in lines and columns."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.errors import Code, Finding, InputError
from dispatch.imports.cells import Local
from dispatch.imports.columns import JOBS, TECHNICIANS, Column
from dispatch.imports.table import Row, Source, Table, read_table
from dispatch.wire.clock import instant_of
from dispatch.wire.fields import NO_ZONE, zones
from dispatch.wire.model import Day
from dispatch.wire.reading import day_of

_POINTER = re.compile(r"/(jobs|technicians)/(\d+)((?:/[^\s,;]+)?)")


def imported(
    *,
    zone: str,
    day: date,
    jobs: Source | None = None,
    technicians: Source | None = None,
    into: Day | None = None,
    currency: str = "EUR",
) -> Day:
    """A day file of what tables say: all of it, or nothing.

    Parameters
    ----------
    zone, day : what times without a date or an offset mean
    jobs, technicians : CSV files, or sheets of a workbook
    into : the day they are added to; a record replaces the one with its id. Left out: a new day, from midnight to midnight
    currency : of a new day

    Raises
    ------
    InputError : everything that is wrong, by file, line and column
    """
    local = local_of(zone, day)
    tables = read_tables({JOBS.section: jobs, TECHNICIANS.section: technicians}, local)
    raw = new_day(local, currency) if into is None else into.model_dump(mode="json", exclude_unset=True)
    for table in tables:
        kept = [record for record in raw.get(table.layout.section, []) if record["id"] not in _ids(table)]
        raw[table.layout.section] = kept + [_dated(row, local) for row in table.rows]
    return _checked(raw, tables)


def day_of_tables(raw: dict[str, Any], tables: Sequence[Table], local: Local) -> Day:
    """The day of tables alone, in a frame that holds what they refer to.

    Parameters
    ----------
    raw : zone, horizon, currency, and what the tables refer to

    Raises
    ------
    InputError : everything that is wrong, by table, line and column
    """
    own = {table.layout.section: [_dated(row, local) for row in table.rows] for table in tables}
    framed = dict(raw)
    for section, records in own.items():
        ids = {record.get("id") for record in records}
        framed[section] = [record for record in raw.get(section, []) if record["id"] not in ids] + records
    day = _checked(framed, tables)
    only = {name: getattr(day, name)[-len(own[name]) :] if own.get(name) else () for name in ("jobs", "technicians")}
    return day.model_copy(update={"sites": (), **only})


def local_of(zone: str, day: date) -> Local:
    """What times without a zone or a day mean. Raises `InputError` if there is no such zone."""
    if zone not in zones():
        raise InputError([Finding("timezone", Code.TIMEZONE_UNKNOWN, NO_ZONE, zone)])
    return Local(ZoneInfo(zone), day)


def read_tables(files: Mapping[str, Source | None], local: Local) -> list[Table]:
    """The tables that are given, by their section. Raises `InputError` with what is wrong with them as a whole."""
    tables: list[Table] = []
    findings: list[Finding] = []
    for layout in (JOBS, TECHNICIANS):
        data = files.get(layout.section)
        if data is not None:
            try:
                tables.append(read_table(data, layout, local))
            except InputError as error:
                findings.extend(error.findings)
    if findings:
        raise InputError(findings)
    return tables


def new_day(local: Local, currency: str) -> dict[str, Any]:
    """A day without jobs, from midnight to midnight by the clocks of the zone."""
    midnights = (instant_of(datetime.combine(local.day + timedelta(days=n), time()), local.zone) for n in (0, 1))
    start, end = (midnight.astimezone(local.zone).isoformat() for midnight in midnights)
    return {"timezone": local.zone.key, "currency": currency, "horizon": {"start": start, "end": end}}


def _ids(table: Table) -> set[object]:
    return {row.record.get("id") for row in table.rows}


def _dated(row: Row, local: Local) -> dict[str, Any]:
    """The record, its shift on the day of the table unless it says otherwise."""
    shifts = [{"date": local.day.isoformat(), **shift} for shift in row.record.get("shifts", ())]
    return {**row.record, "shifts": shifts} if shifts else dict(row.record)


# ---------------------------------------------------------------- findings


def _checked(raw: dict[str, Any], tables: Sequence[Table]) -> Day:
    """The day, if it is one and every cell could be read."""
    findings = [finding for table in tables for finding in table.findings]
    try:
        day = day_of(raw)
    except InputError as error:
        findings.extend(_in_lines(error.findings, raw, tables))
    if findings:
        raise InputError(findings)
    return day


def _in_lines(findings: Sequence[Finding], raw: dict[str, Any], tables: Sequence[Table]) -> Iterator[Finding]:
    """Findings about the day as findings about the tables; those of cells that could not be read were met before."""
    first = {table.layout.section: len(raw[table.layout.section]) - len(table.rows) for table in tables}
    by_section = {table.layout.section: table for table in tables}

    def place(found: re.Match[str]) -> str:
        table, index = by_section.get(found[1]), int(found[2]) - first.get(found[1], 0)
        if table is None or index < 0:
            return found[0]
        return table.place(table.rows[index].line, _column(table, found[3]))

    unread = {table.place(row.line, column) for table in tables for row in table.rows for column in row.unread}
    for finding in findings:
        where = _POINTER.sub(place, finding.pointer)
        if where not in unread:
            yield replace(finding, pointer=where, message=_POINTER.sub(place, finding.message))


def _column(table: Table, field: str) -> Column | None:
    """The column that fills a field, or the nearest one to it: first of all among those the table has."""
    steps = tuple(int(step) if step.isdigit() else step for step in field.split("/")[1:])

    def nearness(column: Column) -> tuple[int, bool]:
        shared = sum(1 for n in range(len(steps)) if column.path[: n + 1] == steps[: n + 1])
        return shared, column.name in table.headers

    column = max(table.layout.columns, key=nearness)
    return column if steps and nearness(column)[0] else None
