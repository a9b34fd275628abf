"""How long and how far it is from place to place: whole matrices, or the cells of one that is worked out where it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from solver.cells import METRES, SECONDS, Cells, Ledger, Source
from solver.invalid import require
from solver.traffic import UNREACHABLE, Traffic


@dataclass(frozen=True, slots=True, eq=False)
class Travel:
    """Seconds and metres from place to place, shape `(places, places)`; asymmetric if the roads are.

    On days with thousands of places both may be `Cells` of one source (`by_blocks`), read as the arrays are and worked out where
    they are read; `block` and `rectangle` are how to read much at once. With `traffic` both are what every drive takes at least, at
    any time and in any way (`by_time`).
    """

    durations: npt.NDArray[np.int64]
    distances: npt.NDArray[np.int64]
    provider: str = "given"
    traffic: Traffic | None = None

    @classmethod
    def by_time(cls, traffic: Traffic, provider: str = "given") -> "Travel":
        """Travel that depends on the time of day, or on how a technician moves."""
        return cls(*traffic.least(), provider, traffic)

    @classmethod
    def by_blocks(cls, source: Source, places: int, provider: str) -> "Travel":
        """Travel that is worked out where it is read; every block a search works on is validated when it is made."""
        ledger = Ledger(source, places)
        durations, distances = (cast("npt.NDArray[np.int64]", Cells(ledger, which)) for which in (SECONDS, METRES))
        return cls(durations, distances, provider)

    def __post_init__(self) -> None:
        if self.ledger is not None:
            return
        for name in ("durations", "distances"):
            matrix = np.ascontiguousarray(getattr(self, name), dtype=np.int64)
            require(matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1], f"travel {name}: shape {matrix.shape} is not square")
            require(bool((matrix >= 0).all()), f"travel {name}: has a negative cell")
            require(bool((matrix <= UNREACHABLE).all()), f"travel {name}: has a cell above {UNREACHABLE}")
            require(not np.diagonal(matrix).any(), f"travel {name}: the diagonal is not zero")
            matrix.setflags(write=False)
            object.__setattr__(self, name, matrix)
        require(self.durations.shape == self.distances.shape, "travel: durations and distances differ in shape")
        same = self.traffic is None or self.traffic.places == self.places
        require(same, "travel: traffic is between other places")

    def __reduce__(self) -> tuple[Any, ...]:
        return Travel, (self.durations, self.distances, self.provider, self.traffic)

    @property
    def places(self) -> int:
        return int(self.durations.shape[0])

    @property
    def ledger(self) -> Ledger | None:
        """The source of the cells; None: the matrices are whole."""
        durations: object = self.durations
        return durations.ledger if isinstance(durations, Cells) else None

    def rectangle(self, rows: Sequence[int], columns: Sequence[int]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Seconds and metres from some places to others, shape `(from, to)`."""
        if self.ledger is not None:
            return self.ledger.rectangle(rows, columns)
        where = np.ix_(rows, columns)
        return self.durations[where], self.distances[where]

    def block(self, places: Sequence[int]) -> "Travel":
        """Travel between some of the places, as whole matrices."""
        return Travel(*self.rectangle(places, places), self.provider, self.traffic and self.traffic.block(places))

    def clipped(self, drives: Mapping[tuple[int, int], tuple[int, int]]) -> "Travel":
        """Travel in which some drives, from place to place, take at least and at most so long, as whole matrices.

        Where there was no way and now is one, nobody knows how far it is: no metre.
        """
        if self.traffic:
            return Travel.by_time(self.traffic.clipped(drives), self.provider)
        whole = self.block(range(self.places))
        durations, distances = whole.durations.copy(), whole.distances.copy()
        for leg, (least, most) in drives.items():
            distances[leg] = 0 if most < UNREACHABLE <= durations[leg] else distances[leg]
            durations[leg] = min(max(durations[leg], least), most)
        return Travel(durations, distances, self.provider)

    @property
    def modes(self) -> int:
        """Ways of moving."""
        return len(self.traffic.modes) if self.traffic else 1

    def seconds(self, mode: int, here: int, there: int, leave: int) -> int:
        """How long a drive takes that begins at an instant, for one way of moving."""
        return self.traffic.seconds(mode, here, there, leave) if self.traffic else int(self.durations[here, there])

    def metres(self, mode: int, here: int, there: int) -> int:
        """How far a drive is for one way of moving."""
        return int((self.traffic.modes[mode].distances if self.traffic else self.distances)[here, there])

    def latest(self, mode: int, here: int, there: int, by: int) -> int:
        """The last instant at which a drive can begin that ends by another one."""
        return self.traffic.latest(mode, here, there, by) if self.traffic else by - int(self.durations[here, there])

    def longest(self, mode: int, here: int, there: int) -> int:
        """Seconds of a drive at the worst time, for one way of moving."""
        return int(self.traffic.modes[mode].durations[:, here, there].max() if self.traffic else self.durations[here, there])
