"""Every place of a day as a row of the travel matrices; the same point is the same row."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from dispatch import travel
from dispatch.wire.model import Day, Estimate
from dispatch.wire.places import Place, Point
from dispatch.wire.whereabouts import Path, places_of, point_of


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


def great_circle(wishes: Estimate | None) -> travel.GreatCircle:
    """The estimate of travel times that a day or a way of moving asks for, or the default one."""
    default = travel.GreatCircle()
    if wishes is None:
        return default
    stretches = wishes.speeds or ()
    bands = tuple(travel.SpeedBand(math.inf if speed.up_to_km is None else speed.up_to_km * 1000, speed.kmh) for speed in stretches)
    factors = wishes.hour_factors or default.hour_factors
    return travel.GreatCircle(wishes.circuity or default.circuity, bands or default.bands, factors)
