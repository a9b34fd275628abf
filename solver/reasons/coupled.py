"""Why jobs that depend on others are left out: which leg nobody can serve, which job before is in the way; all causes are named."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, permutations, product

from solver.coupling import Link
from solver.evaluation import plan_of
from solver.plan import Plan, Stop, StopKind
from solver.problem import Problem
from solver.reasons.alone import alone
from solver.reasons.answers import Reason, ReasonCode
from solver.violations import Cause, check

TRIALS = 300
"""Ways to serve jobs that belong together, and nothing else, that are tried before they are taken to be possible."""


def explain_together(problem: Problem, plan: Plan, ask: Callable[[int], Reason]) -> tuple[Reason, ...]:
    """The reasons of all jobs left out but those of a bundle that is served; `ask`: whether one fits alone, and what blocks it."""
    inquiry = _Together(problem, plan, ask)
    return tuple(inquiry.reason(row) for row in plan.unassigned if row not in inquiry.spared)


class _Together:
    """Questions about a plan, and what has been asked once."""

    def __init__(self, problem: Problem, plan: Plan, ask: Callable[[int], Reason]) -> None:
        self.problem = problem
        self.served = {row for route in plan.routes for row in route.jobs}
        self.ask = ask
        self.known: dict[int, Reason] = {}
        self.units = {row: bundle.alternatives for bundle in problem.bundles for row in bundle.rows}
        self.spared = {row for bundle in problem.bundles if not self.served.isdisjoint(bundle.rows) for row in bundle.rows}

    def reason(self, row: int) -> Reason:
        """The reason of a job left out."""
        own, ties, because = self._alone(row), list[Cause](), list[int]()
        blocked = [[leg for leg in each if not self._fits(leg)] for each in self._alternatives(row)]
        if all(blocked):
            others = [leg for leg in min(blocked, key=len) if leg != row]
            ties += [Cause.BUNDLE] if others else []
            because += others
        missing = [link.before for link in self._needs(row) if self._is_absent(link.before)]
        ties += [Cause.NEEDED] if missing else []
        because += missing
        if not because and self._fits(row):
            for cause, rows in self._impossible_with(row):
                ties.append(cause)
                because += [each for each in rows if each != row]
        hopeless = bool(ties) and Cause.NEEDED not in ties
        code = ReasonCode.IMPOSSIBLE if own.code is ReasonCode.IMPOSSIBLE or hopeless else ReasonCode.DISPLACED
        return replace(own, code=code, ties=tuple(ties), because=tuple(dict.fromkeys(because)))

    def _alone(self, row: int) -> Reason:
        if row not in self.known:
            self.known[row] = self.ask(row)
        return self.known[row]

    def _fits(self, row: int) -> bool:
        return row in self.served or self._alone(row).code is ReasonCode.DISPLACED

    def _alternatives(self, row: int) -> Sequence[Sequence[int]]:
        return self.units.get(row, ((row,),))

    def _is_absent(self, row: int) -> bool:
        return self.served.isdisjoint(each for legs in self._alternatives(row) for each in legs)

    def _needs(self, row: int) -> list[Link]:
        """The links to jobs that this one, or any job of its bundle, needs."""
        unit = {each for legs in self._alternatives(row) for each in legs}
        return [link for link in self.problem.links if link.needs and link.after in unit]

    def _impossible_with(self, row: int) -> Iterator[tuple[Cause, Sequence[int]]]:
        """What cannot be, even if nothing else were to be done: the legs at once, or the job after one that it needs."""
        hopeful = [legs for legs in self._alternatives(row) if all(self._fits(leg) for leg in legs)]
        if len(self._alternatives(row)[0]) > 1 and not any(self._possible(legs) for legs in hopeful):
            yield Cause.CREW, hopeful[0] if hopeful else ()
        for before in dict.fromkeys(link.before for link in self._needs(row) if link.after == row):
            if not self._possible((before, row)):
                yield Cause.LINK, (before,)

    def _possible(self, rows: Sequence[int]) -> bool:
        """Whether some jobs can be served together, each alone on a shift or one after another on one; bundles apart."""
        problem = replace(self.problem, bundles=())
        shifts = [[s for s in range(len(problem.shifts)) if alone(problem, s, row).route is not None] for row in rows]
        tried = 0
        for chosen in islice(product(*shifts), TRIALS):
            for orders in _orders(problem, rows, chosen):
                tried += 1
                causes = {each.cause for each in check(problem, plan_of(problem, orders))}
                if not causes - {Cause.NEEDED} or tried > TRIALS:
                    return True
        return False


def _orders(problem: Problem, rows: Sequence[int], chosen: Sequence[int]) -> Iterator[list[tuple[int, list[Stop]]]]:
    """The ways to serve jobs on these shifts and nothing else: every order, the breaks before, between or after."""
    used = sorted(set(chosen))
    turns = permutations(range(len(rows))) if len(used) < len(rows) else iter([range(len(rows))])
    most = max(len(problem.shifts[shift].breaks) for shift in used)
    for order in islice(turns, 24):
        for split in range(min(most, 2) + 1):
            routes = []
            for shift in used:
                jobs = [Stop(StopKind.JOB, rows[at]) for at in order if chosen[at] == shift]
                breaks = [Stop(StopKind.BREAK, row) for row in range(len(problem.shifts[shift].breaks))]
                cut = (0, len(breaks) // 2, len(breaks))[split] if most > 1 else min(split, len(breaks))
                routes.append((shift, [*breaks[:cut], *jobs, *breaks[cut:]]))
            yield routes
