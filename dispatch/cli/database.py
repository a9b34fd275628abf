"""`dispatch db` and `dispatch load`: the tables of the database, and files into it."""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from dispatch import geocode, records, settings, wire
from dispatch.access import Act, program
from dispatch.cli import doors, options, screen
from dispatch.errors import DispatchError, NotFound
from dispatch.records import territories
from dispatch.settings import Settings
from dispatch.store import Store, migrations, opened
from dispatch.wire.records import NewTerritory


class _NothingIsKept(Exception):
    """Ends the transaction of a dry run."""


def add(commands: options.Commands) -> None:
    """Add the commands to the parser."""
    _add_load(commands)
    database = commands.add_parser("db", help="the tables of the database", description="Look after the tables of the database.")
    tasks = database.add_subparsers(title="tasks", required=True, metavar="TASK")
    words = "bring the tables up to date; make them if there are none"
    tasks.add_parser("upgrade", help=words, description=words.capitalize() + ".").set_defaults(run=run_upgrade)
    looking_up = commands.add_parser(
        "geocode", help="look up addresses", description="Look up the addresses of sites that wait for it, all of them, and end."
    )
    looking_up.set_defaults(run=run_geocode)


def _add_load(commands: options.Commands) -> None:
    parser = commands.add_parser(
        "load",
        help="take files into the database",
        description="Take day files, CSV tables and workbooks into a territory: all of them, or none and a list of what is wrong.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a day file (JSON), a workbook (XLSX), or a table (CSV)")
    parser.add_argument("--territory", required=True, metavar="T", help="where they belong")
    parser.add_argument("--create", action="store_true", help="make the territory with the zone and currency of the first day file")
    parser.add_argument("--table", choices=["jobs", "technicians"], help="what a CSV file is a table of")
    parser.add_argument("--date", type=options.day, metavar="YYYY-MM-DD", help="the day of times without a date (today)")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument("--json", action="store_true", help="print what was done, or what is wrong, as a document")
    parser.set_defaults(run=run_load)


def run_upgrade(arguments: argparse.Namespace) -> int:  # noqa: ARG001
    """Bring the tables up to date; returns the exit code."""
    with opened(settings.read(os.environ).database) as store:
        migrations.upgrade(store)
    screen.note(f"the tables are at revision {migrations.newest()}")
    return options.DONE


def run_load(arguments: argparse.Namespace) -> int:
    """Take files into the database; returns the exit code. Raises `DispatchError`."""
    files = [_read(name, arguments) for name in arguments.files]
    return _with_store(lambda store, _: _load(store, files, arguments))


def run_geocode(arguments: argparse.Namespace) -> int:  # noqa: ARG001
    """Look up the addresses of all sites that wait; returns the exit code. Raises `DispatchError`."""
    return _with_store(_look_up)


# ---------------------------------------------------------------- what they do


def _with_store(work: Callable[[Store, Settings], None]) -> int:
    read = settings.read(os.environ)
    with migrations.opened(read.database) as store:
        work(store, read)
    return options.DONE


def _read(name: str, arguments: argparse.Namespace) -> records.File:
    is_table = name.lower().endswith((".csv", ".tsv", ".txt", ".xlsx"))
    return records.read_file(doors.read(name), table=arguments.table if is_table else None, day=arguments.date)


def _load(store: Store, files: list[records.File], arguments: argparse.Namespace) -> None:
    reports = []
    try:
        with store.writing() as session:
            act = Act(session, program("command"), datetime.now(UTC))
            if arguments.create:
                _make(act, arguments.territory, files)
            for file in files:
                reports.append(records.load(act, arguments.territory, file, dry_run=False))
                session.flush()
            if arguments.dry_run:
                raise _NothingIsKept
    except _NothingIsKept:
        reports = [report.model_copy(update={"dry_run": True}) for report in reports]
    if arguments.json:
        screen.show_json([report.model_dump(mode="json") for report in reports])
    else:
        for name, report in zip(arguments.files, reports, strict=True):
            _tell(name, report)


def _make(act: Act, territory: str, files: list[records.File]) -> None:
    """Make a territory, if there is none, as the first day file has it."""
    try:
        act.territory(territory)
    except NotFound:
        day = next((file for file in files if isinstance(file, wire.Day)), None)
        if day is None:
            raise DispatchError("--create needs a day file: a table does not say in which zone the territory is") from None
        raw = {"id": territory, "timezone": day.timezone, "currency": day.currency}
        territories.create(act, wire.read_record(NewTerritory, raw))


def _tell(name: str, report: wire.LoadReport) -> None:
    for kind, counts in report.records.items():
        told = f"{counts.added:,} added, {counts.changed:,} changed, {counts.unchanged:,} unchanged"
        sys.stdout.write(f"{name}: {kind}: {told}\n")
    for warning in report.warnings:
        screen.note(f"{name}: {warning}")
    if report.dry_run:
        screen.note(f"{name}: a dry run, nothing is kept")


def _look_up(store: Store, read: Settings) -> None:
    geocoder = geocode.from_settings(read)
    if geocoder is None:
        raise DispatchError("there is no geocoder: set DISPATCH_GEOCODER, as nominatim")
    total = 0
    while found := geocode.look_up_waiting(store, geocoder, datetime.now(UTC)):
        total += found
    screen.note(f"{total:,} addresses looked up")
