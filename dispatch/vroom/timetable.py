"""A route in VROOM's terms: when each step is, what is on board, what has been driven, and which rules it breaks."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from dispatch.errors import Code, Finding, InputError, pointer
from dispatch.vroom.orders import Item, Order, Todo
from dispatch.vroom.roads import UNIT, Roads
from dispatch.wire.vroom import Asked, Break, Point, Route, Step, StepType, Task, VehicleStep, Violation
from solver import FOREVER
from solver.lenient import Infeasible, lenient
from solver.lenient import Step as Timed

Amounts = tuple[int, ...]


def route_of(asked: Asked, roads: Roads, order: Order) -> Route:
    """The route of a vehicle that does things in this order.

    Its times miss windows by as little as can be, then take as little time as can be, then are as early as can be: VROOM's rule
    for plan mode. Every rule may be broken; what is broken is said.

    Raises
    ------
    InputError : what the document asks of the times of the steps cannot be kept
    """
    trip = _Trip(asked, roads, order)
    try:
        starts = lenient([each.timed for each in trip.legs])
    except Infeasible:
        raise InputError([_infeasible(asked, order)]) from None
    return _told(trip, starts)


def _infeasible(asked: Asked, order: Order) -> Finding:
    message = f"vehicle {asked.vehicles[order.vehicle].id} cannot do its steps at the times that they are to be done at"
    return Finding(pointer("vehicles", order.vehicle, "steps"), Code.ROUTE_INFEASIBLE, message)


# ---------------------------------------------------------------- legs


@dataclass(frozen=True, slots=True)
class _Leg:
    """A step with what it takes: the drive to it, seconds and metres, and its set-up and service."""

    item: Item | None  #: None: the start or the end
    timed: Timed
    metres: int = 0
    setup: int = 0
    service: int = 0
    price: int = 0  #: of the drive


class _Trip:
    """A vehicle and the legs of its route."""

    def __init__(self, asked: Asked, roads: Roads, order: Order) -> None:
        self.vehicle = asked.vehicles[order.vehicle]
        self.order = order
        self.roads = roads
        self.table = roads.of(self.vehicle)
        self._at = roads.start(self.vehicle)
        self.legs = [self._start(), *map(self._leg, order.items), self._end()]

    def _start(self) -> _Leg:
        span = self.vehicle.time_window
        return _Leg(None, _bounded(Timed(windows=((span[0], FOREVER),) if span else ()), self.order.first))

    def _end(self) -> _Leg:
        span, end = self.vehicle.time_window, self.roads.end(self.vehicle)
        seconds, metres, price = (0, 0, 0) if end is None else self._drive(end)
        timed = Timed(travel=seconds, windows=((-FOREVER, span[1]),) if span else ())
        return _Leg(None, _bounded(timed, self.order.last), metres, price=price)

    def _leg(self, item: Item) -> _Leg:
        what = item.what
        if isinstance(what, Break):
            timed = Timed(what.service, windows=_windows(what), floating=True)
            return _Leg(item, _bounded(timed, item.asked), service=what.service)
        place = self.roads.task(what.task)
        setup, service = what.lasts(self.vehicle)
        setup = 0 if place == self._at else setup
        seconds, metres, price = self._drive(place)
        timed = Timed(setup + service, seconds, _windows(what.task))
        return _Leg(item, _bounded(timed, item.asked), metres, setup, service, price)

    def _drive(self, place: int) -> tuple[int, int, int]:
        here, self._at = self._at, place
        if here is None or here == place:
            return 0, 0, 0
        metres = 0 if self.table.distances is None else int(self.table.distances[here, place])
        return int(self.table.durations[here, place]), metres, self.roads.fare(self.vehicle, here, place)


def _windows(what: Task | Break) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(what.time_windows or ()))


def _bounded(timed: Timed, asked: VehicleStep | None) -> Timed:
    """The step with the hard bounds that the document asks for."""
    if asked is None:
        return timed
    after = [when for when in (asked.service_at, asked.service_after) if when is not None]
    before = [when for when in (asked.service_at, asked.service_before) if when is not None]
    return timed._replace(earliest=max(after, default=-FOREVER), latest=min(before, default=FOREVER))


# ---------------------------------------------------------------- steps


@dataclass(slots=True)
class _Log:
    """What has happened until a step of a route."""

    load: list[int]
    driven: int = 0
    metres: int = 0
    tasks: int = 0
    seen: set[tuple[str, int]] = field(default_factory=set)


def _told(trip: _Trip, starts: Sequence[int]) -> Route:
    log = _Log(_aboard(trip))
    later: Counter[tuple[str, int]] = Counter((todo.kind, todo.task.id) for todo in _todos(trip))
    steps: list[Step] = []
    ready = starts[0]
    for leg, start, drive in zip(trip.legs, starts, _drives(trip.legs, starts), strict=True):
        log.driven += drive
        log.metres += leg.metres
        broken = [*_about_time(leg.timed.missed(start)), *_about_work(trip, leg, log, later), *_about_limits(trip, log)]
        steps.append(_step(trip, leg, log, len(steps), (ready + drive, start), tuple(broken)))
        ready = start + leg.timed.lasts
    return _summed(trip, log, tuple(steps))


def _aboard(trip: _Trip) -> list[int]:
    """What is on board at the start: all that the jobs of the route deliver."""
    load = [0] * len(trip.vehicle.capacity)
    for todo in _todos(trip):
        if todo.kind == "job":
            load = [a + b for a, b in zip(load, todo.delivery, strict=True)]
    return load


def _todos(trip: _Trip) -> list[Todo]:
    return [item.what for item in trip.order.items if isinstance(item.what, Todo)]


def _drives(legs: Sequence[_Leg], starts: Sequence[int]) -> list[int]:
    """Seconds driven right before each step: before a break as many of the drive it interrupts as there is time for."""
    drives, left = [0], 0
    for k in range(1, len(legs)):
        if not legs[k - 1].timed.floating:
            left = next(leg.timed.travel for leg in legs[k:] if not leg.timed.floating)
        free = starts[k] - starts[k - 1] - legs[k - 1].timed.lasts
        drives.append(min(left, free))
        left -= drives[-1]
    return drives


def _step(trip: _Trip, leg: _Leg, log: _Log, number: int, times: tuple[int, int], broken: tuple[Violation, ...]) -> Step:
    arrival, start = times
    kind, what = _what(leg, number)
    index, point = _whereabouts(trip, leg, number)
    name = None if what is None else what.id
    return Step(
        type=kind,
        description=(what.description or None) if what else None,
        location=point,
        location_index=index,
        id=name,
        setup=leg.setup,
        service=leg.service,
        waiting_time=start - arrival,
        job=name if kind == "job" else None,
        load=tuple(log.load) or None,
        arrival=arrival,
        duration=log.driven,
        distance=None if trip.table.distances is None else log.metres,
        violations=broken,
    )


def _what(leg: _Leg, number: int) -> tuple[StepType, Task | Break | None]:
    if leg.item is None:
        return ("end" if number else "start"), None
    what = leg.item.what
    return ("break", what) if isinstance(what, Break) else (what.kind, what.task)


def _whereabouts(trip: _Trip, leg: _Leg, number: int) -> tuple[int | None, Point | None]:
    """Index and point of a step; a vehicle without a start begins at its first task, one without an end ends at its last."""
    vehicle, todos = trip.vehicle, _todos(trip)
    if leg.item is not None:
        what = leg.item.what
        return (None, None) if isinstance(what, Break) else _of_task(trip, what.task)
    own = (vehicle.end_index, vehicle.end) if number else (vehicle.start_index, vehicle.start)
    index = None if trip.roads.rows else own[0]
    if own == (None, None) and todos:
        return _of_task(trip, todos[-1 if number else 0].task)
    return index, own[1]


def _of_task(trip: _Trip, task: Task) -> tuple[int | None, Point | None]:
    return None if trip.roads.rows else task.location_index, task.location


# ---------------------------------------------------------------- violations


def _about_time(missed: int) -> Iterator[Violation]:
    if missed:
        yield Violation(cause="delay" if missed > 0 else "lead_time", duration=abs(missed))


def _about_work(trip: _Trip, leg: _Leg, log: _Log, later: Counter[tuple[str, int]]) -> Iterator[Violation]:
    """Takes what is delivered and picked up into the load; says what is wrong with doing this here."""
    what = None if leg.item is None else leg.item.what
    if isinstance(what, Todo):
        log.load = [a - b + c for a, b, c in zip(log.load, what.delivery, what.pickup, strict=True)]
        log.tasks += 1
        log.seen.add((what.kind, what.task.id))
        later[what.kind, what.task.id] -= 1
        if not what.skills <= set(trip.vehicle.skills):
            yield Violation(cause="skills")
        if trip.vehicle.max_tasks is not None and log.tasks > trip.vehicle.max_tasks:
            yield Violation(cause="max_tasks")
        if _out_of_order(what, log, later):
            yield Violation(cause="precedence")
    if isinstance(what, Break) and what.max_load is not None and _exceeds(log.load, what.max_load):
        yield Violation(cause="max_load")
    if _exceeds(log.load, trip.vehicle.capacity):
        yield Violation(cause="load")


def _out_of_order(todo: Todo, log: _Log, later: Counter[tuple[str, int]]) -> bool:
    """Whether a pickup has no delivery after it, or a delivery no pickup before."""
    if todo.partner is None:
        return False
    return not later["delivery", todo.partner] if todo.kind == "pickup" else ("pickup", todo.partner) not in log.seen


def _about_limits(trip: _Trip, log: _Log) -> Iterator[Violation]:
    vehicle = trip.vehicle
    if vehicle.max_travel_time is not None and log.driven > vehicle.max_travel_time:
        yield Violation(cause="max_travel_time")
    if vehicle.max_distance is not None and log.metres > vehicle.max_distance:
        yield Violation(cause="max_distance")


def _exceeds(load: Sequence[int], most: Sequence[int]) -> bool:
    return any(a > b for a, b in zip(load, most, strict=True))


def united(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """Each cause once, with the sum of its seconds."""
    found: dict[str, Violation] = {}
    for each in violations:
        known = found.get(each.cause)
        if known and each.duration:
            each = known.model_copy(update={"duration": (known.duration or 0) + each.duration})
        found[each.cause] = each
    return tuple(found.values())


# ---------------------------------------------------------------- sums


def _summed(trip: _Trip, log: _Log, steps: tuple[Step, ...]) -> Route:
    vehicle, todos = trip.vehicle, _todos(trip)
    held = {item.what.id for item in trip.order.items if isinstance(item.what, Break)}
    missing = [Violation(cause="missing_break")] if {pause.id for pause in vehicle.breaks} - held else []
    worked = sum(step.setup + step.service for step in steps)
    parts = vehicle.costs.fixed * UNIT + sum(leg.price for leg in trip.legs) + 5 * vehicle.costs.per_task_hour * worked
    delivery, pickup = (_total([getattr(todo, name) for todo in todos]) for name in ("delivery", "pickup"))
    return Route(
        vehicle=vehicle.id,
        description=vehicle.description or None,
        cost=(2 * parts + UNIT) // (2 * UNIT),
        delivery=delivery,
        amount=delivery,
        pickup=pickup,
        setup=sum(step.setup for step in steps),
        service=sum(step.service for step in steps),
        duration=log.driven,
        waiting_time=sum(step.waiting_time for step in steps),
        priority=sum(todo.priority for todo in todos),
        distance=None if trip.table.distances is None else log.metres,
        violations=united([*missing, *(each for step in steps for each in step.violations)]),
        steps=steps,
    )


def _total(amounts: Sequence[Amounts]) -> Amounts | None:
    """The sums by dimension; None if the load has none."""
    return tuple(map(sum, zip(*amounts, strict=True))) or None
