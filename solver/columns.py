"""Routes to choose from, as the columns of a set partitioning: for each a kind of shift, a set of jobs and a price."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.arrays import KIND, PAUSES, Arrays, Ints, Small
from solver.kernels.pool import ROUTES, STOPS, Pool

Routes = dict[int, list[int]]
"""Per used shift the numbers of its stops."""


class Columns(NamedTuple):
    """No set of jobs occurs twice for a kind of shift. `pick` takes some of them."""

    kind: Ints  #: (columns) kind of shift
    cost: Ints  #: (columns) price of the route
    shift: Small  #: (columns) the shift its stops are written for, one of the kind
    first: Ints  #: (columns) where its stops begin
    size: Ints  #: (columns) stops
    stops: Small | Ints  #: stops of all routes
    owner: Ints  #: (entries) column of each job of a route, ascending
    job: Ints  #: (entries) the job

    def pick(self, rows: Ints) -> "Columns":
        """The columns of these rows, which ascend."""
        at = np.full(self.cost.size, -1)
        at[rows] = np.arange(rows.size)
        entries = at[self.owner] >= 0
        return self._replace(
            kind=self.kind[rows],
            cost=self.cost[rows],
            shift=self.shift[rows],
            first=self.first[rows],
            size=self.size[rows],
            owner=at[self.owner[entries]],
            job=self.job[entries],
        )

    def route(self, row: int) -> list[int]:
        """The numbers of the stops of a column, as its shift drives them."""
        begin, size = int(self.first[row]), int(self.size[row])
        return [int(stop) for stop in self.stops[begin : begin + size]]


def columns_of(arrays: Arrays, pools: Sequence[Pool], plan: Routes, prices: Mapping[int, int] | Ints) -> tuple[Columns, Ints]:
    """The routes of all pools and of a plan, the cheapest of each set of jobs, and which of them serve the jobs of the plan.

    The pools name sets of jobs by the same random numbers (`new_pool` with one seed).
    """
    own = _written(arrays, pools[0], plan, prices)
    parts = [(p.name[:n], p.shift[:n], p.cost[:n], p.first[:n], p.size[:n]) for p in pools for n in [p.number[ROUTES]]] + [own[:5]]
    stops = [pool.stops[: pool.number[STOPS]] for pool in pools] + [own[5]]
    shifted = np.repeat(np.cumsum([0, *(len(each) for each in stops[:-1])]), [len(part[0]) for part in parts])
    name, shift, cost, first, size = (np.concatenate(column) for column in zip(*parts, strict=True))
    best = np.lexsort((cost, name))
    best = best[np.diff(name[best], prepend=name[best][:1] + np.uint64(1)) != 0]
    found = columns(arrays, shift[best], cost[best], (first + shifted)[best], size[best], np.concatenate(stops))
    return found, np.sort(np.searchsorted(name[best], own[0]))


def columns(arrays: Arrays, shift: Small, cost: Ints, first: Ints, size: Small | Ints, stops: Small | Ints) -> Columns:
    """Columns from routes: the entries are derived."""
    lengths: Ints = size.astype(np.int64)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    each = stops[within + np.repeat(first, lengths)]
    jobs = each < arrays.n_jobs
    return Columns(arrays.shift[shift, KIND], cost, shift, first, lengths, stops, owner[jobs], each[jobs].astype(np.int64))


def routes_of(arrays: Arrays, found: Columns, rows: Iterable[int]) -> Routes:
    """The plan that drives these columns, each on its own shift or on another of the kind."""
    routes: Routes = {}
    for row in rows:
        wanted = int(found.shift[row])
        alike = [wanted, *np.flatnonzero(arrays.shift[:, KIND] == found.kind[row]).tolist()]
        shift = next(each for each in alike if each not in routes)
        moved = int(arrays.shift[shift, PAUSES] - arrays.shift[wanted, PAUSES])
        routes[shift] = [stop + moved if arrays.n_jobs <= stop < arrays.stock else stop for stop in found.route(row)]
    return dict(sorted(routes.items()))


def _written(
    arrays: Arrays, pool: Pool, plan: Routes, prices: Mapping[int, int] | Ints
) -> tuple[npt.NDArray[np.uint64], Small, Ints, Ints, Small, Small]:
    """The routes of a plan as a pool has them: name, shift, cost, first, size, stops."""
    shifts = np.array(list(plan), np.int32)
    size = np.array([len(stops) for stops in plan.values()], np.int32)
    codes = [pool.code[[stop for stop in stops if stop < arrays.n_jobs]] for stops in plan.values()]
    name = np.array([code.sum() for code in codes], np.uint64) + pool.code[arrays.n_jobs + arrays.shift[shifts, KIND]]
    cost = np.array([prices[shift] for shift in plan], np.int64)
    stops = np.array([stop for route in plan.values() for stop in route], np.int32)
    return name, shifts, cost, np.cumsum(size, dtype=np.int64) - size, size, stops
