"""The window a customer is told."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dispatch.promises import GRID, Told, window
from dispatch.wire.schedules import Placed
from dispatch.wire.work import Job, Window

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(minutes: int) -> datetime:
    """So many minutes after nine."""
    return NINE + timedelta(minutes=minutes)


def placed(start: int, lasts: int = 60) -> Placed:
    return Placed(technician="t1", shift=0, position=0, arrive=at(start), start=at(start), end=at(start + lasts))


def job(*windows: tuple[int, int], finish: bool = False) -> Job:
    name = "finish_by" if finish else "end"
    return Job.model_validate({"id": "j1", "windows": [{"start": at(first), name: at(last)} for first, last in windows]})


def test_it_begins_at_the_quarter_of_an_hour_before_the_visit() -> None:
    assert window(job(), placed(20), 120) == Told(at(15), at(135))


def test_it_lies_within_the_jobs_window() -> None:
    assert window(job((20, 300)), placed(22), 120) == Told(at(20), at(140))  # not from 9:15 on
    assert window(job((0, 180)), placed(170), 120) == Told(at(60), at(180))  # not until 11:45


def test_it_is_the_jobs_window_if_that_is_shorter() -> None:
    assert window(job((0, 60)), placed(30), 120) == Told(at(0), at(60))


def test_what_has_to_be_finished_is_begun_in_time() -> None:
    """Finished within five hours, an hour long: begun within four."""
    assert window(job((0, 300), finish=True), placed(230, lasts=60), 120) == Told(at(120), at(240))


def test_of_several_windows_it_is_the_one_of_the_visit() -> None:
    assert window(job((0, 60), (240, 500)), placed(250), 120) == Told(at(240), at(360))


def test_a_visit_outside_of_all_windows_gets_a_plain_one() -> None:
    assert window(job((0, 60)), placed(95), 60) == Told(at(90), at(150))


@given(
    start=st.integers(0, 600),
    minutes=st.integers(5, 480),
    spans=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=1),
)
def test_it_always_holds_the_visit_and_never_leaves_the_window_it_is_in(
    start: int, minutes: int, spans: list[tuple[int, int]]
) -> None:
    told = window(job(*((first, first + length) for first, length in spans)), placed(start), minutes)
    assert told.open <= at(start) <= told.close
    assert told.close - told.open <= timedelta(minutes=minutes)
    for first, length in spans:
        if first <= start <= first + length:
            assert at(first) <= told.open
            assert told.close <= at(first + length)
    assert timedelta(minutes=15) == GRID


def test_a_window_is_kept_by_every_start_within_it() -> None:
    told = Told(at(0), at(120))
    assert [told.keeps(each) for each in (at(-1), at(0), at(120), at(121), None)] == [False, True, True, False, False]


def test_windows_are_read_in_any_zone() -> None:
    """A window given in another offset is the same one."""
    seoul = Window.model_validate({"start": "2026-03-02T18:20:00+09:00", "end": "2026-03-02T23:00:00+09:00"})  # 9:20 to 14:00 UTC
    assert window(Job(id="j1", windows=(seoul,)), placed(22), 120) == Told(at(20), at(140))
