"""Who does what in which order: the routes of a document in plan mode, or those that the search has found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import solver
from dispatch.vroom.breaks import breaks_of
from dispatch.wire.vroom import Asked, Break, StepType, Task, Vehicle, VehicleStep
from solver.evaluation import whole_order


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do: a task with what its job or shipment says of it. Amounts are per dimension of the load."""

    kind: StepType
    task: Task
    skills: frozenset[int]
    priority: int
    delivery: tuple[int, ...]
    pickup: tuple[int, ...]
    partner: int | None = None  #: of a pickup, the id of its delivery, and the reverse

    def lasts(self, vehicle: Vehicle) -> tuple[int, int]:
        """Seconds of set-up and of service by a vehicle."""
        task = self.task
        return task.setup_per_type.get(vehicle.type, task.setup), task.service_per_type.get(vehicle.type, task.service)


@dataclass(frozen=True, slots=True)
class Item:
    """One step of a route between its start and its end, a thing to do or a break, and what is asked of its time."""

    what: Todo | Break
    asked: VehicleStep | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """The steps of a vehicle (row) between its start and its end; `first` and `last` say what is asked of the time of these."""

    vehicle: int
    items: tuple[Item, ...]
    first: VehicleStep | None = None
    last: VehicleStep | None = None


def todos_of(asked: Asked) -> Mapping[tuple[str, int], Todo]:
    """Everything to do, by kind and id, jobs first."""
    none = (0,) * len(asked.vehicles[0].capacity)
    found: list[Todo] = []
    for job in asked.jobs:
        old = job.amount if job.delivery is None and job.pickup is None else None
        delivery, pickup = job.delivery or old or none, job.pickup or none
        found.append(Todo("job", job, frozenset(job.skills), job.priority, delivery, pickup))
    for each in asked.shipments:
        skills, amount = frozenset(each.skills), each.amount or none
        found.append(Todo("pickup", each.pickup, skills, each.priority, none, amount, each.delivery.id))
        found.append(Todo("delivery", each.delivery, skills, each.priority, amount, none, each.pickup.id))
    return {(todo.kind, todo.task.id): todo for todo in found}


def given_orders(asked: Asked) -> Iterator[Order]:
    """The routes that the document gives; vehicles without steps have none."""
    todos = todos_of(asked)
    for row, vehicle in enumerate(asked.vehicles):
        breaks = {pause.id: pause for pause in vehicle.breaks}
        ends = {step.type: step for step in vehicle.steps if step.id is None}
        items = [_given(step, todos, breaks) for step in vehicle.steps if step.type not in {"start", "end"}]
        if items:
            yield Order(row, tuple(items), ends.get("start"), ends.get("end"))


def _given(step: VehicleStep, todos: Mapping[tuple[str, int], Todo], breaks: Mapping[int, Break]) -> Item:
    assert step.id is not None  # wire.vroom.rules
    return Item(breaks[step.id] if step.type == "break" else todos[step.type, step.id], step)


def found_orders(asked: Asked, problem: solver.Problem, plan: solver.Plan) -> Iterator[Order]:
    """The routes of a plan, with every break of a vehicle, also those that the plan holds before or after its route."""
    todos = todos_of(asked)
    for route in plan.routes:
        pauses = [pause for pause, _ in breaks_of(asked.vehicles[route.shift])]
        stops = whole_order(problem, route)
        items = [
            Item(pauses[stop.row] if stop.kind is solver.StopKind.BREAK else todos["job", asked.jobs[stop.row].id])
            for stop in stops
        ]
        yield Order(route.shift, tuple(items))
