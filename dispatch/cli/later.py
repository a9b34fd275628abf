"""`dispatch advance`: a planned day some hours later, for trying out what a change does."""

import argparse
from datetime import datetime

from dispatch import advancing, wire
from dispatch.cli import data, doors, options


def add(commands: options.Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "advance",
        help="a planned day some hours later",
        description="Write the day as it stands at a moment, if all goes by its plan: what is over has happened, the rest is in "
        "force. Then plan it again, with something changed.",
    )
    parser.add_argument("day", metavar="DAY.json", help="the day file; - for standard input")
    parser.add_argument("plan", metavar="PLAN.json", help="the plan in force")
    parser.add_argument("--to", type=options.instant, required=True, metavar="INSTANT", help="2026-03-02T11:00:00+01:00")
    parser.add_argument(
        "--told", type=options.whole(1, 1_440), metavar="MIN", help="customers were told windows of so many minutes"
    )
    parser.add_argument("--add", metavar="JOBS.json", help="jobs that have come in since: a list of jobs as in a day file")
    parser.add_argument("--out", metavar="DAY.json", help="write the day file here instead of printing it")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the day of a moment; returns the exit code. Raises `DispatchError`."""
    doors.require_writable(arguments.out)
    to: datetime = arguments.to
    day = advancing.advanced(doors.read_day(arguments.day), doors.read_plan(arguments.plan), to, told_minutes=arguments.told)
    if arguments.add:
        found = wire.read_json(doors.read(arguments.add))
        day = advancing.with_jobs(day, found if isinstance(found, list) else [found])
    data.deliver(day, arguments.out)
    return options.DONE
