"""What differs between two plans for one day: in money, in jobs served, in who comes, and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from dispatch.report.facts import Facts, Lane, Visit, Work


class Change(StrEnum):
    """What became of a job from the first plan to the second."""

    ADDED = "added"  #: unassigned before
    DROPPED = "dropped"  #: unassigned now
    REASSIGNED = "moved to another technician"
    MOVED = "moved in time"


class Place(NamedTuple):
    """Where a plan has a job."""

    technician: str
    name: str
    start: datetime


class Moved(NamedTuple):
    """A job that the plans treat differently."""

    change: Change
    work: Work
    before: Place | None
    after: Place | None

    @property
    def minutes(self) -> int | None:
        """Minutes by which it starts later, when both plans serve it."""
        return round((self.after.start - self.before.start).total_seconds() / 60) if self.before and self.after else None


class Pair(NamedTuple):
    """A figure of both plans."""

    name: str
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two plans beside each other."""

    terms: tuple[Pair, ...]
    total: Pair
    seconds: tuple[Pair, ...]
    moved: tuple[Moved, ...]  #: in the order of `Change`
    same: int  #: jobs served by the same technician at the same time

    def count(self, change: Change) -> int:
        """How many jobs changed so."""
        return sum(1 for moved in self.moved if moved.change is change)


def compare(before: Facts, after: Facts) -> Comparison:
    """What differs between two plans for the same day."""
    terms = tuple(Pair(a.name, a.amount, b.amount) for a, b in zip(before.terms, after.terms, strict=True))
    moved = sorted(_moved(before, after), key=lambda each: list(Change).index(each.change))
    kept = {visit.work.id for _, visit in before.jobs() if visit.work} & {visit.work.id for _, visit in after.jobs() if visit.work}
    return Comparison(
        terms=terms,
        total=Pair("total", before.total, after.total),
        seconds=tuple(_seconds(before, after)),
        moved=tuple(moved),
        same=len(kept) - sum(1 for each in moved if each.before and each.after),
    )


def _moved(before: Facts, after: Facts) -> Iterator[Moved]:
    earlier, later = _places(before), _places(after)
    works = {visit.work.id: visit.work for facts in (before, after) for _, visit in facts.jobs() if visit.work}
    for job, work in works.items():
        was, now = earlier.get(job), later.get(job)
        change = _change(was, now)
        if change:
            yield Moved(change, work, was, now)


def _change(was: Place | None, now: Place | None) -> Change | None:
    if was is None:
        return Change.ADDED
    if now is None:
        return Change.DROPPED
    if was.technician != now.technician:
        return Change.REASSIGNED
    return Change.MOVED if was.start != now.start else None


def _places(facts: Facts) -> dict[str, Place]:
    return {visit.work.id: _place(lane, visit) for lane, visit in facts.jobs() if visit.work}


def _place(lane: Lane, visit: Visit) -> Place:
    return Place(lane.technician, lane.name, visit.start)


def _seconds(before: Facts, after: Facts) -> Iterator[Pair]:
    for name in ("travel", "wait", "setup", "service", "pause", "overtime"):
        yield Pair(name, Decimal(getattr(before.tally, name)), Decimal(getattr(after.tally, name)))
