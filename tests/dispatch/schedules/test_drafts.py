"""Drafts are looked at, changed and changed back."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from dispatch import schedules, wire
from dispatch.errors import Conflict, InputError, VersionMismatch
from dispatch.store import Store
from dispatch.store.tables import Audit, ScheduleState, ScheduleStep
from tests.databases import fresh
from tests.dispatch.records.kept import acting
from tests.dispatch.schedules.boards import TERRITORY, Board, board, first_visit, job_by_job, small_day


@pytest.fixture
def desk(store: Store) -> Board:
    return board(store)


def state_of(desk: Board, name: str) -> tuple[object, ...]:
    """Everything of a draft that moves change."""
    row = desk.row(name)
    return row.day, row.plan, row.violations, row.cost, row.unassigned, row.quality, row.step


def crew() -> list[str]:
    return [technician.id for technician in small_day().technicians]


def test_a_run_ends_in_a_draft_with_its_plan_and_figures(desk: Board) -> None:
    draft = desk.draft()
    with acting(desk.store) as act:
        shown = schedules.shown(act, schedules.find(act, draft))
    assert (shown.state, shown.steps, shown.violations, shown.version) == ("draft", 0, (), 1)
    assert shown.quality.served == len(job_by_job(shown.plan)) == 18 - shown.quality.unassigned
    assert shown.cost == shown.plan.cost.total
    assert wire.read_plan(wire.write(shown.plan)) == shown.plan


def test_evaluating_a_move_changes_nothing(desk: Board) -> None:
    draft = desk.draft()
    before = state_of(desk, draft)
    job, _ = first_visit(desk.plan(draft))
    answer = desk.evaluate(draft, job=job, technician=None)
    assert answer.after.total != answer.before.total
    assert [(each.job, each.change) for each in answer.changes if each.change == "dropped"] == [(job, "dropped")]
    assert state_of(desk, draft) == before


def test_a_move_that_is_made_does_what_was_evaluated(desk: Board) -> None:
    draft = desk.draft()
    job, _ = first_visit(desk.plan(draft))
    expected = desk.evaluate(draft, job=job, technician=None)
    made = desk.make(draft, job=job, technician=None)
    assert made == expected.model_copy(update={"version": 2})
    assert desk.plan(draft).cost == expected.after
    assert {route.technician: route for route in desk.plan(draft).routes}.items() >= {
        route.technician: route for route in expected.routes
    }.items()


def test_a_move_that_breaks_a_rule_is_made_only_when_forced(desk: Board) -> None:
    draft = desk.draft()
    plan = desk.plan(draft)
    midnight = small_day().horizon.end.isoformat()
    job, technician = first_visit(plan)
    with pytest.raises(Conflict) as refused:
        desk.make(draft, job=job, technician=technician, start=midnight)
    assert refused.value.code == "move_breaks_rules"
    assert {each["cause"] for each in refused.value.details["violations"]} >= {"shift_hours"}
    made = desk.make(draft, job=job, technician=technician, start=midnight, force=True)
    assert not made.legal
    assert len(desk.row(draft).violations) == len(made.violations)
    with pytest.raises(Conflict) as unseen:
        desk.publish(draft)
    assert unseen.value.code == "plan_breaks_rules"
    assert desk.publish(draft, accept_violations=True).schedule.violations


def test_a_forced_move_is_written_down_with_its_pin(desk: Board) -> None:
    draft = desk.draft()
    job, technician = first_visit(desk.plan(draft))
    desk.make(draft, job=job, technician=technician, start=small_day().horizon.end.isoformat(), force=True)
    day = wire.read_day(desk.row(draft).day.encode())
    pin = next(each.pin for each in day.jobs if each.id == job)
    assert pin is not None
    assert (pin.technician, pin.shift) == (technician, 0)
    with desk.store.reading() as session:
        step = session.get_one(ScheduleStep, (draft, 1))
        assert (step.what["move"]["force"], step.what["legal"]) == (True, False)
        assert session.scalars(select(Audit.action).where(Audit.subject_id == draft)).all() == ["drafted", "move"]


def test_a_job_is_pinned_to_what_it_has_and_unpinned_again(desk: Board) -> None:
    draft = desk.draft()
    job, technician = first_visit(desk.plan(draft))
    start = job_by_job(desk.plan(draft))[job][1]
    pinned = desk.pin(draft, job=job, start=True, order=True)
    assert pinned.pin is not None
    assert (pinned.pin.technician, pinned.pin.shift, pinned.pin.order) == (technician, 0, 0)
    assert pinned.pin.start == start
    assert pinned.changes == ()
    assert desk.pin(draft, job=job, technician=False).pin is None


def test_what_is_not_in_the_plan_cannot_be_pinned(desk: Board) -> None:
    draft = desk.draft()
    job, _ = first_visit(desk.plan(draft))
    desk.make(draft, job=job, technician=None)
    with pytest.raises(InputError) as refused:
        desk.pin(draft, job=job)
    assert [(each.pointer, each.code) for each in refused.value.findings] == [("/job", "not_planned")]


def test_nothing_is_undone_where_nothing_was_changed(desk: Board) -> None:
    with pytest.raises(Conflict) as refused:
        desk.undo(desk.draft())
    assert refused.value.code == "nothing_to_undo"


def test_who_has_seen_an_old_version_changes_nothing(desk: Board) -> None:
    draft = desk.draft()
    job, _ = first_visit(desk.plan(draft))
    desk.make(draft, job=job, technician=None)
    with pytest.raises(VersionMismatch):
        desk.make(draft, 1, job=job, technician=None)


def test_a_discarded_draft_is_neither_changed_nor_published(desk: Board) -> None:
    draft = desk.draft()
    job, _ = first_visit(desk.plan(draft))
    desk.make(draft, job=job, technician=None)
    with acting(desk.store) as act:
        schedules.discard(act, draft, 2)
    assert desk.row(draft).state is ScheduleState.DISCARDED
    for refused in (lambda: desk.publish(draft), lambda: desk.undo(draft), lambda: desk.evaluate(draft, job=job, technician=None)):
        with pytest.raises(Conflict, match="discarded"):
            refused()


def test_two_drafts_are_compared_job_by_job(desk: Board) -> None:
    one, other = desk.draft(), desk.draft()
    job, _ = first_visit(desk.plan(one))
    made = desk.make(other, job=job, technician=None)
    with acting(desk.store) as act:
        found = schedules.diff(act, one, other)
    assert found.changes == made.changes
    assert found.same == len(job_by_job(desk.plan(one))) - len(made.changes)
    assert (found.cost_before, found.cost_after) == (made.before, made.after)


def test_the_schedule_in_force_is_the_one_that_covers_most_of_a_horizon(desk: Board) -> None:
    with acting(desk.store) as act:
        assert schedules.in_force(act, TERRITORY, small_day().horizon) is None
    draft = desk.draft()
    desk.publish(draft)
    with acting(desk.store) as act:
        found = schedules.in_force(act, TERRITORY, small_day().horizon)
    assert found is not None
    assert found.id == draft


def test_a_list_is_cut_into_pages_the_newest_first(desk: Board) -> None:
    drafts = {desk.draft() for _ in range(3)}
    with acting(desk.store) as act:
        first = schedules.listed(act, TERRITORY, wire.ScheduleQuery(limit=2))
        second = schedules.listed(act, TERRITORY, wire.ScheduleQuery(limit=2, cursor=first.next))
        none = schedules.listed(act, TERRITORY, wire.ScheduleQuery(state="published"))
    assert {row.id for row in (*first.items, *second.items)} == drafts
    assert (len(first.items), second.next, none.items) == (2, None, ())


@given(seed=st.integers(0, 2**32))
@settings(max_examples=5, deadline=None)
def test_undoing_restores_a_draft_byte_for_byte(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    dice = random.Random(seed)
    with fresh(tmp_path_factory.mktemp("undo")) as store:
        desk = board(store)
        draft = desk.draft()
        states = [state_of(desk, draft)]
        for _ in range(8):
            if len(states) > 1 and dice.random() < 0.4:
                desk.undo(draft)
                states.pop()
                assert state_of(desk, draft) == states[-1]
            else:
                job = dice.choice(small_day().jobs).id
                served = job in job_by_job(desk.plan(draft))
                if served and dice.random() < 0.3:
                    desk.pin(draft, job=job)
                else:
                    desk.make(draft, job=job, technician=dice.choice([None, *crew()]), force=True)
                states.append(state_of(desk, draft))
        while len(states) > 1:
            desk.undo(draft)
            states.pop()
            assert state_of(desk, draft) == states[-1]
