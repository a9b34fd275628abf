"""Each peer is told small instances of our own, of which the best plans are known by hand, and has to come back with them."""

import warnings
from dataclasses import replace
from pathlib import Path

import pytest

import solver
from benchmarks.families import FAMILIES
from benchmarks.peers import PEERS, Feature, Terms
from benchmarks.peers.nowhere import closed
from solver import Plan, Problem, Technician
from tests.factories import job, line_problem, shift, window

TERMS = Terms(0.3, 1, 1)
"""Enough for a handful of jobs; vrp-cli takes a second at least."""

BEST = [
    ("vrptw", "three.txt", 22.8, ("pyvrp", "ortools", "vroom", "vrp-cli")),
    ("sdvrptw", "four.vrp", 17.828, ("pyvrp", "ortools", "vrp-cli")),
    ("mdvrptw", "depots.vrp", 6.828, ("pyvrp", "ortools", "vrp-cli")),
    ("pcvrptw", "prizes.vrp", 100.0, ("pyvrp", "ortools")),
    ("mctopmtw", "MCTOPMTW-1-c1.txt", 10.0, ("pyvrp", "ortools")),
    ("strsp-kovacs", "crews/tasks_noTeam/S1_2x2_noTeam.txt", 218.0248, ("pyvrp", "ortools")),
    ("trsp-pillac", "depot.txt", 40.0199, ("ortools",)),
    ("hhcrsp", "home.json", 10.1667, ("ortools",)),
]
"""Family, instance, and the least that any plan costs: worked out in `test_solutions` and `test_table`."""


def asked(name: str, problem: Problem, terms: Terms = TERMS) -> Plan:
    """A peer's plan; the test is skipped where the peer is absent."""
    peer = PEERS[name]
    if peer.version is None:
        pytest.skip(f"{peer.package} is not installed: pip install field-dispatch[bench]")
    assert peer.why_not(problem) is None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyVRP says when it finds nothing legal for a while
        return solver.plan_of(problem, peer.solve(problem, terms))


@pytest.mark.parametrize(
    ("name", "family", "instance", "cost"),
    [(name, family, instance, cost) for family, instance, cost, able in BEST for name in able],
)
def test_a_peer_finds_the_best_plan_of_a_tiny_instance(name: str, family: str, instance: str, cost: float, data: Path) -> None:
    case = FAMILIES[family].read(data / instance)
    plan = asked(name, case.problem)
    if PEERS[name].notes(case.problem):
        assert case.cost(plan) > 0
        return
    assert solver.check(case.problem, plan) == ()
    assert case.cost(plan) == pytest.approx(cost, abs=2e-4)


@pytest.mark.parametrize(("family", "instance", "cost", "able"), BEST)
def test_who_is_not_asked_says_why(family: str, instance: str, cost: float, able: tuple[str, ...], data: Path) -> None:
    problem = FAMILIES[family].read(data / instance).problem
    installed = [name for name, peer in PEERS.items() if peer.version]
    assert [name for name in installed if PEERS[name].why_not(problem) is None] == [name for name in able if name in installed]


@pytest.mark.parametrize("name", PEERS)
def test_a_job_goes_to_who_has_its_skill(name: str) -> None:
    # t0 lives where the job is, but only t1, one gap away, may do it.
    people = (Technician("t0"), Technician("t1", skills={"gas": solver.Skill()}))
    shifts = [shift(start_place=3, end_place=3, price_metre=1), shift(technician=1, start_place=4, end_place=4, price_metre=1)]
    problem = line_problem([job(place=3, skills={"gas": 1}, unserved=10_000)], shifts, technicians=people)
    plan = asked(name, problem)
    assert [(route.shift, route.jobs) for route in plan.routes] == [(1, (0,))]


@pytest.mark.parametrize("name", PEERS)
def test_a_job_with_two_windows_is_served_once_in_one_of_them(name: str) -> None:
    # The other job has to be served from 0 to 600, and takes until 2,400: too late for the first window of this one.
    jobs = [job("a", place=0, windows=(window(0, 600),)), job("b", place=1, windows=(window(600, 1_800), window(9_000, 9_600)))]
    problem = line_problem(jobs, [shift(price_metre=1)])
    plan = asked(name, replace(problem, jobs=tuple(replace(each, unserved=100_000) for each in jobs)))
    assert [visit.start for _, visit in plan.visits()] == [0, 9_000]


@pytest.mark.parametrize("name", PEERS)
def test_a_route_without_an_end_stops_at_its_last_job(name: str) -> None:
    # From place 3 over 2 to 0: 3 gaps. The other way round, and with a way back, it would be longer.
    jobs = [job("a", place=0, unserved=100_000), job("b", place=2, unserved=100_000)]
    plan = asked(name, line_problem(jobs, [shift(start_place=3, end_place=None, price_metre=1)]))
    assert [route.jobs for route in plan.routes] == [(1, 0)]
    assert plan.routes[0].distance == 3_000


@pytest.mark.parametrize("name", ["pyvrp", "vroom"])
def test_who_is_slower_takes_longer(name: str) -> None:
    # A job of 1,800 s at half the speed lasts an hour: with two of them and the way t0 would need 8,400 s, t1 4,800.
    people = (Technician("t0", pace=200), Technician("t1"))
    shifts = [shift(end=8_000, price_metre=1), shift(technician=1, end=8_000, price_metre=1)]
    jobs = [job("a", unserved=100_000), job("b", unserved=100_000)]
    plan = asked(name, line_problem(jobs, shifts, technicians=people))
    assert [(route.shift, sorted(route.jobs)) for route in plan.routes] == [(1, [0, 1])]


def test_an_end_that_is_nowhere_is_no_way_from_anywhere() -> None:
    problem = line_problem([job()], [shift(), shift(end_place=None)])
    assert [each.end_place for each in closed(problem).shifts] == [0, 8]
    assert not closed(problem).travel.durations[:, 8].any()
    assert closed(line_problem([job()])).travel.places == 8


def test_what_only_rivals_can_say_is_in_no_list_of_ours() -> None:
    assert all(isinstance(each, Feature) for peer in PEERS.values() for each in (*peer.cannot, *peer.untold, *peer.roughly))
