"""From a file of OpenStreetMap to streets: stretches of road between two junctions, with what a car needs to know of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import osmium
from osmium.filter import KeyFilter

from dispatch.travel.errors import TravelError
from dispatch.travel.roads.tags import Drive, blocks, drive_on

RESTRICTIONS = {"no_left_turn", "no_right_turn", "no_straight_on", "no_u_turn", "no_entry", "no_exit"}
COMMANDS = {"only_left_turn", "only_right_turn", "only_straight_on", "only_u_turn"}


class Restriction(NamedTuple):
    """From way `origin`, at a junction, one may not (or may only, `only`) turn into way `target`."""

    origin: int
    junction: int
    target: int
    only: bool


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """Stretches of road between junctions. Street `s` has the points `points[first[s]:first[s + 1]]`, from `tail` to `head`."""

    points: npt.NDArray[np.float64]  #: latitude and longitude, shape (points, 2)
    first: npt.NDArray[np.int64]
    tail: npt.NDArray[np.int64]
    head: npt.NDArray[np.int64]
    way: npt.NDArray[np.int64]  #: OpenStreetMap's id of the way it is a part of
    forward: npt.NDArray[np.float64]  #: km/h along it, zero if forbidden
    backward: npt.NDArray[np.float64]  #: km/h against it, zero if forbidden
    main: npt.NDArray[np.bool_]  #: its traffic follows the hour of the day
    signals: npt.NDArray[np.int64]  #: traffic lights between its ends
    junction_signals: npt.NDArray[np.bool_]  #: traffic lights at the junction
    restrictions: tuple[Restriction, ...]


class _Way(NamedTuple):
    id: int
    drive: Drive
    nodes: list[int]
    points: list[tuple[float, float]]


@dataclass(slots=True)
class _Survey:
    """What one pass over the file has found."""

    ways: list[_Way] = field(default_factory=list)
    signals: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    restrictions: list[tuple[int, int, int, bool]] = field(default_factory=list)


@dataclass(slots=True)
class _Builder:
    """Cuts ways into streets and numbers the junctions they meet at."""

    survey: _Survey
    uses: Counter[int]
    junctions: dict[int, int] = field(default_factory=dict)
    signals: list[bool] = field(default_factory=list)
    streets: list[tuple[int, int, _Way, int, int]] = field(default_factory=list)  #: tail, head, way, first point, last point

    def junction(self, node: int) -> int:
        """The number of the junction at a node; a blocked node is another dead end for everyone who comes to it."""
        if node in self.survey.blocked:
            return self._new(False)
        if node not in self.junctions:
            self.junctions[node] = self._new(node in self.survey.signals)
        return self.junctions[node]

    def cut(self, way: _Way) -> None:
        last = len(way.nodes) - 1
        ends = [at for at, node in enumerate(way.nodes) if at in (0, last) or self.uses[node] > 1 or node in self.survey.blocked]
        for start, stop in pairwise(ends):
            self._add(way, start, stop)

    def _add(self, way: _Way, start: int, stop: int) -> None:
        tail, head = self.junction(way.nodes[start]), self.junction(way.nodes[stop])
        if tail == head and stop - start > 1:  # A street that returns to itself would be its own next street: halve it.
            middle, halfway = (start + stop) // 2, self._new(False)
            self.streets.append((tail, halfway, way, start, middle))
            self.streets.append((halfway, head, way, middle, stop))
        elif tail != head:
            self.streets.append((tail, head, way, start, stop))

    def _new(self, signal: bool) -> int:
        self.signals.append(signal)
        return len(self.signals) - 1


def read_streets(path: Path) -> Streets:
    """The streets a car may use in an OpenStreetMap extract (`.osm.pbf`, `.osm` or any other form osmium reads).

    Raises `TravelError` when the file cannot be read or has no such street.
    """
    try:
        survey = _survey(path)
    except (RuntimeError, OSError) as error:
        raise TravelError(f"{path.name}: not a readable OpenStreetMap extract ({error})") from error
    builder = _Builder(survey, _uses(survey.ways))
    for way in survey.ways:
        builder.cut(way)
    if not builder.streets:
        raise TravelError(f"{path.name}: has no road for cars")
    return _streets(builder)


def _survey(path: Path) -> _Survey:
    found = _Survey()
    for thing in osmium.FileProcessor(str(path)).with_locations().with_filter(KeyFilter("highway", "barrier", "restriction")):
        match thing:
            case osmium.osm.Node():
                if thing.tags.get("highway") == "traffic_signals":
                    found.signals.add(thing.id)
                if blocks(dict(thing.tags)):
                    found.blocked.add(thing.id)
            case osmium.osm.Way():
                drive = drive_on(dict(thing.tags))
                if drive is not None:
                    found.ways.extend(_runs(thing, drive))
            case osmium.osm.Relation():
                found.restrictions.extend(_restrictions(thing))
    return found


def _runs(way: osmium.osm.Way, drive: Drive) -> Iterator[_Way]:
    """The way, cut where the extract has left points of it out."""
    nodes: list[int] = []
    points: list[tuple[float, float]] = []
    for node in way.nodes:
        if node.location.valid():
            nodes.append(node.ref)
            points.append((node.lat, node.lon))
        else:
            if len(nodes) > 1:
                yield _Way(way.id, drive, nodes, points)
            nodes, points = [], []
    if len(nodes) > 1:
        yield _Way(way.id, drive, nodes, points)


def _restrictions(relation: osmium.osm.Relation) -> Iterator[tuple[int, int, int, bool]]:
    """Turn restrictions at one junction, for cars; those along a whole way are left out."""
    tags = dict(relation.tags)
    kind = tags.get("restriction:motorcar", tags.get("restriction", ""))
    if kind not in RESTRICTIONS | COMMANDS or "motorcar" in tags.get("except", ""):
        return
    members: dict[str, list[tuple[str, int]]] = {}
    for member in relation.members:
        members.setdefault(member.role, []).append((member.type, member.ref))
    match members.get("via"):
        case [("n", junction)]:
            for _, origin in members.get("from", []):
                for _, target in members.get("to", []):
                    yield origin, junction, target, kind in COMMANDS


def _uses(ways: list[_Way]) -> Counter[int]:
    uses: Counter[int] = Counter()
    for way in ways:
        uses.update(way.nodes)
    return uses


def _streets(builder: _Builder) -> Streets:
    rows = builder.streets
    counts = [stop - start + 1 for _, _, _, start, stop in rows]
    known = builder.junctions
    return Streets(
        points=np.array([point for _, _, way, start, stop in rows for point in way.points[start : stop + 1]]),
        first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        tail=np.array([tail for tail, *_ in rows], dtype=np.int64),
        head=np.array([head for _, head, *_ in rows], dtype=np.int64),
        way=np.array([way.id for _, _, way, _, _ in rows], dtype=np.int64),
        forward=np.array([way.drive.forward for _, _, way, _, _ in rows]),
        backward=np.array([way.drive.backward for _, _, way, _, _ in rows]),
        main=np.array([way.drive.main for _, _, way, _, _ in rows]),
        signals=np.array(
            [len(builder.survey.signals.intersection(way.nodes[a + 1 : b])) for _, _, way, a, b in rows], dtype=np.int64
        ),
        junction_signals=np.array(builder.signals),
        restrictions=tuple(
            Restriction(origin, known[node], target, only)
            for origin, node, target, only in builder.survey.restrictions
            if node in known
        ),
    )
