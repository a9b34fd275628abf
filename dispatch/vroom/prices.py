"""VROOM's costs in whole numbers of the solver's money, and the prices of leaving a task out.

VROOM prefers, in this order: more priority served, more tasks served, less cost. So a task that is left out costs more than all
routes together could, and its priority more than leaving out all tasks without one.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np

from dispatch.errors import Code, Finding, pointer
from dispatch.vroom.orders import Todo
from dispatch.vroom.roads import UNIT, Matrix, Roads
from dispatch.wire.vroom import Asked, Vehicle
from solver import MANDATORY_PRICE, UNREACHABLE

DEAREST_DRIVE = UNREACHABLE // 2
"""The highest number that may stand for the price of a drive."""

MOST = 4 * 10**18
"""What leaving out every task may come to: 64 bits hold it."""


@dataclass(frozen=True)
class Scale:
    """How costs are counted.

    Attributes
    ----------
    shared : by what all of VROOM's costs, in `UNIT` parts, are divided
    cells : the price of each drive, before the factor of its vehicle
    drive : of each vehicle, the factor
    """

    shared: int
    cells: Matrix
    drive: tuple[int, ...]

    def fixed(self, vehicle: Vehicle) -> int:
        """The price of using a vehicle; its breaks are task time, as VROOM counts them."""
        return _fixed(vehicle) // self.shared

    def task(self, seconds: int, vehicle: Vehicle) -> int:
        """The price of so many seconds of set-up and service."""
        return _task(seconds, vehicle) // self.shared


def scale_of(asked: Asked, roads: Roads, todos: Sequence[Todo]) -> Scale:
    """The scale in which every price of a document is a whole number, as small as can be."""
    reached = roads.of(asked.vehicles[0]).durations < UNREACHABLE
    prices = {kind: np.where(reached, roads.prices(vehicle), 0) for kind, vehicle in priced_alike(asked).items()}
    factors = {kind: int(np.gcd.reduce(each, axis=None)) for kind, each in prices.items()}
    base = next((each // factors[kind] for kind, each in prices.items() if factors[kind]), np.zeros_like(reached, np.int64))
    coarse = 1 + int(base.max(initial=0)) // DEAREST_DRIVE
    cells = (base + coarse // 2) // coarse
    drive = [factors[_kind(vehicle)] * coarse for vehicle in asked.vehicles]
    shared = gcd(*drive, *_others(asked, todos)) or 1
    return Scale(shared, cells, tuple(each // shared for each in drive))


def priced_alike(asked: Asked) -> dict[Hashable, Vehicle]:
    """The first vehicle of each kind of those that pay the same for the same drives."""
    kinds: dict[Hashable, Vehicle] = {}
    for vehicle in asked.vehicles:
        kinds.setdefault(_kind(vehicle), vehicle)
    return kinds


def _kind(vehicle: Vehicle) -> Hashable:
    return vehicle.profile, vehicle.speed_factor, vehicle.costs.per_hour, vehicle.costs.per_km


def too_dear(asked: Asked, roads: Roads, todos: Sequence[Todo]) -> Iterator[Finding]:
    """Refused: costs whose sums 64 bits do not hold."""
    for row, vehicle in enumerate(asked.vehicles):
        task = max((_task(sum(todo.lasts(vehicle)), vehicle) for todo in todos), default=0)
        once = max(roads.dearest(vehicle), _fixed(vehicle), task)
        if once > MANDATORY_PRICE or 3 * once * (len(todos) + len(asked.vehicles)) > MOST:
            message = "come to more with these times and distances than can be added up"
            yield Finding(pointer("vehicles", row, "costs"), Code.LIMIT_EXCEEDED, message)


def _others(asked: Asked, todos: Sequence[Todo]) -> Iterator[int]:
    for vehicle in asked.vehicles:
        yield _fixed(vehicle)
        if vehicle.costs.per_task_hour:
            yield from (_task(sum(todo.lasts(vehicle)), vehicle) for todo in todos)


def _fixed(vehicle: Vehicle) -> int:
    return vehicle.costs.fixed * UNIT + _task(sum(pause.service for pause in vehicle.breaks), vehicle)


def _task(seconds: int, vehicle: Vehicle) -> int:
    return 5 * vehicle.costs.per_task_hour * seconds


def leaving_out(asked: Asked, scale: Scale, todos: Sequence[Todo]) -> tuple[list[int], list[Finding]]:
    """What leaving out each task costs, and a warning if prices had to be cut to what 64 bits hold."""
    if not todos:
        return [], []
    most = min(MANDATORY_PRICE, MOST // len(todos))
    one = _dearest(asked, scale, todos) + 1
    highest = max(todo.priority for todo in todos)
    step = (len(todos) + 1) * one
    if one + highest * step <= most:
        return [one + todo.priority * step for todo in todos], []
    one = min(one, most // 2)
    step = (most - one) // max(1, highest)
    message = "costs are so large that the prices of leaving tasks out had to be cut: priorities weigh less than they should"
    return [one + todo.priority * step for todo in todos], [Finding("/vehicles", Code.LIMIT_EXCEEDED, message)]


def _dearest(asked: Asked, scale: Scale, todos: Sequence[Todo]) -> int:
    """More than any plan costs: for each task the dearest drive to it, for each vehicle the dearest way home and its use."""
    dearest = int(scale.cells.max(initial=0)) * max(scale.drive)
    tasks = sum(max(scale.task(sum(todo.lasts(vehicle)), vehicle) for vehicle in asked.vehicles) for todo in todos)
    return dearest * (len(todos) + len(asked.vehicles)) + tasks + sum(scale.fixed(vehicle) for vehicle in asked.vehicles)
