"""Coupled routes: when linked jobs start, what bundles and groups cost, and that evaluation and judge agree about all of it."""

from itertools import pairwise

import numpy as np
import pytest

from solver.coupling import Ask, Bundle, Group, Link, cycle_of
from solver.evaluation import evaluate, plan_of
from solver.plan import Plan, Stop, StopKind
from solver.problem import Departure, InvalidProblem, Problem, Skill, Technician
from solver.violations import Cause, check
from tests.factories import GAP, HOURS, job, line_problem, plan, shift, window
from tests.strategies import COUPLING, FEATURES, random_problem

SAME_START = {"low": 0, "high": 0, "from_start": True}


def two_routes(*jobs, links=(), **more) -> Problem:
    """Two technicians who both start at place 0."""
    return line_problem(jobs, [shift(), shift(technician=1)], links=links, **more)


def starts(problem: Problem, *orders: str) -> dict[str, int]:
    return {problem.jobs[visit.stop.row].id: visit.start for _, visit in plan(problem, *orders).visits()}


def causes(problem: Problem, *orders: str) -> set[Cause]:
    return {violation.cause for violation in check(problem, plan(problem, *orders))}


# ---------------------------------------------------------------- times


def test_who_is_first_waits_for_the_other_where_both_start_together():
    problem = two_routes(job("a", 1), job("b", 3), links=(Link(0, 1, **SAME_START),))
    assert starts(problem, "a", "b") == {"a": 3 * GAP, "b": 3 * GAP}
    assert causes(problem, "a", "b") == set()


def test_a_job_waits_for_the_end_of_another_route_and_the_lag():
    problem = two_routes(job("a", 3), job("b", 1), links=(Link(0, 1, low=300),))
    assert starts(problem, "a", "b") == {"a": 3 * GAP, "b": 3 * GAP + 1_800 + 300}
    assert causes(problem, "a", "b") == set()


def test_the_job_before_waits_where_the_lag_would_be_too_long():
    # b cannot start before 20,000; a ends then at the earliest 900 before
    problem = two_routes(job("a", 1), job("b", 1, windows=(window(20_000, 25_000),)), links=(Link(0, 1, high=900),))
    assert starts(problem, "a", "b") == {"a": 20_000 - 900 - 1_800, "b": 20_000}
    assert causes(problem, "a", "b") == set()


def test_a_start_may_be_offset_by_a_range():
    problem = two_routes(job("a", 1), job("b", 1), links=(Link(0, 1, 600, 1_200, from_start=True),))
    assert starts(problem, "a", "b") == {"a": GAP, "b": GAP + 600}
    late = two_routes(job("a", 1), job("b", 5), links=(Link(0, 1, 600, 1_200, from_start=True),))
    assert starts(late, "a", "b") == {"a": 5 * GAP - 1_200, "b": 5 * GAP}


def test_the_next_working_morning_is_later_than_the_end():
    # a ends at 600 + 1,800: a morning at that very instant is not later
    problem = two_routes(job("a", 1), job("b", 1), links=(Link(0, 1, mornings=(0, 2_400, 9_000)),))
    assert starts(problem, "a", "b") == {"a": 600, "b": 9_000}
    none_left = two_routes(job("a", 1), job("b", 1), links=(Link(0, 1, mornings=(0, 2_400)),))
    assert causes(none_left, "a", "b")


def test_links_pass_on_from_route_to_route():
    # a and b together at 3,000; then c on the route of a, and d after c on that of b
    links = (Link(0, 1, **SAME_START), Link(2, 3))
    problem = two_routes(job("a", 1), job("b", 5), job("c", 1), job("d", 5), links=links)
    assert starts(problem, "ac", "bd") == {"a": 3_000, "b": 3_000, "c": 4_800, "d": 6_600}
    assert causes(problem, "ac", "bd") == set()


def test_routes_that_wait_for_each_other_forever_are_illegal():
    links = (Link(0, 1, **SAME_START), Link(2, 3, **SAME_START))
    problem = two_routes(job("a"), job("b"), job("c"), job("d"), links=links)
    assert causes(problem, "ac", "bd") == set()
    assert Cause.LINK in causes(problem, "ac", "db")


def test_two_that_wait_for_each_other_longer_than_they_must_break_the_timing_rule():
    problem = two_routes(job("a", 1), job("b", 1), links=(Link(0, 1, **SAME_START),))
    late = plan(two_routes(job("a", 1), job("b", 1), links=(Link(0, 1, 0, 0, True),)), "a", "b")
    pinned = plan(
        two_routes(job("a", 1, windows=(window(5_000, 6_000),)), job("b", 1), links=(Link(0, 1, **SAME_START),)), "a", "b"
    )
    assert check(problem, late) == ()
    assert {violation.cause for violation in check(problem, pinned)} == {Cause.TIMING_RULE}


def test_no_departure_is_put_off_for_the_end_by_moving_a_linked_job():
    # c opens at 10,000; alone the shift would leave so late that it does not wait at c, but a starts with b
    jobs = (job("a", 1), job("b", 1), job("c", 1, windows=(window(10_000, 20_000),)))
    problem = two_routes(*jobs, links=(Link(0, 1, **SAME_START),), departure=Departure.KEEP_END)
    assert starts(problem, "ac", "b") == {"a": 600, "b": 600, "c": 10_000}
    assert causes(problem, "ac", "b") == set()


# ---------------------------------------------------------------- money and rules


def test_a_bundle_is_left_out_at_one_price_and_needs_only_one_alternative():
    problem = two_routes(job("a"), job("b"), job("c"), bundles=(Bundle("x", ((0, 1), (2,)), unserved=70),))
    assert evaluate(problem, plan(problem)).unserved == 70
    assert evaluate(problem, plan(problem, "c")).unserved == 0
    assert causes(problem, "c") == causes(problem, "a", "b") == set()
    assert causes(problem, "a") == causes(problem, "a", "bc") == {Cause.BUNDLE}


def test_a_bundle_without_a_price_is_mandatory():
    problem = two_routes(job("a"), job("b"), bundles=(Bundle("x", ((0, 1),)),))
    assert evaluate(problem, plan(problem)).mandatory == 1


@pytest.mark.parametrize(
    ("ask", "orders", "surplus"),
    [
        (Ask.SAME_TECHNICIAN, ("abc", ""), 0),
        (Ask.SAME_TECHNICIAN, ("ab", "c"), 1),
        (Ask.SAME_DAY, ("ab", "c"), 1),
        (Ask.DIFFERENT_TECHNICIANS, ("abc", ""), 2),
        (Ask.DIFFERENT_TECHNICIANS, ("ab", "c"), 1),
        (Ask.DIFFERENT_TECHNICIANS, ("a", "b"), 0),
    ],
)
def test_a_group_is_hard_or_priced(ask, orders, surplus):
    shifts = [shift(), shift(technician=1, day=1)]
    jobs = [job("a"), job("b"), job("c")]
    priced = line_problem(jobs, shifts, groups=(Group((0, 1, 2), ask, price=10),))
    assert evaluate(priced, plan(priced, *orders)).groups == 10 * surplus
    assert check(priced, plan(priced, *orders)) == ()
    hard = line_problem(jobs, shifts, groups=(Group((0, 1, 2), ask),))
    assert causes(hard, *orders) == ({Cause.GROUP} if surplus else set())


def test_the_largest_lateness_has_a_price_of_its_own():
    # a ends at 2,400, 400 late; b at 2,400, 1,400 late
    problem = two_routes(job("a", due=2_000, late_rate=1), job("b", due=1_000, late_rate=1), worst_late_rate=10)
    cost = evaluate(problem, plan(problem, "a", "b"))
    assert (cost.lateness, cost.worst_late) == (1_800, 14_000)


def test_a_crew_has_the_skills_of_all_and_the_tags_they_share():
    people = (Technician("t0", {"gas": Skill(1)}, frozenset({"key"})), Technician("t1", {"gas": Skill(3)}, frozenset()))
    shifts = [shift(), shift(crew=(1,))]
    problem = line_problem(
        [job("a", skills={"gas": 2}), job("b", staff={"gas": (2, 1)}), job("c", tags=frozenset({"key"}))],
        shifts,
        technicians=people,
    )
    assert causes(problem, "a") == causes(problem, "b") == {Cause.SKILL}
    assert causes(problem, "", "ab") == set()
    assert causes(problem, "", "c") == {Cause.TAG}
    assert causes(problem, "c", "a") == {Cause.CREW}


def test_what_a_shift_has_need_not_be_had_by_those_who_work_it():
    """The key lies in the car of the first shift: c may go there, and the wish for it costs nothing; with a crew, too."""
    keyed = {"tags": frozenset({"key"})}
    jobs = [job("a"), job("b", wishes={"key": 7}), job("c", **keyed)]
    people = (Technician("t0"), Technician("t1"))
    for crew in ((), (1,)):
        problem = line_problem(jobs, [shift(crew=crew, **keyed), shift()], technicians=people)
        assert causes(problem, "c") == set()
        assert causes(problem, "", "c") == {Cause.TAG}
        assert evaluate(problem, plan(problem, "b")).wishes == 0
        assert evaluate(problem, plan(problem, "", "b")).wishes == 7


# ---------------------------------------------------------------- what is refused


def test_cycles_are_named():
    links = (Link(0, 1), Link(1, 2), Link(2, 1))
    assert cycle_of(links) == [1, 2, 1]
    with pytest.raises(InvalidProblem, match="b < c < b"):
        two_routes(job("a"), job("b"), job("c"), links=links)


def test_a_long_chain_is_no_cycle():
    assert cycle_of(Link(row, row + 1) for row in range(50_000)) == []


@pytest.mark.parametrize(
    "more",
    [
        {"links": (Link(0, 0),)},
        {"links": (Link(0, 9),)},
        {"links": (Link(0, 1, 5, 4),)},
        {"links": (Link(0, 1, mornings=(5, 5)),)},
        {"bundles": (Bundle("x", ()),)},
        {"bundles": (Bundle("x", ((),)),)},
        {"bundles": (Bundle("x", ((0, 0),)),)},
        {"bundles": (Bundle("x", ((0,),)), Bundle("y", ((0, 1),)))},
        {"bundles": (Bundle("x", ((0,),), unserved=-1),)},
        {"groups": (Group((7,), Ask.SAME_DAY),)},
        {"groups": (Group((0,), Ask.SAME_DAY, -1),)},
        {"worst_late_rate": -1},
    ],
)
def test_what_contradicts_itself_is_refused(more):
    with pytest.raises(InvalidProblem):
        two_routes(job("a"), job("b"), **more)


# ---------------------------------------------------------------- evaluation and judge


def random_orders(problem: Problem, rng: np.random.Generator) -> list[tuple[int, list[Stop]]]:
    """Any jobs in any order on any shift, the breaks at the end or the start."""
    rows = [int(row) for row in rng.permutation(len(problem.jobs)) if rng.random() < 0.7]
    cuts = sorted(int(cut) for cut in rng.integers(0, len(rows) + 1, len(problem.shifts) - 1))
    parts = [rows[a:b] for a, b in pairwise([0, *cuts, len(rows)])]
    breaks = [[Stop(StopKind.BREAK, row) for row in range(len(each.breaks))] for each in problem.shifts]
    return [
        (s, [*breaks[s], *(Stop(StopKind.JOB, row) for row in part)][:: 1 if rng.random() < 0.5 else -1])
        for s, part in enumerate(parts)
    ]


@pytest.mark.parametrize("seed", range(300))
def test_times_keep_the_timing_rule_wherever_they_keep_the_links(seed):
    rng = np.random.default_rng(seed)
    features = [each for each in FEATURES if rng.random() < 0.2 and each not in ("breaks", "appointments")]
    problem = random_problem(rng, 5, 3, {*features, *COUPLING, "keep_end"})
    found = plan_of(problem, random_orders(problem, rng))
    named = {violation.cause for violation in check(problem, found)}
    if not named & {Cause.LINK, Cause.WINDOW, Cause.PIN_START, Cause.BREAK}:
        assert Cause.TIMING_RULE not in named
        assert Cause.TIMES not in named


def test_the_times_of_the_day_are_those_of_one_fixed_point():
    problem = two_routes(job("a"), job("b"), links=(Link(0, 1, **SAME_START),))
    assert isinstance(plan(problem, "a", "b"), Plan)
    assert max(starts(problem, "a", "b").values()) < HOURS
