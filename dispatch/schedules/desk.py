"""Stored days as problems, kept at hand: reading a day and its travel times anew for every move would take longer than the move."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from weakref import WeakValueDictionary

from dispatch import day as days
from dispatch import travel, wire
from dispatch.day import Planning
from dispatch.schedules.moves import Standing, standing
from dispatch.settings import Settings

MOST_STANDINGS = 8
"""Plans that are kept at hand: those of the drafts that are being worked on."""

MOST_CELLS = 30_000_000
"""Cells of travel matrices that are kept at hand: those of some hundred days of 500 jobs, or of one of 5,000."""

Provide = Callable[[wire.Day], travel.Provider]
"""Says who knows the travel times of a day."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The days and plans that were asked for last. May be used by several threads: what many ask for at once is read by one."""

    provide: Provide
    _kept: OrderedDict[str, Planning] = field(default_factory=OrderedDict)
    _standings: OrderedDict[str, Standing] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)
    _gates: WeakValueDictionary[str, Lock] = field(default_factory=WeakValueDictionary)  #: of what is being read

    def standing(self, day: str, plan: str) -> Standing:
        """A stored plan of a stored day, with the rules it breaks.

        Raises
        ------
        TravelError : nobody says the travel times
        """
        key = _key(day + plan)
        with self._alone(key):
            with self._lock:
                known = self._standings.get(key)
            if known is None:
                known = standing(self.planning(day), wire.read_plan(plan.encode()))
                self._keep_standing(key, known)
        return known

    def planning(self, day: str) -> Planning:
        """The planning of a stored day.

        Raises
        ------
        TravelError : nobody says the travel times
        """
        key = _key(day)
        with self._alone(key):
            with self._lock:
                kept = self._kept.get(key)
                if kept is not None:
                    self._kept.move_to_end(key)
            if kept is None:
                read = wire.read_day(day.encode())
                kept = days.problem_of(read, self.provide(read))
                self.keep(day, kept)
        return kept

    def keep(self, day: str, planning: Planning) -> None:
        """Keep a planning at hand; the longest unused go when there are too many."""
        with self._lock:
            self._kept[_key(day)] = planning
            self._kept.move_to_end(_key(day))
            while len(self._kept) > 1 and sum(map(_cells, self._kept.values())) > MOST_CELLS:
                self._kept.popitem(last=False)

    def _keep_standing(self, key: str, standing_: Standing) -> None:
        with self._lock:
            self._standings[key] = standing_
            plannings = [each.planning for each in self._standings.values()]
            while len(plannings) > MOST_STANDINGS or (len(plannings) > 1 and sum(map(_cells, plannings)) > MOST_CELLS):
                self._standings.popitem(last=False)
                del plannings[0]

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        """Nobody else reads the same at the same time: they wait, and then find it read."""
        with self._lock:
            gate = self._gates.setdefault(key, Lock())
        with gate:
            yield


@cache
def desk_of(settings: Settings) -> Desk:
    """The desk of this process."""
    return Desk(lambda day: days.provider_of(settings, day))


def _key(day: str) -> str:
    return hashlib.sha256(day.encode()).hexdigest()


def _cells(planning: Planning) -> int:
    return planning.problem.travel.places**2
