"""Drives as a route has them, and an estimate for those it has not: travel times without asking anybody."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dispatch import travel, wire
from dispatch.day import estimate_of, mode_of
from dispatch.wire.places import AtSite, Place, Point
from dispatch.wire.whereabouts import point_of

Leg = tuple[travel.Place, travel.Place]


@dataclass(frozen=True)
class Legs:
    """Travel times: those of a route, else an estimate.

    Attributes
    ----------
    known : seconds and metres of each drive of the route
    estimate : for all others
    """

    known: Mapping[Leg, tuple[int, int]]
    estimate: travel.GreatCircle
    name: str = "drives of the plan"
    version: str = ""

    def matrix(self, places: Sequence[travel.Place], *, hours: Sequence[int] = travel.WORKING_HOURS) -> travel.TravelTable:
        """Travel between all places; raises `TravelError` for what is no place."""
        table = self.estimate.matrix(places, hours=hours)
        durations, distances = table.mean().copy(), table.distances.copy()
        for i, here in enumerate(places):
            for j, there in enumerate(places):
                durations[i, j], distances[i, j] = self.known.get((here, there), (durations[i, j], distances[i, j]))
        return travel.TravelTable(np.stack([durations]), distances, (table.bands[0],), self.name)

    def seconds(self, here: Point, there: Point) -> int:
        """Seconds from one place to another."""
        return int(self.matrix([_place(here), _place(there)]).durations[0, 0, 1])


def legs_of(day: wire.Day, route: wire.PlanRoute) -> Legs:
    """The drives of a route."""
    owner = next(each for each in day.technicians if each.id == route.technician)
    return Legs(dict(_drives(day, route)), estimate_of(day, mode_of(owner, owner.shifts[route.shift])))


def start_of(day: wire.Day, technician: str, shift: int) -> Point:
    """Where a shift starts."""
    owner = next(each for each in day.technicians if each.id == technician)
    return _point(day, owner.shifts[shift].start_place or owner.home)


def place_of(day: wire.Day, job: str) -> Point:
    """Where a job is."""
    found = next(each for each in day.jobs if each.id == job)
    return found.location or _point(day, AtSite(site=found.site or ""))


def _drives(day: wire.Day, route: wire.PlanRoute) -> Iterator[tuple[Leg, tuple[int, int]]]:
    """The drives between jobs that follow each other, and the first and last one unless an absence moves them."""
    owner = next(each for each in day.technicians if each.id == route.technician)
    shift = owner.shifts[route.shift]
    stops: list[tuple[Point | None, int, int]] = []
    if not shift.absences:
        stops.append((start_of(day, route.technician, route.shift), 0, 0))
    for visit in route.visits:
        if visit.job is not None:
            stops.append((place_of(day, visit.job), visit.travel_s, visit.distance_m))
        elif visit.travel_s or visit.kind == "stock":
            stops.append((None, 0, 0))  # somewhere else
    if not shift.absences and shift.end_place != "open":
        stops.append((_point(day, shift.end_place or owner.home), route.travel_home_s, route.distance_home_m))
    for (here, *_), (there, seconds, metres) in pairwise(stops):
        if here is not None and there is not None:
            yield (_place(here), _place(there)), (seconds, metres)


def _point(day: wire.Day, place: Place) -> Point:
    point = point_of(place, {site.id: site.location for site in day.sites})
    assert point is not None  # rules.places.sites_are_known
    return point


def _place(point: Point) -> travel.Place:
    return travel.Place(point.lat, point.lon)
