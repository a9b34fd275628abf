"""Policies: rules and prices under a name, in versions that never change, so that a plan can say by which it was made."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select

from dispatch import wire
from dispatch.access import Act
from dispatch.day import layered_policy
from dispatch.errors import InputError, NotFound
from dispatch.paging import Rows, page
from dispatch.store.tables import Policy, Run
from dispatch.wire.keeping import ExchangeRate, ExchangeRates, NewPolicy, PolicyQuery, PolicyRecord
from dispatch.wire.rules import broken
from dispatch.wire.view import View

STANDARD: Final = "standard"
"""The name of a policy that came with a day file, where the territory had none."""

KMH: Final = 40
"""How fast a minute of travel is reckoned to be, for its share of the price per kilometre."""


R = TypeVar("R", bound=wire.Record)


def newest(act: Act, territory: str, name: str | None) -> Policy | None:
    """The newest version of a policy; None if there is none."""
    versions = select(Policy).where(Policy.territory_id == territory, Policy.name == name)
    return act.session.scalars(versions.order_by(Policy.number.desc()).limit(1)).first()


def find(act: Act, territory: str, name: str, number: str | None = None) -> Policy:
    """A version of a policy, by default the newest. Raises `NotFound`."""
    act.territory(territory)
    if number is None:
        row = newest(act, territory, name)
    else:
        known = number.isascii() and number.isdigit() and len(number) < 10
        row = act.session.get(Policy, (territory, name, int(number))) if known else None
    if row is None:
        raise NotFound("policy", name if number is None else f"{name}/{number}")
    return row


def listed(act: Act, territory: str, asked: PolicyQuery) -> Rows[Policy]:
    """A page of the versions of policies, by name and number. Raises `NotFound`, `InputError`."""
    act.territory(territory)
    query = select(Policy).where(Policy.territory_id == territory)
    if asked.name is not None:
        query = query.where(Policy.name == asked.name)
    return page(act, query, [Policy.name, Policy.number], asked.limit, asked.cursor)


def create(act: Act, territory: str, asked: NewPolicy) -> Policy:
    """A policy, or a new version of one; the newest one, if that says the same.

    Raises
    ------
    NotFound : there is no such territory, or none the caller may see
    InputError : its overtime tiers do not ascend
    """
    act.territory(territory)
    findings = [*broken(View({"policy": asked.policy.model_dump(mode="json", exclude_unset=True)}))]
    if findings:
        raise InputError(findings)
    return keep(act, territory, asked.name, asked.policy)


def keep(act: Act, territory: str, name: str, policy: wire.Policy) -> Policy:
    """The newest version of a policy, made if the newest one says something else."""
    body = policy.model_dump(mode="json", exclude_unset=True)
    former = newest(act, territory, name)
    if former is not None and former.body == body:
        return former
    number = 1 if former is None else former.number + 1
    row = Policy(territory_id=territory, name=name, number=number, body=body, created_at=act.now, created_by=act.caller.id)
    act.session.add(row)
    act.session.flush()
    act.note("create", "policy", f"{name}/{number}", territory=territory)
    return row


def shown(act: Act, row: Policy) -> PolicyRecord:
    """A version of a policy as it is answered."""
    zone = ZoneInfo(act.territory(row.territory_id).timezone)
    return PolicyRecord(
        name=row.name,
        number=row.number,
        policy=wire.Policy.model_validate(row.body),
        created_at=row.created_at.astimezone(zone),
        created_by=row.created_by,
    )


# ---------------------------------------------------------------- of a run


def of_run(act: Act, run: Run, overrides: wire.Policy | None) -> wire.Policy:
    """The rules and prices that a run plans by: those of its version of its policy, the defaults if it has none, and its own."""
    row = act.session.get(Policy, (run.territory_id, run.policy_name, run.policy_number)) if run.policy_name else None
    policy = wire.Policy.model_validate(row.body) if row else wire.Policy()
    return policy if overrides is None else laid_over(policy, overrides)


def laid_over(below: R, above: R) -> R:
    """A record with the fields that another one gives; records and prices within it likewise."""
    return below.model_copy(update={name: _merged(getattr(below, name), getattr(above, name)) for name in above.model_fields_set})


def _merged(below: Any, above: Any) -> Any:
    if isinstance(below, wire.Record) and isinstance(above, wire.Record):
        return laid_over(below, above)
    return {**below, **above} if isinstance(below, Mapping) and isinstance(above, Mapping) else above


# ---------------------------------------------------------------- exchange rates


def rates_in_use(act: Act, territory: str) -> ExchangeRates:
    """What things are worth by the policy that a territory uses. Raises `NotFound`."""
    where = act.territory(territory)
    row = newest(act, territory, where.policy)
    return exchange_rates(wire.Policy.model_validate(row.body) if row else wire.Policy(), where.currency)


def exchange_rates(policy: wire.Policy, currency: str) -> ExchangeRates:
    """What things are worth to a policy, each in money and in minutes of travel.

    A minute of travel costs what a technician is paid in a minute and what is driven in it, at 40 km/h.
    """
    full = layered_policy(policy, currency)
    costs = full.costs or wire.Costs()
    minute = ((costs.per_hour or 0) + (costs.per_km or 0) * KMH) / 60
    rates = tuple(_rate(name, words, price, minute) for name, words, price in _prices(full, costs) if price)
    return ExchangeRates(currency=currency, travel_minute=round(minute, 6), kmh=KMH, rates=rates)


def _prices(policy: wire.Policy, costs: wire.Costs) -> Iterator[tuple[str, str, float | None]]:
    for priority, price in (policy.priority_prices or {}).items():
        yield f"priority_{priority}", f"leaving out a job of priority {priority}", price
    yield "late", "being late at all", policy.late_fixed
    yield "late_hour", "an hour late", policy.late_per_hour
    yield "urgency_hour", "an urgent job an hour later", policy.urgency_per_hour
    yield "overqualified_level", "a level of skill more than needed", policy.overqualified_per_level
    yield "preference_rank", "a technician one rank further down", policy.preference_per_rank
    yield "wish", "a wish missed", policy.wish_missed
    yield "area_secondary", "a job in an area where the technician helps out", policy.area_secondary
    yield "area_outside", "a job outside the technician's areas", policy.area_outside
    yield "promise", "a told window missed at all", policy.promise_fixed
    yield "promise_minute", "a minute outside a told window", policy.promise_per_minute
    yield "preferred_minute", "a minute outside the preferred windows", policy.preferred_per_minute
    yield "slack_hour", "an hour of slack missing before the due time", policy.slack_per_hour
    yield "change_technician", "another technician than in the plan in force", policy.change_technician
    yield "move_minute", "a visit moved by a minute", policy.move_per_minute
    yield "drop", "dropping a job of the plan in force", policy.drop
    yield "shift", "one more shift used", costs.per_use
    yield "job", "one more job", costs.per_job
    for tier in costs.overtime or ():
        yield f"overtime_{tier.after_min:g}", f"an hour of overtime after {tier.after_min:g} minutes, on top", tier.per_hour


def _rate(name: str, words: str, price: float | None, minute: float) -> ExchangeRate:
    worth = round((price or 0) / minute, 1) if minute else None
    told = f"{words} = {price:,g}" if worth is None else f"{words} = {worth:,g} minutes of travel"
    return ExchangeRate(name=name, price=price or 0, travel_min=worth, words=told)
