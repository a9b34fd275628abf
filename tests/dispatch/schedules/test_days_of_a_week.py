"""A day of a published week is planned and published again alone: the rest of the week stays as it is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch import schedules, wire
from dispatch.errors import Conflict
from dispatch.store import Store
from dispatch.store.tables import Schedule, ScheduleState, Visit, VisitState
from tests.dispatch.records.kept import acting
from tests.dispatch.schedules.boards import TERRITORY, Board, board

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
SUNDAY = MONDAY - timedelta(days=1)
DAYS = ("mon", "tue", "wed")


def at(day: int, hour: int) -> str:
    return (MONDAY + timedelta(days=day, hours=hour)).isoformat()


def job(name: str, first: str, last: str) -> dict[str, Any]:
    return {
        "id": name,
        "location": {"lat": 52.52, "lon": 13.41},
        "duration_min": 30,
        "windows": [{"start": first, "end": last}],
    }


def shifts(*spans: tuple[int, int, int]) -> list[dict[str, str]]:
    """Each: day, first hour, hours."""
    return [{"start": at(day, first), "end": at(day, first + hours)} for day, first, hours in spans]


def week() -> wire.Day:
    """Ada works from 8 to 16 on three days, with two jobs a day; Ben begins on Tuesday at 22, with a job at one in the night."""
    here = {"lat": 52.5, "lon": 13.4}
    days = [job(f"{name}{number}", at(day, 8), at(day, 15)) for day, name in enumerate(DAYS) for number in (1, 2)]
    return wire.day_of(
        {
            "timezone": "UTC",
            "currency": "EUR",
            "horizon": {"start": at(0, 0), "end": at(3, 0)},
            "technicians": [
                {"id": "ada", "home": here, "shifts": shifts((0, 8, 8), (1, 8, 8), (2, 8, 8))},
                {"id": "ben", "home": here, "shifts": shifts((1, 22, 8))},
            ],
            "jobs": [*days, job("night", at(2, 1), at(2, 2))],
        }
    )


def span(first: int, days: int) -> wire.Horizon:
    return wire.Horizon(start=MONDAY + timedelta(days=first), end=MONDAY + timedelta(days=first + days))


@pytest.fixture
def desk(store: Store) -> Board:
    return board(store, week())


def published(desk: Board, first: int, days: int, hour: int) -> str:
    """A schedule of some days, planned and put in force so many hours after Sunday has begun."""
    now = SUNDAY + timedelta(hours=hour)
    draft = desk.draft(horizon=span(first, days), now=now)
    desk.publish(draft, now=now + timedelta(minutes=1))
    return draft


def owners(desk: Board) -> dict[str, str]:
    """The schedule of each visit that is ahead."""
    return {job: visit.schedule_id for job, visit in desk.visits().items() if visit.state is not VisitState.WITHDRAWN}


def in_force(desk: Board, first: int) -> str | None:
    with acting(desk.store) as act:
        row = schedules.in_force(act, TERRITORY, span(first, 1))
        return None if row is None else row.id


def test_the_day_is_superseded_and_the_rest_of_the_week_is_not(desk: Board) -> None:
    whole = published(desk, 0, 3, 1)
    tuesday = published(desk, 1, 1, 2)
    assert [in_force(desk, day) for day in range(3)] == [whole, tuesday, whole]
    assert desk.row(whole).state is ScheduleState.PUBLISHED
    assert desk.row(tuesday).supersedes == [whole]
    # Ben's night begins on Tuesday: it belongs to the new plan of Tuesday, although its visit is on Wednesday
    assert owners(desk) == dict.fromkeys(("mon1", "mon2", "wed1", "wed2"), whole) | dict.fromkeys(
        ("tue1", "tue2", "night"), tuesday
    )


def test_the_night_before_stays_when_the_day_after_is_planned_again(desk: Board) -> None:
    whole = published(desk, 0, 3, 1)
    wednesday = published(desk, 2, 1, 2)
    assert owners(desk)["night"] == whole
    assert {owners(desk)[name] for name in ("wed1", "wed2")} == {wednesday}


def test_the_week_says_which_part_of_it_another_one_has(desk: Board) -> None:
    whole = published(desk, 0, 3, 1)
    tuesday = published(desk, 1, 1, 2)
    with acting(desk.store) as act:
        (replaced,) = schedules.head(act, desk.row(whole)).replaced
    assert (replaced.start, replaced.end, replaced.by) == (span(1, 1).start, span(1, 1).end, tuesday)


def test_a_week_of_which_every_day_was_planned_again_is_superseded(desk: Board) -> None:
    whole = published(desk, 0, 3, 1)
    for day in range(3):
        published(desk, day, 1, 2 + day)
    assert desk.row(whole).state is ScheduleState.SUPERSEDED


def test_rolling_the_day_back_puts_that_day_of_the_week_in_force_again(desk: Board) -> None:
    whole = published(desk, 0, 3, 1)
    before = owners(desk)
    tuesday = published(desk, 1, 1, 2)
    answer = desk.roll_back(tuesday, now=SUNDAY + timedelta(hours=3))
    assert owners(desk) == before
    assert [in_force(desk, day) for day in range(3)] == [whole] * 3
    assert (desk.row(tuesday).state, desk.row(whole).replaced) == (ScheduleState.SUPERSEDED, [])
    assert answer.schedule.id == tuesday


def test_the_days_come_back_when_a_week_over_them_is_rolled_back(desk: Board) -> None:
    whole = published(desk, 0, 3, 1)
    tuesday = published(desk, 1, 1, 2)
    before = owners(desk)
    again = published(desk, 0, 3, 3)
    assert set(owners(desk).values()) == {again}
    assert desk.row(again).supersedes == [whole, tuesday]
    desk.roll_back(again, now=SUNDAY + timedelta(hours=4))
    assert owners(desk) == before
    assert [in_force(desk, day) for day in range(3)] == [whole, tuesday, whole]


def test_a_week_is_not_rolled_back_under_a_day_that_is_in_force_in_it(desk: Board) -> None:
    whole = published(desk, 0, 3, 1)
    published(desk, 1, 1, 2)
    with pytest.raises(Conflict) as refused:
        desk.roll_back(whole)
    assert refused.value.code == "not_in_force"


def test_a_draft_of_the_week_does_not_know_the_day_that_was_published_since(desk: Board) -> None:
    published(desk, 0, 3, 1)
    late = desk.draft(horizon=span(0, 3), now=SUNDAY + timedelta(hours=2))
    published(desk, 1, 1, 3)
    with pytest.raises(Conflict) as refused:
        desk.publish(late, now=SUNDAY + timedelta(hours=4))
    assert refused.value.code == "stale_plan"


def test_what_another_day_of_the_week_serves_is_not_taken_from_it(desk: Board) -> None:
    """The draft of Tuesday is older than the week, which serves one of its jobs on Wednesday's shift."""
    tuesday = desk.draft(horizon=span(1, 1), now=SUNDAY)
    whole = published(desk, 0, 3, 1)
    with desk.store.writing() as session:
        session.get_one(Visit, (TERRITORY, "tue1")).shift_start = span(2, 1).start
    published_ = desk.publish(tuesday, over=(whole,), apply_rest=True, now=SUNDAY + timedelta(hours=2))
    assert "tue1" in published_.left_out
    assert owners(desk)["tue1"] == whole


def test_the_plan_in_force_is_that_of_the_week_and_of_the_day(desk: Board) -> None:
    published(desk, 0, 3, 1)
    tuesday = published(desk, 1, 1, 2)
    with desk.store.writing() as session:
        row = session.get_one(Schedule, tuesday)
        row.plan = row.plan.replace('"tue1"', '"other"')  # so that it can be told from the week's
    with acting(desk.store) as act:
        plan = schedules.plan_in_force(act, TERRITORY, span(0, 3))
    assert plan is not None
    served = [visit.job for route in plan.routes for visit in route.visits if visit.job]
    assert sorted(served) == ["mon1", "mon2", "night", "other", "tue2", "wed1", "wed2"]
