"""Alerts come with their cause and go with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from dispatch import watch, wire
from dispatch.access import Act, program
from dispatch.store import Store
from dispatch.store.tables import Job, JobState, Schedule, Site, Technician, Territory, Visit, VisitState

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@contextmanager
def acting(store: Store, now: datetime = NOON) -> Iterator[Act]:
    with store.writing() as session:
        yield Act(session, program("clock"), now)


def settled(store: Store) -> None:
    with acting(store) as act:
        act.session.add(Territory(id="north", timezone="UTC", currency="EUR", calendar={}, updated_at=NOON))
        act.session.add(Technician(territory_id="north", id="t", home={}, body={}, updated_at=NOON))
        act.session.add(
            Schedule(
                id="s",
                territory_id="north",
                horizon_start=NOON,
                horizon_end=NOON + 24 * HOUR,
                created_at=NOON,
                updated_at=NOON,
                day="",
                plan="",
                basis={},
                quality={},
                cost=0,
                unassigned=0,
            )
        )


def job(store: Store, name: str, due: datetime | None, start: datetime | None = None) -> None:
    """A job; with a visit of an hour if it has a start."""
    with acting(store) as act:
        act.session.add(Job(territory_id="north", id=name, due=due, body={}, updated_at=NOON))
        if start is not None:
            times = {"arrive": start, "start": start, "end": start + HOUR}
            act.session.add(
                Visit(
                    territory_id="north",
                    job_id=name,
                    schedule_id="s",
                    technician_id="t",
                    position=0,
                    updated_at=NOON,
                    **times,
                )
            )


def seen(store: Store, now: datetime = NOON) -> set[tuple[str, str]]:
    with acting(store, now) as act:
        return {(alert.kind.value, alert.subject) for alert in watch.look(act, "north")}


def test_a_job_past_its_due_has_broken_its_sla_until_it_is_done(store: Store) -> None:
    settled(store)
    job(store, "late", NOON - HOUR)
    assert seen(store) == {("sla_broken", "late")}
    with acting(store) as act:
        act.session.get_one(Job, ("north", "late")).state = JobState.DONE
    assert seen(store, NOON + HOUR) == set()
    with acting(store) as act:
        (alert,) = watch.listed(act, "north", wire.AlertQuery(also_over=True)).items
        assert watch.shown(alert).over_at == NOON + HOUR
        assert watch.listed(act, "north", wire.AlertQuery()).items == ()


def test_a_job_is_at_risk_if_it_is_due_soon_and_not_planned_or_planned_too_late(store: Store) -> None:
    settled(store)
    job(store, "soon", NOON + 2 * HOUR)
    job(store, "some day", NOON + 48 * HOUR)
    job(store, "planned in time", NOON + 3 * HOUR, NOON + 2 * HOUR)
    job(store, "planned too late", NOON + 3 * HOUR, NOON + 2 * HOUR + timedelta(seconds=1))
    job(store, "no SLA", None)
    assert seen(store) == {("sla_at_risk", "soon"), ("sla_at_risk", "planned too late")}


def test_a_visit_that_has_not_begun_a_quarter_of_an_hour_after_its_time_is_late(store: Store) -> None:
    settled(store)
    for minutes in (14, 16):
        job(store, f"{minutes} minutes ago", None, NOON - timedelta(minutes=minutes))
    job(store, "long ago", None, NOON - 3 * 24 * HOUR)
    job(store, "begun", None, NOON - HOUR)
    with acting(store) as act:
        act.session.get_one(Visit, ("north", "begun")).state = VisitState.STARTED
    assert seen(store) == {("visit_late", "16 minutes ago")}


def test_a_site_that_was_not_found_for_sure_is_to_be_looked_at(store: Store) -> None:
    settled(store)
    with acting(store) as act:
        for located in ("given", "found", "unsure", "unknown", "waiting"):
            act.session.add(Site(territory_id="north", id=located, located=located, updated_at=NOON))
    assert seen(store) == {("address_unsure", "unsure"), ("address_unsure", "unknown")}


def test_looking_twice_says_nothing_twice(store: Store) -> None:
    settled(store)
    job(store, "late", NOON - HOUR)
    assert seen(store) == seen(store, NOON + HOUR)
    with acting(store) as act:
        (alert,) = watch.listed(act, "north", wire.AlertQuery(also_over=True)).items
        assert alert.since == NOON
