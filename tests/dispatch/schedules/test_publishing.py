"""Drafts are put in force: all or nothing, one at a time, and never unseen when something has changed."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dispatch import schedules, wire
from dispatch.access import Act, Caller
from dispatch.errors import Conflict, InputError, NotFound
from dispatch.store import Store
from dispatch.store.tables import (
    Audit,
    Event,
    EventKind,
    Job,
    JobState,
    Promise,
    Role,
    RunKind,
    ScheduleState,
    Shift,
    Technician,
    Visit,
    VisitState,
)
from tests.dispatch.records.kept import NOW, acting
from tests.dispatch.schedules.boards import TERRITORY, Board, board, first_visit, job_by_job, race, small_day

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def desk(store: Store) -> Board:
    return board(store)


def promises(store: Store) -> dict[str, Promise]:
    with store.reading() as session:
        return {row.job_id: row for row in session.scalars(select(Promise).where(Promise.replaced_at.is_(None)))}


def change_job(store: Store, job: str, **values: object) -> None:
    with store.writing() as session:
        row = session.get_one(Job, (TERRITORY, job))
        for name, value in values.items():
            setattr(row, name, value)
        row.updated_at = LATER


def test_publishing_writes_a_visit_for_every_job_of_the_plan(desk: Board) -> None:
    draft = desk.draft()
    published = desk.publish(draft)
    planned = job_by_job(desk.plan(draft))
    assert {job: (row.technician_id, row.start) for job, row in desk.visits().items()} == planned
    assert published.written == len(planned) > 0
    assert published.schedule.state == "published"
    assert published.schedule.version == desk.row(draft).version
    assert {row.state for row in desk.visits().values()} == {VisitState.PLANNED}


def test_customers_are_told_a_window_that_holds_their_visit_and_lies_in_the_jobs_own(desk: Board) -> None:
    draft = desk.draft()
    desk.publish(draft)
    told, jobs = promises(desk.store), {job.id: job for job in small_day().jobs}
    for job, (_, start) in job_by_job(desk.plan(draft)).items():
        assert told[job].open <= start <= told[job].close
        assert told[job].close - told[job].open <= timedelta(minutes=120)
        windows = [(window.start, window.end or window.finish_by) for window in jobs[job].windows]
        assert not windows or any(first <= told[job].open and told[job].close <= last for first, last in windows if last)


def test_another_schedule_supersedes_the_one_in_force(desk: Board) -> None:
    first = desk.draft(iterations=1)
    desk.publish(first)
    second = desk.draft(now=LATER)
    published = desk.publish(second, now=LATER)
    assert published.schedule.supersedes == (first,)
    assert desk.row(first).state is ScheduleState.SUPERSEDED
    assert {row.schedule_id for row in desk.visits().values() if row.state is VisitState.PLANNED} == {second}


def test_what_is_published_twice_is_refused(desk: Board) -> None:
    draft = desk.draft()
    desk.publish(draft)
    with pytest.raises(Conflict, match="only drafts") as refused:
        desk.publish(draft)
    assert refused.value.code == "not_a_draft"


def test_a_draft_that_does_not_know_what_is_in_force_is_published_only_over_it_by_name(desk: Board) -> None:
    first, second = desk.draft(), desk.draft()
    desk.publish(first, now=LATER)
    with pytest.raises(Conflict) as refused:
        desk.publish(second, now=LATER)
    assert (refused.value.code, refused.value.details["in_force"]) == ("stale_plan", [first])
    assert desk.publish(second, over=[first]).schedule.supersedes == (first,)


def test_a_draft_that_was_begun_before_another_one_was_published_does_not_know_it(desk: Board) -> None:
    """The run began at noon; what was put in force an hour later is none of what it is based on."""
    first = desk.draft()
    desk.publish(first, now=LATER)
    assert desk.row(desk.draft(now=NOW)).based_on == []
    assert desk.row(desk.draft(now=LATER)).based_on == [first]


def test_the_schedule_of_a_what_if_is_never_published(desk: Board) -> None:
    with pytest.raises(Conflict) as refused:
        desk.publish(desk.draft(kind=RunKind.SCENARIO))
    assert refused.value.code == "scenario_only"


def test_a_stale_draft_says_what_has_changed(desk: Board) -> None:
    draft = desk.draft()
    job, _ = first_visit(desk.plan(draft))
    change_job(desk.store, job, priority=1)
    with pytest.raises(Conflict) as refused:
        desk.publish(draft)
    assert refused.value.code == "stale_schedule"
    assert refused.value.details["changed"] == [{"kind": "jobs", "id": job, "change": "changed"}]
    assert desk.visits() == {}


def test_the_rest_of_a_stale_draft_leaves_a_changed_job_out(desk: Board) -> None:
    draft = desk.draft()
    job, _ = first_visit(desk.plan(draft))
    planned = job_by_job(desk.plan(draft))
    change_job(desk.store, job, priority=1)
    published = desk.publish(draft, apply_rest=True)
    assert published.left_out == (job,)
    assert set(desk.visits()) == set(planned) - {job}
    left = {each.job: each.reason for each in desk.plan(draft).unassigned}
    assert left[job] == "changed_since"
    assert published.schedule.violations == ()


def test_the_rest_leaves_out_every_job_of_a_technician_who_has_changed(desk: Board) -> None:
    draft = desk.draft()
    _, technician = first_visit(desk.plan(draft))
    with desk.store.writing() as session:
        shift = session.scalars(select(Shift).where(Shift.technician_id == technician)).first()
        assert shift is not None
        shift.updated_at = LATER
    desk.publish(draft, apply_rest=True)
    assert technician not in {row.technician_id for row in desk.visits().values()}
    assert desk.visits()


def test_the_rest_keeps_a_changed_job_that_is_planned_as_it_is_in_force(desk: Board) -> None:
    first = desk.draft()
    desk.publish(first)
    second = desk.draft(now=LATER)  # the same records and seed: the same plan
    job, _ = first_visit(desk.plan(second))
    change_job(desk.store, job, priority=1)
    published = desk.publish(second, apply_rest=True)
    assert (published.left_out, published.withdrawn) == ((), ())
    assert desk.visits()[job].state is VisitState.PLANNED


def test_the_rest_leaves_out_a_job_that_was_cancelled_even_if_it_is_in_force(desk: Board) -> None:
    first = desk.draft()
    desk.publish(first)
    second = desk.draft(now=LATER)
    job, _ = first_visit(desk.plan(second))
    change_job(desk.store, job, state=JobState.CANCELLED)
    published = desk.publish(second, apply_rest=True)
    assert (published.left_out, published.withdrawn) == ((job,), (job,))
    assert desk.visits()[job].state is VisitState.WITHDRAWN
    assert [(each.job, each.start) for each in published.promises if each.job == job] == [(job, None)]


def begin(desk: Board, job: str, *, reported: bool) -> str:
    """A visit that its technician has started; who that is."""
    with desk.store.writing() as session:
        visit = session.get_one(Visit, (TERRITORY, job))
        visit.state, visit.updated_at = VisitState.STARTED, LATER
        if reported:
            session.add(
                Event(
                    territory_id=TERRITORY,
                    technician_id=visit.technician_id,
                    id=f"e-{job}",
                    job_id=job,
                    schedule_id=visit.schedule_id,
                    kind=EventKind.STARTED,
                    at=LATER,
                    happened_at=LATER,
                    clock="kept",
                    received_at=LATER,
                    outcome="applied",
                )
            )
        return visit.technician_id


@pytest.mark.parametrize("reported", [True, False])
def test_a_visit_that_was_begun_since_stays_with_its_technician(desk: Board, reported: bool) -> None:
    first = desk.draft()
    desk.publish(first)
    second = desk.draft(now=LATER)
    job, technician = first_visit(desk.plan(second))
    other = next(each.id for each in small_day().technicians if each.id != technician)
    desk.make(second, job=job, technician=other, force=True)
    begin(desk, job, reported=reported)
    with pytest.raises(Conflict) as refused:
        desk.publish(second, accept_violations=True)
    assert refused.value.code == ("stale_schedule" if reported else "under_way_elsewhere")
    published = desk.publish(second, accept_violations=True, apply_rest=True)
    assert job in published.left_out
    assert (desk.visits()[job].technician_id, desk.visits()[job].state) == (technician, VisitState.STARTED)


def test_what_has_been_begun_is_not_moved_in_a_new_draft(desk: Board) -> None:
    desk.publish(desk.draft())
    job, visit = next((job, visit) for job, visit in desk.visits().items())
    with desk.store.writing() as session:
        row = session.get_one(Visit, (TERRITORY, job))
        row.state, row.started_at, row.updated_at = VisitState.STARTED, visit.start, LATER
    second = desk.draft(now=visit.start + timedelta(minutes=1))
    with pytest.raises(InputError) as refused:
        desk.make(second, job=job, technician=None)
    assert [(each.pointer, each.code) for each in refused.value.findings] == [("/job", "under_way")]
    assert job not in desk.publish(second).withdrawn
    assert desk.visits()[job].state is VisitState.STARTED


def test_a_visit_that_failed_is_planned_anew(desk: Board) -> None:
    desk.publish(desk.draft())
    job = next(iter(desk.visits()))
    with desk.store.writing() as session:
        row = session.get_one(Visit, (TERRITORY, job))
        row.state, row.since, row.started_at, row.ended_at, row.updated_at = VisitState.FAILED, LATER, LATER, LATER, LATER
    desk.publish(desk.draft(now=LATER))
    visit = desk.visits()[job]
    assert (visit.state, visit.since, visit.started_at, visit.ended_at) == (VisitState.PLANNED, LATER, None, None)


def test_an_accepted_visit_stays_accepted_while_it_does_not_move(desk: Board) -> None:
    desk.publish(desk.draft())
    with desk.store.writing() as session:
        for row in session.scalars(select(Visit)):
            row.state, row.updated_at = VisitState.ACCEPTED, LATER
    second = desk.draft(now=LATER)
    before = {job: (row.technician_id, row.start) for job, row in desk.visits().items()}
    job, _ = first_visit(desk.plan(second))
    desk.make(second, job=job, technician=None)
    desk.publish(second)
    for job, row in desk.visits().items():
        if row.state is not VisitState.WITHDRAWN:
            assert (row.state is VisitState.ACCEPTED) == ((row.technician_id, row.start) == before[job])


def test_a_promise_is_kept_while_the_visit_stays_in_it_and_replaced_otherwise(desk: Board) -> None:
    first = desk.draft()
    desk.publish(first)
    before = promises(desk.store)
    second = desk.draft(now=LATER)
    job, _ = first_visit(desk.plan(second))
    moved = desk.make(second, job=job, technician=None)
    published = desk.publish(second)
    assert published.promises == moved.promises  # whom the move was said to affect
    after = promises(desk.store)
    kept = set(before) - {each.job for each in published.promises}
    assert {before[each].id for each in kept} == {after[each].id for each in kept}
    assert job not in after
    assert published.withdrawn == (job,)


def test_rolling_back_puts_the_former_schedule_in_force_again(desk: Board) -> None:
    first = desk.draft()
    desk.publish(first)
    visits = {job: (row.technician_id, row.start, row.state, row.schedule_id) for job, row in desk.visits().items()}
    second = desk.draft(now=LATER)
    job, _ = first_visit(desk.plan(second))
    desk.make(second, job=job, technician=None)
    desk.publish(second, now=LATER)
    desk.roll_back(second, now=LATER)
    assert {job: (row.technician_id, row.start, row.state, row.schedule_id) for job, row in desk.visits().items()} == visits
    assert (desk.row(first).state, desk.row(second).state) == (ScheduleState.PUBLISHED, ScheduleState.SUPERSEDED)


def test_rolling_back_the_first_schedule_leaves_nothing_in_force(desk: Board) -> None:
    first = desk.draft()
    desk.publish(first)
    published = desk.roll_back(first)
    assert {row.state for row in desk.visits().values()} == {VisitState.WITHDRAWN}
    assert len(published.withdrawn) == len(desk.visits())
    assert promises(desk.store) == {}


def test_only_what_is_in_force_is_rolled_back(desk: Board) -> None:
    with pytest.raises(Conflict) as refused:
        desk.roll_back(desk.draft())
    assert refused.value.code == "not_in_force"


def test_a_publication_that_fails_half_way_writes_nothing(desk: Board) -> None:
    draft = desk.draft()
    version = desk.row(draft).version

    def publish_and_fail() -> None:
        with acting(desk.store) as act:
            schedules.publish(act, desk.desk, draft, wire.Publication(), version)
            act.session.flush()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        publish_and_fail()
    assert desk.visits() == {}
    assert promises(desk.store) == {}
    assert desk.row(draft).state is ScheduleState.DRAFT


def test_a_foreign_schedule_is_not_there(desk: Board) -> None:
    draft = desk.draft()
    with desk.store.writing() as session, pytest.raises(NotFound):
        schedules.find(Act(session, Caller("other", Role.DISPATCHER, frozenset({"south"})), NOW), draft)


def test_what_is_done_is_written_into_the_audit(desk: Board) -> None:
    draft = desk.draft()
    desk.publish(draft)
    with desk.store.reading() as session:
        actions = session.scalars(select(Audit.action).where(Audit.subject_id == draft).order_by(Audit.number)).all()
    assert actions == ["drafted", "published"]


def test_of_drafts_published_at_once_one_is_in_force_and_the_others_are_stale(desk: Board) -> None:
    drafts = [desk.draft() for _ in range(8)]
    assert race(8, lambda number: desk.publish(drafts[number], now=LATER)) == ["done"] + ["stale_plan"] * 7
    with desk.store.reading() as session:
        states = session.scalars(select(Technician.id)).all()
        published = session.scalar(select(func.count()).select_from(Visit))
    assert states
    assert published == len(desk.visits())
    assert [desk.row(each).state for each in drafts].count(ScheduleState.PUBLISHED) == 1


@pytest.mark.parametrize("rounds", [10])
def test_nobody_is_booked_twice_by_racing_assignments(desk: Board, rounds: int) -> None:
    """Each round two dispatchers assign one job to two technicians at once: one wins, the other has seen an old version."""
    draft = desk.draft()
    job, _ = first_visit(desk.plan(draft))
    crew = [each.id for each in small_day().technicians]
    for number in range(rounds):
        version = desk.row(draft).version

        def assign(each: int, number: int = number, version: int = version) -> None:
            desk.make(draft, version, job=job, technician=crew[(number + each) % len(crew)], force=True)

        assert race(2, assign) == ["done", "version_mismatch"]
        served = [visit.job for route in desk.plan(draft).routes for visit in route.visits if visit.job]
        assert len(served) == len(set(served))
