"""From a day to a problem: what each field becomes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import solver
from dispatch import travel, wire
from dispatch.day import great_circle
from dispatch.errors import Code, InputError
from tests.dispatch.bad_inputs import day_at
from tests.dispatch.days import BASE, RICH, Path, Raw, changed, paths, planning

HOUR = 3600
SHIFT: Path = ("technicians", 0, "shifts", 0)
JOB: Path = ("jobs", 0)


TWO_SHIFTS = (
    ("technicians", 0, "shifts"),
    [{"start": day_at("08:00"), "end": day_at("12:00")}, {"start": day_at("13:00"), "end": day_at("17:00")}],
)


def shift_of(*changes: tuple[Path, Any]) -> solver.Shift:
    return planning(changed(BASE, *changes)).problem.shifts[0]


def job_of(*changes: tuple[Path, Any]) -> solver.Job:
    return planning(changed(BASE, *changes)).problem.jobs[0]


def codes(raw: Raw) -> list[tuple[str, str]]:
    return [(finding.code, finding.pointer) for finding in planning(raw).warnings]


def refusals(raw: Raw) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as refused:
        planning(raw)
    return [(finding.code, finding.pointer) for finding in refused.value.findings]


def test_seconds_count_from_the_start_of_the_horizon() -> None:
    shift = shift_of()
    assert (shift.start, shift.end) == (8 * HOUR, 16 * HOUR)
    assert job_of().windows == (solver.Window(9 * HOUR, 12 * HOUR),)


def test_an_instant_is_the_same_whatever_its_offset() -> None:
    # 09:00+01:00 is 08:00Z is 17:00+09:00.
    for text in ("2026-03-02T08:00:00Z", "2026-03-02T17:00:00+09:00"):
        assert job_of(((*JOB, "windows", 0, "start"), text)) == job_of()


def test_minutes_and_prices_are_rounded_half_up() -> None:
    # 7.5 min = 450 s; 0.125 min = 7.5 s -> 8 s; 36 an hour = 36e6 / 3600 = 10,000 a second; 0.0000005 -> 1 micro-unit.
    costs = {"per_hour": 36, "per_km": 0.5, "per_job": 0.000_000_5, "per_use": 12.34}
    shift = shift_of((("technicians", 0, "costs"), costs))
    assert (shift.price_second, shift.price_metre, shift.price_job, shift.price_use) == (10_000, 500, 1, 12_340_000)
    assert job_of(((*JOB, "duration_min"), 7.5)).duration == 450
    assert job_of(((*JOB, "setup_min"), 0.125)).setup == 8


# ---------------------------------------------------------------- jobs


def test_a_kind_gives_what_the_job_does_not() -> None:
    # A built-in repair takes 60 min after 10 min of set-up at priority 3; the day makes it 45 min; the job has priority 1.
    raw = changed(BASE, (("kinds",), {"repair": {"duration_min": 45}}), ((*JOB, "kind"), "repair"), ((*JOB, "duration_min"), ...))
    job = planning(changed(raw, ((*JOB, "priority"), 1))).problem.jobs[0]
    assert (job.duration, job.setup, job.unserved) == (2700, 600, 4_000_000_000)


def test_what_the_job_says_about_its_price_counts_before_what_its_kind_says() -> None:
    kinds = (("kinds",), {"vip": {"value": 9, "mandatory": True}})
    kind = ((*JOB, "kind"), "vip")
    assert job_of(kinds, kind).unserved is None
    assert job_of(kinds, kind, ((*JOB, "mandatory"), False)).unserved == 1_700_000_000
    assert job_of(kinds, kind, ((*JOB, "mandatory"), False), ((*JOB, "priority"), ...)).unserved == 9_000_000


def test_prices_without_a_policy_are_those_of_the_currency() -> None:
    # A thousand won are a euro: priority 3 is 1,700 euros, an hour 40.
    raw = changed(BASE, (("currency",), "KRW"))
    problem = planning(raw).problem
    assert problem.jobs[0].unserved == 1_700_000 * 10**6
    assert problem.shifts[0].price_second == round(40_000 * 10**6 / 3600)
    assert codes(changed(BASE, (("currency",), "XAF"))) == [(Code.DEFAULT_PRICES, "/currency")]


def test_touching_windows_become_one() -> None:
    windows = [{"start": day_at("11:00"), "end": day_at("12:00")}, {"start": day_at("09:00"), "end": day_at("11:00")}]
    assert job_of(((*JOB, "windows"), windows)) == job_of()


def test_a_window_to_finish_by_that_touches_one_before_opens_a_second_later() -> None:
    windows = [{"start": day_at("09:00"), "end": day_at("12:00")}, {"start": day_at("12:00"), "finish_by": day_at("14:00")}]
    merged = (solver.Window(9 * HOUR, 12 * HOUR), solver.Window(12 * HOUR + 1, 14 * HOUR, finish=True))
    assert job_of(((*JOB, "windows"), windows)).windows == merged


def test_lateness_is_priced_only_if_something_is_due() -> None:
    # Defaults: 50 for being late at all, 60 an hour = 60e6 / 3600 = 16,667 a second.
    assert (job_of().late_fixed, job_of().late_rate, job_of().due) == (0, 0, solver.FOREVER)
    late = job_of(((*JOB, "due"), day_at("14:00")))
    assert (late.late_fixed, late.late_rate, late.due) == (50_000_000, 16_667, 14 * HOUR)


def test_a_wish_without_a_price_has_that_of_the_policy() -> None:
    wishes = ((*JOB, "wishes"), {"korean": None, "lift": 3})
    assert job_of(wishes, (("policy",), {"wish_missed": 8})).wishes == {"korean": 8_000_000, "lift": 3_000_000}


def test_a_skill_is_valid_through_its_last_local_day() -> None:
    # The day after 2 March begins 24 h after the start of the horizon.
    skills = (("technicians", 0, "skills"), {"gas": {"level": 2, "until": "2026-03-02"}})
    held = planning(changed(BASE, skills)).problem.technicians[0].skills
    assert held == {"gas": solver.Skill(2, 24 * HOUR - 1)}


# ---------------------------------------------------------------- places and travel


def test_the_same_point_is_the_same_place() -> None:
    sites = [{"id": "a", "location": {"lat": 52.52, "lon": 13.405}}, {"id": "b", "location": {"lat": 52.5, "lon": 13.39}}]
    jobs = [{**BASE["jobs"][0], "id": "j1"}, {"id": "j2", "site": "b", "duration_min": 5}]
    problem = planning(changed(BASE, (("sites",), sites), (("jobs",), jobs))).problem
    assert problem.travel.places == 2
    assert [job.place for job in problem.jobs] == [1, 1]
    assert problem.shifts[0].start_place == 0


def matrices(**fields: Any) -> tuple[Path, Any]:
    return ("travel",), {"matrices": {"durations_s": [[0, 60], [None, 0]], "distances_m": [[0, 500], [2_147_483_647, 0]], **fields}}


def test_matrices_of_the_day_count_before_any_provider() -> None:
    given = planning(changed(BASE, matrices())).problem.travel
    assert given.durations.tolist() == [[0, 60], [solver.UNREACHABLE, 0]]
    assert given.distances.tolist() == [[0, 500], [solver.UNREACHABLE, 0]]
    assert given.provider == "matrices of the day file"


def test_matrices_with_names_give_each_place_the_row_of_its_site() -> None:
    sites = [{"id": "home", "location": {"lat": 52.52, "lon": 13.405}}, {"id": "job", "location": {"lat": 52.5, "lon": 13.39}}]
    problem = planning(changed(BASE, (("sites",), sites), matrices(places=["job", "home"]))).problem
    assert (problem.jobs[0].place, problem.shifts[0].start_place) == (0, 1)


def test_a_place_without_a_row_is_refused() -> None:
    sites = [{"id": "home", "location": {"lat": 52.52, "lon": 13.405}}, {"id": "x", "location": {"lat": 1, "lon": 1}}]
    raw = changed(BASE, (("sites",), sites), matrices(places=["x", "home"]))
    assert refusals(raw) == [(Code.UNKNOWN_REFERENCE, "/jobs/0/location")]


def test_the_travel_section_shapes_the_estimate() -> None:
    provider = great_circle(wire.day_of(RICH).travel)
    assert provider.circuity == 1.4
    assert [(band.upto_m, band.kmh) for band in provider.bands] == [(5000, 25), (float("inf"), 60)]
    assert great_circle(None) == travel.GreatCircle()


class Remarking:
    """A provider that remembers the hours it was asked for, and remarks on the second place."""

    name = version = "remarking"

    def __init__(self) -> None:
        self.hours: tuple[int, ...] = ()

    def matrix(self, places: Sequence[travel.Place], *, hours: Sequence[int] = travel.WORKING_HOURS) -> travel.TravelTable:
        self.hours = tuple(hours)
        remark = travel.Note(travel.NoteCode.SNAPPED_FAR, "is 900 m from any road", 1)
        return replace(travel.GreatCircle().matrix(places, hours=hours), notes=(remark,))


def hours_asked(raw: Raw) -> tuple[int, ...]:
    provider = Remarking()
    planning(raw, provider)
    return provider.hours


def test_the_provider_is_asked_for_the_hours_that_are_worked() -> None:
    night = {"date": "2026-03-02", "local_start": "22:00", "local_end": "06:00"}
    assert hours_asked(BASE) == tuple(range(8, 16))
    assert hours_asked(changed(BASE, (SHIFT, night))) == tuple(range(24))
    assert hours_asked(changed(BASE, (("technicians", 0, "shifts"), []))) == travel.WORKING_HOURS


def test_what_the_provider_remarks_on_a_place_points_at_who_is_there() -> None:
    warning = planning(BASE, Remarking()).warnings[0]
    assert (warning.code, warning.pointer, warning.message) == ("snapped_far", "/jobs/0/location", "is 900 m from any road")


@pytest.mark.parametrize("raw", [changed(BASE, (("jobs",), []), (("technicians",), [])), {**BASE, "technicians": [], "jobs": []}])
def test_a_day_with_nobody_and_nothing_is_a_problem_too(raw: Raw) -> None:
    problem = planning(raw).problem
    assert (problem.jobs, problem.shifts, problem.travel.places) == ((), (), 0)


# ---------------------------------------------------------------- shifts


def absent(start: str, end: str, **more: Any) -> tuple[Path, Any]:
    return (*SHIFT, "absences"), [{"start": day_at(start), "end": day_at(end), **more}]


def test_an_absence_within_the_shift_is_a_fixed_break() -> None:
    assert shift_of(absent("10:00", "11:00")).breaks == (solver.Break(10 * HOUR, 10 * HOUR, HOUR),)
    elsewhere = shift_of(absent("10:00", "11:00", place={"lat": 52.6, "lon": 13.4}))
    assert elsewhere.breaks == (solver.Break(10 * HOUR, 10 * HOUR, HOUR, place=1),)


def test_an_absence_at_an_end_of_the_shift_trims_it() -> None:
    early, late = shift_of(absent("07:00", "09:00")), shift_of(absent("15:00", "20:00"))
    assert (early.start, early.end, early.breaks) == (9 * HOUR, 16 * HOUR, ())
    assert (late.start, late.end, late.latest) == (8 * HOUR, 15 * HOUR, 15 * HOUR)


def test_an_absence_elsewhere_at_an_end_of_the_shift_moves_that_end() -> None:
    place = {"lat": 52.6, "lon": 13.4}
    early, late = shift_of(absent("08:00", "09:00", place=place)), shift_of(absent("15:00", "16:00", place=place))
    assert (early.start_place, early.end_place) == (1, 0)
    assert (late.start_place, late.end_place) == (0, 1)


def test_an_absence_in_the_overtime_ends_it() -> None:
    shift = shift_of(absent("16:30", "18:00"), ((*SHIFT, "overtime_limit_min"), 60))
    assert (shift.end, shift.latest) == (16 * HOUR, 16 * HOUR + 1800)


def test_an_absence_over_the_whole_shift_takes_it_away_with_a_warning() -> None:
    raw = changed(BASE, absent("06:00", "16:00"))
    assert planning(raw).problem.shifts == ()
    assert codes(raw) == [(Code.SHIFT_ABSENT, "/technicians/0/shifts/0")]


def test_a_break_keeps_clear_of_an_absence() -> None:
    # Lunch may start from 11:30 to 13:00 and lasts 30 min: from 12:00 on if absent 11:00-12:00, by 12:00 if absent 12:30-14:00.
    lunch = ((*SHIFT, "breaks"), [{"start": day_at("11:30"), "end": day_at("13:00"), "duration_min": 30}])
    morning = shift_of(lunch, absent("11:00", "12:00")).breaks
    assert morning == (solver.Break(11 * HOUR, 11 * HOUR, HOUR), solver.Break(12 * HOUR, 13 * HOUR, 1800))
    noon = shift_of(lunch, absent("12:30", "14:00")).breaks
    assert noon == (solver.Break(11 * HOUR + 1800, 12 * HOUR, 1800), solver.Break(12 * HOUR + 1800, 12 * HOUR + 1800, 5400))


def test_a_break_that_only_fits_into_an_absence_is_held_there_with_a_warning() -> None:
    lunch = ((*SHIFT, "breaks"), [{"start": day_at("12:00"), "duration_min": 30}])
    raw = changed(BASE, lunch, absent("11:00", "13:00"))
    assert [pause.duration for pause in planning(raw).problem.shifts[0].breaks] == [2 * HOUR]
    assert codes(raw) == [(Code.BREAK_ABSENT, "/technicians/0/shifts/0/breaks/0")]


def test_overtime_ends_where_the_next_shift_starts() -> None:
    shifts = [
        {"start": day_at("08:00"), "end": day_at("12:00"), "overtime_limit_min": 90},
        {"start": day_at("13:00"), "end": day_at("17:00")},
    ]
    first, second = planning(changed(BASE, (("technicians", 0, "shifts"), shifts))).problem.shifts
    assert (first.latest, second.latest) == (13 * HOUR, 17 * HOUR)


def test_a_shift_that_does_not_start_within_the_horizon_is_left_out_with_a_warning() -> None:
    later = {"start": "2026-03-03T00:00:00+01:00", "end": "2026-03-03T08:00:00+01:00"}
    raw = changed(BASE, (SHIFT, later))
    assert planning(raw).problem.shifts == ()
    assert codes(raw) == [(Code.OUTSIDE_HORIZON, "/technicians/0/shifts/0")]


def test_a_technician_without_shifts_is_warned_of() -> None:
    assert codes(changed(BASE, (("technicians", 0, "shifts"), []))) == [(Code.NO_SHIFTS, "/technicians/0/shifts")]


def test_what_a_shift_says_counts_before_what_its_technician_says() -> None:
    first, second = planning(RICH).problem.shifts
    assert (first.max_jobs, first.max_leg, first.tools, first.parts) == (6, 90 * 60, frozenset(), {"valve": 1})
    assert (second.max_jobs, second.max_leg, second.tools, second.parts) == (8, 90 * 60, frozenset({"ladder"}), {"valve": 3})
    assert (first.paid_whole, second.paid_whole) == (False, True)
    assert (first.price_use, first.price_second) == (10_000_000, 11_111)  # 10 by the policy; 40 an hour by the technician


# ---------------------------------------------------------------- pins


def pinned(**pin: Any) -> tuple[Path, Any]:
    return (*JOB, "pin"), pin


def test_a_pin_of_technician_start_and_order_is_one_of_shift_start_and_rank() -> None:
    job = job_of(pinned(technician="t1", start=day_at("10:00"), order=4))
    assert job.pin == solver.Pin(0, 10 * HOUR, 4)
    assert job.mandatory


def test_a_pin_to_one_of_several_shifts_means_the_one_it_names_or_the_one_of_its_start() -> None:
    assert job_of(TWO_SHIFTS, pinned(technician="t1", shift=1)).pin == solver.Pin(1)
    assert job_of(TWO_SHIFTS, pinned(technician="t1", start=day_at("09:00"))).pin == solver.Pin(0, 9 * HOUR)
    either = job_of(TWO_SHIFTS, pinned(technician="t1"))
    assert (either.pin, either.required) == (solver.Pin(), frozenset({"t1"}))


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (((*JOB, "skills"), ["welding"]), "skill"),
        (((*JOB, "tags"), ["korean"]), "tag"),
        (((*JOB, "technicians"), {"excluded": ["t1"]}), "excluded"),
        (((*JOB, "pin", "start"), day_at("13:00")), "window"),
        (((*SHIFT, "start"), day_at("11:00")), "pin_start"),
    ],
)
def test_a_pin_that_breaks_a_rule_is_taken_with_a_warning(change: tuple[Path, Any], cause: str) -> None:
    warnings = planning(changed(changed(BASE, pinned(technician="t1", start=day_at("09:30"))), change)).warnings
    assert [(warning.code, warning.pointer, warning.value) for warning in warnings] == [(Code.PIN_VIOLATES, "/jobs/0/pin", cause)]


def test_a_pin_to_a_shift_that_is_not_planned_is_taken_with_a_warning() -> None:
    raw = changed(BASE, pinned(technician="t1"), absent("08:00", "16:00"))
    assert (Code.PIN_VIOLATES, "/jobs/0/pin") in codes(raw)


def two_pinned(first: str, second: str, **more: Any) -> Raw:
    jobs = [
        {"id": "a", "site": "x", "duration_min": 60, "pin": {"technician": "t1", "start": day_at(first)}},
        {"id": "b", "site": "y", "duration_min": 60, "pin": {"technician": "t1", "start": day_at(second)}},
    ]
    sites = [{"id": "x", "location": {"lat": 52.5, "lon": 13.4}}, {"id": "y", "location": {"lat": 53.5, "lon": 13.4}}]
    return changed(BASE, (("jobs",), jobs), (("sites",), sites))


def test_two_jobs_pinned_to_one_technician_at_one_time_are_refused_naming_both() -> None:
    with pytest.raises(InputError, match="overlaps /jobs/0, job a") as refused:
        planning(two_pinned("09:00", "09:59"))
    assert [(finding.code, finding.pointer, finding.value) for finding in refused.value.findings] == [
        (Code.PIN_CONFLICT, "/jobs/1/pin/start", "b")
    ]


def test_two_pins_without_time_for_the_drive_are_taken_with_a_warning() -> None:
    # One degree of latitude is 111 km; ten minutes are too short for it.
    assert codes(two_pinned("09:00", "10:10")) == [(Code.PIN_CONFLICT, "/jobs/1/pin/start")]


def test_prices_that_cannot_be_added_up_are_refused() -> None:
    # Ten million an hour over the 26 years since 2000, 2.3e5 hours, for 500 jobs: 1.1e15 in money, 1.1e21 micro-units.
    urgent = {**BASE["jobs"][0], "release": "2000-01-01T00:00:00Z", "urgency_per_hour": 10_000_000}
    jobs = [{**urgent, "id": f"j{n}"} for n in range(500)]
    assert refusals(changed(BASE, (("jobs",), jobs))) == [(Code.LIMIT_EXCEEDED, "/policy")]


# ---------------------------------------------------------------- whatever is accepted


@pytest.mark.parametrize("value", [..., "", [], {}, -1, 0, 1, 1439, "t1", "2026-03-02T09:00:00+01:00", "23:59", {"site": "depot"}])
def test_whatever_is_accepted_becomes_a_problem_or_is_refused(value: Any) -> None:
    for path in list(paths(RICH))[1:]:
        problem = _problem(changed(RICH, (path, value)))
        assert problem is None or np.diagonal(problem.travel.durations).sum() == 0


def _problem(raw: Raw) -> solver.Problem | None:
    try:
        return planning(raw).problem
    except InputError:
        return None
