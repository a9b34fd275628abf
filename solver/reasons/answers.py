"""What is said about a job left out."""

from dataclasses import dataclass
from enum import StrEnum

from solver.violations import Cause


class ReasonCode(StrEnum):
    """Why a job is left out."""

    IMPOSSIBLE = "impossible"  #: it could not even stand alone on any shift
    DISPLACED = "displaced"  #: alone it would fit; others hold its place, or serving it costs more than leaving it out


@dataclass(frozen=True, slots=True)
class Block:
    """The first rule that blocks a job, alone, on a shift (row)."""

    shift: int
    cause: Cause


@dataclass(frozen=True, slots=True)
class Holder:
    """The jobs (rows) that would have to be left out for a job to be served on a shift (row).

    `price` is the change of `Cost.total` in micro-units; no jobs: there is room, at that price.
    """

    shift: int
    jobs: tuple[int, ...]
    price: int
    pinned: tuple[int, ...] = ()  #: those of the jobs that are pinned, and therefore stay
    promises: tuple[tuple[int, int], ...] = ()  #: jobs whose promise would be broken, or broken by more, and what that costs
    limits: tuple[Cause, ...] = ()  #: limits of moves that would be exceeded


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one job (row) is left out: `blocks` of every shift if impossible, `holders` by ascending price if displaced."""

    job: int
    code: ReasonCode
    blocks: tuple[Block, ...]
    holders: tuple[Holder, ...]
    ties: tuple[Cause, ...] = ()  #: what of other jobs keeps it out: a leg nobody can serve, a job before, too few technicians
    because: tuple[int, ...] = ()  #: those jobs, apart from itself
