"""How time, memory and quality grow with the size of a day: sample days from 100 to 10,000 jobs, ten to a technician.

Every size runs in a process of its own, so that its memory is its own; its workers are processes of that one. The days are those of
`dispatch generate`, the same on every machine, and with `--per-job` (iterations) so are the plans. Processor seconds count the
workers; seconds by the clock depend on who else uses the machine.
"""

import argparse
import json
import multiprocessing
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import solver
from benchmarks.table import surroundings
from dispatch import day as days
from dispatch import generate
from solver.stop import Criterion

SIZES = (100, 300, 1_000, 3_000, 10_000)
CROWD = 10
"""Jobs to a technician: a little more than a crew can do."""


class Grown(NamedTuple):
    """A day of one size, planned. Seconds by the clock, processor seconds where it says so, gigabytes."""

    jobs: int
    technicians: int
    pieces: bool
    read: float  #: processor seconds to make a problem of the day
    first: float  #: until there was a legal plan for the whole day
    seconds: float
    processor: float
    iterations: int
    unserved: int
    cost: float  #: money per job
    travel: float  #: minutes per visit
    memory: float  #: of the process itself
    worker_memory: float  #: of its largest worker


def add(scale: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    scale.add_argument("--sizes", type=_numbers, default=list(SIZES), metavar="A,B", help=f"jobs ({','.join(map(str, SIZES))})")
    scale.add_argument("--preset", choices=[*generate.PRESETS], default="city", help="(city)")
    limit = scale.add_mutually_exclusive_group()
    limit.add_argument("--per-job", type=int, default=100, metavar="I", help="iterations per job (100)")
    limit.add_argument("--seconds", type=float, metavar="S", help="seconds for each size instead")
    scale.add_argument("--workers", type=int, default=2, help="threads, or processes where the day is planned in pieces (2)")
    scale.add_argument(
        "--pieces", choices=("auto", "always", "never"), default="auto", help="plan in pieces (auto: if it is large)"
    )
    scale.add_argument("--seed", type=int, default=1, help="(1)")
    scale.add_argument("--json", type=Path, dest="file", metavar="FILE", help="write every run to this file")
    scale.set_defaults(command=run)


def run(args: argparse.Namespace) -> int:
    """Plan all sizes and print a Markdown table; returns the exit code."""
    rows = []
    for jobs in args.sizes:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
            rows.append(alone.submit(grown, jobs, args).result())
        print(_line(rows[-1]), file=sys.stderr, flush=True)
    budget = f"{args.seconds:g} s" if args.seconds else f"{args.per_job} iterations per job"
    about = surroundings() | {"limits": f"{args.preset}, {budget}, {args.workers} workers, seed {args.seed}"}
    print("\n".join([*(f"- {name}: {value}" for name, value in about.items()), "", HEAD, RULE, *map(_line, rows)]))
    if args.file:
        args.file.write_text(json.dumps({**about, "runs": [row._asdict() for row in rows]}, indent=1) + "\n")
    return 0


def grown(jobs: int, args: argparse.Namespace) -> Grown:
    """Plan a day of one size, with the kernels compiled before."""
    solver.warm()
    day = generate.day(args.preset, jobs=jobs, technicians=max(1, jobs // CROWD), seed=args.seed)
    before = time.process_time()
    problem = days.problem_of(day, days.great_circle(day.travel)).problem
    read = time.process_time() - before
    stop: Criterion = solver.Seconds(args.seconds) if args.seconds else solver.Iterations(args.per_job * jobs)
    began, used = time.perf_counter(), _processor()
    first: list[float] = []
    pieces = args.pieces == "always" or (args.pieces == "auto" and jobs >= solver.LARGE)
    if pieces:
        result = solver.solve_in_pieces(
            problem, stop, seed=args.seed, workers=args.workers, keep=lambda best: first.append(best.seconds)
        )
    else:
        result = solver.solve(
            problem, stop, seed=args.seed, threads=args.workers, progress=lambda progress: first.append(progress.seconds)
        )
    seconds = time.perf_counter() - began
    for child in multiprocessing.active_children():
        child.join()
    visits = jobs - len(result.plan.unassigned)
    return Grown(
        jobs=jobs,
        technicians=len(problem.technicians),
        pieces=pieces,
        read=read,
        first=first[0] if first else seconds,
        seconds=seconds,
        processor=_processor() - used,
        iterations=result.iterations,
        unserved=len(result.plan.unassigned),
        cost=result.cost.money / 1e6 / jobs,
        travel=sum(route.travel for route in result.plan.routes) / 60 / max(1, visits),
        memory=_gigabytes(resource.RUSAGE_SELF),
        worker_memory=_gigabytes(resource.RUSAGE_CHILDREN),
    )


def _processor() -> float:
    """Processor seconds of this process and of its children that have ended."""
    return sum(use.ru_utime + use.ru_stime for use in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def _gigabytes(whose: int) -> float:
    return resource.getrusage(whose).ru_maxrss / 1e6


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


HEAD = (
    "| jobs | technicians | planned | read, CPU s | first plan, s | all, s | CPU s | iterations | CPU µs each "
    "| unserved | cost per job | travel min per visit | memory, GB |"
)
RULE = "| ---: | ---: | --- |" + " ---: |" * 10


def _line(row: Grown) -> str:
    planned = "in pieces" if row.pieces else "as a whole"
    spent = f"{row.read:.2f} | {row.first:.1f} | {row.seconds:.1f} | {row.processor:.1f}"
    each = f"{row.iterations:,} | {1e6 * row.processor / max(1, row.iterations):.0f}"
    found = f"{row.unserved:,} | {row.cost:,.0f} | {row.travel:.2f} | {row.memory:.2f} + {row.worker_memory:.2f}"
    return f"| {row.jobs:,} | {row.technicians:,} | {planned} | {spent} | {each} | {found} |"
