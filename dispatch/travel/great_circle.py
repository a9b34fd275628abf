"""Travel without any map: the great circle, longer by a factor, at speeds that grow with the distance.

Roads are longer than the great circle by a *circuity* of about 1.2 to 1.5 (Newell 1980; Ballou, Rahardja and Sakai 2002, "Selected
country circuity factors for road travel distance estimation"). A short drive is slow, a long one reaches faster roads: each stretch
of a drive has its own speed. The hour of the day stretches or shortens the time.

The seconds are a metric: zero from a place to itself, symmetric, and never shorter by a detour, since speeds that grow along the
drive make the time a concave function of the distance.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from dispatch.travel.errors import TravelError
from dispatch.travel.provider import WORKING_HOURS, Place, TravelTable, checked_hours, coordinates

Ints = npt.NDArray[np.int64]

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG), metres."""

ROWS = 256
"""Rows computed at a time, so that intermediate arrays stay small."""

HOUR_FACTORS = (
    *(0.90, 0.90, 0.90, 0.90, 0.90, 0.95, 1.00, 1.15, 1.25, 1.10, 1.00, 1.00),
    *(1.05, 1.00, 1.00, 1.05, 1.15, 1.25, 1.20, 1.05, 1.00, 0.95, 0.95, 0.90),
)
"""What the time of a drive is multiplied with in each hour of the day: a mild rush in the morning and the evening."""


def metres_between(one: Place, other: Place) -> float:
    """Metres from place to place as the crow flies."""
    north, south = math.radians(one.lat), math.radians(other.lat)
    across = math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    chord = math.sin((south - north) / 2) ** 2 + math.cos(north) * math.cos(south) * across
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


@dataclass(frozen=True, slots=True)
class SpeedBand:
    """The part of a drive up to `upto_m` metres from its start, and after the band before, is driven at `kmh`."""

    upto_m: float
    kmh: float


SPEED_BANDS = (SpeedBand(2_000, 22), SpeedBand(8_000, 45), SpeedBand(20_000, 80), SpeedBand(math.inf, 90))
"""Mean speeds of whole drives that follow: 22 km/h up to 2 km, 32 at 5 km, 40 at 10 km, 53 at 20 km, 79 at 100 km."""


@dataclass(frozen=True, slots=True)
class GreatCircle:
    """Great circle × `circuity` at the speeds of `bands`, times the factor of the hour.

    Seconds are rounded up, metres to the nearest. Raises `TravelError` for parameters that are no circuity, speeds or factors.
    """

    circuity: float = 1.3
    bands: tuple[SpeedBand, ...] = SPEED_BANDS
    hour_factors: tuple[float, ...] = HOUR_FACTORS

    def __post_init__(self) -> None:
        if not 1 <= self.circuity <= 5:
            raise TravelError(f"circuity {self.circuity}: not from 1 to 5")
        if not self.bands or not math.isinf(self.bands[-1].upto_m):
            raise TravelError("speed bands: the last one has to reach to infinity")
        if not all(5 <= band.kmh <= 300 and band.upto_m > 0 for band in self.bands):
            raise TravelError("speed bands: a speed is not from 5 to 300 km/h, or a band ends at 0 m")
        if not all(a.upto_m < b.upto_m and a.kmh <= b.kmh for a, b in pairwise(self.bands)):
            raise TravelError("speed bands: ends and speeds have to grow from band to band")
        if len(self.hour_factors) != 24 or not all(0.2 <= factor <= 5 for factor in self.hour_factors):
            raise TravelError("hour factors: not 24 numbers from 0.2 to 5")

    @property
    def name(self) -> str:
        return f"great circle × {self.circuity:g}"

    @property
    def version(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]

    def matrix(self, places: Sequence[Place], *, hours: Sequence[int] = WORKING_HOURS) -> TravelTable:
        """Travel between all places, each of `hours` with its factor; raises `TravelError` for what is no point or no hour."""
        bands = checked_hours(hours)
        unit = unit_vectors(coordinates(places))
        durations = np.empty((len(bands), len(unit), len(unit)), dtype=np.int64)
        distances = np.empty((len(unit), len(unit)), dtype=np.int64)
        for first in range(0, len(unit), ROWS):
            rows, rest = slice(first, first + ROWS), slice(first, None)
            metres = self.circuity * _metres(unit[rows], unit[rest])
            _mirrored(distances, rows, rest, np.rint(metres))
            seconds = self.seconds(metres)
            for band, hour in enumerate(bands):
                _mirrored(durations[band], rows, rest, whole_seconds(seconds * self.hour_factors[hour]))
        return TravelTable(durations, distances, bands, self.name, self.version)

    def roads(self, places: Sequence[Place], *, hours: Sequence[int] = WORKING_HOURS) -> "Drives":
        """The same travel, worked out where it is read; raises what `matrix` raises."""
        return Drives(self, unit_vectors(coordinates(places)), checked_hours(hours))

    def seconds(self, metres: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Time of drives of `metres` on the road, in an hour whose factor is 1."""
        ends = [band.upto_m for band in self.bands[:-1]]
        seconds = np.zeros_like(metres)
        for start, band in zip([0.0, *ends], self.bands, strict=True):
            seconds += np.clip(metres - start, 0, band.upto_m - start) * (3.6 / band.kmh)
        return seconds


@dataclass(frozen=True, slots=True, eq=False)
class Drives:
    """Seconds, the mean of some hours rounded up, and metres from some of many places to others: those of `GreatCircle.matrix`."""

    estimate: GreatCircle
    unit: npt.NDArray[np.float64]
    hours: tuple[int, ...]

    def __call__(self, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]) -> tuple[Ints, Ints]:
        metres = self.estimate.circuity * _metres(self.unit[rows], self.unit[columns])
        seconds = self.estimate.seconds(metres)
        total = np.zeros(seconds.shape, np.int64)
        for hour in self.hours:
            total += whole_seconds(seconds * self.estimate.hour_factors[hour])
        return -(-total // len(self.hours)), np.rint(metres).astype(np.int64)


def great_circle_m(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Metres along the great circle between all points, shape `(n, n)`, exactly symmetric.

    The angle between unit vectors u and v is taken as 2·atan2(|u − v|, |u + v|) (Kahan 2006, "How futile are mindless assessments
    of roundoff"): unlike the arc cosine and the haversine it loses no digits for points that are equal, nor for antipodes.

    Parameters
    ----------
    points
        Latitude and longitude in degrees, shape `(n, 2)`.
    """
    unit = unit_vectors(points)
    metres = np.empty((len(unit), len(unit)))
    for first in range(0, len(unit), ROWS):
        rows, rest = slice(first, first + ROWS), slice(first, None)
        _mirrored(metres, rows, rest, _metres(unit[rows], unit[rest]))
    return metres


def _metres(some: npt.NDArray[np.float64], others: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Metres along the great circle between unit vectors, shape `(some, others)`."""
    apart, along = np.zeros((2, len(some), len(others)))
    for one, other in zip(some.T, others.T, strict=True):
        apart += np.square(one[:, None] - other)
        along += np.square(one[:, None] + other)
    return 2 * EARTH_RADIUS_M * np.arctan2(np.sqrt(apart), np.sqrt(along))


def _mirrored(matrix: npt.NDArray[Any], rows: slice, rest: slice, values: npt.NDArray[Any]) -> None:
    """Write a part of a symmetric matrix, and its mirror image."""
    matrix[rows, rest] = values
    matrix[rest, rows] = matrix[rows, rest].T


def unit_vectors(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Points given by latitude and longitude in degrees, shape `(n, 2)`, on the unit sphere, shape `(n, 3)`."""
    lat, lon = np.radians(points).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


def whole_seconds(seconds: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Seconds rounded up; a millionth above a whole second is rounding error and not another second."""
    return np.ceil(seconds - 1e-6).astype(np.int64)
