"""Matrices of travel that are worked out where they are read: for days on which the whole of them would be too much.

The drives between 11,000 places are 121 million, a thousandth of which a plan or a piece of it looks at.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

Source = Callable[[Ints, Ints], tuple[Ints, Ints]]
"""Seconds and metres from each of some places (rows) to each of others, shape `(from, to)`; picklable, and always the same."""

SECONDS, METRES = range(2)


class Ledger:
    """The drives of a source, those between two single places kept once they have been asked for."""

    def __init__(self, source: Source, places: int) -> None:
        self.source = source
        self.places = places
        self._known: dict[int, tuple[int, int]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """What is known stays where it is: another process asks for other drives."""
        return Ledger, (self.source, self.places)

    def rectangle(self, rows: npt.ArrayLike, columns: npt.ArrayLike) -> tuple[Ints, Ints]:
        """Seconds and metres from some places to others, shape `(from, to)`."""
        return self.source(np.asarray(rows, np.int64).ravel(), np.asarray(columns, np.int64).ravel())

    def pair(self, row: int, column: int) -> tuple[int, int]:
        """Seconds and metres from one place to another."""
        key = row * self.places + column
        if key not in self._known:
            seconds, metres = self.rectangle([row], [column])
            self._known[key] = int(seconds[0, 0]), int(metres[0, 0])
        return self._known[key]


class Cells:
    """One matrix of a source, read as an array is: `[row, column]`, `[row]`, `[rows, column]`, `[np.ix_(rows, columns)]`."""

    def __init__(self, ledger: Ledger, which: int) -> None:
        self.ledger = ledger
        self.which = which

    @property
    def shape(self) -> tuple[int, int]:
        return self.ledger.places, self.ledger.places

    def item(self, row: int, column: int) -> int:
        """One cell."""
        return self.ledger.pair(int(row), int(column))[self.which]

    def __getitem__(self, key: Any) -> Any:
        rows, columns = key if isinstance(key, tuple) else (key, np.arange(self.ledger.places))
        if np.ndim(rows) == 0 and np.ndim(columns) == 0:
            return self.item(rows, columns)
        if np.ndim(rows) == np.ndim(columns) == 1:
            raise IndexError("cells along two lists of places are not kept: ask for the rectangle they span, with np.ix_")
        found = self.ledger.rectangle(rows, columns)[self.which]
        return found if np.ndim(rows) == 2 else found.ravel()
