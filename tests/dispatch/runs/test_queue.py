"""A run is claimed once, kept by signs of life, never lost, and ended by whoever has it."""

from threading import Thread

import pytest
from sqlalchemy import select

from dispatch import runs, wire
from dispatch.errors import Finding
from dispatch.runs.queue import MOST_PROGRESS
from dispatch.store import Store
from dispatch.store.tables import Audit, Run, RunState
from tests.dispatch.runs.queues import LEASE_S, acting, claimed, now, queued, settle, taken, working

LEASE_MIN = LEASE_S / 60


def point(number: int, cost: float = 1) -> wire.RunProgress:
    return wire.RunProgress(number=number, attempt=1, seconds=number, iterations=number, cost=cost, unassigned=0)


def test_an_empty_queue_gives_nothing(store: Store) -> None:
    settle(store)
    assert claimed(store) is None


def test_a_run_is_claimed_once(store: Store) -> None:
    settle(store)
    name = queued(store)
    run = taken(store, "w1", minutes=1)
    assert (run.id, run.state, run.worker, run.attempts, run.fence) == (name, RunState.RUNNING, "w1", 1, 1)
    assert claimed(store, "w2", minutes=1) is None


def test_racing_workers_claim_each_run_once(store: Store) -> None:
    """12 runs, 4 workers at once: 12 claims of 12 runs."""
    settle(store)
    names = [queued(store, f"caller{n}") for n in range(12)]
    got: list[str] = []

    def work() -> None:
        while run := claimed(store):
            got.append(run.id)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(names)


def test_runs_of_one_caller_are_begun_in_the_order_they_were_asked_for(store: Store) -> None:
    settle(store)
    names = [queued(store, minutes=n) for n in range(3)]
    assert [taken(store, minutes=5).id for _ in names] == names


def test_who_asks_for_much_does_not_keep_others_waiting(store: Store) -> None:
    """Ann asks for four runs, then Bea for one and Cy for one: with one worker that ends each before the next, A B C A A A."""
    settle(store)
    for n in range(4):
        queued(store, "ann", minutes=n)
    queued(store, "bea", minutes=5)
    queued(store, "cy", minutes=6)
    order = []
    for n in range(6):
        run = taken(store, minutes=10 + n)
        order.append(run.caller)
        with working(store, minutes=10 + n) as act:
            runs.finish(act, run.id, run.fence, schedule=None)
    assert order == ["ann", "bea", "cy", "ann", "ann", "ann"]


def test_who_has_runs_running_comes_after_who_has_none(store: Store) -> None:
    """Bea was served last of all, but nothing of hers runs any more; of Ann's something does."""
    settle(store)
    queued(store, "ann")
    queued(store, "ann", minutes=1)
    taken(store, minutes=2)
    queued(store, "bea", minutes=3)
    bea = taken(store, minutes=4)
    with working(store, minutes=5) as act:
        runs.finish(act, bea.id, bea.fence, schedule=None)
    queued(store, "bea", minutes=6)
    assert taken(store, minutes=7).caller == "bea"


def test_a_sign_of_life_renews_the_lease_and_keeps_the_progress(store: Store) -> None:
    settle(store)
    queued(store)
    run = taken(store)
    with working(store, minutes=LEASE_MIN * 0.9) as act:
        assert not runs.beat(act, run.id, run.fence, lease_s=LEASE_S, progress=[point(1), point(2)])
    with working(store, minutes=LEASE_MIN * 1.8) as act:
        assert runs.take_back_lost(act, attempts=3) == []
    assert [each["number"] for each in now(store, run.id).progress] == [1, 2]


def test_long_curves_are_thinned_and_keep_both_ends(store: Store) -> None:
    settle(store)
    queued(store)
    run = taken(store)
    for number in range(1, 3 * MOST_PROGRESS):
        with working(store) as act:
            runs.beat(act, run.id, run.fence, lease_s=LEASE_S, progress=[point(number)])
    numbers = [each["number"] for each in now(store, run.id).progress]
    assert len(numbers) <= MOST_PROGRESS
    assert (numbers[0], numbers[-1]) == (1, 3 * MOST_PROGRESS - 1)
    assert numbers == sorted(numbers)


def test_without_a_sign_a_run_is_tried_three_times_and_then_failed(store: Store) -> None:
    settle(store)
    name = queued(store)
    for attempt in range(1, 4):
        at = attempt * 10
        assert taken(store, minutes=at).attempts == attempt
        with working(store, minutes=at + LEASE_MIN * 0.99) as act:
            assert runs.take_back_lost(act, attempts=3) == []
        with working(store, minutes=at + LEASE_MIN * 1.01) as act:
            assert [run.id for run in runs.take_back_lost(act, attempts=3)] == [name]
    assert claimed(store, minutes=60) is None
    run = now(store, name)
    assert (run.state, run.error_code) == (RunState.FAILED, "worker_lost")


def test_a_late_result_is_refused(store: Store) -> None:
    """The run was taken back: first it waits, then another worker has it, then that one has ended it."""
    settle(store)
    queued(store)
    late = taken(store, "w1")
    with working(store, minutes=1) as act:
        runs.take_back_lost(act, attempts=3)
    _expect_refused(store, late)
    other = taken(store, "w2", minutes=2)
    assert (other.id, other.fence) == (late.id, late.fence + 1)
    _expect_refused(store, late)
    with working(store, minutes=3) as act:
        runs.finish(act, other.id, other.fence, schedule="draft")
    _expect_refused(store, late)
    assert now(store, late.id).schedule_id == "draft"


def _expect_refused(store: Store, late: Run) -> None:
    with pytest.raises(runs.Lost), working(store, minutes=4) as act:
        runs.finish(act, late.id, late.fence, schedule="late")
    with pytest.raises(runs.Lost), working(store, minutes=4) as act:
        runs.fail(act, late.id, late.fence, code="crashed", message="late")
    with pytest.raises(runs.Lost), working(store, minutes=4) as act:
        runs.beat(act, late.id, late.fence, lease_s=LEASE_S)
    with pytest.raises(runs.Lost), store.reading() as session:
        runs.is_cancel_asked(type(act)(session, act.caller, act.now), late.id, late.fence)


def test_a_worker_that_stops_gives_its_run_back_and_the_attempt_does_not_count(store: Store) -> None:
    settle(store)
    queued(store)
    run = taken(store, "w1")
    with working(store) as act:
        runs.give_back(act, run.id, run.fence)
    again = taken(store, "w2", minutes=1)
    assert (again.id, again.attempts, again.fence) == (run.id, 1, 2)


def test_a_run_that_somebody_wants_to_end_is_not_tried_again(store: Store) -> None:
    settle(store)
    name = queued(store)
    taken(store)
    with acting(store) as act:
        runs.cancel(act, name)
    with working(store, minutes=1) as act:
        runs.take_back_lost(act, attempts=3)
    assert now(store, name).state is RunState.CANCELLED
    assert claimed(store, minutes=2) is None


def test_a_run_that_fails_says_why(store: Store) -> None:
    settle(store)
    queued(store)
    run = taken(store)
    with working(store, minutes=1) as act:
        runs.fail(act, run.id, run.fence, code="crashed", message="x" * 5_000, warnings=[Finding("/jobs/0", "conflict", "no")])
    with store.reading() as session:
        shown = runs.shown(session.get_one(Run, run.id))
    assert shown.error is not None
    assert (shown.state, shown.error.code, len(shown.error.message)) == ("failed", "crashed", 4_000)
    assert shown.warnings[0].message == "no"
    assert shown.ended_at is not None


def test_every_turn_of_a_run_is_in_the_audit(store: Store) -> None:
    settle(store)
    name = queued(store)
    run = taken(store)
    with working(store, minutes=1) as act:
        runs.take_back_lost(act, attempts=3)
    run = taken(store, minutes=2)
    with working(store, minutes=3) as act:
        runs.finish(act, run.id, run.fence, schedule=None)
    with store.reading() as session:
        noted = [
            (row.caller, row.action) for row in session.scalars(select(Audit).order_by(Audit.number)) if row.subject_id == name
        ]
    assert noted == [("ann", "requested"), ("worker", "requeued"), ("worker", "ended")]
