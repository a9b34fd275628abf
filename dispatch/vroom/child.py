"""The process that answers a VROOM document: the document on standard input, the answer on standard output, VROOM's exit code.

Whoever serves many starts one for each, so that whatever happens in here is one answer that there is not.
"""

import argparse
import os
import sys
from collections.abc import Sequence

import solver
from dispatch import day as days
from dispatch import processes, settings
from dispatch.travel.store import forget_oldest
from dispatch.vroom.door import answered

TABLES = 50
"""Tables of travel times that are kept on disk, as by workers."""


def main(arguments: Sequence[str]) -> int:
    """Answer what comes in on standard input; returns the exit code."""
    asked = _read(arguments)
    installed = settings.read(os.environ)
    processes.confine(asked.parent, processes.Allowance(installed.memory_mb, asked.cpu, nice=10))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints goes to standard error

    def search(problem: solver.Problem, start: solver.Plan | None) -> solver.Result:
        iterations = [] if asked.iterations is None else [solver.Iterations(asked.iterations)]
        stop = solver.any_of(*iterations, solver.Seconds(asked.seconds))
        return solver.solve(problem, stop, seed=asked.seed, start=start)

    answer = answered(sys.stdin.buffer.read(), search, provider=days.provider_for(installed, None))
    with answers:
        answers.write(answer.document)
    forget_oldest(days.tables_of(installed), most=TABLES)
    return answer.code


def _read(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--cpu", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--iterations", type=int)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
