"""What is planned is what can be done in the horizon, as it stands; what cannot be planned is named; what has changed is told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch import policies, records, wire
from dispatch.records import KINDS, Basis, Snapshot
from dispatch.store import Store
from dispatch.store.tables import Event, EventKind, Schedule, Visit, VisitState
from dispatch.wire.reading import read_record
from tests.dispatch.days import BASE, RICH
from tests.dispatch.records.kept import NOW, acting, area, kept, planned

HOME = {"lat": 52.52, "lon": 13.405}
MIDNIGHT = datetime(2026, 3, 1, 23, tzinfo=UTC)  # in Berlin
MONDAY = wire.Horizon(start=MIDNIGHT, end=MIDNIGHT + timedelta(days=1))
TUESDAY = wire.Horizon(start=MIDNIGHT + timedelta(days=1), end=MIDNIGHT + timedelta(days=2))


def at(clock: str, day: int = 2) -> str:
    return f"2026-03-{day:02}T{clock}:00+01:00"


def add(store: Store, kind: str, **raw: Any) -> None:
    with acting(store) as act:
        records.create(act, KINDS[kind], "north", read_record(KINDS[kind].new, raw))


def alter(store: Store, kind: str, name: str, version: int = 1, /, **given: Any) -> None:
    with acting(store) as act:
        records.change(act, KINDS[kind], "north", name, version, given)


@pytest.fixture
def north(store: Store) -> Store:
    """Ada, who works on Monday and on Tuesday."""
    area(store)
    add(store, "technicians", id="ada", name="Ada", home=HOME)
    add(store, "shifts", id="mon", technician="ada", start=at("08:00"), end=at("16:00"))
    add(store, "shifts", id="tue", technician="ada", start=at("08:00", 3), end=at("16:00", 3))
    return store


def job(store: Store, name: str, **others: Any) -> None:
    add(store, "jobs", **({"id": name, "duration_min": 30, "location": HOME} | others))


def jobs(store: Store, horizon: wire.Horizon = MONDAY) -> list[str]:
    return [each.id for each in planned(store, horizon).day.jobs]


def shifts(store: Store, horizon: wire.Horizon = MONDAY) -> list[Any]:
    return [shift for technician in planned(store, horizon).day.technicians for shift in technician.shifts]


# ---------------------------------------------------------------- what belongs into a horizon


def test_a_day_has_the_shifts_that_start_in_it_and_the_jobs_that_may_start_in_it(north: Store) -> None:
    job(north, "any")
    job(north, "monday", windows=[{"start": at("09:00"), "end": at("10:00")}])
    job(north, "either", windows=[{"start": at("09:00"), "end": at("10:00")}, {"start": at("09:00", 3), "end": at("10:00", 3)}])
    job(
        north,
        "around",
        windows=[{"start": at("09:00", 1), "end": at("10:00", 1)}, {"start": at("09:00", 4), "end": at("10:00", 4)}],
    )
    job(north, "pinned", pin={"technician": "ada", "shift": "tue"})
    job(north, "timed", pin={"technician": "ada", "start": at("09:00", 3)})
    assert jobs(north, MONDAY) == ["any", "either", "monday"]
    assert jobs(north, TUESDAY) == ["any", "either", "pinned", "timed"]
    assert [shift.start.day for horizon in (MONDAY, TUESDAY) for shift in shifts(north, horizon)] == [2, 3]
    assert planned(north, TUESDAY).day.jobs[2].pin == wire.Pin(technician="ada", shift=0)


def test_a_job_that_is_done_cancelled_or_retired_is_not_planned(north: Store) -> None:
    for name in ("open", "cancelled", "retired"):
        job(north, name)
    with acting(north) as act:
        records.cancel(act, "north", "cancelled", 1)
        records.retire(act, KINDS["jobs"], "north", "retired", 1)
    assert jobs(north) == ["open"]


@pytest.mark.parametrize(
    ("state", "hours", "belongs"),
    [
        (VisitState.PLANNED, 10, True),  # on Monday itself
        (VisitState.PLANNED, 34, False),  # on Tuesday: it is served there
        (VisitState.COMPLETED, -10, False),
        (VisitState.FAILED, -10, True),
        (VisitState.WITHDRAWN, 34, True),
    ],
)
def test_a_job_that_a_visit_of_another_day_serves_is_not_planned(
    north: Store, state: VisitState, hours: int, belongs: bool
) -> None:
    job(north, "j")
    start = MIDNIGHT + timedelta(hours=hours)
    with acting(north) as act:
        plain = {"day": "{}", "plan": "{}", "basis": {}, "quality": {}, "cost": 0, "unassigned": 0, "updated_at": NOW}
        act.session.add(Schedule(id="p", territory_id="north", horizon_start=NOW, horizon_end=NOW, created_at=NOW, **plain))
        where = {"territory_id": "north", "job_id": "j", "schedule_id": "p", "technician_id": "ada"}
        act.session.add(Visit(**where, state=state, position=0, arrive=start, start=start, end=start, updated_at=NOW))
    assert jobs(north) == (["j"] if belongs else [])


def test_an_absence_concerns_every_shift_it_touches(north: Store) -> None:
    add(north, "absences", id="a", technician="ada", start=at("15:00"), end=at("09:00", 3), place=HOME, note="at the dentist's")
    for horizon in (MONDAY, TUESDAY):
        (shift,) = shifts(north, horizon)
        assert [(each.start.hour, each.end.hour) for each in shift.absences] == [(14, 8)]  # in UTC


def test_nobody_works_outside_a_contract_or_on_a_closed_day_and_the_day_says_so(north: Store) -> None:
    alter(north, "technicians", "ada", contract={"last_day": "2026-03-02"})
    with acting(north) as act:
        records.territories.change(act, "north", 1, {"calendar": {"closed": ["2026-03-02"]}})
    for horizon, name, code in ((MONDAY, "mon", "closed_day"), (TUESDAY, "tue", "outside_contract")):
        found = planned(north, horizon)
        assert [technician.shifts for technician in found.day.technicians] == [()]
        assert [(each.pointer, each.code) for each in found.warnings] == [(f"/shifts/{name}", code)]
        assert found.left_out == ()


def test_the_day_names_nobody(store: Store) -> None:
    """Every field a day file can fill with something about people: none of it is in the day."""
    kept(store, wire.day_of(RICH))
    text = wire.write(planned(store, wire.day_of(RICH).horizon).day).decode()
    for personal in ("Ada", "Frau Weiß", "Ring 2", "Ring twice", "Boiler", "Hafenstraße", "Depot", "A full day"):
        assert personal not in text


# ---------------------------------------------------------------- what cannot be planned


def left_out(found: Snapshot) -> list[tuple[str, str]]:
    return [(each.pointer, each.code) for each in found.left_out]


def test_what_is_at_a_place_nobody_knows_is_left_out_by_name(north: Store) -> None:
    add(north, "sites", id="shop", address="Ring 1")
    add(north, "technicians", id="ben", home={"site": "shop"})
    add(north, "jobs", id="there", duration_min=5, site="shop")
    add(north, "jobs", id="his", duration_min=5, location=HOME, technicians={"required": ["ben"]})
    add(north, "jobs", id="hers", duration_min=5, location=HOME, technicians={"preferred": ["ben", "ada"]})
    found = planned(north, MONDAY)
    assert left_out(found) == [
        ("/technicians/ben/home/site", "not_located"),
        ("/jobs/his/technicians/required", "unknown_reference"),
        ("/jobs/there/site", "not_located"),
    ]
    assert [(each.id, each.technicians.preferred) for each in found.day.jobs] == [("hers", ("ada",))]


def test_a_job_pinned_to_a_shift_that_is_not_worked_is_left_out_by_name(north: Store) -> None:
    job(north, "j", pin={"technician": "ada", "shift": "mon"})
    alter(north, "technicians", "ada", contract={"first_day": "2026-03-03"})
    assert left_out(planned(north, MONDAY)) == [("/jobs/j/pin/shift", "pin_conflict")]


def test_what_only_breaks_a_rule_beside_the_others_is_left_out_by_name(north: Store) -> None:
    """Two jobs pinned to one place in the order of a shift: each is fine by itself."""
    for name in ("a", "b", "c"):
        job(north, name, pin={"technician": "ada", "shift": "mon", "order": 0 if name != "c" else 1})
    found = planned(north, MONDAY)
    assert left_out(found) == [("/jobs/b/pin/order", "pin_conflict")]
    assert [each.id for each in found.day.jobs] == ["a", "c"]


# ---------------------------------------------------------------- what has changed


def changes(store: Store, basis: Basis) -> list[tuple[str, str, str]]:
    with acting(store) as act:
        found = records.changed_since(act, "north", MONDAY, basis)
    return [(each.kind, each.id, each.change) for each in found]


def test_nothing_has_changed_if_nothing_has(north: Store) -> None:
    job(north, "j")
    assert changes(north, planned(north, MONDAY).basis) == []


def test_everything_that_went_into_a_day_and_is_different_now_is_told(north: Store) -> None:
    add(north, "sites", id="depot", location=HOME)
    add(north, "jobs", id="a", duration_min=5, site="depot")
    job(north, "b")
    basis = planned(north, MONDAY).basis
    alter(north, "jobs", "a", priority=1)
    alter(north, "sites", "depot", access="ring")
    alter(north, "shifts", "mon", end=at("17:00"))
    alter(north, "shifts", "tue", end=at("17:00", 3))  # not of this day
    alter(north, "jobs", "b", windows=[{"start": at("09:00", 3), "end": at("10:00", 3)}])
    job(north, "c")
    add(north, "absences", id="x", technician="ada", start=at("10:00"), end=at("11:00"))
    with acting(north) as act:
        who = {"territory_id": "north", "job_id": "a", "technician_id": "ada", "kind": EventKind.ACCEPTED}
        when = {"at": NOW, "happened_at": NOW, "received_at": NOW, "clock": "kept"}
        act.session.add(Event(id="e1", outcome="applied", **who, **when))
    assert changes(north, basis) == [
        ("absences", "x", "added"),
        ("events", "a", "added"),
        ("jobs", "a", "changed"),
        ("jobs", "b", "removed"),
        ("jobs", "c", "added"),
        ("shifts", "mon", "changed"),
        ("sites", "depot", "changed"),
    ]


def test_a_new_version_of_the_policy_matters_only_to_a_day_that_was_made_by_the_newest(store: Store) -> None:
    kept(store, wire.day_of({**BASE, "policy": {"late_fixed": 5}}))
    with acting(store) as act:
        by_newest = records.snapshot(act, "north", MONDAY)
        by_given = records.snapshot(act, "north", MONDAY, policy=wire.Policy(late_fixed=7))
    assert (by_newest.day.policy.late_fixed, by_given.day.policy.late_fixed) == (5, 7)
    assert by_newest.basis["policies"] == {"standard": 1}
    with acting(store) as act:
        policies.keep(act, "north", "standard", wire.Policy(late_fixed=6))
    assert changes(store, by_newest.basis) == [("policies", "standard", "changed")]
    assert changes(store, by_given.basis) == []
