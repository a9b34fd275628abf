"""Rules about how much of the plan in force may change."""

from collections.abc import Iterator

from solver.plan import Plan, Visit
from solver.problem import Job, Problem
from solver.violations.causes import Cause, Violation


def max_moves(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """No more visits of the plan in force are moved, or left out, than may be."""
    moved = [job.id for job, _ in _moved(problem, plan)]
    if problem.max_moves is not None and len(moved) > problem.max_moves:
        yield _too_many(Cause.MAX_MOVES, moved, problem.max_moves)


def max_told_moves(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """No more customers than may be find their visit moved out of the window they were told, or left out."""
    told = [job.id for job, visit in _moved(problem, plan) if job.promise and not _as_told(job, visit)]
    if problem.max_told_moves is not None and len(told) > problem.max_told_moves:
        yield _too_many(Cause.MAX_TOLD_MOVES, told, problem.max_told_moves)


def _moved(problem: Problem, plan: Plan) -> Iterator[tuple[Job, Visit | None]]:
    """The jobs of the plan in force that are not served by whom, and about when, they were; with their visit, if any."""
    found: dict[int, tuple[str, Visit]] = {}
    for route in plan.routes:
        if 0 <= route.shift < len(problem.shifts):
            name = problem.technicians[problem.shifts[route.shift].technician].id
            found |= {visit.stop.row: (name, visit) for visit in route.visits if visit.stop.kind == "job"}
    for row, job in enumerate(problem.jobs):
        was = job.current
        if was is None:
            continue
        name, visit = found.get(row, ("", None))
        low, high = was.start - was.tolerance, was.start + was.tolerance
        if visit is None or name != was.technician or visit.start < low or visit.start > high:
            yield job, visit


def _as_told(job: Job, visit: Visit | None) -> bool:
    return visit is not None and job.promise is not None and job.promise.open <= visit.start <= job.promise.close


def _too_many(cause: Cause, jobs: list[str], limit: int) -> Violation:
    more = f" and {len(jobs) - 10} more" if len(jobs) > 10 else ""
    return Violation(cause, None, None, len(jobs) - limit, f"{len(jobs)} moved, {limit} allowed: {', '.join(jobs[:10])}{more}")


RULES = (max_moves, max_told_moves)
