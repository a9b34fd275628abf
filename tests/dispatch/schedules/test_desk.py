"""What is asked for again is at hand, and not more than memory allows."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from dispatch import day as days
from dispatch import travel, wire
from dispatch.schedules import Desk
from dispatch.schedules import desk as desks
from tests.dispatch.days import BASE, changed
from tests.dispatch.schedules.boards import solved


def text(name: str) -> str:
    return wire.write_line(wire.day_of(changed(BASE, (("name",), name)))).decode()


def counting() -> tuple[Desk, list[str | None]]:
    asked: list[str | None] = []

    def provide(day: wire.Day) -> travel.Provider:
        asked.append(day.name)
        return days.great_circle(day.travel)

    return Desk(provide), asked


def test_the_travel_times_of_a_day_are_asked_for_once() -> None:
    desk, asked = counting()
    assert desk.planning(text("monday")) is desk.planning(text("monday"))
    assert asked == ["monday"]


def test_a_plan_is_read_once() -> None:
    desk, asked = counting()
    plan = wire.write_line(solved(wire.write(wire.day_of(BASE)), 50)).decode()
    first = desk.standing(text("monday"), plan)
    assert desk.standing(text("monday"), plan) is first
    assert (first.broken, asked) == ((), ["monday"])


def test_the_longest_unused_day_goes_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each day has two places, four cells: three days are one too many for ten."""
    monkeypatch.setattr(desks, "MOST_CELLS", 10)
    desk, asked = counting()
    for name in ("monday", "tuesday", "monday", "wednesday", "monday", "tuesday"):
        desk.planning(text(name))
    assert asked == ["monday", "tuesday", "wednesday", "tuesday"]


def test_a_day_that_many_ask_for_at_once_is_read_by_one_of_them() -> None:
    """The first is held while it asks for travel times; the others have asked for the same day by then, or do so later."""
    asked, may_go_on = list[str | None](), Event()

    def provide(day: wire.Day) -> travel.Provider:
        asked.append(day.name)
        may_go_on.wait()
        return days.great_circle(day.travel)

    desk = Desk(provide)
    with ThreadPoolExecutor(4) as crew:
        readers = [crew.submit(desk.planning, text("monday")) for _ in range(4)]
        may_go_on.set()
        found = [reader.result() for reader in readers]
    assert asked == ["monday"]
    assert all(each is found[0] for each in found)
