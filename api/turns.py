"""Turns: short requests are answered one after another.

Only one thread of a process runs Python at a time. A thread that reads rows gives the interpreter away at every row, and waits
until it gets it back; with many requests under way each waits at every row for all the others, and all together take several times
as long as one after another. What takes long does not wait for turns, and nobody waits for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

PATIENCE_S: Final = 0.1
"""Seconds after which a request goes ahead out of turn: the one before it waits for a lock, or has more to do than expected."""


@dataclass(frozen=True, slots=True)
class Turns:
    """Whose turn it is. May be used by several threads."""

    patience_s: float = PATIENCE_S
    _taken: Lock = field(default_factory=Lock)

    @contextmanager
    def one(self, *, wanted: bool = True) -> Iterator[None]:
        """Do something when it is its turn; at once if none is wanted."""
        taken = wanted and self._taken.acquire(timeout=self.patience_s)
        try:
            yield
        finally:
            if taken:
                self._taken.release()
