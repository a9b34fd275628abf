"""`dispatch upkeep`: maintenance. Make its jobs at once, look ahead, take in what a meter shows."""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dispatch import settings, upkeep, wire
from dispatch.access import Act, program
from dispatch.cli import options, screen
from dispatch.store import Store, migrations


def add(commands: options.Commands) -> None:
    """Add the command to the parser."""
    words = "Make the jobs of maintenance, look ahead, and take in what meters show."
    tasks = commands.add_parser("upkeep", help="maintenance", description=words).add_subparsers(
        title="tasks", required=True, metavar="TASK"
    )
    making = "make the jobs that are to be made by now"
    tasks.add_parser("make", help=making, description=making.capitalize() + ".").set_defaults(run=run_make)
    ahead = tasks.add_parser("forecast", help="what is due", description="Print what is due in the months ahead.")
    ahead.add_argument("--territory", required=True, metavar="T", help="where")
    ahead.add_argument("--months", type=options.whole(1, 60), default=12, metavar="N", help="so many months (12)")
    ahead.add_argument("--upkeep", metavar="U", help="of this one only")
    ahead.add_argument("--json", action="store_true", help="print a document")
    ahead.set_defaults(run=run_forecast)
    reading = tasks.add_parser("read", help="take in what a meter shows", description="Take in what a meter shows.")
    reading.add_argument("meter", metavar="METER")
    reading.add_argument("shows", metavar="VALUE", type=float)
    reading.add_argument("--territory", required=True, metavar="T", help="where it is")
    reading.add_argument("--at", metavar="INSTANT", help="when it showed that, as 2026-03-02T09:00:00+01:00 (now)")
    reading.add_argument("--exchanged", action="store_true", help="the meter was exchanged, and counts on from here")
    reading.set_defaults(run=run_read)


def run_make(arguments: argparse.Namespace) -> int:  # noqa: ARG001
    """Make the jobs that are to be made by now; returns the exit code. Raises `DispatchError`."""

    def work(store: Store, now: datetime) -> None:
        for territory, job in upkeep.make_due(store, now):
            sys.stdout.write(f"{territory}: {job}\n")

    return _with_store(work)


def run_forecast(arguments: argparse.Namespace) -> int:
    """Print what is due in the months ahead; returns the exit code. Raises `DispatchError`."""
    asked: dict[str, Any] = {"months": arguments.months} | ({"upkeep": arguments.upkeep} if arguments.upkeep else {})

    def work(store: Store, now: datetime) -> None:
        with store.reading() as session:
            act = Act(session, program("command"), now)
            found = upkeep.forecast(act, arguments.territory, wire.read_record(wire.ForecastQuery, asked))
        if arguments.json:
            screen.show_json(found.model_dump(mode="json", exclude_unset=True))
        else:
            _tell(found)

    return _with_store(work)


def run_read(arguments: argparse.Namespace) -> int:
    """Take in what a meter shows; returns the exit code. Raises `DispatchError`."""

    def work(store: Store, now: datetime) -> None:
        raw = {"at": arguments.at or now.replace(microsecond=0), "shows": arguments.shows, "exchanged": arguments.exchanged}
        given = wire.read_record(wire.NewReadings, {"readings": [raw]})
        with store.writing() as session:
            state = upkeep.read(Act(session, program("command"), now), arguments.territory, arguments.meter, given)
        screen.note(f"{arguments.meter}: {state.readings:,} readings, {state.per_day:g} a day")

    return _with_store(work)


def _tell(found: wire.Forecast) -> None:
    for each in found.items:
        job = f"  job {each.job}" if each.job else ""
        count = f"  at {each.count:,g}" if each.count is not None else ""
        sys.stdout.write(f"{each.due}  {each.upkeep}{count}{job}\n")
    if found.more:
        sys.stdout.write(f"… and {found.more:,} more\n")
    for month in found.months:
        sys.stdout.write(f"{month.month}: {month.jobs:,} jobs, {month.hours:g} hours\n")


def _with_store(work: Callable[[Store, datetime], None]) -> int:
    with migrations.opened(settings.read(os.environ).database) as store:
        work(store, datetime.now(UTC))
    return options.DONE
