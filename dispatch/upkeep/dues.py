"""When an upkeep is due: pure reckoning with days and counts.

*Fixed*: due at the first day plus whole intervals, or at the first count plus whole steps, whenever the one before was done. What
was missed is made up for once: of all that lie in the past only the newest is due. *Floating*: an interval or a step after the last
one was done, by the calendar or by the meter, whatever comes first.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dispatch.upkeep.counter import Counter
from dispatch.wire.clock import instant_of
from dispatch.wire.upkeep import Interval, NewUpkeep, Use

_DAY = timedelta(days=1)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
"""Earlier and later days cannot be said."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is due by the end of a local day.

    Attributes
    ----------
    count : what the meter has counted then, if that is what makes it due
    since : the day of the one before: when it was due, or was done
    """

    day: date
    count: float | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class History:
    """What became of an upkeep so far.

    Attributes
    ----------
    due, count : of the newest job that was made
    done : when a job of it was done last
    waived : the newest job was cancelled
    """

    due: date | None = None
    count: float | None = None
    done: datetime | None = None
    waived: bool = False


def dues(upkeep: NewUpkeep, history: History, counter: Counter | None, now: datetime, zone: ZoneInfo) -> Iterator[Due]:
    """Everything that is due after what was made and done, in order, as if each were done when it is due; without an end.

    Parameters
    ----------
    counter : what the upkeep's meter counts, if it has one
    """
    today = now.astimezone(zone).date()
    if upkeep.counts == "floating":
        yield from _floating(upkeep, history, counter, today, zone)
    elif upkeep.interval and upkeep.first_due:
        yield from _by_time(upkeep.first_due, upkeep.interval, history, today, zone)
    elif upkeep.use and counter:
        yield from _by_meter(upkeep.use, history, counter, now, zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a local day is over."""
    return instant_of(datetime.combine(day + _DAY, time()), zone)


def later(day: date, interval: Interval, times: int = 1) -> date:
    """A day some intervals later, at most the last that can be said; months keep the day of the month, or end in its last one."""
    steps = interval.count * times
    if interval.unit != "months":
        days = steps * (7 if interval.unit == "weeks" else 1)
        return min(day + days * _DAY, LAST_DAY) if days < (LAST_DAY - day).days else LAST_DAY
    year, month = divmod(day.year * 12 + day.month - 1 + steps, 12)
    if year > LAST_DAY.year:
        return LAST_DAY
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def opening(upkeep: NewUpkeep, due: Due) -> date:
    """The first day on which it may be done: at most half the way back to the one before."""
    early = due.day - upkeep.early_days * _DAY
    return early if due.since is None else max(early, due.day - max(due.day - due.since, timedelta()) // 2)


# ---------------------------------------------------------------- fixed


def _by_time(first: date, interval: Interval, history: History, today: date, zone: ZoneInfo) -> Iterator[Due]:
    done = _day_of(history.done, zone)
    after = done
    if history.due is not None:  # nearer than half an interval is the same one, of an upkeep that was changed
        after = _latest(done, history.due + (later(first, interval) - first) // 2)
    number = _newest(first, interval, today)
    while (day := later(first, interval, number)) < LAST_DAY:
        if after is None or day > after:
            yield Due(day, since=_latest(later(first, interval, number - 1) if number else None, done))
        number += 1


def _newest(first: date, interval: Interval, today: date) -> int:
    """The number of the newest day in the sequence that is past; 0 if none is."""
    longest = interval.count * {"days": 1, "weeks": 7, "months": 31}[interval.unit]
    number = max((today - first).days // longest - 1, 0)
    while later(first, interval, number + 1) < today:
        number += 1
    return number


def _by_meter(use: Use, history: History, counter: Counter, now: datetime, zone: ZoneInfo) -> Iterator[Due]:
    if not counter.points:
        return
    first = _first(use, counter)
    after = float("-inf") if history.done is None else counter.at(history.done)
    if history.count is not None:
        after = max(after, history.count + use.every / 2)
    done, beyond = _day_of(history.done, zone), max(counter.at(now), after)
    number, last = max(0, int((beyond - first) // use.every)), date.min
    while (day := _reached(counter, count := first + number * use.every, zone)) is not None and day < LAST_DAY:
        if count > after and day > last:
            before = _reached(counter, count - use.every, zone) if number else None
            yield Due(day, count, _latest(before, done))
        of_the_day = int((counter.at(end_of(day, zone)) - first) // use.every)
        number, last = max(number, of_the_day) + 1, day  # several on one day are one


# ---------------------------------------------------------------- floating


def _floating(upkeep: NewUpkeep, history: History, counter: Counter | None, today: date, zone: ZoneInfo) -> Iterator[Due]:
    since, moment = _day_of(history.done, zone), history.done
    if history.waived and history.due is not None and (since is None or history.due > since):
        since, moment = history.due, end_of(history.due, zone)
    while True:
        found = [*_next_by_time(upkeep, since), *_next_by_meter(upkeep.use, moment, counter, zone)]
        due = min(found, key=lambda each: each.day, default=None)
        if due is None or due.day >= LAST_DAY:
            return
        due = due if since is None else replace(due, day=max(due.day, since + _DAY), since=since)
        yield due
        since = max(due.day, today)
        moment = end_of(since, zone)


def _next_by_time(upkeep: NewUpkeep, since: date | None) -> Iterator[Due]:
    if upkeep.interval and since is not None:
        yield Due(later(since, upkeep.interval))
    elif upkeep.interval and upkeep.first_due is not None:
        yield Due(upkeep.first_due)


def _next_by_meter(use: Use | None, moment: datetime | None, counter: Counter | None, zone: ZoneInfo) -> Iterator[Due]:
    if use is None or counter is None or not counter.points:
        return
    count = _first(use, counter) if moment is None else counter.at(moment) + use.every
    day = _reached(counter, count, zone)
    if day is not None:
        yield Due(day, count)


# ---------------------------------------------------------------- days and counts


def _first(use: Use, counter: Counter) -> float:
    """The count at which the first is due."""
    return counter.points[0][1] + use.every if use.first is None else use.first


def _reached(counter: Counter, count: float, zone: ZoneInfo) -> date | None:
    return _day_of(counter.reaches(count), zone)


def _day_of(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return None if moment is None else moment.astimezone(zone).date()


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day is not None), default=None)
