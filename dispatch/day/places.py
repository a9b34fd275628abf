"""Every place of a day as a row of the travel matrices; the same point is the same row."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

import solver
from dispatch import travel
from dispatch.errors import Finding, pointer
from dispatch.wire.clock import Span, shift_span
from dispatch.wire.model import NO_WAY, Day, Matrices, Travel
from dispatch.wire.places import Place, Point
from dispatch.wire.whereabouts import Path, places_of, point_of

MANY = 3_000
"""More places than so many: an estimate of travel times is worked out where it is read, for all of them would be too much."""


@dataclass(frozen=True)
class Atlas:
    """The places of a day.

    Attributes
    ----------
    rows : the row of each point
    sites : the point of each site
    paths : where each row's place is said first
    """

    rows: Mapping[Point, int]
    sites: dict[str, Point]
    paths: tuple[Path, ...]

    def row(self, place: Place) -> int:
        """The row of a place."""
        point = point_of(place, self.sites)
        assert point is not None  # rules.places.sites_are_known
        return self.rows[point]

    @property
    def places(self) -> list[travel.Place]:
        return [travel.Place(point.lat, point.lon) for point in self.rows]


def atlas_of(day: Day) -> Atlas:
    """The places of a day, in the order of its matrices, or else in that of `dispatch.wire.whereabouts`."""
    sites = {site.id: site.location for site in day.sites}
    first: dict[Point, Path] = {}
    for path, place in places_of(enumerate(day.sites), enumerate(day.technicians), enumerate(day.jobs)):
        point = point_of(place, sites)
        if point is not None:
            first.setdefault(point, path)
    matrices = day.travel.matrices if day.travel else None
    points = [sites[name] for name in matrices.places] if matrices and matrices.places is not None else [*first]
    return Atlas({point: row for row, point in enumerate(points)}, sites, tuple(first.get(point, ()) for point in points))


def travel_of(day: Day, atlas: Atlas, provider: travel.Provider) -> tuple[solver.Travel, tuple[Finding, ...]]:
    """Travel between the places, from the day's own matrices or else from a provider, and what is worth a look about it.

    Raises
    ------
    TravelError : the provider has no answer
    """
    if day.travel and day.travel.matrices:
        return _given(day.travel.matrices), ()
    if isinstance(provider, travel.GreatCircle) and len(atlas.rows) > MANY:
        hours = _hours(day, 1)
        drives = provider.roads(atlas.places, hours=hours)
        return solver.Travel.by_blocks(drives, len(atlas.rows), travel.described(provider.name, hours)), ()
    table = provider.matrix(atlas.places, hours=_hours(day, len(atlas.rows)))
    return solver.Travel(table.mean(), table.distances, table.description), tuple(_remarks(atlas, table))


def great_circle(wishes: Travel | None) -> travel.GreatCircle:
    """The estimate of travel times that a day asks for, or the default one."""
    default = travel.GreatCircle()
    if wishes is None:
        return default
    stretches = wishes.speeds or ()
    bands = tuple(travel.SpeedBand(math.inf if speed.up_to_km is None else speed.up_to_km * 1000, speed.kmh) for speed in stretches)
    factors = wishes.hour_factors or default.hour_factors
    return travel.GreatCircle(wishes.circuity or default.circuity, bands or default.bands, factors)


def _given(matrices: Matrices) -> solver.Travel:
    return solver.Travel(_cells(matrices.durations_s), _cells(matrices.distances_m), "matrices of the day file")


def _cells(rows: tuple[tuple[object, ...], ...]) -> npt.NDArray[np.int64]:
    known = [[solver.UNREACHABLE if cell is None or cell == NO_WAY else cell for cell in row] for row in rows]
    return np.array(known, dtype=np.int64).reshape(len(rows), len(rows))


def _hours(day: Day, places: int) -> tuple[int, ...]:
    """The local hours from the first to the last in which somebody works; the usual ones if nobody does."""
    zone = ZoneInfo(day.timezone)
    spans = [shift_span(shift, zone) for technician in day.technicians for shift in technician.shifts]
    worked = [hour for span in spans for hour in _hours_of(span, zone)]
    return travel.hours_between(min(worked), max(worked), places) if worked else travel.WORKING_HOURS


def _hours_of(span: Span, zone: ZoneInfo) -> range:
    start, last = span.start.astimezone(zone), (span.end - timedelta(seconds=1)).astimezone(zone)
    return range(start.hour, last.hour + 1) if start.date() == last.date() else range(24)


def _remarks(atlas: Atlas, table: travel.TravelTable) -> Iterator[Finding]:
    """What a provider says about its answer, at the first place of the file that it is about."""
    for note in table.notes:
        path = () if note.place is None else atlas.paths[note.place]
        yield Finding(pointer(*path), note.code.value, note.message)
