"""Large problems: pieces of neighbouring routes, re-optimised again and again in parallel, with other borders every time.

The pieces of a round have no route in common, so they can be worked on anywhere in any order: through any executor of
`concurrent.futures`, by default processes of this machine. With a budget of iterations the plan does not depend on how many.
"""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from typing import NamedTuple

import numpy as np

from solver.evaluation import evaluate
from solver.moving import is_limited
from solver.pieces import Item, Piece, bound, cut, cut_out, items_of, tied
from solver.plan import Plan, Route
from solver.problem import Problem
from solver.result import Progress, Result
from solver.search import STEPS_PER_SECOND, assure, solve, warm
from solver.stop import Criterion, Effort, Iterations, Seconds, Until, any_of, clock, is_reproducible, now, why

LARGE = 1_000
"""From so many jobs on a day is planned in pieces."""

JOBS = 500
"""Jobs of a piece, about."""

STEPS = 300
"""Steps of the search a job gets in a round, about, if the budget is iterations: fewer, longer rounds are no better."""

SLICE = 5.0
"""Seconds of search a piece gets in a round, about, if the budget is time."""

ROUNDS = (2, 40)
"""Fewest and most rounds."""

RESERVE = 0.06
"""Share of the time that is left for putting the plan together and judging it."""

FRESH, COOLED = 0.0, 0.8
"""How far a piece is cooled down when it is begun, and when it is worked on again."""

IN_HAND = 2
"""Pieces given out per worker: one to work on, one to go on with."""

LOOK = 0.1
"""Seconds between two looks at the clock."""

ATTEMPTS = 5
"""Times that a piece is given out again after its worker has died."""


class Task(NamedTuple):
    """A piece to be worked on: what a worker gets."""

    problem: Problem
    start: Plan
    stop: Criterion
    seed: int
    cooled: float


class Done(NamedTuple):
    """What a worker answers: routes in the rows of the piece, what the piece cost before and costs now, and the effort."""

    routes: tuple[Route, ...]
    before: int
    after: int
    iterations: int
    left_out: int


class _Bell:
    """Rung when nobody waits for the work of this process any more."""

    event: Event | None = None

    def __call__(self, effort: Effort) -> float:  # noqa: ARG002
        return 1.0 if self.event is not None and self.event.is_set() else 0.0


BELL = _Bell()


def improved(task: Task) -> Done:
    """Work on a piece: what runs in the workers."""
    result = solve(task.problem, any_of(task.stop, BELL), seed=task.seed, start=task.start, cooled=task.cooled)
    before = evaluate(task.problem, task.start).total
    return Done(result.plan.routes, before, result.cost.total, result.iterations, len(result.plan.unassigned))


def solve_in_pieces(
    problem: Problem,
    stop: Criterion,
    *,
    seed: int = 0,
    start: Plan | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: Callable[[Progress], None] | None = None,
    keep: Callable[[Result], None] | None = None,
    jobs: int = JOBS,
) -> Result:
    """The best plan of a large problem found until `stop` says that its budget is used.

    Parameters
    ----------
    stop, seed, start, progress, keep
        As for `solve`; the plan depends on the seed and the budget of iterations, and not on the workers.
    workers
        How many pieces are worked on at a time; the processors of this machine.
    executor
        Who works on them; processes of this machine if None. What they are sent and answer can be pickled.
    jobs
        Jobs of a piece, about.

    Raises
    ------
    BrokenPlan
        A plan breaks a rule or is priced wrongly.
    BrokenExecutor
        The given executor has broken down, or processes of this machine again and again.
    """
    if problem.coupled:  # a piece would not know when its jobs meet those of others
        return solve(problem, stop, seed=seed, start=start, progress=progress, keep=keep)
    team = workers or os.cpu_count() or 1
    if not is_separable(problem, jobs):
        return solve(problem, stop, seed=seed, start=start, threads=team, progress=progress, keep=keep)
    with _crew(team, executor) as crew:
        run = _Run(problem, stop, seed, crew, progress, keep)
        run.begin(start)
        for each in _rounds(run, jobs, started=start is not None):
            run.round(each)
            if run.over:
                break
        return run.answer()


def is_separable(problem: Problem, jobs: int = JOBS) -> bool:
    """Whether pieces of so many jobs can be planned apart: no price or limit counts the plan as a whole, no tie is larger."""
    return not (problem.worst_late_rate or is_limited(problem)) and all(len(tie.jobs) <= jobs for tie in tied(problem))


# ---------------------------------------------------------------- rounds


class _Round(NamedTuple):
    """One round: its number, into how many pieces, what a job of a piece may spend, how far it is cooled."""

    number: int
    pieces: int
    steps: float  #: per job; 0.0: the time counts
    rounds_left: int
    cooled: float


def _rounds(run: "_Run", jobs: int, *, started: bool) -> Iterator[_Round]:
    """The rounds that the budget allows."""
    n = len(run.problem.jobs)
    pieces = max(1, -(-n // jobs))
    budget = 1.0 / max(run.stop(Effort(STEPS_PER_SECOND, STEPS_PER_SECOND, 1.0)), 1e-9)
    fixed = is_reproducible(run.stop)
    wanted = budget * STEPS_PER_SECOND / (n * STEPS) if fixed else budget * run.crew.size / (pieces * SLICE)
    count = int(min(max(wanted, ROUNDS[0]), ROUNDS[1]))
    steps = budget * STEPS_PER_SECOND / (n * count) if fixed else 0.0
    for number in range(count):
        yield _Round(number, pieces, steps, count - number, COOLED if number or started else FRESH)


@dataclass(slots=True)
class _Run:
    """A large problem under way: the plan so far, and what has been spent."""

    problem: Problem
    stop: Criterion
    seed: int
    crew: "_Crew"
    report: Callable[[Progress], None] | None
    hand_out: Callable[[Result], None] | None
    began: float = field(default_factory=clock)
    ties: list[Item] = field(default_factory=list)
    routes: dict[int, Route] = field(default_factory=dict)
    total: int = 0
    left_out: int = 0
    iterations: int = 0
    improved_at: int = 0
    trace: list[Progress] = field(default_factory=list)

    def begin(self, start: Plan | None) -> None:
        """Take up a plan, or one that serves nobody."""
        self.ties = tied(self.problem)
        plan = start or Plan((), tuple(range(len(self.problem.jobs))))
        self.routes = {route.shift: route for route in plan.routes}
        self.total, self.left_out = evaluate(self.problem, plan).total, len(plan.unassigned)

    @property
    def plan(self) -> Plan:
        served = {row for route in self.routes.values() for row in route.jobs}
        return Plan(
            tuple(route for _, route in sorted(self.routes.items())),
            tuple(row for row in range(len(self.problem.jobs)) if row not in served),
        )

    @property
    def effort(self) -> Effort:
        return Effort(self.iterations, self.iterations - self.improved_at, clock() - self.began)

    @property
    def over(self) -> bool:
        """Whether the search has to end now; a budget of iterations is handed out to the pieces, whoever comes first."""
        effort = self.effort
        return self.stop(effort._replace(iterations=0, since_best=0) if is_reproducible(self.stop) else effort) >= 1.0

    def round(self, each: _Round) -> None:
        """Cut the plan into pieces and have each of them improved."""
        dice = np.random.default_rng([self.seed, each.number])
        heaps = cut(self.problem, self._items(each, dice), each.pieces, dice)
        seeds = dice.integers(0, 2**63, len(heaps)).tolist()
        self.crew.work(
            self, [_Errand(heap, int(seed)) for heap, seed in zip(heaps, seeds, strict=True)], self._limit(each, heaps), each
        )
        self.total = evaluate(self.problem, self.plan).total
        if self.hand_out:
            self.hand_out(self.answer("unfinished"))

    def _items(self, each: _Round, dice: np.random.Generator) -> list[Item]:
        """What is to be cut into pieces; of ties that are too much for one piece others are given up in every round."""
        ties = [self.ties[at] for at in dice.permutation(len(self.ties))]
        return bound(items_of(self.problem, self.routes, each.number), ties, len(self.problem.jobs) // each.pieces + 1)

    def _limit(self, each: _Round, heaps: list[list[Item]]) -> Callable[[int], Criterion]:
        """What a piece of so many jobs may spend."""
        if each.steps:
            return partial(_iterations, each.steps)
        used = self.effort.seconds
        whole = used / share if (share := self.stop(self.effort)) > 0 else used
        left = max(0.0, whole * (1.0 - RESERVE) - used) / each.rounds_left
        seconds = left / max(1, -(-len(heaps) // self.crew.size))
        slice_ = any_of(Seconds(max(seconds, 0.05)), Until(now() + left))
        return partial(_always, slice_)

    def merge(self, piece: Piece, done: Done) -> None:
        """Take up what a piece has become."""
        out = piece.routes_out(done.routes)
        for shift in piece.shifts:
            self.routes.pop(shift, None)
        self.routes |= out
        self.iterations += done.iterations
        self.total += done.after - done.before
        self.left_out = len(self.problem.jobs) - sum(len(route.jobs) for route in self.routes.values())
        if done.after < done.before:
            self.improved_at = self.iterations
            self.trace.append(Progress(self.effort.seconds, self.iterations, self.total, self.left_out))
        if self.report and self.trace:
            self.report(self.trace[-1]._replace(seconds=self.effort.seconds, iterations=self.iterations))

    def answer(self, ended: str | None = None) -> Result:
        """The plan so far, proved."""
        plan = self.plan
        assure(self.problem, plan, self.total)
        effort = self.effort
        return Result(
            plan,
            evaluate(self.problem, plan),
            False,
            effort.iterations,
            effort.seconds,
            ended or why(self.stop, effort),
            tuple(self.trace),
        )


def _iterations(per_job: float, jobs: int) -> Criterion:
    return Iterations(max(1, round(per_job * jobs)))


def _always(criterion: Criterion, jobs: int) -> Criterion:  # noqa: ARG001
    return criterion


# ---------------------------------------------------------------- workers


class _Errand(NamedTuple):
    """A heap of items to be made a piece of and given out."""

    heap: list[Item]
    seed: int


@dataclass(slots=True)
class _Crew:
    """Who works on the pieces; processes of our own are replaced when they die."""

    size: int
    executor: Executor
    renew: Callable[[], Executor] | None

    def work(self, run: _Run, errands: list[_Errand], limit: Callable[[int], Criterion], each: _Round) -> None:
        """Have all errands done, or as many as the budget allows."""
        waiting = deque(errands)
        pending: dict[Future[Done], tuple[Piece, Task, int]] = {}
        while (waiting or pending) and not run.over:
            while waiting and len(pending) < IN_HAND * self.size:
                errand = waiting.popleft()
                piece = cut_out(run.problem, errand.heap)
                task = Task(piece.problem, piece.plan_in(run.routes), limit(len(piece.jobs)), errand.seed, each.cooled)
                pending[self._submit(task)] = piece, task, 1
            for future in wait(pending, LOOK, FIRST_COMPLETED).done:
                piece, task, attempt = pending.pop(future)
                done = self._result(future, attempt)
                if done is None:
                    pending[self._submit(task)] = piece, task, attempt + 1
                else:
                    run.merge(piece, done)
        for future in pending:
            future.cancel()

    def _submit(self, task: Task) -> "Future[Done]":
        try:
            return self.executor.submit(improved, task)
        except BrokenExecutor:
            self._mend()
            return self.executor.submit(improved, task)

    def _result(self, future: "Future[Done]", attempt: int) -> Done | None:
        """What a worker has answered; None if it has died, and the piece is to be given out again."""
        try:
            return future.result()
        except (BrokenExecutor, CancelledError):
            if self.renew is None or attempt >= ATTEMPTS:
                raise
            return None

    def _mend(self) -> None:
        if self.renew is None:
            raise BrokenExecutor("the executor has broken down")
        self.executor.shutdown(wait=False, cancel_futures=True)
        self.executor = self.renew()


def _enter(bell: Event) -> None:
    """What a process of our own begins with."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who waits for the plan
    BELL.event = bell
    warm()


@contextmanager
def _crew(size: int, executor: Executor | None) -> Iterator[_Crew]:
    """The given executor, or processes of our own that end with the work."""
    if executor is not None:
        yield _Crew(size, executor, None)
        return

    context = get_context("spawn")
    bell = context.Event()

    def processes() -> Executor:
        return ProcessPoolExecutor(size, context, _enter, (bell,))

    crew = _Crew(size, processes(), processes)
    try:
        yield crew
    finally:
        bell.set()
        crew.executor.shutdown(wait=False, cancel_futures=True)
