"""What a phone reports ends applied, superseded or rejected with its reason, however it comes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch import progress, wire
from dispatch.access import Act, program
from dispatch.errors import InputError, NotAllowed
from dispatch.progress.order import claim
from dispatch.store import Store
from dispatch.store.tables import Audit, Event, Job, JobState, Schedule, Visit, VisitState
from dispatch.wire.visits import CouldNot, Events
from tests.databases import fresh
from tests.dispatch.progress.world import (
    BO,
    MORNING,
    TERRITORY,
    acting,
    at,
    event,
    events,
    outcomes,
    publish,
    report,
    states,
    visit,
)

DAY = timedelta(days=1)
ALL = ("accepted", "en_route", "arrived", "started", "completed")


def job(store: Store, name: str) -> Job:
    with store.reading() as session:
        return session.get_one(Job, (TERRITORY, name))


def whole_visit(name: str, start: str = "08:00") -> list[dict[str, Any]]:
    """All steps of a visit, ten minutes apart."""
    return [event(kind, name, at(start) + n * timedelta(minutes=10)) for n, kind in enumerate(ALL)]


def test_a_visit_goes_from_accepted_to_completed_and_its_job_is_done(store: Store) -> None:
    publish(store)
    assert outcomes(report(store, "09:00", *whole_visit("a"))) == ["applied"] * 5
    done = visit(store, "a")
    assert done.state is VisitState.COMPLETED
    assert (done.left_at, done.arrived_at, done.started_at, done.ended_at) == tuple(map(at, ("08:10", "08:20", "08:30", "08:40")))
    assert job(store, "a").state is JobState.DONE


def test_an_event_sent_again_is_answered_the_same_and_does_nothing(store: Store) -> None:
    """Bad input O01."""
    publish(store)
    queue = [*whole_visit("a"), event("completed", "b", "08:50"), event("started", "nowhere", "08:50")]
    first = report(store, "09:00", *queue)
    version = visit(store, "a").version
    assert report(store, "09:10", *queue) == first
    assert report(store, "09:20", *reversed(queue)) == first[::-1]
    assert visit(store, "a").version == version
    assert len(events(store)) == len(queue)


def test_an_id_names_one_event(store: Store) -> None:
    publish(store)
    first = event("accepted", "a", "08:00")
    assert outcomes(report(store, "08:01", first, {**first, "job": "b"})) == ["applied", "id_reused"]
    assert outcomes(report(store, "08:02", {**first, "at": at("08:02").isoformat()})) == ["id_reused"]
    assert states(store)["b"] is VisitState.PLANNED


def test_the_ids_of_two_phones_have_nothing_to_do_with_each_other(store: Store) -> None:
    publish(store)
    report(store, "08:00", event("accepted", "a", "08:00") | {"id": "1"})
    assert outcomes(report(store, "08:00", event("accepted", "e", "08:00") | {"id": "1"}, technician=BO)) == ["applied"]


def test_completed_before_started_in_the_queue_is_applied_in_the_order_it_happened(store: Store) -> None:
    """Bad input O02."""
    publish(store)
    queue = [event("completed", "a", "09:30"), event("started", "a", "08:30")]
    assert outcomes(report(store, "09:31", *queue)) == ["applied", "applied"]
    assert states(store)["a"] is VisitState.COMPLETED


def test_numbers_of_the_phone_count_more_than_its_clock(store: Store) -> None:
    # The clock was set back by an hour between the two.
    publish(store)
    queue = [event("completed", "a", "08:20", sequence=8), event("started", "a", "08:50", sequence=7)]
    assert outcomes(report(store, "09:31", *queue)) == ["applied", "applied"]
    assert visit(store, "a").ended_at == at("08:50")  # not before it started


def test_what_comes_after_a_later_step_is_superseded(store: Store) -> None:
    publish(store)
    report(store, "09:00", event("started", "a", "08:30"))
    (answer,) = report(store, "09:01", event("arrived", "a", "08:25"))
    assert (answer.outcome, answer.status, answer.state) == ("superseded", 200, "started")
    assert answer.message == "It came after a later one and does nothing: the visit is started."


def test_one_bad_event_of_fifty_keeps_none_of_the_others_back(store: Store) -> None:
    """Bad input O08: 49 applied."""
    publish(store)
    queue = [step for name in "abcd" for step in whole_visit(name)][:19]
    queue += [event("accepted", "a", "08:01") for _ in range(30)]  # somebody pressed it often
    queue.insert(25, event("started", "nowhere", "08:30"))
    answers = report(store, "09:00", *queue)
    assert len(answers) == 50
    assert [answer.id for answer in answers if answer.outcome == "rejected"] == [queue[25]["id"]]
    assert states(store) | {"e": "", "f": ""} == dict.fromkeys("abc", "completed") | {"d": "started", "e": "", "f": ""}


# ---------------------------------------------------------------- jobs that are not theirs any more


def give_to_bo(store: Store, name: str) -> None:
    with store.writing() as session:
        session.get_one(Visit, (TERRITORY, name)).technician_id = BO


def test_an_event_of_a_job_reassigned_meanwhile_is_refused_and_kept(store: Store) -> None:
    """Bad input O04."""
    publish(store)
    give_to_bo(store, "a")
    (answer,) = report(store, "09:00", event("started", "a", "08:30", note="Did it anyway"))
    assert (answer.outcome, answer.code, answer.status) == ("rejected", "reassigned", 409)
    (kept,) = events(store).values()
    assert (kept.outcome, kept.note, kept.technician_id) == ("reassigned", "Did it anyway", "ada")
    assert states(store)["a"] is VisitState.PLANNED


def test_an_event_of_a_job_that_is_on_no_schedule_any_more_is_refused_and_kept(store: Store) -> None:
    publish(store)
    with store.writing() as session:
        session.get_one(Visit, (TERRITORY, "a")).state = VisitState.WITHDRAWN
    assert outcomes(report(store, "09:00", event("started", "a", "08:30"))) == ["withdrawn"]
    assert [kept.outcome for kept in events(store).values()] == ["withdrawn"]


def test_an_event_of_a_cancelled_job_is_refused_and_kept(store: Store) -> None:
    """Bad input O05."""
    publish(store)
    with store.writing() as session:
        session.get_one(Job, (TERRITORY, "a")).state = JobState.CANCELLED
    (answer,) = report(store, "09:00", event("started", "a", "08:30"))
    assert (answer.code, answer.status) == ("cancelled", 409)
    assert [kept.outcome for kept in events(store).values()] == ["cancelled"]


def test_an_event_of_a_job_that_is_gone_is_refused_and_kept(store: Store) -> None:
    """Bad input O05: deleted."""
    publish(store)
    with store.writing() as session:
        session.get_one(Job, (TERRITORY, "a")).retired_at = at("08:00")
    answers = report(store, "09:00", event("started", "a", "08:30"), event("started", "nowhere", "08:30"))
    assert [(answer.code, answer.status) for answer in answers] == [("gone", 410), ("gone", 410)]
    assert len(events(store)) == 2


def test_a_job_that_was_never_theirs_is_as_good_as_none(store: Store) -> None:
    publish(store)
    with store.writing() as session:
        session.get_one(Job, (TERRITORY, "f")).state = JobState.CANCELLED
    answers = report(store, "09:00", *(event("started", name, "08:30") for name in ("e", "f", "g", "nowhere")))
    assert {(answer.code, answer.message) for answer in answers} == {("gone", "There is no such job, or it was never yours.")}


def test_what_was_on_a_route_long_ago_is_forgotten(store: Store) -> None:
    publish(store)
    give_to_bo(store, "a")
    with store.writing() as session:
        session.query(Schedule).one().published_at = MORNING - 15 * DAY
    assert outcomes(report(store, "09:00", event("started", "a", "08:30"))) == ["gone"]


def test_only_technicians_report(store: Store) -> None:
    with store.writing() as session, pytest.raises(NotAllowed):
        progress.report(
            Act(session, program("test"), MORNING), wire.read_record(Events, {"events": [event("started", "a", "08:30")]})
        )


# ---------------------------------------------------------------- could not


@pytest.mark.parametrize("reason", CouldNot)
def test_after_a_failure_the_reason_says_whether_the_job_is_open_again(store: Store, reason: CouldNot) -> None:
    publish(store)
    assert outcomes(report(store, "09:00", event("failed", "a", "08:30", reason=reason.value))) == ["applied"]
    closes = {CouldNot.NOT_NEEDED, CouldNot.REFUSED}
    assert job(store, "a").state is (JobState.CANCELLED if reason in closes else JobState.OPEN)
    assert outcomes(report(store, "09:01", event("failed", "a", "08:31", reason=reason.value))) == ["superseded"]


def test_news_of_a_visit_that_failed_do_nothing_to_the_one_planned_after_it(store: Store) -> None:
    publish(store)
    report(store, "09:00", event("failed", "a", "08:30"))
    with store.writing() as session:
        session.get_one(Visit, (TERRITORY, "a")).state = VisitState.PLANNED
    assert outcomes(report(store, "09:05", event("arrived", "a", "08:20"), event("en_route", "a", "09:01"))) == [
        "superseded",
        "applied",
    ]


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        ({"kind": "failed"}, "/events/0/reason", "required"),
        ({"reason": "other"}, "/events/0/reason", "unknown_field"),
        ({"kind": "failed", "reason": "bored"}, "/events/0/reason", "unknown_value"),
        ({"kind": "slept"}, "/events/0/kind", "unknown_value"),
        ({"at": "2026-03-02T08:00:00"}, "/events/0/at", "datetime_naive"),
        ({"id": ""}, "/events/0/id", "string_invalid"),
        ({"sequence": -1}, "/events/0/sequence", "out_of_range"),
        ({"position": {"lat": 91, "lon": 0}}, "/events/0/position", "unknown_field"),
    ],
)
def test_a_malformed_event_is_refused_with_its_place(change: dict[str, Any], place: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        wire.read_record(Events, {"events": [{**event("started", "a", "08:30"), **change}]})
    assert [(finding.pointer, finding.code) for finding in refused.value.findings] == [(place, code)]


# ---------------------------------------------------------------- clocks

NOON = at("12:00")


@pytest.mark.parametrize(
    ("said", "sent", "happened", "clock"),
    [
        (NOON, None, NOON, "kept"),
        (NOON - timedelta(hours=71), None, NOON - timedelta(hours=71), "kept"),
        (NOON + timedelta(seconds=90), None, NOON, "kept"),  # clocks differ a little
        (NOON + DAY, None, NOON, "clamped"),
        (NOON - 4 * DAY, None, NOON, "clamped"),
        (datetime.fromisoformat("2000-01-01T00:00:00Z"), None, NOON, "clamped"),
        (datetime.fromisoformat("2100-12-31T23:59:59Z"), None, NOON, "clamped"),
        (NOON + DAY - timedelta(hours=1), NOON + DAY, NOON - timedelta(hours=1), "corrected"),
        (NOON - DAY - timedelta(hours=1), NOON - DAY, NOON - timedelta(hours=1), "corrected"),
        (NOON - timedelta(hours=1), NOON + timedelta(seconds=60), NOON - timedelta(hours=1), "kept"),  # the network was slow
        (NOON + 2 * DAY, NOON + DAY, NOON, "clamped"),
    ],
)
def test_what_a_wrong_clock_claims_is_corrected_or_not_believed(
    said: datetime, sent: datetime | None, happened: datetime, clock: str
) -> None:
    """Bad input O03."""
    found = claim(said, NOON, sent)
    assert (found.at, found.clock) == (happened, clock)


@pytest.mark.parametrize("off", [DAY, -DAY, 900 * DAY])
def test_a_queue_of_a_phone_with_a_wrong_clock_counts_as_it_happened(store: Store, off: timedelta) -> None:
    publish(store)
    queue = [{**step, "at": (datetime.fromisoformat(step["at"]) + off).isoformat()} for step in whole_visit("a")]
    answers = report(store, "09:00", *queue, sent_at=(at("09:00") + off).isoformat())
    assert [(answer.outcome, answer.clock) for answer in answers] == [("applied", "corrected")] * 5
    done = visit(store, "a")
    assert (done.started_at, done.ended_at) == (at("08:30"), at("08:40"))
    kept = events(store)[queue[0]["id"]]
    assert (kept.at, kept.happened_at, kept.received_at) == (at("08:00") + off, at("08:00"), at("09:00"))


# ---------------------------------------------------------------- any order

QUEUE = [
    *whole_visit("a"),
    *whole_visit("b", "08:50")[1:4],
    event("failed", "c", "09:35"),
    event("started", "c", "09:30"),
    event("completed", "d", "09:10"),  # never started
    event("started", "e", "09:00"),  # not theirs
    event("arrived", "a", "08:35"),  # twice, and too late
]


def left(sent: list[dict[str, Any]]) -> tuple[Any, ...]:
    """What is left of a published day after a queue was sent in some order."""
    with fresh(Path(mkdtemp())) as store:
        publish(store)
        answers = report(store, "10:00", *sent)
        with store.reading() as session:
            facts = ("job_id", "state", "since", "left_at", "arrived_at", "started_at", "ended_at", "arrive", "start", "end")
            visits = [tuple(getattr(row, name) for name in facts) for row in session.query(Visit).order_by(Visit.job_id)]
            kept = [
                (row.id, row.outcome, row.happened_at, row.before, row.after) for row in session.query(Event).order_by(Event.id)
            ]
            jobs = [(row.id, row.state) for row in session.query(Job).order_by(Job.id)]
        return visits, kept, jobs, sorted((answer.id, answer.message) for answer in answers)


@pytest.fixture(scope="module")
def as_it_happened() -> tuple[Any, ...]:
    return left(QUEUE)


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(QUEUE), again=st.integers(0, len(QUEUE)))
@pytest.mark.database
def test_what_a_queue_comes_to_does_not_depend_on_its_order(
    as_it_happened: tuple[Any, ...], order: list[dict[str, Any]], again: int
) -> None:
    found = left([*order, *order[:again]])
    assert found[:3] == as_it_happened[:3]
    assert sorted(set(found[3])) == as_it_happened[3]


def test_a_queue_sent_piece_by_piece_ends_with_a_reason_for_each(store: Store) -> None:
    publish(store)
    steps = whole_visit("a")[2:]
    for number, order in enumerate(permutations(steps)):
        for step in order:
            (answer,) = report(store, "09:00", {**step, "id": f"{number}-{step['id']}"})
            assert answer.outcome in {"applied", "superseded"} or answer.code == "illegal_transition"
    assert states(store)["a"] is VisitState.COMPLETED


def test_the_trail_says_what_changed_and_nothing_of_people(store: Store) -> None:
    publish(store)
    report(store, "09:00", event("failed", "a", "08:30", reason="refused", note="Frau Weiß was not amused"))
    with store.reading() as session:
        lines = [
            (row.caller, row.action, row.subject_kind, row.subject_id, row.changes)
            for row in session.query(Audit)
            if row.at > MORNING
        ]
    assert lines == [
        ("ada", "change", "job", "a", {"state": ["open", "cancelled"]}),
        ("ada", "failed", "visit", "a", {"state": ["planned", "failed"]}),
    ]


def test_two_phones_of_one_technician_do_not_get_in_each_other_s_way(store: Store) -> None:
    publish(store)
    with acting(store, at("09:00")) as act:
        one = progress.report(act, wire.read_record(Events, {"events": [event("started", "a", "08:30")]}))
        two = progress.report(act, wire.read_record(Events, {"events": [event("started", "a", "08:31")]}))
    assert [each.outcomes[0].outcome for each in (one, two)] == ["applied", "superseded"]


def test_a_queue_that_is_sent_many_times_at_once_is_taken_in_once(store: Store) -> None:
    publish(store)
    queue = whole_visit("a")
    with ThreadPoolExecutor(8) as executor:
        answers = list(executor.map(lambda order: report(store, "09:00", *order), [queue, queue[::-1]] * 4))
    assert {tuple(sorted((each.id, each.outcome) for each in answer)) for answer in answers} == {
        tuple(sorted((step["id"], "applied") for step in queue))
    }
    assert len(events(store)) == len(queue)
    assert visit(store, "a").version == 1 + 5 + 1  # the steps, and the times they lead to
