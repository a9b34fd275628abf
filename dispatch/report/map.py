"""Where a plan goes, as a picture: coordinates become lines and marks of an SVG, with nothing behind them.

The projection is equirectangular, squeezed by the cosine of the middle latitude, so that a city keeps its shape. Longitudes are
counted from the widest empty stretch of the globe, so that a plan across the antimeridian stays in one piece.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import NamedTuple

from dispatch.report.facts import Facts, Lane, Point
from dispatch.report.language import ENGLISH, Language

WIDTH = 1000.0
MARGIN = 36.0
HEIGHTS = (380.0, 720.0)  #: of the picture, least and most
SMALLEST = 0.004  #: degrees: what a plan at a single place is given as its extent, about 400 m
PUSHES, MOST_PUSHED = 15, 300  #: how often marks are pushed apart, and how many at most: pairs are looked at
DEGREE = 111_195.0  #: metres of a degree of latitude, on a sphere of 6,371 km

Spot = tuple[float, float]
"""Pixels from the left and from the top."""


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

    def at(self, point: Point) -> Spot:
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


def picture(facts: Facts, language: Language = ENGLISH) -> Picture | None:
    """The map of a plan, or None when nothing in it has coordinates."""
    legends = [*_homes(facts, language), *_stops(facts), *_left_out(facts, language)]
    if not legends:
        return None
    projection = project([legend.point for legend in legends] + [lane.finish for lane in facts.routes if lane.finish])
    radius = _radius(len(legends))
    spots = apart([projection.at(legend.point) for legend in legends], radius)
    marks: defaultdict[str, list[Mark]] = defaultdict(list)
    for legend, spot in zip(legends, spots, strict=True):
        marks[legend.group].append(Mark(*spot, legend.text, legend.title))
    trails = tuple(_trail(route, lane, projection, marks) for route, lane in enumerate(facts.routes))
    return Picture(WIDTH, projection.height, trails, tuple(marks["left out"]), scale_bar(projection), radius)


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


def _radius(marks: int) -> float:
    return 9.5 if marks <= 180 else 6.0 if marks <= 700 else 3.0


def apart(spots: Sequence[Spot], radius: float) -> list[Spot]:
    """The spots moved a little so that marks of a radius on them can each be seen.

    Equal ones are laid out in a spiral (the golden angle fills a disc evenly); then, unless there are very many, those that still
    cover each other are pushed apart by half of what is missing, several times over.
    """
    seen: defaultdict[Spot, int] = defaultdict(int)
    moved = []
    for x, y in spots:
        away, turn = 1.7 * radius * math.sqrt(seen[x, y]), seen[x, y] * 2.399963
        moved.append((x + away * math.cos(turn), y + away * math.sin(turn)))
        seen[x, y] += 1
    for _ in range(PUSHES if len(spots) <= MOST_PUSHED else 0):
        _push(moved, 1.8 * radius)
    return [(round(x, 1), round(y, 1)) for x, y in moved]


def _push(spots: list[Spot], least: float) -> None:
    """Move each pair that is nearer than `least` apart, in place."""
    for (i, (x1, y1)), (j, (x2, y2)) in combinations(enumerate(spots), 2):
        gap = math.hypot(x2 - x1, y2 - y1)
        if gap < least:
            dx, dy = ((x2 - x1) / gap, (y2 - y1) / gap) if gap else (1.0, 0.0)
            step = (least - gap) / 2
            spots[i] = (spots[i][0] - dx * step, spots[i][1] - dy * step)
            spots[j] = (spots[j][0] + dx * step, spots[j][1] + dy * step)


class _Legend(NamedTuple):
    """What a mark will say, and where in the world it belongs."""

    group: str
    point: Point
    text: str
    title: str


def _homes(facts: Facts, language: Language) -> Iterator[_Legend]:
    for lane in facts.routes:
        if lane.home:
            yield _Legend(
                f"home {lane.letter}", lane.home, lane.letter, language.say("map.start", letter=lane.letter, name=lane.name)
            )


def _stops(facts: Facts) -> Iterator[_Legend]:
    for lane, visit in facts.jobs():
        if visit.point:
            text = f"{lane.letter}{visit.number}"
            yield _Legend(f"stops {lane.letter}", visit.point, text, f"{text} {visit.label}, {lane.name}")


def _left_out(facts: Facts, language: Language) -> Iterator[_Legend]:
    for left in facts.unassigned:
        if left.work.point:
            yield _Legend("left out", left.work.point, "×", f"{left.work.label}: {language.why(left.reason, left.message)}")


def _trail(route: int, lane: Lane, projection: Projection, marks: Mapping[str, Sequence[Mark]]) -> Trail:
    places = (lane.home, *(visit.point for visit in lane.visits), lane.finish)
    line = " ".join(f"{x:g},{y:g}" for x, y in (projection.at(point) for point in places if point))
    home = next(iter(marks[f"home {lane.letter}"]), None)
    return Trail(route, lane, line, home, tuple(marks[f"stops {lane.letter}"]))
