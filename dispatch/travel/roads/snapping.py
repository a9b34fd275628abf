"""The nearest point on a road: a place is projected onto the street it lies at, not moved to the next junction."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

from dispatch.travel.great_circle import EARTH_RADIUS_M, unit_vectors
from dispatch.travel.roads.graph import RoadGraph

STRIDE_M = 50.0
"""Streets are looked up by points at most this far apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Snapped:
    """Where places meet the road. A place without a road within the limit has street -1."""

    street: npt.NDArray[np.int64]
    along: npt.NDArray[np.float64]  #: metres from the start of the street
    off: npt.NDArray[np.float64]  #: metres from the place to the road, infinite without a road


class Snapper:
    """Finds the nearest street of a graph, exactly.

    A tree of the middles of pieces of at most `STRIDE_M` gives the candidates: the nearest middle is at some distance m, hence the
    nearest road within m, hence the middle of its piece within m + STRIDE_M / 2. The candidates are projected upon.
    """

    def __init__(self, graph: RoadGraph) -> None:
        self._graph = graph
        used = np.flatnonzero((graph.arc_of >= 0).any(axis=1))
        starts = np.concatenate([np.arange(graph.first[s], graph.first[s + 1] - 1) for s in used])
        self._street = np.repeat(used, np.diff(graph.first)[used] - 1)
        self._start = starts
        self._xyz = EARTH_RADIUS_M * unit_vectors(graph.points)
        pieces = np.maximum(1, np.ceil((graph.along[starts + 1] - graph.along[starts]) / STRIDE_M)).astype(np.int64)
        self._segment = np.repeat(np.arange(len(starts)), pieces)
        rank = np.arange(len(self._segment)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        share = ((rank + 0.5) / pieces[self._segment])[:, None]
        a, b = self._xyz[starts[self._segment]], self._xyz[starts[self._segment] + 1]
        self._tree = KDTree(a + share * (b - a))

    def snap(self, points: npt.NDArray[np.float64], limit_m: float) -> Snapped:
        """The nearest road of each of `points` (latitude and longitude, shape `(n, 2)`) within `limit_m`."""
        places = EARTH_RADIUS_M * unit_vectors(points)
        found = Snapped(np.full(len(points), -1), np.zeros(len(points)), np.full(len(points), np.inf))
        if not len(points):
            return found
        middle_off, _ = self._tree.query(places, distance_upper_bound=limit_m + STRIDE_M)
        near = np.flatnonzero(np.isfinite(middle_off))
        candidates = self._tree.query_ball_point(places[near], middle_off[near] + STRIDE_M / 2 + 1.0)
        for row, pieces in zip(near.tolist(), candidates, strict=True):
            self._project(found, row, places[row], pieces, limit_m)
        return found

    def _project(self, found: Snapped, row: int, place: npt.NDArray[np.float64], pieces: Sequence[int], limit_m: float) -> None:
        segments = np.unique(self._segment[np.asarray(pieces, dtype=np.int64)])
        start = self._start[segments]
        a, way = self._xyz[start], self._xyz[start + 1] - self._xyz[start]
        square = np.maximum(np.square(way).sum(axis=1), 1e-12)
        share = np.clip(((place - a) * way).sum(axis=1) / square, 0.0, 1.0)
        off = np.sqrt(np.square(a + share[:, None] * way - place).sum(axis=1))
        best = int(off.argmin())
        if off[best] <= limit_m:
            along = self._graph.along
            found.street[row] = self._street[segments[best]]
            found.along[row] = along[start[best]] + share[best] * (along[start[best] + 1] - along[start[best]])
            found.off[row] = off[best]
