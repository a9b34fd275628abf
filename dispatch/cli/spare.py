"""`dispatch gaps`: what fits a technician's next hole."""

import argparse
from decimal import Decimal

from rich.console import Group
from rich.table import Table

from dispatch import day as days
from dispatch import gaps, wire
from dispatch.cli import doors, options, screen
from dispatch.report import terminal, words


def add(commands: options.Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "gaps",
        help="what fits a technician's next hole?",
        description="List the time a technician has to spare in a plan, from the day's now on, and the jobs without a visit that "
        "fit there, nobody later for it.",
    )
    parser.add_argument("day", metavar="DAY.json")
    parser.add_argument("plan", metavar="PLAN.json")
    parser.add_argument("technician", metavar="TECHNICIAN", help="the technician's id")
    parser.add_argument("--minutes", type=options.whole(0, 1_440), default=30, metavar="MIN", help="leave out shorter ones (30)")
    parser.add_argument("--json", action="store_true", help="print them as a document")
    options.add_travel(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the gaps of a technician; returns the exit code. Raises `DispatchError`."""
    day = doors.read_day(arguments.day)
    planning = days.problem_of(day, options.provider(arguments, day.travel))
    plan = days.plan_of(planning, doors.read_plan(arguments.plan))
    found = gaps.gaps(planning, plan, arguments.technician, minutes=arguments.minutes)
    if arguments.json:
        screen.show_json(found.model_dump(mode="json", exclude_unset=True))
    else:
        screen.show(_tables(planning, found))
    return options.DONE


def _tables(planning: days.Planning, found: wire.Gaps) -> Group:
    if not found.gaps:
        return Group(terminal.said("no time to spare"))
    return Group(*(_table(planning, gap) for gap in found.gaps))


def _table(planning: days.Planning, gap: wire.Gap) -> Table:
    title = f"{words.clock(gap.start, planning.zone)}–{words.clock(gap.end, planning.zone)}, shift {gap.shift}"
    rows = [
        (
            terminal.said(each.job),
            words.clock(each.start, planning.zone),
            words.clock(each.end, planning.zone),
            words.money(Decimal(repr(each.price)), planning.day.currency),
        )
        for each in gap.jobs
    ]
    return terminal.table(title, "job", "start", "end", ">price", rows=rows)
