"""What couples jobs: links in time, bundles of which all is served or nothing, groups that ask who serves them.

Rows are those of `Problem.jobs`. A job that needs several technicians is a *bundle* of jobs, one a technician (its legs), with
links that say how their starts lie to each other, and a group that wants different technicians.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

FOREVER = 4_000_000_000_000
"""Later than any time of a problem: the bound of what is not bounded."""

_Node = TypeVar("_Node", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Link:
    """If both jobs are served, `after` starts in `[low, high]` seconds from the end (`from_start`: the start) of `before`.

    Same start: both bounds 0, `from_start`. `mornings`: instants, ascending; `after` starts not before the first of them that is
    later than the end of `before`. `needs`: `after` is served only if `before` is, or another alternative of its bundle.
    """

    before: int
    after: int
    low: int = 0
    high: int = FOREVER
    from_start: bool = False
    mornings: tuple[int, ...] = ()
    needs: bool = False


@dataclass(frozen=True, slots=True)
class Bundle:
    """What the customer sees as one job: exactly one of the alternatives is served wholly, or none of its jobs is.

    `unserved`: price of leaving it out, None for a mandatory one; those of its jobs do not count. It is mandatory, too, if one of
    its jobs is pinned; such a job belongs to every alternative.
    """

    id: str
    alternatives: tuple[tuple[int, ...], ...]
    unserved: int | None = None

    @property
    def rows(self) -> tuple[int, ...]:
        """The jobs of all alternatives, ascending."""
        return tuple(sorted({row for each in self.alternatives for row in each}))


class Ask(StrEnum):
    """What a group asks of the shifts that serve its jobs; the technician of a crew is the one who leads it."""

    SAME_TECHNICIAN = "same_technician"
    SAME_DAY = "same_day"
    DIFFERENT_TECHNICIANS = "different_technicians"


@dataclass(frozen=True, slots=True)
class Group:
    """Jobs that ask who or which day serves them, as far as they are served.

    `price`: None if it is hard; else for every technician or day above one, or, if they should be different, for every job above
    one that a technician serves.
    """

    rows: tuple[int, ...]
    ask: Ask
    price: int | None = None

    def surplus(self, served_by: Sequence[int]) -> int:
        """How many technicians (or days) are too many, or too few, given that of each job served."""
        distinct = len(set(served_by))
        return len(served_by) - distinct if self.ask is Ask.DIFFERENT_TECHNICIANS else max(0, distinct - 1)


def cycle_of(links: Iterable[Link]) -> list[int]:
    """The rows of a cycle of jobs that wait for each other's ends, the first one again at the end; empty if there is none."""
    follows: dict[int, list[int]] = {}
    for link in links:
        if not link.from_start:
            follows.setdefault(link.before, []).append(link.after)
    return cycle_among(follows)


def cycle_among(follows: Mapping[_Node, Sequence[_Node]]) -> list[_Node]:
    """A cycle in a directed graph, its first node again at the end; empty if there is none. No recursion: chains may be long."""
    done: set[_Node] = set()
    for root in follows:
        path: list[_Node] = [root]
        at: dict[_Node, int] = {root: 0}
        pending = [iter(follows[root])] if root not in done else []
        while pending:
            node = next(pending[-1], None)
            if node is None:
                pending.pop()
                done.add(path[-1])
                del at[path.pop()]
            elif node in at:
                return [*path[at[node] :], node]
            elif node not in done:
                at[node] = len(path)
                path.append(node)
                pending.append(iter(follows.get(node, ())))
    return []
