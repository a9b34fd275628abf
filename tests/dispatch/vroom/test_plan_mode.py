"""Plan mode: the routes are given, their times are chosen, and what they break is said."""

from tests.dispatch.vroom import examples
from tests.dispatch.vroom.documents import answer, document, job, never, refusal, steps, vehicle


def checked(asked):
    return answer(asked, choose_eta=True, search=never)


def causes(violations):
    return {each["cause"]: each.get("duration") for each in violations}


def test_the_example_of_a_plan_is_timed_and_its_faults_are_found():
    """Van 1 has 7 of 4 on board until job 2 is served; van 2 leaves 800 s before its time, as it is told to."""
    told = checked(examples.third())
    one, two = told["routes"]
    assert [step["load"] for step in one["steps"]] == [[7], [5], [3], [0], [0]]
    assert [causes(step["violations"]) for step in one["steps"][:3]] == [{"load": None}, {"load": None}, {}]
    assert two["steps"][0]["arrival"] == 1600415200
    assert causes(two["steps"][0]["violations"]) == {"lead_time": 800}
    assert causes(told["summary"]["violations"])["lead_time"] == 800
    assert told["summary"]["delivery"] == [10]
    assert told["unassigned"] == []


def test_every_rule_that_is_broken_is_said_at_its_step():
    """On the line: job 1 at 100 s, job 2 at 250 s. No skill, one task too many, more driven than allowed, a break left out."""
    limits = {"max_tasks": 1, "max_travel_time": 200, "max_distance": 200, "skills": [2], "breaks": [{"id": 1}]}
    asked = document([vehicle(1, steps=steps(1, 2), **limits)], [job(1, 1, skills=[1]), job(2, 2), job(3, 3)], distances=None)
    asked["matrices"]["car"]["distances"] = asked["matrices"]["car"]["durations"]
    told = checked(asked)
    start, first, second, end = told["routes"][0]["steps"]
    assert causes(start["violations"]) == {}
    assert causes(first["violations"]) == {"skills": None}
    assert causes(second["violations"]) == {"max_tasks": None, "max_travel_time": None, "max_distance": None}
    assert causes(end["violations"]) == {"max_travel_time": None, "max_distance": None}
    assert set(causes(told["summary"]["violations"])) == {"skills", "max_tasks", "max_travel_time", "max_distance", "missing_break"}
    assert [(each["id"], each["reason"]) for each in told["unassigned"]] == [(3, "no step of a route names it")]


def test_windows_are_missed_by_as_little_as_can_be():
    """Service of 200 s between windows that close at 1,000 and 1,050, 150 s apart: (200 + 150 − 50) = 300 s are missed."""
    jobs = [job(1, 1, service=200, time_windows=[[1000, 1000]]), job(2, 2, time_windows=[[1000, 1050]])]
    told = checked(document([vehicle(1, steps=steps(1, 2))], jobs))
    assert sum(each["duration"] for each in told["summary"]["violations"]) == 300


def test_a_break_may_be_held_in_the_middle_of_a_drive():
    """Away at 0, 40 s of the drive of 250 s, a break of 60 s, the other 210 s: there at 310."""
    pause = {"id": 4, "service": 60, "time_windows": [[40, 40]]}
    asked = document(
        [vehicle(1, time_window=[0, 9999], breaks=[pause], steps=steps("break 4", 2))], [job(2, 2, time_windows=[[310, 310]])]
    )
    told = checked(asked)
    _, rest, task, _ = told["routes"][0]["steps"]
    assert (rest["arrival"], rest["duration"], rest["waiting_time"]) == (40, 40, 0)
    assert (task["arrival"], task["duration"]) == (310, 250)


def test_shipments_are_checked_in_plan_mode():
    """2 come on board at the pickup and leave at the delivery; the other way round both ends are out of order."""
    shipment = {"amount": [2], "pickup": {"id": 1, "location_index": 1}, "delivery": {"id": 1, "location_index": 2}}
    asked = document([vehicle(1, capacity=[1], steps=steps("pickup 1", "delivery 1"))], []) | {"shipments": [shipment]}
    route = checked(asked)["routes"][0]
    assert [step["load"] for step in route["steps"]] == [[0], [2], [0], [0]]
    assert causes(route["violations"]) == {"load": None}
    asked["vehicles"][0]["steps"] = steps("delivery 1", "pickup 1")
    route = checked(asked)["routes"][0]
    assert [causes(step["violations"]).keys() >= {"precedence"} for step in route["steps"]] == [False, True, True, False]


def test_a_break_with_too_much_on_board_is_said():
    asked = document(
        [vehicle(1, capacity=[3], breaks=[{"id": 1, "max_load": [0]}], steps=steps("break 1", 1))], [job(1, 1, delivery=[1])]
    )
    assert causes(checked(asked)["routes"][0]["steps"][1]["violations"]) == {"max_load": None}


def test_profiles_and_speeds_may_differ_in_plan_mode():
    """450 s at twice the speed are 225, there and back 450."""
    asked = document([vehicle(1, speed_factor=2, steps=steps(1)), vehicle(2, steps=steps(2))], [job(1, 3), job(2, 3)])
    assert [route["duration"] for route in checked(asked)["routes"]] == [450, 900]


def test_plan_mode_can_be_asked_for_in_the_document():
    told = answer(document([vehicle(1, steps=steps(1))], [job(1, 1)]) | {"options": {"c": True}}, search=never)
    assert len(told["routes"]) == 1


def test_times_that_cannot_be_kept_are_refused():
    early = [{"type": "start", "service_after": 50}, {"type": "job", "id": 1, "service_before": 149}, {"type": "end"}]
    refused = refusal(document([vehicle(1, steps=early)], [job(1, 1)]), choose_eta=True)
    assert [(each["pointer"], each["code"]) for each in refused["findings"]] == [("/vehicles/0/steps", "route_infeasible")]
