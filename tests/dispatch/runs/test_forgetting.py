"""Old drafts that nobody published and old runs that came to nothing are forgotten; what was in force stays."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from dispatch import runs
from dispatch.store import Store
from dispatch.store.tables import Run, RunState, Schedule
from tests.dispatch.records.kept import NOW, acting
from tests.dispatch.schedules.boards import Board, board, first_visit, run_of, small_day

END = small_day().horizon.end
LATE = END + timedelta(days=91)
"""So long after the day that 90 days are over."""


@pytest.fixture
def desk(store: Store) -> Board:
    return board(store)


def forget(desk: Board, now: datetime) -> int:
    with acting(desk.store, now) as act:
        return runs.forget(act, keep_days=90)


def kept(desk: Board) -> tuple[set[str], set[str]]:
    """The ids of the schedules, and of the runs, that there are."""
    with desk.store.reading() as session:
        return set(session.scalars(select(Schedule.id))), set(session.scalars(select(Run.id)))


def end_all(desk: Board, state: RunState = RunState.DONE) -> None:
    with desk.store.writing() as session:
        for run in session.scalars(select(Run)):
            run.state, run.ended_at = state, NOW


def test_a_draft_nobody_published_goes_with_its_steps_and_its_run(desk: Board) -> None:
    draft = desk.draft()
    job, owner = first_visit(desk.plan(draft))
    desk.pin(draft, job=job, technician=True)
    end_all(desk)
    assert owner
    assert forget(desk, LATE) == 2
    assert kept(desk) == (set(), set())


def test_it_stays_until_its_days_are_over(desk: Board) -> None:
    desk.draft()
    end_all(desk)
    assert forget(desk, END + timedelta(days=89)) == 0


def test_what_was_ever_in_force_stays_with_its_run(desk: Board) -> None:
    first, second = desk.draft(), desk.draft()
    desk.publish(first)
    desk.publish(second, over=(first,))
    end_all(desk)
    before = kept(desk)
    assert forget(desk, LATE) == 0
    assert kept(desk) == before


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.CANCELLED, RunState.DONE])
def test_a_run_that_came_to_nothing_goes(desk: Board, state: RunState) -> None:
    with acting(desk.store) as act:
        act.session.add(run_of(NOW))
    end_all(desk, state)
    assert forget(desk, LATE) == 1


def test_a_run_that_is_not_over_stays(desk: Board) -> None:
    with acting(desk.store) as act:
        act.session.add(run_of(NOW))
    assert forget(desk, LATE) == 0
