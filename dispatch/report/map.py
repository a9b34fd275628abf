"""Where a plan goes, as a picture: coordinates become lines and marks of an SVG, with nothing behind them.

The projection is equirectangular, squeezed by the cosine of the middle latitude, so that a city keeps its shape. Longitudes are
counted from the widest empty stretch of the globe, so that a plan across the antimeridian stays in one piece.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from dispatch.report.facts import Facts, Lane, LeftOut, Point, Visit

WIDTH = 1000.0
MARGIN = 36.0
HEIGHTS = (380.0, 720.0)  #: of the picture, least and most
SMALLEST = 0.004  #: degrees: what a plan at a single place is given as its extent, about 400 m
DEGREE = 111_195.0  #: metres of a degree of latitude, on a sphere of 6,371 km


@dataclass(frozen=True, slots=True)
class Projection:
    """From degrees to the pixels of a picture, x to the right and y down."""

    west: float
    east: float  #: degrees east of `west`
    south: float
    north: float
    squeeze: float
    scale: float  #: pixels per degree of latitude
    height: float

    def at(self, point: Point) -> tuple[float, float]:
        """Where a point of the extent is drawn."""
        # a hair more than zero: the westmost point itself must not come out 360 degrees east by a rounding error
        east = (point.lon - self.west + 1e-9) % 360 - 1e-9
        x = WIDTH / 2 + (east - self.east / 2) * self.squeeze * self.scale
        y = self.height / 2 - (point.lat - (self.south + self.north) / 2) * self.scale
        return round(x, 1), round(y, 1)


class Mark(NamedTuple):
    """A stop, a home or a job left out: where, what is written in it, what it says when asked."""

    x: float
    y: float
    text: str
    title: str


class Trail(NamedTuple):
    """One route: its position, which gives its colour, the line, and the stops on it."""

    route: int
    lane: Lane
    line: str
    home: Mark | None
    stops: tuple[Mark, ...]


class Bar(NamedTuple):
    """The scale: so many pixels are so many metres, in words."""

    width: float
    label: str


class Picture(NamedTuple):
    """The whole map; `radius` of a stop, 0 characters are drawn where it is under 7."""

    width: float
    height: float
    trails: tuple[Trail, ...]
    crosses: tuple[Mark, ...]
    bar: Bar
    radius: float


def picture(facts: Facts) -> Picture | None:
    """The map of a plan, or None when nothing in it has coordinates."""
    points = [point for lane in facts.routes for point in _points(lane)]
    points += [left.work.point for left in facts.unassigned if left.work.point]
    if not points:
        return None
    projection = project(points)
    radius = _radius(len(points))
    spread = _Spread(projection, radius)
    trails = tuple(_trail(index, lane, projection, spread) for index, lane in enumerate(facts.routes))
    crosses = tuple(_cross(left, left.work.point, spread) for left in facts.unassigned if left.work.point)
    return Picture(WIDTH, projection.height, trails, crosses, scale_bar(projection), radius)


def project(points: Sequence[Point]) -> Projection:
    """The projection that shows all points as large as the picture allows."""
    west, east = _extent([point.lon for point in points])
    south, north = min(point.lat for point in points), max(point.lat for point in points)
    squeeze = max(0.01, math.cos(math.radians((south + north) / 2)))
    wide, tall = max(east * squeeze, SMALLEST), max(north - south, SMALLEST)
    room = WIDTH - 2 * MARGIN
    height = min(max(room * tall / wide + 2 * MARGIN, HEIGHTS[0]), HEIGHTS[1])
    scale = min(room / wide, (height - 2 * MARGIN) / tall)
    return Projection(west, east, south, north, squeeze, scale, round(height, 1))


def scale_bar(projection: Projection) -> Bar:
    """The longest round length (1, 2 or 5 of a power of ten) that is drawn in at most a sixth of the width."""
    metres = WIDTH / 6 / projection.scale * DEGREE
    power = 10 ** math.floor(math.log10(metres))
    length = power * max(step for step in (1, 2, 5) if step * power <= metres)
    label = f"{length / 1000:,.0f} km" if length >= 1000 else f"{length:,.0f} m"
    return Bar(round(length / DEGREE * projection.scale, 1), label)


def _extent(longitudes: Sequence[float]) -> tuple[float, float]:
    """Where the shortest arc that holds all longitudes begins, and its length."""
    around = sorted({longitude % 360 for longitude in longitudes})
    gaps = [(after - before, after) for before, after in pairwise([*around, around[0] + 360])]
    gap, west = max(gaps)
    return west % 360, 360 - gap


def _points(lane: Lane) -> Iterable[Point]:
    """Where a route goes, in order."""
    stops = (lane.home, *(visit.point for visit in lane.visits), lane.finish)
    return (point for point in stops if point)


def _radius(marks: int) -> float:
    return 9.5 if marks <= 180 else 6.0 if marks <= 700 else 3.0


class _Spread:
    """Moves marks of one place apart, in a spiral, so that each can be seen: the golden angle fills a disc evenly."""

    def __init__(self, projection: Projection, radius: float) -> None:
        self._projection, self._radius = projection, radius
        self._seen: defaultdict[tuple[float, float], int] = defaultdict(int)

    def at(self, point: Point) -> tuple[float, float]:
        x, y = self._projection.at(point)
        earlier = self._seen[x, y]
        self._seen[x, y] += 1
        away, turn = 1.7 * self._radius * math.sqrt(earlier), earlier * 2.399963
        return round(x + away * math.cos(turn), 1), round(y + away * math.sin(turn), 1)


def _trail(index: int, lane: Lane, projection: Projection, spread: _Spread) -> Trail:
    line = " ".join(f"{x:g},{y:g}" for x, y in map(projection.at, _points(lane)))
    home = Mark(*projection.at(lane.home), lane.letter, f"{lane.letter} {lane.name}: start") if lane.home else None
    stops = (_stop(lane, visit, visit.point, spread) for visit in lane.jobs if visit.point)
    return Trail(index, lane, line, home, tuple(stops))


def _stop(lane: Lane, visit: Visit, point: Point, spread: _Spread) -> Mark:
    text = f"{lane.letter}{visit.number}"
    return Mark(*spread.at(point), text, f"{text} {visit.label}, {lane.name}")


def _cross(left: LeftOut, point: Point, spread: _Spread) -> Mark:
    return Mark(*spread.at(point), "×", f"{left.work.label}: {left.message}")
