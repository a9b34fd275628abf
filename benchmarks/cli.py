"""`python -m benchmarks solve | table | compare | replay | scale | traffic`: public instances, solved as a service day is.

Exit status: 0 fine; 1 the judge found a broken rule in a plan of ours, or another cost than the problem's; 2 wrong arguments, an
instance that is unknown or unreadable, or no judge.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import solver
from benchmarks import dynamic, field_day, scale, standings, traffic
from benchmarks.case import Case, UnreadableInstance
from benchmarks.compare import Contest, compared, contest, named_peers, told_as_it_ends
from benchmarks.families import FAMILIES, Family, UnknownInstance
from benchmarks.judge import JudgeFailed, require_judge
from benchmarks.measure import Effort, Run, Solve, measured, solved, warm_up
from benchmarks.peers import PEERS, Terms
from benchmarks.peers.ours import OURS
from benchmarks.table import markdown, run_line, surroundings
from solver.stop import Criterion

DEFAULT_SECONDS = 10.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the answer is the exit status."""
    args = _parser().parse_args(argv)
    try:
        return int(args.command(args))
    except (UnknownInstance, UnreadableInstance, JudgeFailed, LookupError, OSError) as problem:
        print(f"benchmarks: {problem}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="solve|table|compare|replay|scale|traffic")
    solve = commands.add_parser("solve", help="solve one instance and write its routes")
    _add_common(solve)
    solve.add_argument("instance", metavar="INSTANCE", help="a name (R101, PR01, U1) or a file")
    solve.add_argument("--seed", type=int, default=1, help="(1)")
    solve.add_argument("--out", type=Path, help="where the routes go, in the family's solution format")
    solve.set_defaults(command=_solve)
    table = commands.add_parser("table", help="solve several instances, have each judged, print a Markdown table")
    _add_common(table)
    table.add_argument("instances", metavar="INSTANCE", nargs="*", help="names or files; all of the family if none is given")
    table.add_argument("--seeds", type=_seeds, default=[1], metavar="1,2,3", help="each instance once with each (1)")
    table.add_argument("--set", dest="subset", help="only the instances of this folder: solomon, gh200, …")
    table.add_argument("--json", type=Path, dest="file", metavar="FILE", help="write every run to this file")
    table.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the solution files here")
    table.set_defaults(command=_table)
    _add_compare(commands.add_parser("compare", help="solve instances with the peers too, on the same terms, and print a table"))
    dynamic.add_arguments(commands.add_parser("replay", help="days on which requests come in, beside what others refused"))
    scale.add(commands.add_parser("scale", help="plan sample days from 100 to 10,000 jobs, and print how time and quality grow"))
    traffic.add_arguments(commands.add_parser("traffic", help="a day with rush hours, planned with them and without, and driven"))
    return parser


def _add_compare(compare: argparse.ArgumentParser) -> None:
    families = (*FAMILIES, field_day.NAME)
    compare.add_argument("family", metavar="FAMILY", choices=families, help=", ".join(families))
    compare.add_argument("instances", metavar="INSTANCE", nargs="*", help="names or files; all of the family if none is given")
    compare.add_argument("--seconds", type=float, default=DEFAULT_SECONDS, help=f"time limit of a solve ({DEFAULT_SECONDS:g})")
    compare.add_argument("--peers", type=named_peers, default=list(PEERS.values()), metavar="A,B", help=f"({','.join(PEERS)})")
    compare.add_argument("--threads", type=int, default=1, help="threads and cores of a solve (1)")
    compare.add_argument("--seeds", type=_seeds, default=[1], metavar="1,2,3", help="each instance once with each (1)")
    compare.add_argument("--set", dest="subset", help="only the instances of this folder: solomon, gh200, …")
    compare.add_argument(
        "--json", action="store_true", help="print the costs as the last line, a list with a row for each instance"
    )
    compare.add_argument("--markdown", type=Path, metavar="FILE", help="write the table to this file too")
    compare.add_argument("--out", type=Path, metavar="FILE", help="write every run to this file, as JSON")
    compare.set_defaults(command=_compare)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("family", metavar="FAMILY", choices=FAMILIES, help=", ".join(FAMILIES))
    parser.add_argument("--seconds", type=float, help=f"time limit of a solve ({DEFAULT_SECONDS:g}, or none with --iterations)")
    parser.add_argument("--iterations", type=int, help="limit of iterations of a solve: the same routes every time")
    parser.add_argument("--threads", type=int, default=1, help="(1)")


def _seeds(text: str) -> list[int]:
    return [int(seed) for seed in text.split(",")]


def stop_of(seconds: float | None, iterations: int | None) -> Criterion:
    """When a solve ends, from the two limits of the command line."""
    limits: list[Criterion] = []
    if iterations is not None:
        limits.append(solver.Iterations(iterations))
    if seconds is not None or iterations is None:
        limits.append(solver.Seconds(DEFAULT_SECONDS if seconds is None else seconds))
    return limits[0] if len(limits) == 1 else solver.any_of(*limits)


# ---------------------------------------------------------------- solve


def _solve(args: argparse.Namespace) -> int:
    family = FAMILIES[args.family]
    instance = family.find(args.instance)
    case = family.read(instance)
    warm_up(case)
    result = solved(case, Effort(stop_of(args.seconds, args.iterations), args.threads, args.seed))
    if args.out:
        args.out.write_text(family.write(case, result.plan))
    print(told(case, result, family.best_known(instance)))
    return 0


def told(case: Case, result: solver.Result, best: float | None) -> str:
    """A solve in one line: cost, gap, jobs left out, iterations per second, and why it ended."""
    cost, left_out = case.cost(result.plan), len(result.plan.unassigned)
    percent = case.gap(cost, best)
    gap = "no best known value" if percent is None else f"{percent:+.2f} % of {best:.2f}"
    speed = result.iterations / result.seconds if result.seconds > 0 else 0.0
    return (
        f"{case.name}: cost {cost:.4f} ({gap}), {left_out} unserved, {result.iterations:,} iterations, {speed:,.0f}/s, "
        f"{result.seconds:.1f} s, {'optimal, ' if result.optimal else ''}ended by {result.ended}"
    )


# ---------------------------------------------------------------- table


def _table(args: argparse.Namespace) -> int:
    family = FAMILIES[args.family]
    instances = _instances(family, args)
    stop = stop_of(args.seconds, args.iterations)
    about = surroundings() | {"limits": f"{stop}, {args.threads} threads, seeds {', '.join(map(str, args.seeds))}"}
    warm_up(family.read(instances[0]))
    efforts = [Effort(stop, args.threads, seed) for seed in args.seeds]
    with tempfile.TemporaryDirectory() as scratch:
        runs = list(_runs(family, instances, efforts, _folder(args.keep or Path(scratch))))
    print(markdown(f"{family.name} {args.subset or ''}".strip(), about, runs), end="")
    if args.file:
        args.file.write_text(json.dumps({"family": family.name, **about, "runs": [run._asdict() for run in runs]}, indent=1) + "\n")
    return 1 if any(run.errors for run in runs) else 0


def _instances(family: Family, args: argparse.Namespace) -> list[Path]:
    if family.has_judge:
        require_judge()
    instances = [family.find(name) for name in args.instances] or family.instances(args.subset)
    if not instances:
        raise UnknownInstance(f"{family.name} has no instances in {family.folder / 'instances' / (args.subset or '')}")
    return instances


def _runs(
    family: Family, instances: Sequence[Path], efforts: Sequence[Effort], folder: Path, solve: Solve = solver.solve
) -> Iterable[Run]:
    for instance in instances:
        for effort in efforts:
            run = measured(family, instance, effort, folder, solve=solve)
            print(run_line(run), file=sys.stderr, flush=True)
            yield run


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


# ---------------------------------------------------------------- compare


def _compare(args: argparse.Namespace) -> int:
    terms = [Terms(args.seconds, args.threads, seed) for seed in args.seeds]
    about = surroundings() | {
        "limits": f"{args.seconds:g} s, {args.threads} threads on as many cores, seeds {', '.join(map(str, args.seeds))}",
        "peers": standings.versions(args.peers),
    }
    with tempfile.TemporaryDirectory() as scratch:
        contests = _contests(args, Path(scratch))
        warm_up(contests[0].case)
        tries = list(told_as_it_ends(compared(contests, args.peers, terms)))
    about["processor seconds per second"] = standings.cores(tries)
    title = f"{args.family} {args.subset or ''}".strip()
    table = standings.markdown(title, about, tries, {each.instance: each.best for each in contests})
    rows = standings.rows(tries, args.seconds)
    print(table, end="")
    if args.markdown:
        args.markdown.write_text(table)
    if args.out:
        report = {"family": args.family, **about, "rows": rows, "runs": [each._asdict() for each in tries]}
        args.out.write_text(json.dumps(report, indent=1) + "\n")
    if args.json:
        print(json.dumps(rows))
    return 1 if any(each.solver == OURS and each.errors for each in tries) else 0


def _contests(args: argparse.Namespace, folder: Path) -> list[Contest]:
    if args.family == field_day.NAME:
        return [field_day.contest(name) for name in args.instances or field_day.SIZES]
    family = FAMILIES[args.family]
    return list(map(partial(contest, family, folder=folder), _instances(family, args)))
