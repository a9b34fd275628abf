"""Large problems in pieces: cut and put together without loss, the same plan whoever works on it, legal whatever happens."""

from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

import solver
from solver import split
from solver.coupling import Ask, Bundle, Group, Link
from solver.pieces import Item, bound, cut, cut_out, items_of, tied
from solver.plan import Plan
from solver.problem import Pin, Shift, Technician
from solver.split import BELL, ROUNDS, _Crew, improved, is_separable, solve_in_pieces
from tests.factories import HOURS, job, line, line_problem, shift

PLACES = 24
HOMES = (2, 7, 12, 17, 22)


class AtOnce(Executor):
    """Does what it is given while it is given it, and counts."""

    def __init__(self) -> None:
        self.tasks = []

    def submit(self, fn, /, *args, **kwargs):
        self.tasks.append(args[0])
        future: Future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class Dying(Executor):
    """A worker that takes the first thing it is given along when it dies; nothing can be given to it any more."""

    def __init__(self) -> None:
        self.dead = False

    def submit(self, fn, /, *args, **kwargs):
        if self.dead:
            raise BrokenExecutor("dead")
        self.dead = True
        future: Future = Future()
        future.set_exception(BrokenExecutor("died"))
        return future


def town(**more) -> solver.Problem:
    """48 jobs along a road with 24 places, of half an hour each, and five shifts that start and end at places of their own."""
    jobs = [job(f"j{n}", n % PLACES, unserved=100_000) for n in range(48)]
    shifts = [shift(technician=n, start_place=home, end_place=home, price_metre=1) for n, home in enumerate(HOMES)]
    return line_problem(jobs, shifts, **{"travel": line(PLACES), **more})


def started(problem: solver.Problem) -> Plan:
    """Every shift serves the jobs at its home and beside it."""
    near = [(row, list(range(home - 1, home + 2))) for row, home in enumerate(HOMES)]
    stops = [(row, [solver.Stop(solver.StopKind.JOB, n) for n in numbers]) for row, numbers in near]
    return solver.plan_of(problem, stops)


def heaps_of(problem: solver.Problem, routes, count: int, seed: int = 0):
    return cut(problem, items_of(problem, routes, 0), count, np.random.default_rng(seed))


# ---------------------------------------------------------------- cutting


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("begun", [False, True])
def test_every_job_and_every_shift_is_in_one_heap(seed, begun):
    problem = town()
    routes = {route.shift: route for route in started(problem).routes} if begun else {}
    heaps = heaps_of(problem, routes, 3, seed)
    assert len(heaps) == 3
    assert sorted(row for heap in heaps for item in heap for row in item.jobs) == list(range(48))
    assert sorted(row for heap in heaps for item in heap for row in item.shifts) == list(range(5))


def test_heaps_are_of_about_as_many_jobs_and_of_neighbours():
    problem = town()
    heaps = heaps_of(problem, {}, 4)
    sizes = [sum(len(item.jobs) for item in heap) for heap in heaps]
    assert all(9 <= size <= 15 for size in sizes)  # 12, give or take
    for heap in heaps:
        places = {problem.jobs[row].place for item in heap for row in item.jobs}
        assert max(places) - min(places) < 10  # of 24: at two jobs a place a quarter takes 6


def test_other_rounds_have_other_borders():
    problem = town()
    assert heaps_of(problem, {}, 4, 1) != heaps_of(problem, {}, 4, 2)


def test_a_route_is_not_cut_apart():
    problem = town()
    routes = {route.shift: route for route in started(problem).routes}
    for heap in heaps_of(problem, routes, 2):
        for item in heap:
            for row in item.shifts:
                assert set(routes[row].jobs) <= set(item.jobs)


def test_a_plan_cut_into_pieces_and_put_together_is_the_plan():
    problem = town()
    whole = started(problem)
    routes = {route.shift: route for route in whole.routes}
    pieces = [cut_out(problem, heap) for heap in heaps_of(problem, routes, 3)]
    back = {}
    for piece in pieces:
        back |= piece.routes_out(piece.plan_in(routes).routes)
        assert solver.check(piece.problem, piece.plan_in(routes)) == ()
    assert back == routes
    assert (
        sum(solver.evaluate(each.problem, each.plan_in(routes)).total for each in pieces) == solver.evaluate(problem, whole).total
    )


def test_pins_go_where_their_shift_goes():
    jobs = [*town().jobs[:-1], replace(town().jobs[-1], place=0, pin=Pin(shift=4))]
    problem = replace(town(), jobs=tuple(jobs))
    piece = next(each for each in (cut_out(problem, heap) for heap in heaps_of(problem, {}, 3)) if 4 in each.shifts)
    own = piece.problem.jobs[piece.jobs.index(47)]
    assert own.pin is not None
    assert piece.shifts[own.pin.shift] == 4


def test_a_job_left_out_goes_with_a_shift_that_may_serve_it():
    people = tuple(Technician(f"t{n}", {"gas": solver.Skill()} if n == 4 else {}) for n in range(5))
    jobs = (*town().jobs, job("gas", 0, skills={"gas": 1}))
    problem = replace(town(), jobs=jobs, technicians=people)
    routes = {route.shift: route for route in started(problem).routes}
    item = next(item for item in items_of(problem, routes, 0) if 48 in item.jobs)
    assert item.shifts == (4,)


# ---------------------------------------------------------------- ties


def test_what_is_tied_stays_together_up_to_a_size():
    items = [Item((0, 1), (0,)), Item((2,), (1,)), Item((3,)), Item((4, 5), (2,)), Item((6,), (3,))]
    together = bound(items, [Item(jobs=(1, 2)), Item(jobs=(2, 3))], most=4)
    assert {(frozenset(item.jobs), frozenset(item.shifts)) for item in together} == {
        (frozenset({0, 1, 2, 3}), frozenset({0, 1})),
        (frozenset({4, 5}), frozenset({2})),
        (frozenset({6}), frozenset({3})),
    }


def test_what_a_tie_would_make_too_large_is_left_as_it_is():
    items = [Item((0, 1), (0,)), Item((2,), (1,)), Item((3,), (2,))]
    assert bound(items, [Item(jobs=(1, 2))], most=2) == [Item((3,), (2,))]


def test_links_bundles_groups_and_rival_shifts_tie():
    crew = Shift(technician=0, start=0, end=HOURS, start_place=0, end_place=0, crew=(1,))
    problem = replace(
        town(),
        shifts=(*town().shifts, crew),
        links=(Link(0, 30),),
        bundles=(Bundle("b", ((1, 31), (2,))),),
        groups=(Group((3, 33), Ask.SAME_TECHNICIAN),),
    )
    assert tied(problem) == [
        Item(jobs=(0, 30)),
        Item(jobs=(1, 2, 31)),
        Item(jobs=(3, 33)),
        Item(shifts=(0, 5)),
        Item(shifts=(1, 5)),
    ]


def test_ties_are_those_of_the_piece_in_its_own_rows():
    problem = replace(town(), links=(Link(10, 34), Link(0, 1)), groups=(Group((10, 34), Ask.SAME_DAY),))
    piece = cut_out(problem, [Item((10, 34), (2,))])
    assert piece.problem.links == (Link(0, 1),)
    assert piece.problem.groups == (Group((0, 1), Ask.SAME_DAY),)


def test_a_price_on_the_plan_as_a_whole_is_not_planned_in_pieces():
    problem = replace(town(), worst_late_rate=1)
    assert not is_separable(problem)
    assert is_separable(town())
    executor = AtOnce()
    result = solve_in_pieces(town(worst_late_rate=1), solver.Iterations(1_000), executor=executor, jobs=12)
    assert executor.tasks == []
    assert solver.check(problem, result.plan) == ()


def test_jobs_that_are_tied_are_planned_in_pieces_legally():
    """Two legs of one job far apart from each other, a job after another one, two jobs for one technician."""
    problem = replace(
        town(),
        links=(Link(10, 34), Link(5, 20, high=0, from_start=True)),
        bundles=(Bundle("both", ((5, 20),), 100_000),),
        groups=(Group((0, 1), Ask.SAME_TECHNICIAN), Group((5, 20), Ask.DIFFERENT_TECHNICIANS)),
    )
    result = solve_in_pieces(problem, solver.Iterations(40_000), seed=1, executor=AtOnce(), workers=1, jobs=24)
    assert solver.check(problem, result.plan) == ()
    assert result.cost == solver.evaluate(problem, result.plan)
    assert len(result.plan.unassigned) < 10


# ---------------------------------------------------------------- working


@pytest.fixture(scope="module")
def answer() -> solver.Result:
    return solve_in_pieces(town(), solver.Iterations(40_000), seed=3, executor=AtOnce(), workers=1, jobs=12)


def test_the_plan_is_legal_and_priced_right(answer):
    assert solver.check(town(), answer.plan) == ()
    assert answer.cost == solver.evaluate(town(), answer.plan)
    assert answer.iterations > 0


def test_the_plan_does_not_depend_on_who_works_on_it(answer):
    for workers in (1, 2, 3):
        with ThreadPoolExecutor(workers) as executor:
            again = solve_in_pieces(town(), solver.Iterations(40_000), seed=3, executor=executor, workers=workers, jobs=12)
        assert again.plan == answer.plan
        assert again.iterations == answer.iterations


def test_another_seed_gives_other_borders():
    executors = AtOnce(), AtOnce()
    for seed, executor in enumerate(executors):
        solve_in_pieces(town(), solver.Iterations(1), seed=seed, executor=executor, workers=1, jobs=12)
    one, other = ([task.problem.jobs for task in executor.tasks] for executor in executors)
    assert one != other


def test_it_is_never_worse_than_the_plan_it_started_from():
    problem = town()
    before = started(problem)
    result = solve_in_pieces(problem, solver.Iterations(1), start=before, executor=AtOnce(), jobs=12)
    assert result.cost.total <= solver.evaluate(problem, before).total


def test_there_are_several_rounds_and_each_has_every_job():
    executor = AtOnce()
    solve_in_pieces(town(), solver.Iterations(1), executor=executor, workers=1, jobs=12)
    assert sum(len(task.problem.jobs) for task in executor.tasks) == ROUNDS[0] * 48


def test_what_a_dead_worker_had_is_given_out_again(answer):
    """Every process of our own may die once: the plan is the same."""
    crews = [AtOnce(), Dying(), Dying()]
    run_with = _Crew(1, crews.pop(), crews.pop)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(split, "_crew", lambda size, executor: _given(run_with))
        again = solve_in_pieces(town(), solver.Iterations(40_000), seed=3, workers=1, jobs=12)
    assert again.plan == answer.plan
    assert crews == []


class _given:
    def __init__(self, crew) -> None:
        self.crew = crew

    def __enter__(self):
        return self.crew

    def __exit__(self, *about) -> None:
        return None


def test_a_given_executor_that_breaks_down_is_an_error():
    with pytest.raises(BrokenExecutor):
        solve_in_pieces(town(), solver.Iterations(1_000), executor=Dying(), jobs=12)


def test_it_ends_when_it_is_told_to_with_what_it_has():
    cancelled = solver.Cancelled()
    executor = AtOnce()

    def look(progress: solver.Progress) -> None:
        cancelled.cancel()

    stop = solver.any_of(solver.Iterations(40_000), cancelled)
    result = solve_in_pieces(town(), stop, executor=executor, workers=1, jobs=12, progress=look)
    assert result.ended == "cancelled"
    assert result.plan.routes
    assert len(executor.tasks) < ROUNDS[0] * 4
    assert solver.check(town(), result.plan) == ()


def test_the_best_plan_so_far_is_handed_out():
    kept: list[solver.Result] = []
    result = solve_in_pieces(town(), solver.Iterations(1_000), executor=AtOnce(), workers=1, jobs=12, keep=kept.append)
    totals = [each.cost.total for each in kept]
    assert totals == sorted(totals, reverse=True)
    assert kept[-1].plan == result.plan


def test_processes_of_this_machine_work_on_it(answer):
    again = solve_in_pieces(town(), solver.Iterations(40_000), seed=3, workers=2, jobs=12)
    assert again.plan == answer.plan


def test_a_worker_ends_when_its_bell_has_rung(monkeypatch):
    class Rung:
        def is_set(self) -> bool:
            return True

    executor = AtOnce()
    solve_in_pieces(town(), solver.Iterations(1), executor=executor, workers=1, jobs=12)
    monkeypatch.setattr(BELL, "event", Rung())
    task = executor.tasks[0]._replace(stop=solver.Iterations(10**12))
    assert improved(task).iterations == 0
