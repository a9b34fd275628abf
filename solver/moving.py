"""Which visits of the plan in force a plan moves, and how many of those were told: what its limits count."""

from dataclasses import dataclass

from solver.plan import Plan
from solver.problem import Problem


@dataclass(frozen=True, slots=True)
class Moves:
    """Rows of jobs, ascending."""

    moved: tuple[int, ...]  #: served by another technician, at another time beyond the tolerance, or left out
    told: tuple[int, ...]  #: of those, the ones with a promise that is not kept any more

    def keep(self, problem: Problem) -> bool:
        """Whether they are no more than the problem allows."""
        limits = ((problem.max_moves, self.moved), (problem.max_told_moves, self.told))
        return all(limit is None or len(rows) <= limit for limit, rows in limits)


def moves_of(problem: Problem, plan: Plan) -> Moves:
    """What a plan moves, compared with the plan in force."""
    starts = {visit.stop.row: (problem.shifts[route.shift].technician, visit.start) for route, visit in plan.visits()}
    moved, told = [], []
    for row, job in enumerate(problem.jobs):
        if job.current is None:
            continue
        technician, start = starts.get(row, (None, 0))
        if technician is not None and job.current.is_kept(problem.technicians[technician].id, start):
            continue
        moved.append(row)
        if job.promise and not (technician is not None and job.promise.keeps(start)):
            told.append(row)
    return Moves(tuple(moved), tuple(told))


def is_limited(problem: Problem) -> bool:
    """Whether the moves of a plan are limited."""
    return problem.max_moves is not None or problem.max_told_moves is not None
