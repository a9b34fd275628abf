"""Rules about what is on the van, and about stops at the stock point."""

from collections.abc import Iterator

from solver.plan import StopKind
from solver.violations.case import Case
from solver.violations.causes import Cause, Violation


def tools(case: Case) -> Iterator[Violation]:
    """Every tool of a job is on the van, or was fetched at a stop at the stock point before."""
    for step in case.steps:
        if step.visit.stop.kind is StopKind.STOCK:
            return
        missing = step.job.tools - case.shift.tools if step.job else ()
        if missing:
            yield case.broken(Cause.TOOLS, len(missing), f"{', '.join(sorted(missing))} not on the van", step)


def parts(case: Case) -> Iterator[Violation]:
    """Jobs use no more parts than were on the van at the start or, since the last stop at the stock point, after the refill."""
    refill = case.shift.stock.refill if case.shift.stock else None
    left: dict[str, int] | None = dict(case.shift.parts)
    for step in case.steps:
        if step.visit.stop.kind is StopKind.STOCK:
            left = None if refill is None else dict(refill)
        elif step.job and left is not None:
            for name, need in step.job.parts.items():
                short = need - left.get(name, 0)
                left[name] = max(0, -short)
                if short > 0:
                    yield case.broken(Cause.PARTS, short, f"{short} of {name} too few on the van", step)


def stock_visits(case: Case) -> Iterator[Violation]:
    """A route stops at the stock point of its shift no more often than allowed, and not at all if the shift has none."""
    made = sum(step.visit.stop.kind is StopKind.STOCK for step in case.steps)
    allowed = case.shift.stock.visits if case.shift.stock else 0
    if made > allowed:
        yield case.broken(Cause.STOCK_VISITS, made - allowed, f"{made} stops at the stock point, {allowed} allowed")


RULES = (tools, parts, stock_visits)
