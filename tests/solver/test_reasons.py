"""Reasons are true: what is called impossible is, by trying everything; who is called a holder makes room, at the price stated."""

from dataclasses import replace

import numpy as np
import pytest

from solver.arrays import build
from solver.evaluation import evaluate
from solver.plan import Plan
from solver.problem import MANDATORY_PRICE, UNREACHABLE, Pin, Problem, Skill, Stock, Technician, Travel
from solver.reasons import Block, Holder, Reason, ReasonCode, explain
from solver.reasons.placing import placed
from solver.search import solve
from solver.stop import Iterations
from solver.violations import Cause, check
from tests.factories import job, line, line_problem, pause, plan, shift, window
from tests.naive import faults_alone, greedy, legal_routes
from tests.strategies import FEATURES, random_problem

GAS = Technician("t0", {"gas": Skill(1)})


def blocked(wanted, **shift_fields):
    """The cause that blocks a job on one shift with nothing else to do."""
    problem = line_problem([wanted], [shift(**shift_fields)], technicians=(GAS,))
    (reason,) = explain(problem, Plan((), (0,)))
    assert reason.code is ReasonCode.IMPOSSIBLE
    assert reason.holders == ()
    return reason.blocks[0].cause


def holders(problem, *orders):
    """The holders of the one job that the given routes leave out."""
    (reason,) = explain(problem, plan(problem, *orders))
    assert reason.code is ReasonCode.DISPLACED
    assert reason.blocks == ()
    return reason.holders


# ---------------------------------------------------------------- impossible, one rule at a time


@pytest.mark.parametrize(
    ("wanted", "shift_fields", "cause"),
    [
        (job(skills={"water": 1}), {}, Cause.SKILL),
        (job(skills={"gas": 2}), {}, Cause.SKILL),
        (job(tags=frozenset({"key"})), {}, Cause.TAG),
        (job(required=frozenset({"t9"})), {}, Cause.REQUIRED),
        (job(excluded=frozenset({"t0"})), {}, Cause.EXCLUDED),
        (job(tools=frozenset({"drill"})), {}, Cause.TOOLS),
        (job(parts={"valve": 2}), {"parts": {"valve": 1}}, Cause.PARTS),
        (job(parts={"valve": 2}), {"stock": Stock(1, refill={"valve": 1})}, Cause.PARTS),
        (job(tools=frozenset({"drill"})), {"stock": Stock(1, visits=0)}, Cause.TOOLS),
        (job(tools=frozenset({"drill"})), {"stock": Stock(1, duration=30_000)}, Cause.SHIFT_HOURS),
        (job(), {"max_jobs": 0}, Cause.MAX_JOBS),
        (job(), {"max_leg": 599}, Cause.MAX_LEG),
        (job(windows=(window(0, 599),)), {}, Cause.WINDOW),
        (job(windows=(window(0, 2_399, finish=True),)), {}, Cause.WINDOW),
        (job(windows=(window(26_401, 90_000),)), {}, Cause.SHIFT_HOURS),  # 26,401 + 1,800 + 600 = 28,801
        (job(duration=27_601), {}, Cause.SHIFT_HOURS),
        (job(), {"max_travel": 1_199}, Cause.MAX_TRAVEL),
        (job(), {"max_duration": 2_999}, Cause.MAX_DURATION),
        (job(windows=(window(1_000, 1_000),)), {"breaks": (pause(1_500, 1_500),)}, Cause.BREAK),  # neither before nor after
        (job(pin=Pin(start=300)), {}, Cause.PIN_START),  # cannot be there before 600
        (job(windows=(window(600, 900),), pin=Pin(start=1_000)), {}, Cause.WINDOW),
        (job(skills={"water": 1}, windows=(window(0, 1),)), {}, Cause.SKILL),  # the first of several
    ],
)
def test_an_impossible_job_is_blocked_by_its_rule(wanted, shift_fields, cause):
    assert blocked(wanted, **shift_fields) == cause


def test_a_job_that_no_road_leads_to_is_unreachable():
    durations = np.array(line(3).durations)
    durations[0, 2] = UNREACHABLE
    problem = line_problem([job("a", 2)], travel=Travel(durations, line(3).distances))
    assert explain(problem, Plan((), (0,)))[0].blocks == (Block(0, Cause.UNREACHABLE),)


def test_every_shift_has_its_own_block_in_their_order():
    shifts = [shift(max_jobs=0), shift(technician=1), shift(end=1_000)]
    people = (Technician("t0", {"gas": Skill(1)}), Technician("t1"))
    problem = line_problem([job("a", 1, skills={"gas": 1})], shifts, technicians=people)
    expected = (Block(0, Cause.MAX_JOBS), Block(1, Cause.SKILL), Block(2, Cause.SHIFT_HOURS))
    assert explain(problem, Plan((), (0,))) == (Reason(0, ReasonCode.IMPOSSIBLE, expected, ()),)


def test_a_job_pinned_against_a_rule_is_blocked_by_that_rule_on_its_shift_and_by_the_pin_on_others():
    problem = line_problem([job("a", 1, tags=frozenset({"key"}), pin=Pin(shift=1))], [shift(), shift()])
    assert explain(problem, Plan((), (0,)))[0].blocks == (Block(0, Cause.PIN_SHIFT), Block(1, Cause.TAG))


def test_without_shifts_every_job_is_impossible():
    problem = line_problem([job("a"), job("b")], [])
    assert [(reason.job, reason.code, reason.blocks) for reason in explain(problem, Plan((), (0, 1)))] == [
        (0, ReasonCode.IMPOSSIBLE, ()),
        (1, ReasonCode.IMPOSSIBLE, ()),
    ]


def test_a_plan_that_serves_everybody_needs_no_reason():
    problem = line_problem([job("a")])
    assert explain(problem, plan(problem, "a")) == ()


# ---------------------------------------------------------------- displaced


def test_the_holder_of_a_place_is_named_with_the_price_of_the_exchange():
    # only one can start at 3,000; b at place 2 drives 2,000 m more than a at 2 per metre, and is worth 500 where a is worth 9,000
    jobs = [
        job("a", 1, windows=(window(3_000, 3_000),), unserved=9_000),
        job("b", 2, windows=(window(3_000, 3_000),), unserved=500),
    ]
    problem = line_problem(jobs, [shift(price_metre=2)])
    assert holders(problem, "a") == (Holder(0, (0,), 9_000 - 500 + 4_000),)


def test_the_cheapest_of_several_possible_holders_is_named():
    # all at one place; c needs the time of one of the others: 600 + 3 x 9,000 + 600 fills the shift of 28,200
    jobs = [job(name, 1, duration=9_000, unserved=price) for name, price in (("a", 70), ("b", 50), ("c", 60), ("d", 10))]
    problem = line_problem(jobs, [shift(end=28_200)])
    assert holders(problem, "abc") == (Holder(0, (1,), 50 - 10),)


def test_two_jobs_are_left_out_for_one_that_needs_the_time_of_both():
    # c lasts as long as a and b together
    jobs = [job("a", 1, duration=9_000, unserved=70), job("b", 1, duration=9_000, unserved=50)]
    jobs += [job("c", 1, duration=9_000, unserved=60), job("d", 1, duration=18_000, unserved=10)]
    problem = line_problem(jobs, [shift(end=28_200)])
    assert holders(problem, "abc") == (Holder(0, (1, 2), 50 + 60 - 10),)


def test_a_job_that_needs_a_whole_shift_displaces_all_of_it():
    jobs = [*(job(name, 1, duration=3_000, unserved=7) for name in "abcd"), job("e", 1, duration=12_000, unserved=1)]
    problem = line_problem(jobs, [shift(end=13_200)])
    assert holders(problem, "abcd") == (Holder(0, (0, 1, 2, 3), 4 * 7 - 1),)


def test_a_job_that_costs_more_than_leaving_it_out_is_held_by_nobody():
    # there is room before and after a; 2 x 1,000 m further at 3 each, less the 1,000 for leaving it out
    problem = line_problem([job("a", 1), job("b", 2)], [shift(price_metre=3)])
    assert holders(problem, "a") == (Holder(0, (), 6_000 - 1_000),)


def test_a_shift_that_is_not_used_holds_a_job_by_its_price():
    problem = line_problem([job("a", 1)], [shift(price_use=7_000, price_metre=1)])
    assert holders(problem) == (Holder(0, (), 7_000 + 2_000 - 1_000),)


def test_a_place_that_the_search_overlooked_has_a_negative_price():
    problem = line_problem([job("a", 1), job("b", 1)])
    assert holders(problem, "a") == (Holder(0, (), -1_000),)


def test_a_mandatory_job_is_held_at_the_price_of_its_holder_less_its_own():
    jobs = [job("a", 1, windows=(window(3_000, 3_000),), unserved=90)]
    jobs += [job("b", 1, windows=(window(3_000, 3_000),), unserved=None)]
    assert holders(line_problem(jobs), "a") == (Holder(0, (0,), 90 - MANDATORY_PRICE),)


def test_the_three_cheapest_shifts_are_named_the_cheapest_first():
    prices = (50, 20, 40, 30)
    problem = line_problem([job("a", 1, unserved=5)], [shift(price_use=price) for price in prices])
    assert [(holder.shift, holder.price) for holder in holders(problem)] == [(1, 15), (3, 25), (2, 35)]


def test_a_job_that_needs_a_tool_gets_a_stop_for_stock_on_the_way():
    # 0 → 1 (stock) → 2 → 0 costs nothing more than a's way alone
    jobs = [job("a", 2), job("b", 2, tools=frozenset({"drill"}))]
    problem = line_problem(jobs, [shift(stock=Stock(1), price_metre=1)])
    assert holders(problem, "a") == (Holder(0, (), -1_000),)


def test_room_is_found_beside_breaks_off_the_route():
    # the break at home ends at 1,800, a is served from 2,400 to 4,200: b fits after it, back at 6,600
    problem = line_problem([job("a", 1), job("b", 1)], [shift(end=6_600, breaks=(pause(0, 0),))])
    assert holders(problem, "|a") == (Holder(0, (), -1_000),)


def test_a_job_without_a_break_to_spare_displaces_one_that_leaves_time_for_it():
    # two jobs of an hour and a break of one fill 600 + 3 x 3,600 + 600
    jobs = [
        job("a", 1, duration=3_600, unserved=9),
        job("b", 1, duration=3_600, unserved=8),
        job("c", 1, duration=3_600, unserved=1),
    ]
    problem = line_problem(jobs, [shift(end=12_000, breaks=(pause(3_000, 5_000, 3_600),))])
    assert holders(problem, "a|b") == (Holder(0, (1,), 8 - 1),)


# ---------------------------------------------------------------- true on random plans


def cases(count: int, jobs: int = 6) -> list[tuple[Problem, Plan]]:
    """Legal plans that leave somebody out, every third one a route less than it could have."""
    found = []
    for seed in range(count):
        rng = np.random.default_rng(seed)
        problem = random_problem(rng, jobs, 2, [feature for feature in FEATURES if rng.random() < 0.4])
        short = [replace(each, max_jobs=min(3, each.max_jobs or 3)) for each in problem.shifts]
        problem = replace(problem, shifts=tuple(short))
        full = greedy(problem, rng)
        routes = full.routes[: -1 if seed % 3 == 0 else None]
        found.append((problem, Plan(routes, tuple(sorted({*range(jobs)} - {row for route in routes for row in route.jobs})))))
    return found


def test_a_job_is_impossible_just_when_no_route_of_its_own_is_legal():
    codes = []
    for problem, found in cases(60):
        for reason in explain(problem, found):
            alone = [() in faults_alone(problem, row, reason.job) for row in range(len(problem.shifts))]
            assert (reason.code is ReasonCode.IMPOSSIBLE) == (not any(alone))
            codes.append(reason.code)
    assert min(codes.count(code) for code in ReasonCode) >= 20


def test_a_block_names_a_rule_that_stands_in_the_way_of_every_order_or_of_the_least_bad():
    named = set()
    for problem, found in cases(150):
        for reason in explain(problem, found):
            for block in reason.blocks:
                broken = [{each.cause for each in faults} for faults in faults_alone(problem, block.shift, reason.job)]
                assert set() not in broken
                job_row = problem.jobs[reason.job]
                outside = job_row.pin and job_row.pin.start is not None and block.cause is Cause.WINDOW
                assert outside or any(block.cause in causes for causes in broken)
                named.add(block.cause)
    assert len(named) >= 12


def test_leaving_out_the_holders_really_makes_room_at_the_stated_price():
    sizes = []
    for problem, found in cases(60):
        before = evaluate(problem, found).total
        for reason in explain(problem, found):
            for holder in reason.holders:
                totals = [evaluate(problem, each).total for each in exchanged(problem, found, reason.job, holder)]
                assert before + holder.price in totals
                sizes.append(len(holder.jobs))
    assert {0, 1, 2} <= set(sizes)


def exchanged(problem, found, row, holder):
    """Every legal plan with the job on the holder's shift, its holders left out, and the rest as it was."""
    others = [route for route in found.routes if route.shift != holder.shift]
    kept = [each for route in found.routes if route.shift == holder.shift for each in route.jobs if each not in holder.jobs]
    for route in legal_routes(problem, holder.shift, [*kept, row]):
        routes = tuple(sorted((*others, route), key=lambda each: each.shift))
        left_out = tuple(sorted({*found.unassigned, *holder.jobs} - {row}))
        changed = Plan(routes, left_out)
        assert check(problem, changed) == ()
        yield changed


def test_holders_come_from_distinct_shifts_by_ascending_price_and_are_jobs_of_them():
    for problem, found in cases(60):
        served = {route.shift: set(route.jobs) for route in found.routes}
        for reason in explain(problem, found):
            assert bool(reason.holders) == (reason.code is ReasonCode.DISPLACED)
            assert len({holder.shift for holder in reason.holders}) == len(reason.holders) <= 3
            assert list(reason.holders) == sorted(reason.holders, key=lambda holder: holder.price)
            assert all(set(holder.jobs) <= served.get(holder.shift, set()) for holder in reason.holders)


def test_one_reason_per_job_left_out_in_their_order_and_always_the_same():
    for problem, found in cases(20):
        reasons = explain(problem, found)
        assert tuple(reason.job for reason in reasons) == found.unassigned
        assert explain(problem, found) == reasons


# ---------------------------------------------------------------- after a search nothing that pays is left


def hard_day() -> Problem:
    """A job for a shift that is legal only if its technician waits for an appointment at the stock point over lunch.

    Lunch is from 11 to 13 o'clock for an hour, the appointment at place 3 at 12:00: only who is there by 11 can hold both.
    Seventeen jobs that nobody can do make the day too large to be solved exactly.
    """
    breaks = (pause(11 * 3_600, 13 * 3_600, 3_600), pause(12 * 3_600, 12 * 3_600, 5_400, 3))
    alone = shift(start=8 * 3_600, end=17 * 3_600, breaks=breaks, stock=Stock(3), price_metre=1)
    nobody = [job(f"x{n}", 2, skills={"magic": 1}) for n in range(17)]
    jobs = [job("a", 4, unserved=10**6, windows=(window(14 * 3_600, 16 * 3_600),)), job("b", 5, unserved=10**6), *nobody]
    return line_problem(jobs, [alone])


def test_a_shift_that_needs_the_stock_point_for_its_breaks_only_is_used():
    problem = hard_day()
    result = solve(problem, Iterations(500))
    assert result.plan.unassigned == tuple(range(2, 19))
    assert check(problem, result.plan) == ()
    assert result.trace[-1].total == result.cost.total == evaluate(problem, result.plan).total
    assert {reason.code for reason in explain(problem, result.plan)} == {ReasonCode.IMPOSSIBLE}


def test_no_reason_after_a_search_says_that_there_is_room_which_pays():
    displaced = 0
    for seed in range(25):
        rng = np.random.default_rng(seed)
        problem = random_problem(rng, 20, 3, [feature for feature in FEATURES if rng.random() < 0.6])
        found = solve(problem, Iterations(60), seed=seed).plan
        reasons = explain(problem, found)
        assert not [holder for reason in reasons for holder in reason.holders if not holder.jobs and holder.price < 0]
        displaced += sum(reason.code is ReasonCode.DISPLACED for reason in reasons)
    assert displaced > 50


def test_the_last_look_puts_jobs_where_they_gain_most_until_none_gains():
    placed_at_all = 0
    for problem, short in cases(40):
        better = placed(problem, build(problem), short)
        assert check(problem, better) == ()
        gained = evaluate(problem, short).total - evaluate(problem, better).total
        assert gained > 0 or better == short
        served = {row for route in better.routes for row in route.jobs}
        assert {row for route in short.routes for row in route.jobs} <= served
        assert served | set(better.unassigned) == set(range(len(problem.jobs)))
        for reason in explain(problem, better):
            assert not [holder for holder in reason.holders if not holder.jobs and holder.price < 0]
        placed_at_all += len(short.unassigned) - len(better.unassigned)
    assert placed_at_all > 10
