"""What every source of travel times has in common: places in, a table of seconds and metres out.

A provider never guesses. A place it cannot reach has `UNREACHABLE` in its row and its column and a `Note` that names it; a place
far from any road has a `Note` too. What stands in for a provider that does not answer says so in a `Note` (see `chain`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from dispatch.travel.errors import TravelError
from solver import UNREACHABLE

WORKING_HOURS = tuple(range(8, 18))
"""Hours of the local day in which most field service is driven."""

CELLS = 100_000_000
"""As many cells as all bands of a table should have: 800 MB."""

ROWS = 32
"""Rows looked at together, so that what is worked out on the way stays small."""

FAR_M = 300.0
"""A place further from its road than this gets a note."""

LIMIT_M = 2_000.0
"""A place further from any road than this is unreachable."""


class Place(NamedTuple):
    """A point on Earth: degrees north and degrees east (WGS 84)."""

    lat: float
    lon: float


class NoteCode(StrEnum):
    """What a provider wants known about its answer."""

    ESTIMATE = "estimate"  #: another provider than the one asked for answered
    SNAPPED_FAR = "snapped_far"  #: the nearest road is far from the place
    UNREACHABLE = "unreachable"  #: no road leads to the place


@dataclass(frozen=True, slots=True)
class Note:
    """One remark on an answer; `place` is the row of the place it is about, None if it is about all of them."""

    code: NoteCode
    message: str
    place: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TravelTable:
    """Seconds and metres from place to place, one slice of seconds per hour of the day.

    `durations` has shape `(bands, places, places)` and `distances` `(places, places)`; row is from, column is to. Both are int64,
    at most `UNREACHABLE`, and zero on the diagonal. `bands[k]` is the local hour that slice `k` is the travel time in. `provider`
    and `version` say whose numbers and which data they are. Raises `TravelError` for a table that breaks one of these rules.
    """

    durations: npt.NDArray[np.int64]
    distances: npt.NDArray[np.int64]
    bands: tuple[int, ...]
    provider: str
    version: str = ""
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        for name in ("durations", "distances"):
            cells = np.asarray(getattr(self, name))
            _require(cells.dtype.kind in "iu", f"travel {name}: {cells.dtype} is not a whole number")
            cells = cells.astype(np.int64, copy=False).view()
            cells.setflags(write=False)
            object.__setattr__(self, name, cells)
            lowest, highest = (int(cells.min()), int(cells.max())) if cells.size else (0, 0)
            _require(lowest >= 0, f"travel {name}: has a negative cell")
            _require(highest <= UNREACHABLE, f"travel {name}: has a cell above {UNREACHABLE}")
            _require(not np.diagonal(cells, axis1=-2, axis2=-1).any(), f"travel {name}: the diagonal is not zero")
        n = self.distances.shape[0]
        _require(self.distances.shape == (n, n), f"travel distances: shape {self.distances.shape} is not square")
        expected = (len(self.bands), n, n)
        _require(self.durations.shape == expected, f"travel durations: shape {self.durations.shape} is not {expected}")
        _check_hours(self.bands)

    @property
    def places(self) -> int:
        return int(self.distances.shape[0])

    @property
    def description(self) -> str:
        """The provider and the hours `mean` is taken over: what a plan made with `mean` should call its travel times."""
        return described(self.provider, self.bands)

    def mean(self) -> npt.NDArray[np.int64]:
        """Seconds from place to place, the mean of all bands rounded up; unreachable in one band is unreachable."""
        if len(self.bands) == 1:
            return self.durations.reshape(self.distances.shape)
        mean = np.empty_like(self.distances)
        for first in range(0, self.places, ROWS):
            some = self.durations[:, first : first + ROWS]
            rows = -(-some.sum(axis=0) // len(self.bands))
            rows[some.max(axis=0) == UNREACHABLE] = UNREACHABLE
            mean[first : first + ROWS] = rows
        return mean


class Provider(Protocol):
    """Whoever can say how long it takes from place to place."""

    @property
    def name(self) -> str:
        """Short, for people and as part of a cache's key."""

    @property
    def version(self) -> str:
        """Changes whenever the same question could get another answer."""

    def matrix(self, places: Sequence[Place], *, hours: Sequence[int] = WORKING_HOURS) -> TravelTable:
        """Travel between all places in each of `hours` (local hours, 0 to 23); raises `TravelError`."""


def described(provider: str, hours: tuple[int, ...]) -> str:
    """What travel times that are the mean of some hours are called."""
    return f"{provider}, mean of {_spoken(hours)}" if len(hours) > 1 else provider


def hours_between(first: int, last: int, places: int = 0) -> tuple[int, ...]:
    """Hours to ask a provider for so that the table stays in memory: all from `first` to `last`, or evenly spaced ones.

    Parameters
    ----------
    first, last
        Local hours, both included; `last` below `first` runs over midnight.
    places
        How many places the table is for.
    """
    span = [hour % 24 for hour in range(first, (last if last >= first else last + 24) + 1)]
    most = max(1, CELLS // max(1, places * places))
    step = -(-len(span) // most)
    return tuple(sorted(set(span[step // 2 :: step])))


def coordinates(places: Sequence[Place]) -> npt.NDArray[np.float64]:
    """Places as an array of shape `(places, 2)`; raises `TravelError` for what is not a point on Earth."""
    for row, (lat, lon) in enumerate(places):
        inside = math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180
        _require(inside, f"place {row}: latitude {lat}, longitude {lon} is no point on Earth")
    return np.array(places, dtype=np.float64).reshape(len(places), 2)


def snapping_notes(places: Sequence[Place], off: npt.NDArray[np.float64], name: str) -> tuple[Note, ...]:
    """A note for each place that is far from the roads of the provider `name`; `off` is how far in metres, inf without a road."""
    notes = []
    for row in np.flatnonzero(~(off <= FAR_M)).tolist():
        where = f"the place at {places[row].lat:.5f}, {places[row].lon:.5f}"
        if off[row] <= LIMIT_M:
            message = f"{where} is {off[row]:.0f} m from its road: the way between them is not counted"
            notes.append(Note(NoteCode.SNAPPED_FAR, message, row))
        else:
            message = f"{where} has no road of the {name} within {LIMIT_M:.0f} m: unreachable"
            notes.append(Note(NoteCode.UNREACHABLE, message, row))
    return tuple(notes)


def unreachable_cells(places: int) -> npt.NDArray[np.int64]:
    """Cells of a table in which no place is reached from another."""
    cells = np.full((places, places), UNREACHABLE, dtype=np.int64)
    np.fill_diagonal(cells, 0)
    return cells


def checked_hours(hours: Sequence[int]) -> tuple[int, ...]:
    """The hours as a tuple; raises `TravelError` unless they ascend from 0 to at most 23 and there is one."""
    bands = tuple(int(hour) for hour in hours)
    _check_hours(bands)
    return bands


def _check_hours(bands: tuple[int, ...]) -> None:
    rising = all(a < b for a, b in pairwise(bands))
    _require(bool(bands) and rising and bands[0] >= 0 and bands[-1] <= 23, f"travel hours {bands}: not ascending hours of a day")


def _spoken(bands: tuple[int, ...]) -> str:
    if bands == tuple(range(bands[0], bands[-1] + 1)):
        return f"the hours {bands[0]}–{bands[-1]}"
    return "the hours " + ", ".join(str(hour) for hour in bands)


def _require(rule: bool, message: str) -> None:
    if not rule:
        raise TravelError(message)
