"""What has happened stays in the plan, whatever it was, and the rest is planned around it."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import solver
from dispatch import wire
from dispatch.day import answer, pinned, plan_of
from dispatch.day.past import NOTHING_YET, past_of
from tests.dispatch.bad_inputs import day_at
from tests.dispatch.days import BASE, RICH, Raw, changed, planning

MINUTE, HOUR = 60, 3600
PLACES = [{"lat": 52.52, "lon": 13.405}, {"lat": 52.50, "lon": 13.39}, {"lat": 52.55, "lon": 13.30}, {"lat": 52.45, "lon": 13.50}]
"""The first one is at home; the others are 3 to 20 km apart."""


def job(name: str, place: int, **more: Any) -> Raw:
    return {"id": name, "location": PLACES[place], "duration_min": 30, **more}


def fact(start: str, end: str, technician: str = "t1", shift: int = 0) -> Raw:
    return {"technician": technician, "shift": shift, "start": day_at(start), "end": day_at(end)}


def day(now: str, *jobs: Raw, **shift: Any) -> Raw:
    """A shift from 08:00 to 16:00, planned at `now`."""
    more = [(("technicians", 0, "shifts", 0, name), value) for name, value in shift.items()]
    return changed(BASE, (("now",), day_at(now)), (("jobs",), [*jobs]), *more)


def planned(raw: Raw) -> wire.PlanFile:
    """The plan of a day; it is legal, or `solve` would have raised."""
    book = planning(raw)
    result = solver.solve(book.problem, solver.Iterations(300))
    return answer(book, result, solver.explain(book.problem, result.plan))


def times(plan: wire.PlanFile) -> dict[str, tuple[str, str]]:
    """When each job starts and ends, by the clock on the wall."""
    visits = [visit for route in plan.routes for visit in route.visits if visit.job]
    return {visit.job or "": (f"{visit.start:%H:%M}", f"{visit.end:%H:%M}") for visit in visits}


def test_without_facts_and_now_nothing_is_past() -> None:
    assert past_of(wire.day_of(BASE)).now == NOTHING_YET
    assert planning(BASE).problem.shifts[0].start == 8 * HOUR


def test_what_has_happened_stays_as_it_was() -> None:
    plan = planned(day("10:10", job("done", 1, fact=fact("08:20", "09:05")), job("open", 2)))
    assert times(plan)["done"] == ("08:20", "09:05")
    assert plan.unassigned == ()


def test_a_started_job_is_never_moved() -> None:
    """Bad input K10: what goes on is neither moved nor given to somebody else, however much cheaper that were."""
    other = {"id": "t2", "home": PLACES[2], "shifts": BASE["technicians"][0]["shifts"]}
    raw = day("09:00", job("going on", 2, fact=fact("08:50", "09:20")), *(job(f"open {n}", n) for n in range(1, 4)))
    plan = planned(changed(raw, (("technicians",), [BASE["technicians"][0], other])))
    assert times(plan)["going on"] == ("08:50", "09:20")
    assert "going on" in [visit.job for route in plan.routes if route.technician == "t1" for visit in route.visits]


def test_nothing_is_planned_before_now() -> None:
    # Home is where `open` is: without `now` it would start at 08:00.
    assert times(planned(day("10:10", job("open", 0))))["open"] == ("10:10", "10:40")


def test_who_has_done_something_goes_on_from_there_and_not_before_now() -> None:
    # From 09:05 the technician waits at `done`, where `open` is, too.
    plan = planned(day("10:10", job("done", 1, fact=fact("08:20", "09:05")), job("open", 1)))
    assert times(plan)["open"] == ("10:10", "10:40")


def test_who_is_at_work_goes_on_when_that_is_over() -> None:
    plan = planned(day("08:30", job("going on", 1, fact=fact("08:20", "09:05")), job("open", 1)))
    assert times(plan)["open"] == ("09:05", "09:35")


def test_a_window_that_is_over_is_not_met_in_the_past() -> None:
    # Between the facts there were two hours; the window of `open` lies in them.
    window = [{"start": day_at("09:30"), "end": day_at("10:00")}]
    facts = [job("a", 1, fact=fact("08:20", "09:00")), job("b", 1, fact=fact("11:00", "11:30"))]
    plan = planned(day("12:00", *facts, job("open", 1, windows=window)))
    assert [left.job for left in plan.unassigned] == ["open"]


def test_skills_windows_tools_and_limits_are_not_asked_for_any_more() -> None:
    asks: Raw = {
        "skills": ["crane"],
        "tags": ["nobody"],
        "tools": ["none"],
        "parts": {"valve": 9},
        "windows": [{"start": day_at("14:00"), "end": day_at("15:00")}],
        "technicians": {"excluded": ["t1"]},
    }
    raw = day("10:10", *(job(f"done {n}", 1, fact=fact(f"0{n}:00", f"0{n}:30"), **asks) for n in (6, 7, 8, 9)))
    plan = planned(changed(raw, (("technicians", 0, "limits"), {"jobs": 1, "leg_min": 1, "travel_min": 1, "duration_min": 1})))
    assert times(plan) == {f"done {n}": (f"0{n}:00", f"0{n}:30") for n in (6, 7, 8, 9)}


def test_everything_reported_in_the_evening_is_kept() -> None:
    # Four jobs 3 to 20 km apart within forty seconds.
    facts = [job(f"done {n}", n % 4, fact={**fact("18:00", "18:00"), "start": day_at("18:00").replace(":00+", f":{n}0+")})
             for n in range(4)]  # fmt: skip
    for each in facts:
        each["fact"]["end"] = day_at("18:01")
    plan = planned(day("18:02", *facts))
    assert {name: start for name, (start, _) in times(plan).items()} == {f"done {n}": "18:00" for n in range(4)}


def test_facts_that_overlap_are_cut_off() -> None:
    plan = planned(day("10:10", job("a", 1, fact=fact("08:20", "09:30")), job("b", 1, fact=fact("09:00", "09:40"))))
    assert times(plan) == {"a": ("08:20", "09:00"), "b": ("09:00", "09:40")}


def test_a_slow_technician_takes_as_long_as_it_took() -> None:
    # 45 min = 2,700 s; at 130 percent 2,076 s become 2,699 s: whole seconds give no nearer one.
    raw = changed(day("10:10", job("done", 1, fact=fact("08:20", "09:05"))), (("technicians", 0, "pace_percent"), 130))
    (visit,) = planned(raw).routes[0].visits
    assert (visit.end - visit.start).total_seconds() == 2_699


def test_a_break_is_held_after_what_went_on_through_it() -> None:
    pause = {"start": day_at("12:00"), "end": day_at("12:30"), "duration_min": 30}
    raw = day("12:10", job("going on", 1, fact=fact("11:50", "12:50")), job("open", 1), breaks=[pause])
    assert times(planned(raw))["open"] == ("13:20", "13:50")


def test_a_break_whose_last_start_is_over_was_held() -> None:
    pause = {"start": day_at("12:00"), "end": day_at("12:30"), "duration_min": 30}
    raw = day("12:40", job("done", 1, fact=fact("11:00", "11:50")), job("open", 1), breaks=[pause])
    assert times(planned(raw))["open"] == ("12:40", "13:10")


def test_an_absence_begins_when_the_work_in_it_is_over() -> None:
    away = {"start": day_at("09:00"), "end": day_at("16:00")}
    plan = planned(day("09:10", job("going on", 1, fact=fact("08:50", "09:20")), job("open", 1), absences=[away]))
    assert times(plan) == {"going on": ("08:50", "09:20")}


def test_nothing_is_fetched_in_the_past() -> None:
    # The part is at the depot. Between the facts there were two hours to fetch it; it is fetched after them.
    raw = day(
        "10:40", job("a", 1, fact=fact("08:20", "08:30")), job("b", 1, fact=fact("10:30", "10:40")), job("c", 1, parts={"p": 1})
    )
    depot = [{"id": "depot", "location": PLACES[0]}]
    plan = planned(changed(raw, (("sites",), depot), (("technicians", 0, "stock"), {"site": "depot"})))
    assert [visit.job or visit.kind for visit in plan.routes[0].visits] == ["a", "b", "stock", "c"]


def test_a_fact_in_a_shift_that_is_not_planned_is_left_out_with_a_reason() -> None:
    raw = changed(RICH, (("jobs", 2, "fact", "shift"), 0), (("technicians", 0, "shifts", 0, "absences"), []))
    away = {"start": "2026-03-01T08:00:00+01:00", "end": "2026-03-01T16:00:00+01:00"}
    raw = changed(raw, (("technicians", 0, "shifts", 0), away), (("jobs", 0, "pin"), ...))
    assert {left.job: left.reason for left in planned(raw).unassigned}["j3"] == wire.ReasonCode.TECHNICIAN_EXCLUDED


def test_a_plan_with_facts_is_accepted_back() -> None:
    """Bad input K07, in the middle of the day."""
    raw = day("09:00", job("going on", 2, fact=fact("08:50", "09:20")), *(job(f"open {n}", n) for n in range(1, 4)))
    plan, book = planned(raw), planning(raw)
    assert solver.check(book.problem, plan_of(book, plan)) == ()
    again = planned(pinned(book.day, plan).model_dump(mode="json", exclude_unset=True))
    assert times(again) == times(plan)
    assert again.cost == plan.cost


# ---------------------------------------------------------------- whatever the past was

LIMITS = {solver.Cause.MAX_LEG, solver.Cause.MAX_TRAVEL, solver.Cause.MAX_DURATION, solver.Cause.BREAK}
"""Only as wide as the whole of the facts asks for."""
SECONDS = st.integers(5 * HOUR, 22 * HOUR)
PAUSES = [
    {"local_start": "10:00", "local_end": "10:30", "duration_min": 10},
    {"local_start": "12:00", "local_end": "13:00", "duration_min": 30, "place": PLACES[3]},
    {"local_start": "15:00", "duration_min": 10},
]
SHIFTS = st.fixed_dictionaries(
    {"breaks": st.sampled_from([[], PAUSES, PAUSES[:1], PAUSES[::2]])},
    optional={
        "end_place": st.sampled_from(["open", PLACES[2]]),
        "travel": st.sampled_from([{"first": "outside"}, {"last": "outside"}]),
        "limits": st.just({"jobs": 2, "leg_min": 5, "travel_min": 30, "duration_min": 60}),
        "stock": st.just({"site": "depot", "duration_min": 5}),
        "overtime_limit_min": st.just(60),
        "absences": st.sampled_from(
            [
                [{"start": day_at("08:00"), "end": day_at("09:00"), "place": PLACES[2]}],
                [{"start": day_at("11:00"), "end": day_at("12:00"), "place": PLACES[2]}],
                [{"start": day_at("14:00"), "end": day_at("16:30")}],
            ]
        ),
    },
)


@st.composite
def days_that_go_on(draw: st.DrawFn) -> Raw:
    """A day with what somebody may have done and may report, at any time and in any order."""
    facts: list[Raw] = []
    for number in range(draw(st.integers(1, 5))):
        start, lasts = draw(SECONDS), draw(st.sampled_from([0, 7, 600, 3_000, 20_000]))
        clock = [
            f"2026-03-02T{at // HOUR:02}:{at // MINUTE % 60:02}:{at % 60:02}+01:00" for at in (start, min(start + lasts, 86_399))
        ]
        facts.append(job(f"f{number}", draw(st.integers(0, 3)), fact={"technician": "t1", "start": clock[0], "end": clock[1]}))
    shift: dict[str, Any] = draw(SHIFTS)
    assume("limits" not in shift or len(shift["breaks"]) < 3)  # nobody who may drive 5 minutes gets to a break 10 km off
    raw = day(f"{draw(st.integers(5, 22)):02}:30", *facts, job("open 1", 1), job("open 2", 0, parts={"p": 1}), **shift)
    pace = draw(st.sampled_from([80, 100, 130]))
    depot = [{"id": "depot", "location": PLACES[0]}]
    return changed(raw, (("sites",), depot), (("technicians", 0, "pace_percent"), pace))


@settings(max_examples=100, deadline=None)
@given(days_that_go_on(), st.integers(0, 31))
def test_the_facts_of_a_shift_are_a_legal_route_and_parts_of_them_are_but_for_limits(raw: Raw, chosen: int) -> None:
    book = planning(raw)
    held = [each.row for each in past_of(book.day).shifts["t1", 0]]
    for rows in (held, [row for n, row in enumerate(held) if chosen >> n & 1]):
        stops = [solver.Stop(solver.StopKind.JOB, row) for row in rows]
        pauses = [solver.Stop(solver.StopKind.BREAK, n) for n in range(len(book.problem.shifts[0].breaks))]
        plan = solver.plan_of(book.problem, [(0, [*stops, *pauses])])
        found = [each for each in solver.check(book.problem, plan) if each.shift is not None]
        broken = {each.cause for each in found}
        assert broken <= (set() if rows == held else LIMITS)
        assert plan.unassigned == tuple(row for row in range(len(book.problem.jobs)) if row not in rows)


@pytest.mark.parametrize("seed", range(3))
def test_the_past_does_not_keep_the_search_from_the_rest(seed: int) -> None:
    jobs = [job(f"open {n}", n % 4) for n in range(6)]
    facts = [job(f"done {n}", n % 4, fact=fact(f"{8 + n:02}:05", f"{8 + n:02}:30")) for n in range(3)]
    book = planning(day("10:45", *facts, *jobs))
    result = solver.solve(book.problem, solver.Iterations(2_000), seed=seed)
    assert result.plan.unassigned == ()
