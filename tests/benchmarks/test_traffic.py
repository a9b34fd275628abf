"""A plan made by the hour keeps its times when it is driven through these hours; one made with the mean of them does not."""

import numpy as np
import pytest

import solver
from benchmarks.traffic import RUSH, clock_of, day_of, driven
from dispatch import travel
from dispatch.day import problem_of

ROADS = travel.GreatCircle(hour_factors=tuple(RUSH.get(hour, 1.0) for hour in range(24)))
PLACES = [travel.Place(47.0 + lat, 9.5 + lon) for lat, lon in np.random.default_rng(0).uniform(0, 0.3, (30, 2)).tolist()]


@pytest.mark.parametrize("by_hour", [True, False])
def test_only_a_plan_made_by_the_hour_keeps_its_times(by_hour: bool) -> None:
    planning = problem_of(day_of(PLACES, 16, 3, 1, by_hour), ROADS)
    plan = solver.solve(planning.problem, solver.Iterations(200), seed=1).plan
    found = driven(planning, plan, clock_of(planning, ROADS))
    assert found.visits == sum(len(route.jobs) for route in plan.routes) > 0
    assert (found.late == found.worst == 0) == by_hour
    assert not by_hour or (found.missed, found.overtime) == (0, 0)
