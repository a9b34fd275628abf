"""Short requests wait for each other, nobody waits for a long one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from api.routes import ENDPOINTS
from api.turns import Turns
from tests.api.service import Service

FOR_EVER = 60.0


def order_of(turns: Turns, *, wanted: bool) -> list[str]:
    """Who ends first: somebody who has begun their turn and waits, or somebody who comes then."""
    order, begun, over = list[str](), Event(), Event()

    def first() -> None:
        with turns.one():
            begun.set()
            over.wait(0.2)
            order.append("first")

    def second() -> None:
        begun.wait()
        with turns.one(wanted=wanted):
            order.append("second")
            over.set()

    with ThreadPoolExecutor(2) as crew:
        for each in [crew.submit(first), crew.submit(second)]:
            each.result()
    return order


def test_one_turn_comes_after_another() -> None:
    assert order_of(Turns(FOR_EVER), wanted=True) == ["first", "second"]


def test_what_takes_long_waits_for_no_turn() -> None:
    assert order_of(Turns(FOR_EVER), wanted=False) == ["second", "first"]


def test_a_turn_that_takes_too_long_is_overtaken() -> None:
    assert order_of(Turns(0.01), wanted=True) == ["second", "first"]


def test_a_turn_is_over_whatever_comes_of_it(service: Service) -> None:
    for path in ("/no-such-thing", "/territories/nowhere/jobs", "/me"):
        service.ask("GET", path)
    assert service.get("/me").status == 200


def test_what_reads_and_judges_whole_days_takes_long() -> None:
    names = {each.name for each in ENDPOINTS if each.long}
    assert {"evaluate_move", "publish_schedule", "load_file", "answer_vroom", "show_day"} <= names
    assert names.isdisjoint({"list_my_jobs", "report_events", "list_visits", "look_at_job"})
