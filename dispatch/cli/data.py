"""`dispatch import` and `dispatch schema`: where day files come from, and what may stand in them."""

import argparse
import sys
from datetime import date
from zoneinfo import ZoneInfo

from dispatch import wire
from dispatch.cli import doors, options, screen
from dispatch.errors import Code, Finding, InputError
from dispatch.imports import Source, imported, is_workbook, read_workbook


def add(commands: options.Commands) -> None:
    """Add the commands to the parser."""
    _add_import(commands)
    schema = commands.add_parser(
        "schema", help="the JSON Schema of the day file", description="Print the JSON Schema of the day file."
    )
    schema.set_defaults(run=run_schema)


def _add_import(commands: options.Commands) -> None:
    parser = commands.add_parser(
        "import",
        help="make a day file of tables (CSV, XLSX)",
        description="Take jobs and technicians from tables into a day file: all of them, or none and a list of what is wrong.",
    )
    parser.add_argument("--jobs", metavar="JOBS.csv", help="a table with a row per job")
    parser.add_argument("--technicians", metavar="TECHNICIANS.csv", help="a table with a row per technician")
    parser.add_argument("--into", metavar="DAY.json", help="add to this day; a row replaces the record with its id")
    parser.add_argument("--timezone", metavar="ZONE", help="what times without an offset mean: Asia/Seoul (the zone of --into)")
    parser.add_argument("--date", type=options.day, metavar="YYYY-MM-DD", help="the day of times without a date (that of --into)")
    parser.add_argument("--currency", default="EUR", metavar="CODE", help="of all prices of a new day (EUR)")
    parser.add_argument("--out", metavar="DAY.json", help="write the day file here instead of printing it")
    parser.add_argument("--json", action="store_true", help="list what is wrong as a document")
    parser.set_defaults(run=run_import)


def run_import(arguments: argparse.Namespace) -> int:
    """Make a day file of tables; returns the exit code. Raises `InputError`."""
    doors.require_writable(arguments.out)
    into = doors.read_day(arguments.into) if arguments.into else None
    zone, first = _local(arguments, into)
    tables = {name: _source(file, name) if file else None for name, file in _files(arguments).items()}
    day = imported(zone=zone, day=first, into=into, currency=arguments.currency, **tables)
    deliver(day, arguments.out)
    return options.DONE


def _source(file: str, section: str) -> Source:
    """A table: a CSV file, or the sheet of a workbook."""
    data = doors.read(file)
    if not is_workbook(data):
        return data
    grids = read_workbook(data, section).grids
    if section not in grids:
        raise InputError([Finding(file, Code.COLUMN_MISSING, f"has no sheet called {section}")])
    return grids[section]


def run_schema(arguments: argparse.Namespace) -> int:  # noqa: ARG001
    """Print the JSON Schema of the day file."""
    screen.show_json(wire.day_schema())
    return options.DONE


def deliver(day: wire.Day, out: str | None) -> None:
    """Write a day file, or print it."""
    data = wire.write(day)
    if out:
        doors.write(out, data)
        screen.note(f"{out}: {len(day.jobs):,} jobs, {len(day.technicians):,} technicians")
    else:
        sys.stdout.write(data.decode())


def _files(arguments: argparse.Namespace) -> dict[str, str | None]:
    files: dict[str, str | None] = {"jobs": arguments.jobs, "technicians": arguments.technicians}
    if not any(files.values()):
        raise InputError([Finding("--jobs, --technicians", Code.REQUIRED, "at least one table is needed")])
    return files


def _local(arguments: argparse.Namespace, into: wire.Day | None) -> tuple[str, date]:
    """The zone and the date that times in the tables are meant in."""
    zone = arguments.timezone or (into.timezone if into else None)
    if zone is None:
        raise InputError([Finding("--timezone", Code.REQUIRED, "a new day needs its zone, as Asia/Seoul is")])
    first = arguments.date or (into.horizon.start.astimezone(ZoneInfo(into.timezone)).date() if into else None)
    if first is None:
        raise InputError([Finding("--date", Code.REQUIRED, "a new day needs its date, as 2026-03-02 is")])
    return zone, first
