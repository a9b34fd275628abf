"""A plan as lines and points."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo

from dispatch.wire.answer import PlanFile, PlanRoute, PlanVisit
from dispatch.wire.clock import break_span, shift_span
from dispatch.wire.geojson import (
    Feature,
    FeatureCollection,
    Geometry,
    LineGeometry,
    LinesGeometry,
    PointGeometry,
    Properties,
)
from dispatch.wire.model import Day
from dispatch.wire.places import Place, Point
from dispatch.wire.staff import AnyShift, Technician
from dispatch.wire.whereabouts import point_of

Position = tuple[float, float]


def geojson(day: Day, plan: PlanFile) -> FeatureCollection:
    """The routes of a plan as lines, as the crow flies between their stops; stops and jobs left out as points."""
    return FeatureCollection(type="FeatureCollection", features=tuple(_Map(day).features(plan)))


class _Map:
    """Where everything of a day is."""

    def __init__(self, day: Day) -> None:
        self.zone = ZoneInfo(day.timezone)
        self.sites = {site.id: site.location for site in day.sites}
        self.technicians = {technician.id: technician for technician in day.technicians}
        self.jobs: Mapping[str, Point | None] = {job.id: job.location or self.sites.get(job.site or "") for job in day.jobs}

    def features(self, plan: PlanFile) -> Iterator[Feature]:
        for route in plan.routes:
            yield from self._route(route)
        for left in plan.unassigned:
            point = self.jobs.get(left.job)
            if point is not None:
                yield _feature(_point(_position(point)), what="unassigned", job=left.job, reason=left.reason.value)

    def _route(self, route: PlanRoute) -> Iterator[Feature]:
        technician = self.technicians[route.technician]
        shift = technician.shifts[route.shift]
        whose = {"technician": route.technician, "shift": route.shift}
        here = self._at(shift.start_place or technician.home)
        line, stops = [here], list[Feature]()
        for number, visit in enumerate(route.visits):
            there = self._stop(technician, shift, visit, here)
            if visit.job is not None or there != here:
                line.append(there)
            here = there
            said = {"kind": visit.kind, "position": number, "arrive": visit.arrive, "start": visit.start, "end": visit.end}
            job = {} if visit.job is None else {"job": visit.job}
            stops.append(_feature(_point(here), what="stop", **whose, **said, **job))
        if shift.end_place != "open":
            line.append(self._at(shift.end_place or technician.home))
        yield _feature(_line(line), what="route", **whose, start=route.depart, end=route.back)
        yield from stops

    def _stop(self, technician: Technician, shift: AnyShift, visit: PlanVisit, here: Position) -> Position:
        """Where a stop is; what has no place of its own is where the technician then is."""
        if visit.job is not None:
            point = self.jobs.get(visit.job)
            return here if point is None else _position(point)
        if visit.kind == "stock":
            stock = shift.stock or technician.stock
            return here if stock is None else _position(self.sites[stock.site])
        place = self._of_pause(shift, visit)
        return here if place is None else self._at(place)

    def _of_pause(self, shift: AnyShift, visit: PlanVisit) -> Place | None:
        """The place of the break or absence that is held at the time of a visit, if it has one."""
        began = shift_span(shift, self.zone).start
        for pause in shift.breaks:
            span = break_span(pause, began, self.zone)
            if pause.place is not None and span.start <= visit.start <= span.end:
                return pause.place
        away = (absence for absence in shift.absences if absence.start <= visit.start < absence.end)
        return next((absence.place for absence in away), None)

    def _at(self, place: Place) -> Position:
        point = point_of(place, self.sites)
        assert point is not None  # rules.places.sites_are_known
        return _position(point)


def _feature(geometry: Geometry, **said: object) -> Feature:
    return Feature(type="Feature", geometry=geometry, properties=Properties.model_validate(said))


def _position(point: Point) -> Position:
    return point.lon, point.lat


def _point(position: Position) -> PointGeometry:
    return PointGeometry(type="Point", coordinates=position)


def _line(positions: Sequence[Position]) -> LineGeometry | LinesGeometry:
    """A line, cut where it crosses the meridian of 180 degrees, as RFC 7946 (3.1.9) asks for."""
    line = positions if len(positions) > 1 else [*positions, *positions]
    pieces: list[list[Position]] = [[line[0]]]
    for here, there in pairwise(line):
        if abs(there[0] - here[0]) > 180:
            edge = 180.0 if here[0] > 0 else -180.0
            lat = _crossing(here, there)
            pieces[-1].append((edge, lat))
            pieces.append([(-edge, lat)])
        pieces[-1].append(there)
    if len(pieces) == 1:
        return LineGeometry(type="LineString", coordinates=tuple(pieces[0]))
    return LinesGeometry(type="MultiLineString", coordinates=tuple(map(tuple, pieces)))


def _crossing(here: Position, there: Position) -> float:
    """The latitude at which a straight line crosses the meridian of 180 degrees."""
    before, after = 180 - abs(here[0]), 180 - abs(there[0])
    share = before / (before + after) if before + after else 0.0
    return here[1] + share * (there[1] - here[1])
