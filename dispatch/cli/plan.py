"""`dispatch plan`: a day file in, the best plan out, as tables, as a file, as a report."""

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple, Protocol

import solver
from dispatch import day as days
from dispatch import wire
from dispatch.cli import doors, foreign, hands, options, progress, screen
from dispatch.report import figures, terminal
from dispatch.report.html import page
from dispatch.wire.fields import MOST_JOBS
from dispatch.wire.model import Options
from solver.kernels.compile import is_warm
from solver.stop import Criterion

SECONDS = 10.0
"""How long to search when neither the command nor the day file says."""

MOST_THREADS = 8
"""Threads beyond which a search gains little."""


class Solve(Protocol):
    """What answers a problem: `solver.solve`."""

    def __call__(
        self,
        problem: solver.Problem,
        stop: Criterion,
        *,
        seed: int = 0,
        start: solver.Plan | None = None,
        threads: int = 1,
        progress: Callable[[solver.Progress], None] | None = None,
        prove: bool = False,
    ) -> solver.Result: ...


class Budget(NamedTuple):
    """How to search."""

    seconds: float | None
    iterations: int | None
    threads: int
    seed: int
    prove: bool = False

    @property
    def stop(self) -> Criterion:
        """What ends the search."""
        limits: list[Criterion] = []
        if self.iterations is not None:
            limits.append(solver.Iterations(self.iterations))
        if self.seconds is not None:
            limits.append(solver.Seconds(self.seconds))
        return solver.any_of(*limits)


def add(commands: options.Commands, solve: Solve) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("plan", help="plan a day", description="Plan the jobs of a day file.")
    parser.add_argument("day", metavar="DAY.json", help="the day file; - for standard input")
    parser.add_argument(
        "--seconds", type=options.seconds, metavar="S", help=f"search for so long ({SECONDS:g}, or the day's time_limit_s)"
    )
    parser.add_argument(
        "--iterations", type=options.positive, metavar="I", help="search so many iterations: the same plan every time"
    )
    parser.add_argument(
        "--threads", type=options.threads, metavar="N", help=f"search with so many threads (the processors, up to {MOST_THREADS})"
    )
    hands.add(parser)
    parser.add_argument("--seed", type=options.seed, metavar="K", help="where chance begins (the day's seed, or 0)")
    parser.add_argument(
        "--prove",
        action="store_true",
        help="spend a part of the time on proving what no plan costs less than: how good this one is",
    )
    parser.add_argument("--start", metavar="PLAN.json", help="begin with this plan; the answer is never worse")
    parser.add_argument(
        "--in-force", metavar="PLAN.json", help="begin with this plan and keep to it: changes cost, and the answer lists them"
    )
    parser.add_argument("--freeze", type=options.whole(0, 1_440), metavar="MIN", help="move nothing that starts so soon from now")
    parser.add_argument(
        "--max-moves", type=options.whole(0, MOST_JOBS), metavar="N", help="move no more visits of the plan in force"
    )
    parser.add_argument(
        "--max-told-moves", type=options.whole(0, MOST_JOBS), metavar="N", help="… of customers who were told a window"
    )
    parser.add_argument("--out", metavar="PLAN.json", help="write the plan to a file")
    parser.add_argument("--html", metavar="REPORT.html", help="write a report to a file that any browser opens, without a network")
    parser.add_argument("--json", action="store_true", help="print the plan file and nothing else")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")
    foreign.add(parser)
    options.add_travel(parser)
    parser.set_defaults(run=lambda arguments: run(arguments, solve))


def run(arguments: argparse.Namespace, solve: Solve) -> int:
    """Plan a day; returns the exit code. Raises `DispatchError`."""
    doors.require_writable(arguments.out, arguments.html)
    if arguments.format == foreign.VROOM:
        how = budget(arguments, Options())
        return foreign.run(arguments, lambda problem, start: _foreign(arguments, problem, start, how, solve))
    foreign.refuse_alone(arguments)
    day = doors.read_day(arguments.day)
    day = _kept_to(day, arguments)
    planning = days.problem_of(day, options.provider(arguments, day.travel))
    given = days.plan_of(planning, doors.read_plan(arguments.start)) if arguments.start else None
    start = days.start_of(planning, given)
    how = budget(arguments, day.options)
    with hands.searching(arguments, planning.problem, solve) as search:
        result = _search(planning.problem, start, how, _followed(day, arguments), search)
    answer = days.answer(planning, result, solver.explain(planning.problem, result.plan), seed=how.seed)
    _deliver(day, answer, arguments)
    return options.DONE


def budget(arguments: argparse.Namespace, wanted: Options) -> Budget:
    """How to search: what the command says, else the day, else the default. Iterations alone know no time limit."""
    iterations = arguments.iterations or (None if arguments.seconds else wanted.iterations)
    seconds = arguments.seconds or (None if arguments.iterations else wanted.time_limit_s)
    return Budget(
        seconds=seconds if seconds or iterations else SECONDS,
        iterations=iterations,
        threads=arguments.threads or wanted.threads or min(os.cpu_count() or 1, MOST_THREADS),
        seed=wanted.seed if arguments.seed is None else arguments.seed,
        prove=arguments.prove or wanted.prove,
    )


def _foreign(
    arguments: argparse.Namespace, problem: solver.Problem, start: solver.Plan | None, how: Budget, solve: Solve
) -> solver.Result:
    with hands.searching(arguments, problem, solve) as search:
        return _search(problem, start, how, nullcontext(), search)


def _kept_to(day: wire.Day, arguments: argparse.Namespace) -> wire.Day:
    """The day with the plan in force and the limits that the command names. Raises `InputError`."""
    if arguments.in_force:
        day = days.in_force(day, doors.read_plan(arguments.in_force))
    wanted = {"freeze_min": arguments.freeze, "max_moves": arguments.max_moves, "max_told_moves": arguments.max_told_moves}
    given = {name: value for name, value in wanted.items() if value is not None}
    return day.model_copy(update={"options": day.options.model_copy(update=given)}) if given else day


def _search(
    problem: solver.Problem,
    start: solver.Plan | None,
    how: Budget,
    followed: AbstractContextManager[progress.Follow | None],
    solve: Solve,
) -> solver.Result:
    cancelled = solver.Cancelled()
    stop = solver.any_of(how.stop, cancelled)
    with progress.cancelling(cancelled), followed as report:
        solver.warm(prove=how.prove)
        more = {"prove": True} if how.prove else {}
        return solve(problem, stop, seed=how.seed, start=start, threads=how.threads, progress=report, **more)


def _followed(day: wire.Day, arguments: argparse.Namespace) -> AbstractContextManager[progress.Follow | None]:
    return nullcontext() if arguments.quiet else progress.line(day.currency, warm=is_warm())


def _deliver(day: wire.Day, answer: wire.PlanFile, arguments: argparse.Namespace) -> None:
    """Files first: they are what would be missed if the terminal has gone."""
    data = wire.write(answer)
    facts = figures.of(day, answer)
    if arguments.out:
        doors.write(arguments.out, data)
    if arguments.html:
        doors.write(arguments.html, page(facts).encode())
    if arguments.json:
        sys.stdout.write(data.decode())
    elif not arguments.quiet:
        screen.show(terminal.plan(facts, screen.width()))
