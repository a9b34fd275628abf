"""From the clock on the wall to the instant, where clocks change.

Twice a year a local time may not exist (the clocks skip it) or exist twice (they repeat it). The rule: a time that is skipped is
moved forward to the instant of the change; of a time that is repeated the first is meant where something starts and the second
where it ends. Lengths are those of the instants: a night shift over a change is an hour shorter or longer than its wall times say.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dispatch.errors import Code
from dispatch.wire.staff import AnyBreak, AnyShift, Break, Shift

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Odd:
    """A wall time of a shift or break that needed a rule: its field, and which."""

    field: str
    code: Code
    instant: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """From start to end, with what was odd about the wall times."""

    start: datetime
    end: datetime
    odd: tuple[Odd, ...] = ()


def shift_span(shift: AnyShift, zone: ZoneInfo) -> Span:
    """When a shift starts and ends."""
    if isinstance(shift, Shift):
        return Span(shift.start, shift.end)
    start = instant_of(datetime.combine(shift.date, shift.local_start), zone)
    last_day = shift.date + (_DAY if shift.local_end < shift.local_start else timedelta())
    end = instant_of(datetime.combine(last_day, shift.local_end), zone, second=True)
    return Span(
        start, end, (*_odd("local_start", shift.date, shift.local_start, zone), *_odd("local_end", last_day, shift.local_end, zone))
    )


def break_span(pause: AnyBreak, shift_start: datetime, zone: ZoneInfo) -> Span:
    """The earliest and the latest start of a break; local times are the first from the shift's start on that show them."""
    if isinstance(pause, Break):
        return Span(pause.start, pause.end or pause.start)
    start = _first_showing(pause.local_start, shift_start, zone)
    return Span(start, start if pause.local_end is None else _first_showing(pause.local_end, start, zone))


def instant_of(wall: datetime, zone: ZoneInfo, *, second: bool = False) -> datetime:
    """The instant, in UTC, at which the clocks of a zone show a naive local time; if never, the one at which they skip it.

    In UTC, because two datetimes of one zone compare by their wall times, which clocks that repeat make wrong.

    Parameters
    ----------
    second : of a time that is shown twice, the second
    """
    return _change(wall, zone) if is_skipped(wall, zone) else wall.replace(tzinfo=zone, fold=int(second)).astimezone(UTC)


def is_skipped(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks of a zone never show a naive local time."""
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall


def is_repeated(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks of a zone show a naive local time twice."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first != second and not is_skipped(wall, zone)


def _change(skipped: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the clocks skip a time: halved down to the second, between both ways to read it."""
    before, after = (skipped.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    offset = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == offset else (before, middle)
    return after


def _odd(field: str, day: date, clock: time, zone: ZoneInfo) -> Iterator[Odd]:
    wall = datetime.combine(day, clock)
    if is_skipped(wall, zone):
        yield Odd(field, Code.NONEXISTENT_TIME, instant_of(wall, zone))
    elif is_repeated(wall, zone):
        yield Odd(field, Code.AMBIGUOUS_TIME, instant_of(wall, zone, second=field == "local_end"))


def _first_showing(clock: time, since: datetime, zone: ZoneInfo) -> datetime:
    """The first instant, not before `since`, at which the clocks show a time of day."""
    day = since.astimezone(zone).date()
    shown = (instant_of(datetime.combine(day + n * _DAY, clock), zone, second=second) for n in range(3) for second in (False, True))
    return next(instant for instant in shown if instant >= since)
