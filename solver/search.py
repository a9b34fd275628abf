"""The engine: threads that ruin and recreate on flat arrays, from the first plan to the best one that the budget allows.

Each thread anneals a plan of its own for a round; between rounds the interpreter reports, looks at the budget, recombines the
routes seen, and lets threads start again from the best plan.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from solver.apart import legal_part, part_of, recombined_part
from solver.arrays import (
    LATEST,
    METRE,
    PAUSES,
    PAUSES_END,
    SECOND,
    SERVICE,
    START,
    STOCK_VISITS,
    Arrays,
    build,
    numbers_of,
    stops_of,
)
from solver.bounds import Bound, Reach, bounded, relaxed
from solver.columns import Routes, columns_of
from solver.evaluation import evaluate, plan_of
from solver.exact import solved_exactly
from solver.kernels.compile import compiling
from solver.kernels.coupled import search_coupled
from solver.kernels.pool import Pool, forget, new_pool
from solver.kernels.state import AT, BEST, BEST_SIZE, COST, JOBS, SIZE, State, new_state
from solver.kernels.step import FILL, LOAD, search
from solver.kernels.timing import ILLEGAL
from solver.moving import moves_of
from solver.plan import Plan
from solver.pricing import pool_of
from solver.problem import InvalidProblem, Job, Problem, Shift, Technician, Travel
from solver.reasons import explain
from solver.reasons.placing import placed
from solver.recombine import Brake, Combination, Limits, recombined
from solver.result import Progress, Result
from solver.stop import Criterion, Effort, PartOf, clock, is_reproducible, share_used, why
from solver.ties import owned
from solver.violations import check
from solver.watch import Watch

ROUND = 0.05
"""Seconds between two looks at the clock."""

FIXED_ROUND = 1_000
"""Steps a round of one thread when the budget is iterations: a number that depends on nothing."""

HOT, COLD = 3.0, 0.1
"""First and last temperature of a small day, as a share of the price of an average drive in the first plan."""

SMALL, COOLEST = 100, 1 / 3
"""Up to so many jobs a day is small; larger ones are annealed at temperatures that fall with their size, down to this share.

By chance a small plan comes down to its best orders even where it is warm; the jobs of a large one never do so all at once.
"""

MILESTONES = (0.7, 0.85, 0.95)
"""Shares of the budget at which routes are recombined and all threads continue from the best plan."""

FORGET = 0.5
"""Share of the budget at which the routes seen until then are forgotten: those of hot plans are part of no good one."""

RECOMBINED = 0.1
"""Share of the budget left that a recombination may take."""

EXACT = 0.5
"""Share of the budget that may be spent on solving a small day exactly."""

STEPS_PER_SECOND = 50_000
"""What a thread does in a second, about: the rate of exchange between iterations and CP-SAT's measure of work."""

SEARCHED, PROVED = 0.4, 0.9
"""Shares of the budget at which a search that is to prove something goes over to the proof, and comes back from it."""

AFTER_PROOF = 0.5
"""Share of the budget left that the recombination after a proof may take."""

LABELS_PER_STEP = 8
"""Labels that a proof may make for each step of the search, where the answer has to be reproducible."""

CODE = 1
"""Where the random numbers begin that name sets of jobs: the same in all pools."""

POOL = 150_000
"""Routes remembered per thread."""


class BrokenPlan(AssertionError):
    """The engine made a plan that breaks a rule or is priced wrongly: a defect of this package, never of the problem."""


def solve(
    problem: Problem,
    stop: Criterion,
    *,
    seed: int = 0,
    start: Plan | None = None,
    threads: int = 1,
    progress: Callable[[Progress], None] | None = None,
    keep: Callable[[Result], None] | None = None,
    cooled: float = 0.0,
    prove: bool = False,
) -> Result:
    """The best plan found until `stop` says that its budget is used.

    Parameters
    ----------
    stop
        Asked between rounds of some hundredths of a second. A budget of iterations makes the answer reproducible: same problem,
        seed, budget and threads, same plan.
    start
        A plan to start from; what is legal in it is kept, and the answer is never worse. Where moves are limited, it is needed: the
        plan in force.
    progress
        Called with every improvement, and every second, from the calling thread.
    keep
        Called now and then with what would be the answer if the search ended there, for who may not live to see the end.
    cooled
        How far the search is cooled down when it begins: 0 for a plan from nothing; towards 1 a given one is only touched up.
    prove
        Spend a part of the budget on a proof of what no plan costs less than.

    Returns
    -------
    Result
        Its plan passed `check`, its cost is that of `evaluate`.

    Raises
    ------
    InvalidProblem
        If moves are limited, and what is legal of `start` moves more.
    BrokenPlan
        If the answer did not pass.
    """
    began = clock()
    if not problem.jobs or not problem.shifts:
        return _nothing_to_search(problem)
    if problem.coupled and start:
        start = legal_part(problem, start)
    arrays = build(problem)
    with compiling():
        small = solved_exactly(arrays, _small_share(stop))
    if small and _keeps_limits(problem, arrays, small.routes):
        return _proved_optimal(problem, arrays, small, began, progress)
    team = [_Thread.of(arrays, int(each)) for each in np.random.SeedSequence(seed).generate_state(threads, np.uint64)]
    with compiling():
        _begin(problem, arrays, team, start)
    first = PartOf(stop, SEARCHED) if prove else stop
    watch: Watch = Watch(first, began, progress, keep and (lambda: keep(_found(problem, arrays, team, watch, "unfinished"))))
    with ThreadPoolExecutor(threads + 1) as executor:
        _anneal(arrays, team, watch, executor, cooled)
        bound = _bound(problem, arrays, team, watch, stop) if prove else None
        if bound:
            _go_on_after(arrays, team, watch, executor, bound)
    found = _completed(problem, arrays, _found(problem, arrays, team, watch, why(stop, watch.effort())), watch)
    return _with_bound(problem, found, bound) if bound else found


def warm(*, prove: bool = False) -> None:
    """Compile the kernels, or read them from disk: the first `solve` of a process then takes no longer than the others.

    `prove`: those of a proof, too.
    """
    nowhere = np.zeros((1, 1), np.int64)
    problem = Problem((Job("warm", 0, 1),), (Technician("warm"),), (Shift(0, 0, 1, 0, 0),), Travel(nowhere, nowhere))
    arrays = build(problem)
    thread = _Thread.of(arrays, 0)
    with compiling():
        _load(arrays, thread, {})
        solved_exactly(arrays, Limits(work=1.0))
        if prove:
            pool_of(arrays, bounded(problem, arrays, *columns_of(arrays, [thread.pool], {}, {}), Reach()).routes, CODE)
    explain(problem, plan_of(problem, []))


def _nothing_to_search(problem: Problem) -> Result:
    plan = plan_of(problem, [])
    cost = evaluate(problem, plan)
    return Result(plan, cost, True, 0, 0.0, "there is nothing to search", (), cost.total)


def _small_share(stop: Criterion) -> Limits:
    """What may be spent on solving a day exactly: a share of the budget."""
    whole = 1.0 / max(stop(Effort(STEPS_PER_SECOND, STEPS_PER_SECOND, 1.0)), 1e-9)
    return Limits(work=EXACT * whole) if is_reproducible(stop) else Limits(EXACT * whole, EXACT * whole)


def _found(problem: Problem, arrays: Arrays, team: Sequence["_Thread"], watch: "Watch", ended: str) -> Result:
    """The best plan so far, proved, as an answer."""
    routes, total = _best(arrays, team)
    plan = _plan(problem, arrays, routes)
    assure(problem, plan, total)
    effort = watch.effort()
    return Result(plan, evaluate(problem, plan), False, effort.iterations, effort.seconds, ended, tuple(watch.trace))


def _keeps_limits(problem: Problem, arrays: Arrays, routes: Routes) -> bool:
    """Whether routes move no more of the plan in force than may be."""
    if not arrays.limited:
        return True
    return moves_of(problem, _plan(problem, arrays, routes)).keep(problem)


def _plan(problem: Problem, arrays: Arrays, routes: Routes) -> Plan:
    return plan_of(problem, [(shift, stops_of(arrays, shift, stops)) for shift, stops in routes.items()])


def _completed(problem: Problem, arrays: Arrays, found: Result, watch: "Watch") -> Result:
    """The same with the jobs placed for which `explain` would find room that pays."""
    if arrays.coupled:
        return found
    plan = placed(problem, arrays, found.plan)
    if plan == found.plan:
        return found
    cost, seconds = evaluate(problem, plan), watch.effort().seconds
    assure(problem, plan, cost.total)
    now = Progress(seconds, found.iterations, cost.total, len(plan.unassigned))
    return replace(found, plan=plan, cost=cost, seconds=seconds, trace=(*found.trace, now))


def _proved_optimal(
    problem: Problem, arrays: Arrays, found: Combination, began: float, report: Callable[[Progress], None] | None
) -> Result:
    plan = _plan(problem, arrays, found.routes)
    assure(problem, plan, found.total)
    now = Progress(clock() - began, 0, found.total, len(plan.unassigned))
    if report:
        report(now)
    return Result(plan, evaluate(problem, plan), True, 0, now.seconds, "proved optimal", (now,), found.total)


def assure(problem: Problem, plan: Plan, total: int) -> None:
    """Raise `BrokenPlan` unless the plan is legal and costs what the engine believes."""
    violations = check(problem, plan)
    if violations:
        raise BrokenPlan(f"{len(violations)} violations, the first: {violations[0]}")
    if evaluate(problem, plan).total != total:
        raise BrokenPlan(f"the engine's total is {total}, the evaluation's {evaluate(problem, plan).total}")


# ---------------------------------------------------------------- proofs


def _bound(problem: Problem, arrays: Arrays, team: Sequence["_Thread"], watch: "Watch", stop: Criterion) -> Bound:
    """Prove a bound in a part of what is left of the budget, beginning with the routes seen."""
    watch.stop = PartOf(stop, PROVED)
    routes, enough = _best(arrays, team)
    for thread in team:
        _load(arrays, thread, routes)
    seen, plan = columns_of(arrays, [thread.pool for thread in team], routes, team[0].state.route[:, COST])

    def is_over() -> bool:
        watch.look(team)
        return watch.stop(watch.effort()) >= 1.0

    if is_reproducible(stop):
        reach = Reach(labels=LABELS_PER_STEP * watch.iterations, enough=enough)
    else:
        reach = Reach(is_over, watch.left(min(1.0, watch.stop(watch.effort()))), enough=enough)
    bound = bounded(problem, arrays, seen, plan, reach, len(team))
    watch.stop = stop
    return bound


def _go_on_after(arrays: Arrays, team: Sequence["_Thread"], watch: "Watch", executor: Executor, bound: Bound) -> None:
    """Recombine the routes of the proof and those of the search, and touch up the plan with what is left of the budget."""
    if bound.total >= int(team[0].state.number[BEST]):
        return
    if not (arrays.limited or arrays.coupled):
        pools = [*(thread.pool for thread in team), pool_of(arrays, bound.routes, CODE)]
        routes, _ = _best(arrays, team)
        seen = columns_of(arrays, pools, routes, team[0].state.route[:, COST])
        brake = Brake()
        limits = _limits(watch, min(1.0, share_used(watch.stop, watch.effort())), len(team), AFTER_PROOF)
        pending = executor.submit(recombined, arrays, *seen, limits, brake)
        _finish(pending, brake, watch)
        _go_on_from_better(arrays, team, pending.result())
    _anneal(arrays, team, watch, executor, 0.0, again=True)


def _with_bound(problem: Problem, found: Result, bound: Bound) -> Result:
    """The answer with what was proved. Raises `BrokenPlan` if the plan costs less."""
    if bound.total > found.cost.total:
        raise BrokenPlan(f"the plan costs {found.cost.total}, less than {bound.total}, which was proved to be impossible")
    optimal = bound.total == found.cost.total
    ended = "proved optimal" if optimal else found.ended
    return replace(found, bound=bound.total, relaxed=relaxed(problem), optimal=optimal, ended=ended)


# ---------------------------------------------------------------- threads and their plans


class _Thread(NamedTuple):
    """What one thread of the search owns; of the arrays the times at which linked jobs meet."""

    arrays: Arrays
    state: State
    pool: Pool

    @classmethod
    def of(cls, arrays: Arrays, seed: int) -> "_Thread":
        mine = arrays._replace(ties=owned(arrays.ties))
        return cls(mine, new_state(arrays, _most_stops(arrays), seed), new_pool(arrays, POOL, CODE))

    def search(self, steps: int, heat: float) -> None:
        """So many steps, or a step with a name."""
        run = search_coupled if self.arrays.coupled else search
        run(self.arrays, self.state, self.pool, steps, heat, heat, 1.0)


def _begin(problem: Problem, arrays: Arrays, team: Sequence[_Thread], start: Plan | None) -> None:
    """The first plans: what is legal of the given one, completed; or one built from nothing."""
    routes = numbers_of(problem, arrays, start) if start else {}
    for thread in team:
        _load(arrays, thread, routes)
        costs = thread.state.route[:, COST]
        if (costs == ILLEGAL).any():
            _load(arrays, thread, {shift: stops for shift, stops in routes.items() if costs[shift] != ILLEGAL})
        if not _keeps_limits(problem, arrays, _best(arrays, [thread])[0]):
            raise InvalidProblem("max_moves, max_told_moves: the plan to start from moves more than that")
        thread.search(FILL, 0.0)


def _load(arrays: Arrays, thread: _Thread, routes: Routes) -> None:
    """Let a thread go on from a plan; shifts without a route keep their breaks only."""
    state = thread.state
    width = state.stops.shape[1]
    for shift in range(arrays.n_shifts):
        breaks = range(arrays.n_jobs + arrays.shift[shift, PAUSES], arrays.n_jobs + arrays.shift[shift, PAUSES_END])
        stops = routes.get(shift, list(breaks))[:width]
        state.stops[shift, : len(stops)] = stops
        state.route[shift, SIZE] = len(stops)
    thread.search(LOAD, 0.0)


def _best(arrays: Arrays, team: Sequence[_Thread]) -> tuple[Routes, int]:
    """The best plan of all threads, and its total."""
    state = min((thread.state for thread in team), key=lambda each: int(each.number[BEST]))
    routes = {shift: state.best_stops[shift, : state.route[shift, BEST_SIZE]].tolist() for shift in range(arrays.n_shifts)}
    return {shift: stops for shift, stops in routes.items() if any(stop < arrays.n_jobs for stop in stops)}, int(state.number[BEST])


def _most_stops(arrays: Arrays) -> int:
    """More stops than any route can have: the shortest jobs that fit the longest shift, its breaks and stock stops."""
    span = int((arrays.shift[:, LATEST] - arrays.shift[:, START]).max())
    shortest = np.sort(arrays.pair[:, :, SERVICE].min(axis=0))
    jobs = int(np.searchsorted(np.cumsum(shortest), span, side="right")) + 2
    others = (
        arrays.shift[:, PAUSES_END] - arrays.shift[:, PAUSES] + np.minimum(arrays.shift[:, STOCK_VISITS], arrays.n_jobs)
    ).max()
    return min(jobs, arrays.n_jobs) + int(others) + 2


# ---------------------------------------------------------------- rounds


def _anneal(
    arrays: Arrays, team: Sequence[_Thread], watch: Watch, executor: Executor, cooled: float, *, again: bool = False
) -> None:
    """Rounds of all threads at once, colder and colder, until the budget is used; `again`: nothing is forgotten or recombined."""
    heat = _average_drive(arrays, team[0].state) * max(COOLEST, min(1.0, SMALL / arrays.n_jobs))
    fixed = is_reproducible(watch.stop)
    steps, milestones = FIXED_ROUND if fixed else 1, [] if again else list(MILESTONES)
    pending: Future[Combination | None] | None = None
    brake, hot = Brake(), not again
    watch.look(team)
    while watch.stop(watch.effort()) < 1.0:
        share = min(1.0, share_used(watch.stop, watch.effort()))
        if hot and share >= FORGET:
            hot = False
            for thread in team:
                forget(thread.pool)
        if milestones and share >= milestones[0]:
            milestones.pop(0)
            pending = _recombining(arrays, team, executor, _limits(watch, share, len(team)), brake)
        if pending and (fixed or pending.done()):
            _finish(pending, brake, watch)
            _go_on_from_better(arrays, team, pending.result())
            pending = None
        now = heat * HOT * (COLD / HOT) ** (cooled + (1.0 - cooled) * share)
        began = clock()
        wait([executor.submit(thread.search, steps, now) for thread in team])
        watch.iterations += steps * len(team)
        watch.look(team)
        if not fixed:
            steps = max(1, min(2 * steps, int(steps * ROUND / max(clock() - began, 1e-6))))
    if pending:
        _finish(pending, brake, watch)


def _finish(pending: Future[Combination | None], brake: Brake, watch: Watch) -> None:
    """Wait for a recombination; end it as soon as the search has to stop."""
    while not pending.done():
        if watch.stop(watch.effort()) >= 1.0:
            brake.pull()
        wait([pending], ROUND)


def _recombining(
    arrays: Arrays, team: Sequence[_Thread], executor: Executor, limits: Limits, brake: Brake
) -> Future[Combination | None] | None:
    """Let every thread go on from the best plan, and recombine all routes seen, of a coupled plan those that nothing couples."""
    routes, _ = _best(arrays, team)
    for thread in team:
        _load(arrays, thread, routes)
    if arrays.limited:  # a recombination counts no moves
        return None
    pools, prices = [thread.pool for thread in team], team[0].state.route[:, COST]
    if not arrays.coupled:
        return executor.submit(recombined, arrays, *columns_of(arrays, pools, routes, prices), limits, brake)
    part = part_of(team[0].arrays, pools, routes, prices)
    return part and executor.submit(recombined_part, part, limits, brake)


def _go_on_from_better(arrays: Arrays, team: Sequence[_Thread], found: Combination | None) -> None:
    """Let every thread go on from a combination of the routes seen, if nothing better has been found meanwhile."""
    if found and found.total < min(int(thread.state.number[BEST]) for thread in team):
        for thread in team:
            _load(arrays, thread, found.routes)


def _limits(watch: Watch, share: float, threads: int, part: float = RECOMBINED) -> Limits:
    """What a recombination may take of the budget that is left; work if the search has to be reproducible, else time."""
    if is_reproducible(watch.stop):
        return Limits(work=part * (1.0 - share) / share * watch.iterations / (threads * STEPS_PER_SECOND))
    return Limits(seconds=part * watch.left(share))


def _average_drive(arrays: Arrays, state: State) -> float:
    """The mean price of a drive between two stops of the current routes: the scale of what a step can gain or lose."""
    money, drives = 0.0, 0
    for shift in np.flatnonzero(state.route[:, JOBS]):
        places = state.spot[shift, : state.route[shift, SIZE] + 2, AT]
        legs = [arrays.leg[a, b] for a, b in pairwise(places.tolist()) if a >= 0 and b >= 0]
        money += sum(int(leg[0]) * int(arrays.shift[shift, SECOND]) + int(leg[1]) * int(arrays.shift[shift, METRE]) for leg in legs)
        drives += len(legs)
    return max(1.0, money / max(1, drives))
