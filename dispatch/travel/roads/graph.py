"""The road network as a graph of turns: its nodes are arcs (a street in one direction), its edges are the turns between them.

On such a graph a turn can have a price of its own or be forbidden (Winter 2002, "Modeling costs of turns in route planning"). Only
the largest strongly connected part is kept: from each of its arcs a car gets to every other and back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dispatch.travel.great_circle import EARTH_RADIUS_M, unit_vectors
from dispatch.travel.roads.extract import Streets

FORMAT = 1
"""Changes whenever the same extract gives another graph."""

TURN_MS = 7_500
"""What the sharpest turn at a junction costs."""

SIGNAL_MS = 2_000
"""What a traffic light costs on average."""

TURNING_ROUND_MS = 20_000
"""What turning round at a dead end costs."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RoadGraph:
    """Streets with their points, arcs on the streets, turns between the arcs; integer milliseconds and decimetres."""

    points: Floats  #: latitude and longitude, shape (points, 2)
    first: Ints  #: street s has the points first[s] .. first[s + 1] - 1
    along: Floats  #: metres from the start of its street, per point
    arc_of: Ints  #: shape (streets, 2): the arc along and the arc against the street, -1 for none
    street: Ints  #: of each arc
    against: npt.NDArray[np.bool_]  #: the arc runs against its street
    main: npt.NDArray[np.bool_]  #: the arc's traffic follows the hour of the day
    arc_ms: Ints  #: time on the arc when no traffic is in the way
    arc_dm: Ints  #: length of the arc
    before: Ints  #: arc before each turn, ascending
    after: Ints  #: arc after each turn
    turn_ms: Ints  #: time the turn itself takes

    @property
    def arcs(self) -> int:
        return len(self.street)

    @property
    def turns(self) -> int:
        return len(self.before)

    def middles(self) -> Floats:
        """A point near the middle of each arc, latitude and longitude."""
        middles: Floats = self.points[(self.first[self.street] + self.first[self.street + 1]) // 2]
        return middles

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All arrays by name, to be stored."""
        return {part.name: getattr(self, part.name) for part in fields(self)}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Self:
        """The graph of stored `arrays`; raises KeyError if one is missing."""
        return cls(**{part.name: arrays[part.name] for part in fields(cls)})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class _Arcs:
    """Arcs before the unreachable ones are dropped."""

    street: Ints
    against: npt.NDArray[np.bool_]
    tail: Ints
    head: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Turns:
    before: Ints
    after: Ints

    def where(self, keep: npt.NDArray[np.bool_]) -> "_Turns":
        return _Turns(self.before[keep], self.after[keep])


def build_graph(streets: Streets) -> RoadGraph:
    """The largest part of a network within which every arc leads to every other."""
    arcs = _arcs(streets)
    turns = _without_restricted(streets, arcs, _without_u_turns(arcs, _turns(arcs)))
    parts = coo_array((np.ones(len(turns.before)), (turns.before, turns.after)), shape=(len(arcs.street),) * 2)
    _, part = connected_components(parts, directed=True, connection="strong")
    kept = part == np.bincount(part).argmax()
    number = np.cumsum(kept) - 1
    inner = turns.where(kept[turns.before] & kept[turns.after])
    along = _metres_along(streets)
    street = arcs.street[kept]
    against = arcs.against[kept]
    metres = along[streets.first[1:] - 1][street]
    kmh = np.where(against, streets.backward[street], streets.forward[street])
    arc_of = np.full((len(streets.tail), 2), -1)
    arc_of[street, against.astype(np.int64)] = np.arange(len(street))
    return RoadGraph(
        points=streets.points,
        first=streets.first,
        along=along,
        arc_of=arc_of,
        street=street,
        against=against,
        main=streets.main[street],
        arc_ms=np.rint(3600 * metres / kmh).astype(np.int64) + SIGNAL_MS * streets.signals[street],
        arc_dm=np.rint(10 * metres).astype(np.int64),
        before=number[inner.before],
        after=number[inner.after],
        turn_ms=_turn_ms(streets, arcs, inner),
    )


def _arcs(streets: Streets) -> _Arcs:
    with_it = np.flatnonzero(streets.forward > 0)
    against = np.flatnonzero(streets.backward > 0)
    return _Arcs(
        street=np.concatenate([with_it, against]),
        against=np.repeat([False, True], [len(with_it), len(against)]),
        tail=np.concatenate([streets.tail[with_it], streets.head[against]]),
        head=np.concatenate([streets.head[with_it], streets.tail[against]]),
    )


def _turns(arcs: _Arcs) -> _Turns:
    """Every pair of an arc and one that starts where it ends, ordered by the first and then the second."""
    leaving = np.argsort(arcs.tail, kind="stable")
    starts = np.searchsorted(arcs.tail[leaving], arcs.head, side="left")
    counts = np.searchsorted(arcs.tail[leaving], arcs.head, side="right") - starts
    before = np.repeat(np.arange(len(arcs.street)), counts)
    rank = np.arange(len(before)) - np.repeat(np.cumsum(counts) - counts, counts)
    return _Turns(before, leaving[np.repeat(starts, counts) + rank])


def _without_u_turns(arcs: _Arcs, turns: _Turns) -> _Turns:
    """Nobody turns round in a street that goes on: U-turns are kept at dead ends only."""
    round_about = arcs.street[turns.before] == arcs.street[turns.after]
    ways_on = np.bincount(turns.before[~round_about], minlength=len(arcs.street))
    return turns.where(~round_about | (ways_on[turns.before] == 0))


def _without_restricted(streets: Streets, arcs: _Arcs, turns: _Turns) -> _Turns:
    at = arcs.head[turns.before]
    order = np.argsort(at, kind="stable")
    legal = np.ones(len(at), dtype=np.bool_)
    origins, targets = streets.way[arcs.street[turns.before]], streets.way[arcs.street[turns.after]]
    for origin, junction, target, only in streets.restrictions:
        here = order[slice(*np.searchsorted(at[order], [junction, junction + 1]))]
        ruled = here[origins[here] == origin]
        legal[ruled[(targets[ruled] == target) != only]] = False
    return turns.where(legal)


def _turn_ms(streets: Streets, arcs: _Arcs, turns: _Turns) -> Ints:
    """Time of each turn: nothing where a road just goes on, else more the sharper it is, on a sigmoid with its middle at 90°.

    The form is that of OSRM's car profile without its preference for one side.
    """
    degrees = np.abs((_bearing(streets, arcs, turns.after, 0) - _bearing(streets, arcs, turns.before, 1) + 180) % 360 - 180)
    at = arcs.head[turns.before]
    ends = np.bincount(np.concatenate([streets.tail, streets.head]), minlength=len(streets.junction_signals))
    sharp = TURN_MS / (1 + np.exp(6.5 - 13 * degrees / 180))
    ms = np.where(ends[at] > 2, sharp, 0.0) + np.where(streets.junction_signals[at], SIGNAL_MS, 0)
    turning_round = arcs.street[turns.before] == arcs.street[turns.after]
    total: Ints = np.rint(ms + np.where(turning_round, TURNING_ROUND_MS, 0)).astype(np.int64)
    return total


def _bearing(streets: Streets, arcs: _Arcs, arc: Ints, end: int) -> Floats:
    """Direction in degrees in which a car starts on (`end` 0) or leaves (`end` 1) each of the arcs."""
    street, against = arcs.street[arc], arcs.against[arc]
    at_last = against != bool(end)
    near = np.where(at_last, streets.first[street + 1] - 2, streets.first[street])
    step = streets.points[near + 1] - streets.points[near]
    east = ((step[:, 1] + 180) % 360 - 180) * np.cos(np.radians(streets.points[near, 0]))
    bearing: Floats = np.degrees(np.arctan2(east, step[:, 0])) + np.where(against, 180, 0)
    return bearing


def _metres_along(streets: Streets) -> Floats:
    unit = unit_vectors(streets.points)
    steps = EARTH_RADIUS_M * np.sqrt(np.square(np.diff(unit, axis=0)).sum(axis=1))
    steps[streets.first[1:-1] - 1] = 0
    total = np.concatenate([[0.0], np.cumsum(steps)])
    along: Floats = total - np.repeat(total[streets.first[:-1]], np.diff(streets.first))
    return along
