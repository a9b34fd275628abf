"""A VROOM document planned: what is answered, what decides, what is refused, what is warned of."""

import json

import pytest

import solver
from dispatch import vroom
from dispatch.travel import GreatCircle, TravelError
from tests.dispatch.vroom import examples
from tests.dispatch.vroom.documents import LINE, answer, document, job, never, refusal, served, vehicle, warned

# ---------------------------------------------------------------- VROOM's examples


def test_the_example_with_a_matrix_is_answered_as_vroom_answers_it():
    told = answer(examples.second())
    assert told["summary"]["cost"] == told["summary"]["duration"] == 2104 + 2255 + 1102
    (route,) = told["routes"]
    assert [(step["type"], step.get("id"), step["arrival"]) for step in route["steps"]] == [
        ("start", None, 0),
        ("job", 1414, 2104),
        ("job", 1515, 4359),
        ("end", None, 5461),
    ]
    assert told["unassigned"] == told["summary"]["violations"] == route["violations"] == []


def test_the_example_without_a_matrix_is_planned_but_for_its_shipment():
    refused = refusal(examples.first())
    assert refused["code"] == 2
    assert [(each["pointer"], each["code"]) for each in refused["findings"]] == [("/shipments/0", "unsupported")]
    told = answer(examples.first() | {"shipments": []})
    assert told["summary"]["unassigned"] == 0
    assert told["summary"]["delivery"] == [4]
    assert told["summary"]["distance"] > 0
    assert set(served(told)[1]) >= {1, 2}  # only the first van has skill 1
    assert told["routes"][0]["steps"][0]["location"] == examples.DEPOT


# ---------------------------------------------------------------- what decides


def test_a_higher_priority_wins_and_then_more_tasks_and_then_cost():
    """One task fits: the far one has the priority. With two that fit, both; of equals, the near one (2 × 100 s, not 2 × 250)."""
    one = [vehicle(1, max_tasks=1)]
    assert served(answer(document(one, [job(1, 1, priority=1), job(2, 3, priority=2)]))) == {1: [2]}
    assert served(answer(document(one, [job(1, 1), job(2, 2)]))) == {1: [1]}
    near = document([vehicle(1, max_travel_time=500)], [job(1, 1, priority=1), job(2, 2, priority=1), job(3, 3, priority=3)])
    assert set(served(answer(near))[1]) == {1, 2}  # of 500 s the far one would take 900
    fair = document([vehicle(1, max_tasks=2)], [job(1, 1, priority=2), job(2, 2, priority=2), job(3, 3, priority=3)])
    assert answer(fair)["summary"]["priority"] == 5


def test_costs_are_those_of_vroom():
    """900 s of driving at 7,200 an hour are 1,800; 3 km at 10 are 30; 60 + 540 s of a task at 360 an hour are 60; 7 for use."""
    costs = {"fixed": 7, "per_hour": 7200, "per_km": 10, "per_task_hour": 360}
    metres = [[abs(a - b) * 1500 for b in range(4)] for a in range(4)]
    asked = document([vehicle(1, costs=costs)], [job(1, 1, setup=60, service=540)], distances=metres)
    told = answer(asked)
    assert told["summary"]["cost"] == 7 + 2 * 100 * 2 + 30 + 60
    assert told["summary"]["distance"] == 3000
    assert (told["routes"][0]["setup"], told["routes"][0]["service"]) == (60, 540)


def test_a_matrix_of_costs_decides_instead_of_time():
    """Two vehicles at places 0 and 3; the near one is the dear one."""
    costs = [[9 if 0 in (a, b) and a != b else int(a != b) for b in range(4)] for a in range(4)]
    asked = document([vehicle(1), vehicle(2, start_index=3, end_index=3)], [job(1, 1)], costs=costs)
    told = answer(asked)
    assert served(told) == {2: [1]}
    assert told["summary"]["cost"] == 2


def test_a_vehicle_that_is_dear_by_the_task_gets_none():
    """100 s at 36 an hour are 1; at 7,200 they are 200, more than 2 × 50 s of detour."""
    asked = document([vehicle(1, costs={"per_task_hour": 7200}), vehicle(2, costs={"fixed": 150})], [job(1, 1, service=100)])
    assert served(answer(asked)) == {2: [1]}


def test_service_depends_on_the_type_of_the_vehicle():
    jobs = [job(1, 1, service=500, setup=10, service_per_type={"bike": 50}, time_windows=[[0, 1000]])]
    told = answer(document([vehicle(1, time_window=[0, 300]), vehicle(2, type="bike", time_window=[0, 300])], jobs))
    assert served(told) == {2: [1]}
    assert (told["routes"][0]["setup"], told["routes"][0]["service"]) == (10, 50)


def test_a_vehicle_without_a_start_begins_at_its_first_task_and_one_without_an_end_stays_at_its_last():
    """From place 3 to place 0 it is 450 s; nothing is driven to place 3."""
    asked = document([{"id": 1, "end_index": 0}], [job(1, 3), job(2, 1)])
    told = answer(asked)
    assert (served(told), told["summary"]["duration"]) == ({1: [1, 2]}, 450)
    assert told["routes"][0]["steps"][0]["location_index"] == 3
    asked = document([{"id": 1, "start_index": 0}], [job(1, 3), job(2, 1)])
    told = answer(asked)
    assert (served(told), told["summary"]["duration"]) == ({1: [2, 1]}, 450)
    assert told["routes"][0]["steps"][-1]["location_index"] == 3


def test_loads_are_said_step_by_step():
    """3 on board for both, 2 left after the first, 1 picked up at the last."""
    jobs = [job(1, 1, delivery=[1, 0]), job(2, 2, delivery=[2, 0]), job(3, 3, pickup=[0, 1])]
    told = answer(document([{"id": 1, "start_index": 0, "capacity": [3, 1]}], jobs))
    assert [step["load"] for step in told["routes"][0]["steps"]] == [[3, 0], [2, 0], [0, 0], [0, 1], [0, 1]]
    assert (told["summary"]["delivery"], told["summary"]["pickup"]) == ([3, 0], [0, 1])


def test_what_does_not_fit_on_board_is_left_out_and_said():
    told = answer(document([vehicle(1, capacity=[2])], [job(1, 1, delivery=[2]), job(2, 2, delivery=[3])]))
    assert [(each["id"], each["type"], each["reason"]) for each in told["unassigned"]] == [
        (2, "job", "its amounts are more than a vehicle can hold")
    ]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"skills": [9]}, "no vehicle has the skills it needs"),
        ({"time_windows": [[0, 50]]}, "no vehicle can be there in its time windows"),
        ({"service": 900}, "the drives to it and back and its service take longer than a vehicle works"),
    ],
)
def test_a_task_left_out_says_why(more, reason):
    told = answer(document([vehicle(1, time_window=[0, 1000])], [job(1, 1, **more)]))
    assert [each["reason"] for each in told["unassigned"]] == [reason]


def test_given_steps_are_where_the_search_begins():
    def begins(problem, start):
        assert [[stop.kind for stop in route.stops] for route in start.routes] == [["job", "break", "job"]]
        assert start.routes[0].jobs == (1, 0)
        return solver.Result(start, solver.evaluate(problem, start), False, 0, 0.0, "as begun", ())

    pause = {"id": 7, "service": 10, "time_windows": [[460, 500]]}
    steps = [{"type": "start"}, {"type": "job", "id": 2}, {"type": "job", "id": 1}, {"type": "end"}]
    asked = document(
        [vehicle(1, time_window=[0, 2000], breaks=[pause], steps=steps)], [job(1, 1), job(2, 3, time_windows=[[450, 450]])]
    )
    assert served(answer(asked, search=begins)) == {1: [2, 1]}


# ---------------------------------------------------------------- what is refused, what is warned of

BIKE = {"durations": [[2 * cell for cell in line] for line in LINE]}


@pytest.mark.parametrize(
    ("place", "asked"),
    [
        ("/vehicles/0/max_distance", document([vehicle(1, max_distance=9)], [job(1, 1)], distances=LINE)),
        (
            "/vehicles/0/breaks/0/max_load",
            document([vehicle(1, capacity=[1], breaks=[{"id": 1, "max_load": [0]}])], [job(1, 1)]),
        ),
        ("/vehicles/1/speed_factor", document([vehicle(1), vehicle(2, speed_factor=2)], [job(1, 1)])),
        (
            "/vehicles/1/profile",
            {
                "vehicles": [vehicle(1), vehicle(2, profile="bike")],
                "jobs": [job(1, 1)],
                "matrices": {"car": {"durations": LINE}, "bike": BIKE},
            },
        ),
        (
            "/vehicles/1/costs",
            document(
                [vehicle(1), vehicle(2, costs={"per_km": 3})],
                [job(1, 1)],
                distances=[[cell * cell for cell in line] for line in LINE],
            ),
        ),
    ],
)
def test_what_cannot_be_planned_is_refused_by_its_place(place, asked):
    refused = refusal(asked)
    assert [(each["pointer"], each["code"]) for each in refused["findings"]] == [(place, "unsupported")]
    assert refused["error"].startswith(place)


@pytest.mark.parametrize(
    ("place", "code", "asked"),
    [
        ("/vehicles", "required", {"vehicles": []}),
        ("/vehicles/0", "required", document([{"id": 1}], [])),
        ("/vehicles/1/id", "duplicate_id", document([vehicle(1), vehicle(1)], [])),
        ("/jobs/1/id", "duplicate_id", document([vehicle(1)], [job(1, 1), job(1, 2)])),
        ("/jobs/0/priority", "out_of_range", document([vehicle(1)], [job(1, 1, priority=101)])),
        ("/jobs/0/service", "wrong_type", document([vehicle(1)], [job(1, 1, service="60")])),
        ("/jobs/0/location_index", "unknown_reference", document([vehicle(1)], [job(1, 4)])),
        ("/jobs/0/location", "required", {"vehicles": [{"id": 1, "start": [2, 48]}], "jobs": [{"id": 1}]}),
        ("/jobs/0/time_windows", "required", document([vehicle(1)], [job(1, 1, time_windows=[])])),
        ("/jobs/0/time_windows", "windows_overlap", document([vehicle(1)], [job(1, 1, time_windows=[[5, 9], [0, 5]])])),
        ("/jobs/0/time_windows/0", "window_inverted", document([vehicle(1)], [job(1, 1, time_windows=[[5, 4]])])),
        ("/jobs/0/delivery", "dimension_mismatch", document([vehicle(1)], [job(1, 1, delivery=[1])])),
        ("/matrices/car/durations", "dimension_mismatch", document([vehicle(1)], [], [[0, 1], [1]])),
        ("/matrices/car/durations", "out_of_range", document([vehicle(1)], [], [[1]])),
        ("/matrices/bike/durations", "required", document([vehicle(1, profile="bike")], [])),
        ("/vehicles/0/costs/per_km", "conflict", document([vehicle(1, costs={"per_km": 1})], [])),
        ("/vehicles/0/costs", "conflict", document([vehicle(1, costs={"per_hour": 1})], [], costs=LINE)),
        ("/vehicles/0/steps/0/id", "unknown_reference", document([vehicle(1, steps=[{"type": "job", "id": 5}])], [])),
    ],
)
def test_what_is_wrong_is_refused_with_its_place_and_a_code(place, code, asked):
    assert [(each["pointer"], each["code"]) for each in refusal(asked)["findings"]] == [(place, code)]


def test_what_is_no_json_is_refused_in_vroom_s_form():
    refused = refusal(b"{")
    assert refused["code"] == 2
    assert refused["findings"][0]["code"] == "json_invalid"


def test_without_travel_times_the_code_is_three():
    class Lost(GreatCircle):
        def matrix(self, places, *, hours=()):
            raise TravelError("the road is closed")

    told = vroom.answered(json.dumps(examples.first() | {"shipments": []}).encode(), never, provider=Lost())
    assert told.code == 3
    assert json.loads(told.document) == {"code": 3, "error": "the road is closed"}


def test_what_is_said_more_strictly_is_warned_of():
    pause = {"id": 1, "time_windows": [[0, 10], [400, 500]]}
    late = {"id": 2, "service": 300, "time_windows": [[1900, 2000]]}
    vehicles = [vehicle(1, capacity=[2], breaks=[pause]), vehicle(2, capacity=[2], breaks=[late], time_window=[0, 2000])]
    jobs = [job(1, 1, delivery=[1]), job(2, 2, pickup=[2]), job(3, 0, setup=5)]
    told = answer(document(vehicles, jobs))
    assert warned(told) == {
        ("/jobs", "unsupported"),
        ("/vehicles", "unsupported"),
        ("/vehicles/0/breaks/0", "unsupported"),
        ("/vehicles/1/breaks/0", "break_absent"),
    }
    assert set(served(told)) == {1}  # the other one can hold its break nowhere


def test_breaks_are_held_in_the_order_of_the_windows_they_are_planned_in():
    """Break 1 would come first by its first window; in its widest one it comes after break 2."""
    breaks = [{"id": 1, "time_windows": [[0, 1], [500, 900]]}, {"id": 2, "time_windows": [[100, 200]]}]
    told = answer(document([vehicle(1, time_window=[0, 2000], breaks=breaks)], [job(7, 1, time_windows=[[300, 300]], service=100)]))
    assert [step.get("id") for step in told["routes"][0]["steps"] if step["type"] == "break"] == [2, 1]


def test_steps_of_a_vehicle_that_can_hold_its_break_nowhere_are_no_start():
    pause = {"id": 2, "service": 300, "time_windows": [[1900, 2000]]}
    given = [{"type": "job", "id": 7}]
    told = answer(document([vehicle(1, time_window=[0, 2000], breaks=[pause], steps=given)], [job(7, 1)]))
    assert [each["id"] for each in told["unassigned"]] == [7]


def test_no_set_up_is_needed_where_the_vehicle_already_is():
    told = answer(document([vehicle(1)], [job(1, 0, setup=5), job(2, 0, setup=7)]))
    assert told["summary"]["setup"] == 0
    assert warned(told) == {("/jobs", "unsupported")}


def test_a_field_that_is_not_known_is_warned_of_and_changes_nothing():
    told = answer(document([vehicle(1, speed=3)], [job(1, 1, windows=[])]) | {"comment": "?"})
    assert warned(told) == {(f"{place}", "unknown_field") for place in ("/vehicles/0/speed", "/jobs/0/windows", "/comment")}
    assert served(told) == {1: [1]}


def test_costs_that_cannot_be_added_up_are_refused():
    dear = document([vehicle(1, costs={"per_hour": 2**32 - 1})], [job(1, 1)], [[0, 10**8], [10**8, 0]])
    assert [(each["pointer"], each["code"]) for each in refusal(dear)["findings"]] == [("/vehicles/0/costs", "limit_exceeded")]


def test_priorities_that_costs_leave_no_room_for_are_cut_with_a_warning():
    """A drive costs 5 · 10^11 units, ten jobs at most 5.5 · 10^12; 100 points of eleven times that are more than 10^15."""
    jobs = [job(name, 1, priority=100 if name == 7 else 0) for name in range(10)]
    told = answer(document([vehicle(1, costs={"fixed": 1, "per_hour": 1_999_999}, max_tasks=1)], jobs, [[0, 10**8], [10**8, 0]]))
    assert warned(told) == {("/vehicles", "limit_exceeded")}
    assert served(told) == {1: [7]}


def test_places_without_a_way_are_not_served():
    far = [[0, 2**32 - 1], [2**32 - 1, 0]]
    assert answer(document([vehicle(1)], [job(1, 1)], far))["unassigned"][0]["reason"] == "there is no way to its place and back"
