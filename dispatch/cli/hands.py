"""Who searches: threads of this process, or on a large day processes of this machine or the workers of a cluster."""

import argparse
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import solver
from dispatch import cluster
from dispatch.cli import options
from dispatch.errors import Code, Finding, InputError
from solver.stop import Criterion

if TYPE_CHECKING:
    from dispatch.cli.plan import Solve


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options that say who searches."""
    parser.add_argument(
        "--workers",
        type=options.threads,
        metavar="N",
        help=f"plan in pieces, by so many processes (from {solver.LARGE:,} jobs on by itself: the processors)",
    )
    parser.add_argument(
        "--cluster", metavar="ADDRESS", help="plan in pieces, by the workers of a Dask scheduler such as tcp://10.0.0.5:8786"
    )


@contextmanager
def searching(arguments: argparse.Namespace, problem: solver.Problem, solve: "Solve") -> Iterator["Solve"]:
    """What answers a problem: `solve`, or on a large day, or if it is asked for, a search in pieces.

    Raises
    ------
    InputError : two options contradict each other
    ClusterError : there is no cluster to be had
    """
    if arguments.cluster:
        if arguments.workers:
            raise InputError([Finding("--workers", Code.CONFLICT, "cannot be had together with --cluster", arguments.workers)])
        with cluster.workers_of(arguments.cluster) as (executor, workers):
            yield partial(_in_pieces, workers=workers, executor=executor)
    elif arguments.workers or len(problem.jobs) >= solver.LARGE:
        yield partial(_in_pieces, workers=arguments.workers or os.cpu_count() or 1, executor=None)
    else:
        yield solve


def _in_pieces(
    problem: solver.Problem,
    stop: Criterion,
    *,
    seed: int = 0,
    start: solver.Plan | None = None,
    threads: int = 1,  # noqa: ARG001
    progress: Callable[[solver.Progress], None] | None = None,
    prove: bool = False,  # noqa: ARG001
    workers: int,
    executor: Executor | None,
) -> solver.Result:
    return solver.solve_in_pieces(problem, stop, seed=seed, start=start, workers=workers, executor=executor, progress=progress)
