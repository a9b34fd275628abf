"""What a meter has counted, and will have counted: lines between its readings, and one beyond them.

A meter that was exchanged counts on: what is counted is all use since the first reading, beginning with what that showed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

DAY = timedelta(days=1)

LATELY = timedelta(days=90)
"""The use of so much time before the last reading says what is used a day."""

_FARTHEST = 36_500
"""Days beyond the last reading that are looked ahead."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A reading: when, what was shown, and whether the meter counts on from there."""

    at: datetime
    shows: float
    exchanged: bool = False


@dataclass(frozen=True, slots=True)
class Counter:
    """What was counted at some instants, ascending in both; and the use a day that is expected from the last one on."""

    points: tuple[tuple[datetime, float], ...]
    per_day: float

    def at(self, moment: datetime) -> float:
        """What is counted at a moment; before the first reading, what that showed, and nothing if there is none."""
        if not self.points:
            return 0.0
        first, last = self.points[0], self.points[-1]
        if moment <= first[0]:
            return first[1]
        if moment >= last[0]:
            return last[1] + self.per_day * ((moment - last[0]) / DAY)
        (then, less), (later, more) = next(pair for pair in pairwise(self.points) if moment < pair[1][0])
        return less + (more - less) * ((moment - then) / (later - then))

    def reaches(self, count: float) -> datetime | None:
        """When so much is counted for the first time; None if never, in the next hundred years, or nobody knows."""
        if not self.points:
            return None
        last, most = self.points[-1]
        if count > most:
            days = (count - most) / self.per_day if self.per_day > 0 else _FARTHEST + 1
            return last + days * DAY if days <= _FARTHEST else None
        if count <= self.points[0][1]:
            return self.points[0][0]
        (then, less), (later, more) = next(pair for pair in pairwise(self.points) if count <= pair[1][1])
        return then + (later - then) * ((count - less) / (more - less))


def counter_of(readings: Iterable[Shown], expected: float | None) -> Counter:
    """What a meter counts, by its readings in order. In UTC: sums of wall times are wrong where clocks change.

    Parameters
    ----------
    expected : use a day, where no two readings at least a day apart tell
    """
    points: list[tuple[datetime, float]] = []
    before = 0.0
    for reading in readings:
        used = reading.shows if not points else 0.0 if reading.exchanged else max(reading.shows - before, 0.0)
        points.append((reading.at.astimezone(UTC), (points[-1][1] if points else 0.0) + used))
        before = reading.shows
    return Counter(tuple(points), _used_a_day(points, expected or 0.0))


def _used_a_day(points: list[tuple[datetime, float]], expected: float) -> float:
    """The use a day between the last point and the earliest one not long before it; if all are, the one before the last."""
    if len(points) < 2:
        return expected
    last, most = points[-1]
    then, less = next((point for point in points[:-1] if last - point[0] <= LATELY), points[-2])
    return (most - less) / ((last - then) / DAY) if last - then >= DAY else expected
