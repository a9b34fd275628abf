"""A day file goes into the database and comes out as the same problem."""

import numpy as np
import pytest

import solver
from dispatch import records, wire
from dispatch.day import great_circle, problem_of
from dispatch.errors import Code, InputError
from dispatch.store import Store
from tests.databases import contents
from tests.dispatch.days import BASE, changed
from tests.dispatch.records.kept import acting, area, fixture, kept, loaded, planned


def problem(day: wire.Day) -> solver.Problem:
    return problem_of(day, great_circle(day.travel)).problem


def ordered(day: wire.Day) -> wire.Day:
    """The day as it is kept: lists by id, shifts by start, only sites that are used, travel reckoned."""
    by_id = {name: tuple(sorted(getattr(day, name), key=lambda each: str(each.id))) for name in ("technicians", "jobs", "sites")}
    text = "".join(each.model_dump_json() for name in ("technicians", "jobs") for each in by_id[name])
    by_id["sites"] = tuple(site for site in by_id["sites"] if f'"{site.id}"' in text)
    travel = {"travel": day.travel.model_copy(update={"matrices": None})} if day.travel else {}
    return day.model_copy(update=by_id | travel)


@pytest.mark.parametrize("name", ["tiny", "city", "storm", "night"])
def test_a_day_that_was_loaded_is_the_problem_that_its_file_is(store: Store, name: str) -> None:
    day = fixture(name)
    kept(store, day)
    found = planned(store, day.horizon)
    expected, problem_kept = problem(ordered(day)), problem(found.day)
    assert found.left_out == ()
    for part in ("durations", "distances"):
        np.testing.assert_array_equal(getattr(problem_kept.travel, part), getattr(expected.travel, part))
    for part in ("jobs", "technicians", "shifts", "departure"):
        assert getattr(problem_kept, part) == getattr(expected, part)


@pytest.mark.parametrize("name", ["tiny", "city", "storm", "night"])
def test_loading_a_day_twice_changes_nothing(store: Store, name: str) -> None:
    day = fixture(name)
    first = kept(store, day)
    before = planned(store, day.horizon)
    second = loaded(store, day)
    assert first.records["jobs"].added == len(day.jobs)
    assert {(counts.added, counts.changed) for counts in second.records.values()} == {(0, 0)}
    assert planned(store, day.horizon) == before


TWO_SHIFTS = [
    {"start": "2026-03-02T08:00:00+01:00", "end": "2026-03-02T12:00:00+01:00"},
    {"start": "2026-03-02T13:00:00+01:00", "end": "2026-03-02T17:00:00+01:00"},
]


def with_absences(*ends: str) -> wire.Day:
    """Two shifts, each with an absence from 11 o'clock on."""
    absences = [{"start": "2026-03-02T11:00:00+01:00", "end": f"2026-03-02T{end}:00+01:00"} for end in ends]
    shifts = [{**shift, "absences": [absence]} for shift, absence in zip(TWO_SHIFTS, absences, strict=True)]
    return wire.day_of(changed(BASE, (("technicians", 0, "shifts"), shifts)))


def test_an_absence_over_two_shifts_is_one_and_two_that_differ_are_refused(store: Store) -> None:
    day = with_absences("14:00", "14:00")
    assert kept(store, day).records["absences"].added == 1
    assert [len(shift.absences) for shift in planned(store, day.horizon).day.technicians[0].shifts] == [1, 1]
    with pytest.raises(InputError) as refused:
        loaded(store, with_absences("14:00", "15:00"))
    assert [each.code for each in refused.value.findings] == [Code.WINDOWS_OVERLAP]


def test_a_dry_run_tells_the_same_and_keeps_nothing(store: Store) -> None:
    day = fixture("tiny")
    area(store, timezone=day.timezone, currency=day.currency)
    before = contents(store)
    told = loaded(store, day, dry_run=True)
    assert contents(store) == before
    assert told.model_copy(update={"dry_run": False}) == loaded(store, day)


def test_what_was_retired_and_is_in_the_file_is_in_use_again(store: Store) -> None:
    day = wire.day_of(BASE)
    kept(store, day)
    with acting(store) as act:
        records.retire(act, records.KINDS["jobs"], "north", "j1", 1)
    assert planned(store, day.horizon).day.jobs == ()
    assert loaded(store, day).records["jobs"].changed == 1
    assert [job.id for job in planned(store, day.horizon).day.jobs] == ["j1"]


def test_pins_of_a_file_name_the_shift_and_come_back_as_its_number(store: Store) -> None:
    pin = {"technician": "t1", "shift": 1, "order": 0}
    day = wire.day_of(changed(BASE, (("technicians", 0, "shifts"), TWO_SHIFTS), (("jobs", 0, "pin"), pin)))
    kept(store, day)
    with acting(store) as act:
        row = records.find(act, records.KINDS["jobs"], "north", "j1")
        assert row.body["pin"] == {"technician": "t1", "shift": "shift-t1-20260302-130000+0100", "order": 0}
    assert planned(store, day.horizon).day.jobs[0].pin == wire.Pin(technician="t1", shift=1, order=0)
