"""What is due in the months ahead."""

from datetime import datetime
from typing import Any

from dispatch import upkeep, wire
from dispatch.store import Store
from tests.dispatch.records.kept import NOW, acting
from tests.dispatch.upkeep.plants import NORTH, add, at, finish, made, monthly, plant, read


def ahead(store: Store, now: datetime = NOW, **asked: Any) -> wire.Forecast:
    with acting(store, now) as act:
        return upkeep.forecast(act, NORTH, wire.ForecastQuery.model_validate(asked))


def dues(forecast: wire.Forecast) -> list[str]:
    return [each.due.isoformat() for each in forecast.items]


def test_a_forecast_has_the_jobs_that_are_made_and_those_to_come(store: Store) -> None:
    """Six months from 20 March: what is due before 20 September."""
    plant(store)
    monthly(store)
    made(store, at("2026-03-20T08:00"))
    found = ahead(store, at("2026-03-20T09:00"), months=6)
    assert dues(found) == [f"2026-{month}" for month in ("03-31", "04-30", "05-31", "06-30", "07-31", "08-31")]
    assert [each.job for each in found.items] == ["service-1", *[None] * 5]


def test_months_are_summed_up(store: Store) -> None:
    """A service of 60 minutes a month, as kind maintenance lasts, and a check of 15 a week: 5 Mondays in March from the 2nd on."""
    plant(store)
    monthly(store)
    monthly(store, "check", interval={"count": 1, "unit": "weeks"}, first_due="2026-03-02", duration_min=15)
    found = ahead(store, months=2)
    assert [(each.month, each.jobs, each.hours) for each in found.months] == [("2026-03", 6, 2.25), ("2026-04", 5, 2)]
    only = ahead(store, months=2, upkeep="service")
    assert {each.upkeep for each in only.items} == {"service"}


def test_a_floating_one_goes_on_from_when_the_open_one_will_be_done(store: Store) -> None:
    """Made for 31 March and overdue in May: taken to be done today, 10 May, and a month later each."""
    plant(store)
    monthly(store, counts="floating")
    made(store, at("2026-03-20T08:00"))
    assert dues(ahead(store, at("2026-05-10T08:00"), months=3)) == ["2026-03-31", "2026-06-10", "2026-07-10"]
    finish(store, "service-1", at("2026-05-11T08:00"))
    assert dues(ahead(store, at("2026-05-12T08:00"), months=3)) == ["2026-06-11", "2026-07-11", "2026-08-11"]


def test_a_meter_says_when_by_what_is_used(store: Store) -> None:
    """10 h a day from 1,100 h on 11 January: 1,500 on 20 February, 2,000 on 11 April, 2,500 on 31 May."""
    plant(store)
    add(store, "upkeeps", {"id": "service", "asset": "boiler", "use": {"meter": "hours", "every": 500}})
    assert dues(ahead(store)) == []
    read(store, ("2026-01-01T12:00", 1_000), ("2026-01-11T12:00", 1_100))
    found = ahead(store, at("2026-01-12T08:00"), months=5)
    assert dues(found) == ["2026-02-20", "2026-04-11", "2026-05-31"]
    assert [each.count for each in found.items] == [1_500, 2_000, 2_500]
