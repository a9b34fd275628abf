"""Instants become pixels: the morning of conftest, and the nights when the clocks change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from dispatch.report import words
from dispatch.report.facts import Span
from dispatch.report.timeline import WIDTH, boards, full_hours

BERLIN = ZoneInfo("Europe/Berlin")


def row(facts, index=0):
    return boards(facts)[0].rows[index]


def hours(start: datetime, length: int, zone: str) -> list[str]:
    span = Span(start, start + timedelta(hours=length))
    return [words.clock(instant, ZoneInfo(zone)) for instant in full_hours(span, ZoneInfo(zone))]


def test_the_blocks_of_a_route_follow_each_other_without_a_gap(facts):
    blocks = row(facts).blocks
    assert [block.css for block in blocks] == [
        *("travel", "setup", "service"),  # j1
        *("travel", "wait", "service", "break"),  # j2, and the break where it is
        *("travel", "service late", "travel"),  # j3, late, and home
    ]
    for before, after in pairwise(blocks):
        assert before.x + before.width == pytest.approx(after.x, abs=0.02)


def test_widths_are_proportional_to_seconds(facts):
    # the board shows 07:45 to 17:15 (the shift, an hour of overtime, a quarter of an hour on either side): 9.5 h
    service = row(facts).blocks[2]
    assert service.width == pytest.approx(WIDTH / 9.5, abs=0.02)  # 1 h
    assert service.label == "A1 Boiler leak"
    assert service.caption == "09:05 repair" or service.caption.startswith("09:")


def test_a_window_is_a_bar_of_its_own_with_a_dot_where_the_visit_starts(facts):
    first, second, due = row(facts).bars
    assert (first.css, second.css, due.css) == ("window", "window", "due")
    assert first.width == pytest.approx(3 * WIDTH / 9.5, abs=0.02)  # 09:00 to 12:00
    assert first.dot == first.x  # starts at 09:00
    assert second.dot == second.x  # starts at 11:00
    assert first.y != second.y  # 11:00 lies in the first one: a line of its own
    assert "window 11:00–12:30, done by the end; starts 11:00" in second.title


def test_overtime_begins_where_the_shift_ends(facts):
    shift, overtime = row(facts).areas
    assert (shift.css, overtime.css) == ("shift", "overtime")
    assert shift.x + shift.width == pytest.approx(overtime.x, abs=0.02)
    assert overtime.width == pytest.approx(WIDTH / 9.5, abs=0.02)  # an hour


def test_an_unused_shift_is_a_row_without_blocks(facts):
    idle = row(facts, 1)
    assert (idle.route, idle.blocks, idle.bars) == (None, (), ())
    assert idle.areas[0].title == "Shift 08:00–16:00"


def test_shifts_of_different_dates_are_on_different_boards(facts):
    later = replace(facts.lanes[1], shift=Span(*(instant + timedelta(days=1) for instant in facts.lanes[1].shift[:2])))
    assert [board.heading for board in boards(replace(facts, lanes=(facts.lanes[0], later)))] == [
        "Mon 2 March 2026",
        "Tue 3 March 2026",
    ]


def test_no_shifts_no_boards(facts):
    assert boards(replace(facts, lanes=())) == ()


def test_an_hour_that_the_clocks_skip_is_not_on_the_axis():
    # Berlin, 29 March 2026: after 01:59 comes 03:00
    assert hours(datetime(2026, 3, 29, 0, tzinfo=UTC), 2, "Europe/Berlin") == ["01:00", "03:00", "04:00"]


def test_an_hour_that_the_clocks_repeat_is_on_the_axis_twice():
    # Berlin, 25 October 2026: 02:00 comes twice
    assert hours(datetime(2026, 10, 24, 23, 30, tzinfo=UTC), 3, "Europe/Berlin") == ["02:00+02:00", "02:00+01:00", "03:00"]


@pytest.mark.parametrize(
    ("zone", "instant", "expected"),
    [
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 59, tzinfo=UTC), "02:59+02:00"),
        ("Europe/Berlin", datetime(2026, 10, 24, 23, 59, tzinfo=UTC), "01:59"),
        ("Europe/Berlin", datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "03:00"),  # the hour before it was skipped
        ("America/New_York", datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "01:30-05:00"),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, 0, tzinfo=UTC), "01:30+10:30"),  # half an hour comes twice
        ("Asia/Seoul", datetime(2026, 10, 25, 0, 59, tzinfo=UTC), "09:59"),
    ],
)
def test_a_time_that_comes_twice_is_shown_with_its_offset(zone, instant, expected):
    assert words.clock(instant, ZoneInfo(zone)) == expected


def test_full_hours_of_a_zone_with_an_odd_offset_are_its_own():
    assert hours(datetime(2026, 3, 2, 0, 0, tzinfo=UTC), 2, "Asia/Kathmandu") == ["06:00", "07:00"]  # +05:45


def test_text_in_a_block_is_never_wider_than_the_block():
    assert words.shortened("보일러 점검", 6) == "보일…"
    assert words.columns("보일…") <= 6
    assert words.shortened("Boiler", 6) == "Boiler"
    assert words.shortened("Boiler", 2) == ""
