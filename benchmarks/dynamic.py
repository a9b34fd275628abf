"""`python -m benchmarks replay`: days of `trsp-pillac/dynamic` as they come, beside what Pillac's re-optimisation refused."""

import argparse
import csv
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import solver
from benchmarks import trsp
from benchmarks.families import FAMILIES, Family, UnknownInstance
from benchmarks.judge import judged, require_judge
from benchmarks.replay import Ended, releases_in, replayed, too_early, without
from benchmarks.table import surroundings
from solver import Plan, Problem

FAMILY = "trsp-pillac"
SHARES = (10, 30, 50, 70, 90)
"""Percent of the requests that come in during the day."""

METHODS = ("pALNS", "regret-3 reinsertion")


class Replay(NamedTuple):
    """A day that was replayed, judged, and the published ones of the same day."""

    instance: str
    share: int
    events: int
    refused: int
    duration: float  #: of the routes driven, by the judge
    seconds: float
    slowest: float  #: seconds of the slowest re-planning
    published: dict[str, tuple[int, float]]  #: by method: refused, and duration
    errors: tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("instances", metavar="INSTANCE", nargs="*", help="names (R101); all if none is given")
    parser.add_argument("--shares", type=_shares, default=SHARES, metavar="10,50", help="percent of late requests (10,30,50,70,90)")
    parser.add_argument("--iterations", type=int, default=3_000, help="of each re-planning, on each thread (3,000)")
    parser.add_argument("--first", type=int, default=30_000, help="of the plan before the day, on each thread (30,000)")
    parser.add_argument("--threads", type=int, default=1, help="(1)")
    parser.add_argument("--seed", type=int, default=1, help="(1)")
    parser.add_argument("--json", type=Path, dest="file", metavar="FILE", help="write every day to this file")
    parser.set_defaults(command=run)


def _shares(text: str) -> list[int]:
    return [int(share) for share in text.split(",")]


def run(args: argparse.Namespace) -> int:
    """Replay the days asked for, and print them; the answer is the exit status."""
    require_judge()
    family = FAMILIES[FAMILY]
    instances = [family.find(name) for name in args.instances] or family.instances()
    about = surroundings() | {
        "limits": f"{args.first:,} iterations before the day, {args.iterations:,} at each release, "
        f"{args.threads} threads, seed {args.seed}"
    }
    solver.warm()
    days = list(_days(family, instances, args))
    print(table(about, days), end="")
    if args.file:
        args.file.write_text(json.dumps({"family": FAMILY, **about, "days": [day._asdict() for day in days]}, indent=1) + "\n")
    return 1 if any(day.errors for day in days) else 0


def _days(family: Family, instances: Sequence[Path], args: argparse.Namespace) -> Iterable[Replay]:
    known = reference(family.folder / "DYNAMIC_REFERENCE.csv")
    for instance in instances:
        for share in args.shares:
            day = _day(family, instance, share, args, known.get((instance.stem, share), {}))
            print(line(day), file=sys.stderr, flush=True)
            yield day


def _day(family: Family, instance: Path, share: int, args: argparse.Namespace, published: dict[str, tuple[int, float]]) -> Replay:
    case, file = family.read(instance), family.folder / "dynamic" / f"{instance.stem}_rd_{share}.txt"
    if not file.is_file():
        raise UnknownInstance(f"{family.name} has no day of {instance.stem} with {share} % late requests ({file})")
    times: list[float] = []

    def solve(problem: Problem, start: Plan | None) -> Plan:
        began = time.perf_counter()
        limit = solver.Iterations(args.threads * (args.iterations if times else args.first))
        plan = solver.solve(problem, limit, seed=args.seed, threads=args.threads, start=start).plan
        times.append(time.perf_counter() - began)
        return plan

    ended = replayed(case, releases_in(case, file, trsp.PARTS_OF_UNIT), solve)
    duration, errors = verdict(family, instance, ended)
    return Replay(
        instance=instance.stem.partition(".")[0],
        share=share,
        events=len(times),
        refused=len(ended.refused),
        duration=duration,
        seconds=sum(times),
        slowest=max(times[1:], default=0.0),
        published=published,
        errors=errors,
    )


def verdict(family: Family, instance: Path, ended: Ended) -> tuple[float, tuple[str, ...]]:
    """Duration and broken rules: the judge is given the instance without the refused requests, and all others must be served.

    That nobody set out for a request before it was released is seen to here: the judge knows no releases.
    """
    case = family.read(instance)
    jobs = case.problem.jobs
    with tempfile.TemporaryDirectory() as scratch:
        copy = without(instance, (jobs[row].id for row in ended.refused), Path(scratch) / instance.name)
        solution = Path(scratch) / "day.sol"
        solution.write_text(family.write(case, ended.plan(case.problem)))
        said = judged(family.name, copy, solution)
    early = tuple(f"somebody set out for request {jobs[row].id} before it was known" for row in too_early(ended))
    return said.cost, said.errors + early


def reference(path: Path) -> dict[tuple[str, int], dict[str, tuple[int, float]]]:
    """What the published methods refused, and how long their routes took, by instance and share; nothing without the file."""
    found: dict[tuple[str, int], dict[str, tuple[int, float]]] = {}
    for row in csv.DictReader(path.read_text().splitlines()) if path.is_file() else ():
        key = (row["instance"], int(row["degree_of_dynamism_pct"]))
        found.setdefault(key, {})[row["method"]] = (int(row["rejected_requests"]), float(row["total_duration_of_served"]))
    return found


def line(day: Replay) -> str:
    """A day, as it ends."""
    beside = ", ".join(f"{method} {day.published[method][0]}" for method in METHODS if method in day.published)
    return (
        f"{day.instance} {day.share} %: {day.refused} refused ({beside or 'nothing published'}), duration {day.duration:.2f}, "
        f"{day.events} plans in {day.seconds:.1f} s, the slowest {day.slowest:.2f} s"
        + (f", {len(day.errors)} ERRORS: {day.errors[0]}" if day.errors else "")
    )


def table(about: dict[str, str], days: Sequence[Replay]) -> str:
    """A row for each share: the means over its days."""
    head = "".join(f"- {name}: {text}\n" for name, text in about.items())
    titles = ["late requests", "days", "refused", *(f"refused by {method}" for method in METHODS), "duration", f"by {METHODS[0]}"]
    lines = [_cells(titles), _cells(["---", *["---:"] * (len(titles) - 1)])]
    lines += [_row(share, [day for day in days if day.share == share]) for share in dict.fromkeys(day.share for day in days)]
    slowest = max((day.slowest for day in days), default=0.0)
    errors = [f"- {day.instance}, {day.share} %: {error}" for day in days for error in day.errors]
    return f"### {FAMILY}/dynamic\n\n{head}\n" + "\n".join([*lines, "", f"Slowest re-planning {slowest:.2f} s.", *errors]) + "\n"


def _row(share: int, days: Sequence[Replay]) -> str:
    refused = [_mean([day.published[method][0] for day in days if method in day.published]) for method in METHODS]
    lasts = _mean([day.published[METHODS[0]][1] for day in days if METHODS[0] in day.published])
    ours = [_mean([day.refused for day in days]), *refused, _mean([day.duration for day in days]), lasts]
    return _cells([f"{share} %", str(len(days)), *ours])


def _mean(values: Sequence[float]) -> str:
    return f"{fmean(values):.2f}" if values else "–"


def _cells(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
