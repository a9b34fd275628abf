"""Policies have versions that never change, and say what things are worth."""

import pytest

from dispatch import policies, wire
from dispatch.errors import Code, InputError, NotFound
from dispatch.store import Store
from dispatch.wire.keeping import NewPolicy, PolicyQuery
from tests.dispatch.records.kept import acting, area

WINTER = wire.Policy(name="Winter", late_per_hour=90)


def make(store: Store, name: str, policy: wire.Policy) -> int:
    with acting(store) as act:
        return policies.create(act, "north", NewPolicy(name=name, policy=policy)).number


def test_a_policy_that_says_something_else_is_a_new_version_and_the_old_one_stays(store: Store) -> None:
    area(store)
    assert [make(store, "winter", policy) for policy in (WINTER, WINTER, wire.Policy(late_per_hour=80), WINTER)] == [1, 1, 2, 3]
    with acting(store) as act:
        assert policies.shown(act, policies.find(act, "north", "winter", "1")).policy == WINTER
        assert policies.find(act, "north", "winter").number == 3
        found = policies.listed(act, "north", PolicyQuery(name="winter", limit=2))
        assert ([row.number for row in found.items], found.next is None) == ([1, 2], False)
        for name, number in (("summer", None), ("winter", "4"), ("winter", "one"), ("winter", "-1"), ("winter", "9" * 40)):
            with pytest.raises(NotFound):
                policies.find(act, "north", name, number)


def test_tiers_that_do_not_ascend_are_refused(store: Store) -> None:
    area(store)
    costs = wire.Costs.model_validate({"overtime": [{"after_min": 60, "per_hour": 1}, {"after_min": 60, "per_hour": 2}]})
    with pytest.raises(InputError) as refused:
        make(store, "winter", wire.Policy(costs=costs))
    assert [(each.code, each.pointer) for each in refused.value.findings] == [(Code.CONFLICT, "/policy/costs/overtime/1/after_min")]


def test_exchange_rates_are_in_minutes_of_travel() -> None:
    """36 an hour and 0.6 a kilometre: a minute of travel is 0.6 of pay and 40 / 60 km for 0.4: 1 in all."""
    costs = wire.Costs(per_hour=36, per_km=0.6)
    found = policies.exchange_rates(wire.Policy(late_per_hour=55, late_fixed=0, costs=costs), "EUR")
    assert (found.travel_minute, found.kmh) == (1, 40)
    rates = {rate.name: rate for rate in found.rates}
    assert rates["late_hour"].words == "an hour late = 55 minutes of travel"
    assert (rates["priority_1"].price, rates["priority_1"].travel_min) == (4_000, 4_000)  # the default in euros
    assert "late" not in rates  # it costs nothing
    free = policies.exchange_rates(wire.Policy(costs=wire.Costs(per_hour=0, per_km=0)), "EUR")
    assert {rate.travel_min for rate in free.rates} == {None}


def test_a_territory_without_a_policy_goes_by_the_default_prices(store: Store) -> None:
    area(store)
    with acting(store) as act:
        assert policies.rates_in_use(act, "north") == policies.exchange_rates(wire.Policy(), "EUR")
