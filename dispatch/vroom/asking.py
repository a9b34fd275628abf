"""From a VROOM document to the solver's problem.

A vehicle is a shift with a technician of its own, a skill is a tag, an amount is a part. Two things have no field in the solver and
are said with others: what a drive costs is said as its metres, one price each, and what a task costs a vehicle as a wish for a tag
that all vehicles but those of its kind have. What cannot be said is refused, or said more strictly, with a warning.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

import solver
from dispatch.errors import Code, Finding, InputError, pointer
from dispatch.vroom.breaks import breaks_of, hours_of, windows_of
from dispatch.vroom.orders import Todo, todos_of
from dispatch.vroom.prices import Scale, leaving_out, priced_alike, scale_of, too_dear
from dispatch.vroom.roads import Matrix, Roads
from dispatch.wire.vroom import Asked, Vehicle
from solver import UNREACHABLE

TYPE = "type"
"""The skill whose level says how long a vehicle of a type takes."""


@dataclass(frozen=True)
class Question:
    """A problem, and what is to be known about how it says the document."""

    problem: solver.Problem
    warnings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Vehicles by what a task takes and costs them: per type and price of an hour of tasks, the first vehicle with these."""

    first: Mapping[tuple[str, int], Vehicle]

    @property
    def vehicles(self) -> list[Vehicle]:
        return [*self.first.values()]

    def of(self, vehicle: Vehicle) -> int:
        """The number of a vehicle's kind."""
        return [*self.first].index((vehicle.type, vehicle.costs.per_task_hour))


def question_of(asked: Asked, roads: Roads) -> Question:
    """The problem that a document is.

    Raises
    ------
    InputError : the solver has no way to say a part of it
    """
    todos = [*todos_of(asked).values()]
    refused = [*_unsupported(asked)] or [*too_dear(asked, roads, todos)] or [*_unlike(asked, roads)]
    if refused:
        raise InputError(refused)
    kinds = _Kinds({(each.type, each.costs.per_task_hour): each for each in reversed(asked.vehicles)})
    scale = scale_of(asked, roads, todos)
    shifts = [_shift(asked, roads, scale, row) for row in range(len(asked.vehicles))]
    prices, remarks = leaving_out(asked, scale, todos)
    jobs = tuple(_job(roads, todo, kinds.vehicles, scale, price) for todo, price in zip(todos, prices, strict=True))
    people = tuple(_technician(vehicle, kinds) for vehicle in asked.vehicles)
    problem = solver.Problem(jobs, people, tuple(shifts), _travel(asked, roads, scale), solver.Departure.KEEP_STARTS)
    return Question(problem, (*_stricter(asked, roads, todos), *remarks))


# ---------------------------------------------------------------- what cannot be said


def _unsupported(asked: Asked) -> Iterator[Finding]:
    for row in range(len(asked.shipments)):
        message = "a shipment (a pickup and its delivery on one route) cannot be planned here, only checked in plan mode"
        yield Finding(pointer("shipments", row), Code.UNSUPPORTED, message)
    for row, vehicle in enumerate(asked.vehicles):
        if vehicle.max_distance is not None:
            message = "a limit of metres cannot be planned here, only checked in plan mode; max_travel_time can"
            yield Finding(pointer("vehicles", row, "max_distance"), Code.UNSUPPORTED, message, vehicle.max_distance)
        for number, pause in enumerate(vehicle.breaks):
            if pause.max_load is not None:
                message = "a limit of the load at a break cannot be planned here, only checked in plan mode"
                yield Finding(pointer("vehicles", row, "breaks", number, "max_load"), Code.UNSUPPORTED, message)


def _unlike(asked: Asked, roads: Roads) -> Iterator[Finding]:
    """Refused: vehicles that take another time for a drive, or pay for it what is no multiple of what others pay."""
    first = asked.vehicles[0]
    kinds = [*priced_alike(asked).values()]
    shapes = [_shape(roads.prices(vehicle)) for vehicle in kinds]
    base = next((shape for shape in shapes if shape is not None), shapes[0])
    for vehicle, shape in zip(kinds, shapes, strict=True):
        path = pointer("vehicles", asked.vehicles.index(vehicle))
        if not np.array_equal(roads.of(vehicle).durations, roads.of(first).durations):
            name = "profile" if vehicle.profile != first.profile else "speed_factor"
            message = "vehicles that take different times for one drive cannot be planned here, only checked in plan mode"
            yield Finding(f"{path}/{name}", Code.UNSUPPORTED, message, getattr(vehicle, name))
        elif shape is not None and base is not None and not np.array_equal(shape, base):
            message = "the prices of its drives are no multiple of those of the other vehicles, which cannot be planned here"
            yield Finding(f"{path}/costs", Code.UNSUPPORTED, message)


def _shape(prices: Matrix) -> Matrix | None:
    """Prices without what they have in common; None if all are zero."""
    factor = int(np.gcd.reduce(prices, axis=None))
    return prices // factor if factor else None


def _stricter(asked: Asked, roads: Roads, todos: Sequence[Todo]) -> Iterator[Finding]:
    """Warnings: what is said more strictly than the document means it. Every plan is legal; some legal plans are not found."""
    for dimension, least in enumerate(map(min, zip(*(vehicle.capacity for vehicle in asked.vehicles), strict=True))):
        together = sum(max(todo.delivery[dimension], todo.pickup[dimension]) for todo in todos)
        signs = {todo.delivery[dimension] > todo.pickup[dimension] for todo in todos if _changes(todo, dimension)}
        if len(signs) > 1 and together > least:
            message = f"dimension {dimension} is delivered by some and picked up by others: a route takes no more than fits at once"
            yield Finding("/jobs", Code.UNSUPPORTED, message)
    if _spares_setup(asked, roads, todos):
        message = (
            "a set-up that is spared where the vehicle already is may be reckoned with in the search; the answer does not have it"
        )
        yield Finding("/jobs", Code.UNSUPPORTED, message)
    if any(vehicle.breaks for vehicle in asked.vehicles):
        yield Finding("/vehicles", Code.UNSUPPORTED, "breaks are planned between drives, never in the middle of one")
    for row, vehicle in enumerate(asked.vehicles):
        yield from _narrowed(vehicle, row)


def _narrowed(vehicle: Vehicle, row: int) -> Iterator[Finding]:
    """Warnings about breaks that have several windows, or none in the time of their vehicle."""
    for number, pause in enumerate(vehicle.breaks):
        spans = windows_of(vehicle, pause)
        path = pointer("vehicles", row, "breaks", number)
        if not spans:
            yield Finding(path, Code.BREAK_ABSENT, "fits nowhere into the time of its vehicle, which therefore serves nobody")
        elif len(spans) > 1:
            yield Finding(path, Code.UNSUPPORTED, f"is planned in the widest of its windows only, {list(spans[0])}")


def _spares_setup(asked: Asked, roads: Roads, todos: Sequence[Todo]) -> bool:
    """Whether set-up can be spared where the solver does not see it: at a start, or where its time or price is the vehicle's."""
    tasks = [todo.task for todo in todos]
    starts = {roads.start(vehicle) for vehicle in asked.vehicles}
    at = Counter(roads.task(task) for task in tasks)
    special = any(vehicle.costs.per_task_hour for vehicle in asked.vehicles)
    return any(
        roads.task(task) in starts or (at[roads.task(task)] > 1 and (special or task.setup_per_type or task.service_per_type))
        for task in tasks
        if task.setup or any(task.setup_per_type.values())
    )


def _changes(todo: Todo, dimension: int) -> bool:
    return todo.delivery[dimension] != todo.pickup[dimension]


# ---------------------------------------------------------------- jobs


def _job(roads: Roads, todo: Todo, vehicles: Sequence[Vehicle], scale: Scale, price: int) -> solver.Job:
    """The job of a task; `vehicles` are one of each kind.

    Where kinds take different times, set-up is counted as service: a pace changes both alike.
    """
    takes = [todo.lasts(vehicle) for vehicle in vehicles]
    setup, duration = takes[0]
    alike = len(set(takes)) == 1
    costs = [scale.task(sum(each), vehicle) for each, vehicle in zip(takes, vehicles, strict=True)]
    return solver.Job(
        id=str(todo.task.id),
        place=roads.task(todo.task),
        duration=duration if alike else 1,
        setup=setup if alike else 0,
        paces=(100,) if alike else tuple(max(1, 100 * sum(each)) for each in takes),
        skills={} if alike else {TYPE: 1},
        windows=tuple(solver.Window(*span) for span in sorted(todo.task.time_windows or ())),
        unserved=price,
        tags=frozenset(f"skill {skill}" for skill in todo.skills),
        wishes={f"not {kind}": cost for kind, cost in enumerate(costs) if cost},
        parts={str(row): most for row, most in enumerate(map(max, todo.delivery, todo.pickup)) if most},
    )


# ---------------------------------------------------------------- vehicles


def _technician(vehicle: Vehicle, kinds: _Kinds) -> solver.Technician:
    own = kinds.of(vehicle)
    others = {f"not {kind}" for kind in range(len(kinds.first)) if kind != own}
    skills = {f"skill {skill}" for skill in vehicle.skills}
    return solver.Technician(str(vehicle.id), {TYPE: solver.Skill(1 + own)}, frozenset(others | skills))


def _shift(asked: Asked, roads: Roads, scale: Scale, row: int) -> solver.Shift:
    vehicle = asked.vehicles[row]
    start, end = hours_of(vehicle)
    place, pauses = roads.start(vehicle), breaks_of(vehicle)
    return solver.Shift(
        technician=row,
        start=start,
        end=end,
        start_place=roads.places if place is None else place,
        end_place=roads.end(vehicle),
        breaks=tuple(solver.Break(*span, pause.service) for pause, span in pauses),
        max_jobs=vehicle.max_tasks if len(pauses) == len(vehicle.breaks) else 0,
        max_travel=vehicle.max_travel_time,
        price_use=scale.fixed(vehicle),
        price_metre=scale.drive[row],
        parts={str(dimension): amount for dimension, amount in enumerate(vehicle.capacity)},
    )


# ---------------------------------------------------------------- travel


def _travel(asked: Asked, roads: Roads, scale: Scale) -> solver.Travel:
    """The seconds of all vehicles, with prices for metres; and a place from which nowhere is far, for vehicles without a start."""
    n = roads.places
    durations = np.full((n + 1, n + 1), UNREACHABLE, np.int64)
    prices = np.zeros((n + 1, n + 1), np.int64)
    durations[:n, :n], prices[:n, :n] = roads.of(asked.vehicles[0]).durations, scale.cells
    durations[n, :] = 0
    return solver.Travel(durations, prices, roads.provider)
