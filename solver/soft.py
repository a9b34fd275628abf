"""What is better kept and may be broken at a price: windows that were told or are preferred, and the plan in force.

Units are those of `solver.problem`: seconds, micro-units, micro-units per second.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promise:
    """The window in which a customer was told that service STARTS, both ends inclusive."""

    open: int
    close: int
    fixed: int = 0  #: price of starting outside of it at all
    rate: int = 0  #: micro-units per second outside of it

    def keeps(self, start: int) -> bool:
        """Whether a visit that starts then is as it was told."""
        return self.open <= start <= self.close


@dataclass(frozen=True, slots=True)
class Preference:
    """A window in which service had better START, both ends inclusive; of several windows the cheapest counts."""

    open: int
    close: int
    early: int = 0  #: micro-units per second of starting sooner
    late: int = 0  #: micro-units per second of starting later


@dataclass(frozen=True, slots=True)
class Current:
    """Who serves a job, and when, in the plan in force."""

    technician: str  #: id
    start: int
    other: int = 0  #: price of another technician
    tolerance: int = 0  #: seconds by which the start may move, either way, without being moved
    rate: int = 0  #: micro-units per second moved beyond that
    dropped: int = 0  #: price of leaving the job out, besides its own

    def is_kept(self, technician: str, start: int) -> bool:
        """Whether a visit is where it was: the same technician, and the start moved by no more than the tolerance."""
        return technician == self.technician and abs(start - self.start) <= self.tolerance
