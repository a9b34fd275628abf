"""Places as peers want them: every route ends somewhere, and there is nothing in a matrix that nobody needs."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from solver import Problem, Travel


def closed(problem: Problem) -> Problem:
    """The problem with an end for every route; where there was none it is a further place, no way from anywhere."""
    if all(shift.end_place is not None for shift in problem.shifts):
        return problem
    nowhere = problem.travel.places
    travel = Travel(_wider(problem.travel.durations), _wider(problem.travel.distances), problem.travel.provider)
    shifts = (replace(shift, end_place=nowhere) if shift.end_place is None else shift for shift in problem.shifts)
    return replace(problem, travel=travel, shifts=tuple(shifts))


def compact(problem: Problem) -> Problem:
    """The problem without the places at which nothing is and no route starts or ends."""
    ends = {place for shift in problem.shifts for place in (shift.start_place, shift.end_place) if place is not None}
    places = sorted({job.place for job in problem.jobs} | ends)
    if len(places) == problem.travel.places:
        return problem
    row, square = {place: number for number, place in enumerate(places)}, np.ix_(places, places)
    return replace(
        problem,
        jobs=tuple(replace(job, place=row[job.place]) for job in problem.jobs),
        shifts=tuple(
            replace(shift, start_place=row[shift.start_place], end_place=None if shift.end_place is None else row[shift.end_place])
            for shift in problem.shifts
        ),
        travel=Travel(problem.travel.durations[square], problem.travel.distances[square], problem.travel.provider),
    )


def _wider(matrix: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.pad(matrix, ((0, 1), (0, 1)))
