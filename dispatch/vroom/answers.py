"""Routes as VROOM's answer, and refusals as one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from dispatch.errors import Finding, InputError
from dispatch.vroom.orders import todos_of
from dispatch.vroom.roads import Roads
from dispatch.vroom.timetable import united
from dispatch.wire.vroom import Asked, Remark, Route, Summary, Told, Unassigned

INPUT: Literal[2] = 2
ROUTING: Literal[3] = 3
"""VROOM's codes of what can go wrong here: the document, the travel."""


def told(
    asked: Asked, roads: Roads, routes: Sequence[Route], why: Mapping[int, str], warnings: Iterable[Finding], left: str
) -> Told:
    """The answer that these routes are.

    Parameters
    ----------
    why : of jobs (id) that are on no route, the reason
    left : the reason of those that are not in `why`
    """
    done = {(step.type, step.id) for route in routes for step in route.steps}
    unassigned = [
        Unassigned(
            id=todo.task.id,
            type=todo.kind,
            description=todo.task.description or None,
            location=todo.task.location,
            location_index=None if roads.rows else todo.task.location_index,
            reason=why.get(todo.task.id, left),
        )
        for name, todo in todos_of(asked).items()
        if name not in done
    ]
    remarks = tuple(map(_remark, warnings))
    return Told(
        code=0,
        summary=_summary(asked, routes, len(unassigned)),
        unassigned=tuple(unassigned),
        routes=tuple(routes),
        warnings=remarks or None,
    )


def refused(error: InputError) -> Told:
    """The answer to a document that is not acceptable."""
    more = f" (and {len(error.findings) - 1 + error.more} more)" if len(error.findings) + error.more > 1 else ""
    return Told(code=INPUT, error=f"{error.findings[0]}{more}", findings=tuple(map(_remark, error.findings)))


def lost(message: str) -> Told:
    """The answer when there are no travel times."""
    return Told(code=ROUTING, error=message)


def broken_down() -> Told:
    """The answer when the process that should give it has ended without one."""
    return Told(code=1, error="the process that should answer has ended without an answer")


def _remark(finding: Finding) -> Remark:
    return Remark(pointer=finding.pointer, code=finding.code, message=finding.message, value=finding.value)


def _summary(asked: Asked, routes: Sequence[Route], unassigned: int) -> Summary:
    size = len(asked.vehicles[0].capacity)
    delivery, pickup = (_total([getattr(route, name) or (0,) * size for route in routes], size) for name in ("delivery", "pickup"))
    distances = [route.distance for route in routes]
    return Summary(
        cost=sum(route.cost for route in routes),
        routes=len(routes),
        unassigned=unassigned,
        delivery=delivery,
        amount=delivery,
        pickup=pickup,
        setup=sum(route.setup for route in routes),
        service=sum(route.service for route in routes),
        duration=sum(route.duration for route in routes),
        waiting_time=sum(route.waiting_time for route in routes),
        priority=sum(route.priority for route in routes),
        distance=None if None in distances else sum(each or 0 for each in distances),
        violations=united(each for route in routes for each in route.violations),
    )


def _total(amounts: Sequence[Sequence[int]], size: int) -> tuple[int, ...] | None:
    return tuple(sum(each[dimension] for each in amounts) for dimension in range(size)) or None
