"""Routes that end at their last visit, for peers whose routes end somewhere: they end at a place that is no way from anywhere."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from solver import Problem, Travel


def closed(problem: Problem) -> Problem:
    """The problem with an end for every route; where there was none it is a further place, without travel to or from it."""
    if all(shift.end_place is not None for shift in problem.shifts):
        return problem
    nowhere = problem.travel.places
    travel = Travel(_wider(problem.travel.durations), _wider(problem.travel.distances), problem.travel.provider)
    shifts = (replace(shift, end_place=nowhere) if shift.end_place is None else shift for shift in problem.shifts)
    return replace(problem, travel=travel, shifts=tuple(shifts))


def _wider(matrix: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.pad(matrix, ((0, 1), (0, 1)))
