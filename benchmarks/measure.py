"""One solve of one instance: the solution file it gives, and what the judge makes of that."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import solver
from benchmarks.case import COST_TOLERANCE, Case
from benchmarks.families import Family
from benchmarks.judge import Verdict
from solver.stop import Criterion

Solve = Callable[..., solver.Result]
Judge = Callable[[Family, Case, solver.Plan, Path, Path], Verdict]


class Effort(NamedTuple):
    """What a solve may spend, and where it begins."""

    stop: Criterion
    threads: int
    seed: int


class Run(NamedTuple):
    """A judged solve."""

    instance: str
    seed: int
    cost: float
    best: float | None
    gap: float | None  #: percent
    unserved: int
    iterations: int
    seconds: float  #: by the solver's own clock
    wall: float  #: seconds until `solve` came back
    cores: float  #: processor seconds per second while solving: less than the threads if others used the machine
    ended: str
    errors: tuple[str, ...]  #: rules the judge found broken, or a cost that is not the judge's

    @property
    def speed(self) -> float:
        """Iterations per second."""
        return self.iterations / self.seconds if self.seconds > 0 else 0.0


def solved(case: Case, effort: Effort, solve: Solve = solver.solve) -> solver.Result:
    """The solver's answer to a case."""
    return solve(case.problem, effort.stop, seed=effort.seed, threads=effort.threads)


def warm_up(case: Case, solve: Solve = solver.solve) -> None:
    """Have all kernels compiled, or loaded, before a clock is read; then a few steps on a case like those that follow."""
    solver.warm()
    solve(case.problem, solver.Iterations(1), seed=0, threads=1)


def measured(
    family: Family, instance: Path, effort: Effort, folder: Path, *, solve: Solve = solver.solve, judge: Judge = Family.verdict
) -> Run:
    """Solve an instance, write its solution file into `folder`, and have it judged.

    Raises
    ------
    UnreadableInstance
        The instance cannot be read.
    JudgeFailed
        The judge is absent or cannot read the file.
    """
    case = family.read(instance)
    used, began = time.process_time(), time.perf_counter()
    result = solved(case, effort, solve)
    wall = max(time.perf_counter() - began, 1e-9)
    cores = (time.process_time() - used) / wall
    file = folder / f"{instance.stem}-{effort.seed}.sol"
    file.write_text(family.write(case, result.plan))
    verdict = judge(family, case, result.plan, instance, file)
    errors = verdict.errors + disagreement(case.cost(result.plan), verdict.cost)
    return Run(
        instance.stem,
        effort.seed,
        verdict.cost,
        verdict.best,
        verdict.gap,
        verdict.unserved,
        iterations=result.iterations,
        seconds=result.seconds,
        wall=wall,
        cores=cores,
        ended=result.ended,
        errors=errors,
    )


def disagreement(ours: float, judges: float) -> tuple[str, ...]:
    """An error if a plan's cost is not the same by the problem and by the judge."""
    if abs(ours - judges) <= COST_TOLERANCE:
        return ()
    return (f"costs {ours:.4f} by the problem, {judges:.4f} by the judge",)
