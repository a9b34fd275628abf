"""A day file goes into the database and comes out as the same problem."""

import numpy as np
import pytest

import solver
from dispatch import wire
from dispatch.day import great_circle, problem_of
from dispatch.store import Store
from tests.dispatch.records.kept import fixture, kept, loaded, planned


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
