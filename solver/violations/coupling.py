"""Rules about routes taken together: links, bundles, groups, crews; and that nothing waits longer than its links ask for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from solver.coupling import Ask, Link
from solver.plan import Route, StopKind, Visit
from solver.problem import FOREVER, Problem
from solver.violations.case import Case, case_of
from solver.violations.causes import Cause, Violation
from solver.violations.timing import likely_leading, soonest_moments

PASSES = 1_000  #: after so many nothing is said about what could be earlier


def floors(problem: Problem, routes: Sequence[Route]) -> dict[int, int]:
    """Per linked job the earliest start that the stated times of the jobs it is linked to let it have."""
    if not problem.links:
        return {}
    stated = {row: (visit.start, visit.end) for row, (_, visit) in _served(problem, routes).items()}
    return _bounds(problem, stated)


def links_kept(problem: Problem, routes: Sequence[Route]) -> Iterator[Violation]:
    """A linked job starts no sooner and no later after the other one than the link says, nor before the next morning."""
    served = _served(problem, routes)
    for link in problem.links:
        if link.before in served and link.after in served:
            before, (route, after) = served[link.before][1], served[link.after]
            lag = after.start - (before.start if link.from_start else before.end)
            off = max(link.low - lag, lag - link.high)
            if off > 0:
                bound = f"{lag} s after job {problem.jobs[link.before].id}, {off} s off the {link.low} to {link.high} s allowed"
                yield _broken(problem, Cause.LINK, link.after, off, f"starts {bound}", route)
            morning = _morning(link, before.end)
            if morning > after.start:
                what = f"starts on the working day on which job {problem.jobs[link.before].id} ends, or there is no later one"
                yield _broken(problem, Cause.LINK, link.after, morning - after.start, what, route)


def needed_served(problem: Problem, routes: Sequence[Route]) -> Iterator[Violation]:
    """A job that needs another one is not served without it; of a bundle, any alternative will do."""
    served = _served(problem, routes)
    others = {row: bundle.rows for bundle in problem.bundles for row in bundle.rows}
    for link in problem.links:
        if link.needs and link.after in served and served.keys().isdisjoint(others.get(link.before, (link.before,))):
            what = f"is served though job {problem.jobs[link.before].id} is not"
            yield _broken(problem, Cause.NEEDED, link.after, 1, what, served[link.after][0])


def bundles_whole(problem: Problem, routes: Sequence[Route]) -> Iterator[Violation]:
    """Of a bundle exactly one alternative is served, or nothing."""
    served = _served(problem, routes)
    for bundle in problem.bundles:
        found = {row for row in bundle.rows if row in served}
        if found and found not in (set(each) for each in bundle.alternatives):
            off = min(len(found.symmetric_difference(each)) for each in bundle.alternatives)
            yield _broken(problem, Cause.BUNDLE, min(found), off, f"{len(found)} jobs of bundle {bundle.id} are served")


def groups_kept(problem: Problem, routes: Sequence[Route]) -> Iterator[Violation]:
    """Jobs of a group that has no price are served by the same technician, on the same day, or by different technicians."""
    served = _served(problem, routes)
    for group in problem.groups:
        if group.price is None:
            rows = [row for row in group.rows if row in served]
            shifts = [problem.shifts[served[row][0].shift] for row in rows]
            same = [shift.day if group.ask is Ask.SAME_DAY else shift.technician for shift in shifts]
            off = len(same) - len(set(same)) if group.ask is Ask.DIFFERENT_TECHNICIANS else len(set(same)) - 1
            if rows and off > 0:
                yield _broken(problem, Cause.GROUP, rows[0], off, f"its group wants {group.ask.replace('_', ' ')}")


def nobody_twice(problem: Problem, routes: Sequence[Route]) -> Iterator[Violation]:
    """A technician works in no two shifts that overlap, if one of them is a crew's."""
    for a, b in combinations(routes, 2):
        one, other = problem.shifts[a.shift], problem.shifts[b.shift]
        shared = {one.technician, *one.crew} & {other.technician, *other.crew}
        overlap = min(one.latest, other.latest) - max(one.start, other.start)
        if shared and (one.crew or other.crew) and overlap > 0:
            name = problem.technicians[min(shared)].id
            yield Violation(Cause.CREW, b.shift, None, overlap, f"{name} works in shifts {a.shift} and {b.shift} at once")


def no_needless_wait(problem: Problem, routes: Sequence[Route]) -> Iterator[Violation]:
    """Linked jobs start as early as all links together allow: not later because two of them wait for each other."""
    if not problem.links:
        return
    served = _served(problem, routes)
    bounds = floors(problem, routes)
    soonest = _soonest(problem, [case_of(problem, route, bounds) for route in routes])
    for row, start in soonest.items():
        route, visit = served[row]
        if visit.start > start:
            late = visit.start - start
            yield _broken(problem, Cause.TIMING_RULE, row, late, f"starts {late} s later than its links ask for", route)


def _soonest(problem: Problem, cases: Sequence[Case]) -> dict[int, int]:
    """The least starts of the linked jobs, raised pass by pass from what each route could do alone; empty if that does not end."""
    bounds: dict[int, int] = {}
    leading = [likely_leading(case) for case in cases]
    for _ in range(PASSES):
        times: dict[int, tuple[int, int]] = {}
        for case, breaks in zip(cases, leading, strict=True):
            floored = [replace(step, floor=bounds.get(_row(step.visit), -FOREVER)) for step in case.steps]
            now = replace(case, steps=tuple(floored))
            for step, moment in zip(now.steps, soonest_moments(now, breaks), strict=True):
                if step.job is not None:
                    times[_row(step.visit)] = (moment.start, moment.start + step.setup + step.service)
        raised = {row: max(bound, bounds.get(row, -FOREVER)) for row, bound in _bounds(problem, times).items()}
        if all(bound <= times[row][0] for row, bound in raised.items()):
            return {row: times[row][0] for link in problem.links for row in (link.before, link.after) if row in times}
        if max(raised.values()) >= FOREVER:
            return {}
        bounds = raised
    return {}


def _bounds(problem: Problem, times: Mapping[int, tuple[int, int]]) -> dict[int, int]:
    """What the links ask for, given starts and ends."""
    bounds: dict[int, int] = defaultdict(lambda: -FOREVER)
    for link in problem.links:
        if link.before in times and link.after in times:
            start, end = times[link.before]
            since = start if link.from_start else end
            bounds[link.after] = max(bounds[link.after], since + link.low, _morning(link, end))
            if link.high < FOREVER:
                bounds[link.before] = max(bounds[link.before], times[link.after][0] - link.high - (since - start))
    return bounds


def _morning(link: Link, end: int) -> int:
    """The first morning after an end; before all times if the link has none, after all if none is left."""
    return min((each for each in link.mornings if each > end), default=FOREVER) if link.mornings else -FOREVER


def _served(problem: Problem, routes: Sequence[Route]) -> dict[int, tuple[Route, Visit]]:
    """The visits of the jobs that there are, with their routes."""
    visits = ((route, visit) for route in routes for visit in route.visits if visit.stop.kind is StopKind.JOB)
    return {visit.stop.row: (route, visit) for route, visit in visits if 0 <= visit.stop.row < len(problem.jobs)}


def _row(visit: Visit) -> int:
    return visit.stop.row if visit.stop.kind is StopKind.JOB else -1


def _broken(problem: Problem, cause: Cause, row: int, amount: int, what: str, route: Route | None = None) -> Violation:
    return Violation(cause, route.shift if route else None, row, amount, f"job {problem.jobs[row].id}: {what}")


RULES = (links_kept, needed_served, bundles_whole, groups_kept, nobody_twice, no_needless_wait)
