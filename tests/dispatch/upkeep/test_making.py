"""The clock makes the jobs of maintenance ahead of time: each once, and as its upkeep says."""

from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select

from dispatch import records
from dispatch.errors import Conflict, InputError
from dispatch.records import KINDS
from dispatch.settings import Settings
from dispatch.store import Store
from dispatch.store.tables import Alert, Job, JobState
from dispatch.ticks import Clock
from tests.dispatch.records.kept import NOW, acting
from tests.dispatch.upkeep.plants import NORTH, add, at, finish, history, look, made, monthly, plant, read


def test_a_job_is_made_as_long_before_as_its_upkeep_says_and_once(store: Store) -> None:
    """Due on 31 March, may be done from the 17th on, made on the 3rd."""
    plant(store)
    monthly(store)
    assert made(store, at("2026-03-02T23:59")) == []
    assert made(store, at("2026-03-03T00:00")) == ["service-1"]
    assert made(store, at("2026-03-03T00:00")) == made(store, at("2026-03-20T12:00")) == []
    assert history(store) == [(0, "2026-03-31", "open")]


def test_a_job_says_what_its_upkeep_says(store: Store) -> None:
    plant(store)
    monthly(store, duration_min=45, skills={"gas": 2}, parts={"filter": 1}, note="Take the ladder", name="Yearly check")
    made(store, at("2026-03-10T08:00"))
    job = look(store, "service-1")
    expected = {
        "kind": "maintenance",
        "site": "mill",
        "asset": "boiler",
        "customer": "weiss",
        "duration_min": 45,
        "skills": {"gas": 2},
        "parts": {"filter": 1},
        "note": "Take the ladder",
        "name": "Yearly check",
        "early_percent": 20,
        "release": "2026-03-17T00:00:00+01:00",
        "due": "2026-04-01T00:00:00+02:00",
        "windows": [{"start": "2026-03-17T00:00:00+01:00", "end": "2027-04-02T00:00:00+02:00"}],
    }
    assert {name: job[name] for name in expected} == expected


def test_of_a_site_without_an_asset_the_job_is_at_the_site(store: Store) -> None:
    plant(store)
    add(store, "upkeeps", {"id": "roof", "site": "mill", "interval": {"count": 1, "unit": "weeks"}, "first_due": "2026-03-02"})
    (name,) = made(store, NOW)[:1]
    job = look(store, name)
    assert job["site"] == "mill"
    assert "asset" not in job


def test_several_that_are_near_are_made_at_once_each_from_half_the_way_on(store: Store) -> None:
    """Weekly from 6 March: on 1 March those due within 3 + 14 days, the later ones open 3 days before."""
    plant(store)
    monthly(store, interval={"count": 1, "unit": "weeks"}, first_due="2026-03-06")
    assert made(store, NOW) == ["service-1", "service-2"]
    assert look(store, "service-1")["release"] == "2026-02-20T00:00:00+01:00"
    assert look(store, "service-2")["release"] == "2026-03-10T00:00:00+01:00"


def test_while_one_is_overdue_no_further_is_made(store: Store) -> None:
    """March's is done on 20 May only, after April's was due: it stands for both, May's is next."""
    plant(store)
    monthly(store)
    made(store, at("2026-03-20T08:00"))
    for day in ("2026-04-15T08:00", "2026-05-19T08:00"):
        assert made(store, at(day)) == []
    finish(store, "service-1", at("2026-05-20T08:00"))
    assert made(store, at("2026-05-20T09:00")) == ["service-2"]
    assert history(store) == [(0, "2026-03-31", "done"), (1, "2026-05-31", "open")]


def test_after_months_without_a_clock_what_was_missed_is_made_up_for_once(store: Store) -> None:
    plant(store)
    monthly(store)
    assert made(store, at("2026-07-15T08:00")) == ["service-1"]
    assert history(store) == [(0, "2026-06-30", "open")]


def test_one_that_was_due_long_ago_can_still_be_done(store: Store) -> None:
    """Due on the first day that can be said: its release is no day earlier, and its window is open for a year from now on."""
    plant(store)
    monthly(store, interval={"count": 1_000, "unit": "months"}, first_due="2000-01-01")
    assert made(store, at("2026-03-20T08:00")) == ["service-1"]
    window = {"start": "2000-01-01T00:00:00+01:00", "end": "2027-03-22T00:00:00+01:00"}
    assert look(store, "service-1")["windows"] == [window]


def test_a_floating_one_comes_an_interval_after_it_was_done_and_not_before(store: Store) -> None:
    plant(store)
    monthly(store, counts="floating")
    assert made(store, at("2026-03-20T08:00")) == ["service-1"]
    assert made(store, at("2026-08-20T08:00")) == []
    finish(store, "service-1", at("2026-08-20T10:00"))
    assert made(store, at("2026-08-25T08:00")) == ["service-2"]
    assert history(store)[-1] == (1, "2026-09-20", "open")


def test_a_cancelled_one_is_waived(store: Store) -> None:
    plant(store)
    monthly(store, counts="floating")
    made(store, at("2026-03-20T08:00"))
    with acting(store) as act:
        act.session.get_one(Job, (NORTH, "service-1")).state = JobState.CANCELLED
    assert made(store, at("2026-04-20T08:00")) == ["service-2"]
    assert history(store) == [(0, "2026-03-31", "cancelled"), (1, "2026-04-30", "open")]


def test_by_meter_it_is_made_when_the_use_says_it_is_near(store: Store) -> None:
    """1,000 h on 1 January and 1,100 on the 11th: the next 400 take 40 days, till 20 February; made 28 days before."""
    plant(store)
    add(store, "upkeeps", {"id": "service", "asset": "boiler", "use": {"meter": "hours", "every": 500}})
    read(store, ("2026-01-01T12:00", 1_000), ("2026-01-11T12:00", 1_100))
    assert made(store, at("2026-01-22T12:00")) == []
    assert made(store, at("2026-01-23T12:00")) == ["service-1"]
    assert history(store) == [(0, "2026-02-20", "open")]


def test_a_meter_that_is_used_more_brings_it_nearer(store: Store) -> None:
    """Another 350 within 9 days: 450 within 19 days, and 50 more take 2.1 days: due on 22 January."""
    plant(store)
    add(store, "upkeeps", {"id": "service", "asset": "boiler", "use": {"meter": "hours", "every": 500}})
    read(store, ("2026-01-01T12:00", 1_000), ("2026-01-11T12:00", 1_100), ("2026-01-20T12:00", 1_450))
    made(store, at("2026-01-20T13:00"))
    assert history(store)[0] == (0, "2026-01-22", "open")


def test_two_clocks_at_once_make_one_job(store: Store) -> None:
    plant(store)
    for number in range(5):
        monthly(store, f"service{number}")
    found: list[str] = []
    threads = [Thread(target=lambda: found.extend(made(store, at("2026-03-20T08:00")))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [f"service{number}-1" for number in range(5)]


def test_an_id_that_a_job_has_already_is_left_to_it(store: Store) -> None:
    plant(store)
    monthly(store)
    monthly(store, "x" * 64)
    add(store, "jobs", {"id": "service-1", "site": "mill", "kind": "repair"})
    names = made(store, at("2026-03-20T08:00"))
    assert names[0] == "service-1-1"
    assert len(names[1]) <= 64


def test_one_that_cannot_be_made_is_said_until_it_can(store: Store) -> None:
    """Its kind is one of the territory's, and then it is none."""
    plant(store)
    with acting(store) as act:
        records.territories.change(act, NORTH, 1, {"kinds": {"overhaul": {"duration_min": 30}}})
    monthly(store, kind="overhaul")
    monthly(store, "other")
    with acting(store) as act:
        records.territories.change(act, NORTH, 2, {"kinds": {}})
    assert made(store, at("2026-03-20T08:00")) == ["other-1"]
    made(store, at("2026-03-20T09:00"))
    assert alerts(store) == [("upkeep_refused", "service", True)]
    with acting(store) as act:
        records.territories.change(act, NORTH, 3, {"kinds": {"overhaul": {"duration_min": 30}}})
    assert made(store, at("2026-03-20T10:00")) == ["service-1"]
    assert alerts(store) == [("upkeep_refused", "service", False)]


def alerts(store: Store) -> list[tuple[str, str, bool]]:
    with store.reading() as session:
        return [(row.kind.value, row.subject, row.over_at is None) for row in session.scalars(select(Alert))]


def test_one_that_is_not_used_any_more_makes_nothing(store: Store) -> None:
    plant(store)
    monthly(store)
    with acting(store) as act:
        records.retire(act, KINDS["upkeeps"], NORTH, "service", 1)
    assert made(store, at("2026-03-20T08:00")) == []


def test_the_clock_makes_them_by_itself(store: Store) -> None:
    plant(store)
    monthly(store)
    said: list[str] = []
    Clock(store, Settings(), said.append, lambda: at("2026-03-20T08:00")).make_due()
    assert said == ["job service-1 of north: maintenance is due"]


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"site": "mill"}, "/site", "conflict"),
    ({"asset": None}, "/asset", "required"),
    ({"interval": None, "first_due": None}, "/interval", "required"),
    ({"first_due": None}, "/first_due", "required"),
    ({"asset": "bailer"}, "/asset", "unknown_reference"),
    ({"use": {"meter": "hours", "every": 500}}, "/counts", "conflict"),
    ({"use": {"meter": "houres", "every": 500}, "counts": "floating"}, "/use/meter", "unknown_reference"),
    ({"use": {"meter": "pages", "every": 500}, "counts": "floating"}, "/use/meter", "conflict"),
    ({"use": {"meter": "hours", "every": 0}}, "/use/every", "out_of_range"),
    ({"interval": {"count": 0, "unit": "months"}}, "/interval/count", "out_of_range"),
    ({"interval": {"count": 1, "unit": "moons"}}, "/interval/unit", "unknown_value"),
    ({"kind": "upkeeping"}, "/kind", "unknown_reference"),
    ({"technicians": {"required": ["nobody"]}}, "/technicians/required/0", "unknown_reference"),
    ({"early_days": 366}, "/early_days", "out_of_range"),
    ({"early_percent": 101}, "/early_percent", "out_of_range"),
]


@pytest.mark.parametrize(("fields", "place", "code"), WRONG)
def test_an_upkeep_that_makes_no_sense_is_refused(store: Store, fields: dict[str, Any], place: str, code: str) -> None:
    plant(store)
    add(store, "assets", {"id": "printer", "site": "mill"})
    add(store, "meters", {"id": "pages", "asset": "printer", "unit": "pages"})
    good = {"id": "service", "asset": "boiler", "interval": {"count": 1, "unit": "months"}, "first_due": "2026-03-31"}
    with pytest.raises(InputError) as refused:
        add(store, "upkeeps", {name: value for name, value in (good | fields).items() if value is not None})
    assert (place, code) in [(finding.pointer, finding.code) for finding in refused.value.findings]


def test_what_an_upkeep_needs_is_not_retired(store: Store) -> None:
    plant(store)
    add(store, "upkeeps", {"id": "service", "asset": "boiler", "use": {"meter": "hours", "every": 500}})
    for kind, name in (("assets", "boiler"), ("meters", "hours")):
        with acting(store) as act, pytest.raises(Conflict, match="in use"):
            records.retire(act, KINDS[kind], NORTH, name, 1)
