"""How long drives take by time of day, for each way of moving.

The time of a drive is known at *knots*, instants each of which names a band of the tables. Between two knots it runs straight,
rounded up to the second; before the first and after the last it stays. If no drive gets shorter between two knots by more than the
time between them, leaving later never arrives earlier, to the second; with bands that end at the full hour it would. Tables that
break this are repaired: who would arrive earlier by waiting is reckoned to wait (Orda & Rom 1990, doi 10.1145/79147.214078).
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.invalid import require

Ints = npt.NDArray[np.int64]

UNREACHABLE = 1_000_000_000
"""A travel time that says: there is no way from here to there."""


class Knot(NamedTuple):
    """An instant, in seconds, at which drives take what a band of the tables says."""

    at: int
    band: int


@dataclass(frozen=True, slots=True, eq=False)
class Mode:
    """One way of moving: seconds by band, shape `(bands, places, places)`, and metres, shape `(places, places)`."""

    name: str
    durations: Ints
    distances: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Traffic:
    """Tables of all ways of moving, and when which band of them holds; no way in one band is no way at all.

    Raises `InvalidProblem` for tables that are none of travel, and knots that do not ascend or name no band.
    """

    knots: tuple[Knot, ...]
    modes: tuple[Mode, ...]
    repaired: int = field(default=0, init=False)  #: cells in which leaving later would have arrived earlier

    def __post_init__(self) -> None:
        require(bool(self.knots) and bool(self.modes), "traffic: without a knot or a way of moving")
        require(all(a.at < b.at for a, b in pairwise(self.knots)), "traffic: knots are out of order")
        shape = np.shape(self.modes[0].durations)
        for mode in self.modes:
            _validate(mode, shape)
        require(all(0 <= band < shape[0] for _, band in self.knots), "traffic: a knot names a band that is none")
        gaps = _gaps(self.knots)
        fixed = [(mode, *_first_in_first_out(np.asarray(mode.durations, np.int64), gaps)) for mode in self.modes]
        modes = (replace(mode, durations=_kept(cells), distances=_kept(mode.distances)) for mode, cells, _ in fixed)
        object.__setattr__(self, "modes", tuple(modes))
        object.__setattr__(self, "repaired", sum(count for _, _, count in fixed))

    @property
    def places(self) -> int:
        return int(self.modes[0].distances.shape[0])

    def seconds(self, mode: int, here: int, there: int, leave: int) -> int:
        """How long a drive takes that begins at an instant."""
        cells = self.modes[mode].durations[:, here, there]
        after = bisect_right(self.knots, leave, key=lambda knot: knot.at)
        if after == 0 or after == len(self.knots):
            return int(cells[self.knots[max(0, after - 1)].band])
        (start, one), (end, other) = self.knots[after - 1], self.knots[after]
        rise = int(cells[other]) - int(cells[one])
        return int(cells[one]) - (start - leave) * rise // (end - start)

    def latest(self, mode: int, here: int, there: int, by: int) -> int:
        """The last instant at which a drive can begin that ends by another one."""
        cells = self.modes[mode].durations[:, here, there]
        low, high = by - int(cells.max()), by - int(cells.min())
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if middle + self.seconds(mode, here, there, middle) <= by else (low, middle - 1)
        return low

    def least(self) -> tuple[Ints, Ints]:
        """Seconds and metres of every drive at least, in any way and at any time."""
        durations = np.minimum.reduce([mode.durations.min(axis=0) for mode in self.modes])
        return durations, np.minimum.reduce([mode.distances for mode in self.modes])

    def block(self, places: Sequence[int]) -> "Traffic":
        """Traffic between some of the places."""
        where = np.ix_(places, places)
        rows, columns = where
        modes = (replace(mode, durations=mode.durations[:, rows, columns], distances=mode.distances[where]) for mode in self.modes)
        return replace(self, modes=tuple(modes))

    def clipped(self, drives: Mapping[tuple[int, int], tuple[int, int]]) -> "Traffic":
        """Traffic in which some drives, from place to place, take at least and at most so long at any time.

        Where there was no way and now is one, nobody knows how far it is: no metre.
        """
        modes = [replace(mode, durations=mode.durations.copy(), distances=mode.distances.copy()) for mode in self.modes]
        for mode in modes:
            for (here, there), (least, most) in drives.items():
                if most < UNREACHABLE <= mode.durations[0, here, there]:
                    mode.distances[here, there] = 0
                mode.durations[:, here, there] = mode.durations[:, here, there].clip(least, most)
        return replace(self, modes=tuple(modes))


def _validate(mode: Mode, shape: tuple[int, ...]) -> None:
    """Raise unless the tables of a way of moving are those of travel."""
    durations, distances, subject = np.asarray(mode.durations), np.asarray(mode.distances), f"traffic {mode.name}"
    require(durations.ndim == 3 and durations.shape[1] == durations.shape[2], f"{subject}: shape {durations.shape} is not square")
    require(durations.shape == shape, f"{subject}: shape {durations.shape}, not {shape}")
    require(distances.shape == shape[1:], f"{subject}: durations and distances differ in shape")
    for cells in (durations, distances):
        require(bool((cells >= 0).all()), f"{subject}: has a negative cell")
        require(bool((cells <= UNREACHABLE).all()), f"{subject}: has a cell above {UNREACHABLE}")
        require(not np.diagonal(cells, axis1=-2, axis2=-1).any(), f"{subject}: the diagonal is not zero")


def _gaps(knots: Sequence[Knot]) -> dict[tuple[int, int], int]:
    """The shortest time from one band to another that follows it."""
    gaps: dict[tuple[int, int], int] = {}
    for one, other in pairwise(knots):
        pair = one.band, other.band
        gaps[pair] = min(gaps.get(pair, other.at - one.at), other.at - one.at)
    return gaps


def _first_in_first_out(durations: Ints, gaps: Mapping[tuple[int, int], int]) -> tuple[Ints, int]:
    """The bands, none longer than waiting for the next one and driving then; and how many cells were.

    A way that is closed in one band is closed in all: how long waiting for it takes would depend on the day.
    """
    closed = durations.max(axis=0, initial=0) == UNREACHABLE
    bands = np.where(closed, UNREACHABLE, durations)
    before = bands.copy()
    moved = True
    while moved:
        moved = False
        for (one, other), gap in gaps.items():
            late = bands[one] > bands[other] + gap
            if late.any():
                bands[one][late], moved = bands[other][late] + gap, True
    return bands, int((bands != before).sum())


def _kept(cells: Ints) -> Ints:
    """Cells that nobody can change."""
    kept = np.array(cells, np.int64, order="C")
    kept.setflags(write=False)
    return kept
