"""Meters count along lines between their readings, and go on as they did lately."""

from datetime import UTC, datetime, timedelta

import pytest

from dispatch.upkeep.counter import Shown, counter_of

START = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def test_between_readings_it_counts_evenly_and_beyond_the_last_as_it_did_lately() -> None:
    """100 on day 0, 300 on day 20: 10 a day; 100 more take 10 days."""
    counter = counter_of([Shown(day(0), 100), Shown(day(20), 300)], None)
    assert [counter.at(day(n)) for n in (-5, 0, 5, 20, 30)] == [100, 100, 150, 300, 400]
    assert [counter.reaches(count) for count in (50, 150, 300, 400)] == [day(0), day(5), day(20), day(30)]


def test_what_is_used_lately_counts_more_than_what_was_used_long_ago() -> None:
    """Nothing for a year, then 5 a day: the last 90 days say 5."""
    counter = counter_of([Shown(day(0), 0), Shown(day(365), 0), Shown(day(375), 50)], 99)
    assert counter.per_day == 5


@pytest.mark.parametrize("readings", [[], [Shown(day(0), 7)], [Shown(day(0), 7), Shown(day(0.5), 8)]])
def test_without_two_readings_a_day_apart_it_is_used_as_expected(readings: list[Shown]) -> None:
    assert counter_of(readings, 3).per_day == 3
    assert counter_of(readings, None).per_day == 0


def test_a_meter_that_was_exchanged_counts_on() -> None:
    """1,000 and 1,100, a new one that begins at 0 on day 11, and 40 on day 15: 1,140 in all."""
    readings = [Shown(day(0), 1_000), Shown(day(10), 1_100), Shown(day(11), 0, exchanged=True), Shown(day(15), 40)]
    counter = counter_of(readings, None)
    assert [counter.at(day(n)) for n in (10, 11, 15)] == [1_100, 1_100, 1_140]
    assert counter.reaches(1_120) == day(13)


def test_what_is_not_used_reaches_nothing_more() -> None:
    assert counter_of([Shown(day(0), 5), Shown(day(30), 5)], 9).reaches(6) is None
    assert counter_of([], 9).reaches(6) is None
    assert counter_of([Shown(day(0), 5)], 1e-300).reaches(1e9) is None
