"""From a result to the plan file, and back."""

from dataclasses import fields

import pytest

import solver
from dispatch import day, travel, wire
from dispatch.day import Planning, problem_of
from dispatch.errors import Code, InputError
from dispatch.wire import PlanFile, ReasonCode
from tests.dispatch.bad_inputs import day_at
from tests.dispatch.days import BASE, Path, Raw, changed, planning

JOB: Path = ("jobs", 0)
STOPS = {"job": solver.StopKind.JOB, "break": solver.StopKind.BREAK, "stock": solver.StopKind.STOCK}

DELIVERY = {"id": "j2", "kind": "delivery", "location": {"lat": 52.55, "lon": 13.5}}
AFTERNOON = [{"start": day_at("15:50"), "end": day_at("15:55")}]

WORKDAY = changed(
    BASE,
    (("sites",), [{"id": "depot", "location": {"lat": 52.51, "lon": 13.4}}]),
    (("technicians", 0, "stock"), {"site": "depot", "duration_min": 5}),
    (("technicians", 0, "shifts", 0, "breaks"), [{"start": day_at("12:00"), "end": day_at("13:00"), "duration_min": 30}]),
    (("technicians", 0, "shifts", 0, "overtime_limit_min"), 60),
    (("jobs",), [{**BASE["jobs"][0], "setup_min": 5}, {**DELIVERY, "windows": AFTERNOON}, {**DELIVERY, "id": "j3"}]),
)
"""A morning job, lunch, a stop for stock, a delivery that leads into overtime; and one job that is left out."""


def result_of(plans: Planning, *stops: tuple[str, int]) -> solver.Result:
    """The result in which the first shift makes these stops."""
    plan = solver.plan_of(plans.problem, [(0, [solver.Stop(STOPS[kind], row) for kind, row in stops])] if stops else [])
    return solver.Result(plan, solver.evaluate(plans.problem, plan), False, 7, 0.5, "limit of 7 iterations", ())


def workday() -> tuple[Planning, solver.Result, PlanFile]:
    plans = planning(WORKDAY)
    result = result_of(plans, ("job", 0), ("break", 0), ("stock", 0), ("job", 1))
    return plans, result, day.answer(plans, result, solver.explain(plans.problem, result.plan))


def test_every_second_of_a_route_is_accounted_for() -> None:
    # The technician leaves so as to begin at 09:00, and the last delivery begins at 15:50, when its window opens.
    _, _, file = workday()
    (route,) = file.routes
    totals = route.totals
    parts = (totals.travel_s, totals.wait_s, totals.setup_s, totals.service_s, totals.break_s, totals.stock_s)
    assert sum(parts) == totals.duration_s == (route.back - route.depart).total_seconds()
    assert (totals.setup_s, totals.service_s, totals.break_s, totals.stock_s) == (300, 75 * 60, 1800, 300)
    assert totals.overtime_s == (route.back - wire.day_of(WORKDAY).technicians[0].shifts[0].end).total_seconds() > 0  # type: ignore[union-attr]
    assert totals.distance_m == sum(visit.distance_m for visit in route.visits) + route.distance_home_m


def test_times_are_in_the_zone_of_the_day_with_their_offset() -> None:
    _, _, file = workday()
    assert [visit.start.isoformat() for visit in file.routes[0].visits if visit.kind == "job"] == [day_at("09:00"), day_at("15:50")]
    assert [visit.kind for visit in file.routes[0].visits] == ["job", "break", "stock", "job"]


def test_costs_are_exact_and_add_up() -> None:
    _, result, file = workday()
    assert round(file.cost.total * 10**6) == result.cost.money
    for term in (field.name for field in fields(solver.Cost) if field.name not in {"mandatory", "unserved"}):
        assert getattr(file.cost, term) == sum(getattr(route.cost, term) for route in file.routes)
        assert round(getattr(file.cost, term) * 10**6) == getattr(result.cost, term)
    assert file.cost.unserved == 750  # a delivery has priority 5


def test_an_answer_says_where_it_is_from() -> None:
    plans, result, file = workday()
    assert (file.seed, file.iterations, file.ended, file.optimal) == (1, 7, "limit of 7 iterations", False)
    assert file.travel.provider == plans.problem.travel.provider
    assert day.answer(plans, result, (), seed=5).seed == 5


def test_a_plan_file_that_is_written_is_read_as_the_same() -> None:
    _, _, file = workday()
    assert wire.read_plan(wire.write(file)) == file


def test_an_answer_handed_in_again_is_the_same_plan() -> None:
    plans, result, file = workday()
    assert day.plan_of(plans, wire.read_plan(wire.write(file))) == result.plan


def test_a_plan_that_is_pinned_is_the_only_one() -> None:
    plans, result, file = workday()
    again = problem_of(day.pinned(plans.day, file), travel.GreatCircle())
    assert again.warnings == plans.warnings
    assert [job.pin for job in again.problem.jobs] == [solver.Pin(0, 9 * 3600, 0), solver.Pin(0, 15 * 3600 + 50 * 60, 1), None]
    assert result_of(again, ("job", 0), ("break", 0), ("stock", 0), ("job", 1)).plan == result.plan
    assert solver.check(again.problem, result.plan) == ()
    assert solver.evaluate(again.problem, result.plan) == result.cost


def test_the_times_a_plan_file_states_are_those_that_are_judged() -> None:
    # The delivery that begins at 15:50 and ends at 16:05 is stated two minutes later, which nothing makes it.
    plans, _, file = workday()
    raw = file.model_dump(mode="json", exclude_unset=True)
    raw["routes"][0]["visits"][3] |= {"start": day_at("15:52"), "end": day_at("16:07")}
    stated = day.plan_of(plans, PlanFile.model_validate(raw))
    assert stated.routes[0].visits[3].start == 15 * 3600 + 52 * 60
    assert solver.check(plans.problem, stated) != ()


# ---------------------------------------------------------------- plans that do not fit the day


VISIT: Path = ("routes", 0, "visits", 0)


@pytest.mark.parametrize(
    ("path", "value", "code", "pointer"),
    [
        (("routes", 0, "technician"), "t2", Code.UNKNOWN_REFERENCE, "/routes/0/technician"),
        (("routes", 0, "shift"), 1, Code.UNKNOWN_REFERENCE, "/routes/0/shift"),
        ((*VISIT, "job"), "j9", Code.UNKNOWN_REFERENCE, "/routes/0/visits/0/job"),
        ((*VISIT, "job"), ..., Code.REQUIRED, "/routes/0/visits/0/job"),
        (("routes", 0, "visits", 1, "pause"), 1, Code.UNKNOWN_REFERENCE, "/routes/0/visits/1/pause"),
        (("routes", 0, "visits", 1, "pause"), ..., Code.REQUIRED, "/routes/0/visits/1/pause"),
        (("unassigned", 0, "job"), "j9", Code.UNKNOWN_REFERENCE, "/unassigned/0/job"),
        ((*VISIT, "setup_s"), 301, Code.CONFLICT, "/routes/0/visits/0/end"),
    ],
)
def test_a_plan_that_does_not_fit_the_day_is_refused(path: Path, value: object, code: Code, pointer: str) -> None:
    plans, _, file = workday()
    raw = changed(file.model_dump(mode="json", exclude_unset=True), (path, value))
    with pytest.raises(InputError) as refused:
        day.plan_of(plans, PlanFile.model_validate(raw))
    assert [(finding.code, finding.pointer) for finding in refused.value.findings] == [(code, pointer)]


def test_a_stop_for_stock_where_there_is_none_is_refused() -> None:
    _, _, file = workday()
    without = planning(changed(WORKDAY, (("technicians", 0, "stock"), ...)))
    with pytest.raises(InputError, match="/routes/0/visits/2/kind"):
        day.plan_of(without, file)


def test_two_routes_for_one_shift_are_refused() -> None:
    plans, _, file = workday()
    with pytest.raises(InputError, match="/routes/1/shift"):
        day.plan_of(plans, file.model_copy(update={"routes": file.routes * 2}))


# ---------------------------------------------------------------- reasons


def reason(raw: Raw) -> ReasonCode:
    """The reason of the first job in the empty plan."""
    plans = planning(raw)
    result = result_of(plans)
    return day.answer(plans, result, solver.explain(plans.problem, result.plan)).unassigned[0].reason


FAR = {"lat": -52.52, "lon": -166.595}
ONE_WAY = {"matrices": {"durations_s": [[0, None], [None, 0]], "distances_m": [[0, 1], [1, 0]]}}
NARROW = [{"start": day_at("09:00"), "finish_by": day_at("09:30")}]
YEAR_2027 = [{"start": "2027-03-02T09:00:00Z", "end": "2027-03-02T10:00:00Z"}]
TONIGHT = [{"start": day_at("20:00"), "end": day_at("21:00")}]


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        pytest.param((*JOB, "location"), FAR, ReasonCode.TRAVEL_TOO_LONG, id="B06"),
        pytest.param(("travel",), ONE_WAY, ReasonCode.UNREACHABLE, id="B19 D15"),
        pytest.param((*JOB, "duration_min"), 1440, ReasonCode.NO_SHIFT_OVERLAPS_WINDOW, id="D04"),
        pytest.param((*JOB, "parts"), {"valve": 3}, ReasonCode.CAPACITY_EXCEEDED, id="D13"),
        pytest.param((*JOB, "tools"), ["ladder"], ReasonCode.CAPACITY_EXCEEDED, id="D13 tools"),
        pytest.param((*JOB, "technicians"), {"excluded": ["t1"]}, ReasonCode.TECHNICIAN_EXCLUDED, id="E08"),
        pytest.param((*JOB, "skills"), ["welding"], ReasonCode.NO_SKILLED_TECHNICIAN, id="F01"),
        pytest.param((*JOB, "tags"), ["korean"], ReasonCode.NO_SKILLED_TECHNICIAN, id="F01 tags"),
        pytest.param(("technicians",), [], ReasonCode.NO_SKILLED_TECHNICIAN, id="G01"),
        pytest.param((*JOB, "windows"), NARROW, ReasonCode.WINDOW_SHORTER_THAN_DURATION, id="I04"),
        pytest.param((*JOB, "windows"), YEAR_2027, ReasonCode.OUTSIDE_HORIZON, id="I07"),
        pytest.param((*JOB, "windows"), TONIGHT, ReasonCode.NO_SHIFT_OVERLAPS_WINDOW, id="I08"),
        pytest.param(("technicians", 0, "limits"), {"leg_min": 1}, ReasonCode.TRAVEL_TOO_LONG, id="limits"),
        pytest.param((*JOB, "pin"), {"start": day_at("20:00")}, ReasonCode.PIN_CONFLICT, id="K02"),
        pytest.param((*JOB, "value"), 0, ReasonCode.OUTRANKED, id="worth nothing"),
        pytest.param((*JOB, "value"), 10_000, ReasonCode.TIME_BUDGET, id="it would fit and pay"),
    ],
)
def test_a_job_left_out_has_its_reason(path: Path, value: object, expected: ReasonCode) -> None:
    assert reason(changed(BASE, (path, value))) is expected


def test_the_reason_is_that_of_the_shift_that_came_nearest() -> None:
    # The first technician lacks the skill; the second has it, but works at another time.
    other = {
        **BASE["technicians"][0],
        "id": "t2",
        "skills": ["welding"],
        "shifts": [{"start": day_at("18:00"), "end": day_at("20:00")}],
    }
    raw = changed(BASE, (("technicians",), [BASE["technicians"][0], other]), ((*JOB, "skills"), ["welding"]))
    plans = planning(raw)
    result = result_of(plans)
    left = day.answer(plans, result, solver.explain(plans.problem, result.plan)).unassigned[0]
    assert (left.status, left.reason) == ("impossible", ReasonCode.NO_SHIFT_OVERLAPS_WINDOW)
    assert [(block.technician, block.cause) for block in left.blocks] == [("t1", "skill"), ("t2", "window")]


def test_a_pinned_job_that_breaks_a_rule_comes_back_as_a_pin_conflict() -> None:
    assert reason(changed(BASE, ((*JOB, "pin"), {"technician": "t1"}), ((*JOB, "skills"), ["welding"]))) is ReasonCode.PIN_CONFLICT


def test_whoever_holds_the_place_of_a_displaced_job_is_named() -> None:
    jobs = [{**BASE["jobs"][0], "id": name, "duration_min": 400} for name in ("a", "b")]
    plans = planning(changed(BASE, (("jobs",), jobs)))
    result = result_of(plans, ("job", 0))
    left = day.answer(plans, result, solver.explain(plans.problem, result.plan)).unassigned[0]
    assert (left.job, left.status, left.reason) == ("b", "displaced", ReasonCode.OUTRANKED)
    assert (left.holders[0].technician, left.holders[0].jobs) == ("t1", ("a",))


def test_a_job_left_out_is_listed_even_without_a_reason() -> None:
    plans = planning(BASE)
    left = day.answer(plans, result_of(plans), ()).unassigned
    assert [(each.job, each.reason) for each in left] == [("j1", ReasonCode.TIME_BUDGET)]
