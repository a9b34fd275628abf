"""Wall times where clocks change; the oracle is arithmetic in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.errors import Code
from dispatch.wire.clock import instant_of, shift_span
from dispatch.wire.staff import LocalShift
from tests.dispatch.days import BASE, Raw, changed, planning

BERLIN = ZoneInfo("Europe/Berlin")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # 02:00 -> 03:00 and 03:00 -> 02:00
CHANGES = [
    ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),  # half an hour only
    ("Africa/Cairo", datetime(2026, 4, 23, 22, tzinfo=UTC)),  # at midnight
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),  # a whole day
]


def local(day: date, start: str, end: str) -> LocalShift:
    return LocalShift(date=day, local_start=time.fromisoformat(start), local_end=time.fromisoformat(end))


def hours(day: date, start: str, end: str) -> float:
    span = shift_span(local(day, start, end), BERLIN)
    return (span.end - span.start) / timedelta(hours=1)


def test_a_night_shift_over_a_change_is_an_hour_shorter_or_longer() -> None:
    assert hours(SPRING - timedelta(days=1), "22:00", "06:00") == 7
    assert hours(AUTUMN - timedelta(days=1), "22:00", "06:00") == 9
    assert hours(date(2026, 6, 1), "22:00", "06:00") == 8


def test_a_time_the_clocks_skip_is_moved_to_the_instant_of_the_change() -> None:
    span = shift_span(local(SPRING, "02:30", "10:00"), BERLIN)
    assert span.start.astimezone(BERLIN).isoformat() == "2026-03-29T03:00:00+02:00"
    assert [(odd.field, odd.code) for odd in span.odd] == [("local_start", Code.NONEXISTENT_TIME)]


def test_of_a_time_the_clocks_repeat_the_first_starts_and_the_second_ends() -> None:
    starts, ends = shift_span(local(AUTUMN, "02:30", "10:00"), BERLIN), shift_span(local(AUTUMN, "00:00", "02:30"), BERLIN)
    assert starts.start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert ends.end == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert [(odd.field, odd.code) for odd in (*starts.odd, *ends.odd)] == [
        ("local_start", Code.AMBIGUOUS_TIME),
        ("local_end", Code.AMBIGUOUS_TIME),
    ]


@pytest.mark.parametrize(("name", "change"), CHANGES)
def test_around_a_change_every_instant_is_found_by_its_wall_time(name: str, change: datetime) -> None:
    zone = ZoneInfo(name)
    for minutes in range(-61, 62):
        instant = change + timedelta(minutes=minutes)
        shown = instant.astimezone(zone)
        assert instant_of(shown.replace(tzinfo=None, fold=0), zone, second=bool(shown.fold)) == instant


@pytest.mark.parametrize(("name", "change"), CHANGES)
def test_what_clocks_skip_is_the_instant_of_the_change(name: str, change: datetime) -> None:
    zone = ZoneInfo(name)
    before, after = (change - timedelta(seconds=1)).astimezone(zone), change.astimezone(zone)
    first, following = before.replace(tzinfo=None) + timedelta(seconds=1), after.replace(tzinfo=None)
    skipped = [first + (following - first) * share for share in (0, 0.25, 0.5, 0.99)] if following > first else []
    assert {instant_of(wall.replace(microsecond=0), zone) for wall in skipped} <= {change}


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)),
    st.sampled_from(["Europe/Berlin", "Asia/Seoul", "America/St_Johns", "UTC"]),
)
def test_any_instant_is_found_by_its_wall_time(moment: datetime, name: str) -> None:
    instant = moment.replace(microsecond=0, tzinfo=UTC)
    shown = instant.astimezone(ZoneInfo(name))
    assert instant_of(shown.replace(tzinfo=None, fold=0), ZoneInfo(name), second=bool(shown.fold)) == instant


# ---------------------------------------------------------------- in a day


def night(day: date, **shift: Any) -> Raw:
    start = datetime.combine(day, time(), BERLIN)
    horizon = {"start": start.isoformat(), "end": (start + timedelta(days=2)).isoformat()}
    return changed(
        BASE, (("horizon",), horizon), (("jobs",), []), (("technicians", 0, "shifts"), [{"date": day.isoformat(), **shift}])
    )


def test_a_day_warns_of_wall_times_that_needed_a_rule() -> None:
    spring, autumn = (planning(night(day, local_start="02:30", local_end="10:00")) for day in (SPRING, AUTUMN))
    assert [(finding.code, finding.pointer, finding.value) for finding in (*spring.warnings, *autumn.warnings)] == [
        (Code.NONEXISTENT_TIME, "/technicians/0/shifts/0/local_start", "2026-03-29T03:00:00+02:00"),
        (Code.AMBIGUOUS_TIME, "/technicians/0/shifts/0/local_start", "2026-10-25T02:30:00+02:00"),
    ]


def test_a_night_shift_over_a_change_has_its_real_length_in_the_problem() -> None:
    for day, expected in ((SPRING, 7), (AUTUMN, 9)):
        shift = planning(night(day - timedelta(days=1), local_start="22:00", local_end="06:00")).problem.shifts[0]
        assert shift.end - shift.start == expected * 3600


def test_a_local_break_is_the_first_after_the_start_of_the_shift_that_shows_its_time() -> None:
    # From 22:00 on 28 March: 01:00 is 3 h later; 04:00 is 5 h later, as the clocks skip an hour.
    breaks = [{"local_start": "01:00", "local_end": "01:30", "duration_min": 30}, {"local_start": "04:00", "duration_min": 15}]
    shift = planning(night(SPRING - timedelta(days=1), local_start="22:00", local_end="06:00", breaks=breaks)).problem.shifts[0]
    assert [(pause.open - shift.start, pause.close - shift.start) for pause in shift.breaks] == [
        (3 * 3600, 3 * 3600 + 1800),
        (5 * 3600,) * 2,
    ]


def test_a_window_in_the_hour_that_clocks_skip_is_an_instant_like_any() -> None:
    window = {"start": "2026-03-29T02:30:00+01:00", "end": "2026-03-29T04:00:00+02:00"}
    plans = planning(
        changed(night(SPRING, local_start="00:00", local_end="10:00"), (("jobs",), [{**BASE["jobs"][0], "windows": [window]}]))
    )
    assert plans.shown(plans.problem.jobs[0].windows[0].open).isoformat() == "2026-03-29T03:30:00+02:00"
