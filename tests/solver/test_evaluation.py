"""Times and cost by hand: places lie on a line, 600 s and 1,000 m apart; a shift lasts from 0 to 28,800 s."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings

from solver.evaluation import Cost, evaluate, plan_of, route_cost, service_times, timed, worked
from solver.plan import Plan
from solver.problem import MANDATORY_PRICE, Departure, Pin, Skill, Stock, Technician, Tier
from tests.factories import break_stop, job, jobs_stop, line_problem, pause, plan, shift, stops, window
from tests.naive import greedy
from tests.strategies import problems, random_problem

KEEP_END = {"departure": Departure.KEEP_END}


def route_of(problem, order):
    """The route of the first shift that serves a word of stops."""
    return timed(problem, 0, stops(problem, order))


def starts(route):
    return [visit.start for visit in route.visits]


# ---------------------------------------------------------------- departure


def test_the_first_visit_is_reached_when_its_window_opens():
    # two gaps of driving before 7,200, half an hour of work, two gaps back
    route = route_of(line_problem([job("a", 2, windows=(window(7_200, 9_000),))]), "a")
    assert (route.depart, starts(route), route.back) == (6_000, [7_200], 10_200)


def test_keeping_starts_leaves_the_waiting_after_the_first_visit():
    # a from 600 to 2,400; b could be reached at 3,600 and opens at 7,200
    problem = line_problem([job("a", 1), job("b", 3, windows=(window(7_200, 9_000),))])
    route = route_of(problem, "ab")
    assert (route.depart, starts(route), route.visits[1].wait, route.back) == (0, [600, 7_200], 3_600, 10_800)


def test_keeping_the_end_moves_the_waiting_before_the_departure():
    # the 3,600 s of waiting at b are spent before leaving
    problem = line_problem([job("a", 1), job("b", 3, windows=(window(7_200, 9_000),))], **KEEP_END)
    route = route_of(problem, "ab")
    assert (route.depart, starts(route), route.visits[1].wait, route.back) == (3_600, [4_200, 7_200], 0, 10_800)


def test_keeping_the_end_moves_no_visit_out_of_its_window():
    # a may start at 3,000 at the latest, 2,400 after its earliest start; 1,200 s of waiting remain at b
    jobs = [job("a", 1, windows=(window(0, 3_000),)), job("b", 3, windows=(window(7_200, 9_000),))]
    route = route_of(line_problem(jobs, **KEEP_END), "ab")
    assert (route.depart, starts(route), route.visits[1].wait, route.back) == (2_400, [3_000, 7_200], 1_200, 10_800)


def test_keeping_the_end_lets_no_break_start_too_late():
    # the break between starts at 2,400 and may until 3,000: 600 s can be put off, 3,900 - 600 s of waiting remain
    shifts = [shift(breaks=(pause(0, 3_000, 300),))]
    jobs = [job("a", 1), job("b", 1, windows=(window(6_600, 9_000),))]
    route = route_of(line_problem(jobs, shifts, **KEEP_END), "a|b")
    assert (route.depart, starts(route), route.visits[2].wait) == (600, [1_200, 3_000, 6_600], 3_300)


def test_keeping_the_end_of_a_window_to_finish_in_looks_at_the_end_of_service():
    # a must end by 3,000, so start by 1,200: 600 s after its earliest start
    jobs = [job("a", 1, windows=(window(0, 3_000, finish=True),)), job("b", 3, windows=(window(7_200, 9_000),))]
    assert route_of(line_problem(jobs, **KEEP_END), "ab").depart == 600


# ---------------------------------------------------------------- windows


@pytest.mark.parametrize(
    ("windows", "start"),
    [
        ((window(0, 600),), 600),  # both ends belong to it
        ((window(600, 600),), 600),
        ((window(0, 599), window(900, 950)), 900),  # the first is missed by a second
        ((window(0, 2_400, finish=True),), 600),  # ends at 2,400 sharp
        ((window(0, 2_399, finish=True), window(3_000, 5_000, finish=True)), 3_000),  # would end a second late
        ((window(0, 100),), 600),  # all are missed: on arrival
    ],
)
def test_service_starts_in_the_first_window_that_still_holds_it(windows, start):
    assert starts(route_of(line_problem([job("a", 1, windows=windows)]), "a")) == [start]


def test_a_pinned_start_is_waited_for():
    problem = line_problem([job("a", 1, windows=(window(0, 5_000),), pin=Pin(start=4_000))])
    route = route_of(problem, "a")
    assert (route.depart, starts(route)) == (3_400, [4_000])


@pytest.mark.parametrize(("place", "start"), [(1, 1_000), (2, 1_200)])
def test_a_pinned_start_is_kept_or_missed_in_a_window_to_finish_in_too(place, start):
    # place 1 is reached at 600, in time for the pin; place 2 at 1,200, too late: started on arrival, not within the window
    problem = line_problem([job("a", place, windows=(window(0, 9_000, finish=True),), pin=Pin(start=1_000))])
    assert starts(route_of(problem, "a")) == [start]


@pytest.mark.parametrize(("close", "depart"), [(2_800, 400), (2_799, 0)])
def test_a_pinned_start_that_would_end_too_late_is_missed(close, depart):
    # 1,000 + 1,800 = 2,800
    problem = line_problem([job("a", 1, windows=(window(0, close, finish=True),), pin=Pin(start=1_000))])
    assert route_of(problem, "a").depart == depart


def test_a_pinned_start_outside_all_windows_is_as_good_as_missed():
    problem = line_problem([job("a", 1, windows=(window(0, 3_000),), pin=Pin(start=4_000))])
    assert starts(route_of(problem, "a")) == [600]


# ---------------------------------------------------------------- drives outside the shift


def test_a_first_drive_outside_arrives_when_the_shift_starts_and_is_not_paid():
    # two gaps before 0; work is 1,800 s of service and 1,200 s back
    problem = line_problem([job("a", 2)], [shift(first_drive_outside=True, price_second=1)])
    route = route_of(problem, "a")
    assert (route.depart, starts(route)) == (-1_200, [0])
    assert worked(problem, route) == (0, 3_000)
    assert route_cost(problem, route).work == 3_000


def test_a_last_drive_outside_is_not_paid():
    problem = line_problem([job("a", 2)], [shift(last_drive_outside=True, price_second=1)])
    route = route_of(problem, "a")
    assert (route.depart, route.back) == (0, 4_200)
    assert worked(problem, route) == (0, 3_000)


def test_a_break_before_the_departure_keeps_a_first_drive_inside():
    # the break from 0 to 900 is held at home: only then can the drive begin
    problem = line_problem([job("a", 2)], [shift(first_drive_outside=True, breaks=(pause(0, 0, 900),))])
    route = route_of(problem, "|a")
    assert (route.depart, starts(route)) == (900, [2_100])


def test_an_open_end_is_where_the_last_visit_ends():
    route = route_of(line_problem([job("a", 2)], [shift(end_place=None)]), "a")
    assert (route.travel_home, route.distance_home, route.back) == (0, 0, 3_000)


# ---------------------------------------------------------------- set-up and service


def test_setup_is_needed_once_for_consecutive_jobs_at_a_site():
    jobs = [job("a", 1, setup=300), job("b", 1, setup=200), job("c", 2, setup=100), job("d", 1, setup=50)]
    assert [visit.setup for visit in route_of(line_problem(jobs), "abcd").visits] == [300, 0, 100, 50]


def test_a_break_without_a_place_does_not_end_a_stay_at_a_site():
    jobs = [job("a", 1, setup=300), job("b", 1, setup=200)]
    route = route_of(line_problem(jobs, [shift(breaks=(pause(0, 9_000, 60),))]), "a|b")
    assert [visit.setup for visit in route.visits] == [300, 0, 0]


@pytest.mark.parametrize("between", ["|", "+"])
def test_a_break_at_a_place_or_a_stop_for_stock_ends_a_stay_even_at_the_same_place(between):
    jobs = [job("a", 1, setup=300), job("b", 1, setup=200)]
    shifts = [shift(breaks=(pause(0, 9_000, 60, place=1),) if between == "|" else (), stock=Stock(1))]
    assert [visit.setup for visit in route_of(line_problem(jobs, shifts), f"a{between}b").visits] == [300, 0, 200]


def test_a_job_where_the_shift_starts_needs_its_setup():
    assert route_of(line_problem([job("a", 0, setup=300)]), "a").visits[0].setup == 300


@pytest.mark.parametrize(
    ("levels", "needs", "pace", "expected"),
    [
        ({}, {}, 100, (7, 1_000)),
        ({}, {}, 120, (9, 1_200)),  # 7 x 1.2 = 8.4
        ({"gas": 1}, {"gas": 1}, 100, (7, 1_000)),
        ({"gas": 2}, {"gas": 1}, 100, (6, 800)),  # one level above: 80 percent; 7 x 0.8 = 5.6
        ({"gas": 2}, {"gas": 1}, 120, (7, 960)),  # 0.8 x 1.2 = 0.96; 7 x 0.96 = 6.72
        ({"gas": 3}, {"gas": 1}, 100, (4, 500)),  # two levels: 50 percent
        ({"gas": 9}, {"gas": 1}, 100, (4, 500)),  # the last pace holds for more
        ({"gas": 9, "water": 1}, {"gas": 1, "water": 1}, 100, (7, 1_000)),  # the weakest skill sets the pace
        ({"gas": 1}, {"gas": 2}, 100, (7, 1_000)),  # below the need, which is illegal: no faster for it
    ],
)
def test_work_takes_the_pace_of_the_technician_times_that_of_the_level_rounded_up(levels, needs, pace, expected):
    work = job(setup=7, duration=1_000, skills=needs, paces=(100, 80, 50))
    assert service_times(work, Technician("t", {name: Skill(level) for name, level in levels.items()}, pace=pace)) == expected


# ---------------------------------------------------------------- breaks and stock


def test_breaks_that_lead_are_held_before_the_departure_one_after_the_other():
    # 0 to 900, then from 1,000 to 1,300
    shifts = [shift(breaks=(pause(0, 0, 900), pause(1_000, 2_000, 300)))]
    route = route_of(line_problem([job("a", 1)], shifts), "||a")
    assert (route.depart, starts(route), len(route.visits)) == (1_300, [1_900], 1)


def test_a_break_that_trails_is_held_at_home_if_the_technician_is_back_in_time():
    # back at 600 + 1,800 + 600 = 3,000, just by its close
    route = route_of(line_problem([job("a", 1)], [shift(breaks=(pause(0, 3_000, 900),))]), "a|")
    assert (len(route.visits), route.back) == (1, 3_000)


def test_a_break_that_trails_is_held_at_the_last_place_if_the_way_home_is_too_long():
    # back at 3,000, a second too late: held from 2,400 to 3,300, then 600 s home
    route = route_of(line_problem([job("a", 1)], [shift(breaks=(pause(0, 2_999, 900),))]), "a|")
    assert [(visit.place, visit.start, visit.end) for visit in route.visits] == [(1, 600, 2_400), (1, 2_400, 3_300)]
    assert route.back == 3_900


def test_a_break_with_a_place_is_an_appointment_that_moves_the_technician():
    # 0 → 3 → 1 → 0: reached at 1,800, starts at 5,000; a from 6,800 to 8,600
    shifts = [shift(breaks=(pause(5_000, 5_000, 600, place=3),))]
    route = route_of(line_problem([job("a", 1)], shifts), "|a")
    assert [(visit.place, visit.travel, visit.start) for visit in route.visits] == [(3, 1_800, 5_000), (1, 1_200, 6_800)]
    assert (route.depart, route.back) == (3_200, 9_200)


def test_a_stop_for_stock_takes_its_time_and_its_way():
    # 0 → 2, 300 s there, → 3
    shifts = [shift(stock=Stock(2, duration=300))]
    route = route_of(line_problem([job("a", 3)], shifts), "+a")
    assert [(visit.place, visit.start, visit.end) for visit in route.visits] == [(2, 1_200, 1_500), (3, 2_100, 3_900)]


def test_a_stop_for_stock_is_made_as_early_as_possible_unless_the_end_is_kept():
    # 600 + 300 + 600 = 1,500 is 5,500 s before the window
    jobs, shifts = [job("a", 2, windows=(window(7_000, 9_000),))], [shift(stock=Stock(1, duration=300))]
    assert route_of(line_problem(jobs, shifts), "+a").depart == 0
    assert route_of(line_problem(jobs, shifts, **KEEP_END), "+a").depart == 5_500


# ---------------------------------------------------------------- plans


def test_shifts_without_a_job_are_not_used_and_routes_ascend():
    problem = line_problem([job("a"), job("b"), job("c")], [shift(breaks=(pause(0, 0),)), shift(), shift()])
    found = plan_of(problem, [(2, [jobs_stop(1)]), (1, [jobs_stop(0)]), (0, [break_stop()])])
    assert [route.shift for route in found.routes] == [1, 2]
    assert found.unassigned == (2,)


# ---------------------------------------------------------------- money


def cost(jobs, order="a", technician=None, **shift_fields):
    """The cost of one shift that serves a word of stops; the jobs not in it are left out."""
    technicians = (technician or Technician("t0"),)
    problem = line_problem(jobs, [shift(**shift_fields)], technicians=technicians)
    return evaluate(problem, plan(problem, order))


def only(**terms):
    """A cost of these terms and no other."""
    return Cost(**terms)


def test_metres_are_paid_with_the_way_home():
    # 0 → 1 → 3 → 0 are 6,000 m
    assert cost([job("a", 1), job("b", 3)], "ab", price_metre=3) == only(travel=18_000)


def test_seconds_are_paid_from_departure_to_return():
    # 600 + 1,800 + 600
    assert cost([job("a", 1)], price_second=2) == only(work=6_000)


def test_a_shift_paid_whole_is_paid_to_its_ends_at_least():
    assert cost([job("a", 1)], price_second=2, paid_whole=True) == only(work=2 * 28_800)
    # hard end an hour later: the work ends at 600 + 30,000 + 600
    long = cost([job("a", 1, duration=30_000)], price_second=1, paid_whole=True, hard_end=32_400)
    assert long == only(work=31_200)


def test_a_shift_paid_whole_counts_the_break_before_its_departure():
    # the work lasts from 1,800 on, the pay from 0 on
    assert cost([job("a", 1)], "|a", price_second=1, paid_whole=True, breaks=(pause(0, 0),)) == only(work=28_800)


def test_using_a_shift_and_every_visit_have_their_prices():
    assert cost([job("a", 1), job("b", 1)], "ab", price_use=500, price_job=70) == only(use=500, jobs=140)


@pytest.mark.parametrize(
    ("duration", "price"),
    [
        (27_600, 0),  # 600 + 27,600 + 600 = 28,800: none
        (27_601, 5),
        (28_200, 600 * 5),
        (28_201, 600 * 5 + 11),  # from 600 s on each second costs 11
        (28_900, 600 * 5 + 700 * 11),
    ],
)
def test_overtime_is_priced_tier_by_tier(duration, price):
    tiers = (Tier(0, 5), Tier(600, 11))
    assert cost([job("a", 1, duration=duration)], overtime=tiers, hard_end=36_000) == only(overtime=price)


def test_a_last_drive_outside_is_no_overtime():
    found = cost([job("a", 1, duration=28_200)], overtime=(Tier(0, 5),), last_drive_outside=True)
    assert found == only()


def test_overtime_may_be_free_at_first():
    # 1,000 s of overtime, 400 of them priced
    found = cost([job("a", 1, duration=28_600)], overtime=(Tier(600, 5),), hard_end=36_000)
    assert found == only(overtime=2_000)


@pytest.mark.parametrize(("due", "price"), [(2_400, 0), (2_399, 100 + 7), (1_400, 100 + 7_000)])
def test_lateness_counts_from_the_end_of_service(due, price):
    assert cost([job("a", 1, due=due, late_fixed=100, late_rate=7)]) == only(lateness=price)


@pytest.mark.parametrize(("release", "price"), [(-100, 700), (0, 600), (600, 0), (700, 0)])
def test_urgency_counts_from_the_release_to_the_start_of_service(release, price):
    assert cost([job("a", 1, release=release, urgency=1)]) == only(urgency=price)


def test_levels_above_the_need_are_summed_over_the_skills_needed():
    # gas 2 above, water 1 above, wood not needed
    skilled = Technician("t0", {"gas": Skill(3), "water": Skill(2), "wood": Skill(9)})
    work = job("a", skills={"gas": 1, "water": 1}, overqualified=40)
    assert cost([work], technician=skilled) == only(overqualified=120)


@pytest.mark.parametrize(("preferred", "price"), [(("t0",), 0), (("x", "t0"), 30), (("x", "y"), 60), ((), 0)])
def test_the_further_down_the_list_of_preferred_technicians_the_dearer(preferred, price):
    assert cost([job("a", preferred=preferred, preference=30)]) == only(preference=price)


def test_wishes_are_priced_unless_a_tag_or_a_skill_meets_them():
    handy = Technician("t0", {"gas": Skill(1)}, frozenset({"key"}))
    work = job("a", wishes={"gas": 1, "key": 2, "tall": 4, "water": 8})
    assert cost([work], technician=handy) == only(wishes=12)


def test_jobs_left_out_cost_their_price_and_mandatory_ones_are_counted():
    jobs = [job("a"), job("b", unserved=30), job("c", unserved=4), job("d", unserved=None), job("e", unserved=9, pin=Pin(start=5))]
    found = cost(jobs)
    assert found == only(unserved=34, mandatory=2)
    assert found.money == 34
    assert found.total == 34 + 2 * MANDATORY_PRICE


def test_a_plan_without_routes_costs_what_it_leaves_out():
    problem = line_problem([job("a", unserved=3)], [])
    assert evaluate(problem, Plan((), (0,))) == only(unserved=3)


def test_a_total_is_the_sum_of_every_term_once():
    # powers of ten show each term in its own digit
    terms = [term.name for term in fields(Cost) if term.name != "mandatory"]
    one = Cost(**{name: 10**power for power, name in enumerate(terms)})
    assert one.money == int("1" * len(terms))
    assert (one + one).total == 2 * one.total


def test_cost_is_the_sum_of_routes_and_of_jobs_left_out():
    for seed in range(40):
        rng = np.random.default_rng(seed)
        problem = random_problem(rng, 6, 3)
        found = greedy(problem, rng)
        parts = [evaluate(problem, replace(found, routes=(route,), unassigned=())) for route in found.routes]
        rest = evaluate(problem, Plan((), found.unassigned))
        assert evaluate(problem, found) == sum(parts, rest)


# ---------------------------------------------------------------- properties


@given(problems(max_jobs=4, max_shifts=1))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_keeping_the_end_leaves_no_earlier_and_is_back_at_the_same_time(problem):
    shift_breaks = [break_stop(row) for row in range(len(problem.shifts[0].breaks))]
    order = [*shift_breaks[:1], *(jobs_stop(row) for row in range(len(problem.jobs))), *shift_breaks[1:]]
    soon = timed(replace(problem, departure=Departure.KEEP_STARTS), 0, order)
    late = timed(replace(problem, departure=Departure.KEEP_END), 0, order)
    assert late.depart >= soon.depart
    assert late.back == soon.back
    assert late.stops == soon.stops
