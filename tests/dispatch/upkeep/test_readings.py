"""What meters show is taken in once, and not if it goes backwards."""

import pytest

from dispatch import upkeep
from dispatch.errors import Conflict, InputError, NotFound
from dispatch.records import KINDS, retire
from dispatch.store import Store
from dispatch.wire.paging import PageQuery
from tests.databases import contents
from tests.dispatch.records.kept import acting
from tests.dispatch.upkeep.plants import NORTH, plant, read

FIRST, SECOND = ("2026-01-01T12:00:00", 1_000.0), ("2026-01-11T12:00:00", 1_100.5)


def refusal(store: Store, *shown: tuple[str, float]) -> list[tuple[str, str, object]]:
    before = contents(store)
    with pytest.raises(InputError) as refused:
        read(store, *shown)
    assert contents(store) == before
    return [(finding.pointer, finding.code, finding.value) for finding in refused.value.findings]


def test_readings_are_taken_in_in_any_order_and_tell_the_use_a_day(store: Store) -> None:
    plant(store)
    state = read(store, SECOND, FIRST)
    assert (state.readings, state.per_day, state.last and state.last.shows) == (2, 10.05, 1_100.5)


def test_one_that_is_known_does_nothing(store: Store) -> None:
    plant(store)
    read(store, FIRST, SECOND)
    before = contents(store)
    read(store, SECOND)
    assert contents(store) == before


def test_a_meter_that_runs_backwards_is_refused(store: Store) -> None:
    plant(store)
    read(store, FIRST, SECOND)
    assert refusal(store, ("2026-01-12T12:00:00", 1_100.4)) == [("/readings/0/shows", "meter_backwards", 1_100.4)]
    between_and_too_much = ("2026-01-05T12:00:00", 1_101.0)
    assert refusal(store, between_and_too_much) == [("/readings/0/shows", "meter_backwards", 1_101.0)]
    one_of_two = (("2026-01-13T12:00:00", 1_200.0), ("2026-01-12T12:00:00", 1_300.0))
    assert refusal(store, *one_of_two) == [("/readings/0/shows", "meter_backwards", 1_200.0)]


def test_a_meter_that_was_exchanged_begins_anew(store: Store) -> None:
    plant(store)
    read(store, FIRST, SECOND)
    read(store, ("2026-01-12T12:00:00", 0.0), exchanged=True)
    assert read(store, ("2026-01-13T12:00:00", 8.0)).readings == 4


def test_two_things_at_one_moment_and_what_lies_in_the_future_are_refused(store: Store) -> None:
    plant(store)
    read(store, FIRST)
    assert refusal(store, (FIRST[0], 1_001.0)) == [("/readings/0/shows", "conflict", 1_001.0)]
    assert refusal(store, SECOND, (SECOND[0], 2_000.0)) == [("/readings/1/shows", "conflict", 2_000.0)]
    # now is noon of 1 March in UTC
    assert [code for _, code, _ in refusal(store, ("2026-03-01T13:06:00", 9_000.0))] == ["out_of_range"]


def test_readings_are_listed_with_the_newest_first(store: Store) -> None:
    plant(store)
    read(store, FIRST, SECOND)
    with acting(store) as act:
        page = upkeep.readings_of(act, NORTH, "hours", PageQuery(limit=1))
        rest = upkeep.readings_of(act, NORTH, "hours", PageQuery(limit=1, cursor=page.next))
    assert [row.shows for row in (*page.items, *rest.items)] == [1_100.5, 1_000]
    assert rest.next is None


def test_a_meter_that_is_not_there_or_not_used_any_more_is_not_read(store: Store) -> None:
    plant(store)
    with acting(store) as act, pytest.raises(NotFound):
        upkeep.state_of(act, NORTH, "houres")
    with acting(store) as act:
        retire(act, KINDS["meters"], NORTH, "hours", 1)
    with pytest.raises(Conflict, match="not used any more"):
        read(store, FIRST)
