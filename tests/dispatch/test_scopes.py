"""Outside the scope of a run nothing moves."""

import solver
from dispatch import wire
from dispatch.day import answer, problem_of, provider_of
from dispatch.scopes import scoped
from dispatch.settings import Settings
from tests.dispatch.days import changed, crowded

# more work than four technicians can do: all of them are needed
DAY = wire.day_of(changed(crowded(40), (("options",), {})))


def solved(day: wire.Day, iterations: int, seed: int = 1) -> wire.PlanFile:
    planning = problem_of(day, provider_of(Settings(), day))
    return answer(planning, solver.solve(planning.problem, solver.Iterations(iterations), seed=seed), ())


def jobs_by_technician(plan: wire.PlanFile) -> dict[str, list[tuple[str | None, object]]]:
    return {route.technician: [(visit.job, visit.start) for visit in route.visits] for route in plan.routes}


def test_the_routes_of_others_stay_as_they_are_in_force() -> None:
    in_force = solved(DAY, 1)
    again = jobs_by_technician(solved(scoped(DAY, in_force, ["t0", "t1"]), 2_000, seed=5))
    before = jobs_by_technician(in_force)
    assert before.keys() & {"t2", "t3"}
    for name in ("t2", "t3"):
        assert again.get(name, []) == before.get(name, [])


def test_without_a_plan_in_force_others_get_nothing() -> None:
    assert jobs_by_technician(solved(scoped(DAY, None, ["t0"]), 500)).keys() == {"t0"}


def test_a_job_somebody_has_pinned_to_another_stays_with_them() -> None:
    pinned = DAY.jobs[0].model_copy(update={"pin": _pin("t3")})
    day = DAY.model_copy(update={"jobs": (pinned, *DAY.jobs[1:])})
    found = jobs_by_technician(solved(scoped(day, None, ["t0"]), 500))
    assert [job for job, _ in found["t3"]] == ["j0"]


def _pin(technician: str) -> object:
    raw = changed(crowded(1), (("jobs", 0, "pin"), {"technician": technician}))
    return wire.day_of(raw).jobs[0].pin
