"""From place to place over a graph of turns: each place lies within an arc, or two, and not at their ends.

A way leaves a place over the rest of one of its arcs, and arrives in one of the arcs of the other place before that arc's end. With
`left` the cost from the place to the end of its arc and D the cost from the end of one arc to the end of the other, the way costs
left(from) + D − left(to). That is negative only for two places on one arc in the wrong order; then the way leads once round.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dispatch.travel.roads.graph import RoadGraph
from dispatch.travel.roads.shortest import Ways
from dispatch.travel.roads.snapping import Snapped

ROWS = 512
"""Places whose ways are computed at a time."""

NO_WAY = 2**50

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """The arcs places lie on, shape `(places, 2)`: along and against their street (twice the same on a one-way street)."""

    arc: Ints
    left: npt.NDArray[np.float64]  #: share of the arc that lies ahead

    def left_of(self, whole: Ints) -> Ints:
        """The rest of each arc, of what `whole` says per arc of the graph."""
        return np.rint(self.left * whole[self.arc]).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Costing:
    """All that is needed to cost ways between ends under one set of weights."""

    ways: Ways
    ends: Ends
    left: Ints
    rounds: Ints  #: per arc of the graph: cost of leaving its end and coming back to it; `NO_WAY` where that is not needed

    def between(self, rows: slice) -> Ints:
        """Cost of the best way from the places of `rows` to all places by each pair of arcs, shape `(rows, places, 4)`."""
        here = self.ends.arc[rows]
        sources, source = np.unique(here, return_inverse=True)
        targets, target = np.unique(self.ends.arc, return_inverse=True)
        costs = self.ways.costs(sources, targets)
        pairs = costs[source.reshape(-1, 1, 2, 1), target.reshape(1, -1, 1, 2)]
        pairs += self.left[rows].reshape(-1, 1, 2, 1)
        pairs -= self.left.reshape(1, -1, 1, 2)
        round_again = np.broadcast_to(self.rounds[here].reshape(-1, 1, 2, 1), pairs.shape)
        np.add(pairs, round_again, out=pairs, where=pairs < 0)
        return pairs.reshape(len(here), -1, 4)


def ends_of(graph: RoadGraph, snapped: Snapped) -> Ends:
    """Where snapped places lie on the arcs of the graph; all of them need a street."""
    arc = graph.arc_of[snapped.street]
    length = graph.along[graph.first[snapped.street + 1] - 1]
    share = np.divide(snapped.along, length, out=np.zeros_like(length), where=length > 0)
    left = np.stack([1 - share, share], axis=1)
    only = np.where(arc[:, 0] < 0, 1, np.where(arc[:, 1] < 0, 0, -1))
    for side in (0, 1):
        arc[only == side] = arc[only == side, side, None]
        left[only == side] = left[only == side, side, None]
    return Ends(arc, left)


def costing(graph: RoadGraph, ways: Ways, ends: Ends, weights: Ints, left: Ints) -> Costing:
    """Prepare costs between `ends`: `weights` per turn are those of `ways`, `left` those from places to the ends of their arcs."""
    return Costing(ways, ends, left, _rounds(graph, ways, ends, weights))


def fastest(costs: Costing) -> tuple[Ints, npt.NDArray[np.int8]]:
    """Cost of the best way between all places, and which pair of arcs it leaves and arrives by; each `(places, places)`."""
    n = len(costs.left)
    best = np.zeros((n, n), dtype=np.int64)
    pair = np.zeros((n, n), dtype=np.int8)
    for rows in _blocks(n):
        pairs = costs.between(rows)
        pair[rows] = pairs.argmin(axis=2)
        best[rows] = pairs.min(axis=2)
    np.fill_diagonal(best, 0)
    return best, pair


def by_pairs(costs: Costing, pair: npt.NDArray[np.int8]) -> Ints:
    """Cost of the best way between all places that leaves and arrives by the given pair of arcs."""
    found = np.zeros(pair.shape, dtype=np.int64)
    for rows in _blocks(len(pair)):
        found[rows] = np.take_along_axis(costs.between(rows), pair[rows, :, None].astype(np.int64), axis=2)[:, :, 0]
    np.fill_diagonal(found, 0)
    return found


def _blocks(places: int) -> list[slice]:
    return [slice(first, first + ROWS) for first in range(0, places, ROWS)]


def _rounds(graph: RoadGraph, ways: Ways, ends: Ends, weights: Ints) -> Ints:
    """Cost of going once round, for one-way arcs with several places (on a two-way street one drives back instead)."""
    rounds = np.full(graph.arcs, NO_WAY)
    oneway, count = np.unique(ends.arc[ends.arc[:, 0] == ends.arc[:, 1], 0], return_counts=True)
    arcs = oneway[count > 1]
    turns = np.flatnonzero(np.isin(graph.before, arcs))
    if len(turns):
        following, row = np.unique(graph.after[turns], return_inverse=True)
        back = ways.costs(following, arcs)[row, np.searchsorted(arcs, graph.before[turns])]
        np.minimum.at(rounds, graph.before[turns], weights[turns] + back)
    return rounds
