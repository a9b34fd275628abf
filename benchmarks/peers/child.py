"""A solve in a process of its own: on as many cores as it is granted, and ended if it does not end by itself.

The clock runs from the problem to the plan, building the peer's model included. What was imported or compiled before the fork is
counted for nobody.
"""

import multiprocessing
import os
import time
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import NamedTuple

from benchmarks.peers.peer import NoPlan, Orders, Terms
from solver import Problem

PATIENCE = 60.0
"""Seconds beyond twice the limit after which a solve is ended from outside."""


class Answer(NamedTuple):
    """What came back."""

    orders: Orders | None
    why: str  #: why there is no plan
    seconds: float
    cores: float  #: processor seconds per second: less than the threads if others used the machine


def asked(solve: Callable[[Problem, Terms], Orders], problem: Problem, terms: Terms, patience: float = PATIENCE) -> Answer:
    """The answer of a solver, asked in a child process on `terms.threads` cores."""
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    child = fork.Process(target=_run, args=(theirs, solve, problem, terms), daemon=True)
    child.start()
    theirs.close()
    limit = 2 * terms.seconds + patience
    try:
        return ours.recv() if ours.poll(limit) else Answer(None, f"no answer after {limit:.0f} s", limit, 0.0)
    except EOFError:
        child.join()
        return Answer(None, f"its process ended with status {child.exitcode} and no answer", 0.0, 0.0)
    finally:
        child.kill()
        child.join()


def _run(answers: Connection, solve: Callable[[Problem, Terms], Orders], problem: Problem, terms: Terms) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: terms.threads])
    warnings.simplefilter("ignore")
    began, used = time.perf_counter(), time.process_time()
    orders, why = None, ""
    try:
        orders = solve(problem, terms)
    except NoPlan as ended:
        why = str(ended)
    seconds = max(time.perf_counter() - began, 1e-9)
    answers.send(Answer(orders, why, seconds, (time.process_time() - used) / seconds))
