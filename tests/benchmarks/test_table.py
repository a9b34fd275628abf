"""Tables: solves are judged, a broken rule is never passed over, and the Markdown says what a reader needs."""

import json
from pathlib import Path

import pytest

import solver
from benchmarks.case import Case
from benchmarks.cli import main, stop_of, told
from benchmarks.families import FAMILIES, SHARED, UnknownInstance
from benchmarks.judge import JudgeFailed, Verdict, judged, require_judge
from benchmarks.measure import Effort, Run, measured
from benchmarks.table import markdown, run_line, summary, surroundings

EFFORT = Effort(solver.Iterations(100), threads=1, seed=7)


def answer(case: Case, routes: str) -> solver.Result:
    """A result as a solver gives it, of given routes: 500 iterations in 2 s."""
    plan = FAMILIES["vrptw"].plan_in(case, routes)
    return solver.Result(plan, solver.evaluate(case.problem, plan), False, 500, 2.0, "limit of 100 iterations", ())


def measured_three(data: Path, tmp_path: Path, verdict: Verdict) -> Run:
    """The tiny vrptw instance, answered by routes of cost 22.8 and judged as given."""
    family = FAMILIES["vrptw"]
    result = answer(family.read(data / "three.txt"), "Route #1: 1 2\nRoute #2: 3\n")
    return measured(
        family,
        data / "three.txt",
        EFFORT,
        tmp_path,
        solve=lambda problem, stop, *, seed, threads: result,
        judge=lambda family, case, plan, instance, solution: verdict,
    )


def a_run(instance: str = "A", **changed: object) -> Run:
    """A legal run at a gap of 1 %."""
    return Run(instance, 1, 101.0, 100.0, 1.0, 0, 500, 2.0, 2.1, 1.0, "time limit of 2 s", ())._replace(**changed)


# ---------------------------------------------------------------- measuring


def test_a_run_has_the_cost_and_the_gap_of_the_judge(data: Path, tmp_path: Path) -> None:
    run = measured_three(data, tmp_path, Verdict(22.8, 20.0, 14.0, 0, ()))
    assert run == Run("three", 7, 22.8, 20.0, 14.0, 0, 500, 2.0, run.wall, run.cores, "limit of 100 iterations", ())
    assert run.speed == 250
    assert (tmp_path / "three-7.sol").read_text() == "Route #1: 1 2\nRoute #2: 3\nCost 22.8\n"


def test_another_cost_than_the_judges_is_an_error(data: Path, tmp_path: Path) -> None:
    run = measured_three(data, tmp_path, Verdict(22.9, None, None, 0, ()))
    assert run.errors == ("costs 22.8000 by the problem, 22.9000 by the judge",)


def test_a_rule_the_judge_finds_broken_is_an_error(data: Path, tmp_path: Path) -> None:
    assert measured_three(data, tmp_path, Verdict(22.8, None, None, 0, ("route 1: late at 2",))).errors == ("route 1: late at 2",)


def test_the_judge_names_the_rule_that_routes_break(data: Path, judge: Path, tmp_path: Path) -> None:
    file = tmp_path / "late.sol"
    # 2 opens at 10 and takes 5; 1 is 5 away: on time. The load of 4 + 6 + 5 is over 10.
    file.write_text("Route #1: 2 1 3\n")
    assert judged("vrptw", data / "three.txt", file, judge).errors == ("route 1: over capacity",)


def test_a_judge_that_is_absent_is_named(tmp_path: Path) -> None:
    with pytest.raises(JudgeFailed, match=r"the judge is absent: no file .*judge\.py"):
        require_judge(tmp_path / "judge.py")


def test_what_the_judge_cannot_read_is_said(data: Path, judge: Path, tmp_path: Path) -> None:
    with pytest.raises(JudgeFailed, match="could not read"):
        judged("vrptw", data / "three.txt", tmp_path / "absent.sol", judge)


# ---------------------------------------------------------------- the table


def test_a_row_has_the_means_over_the_seeds_of_its_instance() -> None:
    runs = [a_run(), a_run(seed=2, cost=103.0, gap=3.0, seconds=1.0), a_run("B", gap=-1.0, cost=99.0)]
    text = markdown("vrptw", {"commit": "abc"}, runs)
    # A: (101 + 103) / 2, (1 + 3) / 2, and 250/s with 500/s
    assert "| A | 102.00 | 100.00 | +2.00 | 0 | 375 |" in text
    assert "| B | 99.00 | 100.00 | -1.00 | 0 | 250 |" in text
    assert "- commit: abc\n" in text


def test_the_summary_says_mean_worst_and_how_many_reach_the_best_known() -> None:
    assert summary([a_run(), a_run("B", gap=-2.0), a_run("C", gap=0.0), a_run("D", gap=None, wall=2.5)]) == (
        "Mean gap -0.33 % (worst 1.00 %) over 3 of 4 runs; best known reached or improved in 2; slowest run 2.5 s; 1.00 cores used."
    )


def test_a_gap_is_not_shown_where_another_number_of_jobs_is_served() -> None:
    text = markdown("trsp-praxedo", {}, [a_run(gap=None, unserved=3)])
    assert "| A | 101.00 | 100.00 | – | 3 | 250 |" in text
    assert "No gap to a best known value in 1 runs." in text


def test_an_illegal_run_is_marked_and_its_rules_are_listed() -> None:
    text = markdown("vrptw", {}, [a_run(errors=("route 1: late at 2",))])
    assert "| A (illegal) |" in text
    assert "- A, seed 1: route 1: late at 2\n" in text
    assert "1 ERRORS" in run_line(a_run(errors=("route 1: late at 2",)))


def test_the_head_of_a_table_says_machine_date_versions_and_commit() -> None:
    about = surroundings()
    assert list(about) == ["date", "machine", "versions", "commit"]
    assert all(about.values())
    assert "numba " in about["versions"]


# ---------------------------------------------------------------- the command


def test_an_instance_is_found_by_its_name_up_to_the_first_dot(public: Path) -> None:
    assert FAMILIES["trsp-pillac"].find("R101") == public / "trsp-pillac" / "instances" / "R101.100_25-5-5-5.txt"
    assert FAMILIES["vrptw"].find("C1_2_10") == public / "vrptw" / "instances" / "gh200" / "C1_2_10.txt"


def test_an_unknown_instance_is_named() -> None:
    with pytest.raises(UnknownInstance, match="vrptw has no instance R999"):
        FAMILIES["vrptw"].find("R999")


def test_an_instance_may_be_a_path(data: Path) -> None:
    assert FAMILIES["vrptw"].find(str(data / "three.txt")) == data / "three.txt"


def test_a_set_is_a_folder_of_instances(public: Path) -> None:
    names = {path.stem for path in FAMILIES["vrptw"].instances("gh1000")}
    assert "RC2_10_3" in names
    assert all("_10_" in name for name in names)


def test_a_limit_of_iterations_alone_sets_no_limit_of_time() -> None:
    assert stop_of(None, 50) == solver.Iterations(50)
    assert stop_of(None, None) == solver.Seconds(10)
    assert str(stop_of(3, 50)) == "limit of 50 iterations or time limit of 3 s"


def test_a_solve_is_told_with_its_gap(data: Path) -> None:
    case = FAMILIES["vrptw"].read(data / "three.txt")
    # 22.8 / 20 = 1.14; 500 iterations in 2 s
    assert told(case, answer(case, "Route #1: 1 2\nRoute #2: 3\n"), 20.0) == (
        "three: cost 22.8000 (+14.00 % of 20.00), 0 unserved, 500 iterations, 250/s, 2.0 s, ended by limit of 100 iterations"
    )


def test_solve_writes_routes_and_says_what_they_cost(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "three.sol"
    assert main(["solve", "vrptw", str(data / "three.txt"), "--iterations", "200", "--out", str(out)]) == 0
    # Loads of 4, 6 and 5 on vehicles of 10: {1, 2} and {3} cost 22.8; {1, 3} and {2} 5 + 3.6 + 1.4 + 20 = 30.
    assert "three: cost 22.8000 (no best known value), 0 unserved" in capsys.readouterr().out
    assert out.read_text().endswith("Cost 22.8\n")


@pytest.mark.parametrize(
    ("family", "instance", "cost", "unserved"),
    [("sdvrptw", "four.vrp", 17.828, 0), ("trsp-pillac", "depot.txt", 40.0199, 0), ("trsp-praxedo", "matrix.txt", 29.7667, 1)],
)
def test_table_judges_what_it_solves(
    family: str, instance: str, cost: float, unserved: int, data: Path, judge: Path, tmp_path: Path
) -> None:
    # These are the costs worked out in test_solutions, and no plan is cheaper. sdvrptw: client 4 fills its vehicle, and client 1
    # (7 of 10) leaves no room for another. trsp-pillac: technician 2 alone, D 4 5 3, takes 40.054; request 5 on the way to 4 would
    # cost technician 2 another 5.526, technician 1 only 1.0199. trsp-praxedo: two routes would drive to and fro twice.
    file = tmp_path / "runs.json"
    assert main(["table", family, str(data / instance), "--iterations", "500", "--seeds", "1,2", "--json", str(file)]) == 0
    runs = json.loads(file.read_text())["runs"]
    assert [(run["seed"], run["unserved"], run["errors"]) for run in runs] == [(1, unserved, []), (2, unserved, [])]
    assert [run["cost"] for run in runs] == pytest.approx([cost, cost], abs=2e-4)


def test_an_unknown_instance_ends_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve", "vrptw", "R999"]) == 2
    assert capsys.readouterr().err == f"benchmarks: vrptw has no instance R999 (looked in {SHARED / 'vrptw' / 'instances'})\n"
