"""`dispatch check` and `dispatch compare`: is a plan legal, and what differs between two."""

import argparse
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Group

import solver
from dispatch import day as days
from dispatch.cli import doors, options, screen
from dispatch.report import comparison, figures, terminal, words
from dispatch.report.terminal import said


def add(commands: options.Commands) -> None:
    """Add the commands to the parser."""
    check = commands.add_parser(
        "check", help="is a plan legal?", description="List the rules that a plan breaks; exit code 1 if any."
    )
    check.add_argument("day", metavar="DAY.json")
    check.add_argument("plan", metavar="PLAN.json")
    check.add_argument("--json", action="store_true", help="print the violations as a document")
    options.add_travel(check)
    check.set_defaults(run=run_check)
    compare = commands.add_parser(
        "compare", help="what differs between two plans?", description="Put two plans of a day side by side."
    )
    compare.add_argument("day", metavar="DAY.json")
    compare.add_argument("before", metavar="PLAN.json")
    compare.add_argument("after", metavar="PLAN.json")
    compare.add_argument("--json", action="store_true", help="print the differences as a document")
    compare.set_defaults(run=run_compare)


def run_check(arguments: argparse.Namespace) -> int:
    """Print every violation of a plan; returns the exit code. Raises `DispatchError`."""
    day = doors.read_day(arguments.day)
    file = doors.read_plan(arguments.plan)
    planning = days.problem_of(day, options.provider(arguments, day.travel))
    violations = solver.check(planning.problem, days.plan_of(planning, file))
    if planning.problem.travel.provider != file.travel.provider:
        screen.note(
            f"the plan was made with travel by {file.travel.provider}, it is checked with {planning.problem.travel.provider}"
        )
    if arguments.json:
        screen.show_json({"legal": not violations, "violations": [_violation(each, planning) for each in violations]})
    else:
        screen.show(_verdict(violations, planning))
    return options.BROKEN if violations else options.DONE


def run_compare(arguments: argparse.Namespace) -> int:
    """Print what differs between two plans, by what they say; returns the exit code. Raises `DispatchError`."""
    day = doors.read_day(arguments.day)
    before, after = (figures.of(day, doors.read_plan(name)) for name in (arguments.before, arguments.after))
    found = comparison.compare(before, after)
    if arguments.json:
        screen.show_json(_differences(found))
    else:
        screen.show(terminal.compared(found, before))
    return options.DONE


def _verdict(violations: Sequence[solver.Violation], planning: days.Planning) -> Group:
    if not violations:
        return Group(said("legal: no rule is broken"))
    counts = Counter(violation.cause for violation in violations)
    lines = [said(f"{words.sentence(cause)}: {count:,}", style="bold") for cause, count in sorted(counts.items())]
    rows = [[said("" if cell is None else str(cell)) for cell in _violation(each, planning).values()] for each in violations]
    table = terminal.table("Violations", "cause", "technician", ">shift", "job", ">amount", "what", rows=rows)
    return Group(table, *lines, said(f"not legal: {len(violations):,} violations", style="bold red"))


def _violation(violation: solver.Violation, planning: days.Planning) -> dict[str, Any]:
    technician, shift = _shift(violation.shift, planning)
    job = planning.day.jobs[violation.job].id if violation.job is not None else None
    return {
        "cause": str(violation.cause),
        "technician": technician,
        "shift": shift,
        "job": job,
        "amount": violation.amount,
        "message": violation.message,
    }


def _shift(row: int | None, planning: days.Planning) -> tuple[str, int] | tuple[None, None]:
    """The technician of a shift, and which of their shifts it is."""
    if row is None:
        return None, None
    owner, number = planning.numbers[row]
    return planning.day.technicians[owner].id, number


def _differences(found: comparison.Comparison) -> dict[str, Any]:
    return {
        "cost": {pair.name: _pair(pair) for pair in (*found.terms, found.total)},
        "seconds": {pair.name: _pair(pair) for pair in found.seconds},
        "same": found.same,
        "changes": [_change(moved) for moved in found.moved],
    }


def _pair(pair: comparison.Pair) -> dict[str, float]:
    return {"before": float(pair.before), "after": float(pair.after), "difference": float(pair.difference)}


def _change(moved: comparison.Moved) -> dict[str, Any]:
    return {"job": moved.work.id, "change": moved.change.name.lower(), "before": _place(moved.before), "after": _place(moved.after)}


def _place(place: comparison.Place | None) -> dict[str, str] | None:
    return {"technician": place.technician, "start": place.start.isoformat()} if place else None
