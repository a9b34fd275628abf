"""A move does what it says, and its figures are those of the whole plan."""

import random
from datetime import timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import solver
from dispatch import day as days
from dispatch import generate, wire
from dispatch.day import Planning
from dispatch.errors import InputError
from dispatch.schedules import moves
from dispatch.schedules.differing import changes, places
from dispatch.schedules.moves import Standing
from tests.dispatch.days import BASE, RICH, Raw, changed, planning
from tests.dispatch.schedules.boards import solved


@cache
def city() -> Standing:
    """A day of 40 jobs with breaks, pins, skills and windows, planned."""
    return planned(generate.day("city", jobs=40, technicians=5, seed=4))


@cache
def night() -> Standing:
    """A night in which the clocks are set back."""
    return planned(generate.day("night", jobs=25, technicians=4, seed=2))


def planned(day: wire.Day) -> Standing:
    return moves.standing(days.problem_of(day, days.great_circle(day.travel)), solved(wire.write(day)))


def crew(**second: object) -> Raw:
    """Ada and Ben, who work from 8 to 16 at one place, and four jobs of an hour there: a drive takes no time."""
    here = BASE["technicians"][0]["home"]
    ada = {**BASE["technicians"][0], "id": "ada"}
    jobs = [{"id": f"j{n}", "location": here, "duration_min": 60, "skills": ["gas"]} for n in range(1, 5)]
    return changed(BASE, (("technicians",), [ada, {**ada, "id": "ben", **second}]), (("jobs",), jobs))


def by_hand(raw: Raw, **orders: list[str]) -> Standing:
    """The plan that serves jobs in these orders."""
    made = planning(raw)
    stops = {job: solver.Stop(solver.StopKind.JOB, row) for job, row in made.job_rows.items()}
    rows = {made.shift_rows[name, 0]: [stops[job] for job in jobs] for name, jobs in orders.items()}
    return standing(made, solver.plan_of(made.problem, rows.items()))


def standing(made: Planning, plan: solver.Plan) -> Standing:
    result = solver.Result(plan, solver.evaluate(made.problem, plan), False, 0, 0.0, "", ())
    return moves.standing(made, days.answer(made, result, ()))


def routes(found: moves.Moved) -> dict[str, list[str]]:
    """Who serves which jobs, in order."""
    day = found.planning.day
    return {
        day.technicians[found.planning.numbers[route.shift][0]].id: [day.jobs[row].id for row in route.jobs]
        for route in found.plan.routes
    }


def move(job: str, technician: str | None, **more: object) -> wire.Move:
    return wire.Move.model_validate({"job": job, "technician": technician, **more})


# ---------------------------------------------------------------- what a move does


def test_a_job_goes_to_a_position_of_another_route() -> None:
    found = moves.moved(by_hand(crew(), ada=["j1", "j2"], ben=["j3", "j4"]), move("j1", "ben", position=1))
    assert routes(found) == {"ada": ["j2"], "ben": ["j3", "j1", "j4"]}
    assert found.legal


def test_a_position_is_counted_without_the_job_itself() -> None:
    found = moves.moved(by_hand(crew(), ada=["j1", "j2", "j3"]), move("j1", "ada", position=2))
    assert routes(found) == {"ada": ["j2", "j3", "j1"]}


def test_a_job_goes_to_a_time_and_is_pinned_to_it() -> None:
    """Four hours from 8 on; j4 at 13:00 comes last and waits for its time."""
    was = by_hand(crew(), ada=["j1", "j4", "j2", "j3"])
    at = was.planning.shown(5 * 3600 + was.planning.problem.shifts[0].start)
    found = moves.moved(was, move("j4", "ada", start=at))
    assert routes(found) == {"ada": ["j1", "j2", "j3", "j4"]}
    assert found.pin == wire.Pin(technician="ada", shift=0, start=at)
    assert found.plan.routes[0].visits[-1].start == was.planning.seconds(at)


def test_a_job_goes_out_of_the_plan_and_the_plan_says_so() -> None:
    found = moves.moved(by_hand(crew(), ada=["j1", "j2"], ben=["j3"]), move("j3", None))
    assert routes(found) == {"ada": ["j1", "j2"]}
    assert {each.job: each.reason for each in found.after.unassigned} == {"j3": "taken_out", "j4": "time_budget"}


def test_a_job_left_out_goes_to_the_best_place() -> None:
    found = moves.moved(by_hand(crew(), ada=["j1"]), move("j2", "ada"))
    assert routes(found) == {"ada": ["j2", "j1"]}  # all places cost the same: the first
    assert found.move == move("j2", "ada", shift=0, position=0)


def test_a_move_that_breaks_a_rule_says_which_and_is_made_when_forced() -> None:
    was = by_hand(crew(skills=["water"]), ada=["j1", "j2"])
    found = moves.moved(was, move("j1", "ben"))
    assert [(each.cause, each.technician, each.job, each.new) for each in found.broken] == [("skill", "ben", "j1", True)]
    assert not found.legal
    assert found.pin is None
    forced = moves.moved(was, move("j1", "ben", force=True))
    assert forced.pin == wire.Pin(technician="ben", shift=0)
    assert [(each.code, each.pointer) for each in forced.planning.warnings] == [("pin_violates", "/jobs/0/pin")]


def test_a_rule_that_was_broken_before_is_not_new() -> None:
    forced = moves.moved(by_hand(crew(skills=["water"]), ada=["j1", "j2"]), move("j1", "ben", force=True))
    found = moves.moved(forced.standing, move("j3", "ada"))
    assert [(each.cause, each.new) for each in found.broken] == [("skill", False)]
    assert found.legal


def test_a_pinned_job_that_is_moved_is_pinned_to_its_new_shift() -> None:
    at = "2026-03-02T09:00:00+01:00"
    raw = changed(crew(), (("jobs", 0, "pin"), {"technician": "ada", "start": at}))
    found = moves.moved(by_hand(raw, ada=["j1"]), move("j1", "ben"))
    assert found.pin is not None
    assert (found.pin.technician, found.pin.shift, found.pin.start and found.pin.start.isoformat()) == ("ben", 0, at)
    assert found.legal


def test_a_break_makes_way_for_a_job_when_a_rule_asks_for_it() -> None:
    """From 8:00 to 12:30 four hours of work and a break fit if it is held in between, after two hours or three."""
    raw = changed(
        crew(),
        (("technicians", 0, "shifts", 0, "end"), "2026-03-02T12:30:00+01:00"),
        (
            ("technicians", 0, "shifts", 0, "breaks"),
            [{"start": "2026-03-02T10:00:00+01:00", "end": "2026-03-02T11:30:00+01:00", "duration_min": 30}],
        ),
    )
    made = planning(raw)
    stops = [*(solver.Stop(solver.StopKind.JOB, row) for row in range(3)), solver.Stop(solver.StopKind.BREAK, 0)]
    plan = solver.plan_of(made.problem, [(0, stops)])
    found = moves.moved(standing(made, plan), move("j4", "ada", position=0))
    assert found.broken == ()
    kinds = [stop.kind.value for stop in found.plan.routes[0].stops]
    assert kinds in (["job", "job", "break", "job", "job"], ["job", "job", "job", "break", "job"])


@pytest.mark.parametrize(
    ("asked", "code", "pointer"),
    [
        (move("j9", "ada"), "unknown_reference", "/job"),
        (move("j1", "eve"), "unknown_reference", "/technician"),
        (move("j1", "ada", shift=3), "unknown_reference", "/shift"),
        (move("j1", "ben", position=1), "out_of_range", "/position"),
        (move("j1", None, position=0), "conflict", "/position"),
        (move("j1", "ada", position=0, start="2026-03-02T09:00:00+01:00"), "conflict", "/position"),
    ],
)
def test_a_move_that_means_nothing_is_refused(asked: wire.Move, code: str, pointer: str) -> None:
    with pytest.raises(InputError) as refused:
        moves.moved(by_hand(crew(), ada=["j1"]), asked)
    assert [(each.code, each.pointer) for each in refused.value.findings] == [(code, pointer)]


def test_two_jobs_are_not_pinned_to_one_time() -> None:
    at = "2026-03-02T09:00:00+01:00"
    raw = changed(crew(), (("jobs", 0, "pin"), {"technician": "ada", "start": at}))
    with pytest.raises(InputError) as refused:
        moves.moved(by_hand(raw, ada=["j1"]), move("j2", "ada", start=at))
    assert [(each.code, each.pointer) for each in refused.value.findings] == [("pin_conflict", "/start")]


def test_a_technician_with_two_shifts_is_asked_which_one() -> None:
    made = planning(changed(RICH, (("jobs", 0, "pin"), ...)))
    nobody = standing(made, solver.plan_of(made.problem, []))
    with pytest.raises(InputError) as refused:
        moves.moved(nobody, move("j2", "t1"))
    assert [(each.code, each.pointer) for each in refused.value.findings] == [("required", "/shift")]
    tomorrow = "2026-03-03T10:00:00+01:00"
    assert moves.moved(nobody, move("j2", "t1", start=tomorrow)).move == move("j2", "t1", shift=1, start=tomorrow)


# ---------------------------------------------------------------- its figures


def any_move(planning: Planning, dice: random.Random) -> wire.Move:
    """A move of any kind; half of those that break a rule are forced."""
    job = dice.choice(planning.day.jobs).id
    technician, shift = dice.choice(sorted(planning.shift_rows))
    starts = planning.problem.shifts[planning.shift_rows[technician, shift]].start
    kinds = (
        {},
        {"position": dice.randrange(4)},
        {"start": planning.shown(starts + 60 * dice.randrange(480))},
    )
    if dice.random() < 0.2:
        return move(job, None)
    return move(job, technician, shift=shift, force=dice.random() < 0.5, **dice.choice(kinds))


@pytest.mark.parametrize("day", [city, night])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_moved_the_plan_kept_is_the_one_weighed_up(day: object, seed: int) -> None:
    """Moves one after another, each made: what is stored, read again, is the plan, its price, its violations, its problem."""
    was: Standing = day()  # type: ignore[operator]
    dice = random.Random(seed)
    for _ in range(6):
        try:
            found = moves.moved(was, any_move(was.planning, dice))
        except InputError:
            continue
        day_again = wire.read_day(wire.write(found.planning.day))
        again = moves.standing(
            days.problem_of(day_again, days.great_circle(day_again.travel)), wire.read_plan(wire.write(found.after))
        )
        assert again.planning.problem.jobs == found.planning.problem.jobs
        assert again.planning.warnings == found.planning.warnings == found.after.warnings
        assert again.plan == found.plan
        assert again.broken == found.standing.broken
        assert days.priced(solver.evaluate(again.planning.problem, again.plan)) == found.after.cost
        assert again.file == days.answer(again.planning, result_of(again), ()).model_copy(update=kept_of(found.after))
        was = found.standing


def result_of(was: Standing) -> solver.Result:
    return solver.Result(was.plan, solver.evaluate(was.planning.problem, was.plan), False, 0, 0.0, "", ())


def kept_of(file: wire.PlanFile) -> dict[str, object]:
    """What a move leaves as the run said it, and the reasons."""
    return {name: getattr(file, name) for name in ("seed", "iterations", "ended", "unassigned")}


def test_only_the_routes_of_the_move_change() -> None:
    was = city()
    file, dice = was.file, random.Random(7)
    for _ in range(20):
        asked = any_move(was.planning, dice)
        try:
            found = moves.moved(was, asked)
        except InputError:
            continue
        now = found.after
        source = {route.technician for route in file.routes if any(visit.job == asked.job for visit in route.visits)}
        touched = {
            side.technician for each in changes(places(file), places(now)) for side in (each.before, each.after) if side is not None
        }
        assert touched <= source | {asked.technician}


def test_the_visits_whose_times_change_are_those_that_are_named() -> None:
    """j1 leaves Ada, and j2 begins an hour sooner; it comes first for Ben, and j3 begins an hour later."""
    found = moves.moved(by_hand(crew(), ada=["j1", "j2"], ben=["j3"]), move("j1", "ben", position=0))
    told = {each.job: each for each in changes(places(found.before), places(found.after))}
    assert {job: each.change for job, each in told.items()} == {"j1": "reassigned", "j2": "moved", "j3": "moved"}
    hours = {job: each.after.start - each.before.start for job, each in told.items() if each.after and each.before}
    assert hours == {"j1": timedelta(0), "j2": timedelta(hours=-1), "j3": timedelta(hours=1)}


def test_a_move_and_the_move_back_cost_what_they_cost_before() -> None:
    was = by_hand(crew(), ada=["j1", "j2"], ben=["j3", "j4"])
    there = moves.moved(was, move("j1", "ben", position=0))
    back = moves.moved(there.standing, move("j1", "ada", position=0))
    assert (back.plan, back.after.cost) == (was.plan, there.before.cost)


def test_visits_of_a_route_follow_each_other_after_any_move() -> None:
    was = city()
    job, technician = was.planning.day.jobs[0].id, was.planning.day.technicians[1].id
    found = moves.moved(was, move(job, technician, shift=0, force=True))
    for route in found.plan.routes:
        assert all(one.end <= other.arrive for one, other in pairwise(route.visits))
