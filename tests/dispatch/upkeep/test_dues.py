"""When an upkeep is due: by the calendar and by meters, fixed and floating."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.upkeep.counter import Counter, Shown, counter_of
from dispatch.upkeep.dues import LAST_DAY, Due, History, dues, end_of, later, opening
from dispatch.wire.upkeep import Interval, NewUpkeep

BERLIN = ZoneInfo("Europe/Berlin")
MONTHLY = {"interval": {"count": 1, "unit": "months"}, "first_due": "2026-01-31"}


def upkeep(**fields: Any) -> NewUpkeep:
    return NewUpkeep.model_validate({"id": "u", "asset": "a", **fields})


def noon(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T12:00").replace(tzinfo=BERLIN)


def days(record: NewUpkeep, history: History, today: str, counter: Counter | None = None, most: int = 3) -> list[str]:
    return [due.day.isoformat() for due in islice(dues(record, history, counter, noon(today), BERLIN), most)]


# ---------------------------------------------------------------- by time


def test_months_keep_the_day_of_the_month_or_end_in_its_last() -> None:
    assert days(upkeep(**MONTHLY), History(), "2026-01-01", most=4) == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_weeks_and_days_are_counted_as_they_are() -> None:
    weekly = upkeep(interval={"count": 2, "unit": "weeks"}, first_due="2026-03-27")
    daily = upkeep(interval={"count": 10, "unit": "days"}, first_due="2026-03-27")
    assert days(weekly, History(), "2026-03-01") == ["2026-03-27", "2026-04-10", "2026-04-24"]
    assert days(daily, History(), "2026-03-01") == ["2026-03-27", "2026-04-06", "2026-04-16"]


def test_a_fixed_one_is_due_at_its_time_whenever_the_one_before_was_done() -> None:
    done_late = History(due=date(2026, 2, 28), done=noon("2026-03-20"))
    done_early = History(due=date(2026, 2, 28), done=noon("2026-02-10"))
    for history in (done_late, done_early):
        assert days(upkeep(**MONTHLY), history, "2026-03-21") == ["2026-03-31", "2026-04-30", "2026-05-31"]


def test_what_was_missed_is_made_up_for_once() -> None:
    """Nothing was done of January to April: in May, April's is due, and then May's."""
    assert days(upkeep(**MONTHLY), History(), "2026-05-10") == ["2026-04-30", "2026-05-31", "2026-06-30"]


def test_what_was_done_after_it_was_due_is_not_due_any_more() -> None:
    """January's was done in May, after April's was due: that stands for April's, too."""
    assert days(upkeep(**MONTHLY), History(due=date(2026, 1, 31), done=noon("2026-05-05")), "2026-05-10")[0] == "2026-05-31"


def test_a_small_change_of_the_first_day_makes_nothing_due_twice() -> None:
    """The job of 31 January is made; the first day becomes 1 February: the next is of March."""
    moved = upkeep(interval={"count": 1, "unit": "months"}, first_due="2026-02-01")
    assert days(moved, History(due=date(2026, 1, 31)), "2026-01-20")[0] == "2026-03-01"


def test_a_floating_one_counts_from_when_it_was_done() -> None:
    floating = upkeep(**MONTHLY, counts="floating")
    assert days(floating, History(), "2026-01-01", most=2) == ["2026-01-31", "2026-02-28"]
    assert days(floating, History(due=date(2026, 1, 31), done=noon("2026-02-10")), "2026-02-11")[:2] == ["2026-03-10", "2026-04-10"]


def test_a_floating_one_that_was_cancelled_counts_from_when_it_was_due() -> None:
    history = History(due=date(2026, 3, 10), done=noon("2026-02-10"), waived=True)
    assert days(upkeep(**MONTHLY, counts="floating"), history, "2026-03-01")[0] == "2026-04-10"


@given(
    count=st.integers(1, 40),
    unit=st.sampled_from(["days", "weeks", "months"]),
    first=st.dates(date(2000, 1, 1), date(2060, 1, 1)),
    today=st.dates(date(2000, 1, 1), date(2060, 1, 1)),
)
def test_a_sequence_begins_with_its_newest_day_that_is_past(count: int, unit: Any, first: date, today: date) -> None:
    interval = Interval(count=count, unit=unit)
    every = [day for day in (later(first, interval, n) for n in range(25_000 // count)) if day < today]
    expected = every[-1] if every else first
    record = upkeep(interval=interval.model_dump(), first_due=first.isoformat())
    found = list(islice(dues(record, History(), None, datetime(today.year, today.month, today.day, 12, tzinfo=UTC), BERLIN), 4))
    assert found[0].day == expected
    assert all(one.day < other.day for one, other in pairwise(found))


def test_days_end_where_they_cannot_be_said_any_more() -> None:
    rare = upkeep(interval={"count": 1_000, "unit": "months"}, first_due="2090-01-01")
    assert days(rare, History(), "2089-01-01") == ["2090-01-01"]
    assert later(date(2100, 12, 1), Interval(count=1_000, unit="weeks"), 1_000) == LAST_DAY


# ---------------------------------------------------------------- by meter


def hours(*shown: tuple[str, float], expected: float | None = None) -> Counter:
    return counter_of([Shown(noon(text), count) for text, count in shown], expected)


EVERY_500 = {"use": {"meter": "m", "every": 500}}


def test_by_meter_it_is_due_when_so_much_will_have_been_used() -> None:
    """1,000 h on 1 March and 1,100 on the 11th: 10 a day. The first is due at 1,500, 40 days after the 11th."""
    counter = hours(("2026-03-01", 1_000), ("2026-03-11", 1_100))
    assert days(upkeep(**EVERY_500), History(), "2026-03-11", counter, 2) == ["2026-04-20", "2026-06-09"]


def test_the_first_count_can_be_said() -> None:
    counter = hours(("2026-03-01", 1_000), ("2026-03-11", 1_100))
    record = upkeep(use={"meter": "m", "every": 500, "first": 1_200})
    assert days(record, History(), "2026-03-11", counter, 1) == ["2026-03-21"]


def test_a_fixed_one_keeps_its_counts_and_a_floating_one_counts_from_when_it_was_done() -> None:
    """Done at 1,550 instead of 1,500: fixed at 2,000, floating at 2,050. At 10 a day 1,550 were counted on 25 April."""
    counter = hours(("2026-03-01", 1_000), ("2026-03-11", 1_100))
    history = History(due=date(2026, 4, 20), count=1_500, done=noon("2026-04-25"))
    assert days(upkeep(**EVERY_500), history, "2026-04-26", counter, 1) == ["2026-06-09"]
    assert days(upkeep(**EVERY_500, counts="floating"), history, "2026-04-26", counter, 1) == ["2026-06-14"]


def test_counts_that_were_missed_are_made_up_for_once() -> None:
    """2,600 by 1 May: 1,500, 2,000 and 2,500 lie behind; 2,500 was counted at noon of 27 April."""
    counter = hours(("2026-03-01", 1_000), ("2026-05-01", 2_600))
    assert days(upkeep(**EVERY_500), History(), "2026-05-02", counter, 1) == ["2026-04-27"]


def test_by_time_and_by_meter_whatever_comes_first() -> None:
    """3 months after 25 January is 25 April; 500 h at 10 a day, 50 days after noon, are used up on 16 March."""
    record = upkeep(**EVERY_500, counts="floating", interval={"count": 3, "unit": "months"}, first_due="2026-01-31")
    history = History(due=date(2026, 1, 31), done=noon("2026-01-25"))
    idle, busy = hours(("2026-01-20", 1_000), expected=1), hours(("2026-01-20", 1_000), expected=10)
    assert days(record, history, "2026-01-26", idle, 1) == ["2026-04-25"]
    assert days(record, history, "2026-01-26", busy, 1) == ["2026-03-16"]


def test_a_meter_nobody_has_read_makes_nothing_due() -> None:
    assert days(upkeep(**EVERY_500), History(), "2026-03-11", counter_of([], 5)) == []
    assert days(upkeep(**EVERY_500, counts="floating"), History(), "2026-03-11", counter_of([], 5)) == []


@pytest.mark.parametrize("counts", ["fixed", "floating"])
def test_however_small_the_steps_it_is_due_once_a_day_at_most(counts: str) -> None:
    counter = hours(("2026-03-01", 0), ("2026-03-11", 1e9))
    found = days(upkeep(use={"meter": "m", "every": 0.001}, counts=counts), History(), "2026-03-11", counter, 20)
    assert len(found) == len(set(found)) == 20


# ---------------------------------------------------------------- from when on


def test_it_may_be_done_some_days_before_but_at_most_half_the_way_back() -> None:
    """14 days before; a weekly one 3 days before, 7 // 2."""
    assert opening(upkeep(**MONTHLY), Due(date(2026, 3, 31))) == date(2026, 3, 17)
    assert opening(upkeep(**MONTHLY), Due(date(2026, 3, 31), since=date(2026, 2, 28))) == date(2026, 3, 17)
    assert opening(upkeep(**MONTHLY), Due(date(2026, 3, 31), since=date(2026, 3, 24))) == date(2026, 3, 28)
    assert opening(upkeep(**MONTHLY), Due(date(2026, 3, 31), since=date(2026, 4, 24))) == date(2026, 3, 31)


def test_a_day_ends_at_midnight_where_it_is() -> None:
    """29 March 2026 has 23 hours in Berlin."""
    assert end_of(date(2026, 3, 28), BERLIN) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert end_of(date(2026, 3, 29), BERLIN) - end_of(date(2026, 3, 28), BERLIN) == timedelta(hours=23)
