"""Shortest ways on a graph of turns, by two engines that agree to the last integer.

`Hierarchy` uses customisable contraction hierarchies (Dibbelt, Strasser and Wagner 2016) from the package `pyroutingkit`: the
order of contraction is found once, new weights are taken in within a fraction of a second. `PlainDijkstra` needs scipy only.
"""

from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from dispatch.travel.errors import TravelError
from dispatch.travel.roads.graph import RoadGraph
from dispatch.travel.store import keep_arrays, read_arrays

try:
    import pyroutingkit
except ImportError:
    pyroutingkit = None

MOST = 2**31 - 2
"""Costs above this do not fit the engines."""

Ints = npt.NDArray[np.int64]


class Ways(Protocol):
    """Answers many questions under one set of weights."""

    def costs(self, sources: Ints, targets: Ints) -> Ints:
        """Cost of the best way from each source arc to each target arc, counted from the end of one to the end of the other."""


class Engine(Protocol):
    """Finds shortest ways on one graph."""

    def weighted(self, weights: Ints) -> Ways:
        """Take in the weight of each turn, above zero; valid until the next call."""


class Hierarchy:
    """A customisable contraction hierarchy; raises `TravelError` where `pyroutingkit` is missing."""

    def __init__(self, graph: RoadGraph, kept: Path | None = None) -> None:
        if pyroutingkit is None:
            raise TravelError("contraction hierarchies need pyroutingkit, which the extra [roads] installs")
        self._topology = _topology(graph, None if kept is None else kept.with_suffix(f".{version('pyroutingkit')}.npz"))
        self._metric = pyroutingkit.CCHMetric(self._topology)

    def weighted(self, weights: Ints) -> "Hierarchy":
        self._metric.customize(_plain(_checked(weights)))
        return self

    def costs(self, sources: Ints, targets: Ints) -> Ints:
        found: Ints = self._metric.distances_many_to_many(_plain(sources), _plain(targets)).astype(np.int64)
        return found

    def path(self, source: int, target: int) -> tuple[int, Ints]:
        """Cost of the best way between two arcs, and the arcs on it."""
        cost, arcs, _ = self._metric.query(source, target)
        return int(cost), np.asarray(arcs, dtype=np.int64)


class PlainDijkstra:
    """Dijkstra's algorithm, one run per source: exact and slow."""

    def __init__(self, graph: RoadGraph) -> None:
        self._graph = graph
        self._matrix = csr_array((graph.arcs, graph.arcs))

    def weighted(self, weights: Ints) -> "PlainDijkstra":
        starts = np.searchsorted(self._graph.before, np.arange(self._graph.arcs + 1))
        parts = (_checked(weights).astype(np.float64), self._graph.after, starts)
        self._matrix = csr_array(parts, shape=(self._graph.arcs, self._graph.arcs))
        return self

    def costs(self, sources: Ints, targets: Ints) -> Ints:
        found = np.empty((len(sources), len(targets)), dtype=np.int64)
        for row, source in enumerate(sources):
            found[row] = dijkstra(self._matrix, indices=int(source))[targets].astype(np.int64)
        return found


def engine(graph: RoadGraph, kept: Path | None = None) -> Engine:
    """The fastest engine there is; `kept` is a file that keeps what it prepares for the next start."""
    return PlainDijkstra(graph) if pyroutingkit is None else Hierarchy(graph, kept)


def _checked(weights: Ints) -> Ints:
    if len(weights) and not (weights.min() > 0 and weights.max() <= MOST):
        raise TravelError(f"the weight of a turn is not from 1 to {MOST}")
    return weights


def _plain(values: npt.NDArray[np.generic], kind: type[np.uint32] | type[np.float32] = np.uint32) -> npt.NDArray[np.generic]:
    """Contiguous values of the kind: the bindings read the memory of anything else without its strides, and say nothing."""
    return np.ascontiguousarray(values, dtype=kind)


def _topology(graph: RoadGraph, kept: Path | None) -> "pyroutingkit.CCHTopology":
    topology = pyroutingkit.CCHTopology()
    stored = None if kept is None else read_arrays(kept)
    if stored is not None:
        with TemporaryDirectory() as folder:
            for name, content in stored.items():
                Path(folder, name).write_bytes(content.tobytes())
            topology.load(folder)
        return topology
    middles = graph.middles()
    lat, lon = _plain(middles[:, 0], np.float32), _plain(middles[:, 1], np.float32)
    topology.build(_plain(graph.before), _plain(graph.after), lat, lon, graph.arcs)
    if kept is not None:
        _keep(topology, kept)
    return topology


def _keep(topology: "pyroutingkit.CCHTopology", kept: Path) -> None:
    """Store the topology's files as one: the library crashes on a damaged file of its own, ours has checksums."""
    with TemporaryDirectory() as folder:
        topology.save(folder)
        files = sorted(Path(folder).iterdir())
        keep_arrays(kept, {file.name: np.frombuffer(file.read_bytes(), dtype=np.uint8) for file in files})
