"""How long a day's drives take: by the hour, by car or otherwise, with buffers."""

from typing import Any

import numpy as np
import pytest

import solver
from dispatch import travel, wire
from dispatch.day import problem_of
from dispatch.errors import InputError
from tests.dispatch.days import BASE

MATRICES = {"durations_s": [[0, 600], [600, 0]], "distances_m": [[0, 5_000], [5_000, 0]]}
TWO = [{"id": "h", "location": {"lat": 52.5, "lon": 13.4}}, {"id": "a", "location": {"lat": 52.6, "lon": 13.4}}]


def day(ways: dict[str, Any], modes: tuple[str | None, ...] = (None,), **more: Any) -> wire.Day:
    """Technicians at `h`, one for each way of moving, who work from 8 to 16 in Berlin; a job at `a`."""
    shift = {"date": "2026-03-02", "local_start": "08:00", "local_end": "16:00"}
    crew = [
        {"id": f"t{n}", "home": {"site": "h"}, "shifts": [shift], **({"mode": mode} if mode else {})}
        for n, mode in enumerate(modes)
    ]
    return wire.day_of(
        {**BASE, "sites": TWO, "technicians": crew, "jobs": [{"id": "j", "site": "a", "duration_min": 30}], "travel": ways, **more}
    )


def planned(ways: dict[str, Any], *modes: str | None, **more: Any) -> Any:
    return problem_of(day(ways, modes or (None,), **more), travel.GreatCircle())


def seconds(planning: Any, shift: int, clock: str, here: int = 0, there: int = 1) -> int:
    """Seconds of a drive that begins at a time of the day."""
    from datetime import datetime

    instant = datetime.fromisoformat(f"2026-03-02T{clock}+01:00")
    problem = planning.problem
    found: int = problem.travel.seconds(problem.shifts[shift].mode, here, there, planning.seconds(instant))
    return found


# ---------------------------------------------------------------- by the hour


def test_a_day_that_asks_for_no_hours_has_the_mean_of_them() -> None:
    assert planned({}).problem.travel.traffic is None


def test_by_hour_a_drive_takes_at_half_past_what_the_provider_says_of_that_hour() -> None:
    planning = planned({"by_hour": True})
    places = planning.places.places
    table = travel.GreatCircle().matrix(places, hours=(8, 12))
    assert [seconds(planning, 0, clock) for clock in ("08:30", "12:30")] == table.durations[:, 0, 1].tolist()
    assert planning.problem.travel.provider == "great circle × 1.3, hour by hour"


def test_matrices_by_the_hour_hold_at_half_past_and_change_evenly_between() -> None:
    hours = [{"hour": 8, "durations_s": [[0, 1_200], [900, 0]]}, {"hour": 10, "durations_s": [[0, 600], [900, 0]]}]
    planning = planned({"matrices": {**MATRICES, "hours": hours}})
    # 600 s less in two hours: at 9:00 a quarter of that; and 600 s more in 22 hours until half past eight of the next day
    assert [seconds(planning, 0, clock) for clock in ("08:30", "09:00", "09:01", "10:30", "15:59")] == [
        1_200,
        1_050,
        1_045,
        600,
        750,
    ]
    assert seconds(planning, 0, "12:00", 1, 0) == 900


def test_on_the_day_after_the_hours_are_the_same_by_the_clock_on_the_wall() -> None:
    # the clocks go forward in the night to 2026-03-29: half past eight is 06:30 in UTC then
    horizon = {"start": "2026-03-28T00:00:00+01:00", "end": "2026-03-30T00:00:00+02:00"}
    hours = [{"hour": 8, "durations_s": [[0, 1_200], [900, 0]]}, {"hour": 10, "durations_s": [[0, 600], [900, 0]]}]
    planning = planned({"matrices": {**MATRICES, "hours": hours}}, horizon=horizon)
    knots = {knot.at for knot in planning.problem.travel.traffic.knots if knot.band == 0}
    assert {(8 * 60 + 30) * 60, (24 * 60 + 7 * 60 + 30) * 60} <= knots


def test_tables_that_reward_waiting_are_repaired_and_it_is_said() -> None:
    hours = [{"hour": 8, "durations_s": [[0, 9_000], [900, 0]]}, {"hour": 9, "durations_s": [[0, 600], [900, 0]]}]
    planning = planned({"matrices": {**MATRICES, "hours": hours}})
    assert seconds(planning, 0, "08:30") == 3_600 + 600
    assert [(each.pointer, each.code, each.value) for each in planning.warnings] == [("/travel", "fifo_repaired", 1)]


# ---------------------------------------------------------------- ways of moving


def test_by_bicycle_and_on_foot_it_takes_longer_than_by_car() -> None:
    planning = planned({}, "foot", None, "bicycle")
    metres = planning.problem.travel.metres(0, 0, 1)
    # 0.1 degree of latitude on the sphere × 1.3 at 15 and 5 km/h
    assert abs(metres - 14_455) <= 1
    assert [seconds(planning, shift, "12:00") for shift in (0, 2)] == [np.ceil(metres * 3.6 / 5), np.ceil(metres * 3.6 / 15)]
    assert seconds(planning, 1, "12:00") < 2_000
    assert planning.problem.travel.provider.startswith("bicycle: great circle × 1.3")


def test_a_shift_may_be_driven_otherwise_than_the_technician_does() -> None:
    shift = {"date": "2026-03-02", "local_start": "08:00", "local_end": "16:00", "mode": "car"}
    crew = [{"id": "t", "home": {"site": "h"}, "mode": "foot", "shifts": [shift]}]
    planning = planned({"matrices": MATRICES}, technicians=crew)
    assert seconds(planning, 0, "12:00") == 600
    assert planning.problem.travel.traffic is None


def test_matrices_may_be_given_for_every_way_of_moving() -> None:
    modes = {"scooter": {"durations_s": [[0, 700], [800, 0]], "distances_m": [[0, 4_000], [4_000, 0]]}}
    planning = planned({"matrices": {**MATRICES, "modes": modes}}, None, "scooter")
    assert [seconds(planning, 1, "12:00", *leg) for leg in ((0, 1), (1, 0))] == [700, 800]
    assert seconds(planning, 0, "12:00") == 600
    assert planning.problem.travel.metres(1, 0, 1) == 4_000


def test_a_way_of_moving_without_a_speed_of_its_own_is_that_of_the_car() -> None:
    planning = planned({"matrices": MATRICES, "modes": {"van": {"buffers": {"padding_min": 1}}}}, None, "van")
    assert [seconds(planning, shift, "12:00") for shift in (0, 1)] == [600, 660]


# ---------------------------------------------------------------- buffers


def test_buffers_make_every_drive_longer_and_a_day_with_the_same_all_day_stays_plain() -> None:
    # 110 % of 600 s and three minutes; from a place to itself nothing
    buffers = {"exit_min": 2, "padding_min": 1, "percent": 110}
    planning = planned({"matrices": MATRICES, "modes": {"car": {"buffers": buffers}}})
    assert planning.problem.travel.durations.tolist() == [[0, 840], [840, 0]]
    assert planning.problem.travel.traffic is None
    assert planning.problem.travel.provider == "matrices of the day file, with buffers"


def test_rush_hours_have_a_percentage_of_their_own() -> None:
    # 150 % from 9 to 11, 100 % at half past 8 and half past 11; half way between, half of it
    buffers = {"hours": [{"from_hour": 9, "until_hour": 11, "percent": 150}]}
    planning = planned({"matrices": MATRICES, "modes": {"car": {"buffers": buffers}}})
    clocks = ("07:00", "08:30", "09:00", "09:30", "10:30", "11:30", "15:00")
    assert [seconds(planning, 0, clock) for clock in clocks] == [600, 600, 750, 900, 900, 600, 600]


def test_a_way_that_is_closed_stays_closed_with_buffers() -> None:
    one_way = {"durations_s": [[0, None], [600, 0]], "distances_m": [[0, 1], [1, 0]]}
    planning = planned({"matrices": one_way, "modes": {"car": {"buffers": {"padding_min": 5}}}})
    assert planning.problem.travel.durations.tolist() == [[0, solver.UNREACHABLE], [900, 0]]


# ---------------------------------------------------------------- whole minutes


def test_jobs_start_at_whole_minutes_from_local_midnight() -> None:
    horizon = {"start": "2026-03-02T06:02:30+01:00", "end": "2026-03-03T00:00:00+01:00"}
    planning = planned({"matrices": MATRICES}, policy={"starts_every_min": 5}, horizon=horizon)
    # the horizon begins 6 h 2 min 30 s after midnight
    assert (planning.problem.snap, planning.problem.snap_from) == (300, -21_750)
    found = solver.solve(planning.problem, solver.Iterations(50)).plan.routes[0].visits[0]
    assert planning.shown(found.start).strftime("%M:%S") in {f"{minute:02}:00" for minute in range(0, 60, 5)}


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("ways", "mode", "where", "code"),
    [
        ({}, "horse", "/technicians/0/mode", "unknown_reference"),
        (
            {"matrices": {**MATRICES, "hours": [{"hour": 9, "durations_s": [[0]]}]}},
            None,
            "/travel/matrices/hours/0/durations_s",
            "dimension_mismatch",
        ),
        (
            {"matrices": {**MATRICES, "hours": [{"hour": hour, "durations_s": [[0, 1], [1, 0]]} for hour in (9, 9)]}},
            None,
            "/travel/matrices/hours/1/hour",
            "conflict",
        ),
        (
            {"matrices": {**MATRICES, "hours": [{"hour": 9, "durations_s": [[0, -1], [1, 0]]}]}},
            None,
            "/travel/matrices/hours/0/durations_s/0/1",
            "out_of_range",
        ),
        (
            {"matrices": {**MATRICES, "modes": {"foot": {**MATRICES, "durations_s": [[0]]}}}},
            None,
            "/travel/matrices/modes/foot/durations_s",
            "dimension_mismatch",
        ),
        (
            {"modes": {"car": {"buffers": {"hours": [{"from_hour": 9, "until_hour": 9, "percent": 150}]}}}},
            None,
            "/travel/modes/car/buffers/hours/0/until_hour",
            "window_inverted",
        ),
        (
            {
                "modes": {
                    "car": {"buffers": {"hours": [{"from_hour": first, "until_hour": 11, "percent": 150} for first in (8, 9)]}}
                }
            },
            None,
            "/travel/modes/car/buffers/hours/1",
            "windows_overlap",
        ),
        ({"modes": {"car": {"speeds": [{"up_to_km": 5, "kmh": 30}]}}}, None, "/travel/modes/car/speeds/0/up_to_km", "conflict"),
        ({"modes": {"car": {"buffers": {"percent": 90}}}}, None, "/travel/modes/car/buffers/percent", "out_of_range"),
        (
            {"matrices": {**MATRICES, "hours": [{"hour": 24, "durations_s": [[0, 1], [1, 0]]}]}},
            None,
            "/travel/matrices/hours/0/hour",
            "out_of_range",
        ),
    ],
)
def test_what_is_no_traffic_is_refused_by_field_and_value(ways: dict[str, Any], mode: str | None, where: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        day(ways, (mode,))
    assert (where, code) in [(each.pointer, each.code) for each in refused.value.findings]


def test_more_places_than_can_be_kept_by_the_hour_are_refused() -> None:
    sites = [{"id": f"s{n}", "location": {"lat": 50 + n / 1_000, "lon": 13.4}} for n in range(3_001)]
    with pytest.raises(InputError) as refused:
        planned({"by_hour": True}, sites=[*TWO, *sites])
    assert [(each.pointer, each.code) for each in refused.value.findings] == [("/travel", "limit_exceeded")]
