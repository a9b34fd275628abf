"""Comparisons: the same terms for all, every plan judged, medians, and nobody left out without a reason."""

import json
import os
import time
from pathlib import Path

import pytest

from benchmarks import field_day
from benchmarks.case import Case
from benchmarks.cli import main
from benchmarks.compare import Contest, Tried, compared, named_peers, result, results, told
from benchmarks.families import FAMILIES
from benchmarks.judge import Verdict, checked
from benchmarks.peers import PEERS, Feature, NoPlan, Peer, Terms, features_of
from benchmarks.peers.child import Answer, asked
from benchmarks.standings import markdown, rows
from solver import Plan, Stop, StopKind
from tests.factories import job, line_problem, shift

TERMS = Terms(0.1, 1, 1)
PEER = Peer("adept", "numpy", {Feature.BREAKS: ""}, lambda problem, terms: [(0, [Stop(StopKind.JOB, 0)])])


def contest(**more: object) -> Contest:
    """One job a gap away, which may be left out."""
    case = Case("tiny", line_problem([job()], [shift(price_metre=1)]), 1_000)
    return Contest("own", "tiny", case, 2.0, lambda plan: checked(case, plan, 2.0))._replace(**more)


def tried(**more: object) -> Tried:
    """A legal plan of ours that costs 10."""
    return Tried("own", "tiny", "ours", 1, 10.0, 0.0, 0, 1.0, 1.0, (), "")._replace(**more)


# ---------------------------------------------------------------- asking


def test_a_solver_is_asked_in_a_process_of_its_own_on_as_many_cores_as_it_has_threads() -> None:
    def solve(problem: object, terms: Terms) -> list[tuple[int, list[Stop]]]:
        return [(os.getpid(), [Stop(StopKind.JOB, len(os.sched_getaffinity(0)))])]

    answer = asked(solve, contest().case.problem, TERMS)
    assert answer.orders
    ((process, (stop,)),) = answer.orders
    assert process != os.getpid()
    assert stop.row == 1


def test_a_solver_without_a_plan_says_why() -> None:
    def solve(problem: object, terms: Terms) -> list[tuple[int, list[Stop]]]:
        raise NoPlan("it is Sunday")

    answer = asked(solve, contest().case.problem, TERMS)
    assert (answer.orders, answer.why) == (None, "it is Sunday")


def test_a_solver_that_falls_over_is_told_by_its_status() -> None:
    answer = asked(lambda problem, terms: os._exit(7), contest().case.problem, TERMS)
    assert (answer.orders, answer.why) == (None, "its process ended with status 7 and no answer")


def test_a_solver_that_does_not_end_is_ended() -> None:
    answer = asked(lambda problem, terms: time.sleep(60), contest().case.problem, TERMS, patience=0.0)
    assert answer.orders is None
    assert answer.why.startswith("no answer after")


# ---------------------------------------------------------------- comparing


def answers(solve: object, problem: object, terms: Terms) -> Answer:
    """Ours serves the job, the peer nobody."""
    return Answer([] if solve is PEER.solve else [(0, [Stop(StopKind.JOB, 0)])], "", 0.1, 1.0)


def test_every_answer_is_judged_for_every_seed() -> None:
    tries = list(compared([contest()], [PEER], [TERMS, TERMS._replace(seed=2)], answers))
    # A gap there and back, 1,000 m each; left out it costs 1,000: one unit.
    assert [(each.solver, each.seed, each.cost, each.gap, each.unserved) for each in tries] == [
        ("ours", 1, 2.0, 0.0, 0),
        ("adept", 1, 1.0, -50.0, 1),
        ("ours", 2, 2.0, 0.0, 0),
        ("adept", 2, 1.0, -50.0, 1),
    ]


def test_a_peer_that_lacks_a_feature_is_there_once_with_the_reason() -> None:
    peer = PEER._replace(cannot={Feature.PRICE_DISTANCE: "everything is near"})
    tries = list(compared([contest()], [peer], [TERMS, TERMS], answers))
    assert [(each.solver, each.why) for each in tries] == [
        ("adept", "lacks a price for distance (everything is near)"),
        ("ours", ""),
        ("ours", ""),
    ]
    assert results(tries)["own", "tiny"]["adept"].feasible is None


def test_where_jobs_may_be_left_out_peers_are_told_a_price_above_everything_else() -> None:
    case = FAMILIES["trsp-praxedo"].read(Path(__file__).parents[1] / "data" / "matrix.txt")
    # Two shifts of 40 minutes at a ten-thousandth a second: nothing can cost more than 800,000.
    softened = told(contest(case=case, softly=True))
    assert {job.unserved for job in softened.jobs} == {800_001}
    assert told(contest(case=case)) is case.problem


def test_the_result_of_a_solver_is_the_median_of_its_seeds() -> None:
    said = result([tried(), tried(seed=2, cost=30.0, gap=20.0), tried(seed=3, cost=12.0, gap=2.0)])
    assert (said.cost, said.gap, said.feasible) == (12.0, 2.0, True)


def test_one_illegal_plan_makes_a_result_illegal() -> None:
    said = result([tried(), tried(seed=2, errors=("late at 3",))])
    assert (said.feasible, said.why) == (False, "late at 3")


def test_no_plan_is_no_cost_and_illegal() -> None:
    said = result([tried(cost=None, gap=None, unserved=None, errors=("no plan",), why="it found none")])
    assert (said.cost, said.feasible, said.why) == (None, False, "it found none")


def test_the_rows_have_costs_and_whether_they_are_legal() -> None:
    (row,) = rows([tried(), tried(solver="adept", cost=None, gap=None, unserved=None, why="lacks breaks")], 2.0)
    assert row == {
        "family": "own",
        "instance": "tiny",
        "seconds": 2.0,
        "cost": {"ours": 10.0, "adept": None},
        "feasible": {"ours": True, "adept": None},
        "unserved": {"ours": 0, "adept": None},
        "gap_percent": {"ours": 0.0, "adept": None},
        "why": {"adept": "lacks breaks"},
    }


def test_the_table_says_who_is_better_and_who_was_not_asked() -> None:
    tries = [
        tried(),
        tried(solver="adept", cost=12.5, gap=25.0),
        tried(solver="late", cost=9.0, gap=-10.0, errors=("late at 3",)),
        tried(solver="mute", cost=None, gap=None, unserved=None, why="lacks breaks"),
        tried(instance="other", gap=None),
        tried(instance="other", solver="adept", cost=9.0, gap=None, unserved=1),
    ]
    text = markdown("own", {"commit": "abc"}, tries, {"tiny": 10.0})
    assert "| tiny | 10.00 | 10.00 (+0.00 %) | 12.50 (+25.00 %) | 9.00 (-10.00 %), illegal |\n" in text
    assert "| other | – | 10.00 | 9.00, 1 unserved | – |\n" in text
    # Ours serves more on the other; where both serve the same, 10 / 12.5 is 20 % less.
    assert "ours better on 2, equal on 0, worse on 0 of 2 legal, ours -20.00 % of its cost in the median\n" in text
    assert "- **mute** not asked for tiny: lacks breaks\n" in text
    assert "- tiny, late, seed 1: late at 3\n" in text


def test_an_unknown_peer_is_named() -> None:
    with pytest.raises(LookupError, match="no peer guess; there are pyvrp, ortools, vroom, vrp-cli"):
        named_peers("pyvrp,guess")
    assert [peer.name for peer in named_peers("vroom, pyvrp")] == ["vroom", "pyvrp"]


# ---------------------------------------------------------------- days of the generator


def test_a_generated_day_is_one_that_every_peer_can_be_told() -> None:
    problem = field_day.contest("60").case.problem
    assert len(problem.jobs) == 60
    lacking = [feature for peer in PEERS.values() for feature in (*peer.cannot, *peer.untold)]
    assert not features_of(problem) & set(lacking)


def test_a_plan_of_a_day_is_judged_by_the_hours_driven() -> None:
    day = field_day.contest("60")
    nobody = Plan((), tuple(range(60)))
    assert day.judge(nobody) == Verdict(0.0, None, None, 60, ())


# ---------------------------------------------------------------- the command


def test_compare_prints_a_list_of_rows_as_its_last_line(
    data: Path, judge: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, report = tmp_path / "table.md", tmp_path / "report.json"
    asked_for = ["compare", "vrptw", str(data / "three.txt"), "--seconds", "0.3", "--seeds", "1,2", "--peers", "ortools", "--json"]
    assert main([*asked_for, "--markdown", str(table), "--out", str(report)]) == 0
    printed = capsys.readouterr().out
    (row,) = json.loads(printed.splitlines()[-1])
    assert (row["family"], row["instance"], row["seconds"]) == ("vrptw", "three", 0.3)
    assert row["cost"] == {"ours": 22.8, "ortools": 22.8}
    assert row["feasible"] == {"ours": True, "ortools": True}
    assert printed.startswith(table.read_text())
    kept = json.loads(report.read_text())
    assert [(run["solver"], run["seed"]) for run in kept["runs"]] == [("ours", 1), ("ortools", 1), ("ours", 2), ("ortools", 2)]
    assert {"machine", "versions", "commit", "limits", "peers"} <= kept.keys()


def test_a_day_that_is_not_there_ends_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "field-service-day", "61"]) == 2
    assert "has no instance 61; there are 60, 120, 500, 2000" in capsys.readouterr().err
