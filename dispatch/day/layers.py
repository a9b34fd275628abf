"""Who says it first: the record itself, then what it inherits from, then the defaults."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from dispatch.wire.defaults import KINDS, PRIORITY, policy_in
from dispatch.wire.fields import Record
from dispatch.wire.model import Day
from dispatch.wire.prices import Costs, Policy
from dispatch.wire.staff import AnyShift, Limits, Stock, Technician
from dispatch.wire.work import Job, JobDetails, Kind, Work

R = TypeVar("R", bound=Record)


def layered(model: type[R], *layers: Record | None) -> R:
    """The record in which each field is that of the first layer that gives it."""
    present = [layer for layer in layers if layer is not None]
    given: dict[str, Any] = {}
    for name in model.model_fields:
        given[name] = None
        for layer in present:
            value = getattr(layer, name)
            if value is not None:
                given[name] = value
                break
    return model.model_construct(**given)


def policy_of(day: Day) -> Policy:
    """The day's policy, every field given."""
    return layered_policy(day.policy, day.currency)


def layered_policy(given: Policy, currency: str) -> Policy:
    """A policy, every field given: what it does not say is the default of the currency."""
    default = policy_in(currency)
    policy = layered(Policy, given, default)
    prices = {**(default.priority_prices or {}), **(given.priority_prices or {})}
    return policy.model_copy(update={"priority_prices": prices, "costs": layered(Costs, given.costs, default.costs)})


def work_layers(day: Day, job: Job) -> tuple[Work, ...]:
    """A job and the kinds it is of, the most particular first."""
    return layers_of(day.kinds, job)


def layers_of(kinds: Mapping[str, Kind], job: JobDetails) -> tuple[Work, ...]:
    """A job and the kinds it is of, the most particular first; `kinds` : those beside the usual ones."""
    kind = job.kind or ""
    layers: tuple[Work | None, ...] = (job, kinds.get(kind), KINDS.get(kind))
    return tuple(layer for layer in layers if layer is not None)


def first_said(name: str, layers: Iterable[Work]) -> Any:
    """A field as the first layer that gives it has it; None: none does."""
    return next((value for layer in layers if (value := getattr(layer, name)) is not None), None)


def work_of(day: Day, job: Job) -> Work:
    """What a job asks for, its kinds considered; what the policy says of it is still left out."""
    return layered(Kind, *work_layers(day, job))


def priority_of(day: Day, job: Job) -> int:
    """How important a job is: 1 is the most important."""
    return next((layer.priority for layer in work_layers(day, job) if layer.priority is not None), PRIORITY)


def costs_of(policy: Policy, technician: Technician, shift: AnyShift) -> Costs:
    """What a shift costs, every field given."""
    return layered(Costs, shift.costs, technician.costs, policy.costs)


def limits_of(technician: Technician, shift: AnyShift) -> Limits:
    """What a shift may not exceed."""
    return layered(Limits, shift.limits, technician.limits)


def stock_of(technician: Technician, shift: AnyShift) -> Stock | None:
    """The stock point of a shift."""
    return shift.stock or technician.stock
