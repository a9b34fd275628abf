"""What the independent judge says of a solution file. It runs as a process of its own and shares no code with the solver.

For families that it does not know there is `checked`: the solver's own checker, which shares no code with its search.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import solver
from benchmarks.case import Case
from solver import Plan

ROOT = Path(__file__).resolve().parents[1]
JUDGE = ROOT.parent / "shared" / "judge" / "judge.py"


class JudgeFailed(RuntimeError):
    """The judge is not there, or could not read what it was given."""


class Verdict(NamedTuple):
    """What a solution costs, how far that is from the best known, and the rules it breaks."""

    cost: float
    best: float | None
    gap: float | None  #: percent; None without a best known value, or when it serves another number of jobs
    unserved: int
    errors: tuple[str, ...]


def require_judge(script: Path = JUDGE) -> None:
    """Raise `JudgeFailed` if there is no judge to ask."""
    if not script.is_file():
        raise JudgeFailed(f"the judge is absent: no file {script}")


def judged(family: str, instance: Path, solution: Path, script: Path = JUDGE) -> Verdict:
    """The judge's verdict on a solution file.

    Raises
    ------
    JudgeFailed
        The judge is absent, or cannot read the instance or the solution.
    """
    require_judge(script)
    run = subprocess.run(
        [sys.executable, str(script), family, str(instance), str(solution)], capture_output=True, text=True, check=False
    )
    if run.returncode not in (0, 1) or not run.stdout.strip():
        raise JudgeFailed(f"the judge could not read {solution} of {instance}: {run.stdout.strip()} {run.stderr.strip()}")
    said = json.loads(run.stdout.splitlines()[-1])
    return Verdict(said["cost"], said["bks"], said["gap_percent"], said["unserved"], tuple(said["errors"]))


def checked(case: Case, plan: Plan, best: float | None) -> Verdict:
    """The verdict of the solver's own checker on a plan."""
    cost = case.cost(plan)
    left = [case.problem.jobs[row].id for row in plan.unassigned if case.problem.jobs[row].mandatory]
    errors = [violation.message for violation in solver.check(case.problem, plan)] + [f"{name} is not served" for name in left]
    return Verdict(cost, best, case.gap(cost, best), len(plan.unassigned), tuple(errors))
