"""Days as they come: nobody sets out for what is not known, what has begun stays, and who is refused is counted."""

from pathlib import Path

import pytest

import solver
from benchmarks.case import Case, UnreadableInstance
from benchmarks.cli import main
from benchmarks.dynamic import Replay, line, reference, table, verdict
from benchmarks.families import FAMILIES
from benchmarks.replay import KNOWN, Begun, Ended, releases_in, replayed, too_early, without
from solver import Plan, Problem, Stock, Stop, StopKind
from tests.factories import job, line_problem, shift, window


def thorough(problem: Problem, start: Plan | None) -> Plan:
    """Small rests of a day are solved exactly."""
    return solver.solve(problem, solver.Iterations(500), seed=1, start=start).plan


def case(*jobs: solver.Job, **more: object) -> Case:
    """One shift of eight hours, paid by the second."""
    shifts = [shift(price_second=1, **more)]
    return Case("own", line_problem([solver.Job(**_fields(each)) for each in jobs], shifts, departure=solver.Departure.KEEP_END), 1)


def _fields(each: solver.Job) -> dict[str, object]:
    return {"id": each.id, "place": each.place, "duration": each.duration, "windows": each.windows, "tools": each.tools}


def visits(ended: Ended) -> list[tuple[str, int, int]]:
    """Kind and row of each visit of the only shift, and when the drive to it began."""
    return [(each.stop.kind.value, each.stop.row, each.depart) for each in ended.routes[0]]


def test_nobody_sets_out_before_a_request_is_known() -> None:
    # b opens at 7,200 and would be on the way to a at place 2, but is released when a has been left behind.
    day = case(job("a", 2, windows=(window(7_200, 7_200),)), job("b", 1, windows=(window(5_000, 20_000),)))
    ended = replayed(day, [KNOWN, 6_500], thorough)
    # a: two gaps, so leave at 6,000, done at 9,000; then b.
    assert visits(ended) == [("job", 0, 6_000), ("job", 1, 9_000)]
    assert too_early(ended) == []


def test_a_request_that_comes_before_anybody_sets_out_changes_the_order() -> None:
    day = case(job("a", 2, windows=(window(7_200, 7_200),)), job("b", 1, windows=(window(4_000, 5_000),)))
    ended = replayed(day, [KNOWN, 3_000], thorough)
    # b first: from 4,800 to 6,600 at place 1, then a gap to a. It is all one drive and no waiting.
    assert visits(ended) == [("job", 1, 4_200), ("job", 0, 6_600)]


def test_a_request_that_cannot_be_served_any_more_is_refused_and_the_others_stay() -> None:
    day = case(job("a", 1, windows=(window(600, 600),)), job("b", 7, windows=(window(0, 4_000),)))
    ended = replayed(day, [KNOWN, 100], thorough)
    # a is done at 2,400; six gaps to b would take until 6,000.
    assert ended.refused == (1,)
    assert visits(ended) == [("job", 0, 0)]


def test_once_taken_a_request_is_not_given_up_for_another() -> None:
    # Both start at 6,000 and nobody can be at two places: the first to come is served.
    day = case(job("a", 1, windows=(window(6_000, 6_000),)), job("b", 2, windows=(window(6_000, 6_000),)))
    assert replayed(day, [10, 20], thorough).refused == (1,)
    assert replayed(day, [20, 10], thorough).refused == (0,)


def test_after_a_stop_at_the_stock_point_every_tool_is_on_the_van() -> None:
    saw = frozenset({"saw"})
    day = case(job("a", 2, windows=(window(3_000, 3_000),), tools=saw), job("b", 3, tools=saw), stock=Stock(1))
    ended = replayed(day, [KNOWN, 2_500], thorough)
    # The stock point is a gap away, on the way to a; b needs no second stop.
    assert [kind for kind, *_ in visits(ended)] == ["stock", "job", "job"]
    assert ended.refused == ()
    assert solver.check(day.problem, ended.plan(day.problem)) == ()


def test_setting_out_too_early_is_found() -> None:
    begun = [Begun(Stop(StopKind.JOB, 0), 90, 700), Begun(Stop(StopKind.STOCK), 0, 0), Begun(Stop(StopKind.JOB, 1), 100, 800)]
    assert too_early(Ended({0: begun}, (), (100, 100))) == [0]


# ---------------------------------------------------------------- files and tables


@pytest.fixture
def depot(data: Path) -> Case:
    return FAMILIES["trsp-pillac"].read(data / "depot.txt")


def test_releases_are_read_by_request(depot: Case, tmp_path: Path) -> None:
    file = tmp_path / "rd.txt"
    file.write_text("# own - 2 dynamic requests - 1 static request\nDyn   Stat\n2    1\nID    RD\n5   -1\n3    12\n4    0\n")
    assert releases_in(depot, file, 10_000) == [120_000, 0, KNOWN]


def test_a_request_without_a_release_is_named(depot: Case, tmp_path: Path) -> None:
    file = tmp_path / "rd.txt"
    file.write_text("ID    RD\n5   -1\n3    12\n")
    with pytest.raises(UnreadableInstance, match="says nothing of request 4"):
        releases_in(depot, file, 10_000)


def test_the_judge_is_given_the_day_without_who_was_refused(data: Path, judge: Path, tmp_path: Path) -> None:
    family = FAMILIES["trsp-pillac"]
    ended = Ended({0: [Begun(Stop(StopKind.JOB, 2), 0, 0), Begun(Stop(StopKind.JOB, 0), 0, 0)]}, (1,), (KNOWN,) * 3)
    # Technician 1 serves requests 5 and 3 in 16.0199, as in `test_solutions`; the file has two requests then.
    duration, errors = verdict(family, data / "depot.txt", ended)
    assert duration == pytest.approx(16.0199, abs=2e-4)
    assert errors == ()
    assert len(family.read(without(data / "depot.txt", ["4"], tmp_path / "depot.txt")).problem.jobs) == 2


def test_the_table_has_means_by_share_beside_the_published() -> None:
    days = [
        Replay("A", 10, 5, 1, 100.0, 2.0, 0.3, {"pALNS": (2, 90.0), "regret-3 reinsertion": (3, 0.0)}, ()),
        Replay("B", 10, 5, 0, 110.0, 2.0, 0.5, {"pALNS": (1, 100.0), "regret-3 reinsertion": (2, 0.0)}, ("late at 3",)),
    ]
    text = table({"commit": "abc"}, days)
    assert "| 10 % | 2 | 0.50 | 1.50 | 2.50 | 105.00 | 95.00 |\n" in text
    assert "Slowest re-planning 0.50 s.\n- B, 10 %: late at 3\n" in text
    assert line(days[0]) == (
        "A 10 %: 1 refused (pALNS 2, regret-3 reinsertion 3), duration 100.00, 5 plans in 2.0 s, the slowest 0.30 s"
    )


def test_the_published_rejections_are_read(public: Path) -> None:
    known = reference(public / "trsp-pillac" / "DYNAMIC_REFERENCE.csv")
    assert known["R101.100_25-5-5-5", 50] == {"pALNS": (13, 2908.5256), "regret-3 reinsertion": (24, 3234.5953)}


def test_replay_refuses_less_than_was_published(public: Path, judge: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "R101", "--shares", "10", "--iterations", "300", "--first", "5000"]) == 0
    row = capsys.readouterr().out.splitlines()[-3].split("|")
    assert float(row[3]) < float(row[4]) == 7


def test_a_share_that_is_not_there_ends_with_status_2(public: Path, judge: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "R101", "--shares", "11"]) == 2
    assert "no day of R101.100_25-5-5-5 with 11 % late requests" in capsys.readouterr().err
