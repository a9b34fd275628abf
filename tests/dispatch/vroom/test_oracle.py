"""VROOM itself as the judge: it accepts what we answer, times it as we do, and finds nothing cheaper that we should have found.

Needs pyvroom (extra `[bench]`) and is skipped without it. VROOM looks for times little before the first second that a route names,
so days begin at a date, and vehicles whose routes are given have hours.
"""

import json
import random

import pytest

from tests.dispatch.vroom import examples
from tests.dispatch.vroom.documents import answer, never, with_steps

vroom = pytest.importorskip("vroom", reason="pyvroom is not installed: pip install field-dispatch[bench]")

MONDAY = 1_600_000_000
SAID = ("type", "id", "arrival", "duration", "setup", "service", "waiting_time", "load")


@pytest.fixture
def judge(tmp_path):
    """VROOM: solves a document, or times its steps."""

    def ask(document, *, choose_eta=False):
        path = tmp_path / "document.json"
        path.write_text(json.dumps(document))
        question = vroom.Input.from_json(path)
        return (question.check() if choose_eta else question.solve(exploration_level=5, nb_threads=1)).to_dict()

    return ask


def said(told):
    """What an answer says of its routes: every step, and what is broken."""
    return {
        route["vehicle"]: (
            [{key: step.get(key) for key in SAID} for step in route["steps"]],
            sorted((each["cause"], each.get("duration", 0)) for each in route["violations"]),
        )
        for route in told["routes"]
    }


def spans(dice, first, last, width, most=1):
    """Up to so many windows, hours apart."""
    opens = [MONDAY + dice.randint(first, last) + 20_000 * number for number in range(dice.randint(1, most))]
    return [[open_, open_ + dice.randint(0, width)] for open_ in opens]


def made(seed, **allowed):
    """A small day: up to three vehicles and eight jobs on a square of 3,000 s; some share their places."""
    dice = random.Random(seed)
    n, points = dice.randint(3, 8), [(dice.randint(0, 3_000), dice.randint(0, 3_000)) for _ in range(10)]
    durations = [[abs(a[0] - b[0]) + abs(a[1] - b[1]) for b in points] for a in points]
    distances = [[10 * int(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5) for b in points] for a in points]
    costs = dice.choice([{}, {"per_hour": 1_800}, {"per_hour": 3_600, "per_km": 5}])
    vehicles = [_vehicle(dice, 10 + row, costs, allowed) for row in range(dice.randint(1, 3))]
    jobs = [_job(dice, 100 + row, allowed) for row in range(n)]
    return {"vehicles": vehicles, "jobs": jobs, "matrices": {"car": {"durations": durations, "distances": distances}}}


def _vehicle(dice, name, costs, allowed):
    breaks = [{"id": 1, "service": dice.choice([0, 600]), "time_windows": spans(dice, 3_000, 9_000, 5_000)}]
    end = dice.randint(12_000, 30_000)
    return {
        "id": name,
        **dice.choice([{"start_index": 0, "end_index": 1}, {"start_index": 0}, {"end_index": 1}]),
        "costs": costs | {"fixed": dice.choice([0, 100])},
        "capacity": [dice.randint(3, 6)],
        "skills": dice.sample([1, 2, 3], dice.randint(1, 3)),
        "type": dice.choice("ab"),
        **dice.choice([{}, {"time_window": [MONDAY + 500, MONDAY + end]}]),
        **dice.choice([{}, {"max_tasks": 4}, {"max_travel_time": 15_000}]),
        **(dice.choice([{}, {"breaks": breaks}]) if allowed.get("breaks") else {}),
    }


def _job(dice, name, allowed):
    return {
        "id": name,
        "location_index": dice.randint(2, 9),
        "service": dice.randint(0, 900),
        "setup": dice.choice([0, 120]),
        dice.choice(["delivery", "pickup"]) if allowed.get("pickups") else "delivery": [dice.randint(0, 2)],
        "priority": dice.choice([0, 0, dice.randint(1, 100)]),
        **dice.choice([{}, {"skills": [dice.randint(1, 3)]}]),
        **dice.choice([{}, {"time_windows": spans(dice, 0, 12_000, 4_000, most=2)}]),
        **(dice.choice([{}, {"service_per_type": {"a": dice.randint(0, 900)}}]) if allowed.get("types") else {}),
    }


def routed(seed):
    """A small day whose vehicles have the jobs in any order, and their breaks anywhere."""
    dice, day = random.Random(seed), made(seed, breaks=True, pickups=True, types=True)
    for number, vehicle in enumerate(day["vehicles"]):
        steps = [{"type": "job", "id": each["id"]} for each in day["jobs"][number :: len(day["vehicles"])]]
        dice.shuffle(steps)
        for pause in vehicle.get("breaks", ()):
            steps.insert(dice.randint(0, len(steps)), {"type": "break", "id": pause["id"]})
        vehicle.setdefault("time_window", [MONDAY, MONDAY + 40_000])
        vehicle["steps"] = [{"type": "start"}, *steps, {"type": "end"}]
    return day


@pytest.mark.parametrize("seed", range(40))
def test_given_routes_get_the_times_and_the_violations_that_vroom_gives_them(judge, seed):
    """Any route, however bad: to the second, to the load, and in cost but for the rounding of one."""
    day = routed(seed)
    ours, theirs = answer(day, choose_eta=True, search=never), judge(day, choose_eta=True)
    assert said(ours) == said(theirs)
    assert abs(ours["summary"]["cost"] - theirs["summary"]["cost"]) <= len(day["vehicles"])


@pytest.mark.parametrize("seed", range(40, 60))
def test_vroom_accepts_what_we_plan_and_times_it_as_we_do(judge, seed):
    day = made(seed, breaks=True, pickups=True, types=True)
    ours = answer(day)
    if ours["routes"]:
        theirs = judge(with_steps(day, ours), choose_eta=True)
        assert theirs["summary"]["violations"] == []
        assert said(ours) == said(theirs)


@pytest.mark.parametrize("seed", range(60, 90))
def test_what_we_plan_is_not_worse_than_what_vroom_plans(judge, seed):
    """In VROOM's own order: priority, tasks, cost; one of cost per route is rounding. Nothing that we say more strictly."""
    day = made(seed)
    ours, theirs = answer(day)["summary"], judge(day)["summary"]
    served = [(told["priority"], -told["unassigned"]) for told in (ours, theirs)]
    assert served[0] >= served[1]
    assert served[0] > served[1] or ours["cost"] <= theirs["cost"] + theirs["routes"]


def test_vroom_s_example_costs_vroom_the_same(judge):
    assert answer(examples.second())["summary"]["cost"] == judge(examples.second())["summary"]["cost"]
