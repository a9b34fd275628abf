"""Travel over the roads of an OpenStreetMap extract, computed in this process."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dispatch.travel.errors import TravelError
from dispatch.travel.great_circle import HOUR_FACTORS
from dispatch.travel.provider import (
    LIMIT_M,
    WORKING_HOURS,
    Place,
    TravelTable,
    checked_hours,
    coordinates,
    snapping_notes,
    unreachable_cells,
)
from dispatch.travel.roads.ends import Costing, Ends, by_pairs, costing, ends_of, fastest
from dispatch.travel.roads.extract import read_streets
from dispatch.travel.roads.graph import FORMAT, RoadGraph, build_graph
from dispatch.travel.roads.shortest import MOST, Engine, engine
from dispatch.travel.roads.snapping import Snapped, Snapper
from dispatch.travel.store import keep_arrays, read_arrays

FINEST = 1_000
"""A millisecond counts at most as much as so many decimetres where the metres of the fastest way are found."""

ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class HourProfile:
    """What the time on a road is multiplied with in each hour of the day, on main roads and on all others."""

    main: tuple[float, ...] = HOUR_FACTORS
    other: tuple[float, ...] = tuple(1 + (factor - 1) / 2 for factor in HOUR_FACTORS)

    def __post_init__(self) -> None:
        for factors in (self.main, self.other):
            if len(factors) != 24 or not all(0.2 <= factor <= 5 for factor in factors):
                raise TravelError("hour profile: not 24 numbers from 0.2 to 5")


class Roads:
    """Fastest ways by car on one road graph. Use `open_roads` to get one from a file.

    Parameters
    ----------
    graph, engine
        The roads, and what finds shortest ways on them.
    source
        What the roads are called in answers.
    version
        Of the data the graph was built from.
    """

    def __init__(self, graph: RoadGraph, engine: Engine, source: str, version: str, profile: HourProfile | None = None) -> None:
        self._graph = graph
        self._engine = engine
        self._snapper = Snapper(graph)
        self._profile = profile or HourProfile()
        self.name = f"roads of {source}"
        self.version = hashlib.sha256(f"{version} {FORMAT} {self._profile}".encode()).hexdigest()[:16]

    def matrix(self, places: Sequence[Place], *, hours: Sequence[int] = WORKING_HOURS) -> TravelTable:
        """Fastest ways between all places in each of `hours`, and their metres when no traffic is in the way.

        A place more than `LIMIT_M` from the road network is unreachable; one more than `FAR_M` from it is planned with a note.
        """
        bands = checked_hours(hours)
        snapped = self._snapper.snap(coordinates(places), LIMIT_M)
        there = np.flatnonzero(snapped.street >= 0)
        ends = ends_of(self._graph, Snapped(snapped.street[there], snapped.along[there], snapped.off[there]))
        cells = np.ix_(there, there)
        free = fastest(self._in_traffic(ends, 1.0, 1.0))
        distances = unreachable_cells(len(places))
        durations = np.stack([distances] * len(bands))
        distances[cells] = self._metres(ends, *free)
        for band, seconds in zip(durations, self._bands(ends, bands, free[0]), strict=True):
            band[cells] = seconds
        provider = f"{self.name} ({ATTRIBUTION})"
        return TravelTable(durations, distances, bands, provider, self.version, snapping_notes(places, snapped.off, self.name))

    def _bands(self, ends: Ends, bands: Sequence[int], free: Ints) -> list[Ints]:
        """Seconds per hour; hours with the same factors are computed once, those without traffic are `free` milliseconds."""
        factors = [(self._profile.main[hour], self._profile.other[hour]) for hour in bands]
        known = {(1.0, 1.0): free}
        for main, other in dict.fromkeys(factors):
            if (main, other) not in known:
                known[main, other], _ = fastest(self._in_traffic(ends, main, other))
        return [-(-known[pair] // 1000) for pair in factors]

    def _in_traffic(self, ends: Ends, main: float, other: float) -> Costing:
        """Costs in milliseconds, the time on main and on other roads multiplied."""
        arc_ms = np.rint(self._graph.arc_ms * np.where(self._graph.main, main, other)).astype(np.int64)
        return self._costing(ends, np.maximum(1, arc_ms), self._graph.turn_ms, ends.left_of(arc_ms))

    def _costing(self, ends: Ends, arcs: Ints, turns: Ints, left: Ints) -> Costing:
        weights = arcs[self._graph.after] + turns
        return costing(self._graph, self._engine.weighted(weights), ends, weights, left)

    def _metres(self, ends: Ends, best: Ints, pair: npt.NDArray[np.int8]) -> Ints:
        """Metres of the fastest ways without traffic, from a second question in which every decimetre costs a little, too.

        With c (`best`) the milliseconds of the fastest way and C the least s·milliseconds + decimetres of any way, C − s·c is the
        length of the fastest way, of the shortest one where several are as fast. Only where another way is d decimetres shorter
        and less than d / s milliseconds slower, C − s·c lies between the lengths of the two.
        """
        graph = self._graph
        scale = min(FINEST, MOST // (int(best.max(initial=0)) + int(graph.arc_ms.max())) - 1)
        arcs = scale * np.maximum(1, graph.arc_ms) + graph.arc_dm
        left = scale * ends.left_of(graph.arc_ms) + ends.left_of(graph.arc_dm)
        mixed = by_pairs(self._costing(ends, arcs, scale * graph.turn_ms, left), pair)
        return (mixed - scale * best + 5) // 10


def open_extract(path: Path, cache: Path | None = None, profile: HourProfile | None = None) -> Roads:
    """The roads of an OpenStreetMap extract.

    Parameters
    ----------
    path
        The extract, `.osm.pbf` or any other form osmium reads.
    cache
        A folder that keeps the graph for the next start, by the content of the extract.
    profile
        How traffic follows the hour of the day.

    Raises
    ------
    TravelError
        The extract cannot be read, or has no road for cars.
    """
    try:
        with path.open("rb") as file:
            digest = f"{hashlib.file_digest(file, 'sha256').hexdigest()[:32]}-{FORMAT}"
    except OSError as error:
        raise TravelError(f"{path}: cannot be read ({error.strerror})") from error
    if cache is None:
        graph = build_graph(read_streets(path))
        return Roads(graph, engine(graph), path.name, digest, profile)
    graph = _graph(path, cache / f"roads-{digest}.npz")
    return Roads(graph, engine(graph, cache / f"hierarchy-{digest}.npz"), path.name, digest, profile)


def _graph(path: Path, kept: Path) -> RoadGraph:
    """The graph of an extract, from the file that keeps it if that is whole."""
    arrays = read_arrays(kept)
    if arrays is not None:
        return RoadGraph.of_arrays(arrays)
    graph = build_graph(read_streets(path))
    keep_arrays(kept, graph.arrays())
    return graph
