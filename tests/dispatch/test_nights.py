"""The plan of the night is asked for once per local night, whatever the clocks, the processes and the power do."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from threading import Thread
from zoneinfo import ZoneInfo, available_timezones

import pytest
from sqlalchemy import func, select

from dispatch import nights
from dispatch.nights import Night, night_at, plan_due, planned_day
from dispatch.settings import Settings
from dispatch.store import Store
from dispatch.store.tables import Alert, AlertKind, Run, RunKind, Shift, Technician, Territory
from dispatch.ticks import Clock, scheduled
from dispatch.wire.records import Calendar

YEAR = 2026
WALLS = (time(0, 30), time(2, 30), time(23, 30))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    """A wall time of a zone as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def changes_of(zone: ZoneInfo) -> list[datetime]:
    """The hours of the year after which the clocks of a zone show another offset."""
    hours = [datetime(YEAR, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(366 * 24)]
    offsets = [hour.astimezone(zone).utcoffset() for hour in hours]
    return [hour for hour, before, after in zip(hours, offsets, offsets[1:], strict=False) if before != after]


CHANGING = {name: changes for name in sorted(available_timezones()) if (changes := changes_of(ZoneInfo(name)))}


def looks(change: datetime) -> Iterator[datetime]:
    """Every half hour from two days before a change to two days after."""
    return (change + n * HALF_HOUR for n in range(-96, 97))


def settled(store: Store, zone: str = "Europe/Berlin", wall: time = time(2, 30), **more: object) -> None:
    with store.writing() as session:
        fields = {"calendar": {"weekdays": [*nights.WEEKDAYS]}, "updated_at": LONG_AGO} | more
        session.add(Territory(id="north", timezone=zone, currency="EUR", nightly_at=wall, **fields))


def works(store: Store, start: datetime) -> None:
    """A technician has a shift that begins then."""
    with store.writing() as session:
        session.add(Technician(territory_id="north", id="t", home={}, body={}, updated_at=LONG_AGO))
        end = start + timedelta(hours=8)
        session.add(Shift(territory_id="north", id="s", technician_id="t", start=start, end=end, body={}, updated_at=LONG_AGO))


def asked_for(store: Store) -> list[tuple[date | None, datetime, datetime]]:
    """Night, start of the planned day, and when it was asked for, of every nightly run."""
    with store.reading() as session:
        rows = session.scalars(select(Run).where(Run.kind == RunKind.NIGHTLY).order_by(Run.local_date))
        return [(row.local_date, row.horizon_start, row.queued_at) for row in rows]


def alerts(store: Store) -> list[tuple[AlertKind, str]]:
    with store.reading() as session:
        return [(row.kind, row.subject) for row in session.scalars(select(Alert))]


def test_there_are_zones_whose_clocks_change() -> None:
    assert len(CHANGING) > 100
    assert {"Europe/Berlin", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe"} <= CHANGING.keys()


@pytest.mark.parametrize("wall", WALLS)
def test_over_every_change_of_every_zone_each_local_date_has_one_night(wall: time) -> None:
    """Looking every half hour from two days before to two days after: the nights seen are five or four dates in a row, each with
    one instant, which shows the wall time unless the clocks skip it."""
    for name, changes in CHANGING.items():
        zone = ZoneInfo(name)
        for change in changes:
            seen = [night_at(now, wall, zone) for now in looks(change)]
            found = sorted(set(seen), key=lambda night: night.due)
            dates = [night.local_date for night in found]
            assert seen == sorted(seen, key=lambda night: night.due), name
            assert dates == [dates[0] + timedelta(days=n) for n in range(len(dates))], name
            assert len(dates) in {4, 5, 6}, name
            assert all(night.due <= now for now, night in zip(looks(change), seen, strict=True)), name
            odd = [night for night in found if night.due.astimezone(zone).time() != wall]
            assert all(_is_skipped(night.local_date, wall, zone) for night in odd), name


def _is_skipped(day: date, wall: time, zone: ZoneInfo) -> bool:
    shown = datetime.combine(day, wall, zone)
    return shown.astimezone(UTC).astimezone(zone).time() != wall


def test_in_the_database_the_nights_of_both_changes_of_a_year_have_one_run_each(store: Store) -> None:
    """Berlin, 02:30: does not exist on 29 March, exists twice on 25 October 2026. Looking every half hour for four days."""
    settled(store)
    for change in CHANGING["Europe/Berlin"]:
        for now in looks(change):
            plan_due(store, now)
    found = [night for night, _, _ in asked_for(store)]
    assert len(found) == len(set(found))
    assert {date(2026, 3, 29), date(2026, 10, 25)} <= set(found)


@pytest.mark.parametrize(
    ("zone", "wall", "night", "due"),
    [
        # the clocks go from 02:00 to 03:00: the instant of the change
        ("Europe/Berlin", time(2, 30), date(2026, 3, 29), "2026-03-29T01:00:00+00:00"),
        # they show 02:30 twice: the first
        ("Europe/Berlin", time(2, 30), date(2026, 10, 25), "2026-10-25T00:30:00+00:00"),
        # they go from 00:00 to 01:00 on 24 April: the day begins at the change
        ("Africa/Cairo", time(0, 30), date(2026, 4, 24), "2026-04-23T22:00:00+00:00"),
        # half an hour only
        ("Australia/Lord_Howe", time(2, 15), date(2026, 10, 4), "2026-10-03T15:30:00+00:00"),
    ],
)
def test_a_night_is_due_when_the_clocks_show_its_time_or_skip_it(zone: str, wall: time, night: date, due: str) -> None:
    moment = datetime.fromisoformat(due)
    assert night_at(moment, wall, ZoneInfo(zone)) == Night(night, moment)
    assert night_at(moment - timedelta(seconds=1), wall, ZoneInfo(zone)).local_date == night - timedelta(days=1)


def test_before_noon_the_day_that_begins_is_planned_and_after_noon_the_next() -> None:
    """2 March 2026 is a Monday, the 6th a Friday; the 9th is closed."""
    calendar = Calendar(closed=(date(2026, 3, 9),))
    monday, friday = Night(date(2026, 3, 2), LONG_AGO), Night(date(2026, 3, 6), LONG_AGO)
    assert planned_day(monday, time(2, 30), calendar) == date(2026, 3, 2)
    assert planned_day(monday, time(20), calendar) == date(2026, 3, 3)
    assert planned_day(friday, time(20), calendar) == date(2026, 3, 10)
    assert planned_day(friday, time(20), Calendar(closed=tuple(date(2026, 3, 7) + timedelta(days=n) for n in range(90)))) is None


def test_a_restart_at_the_second_asks_once(store: Store) -> None:
    settled(store)
    moment = at("2026-03-03T02:30")
    assert plan_due(store, moment - timedelta(seconds=1)) == []
    assert len(plan_due(store, moment)) == 1
    assert plan_due(store, moment) == []
    assert plan_due(store, moment + timedelta(seconds=1)) == []


def test_two_clocks_at_once_ask_once(store: Store) -> None:
    settled(store)
    moment = at("2026-03-03T02:30")
    asked: list[str] = []
    threads = [Thread(target=lambda: asked.extend(plan_due(store, moment))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 1
    assert len(asked_for(store)) == 1


def test_a_clock_that_was_busy_is_late_and_skips_nothing(store: Store) -> None:
    settled(store)
    works(store, at("2026-03-03T08:00"))
    assert len(plan_due(store, at("2026-03-03T02:31"))) == 1


def test_a_clock_that_was_off_catches_up_once_before_work_begins(store: Store) -> None:
    """Off from 1 March on and on again on the 3rd at 05:30, three hours late: the plan of the 3rd, nothing for the 2nd."""
    settled(store)
    works(store, at("2026-03-03T08:00"))
    for minute in (30, 31):
        plan_due(store, at(f"2026-03-03T05:{minute}"))
    assert [(night, start) for night, start, _ in asked_for(store)] == [(date(2026, 3, 3), at("2026-03-03T00:00"))]
    assert alerts(store) == []


def test_a_clock_that_comes_after_work_has_begun_says_that_the_plan_is_missing(store: Store) -> None:
    settled(store)
    works(store, at("2026-03-03T08:00"))
    for minute in (0, 1):
        assert plan_due(store, at(f"2026-03-03T08:0{minute}")) == []
    assert alerts(store) == [(AlertKind.NIGHTLY_MISSED, "2026-03-03")]


def test_a_territory_set_up_during_the_day_has_missed_nothing(store: Store) -> None:
    settled(store, updated_at=at("2026-03-03T09:00"))
    works(store, at("2026-03-03T08:00"))
    assert plan_due(store, at("2026-03-03T09:01")) == []
    assert alerts(store) == []


def test_a_night_that_cannot_be_planned_is_an_alert_and_the_others_are_planned(store: Store) -> None:
    settled(store, policy="of which there is none")
    with store.writing() as session:
        session.add(
            Territory(
                id="south", timezone="Europe/Berlin", currency="EUR", nightly_at=time(2, 30), calendar={}, updated_at=LONG_AGO
            )
        )
    assert len(plan_due(store, at("2026-03-03T02:30"))) == 1
    plan_due(store, at("2026-03-03T02:31"))
    assert alerts(store) == [(AlertKind.NIGHTLY_MISSED, "2026-03-03")]


def test_the_scheduler_misses_no_look_and_runs_none_twice_at_once(store: Store) -> None:
    scheduler = scheduled(Clock(store, Settings(), print))
    scheduler.start(paused=True)
    for job in scheduler.get_jobs():
        assert job.misfire_grace_time is None
        assert job.coalesce
        assert job.max_instances == 1
    scheduler.shutdown()


def test_a_clock_does_all_its_pieces_on_an_empty_database(store: Store) -> None:
    clock = Clock(store, Settings(), print)
    for look in (clock.plan_nights, clock.take_back_lost, clock.watch, clock.sweep):
        look()
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Run)) == 0
