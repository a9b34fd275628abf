"""Judged solves as a Markdown table, with what it takes to read it a year later: machine, date, versions, commit."""

import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import fmean

from benchmarks.judge import ROOT
from benchmarks.measure import Run

PACKAGES = ("numba", "numpy", "ortools")


def surroundings() -> dict[str, str]:
    """Where and with what the runs were made."""
    versions = ", ".join([f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in PACKAGES)])
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
        "versions": versions,
        "commit": _commit(),
    }


def markdown(title: str, about: dict[str, str], runs: Sequence[Run]) -> str:
    """The table: a row for each instance (means over its seeds), the mean gap, and every error under it."""
    head = "".join(f"- {name}: {text}\n" for name, text in about.items())
    columns = ["instance", "cost", "best known", "gap %", "unserved", "iterations/s"]
    rows = [_row(name, [run for run in runs if run.instance == name]) for name in dict.fromkeys(run.instance for run in runs)]
    lines = [_line(columns), _line(["---", *["---:"] * (len(columns) - 1)]), *map(_line, rows)]
    return f"### {title}\n\n{head}\n" + "\n".join([*lines, "", summary(runs), *_errors(runs)]) + "\n"


def summary(runs: Sequence[Run]) -> str:
    """The mean gap and what else a reader asks first, in a sentence."""
    gaps = [run.gap for run in runs if run.gap is not None]
    if not gaps:
        return f"No gap to a best known value in {len(runs)} runs."
    worst, reached = max(gaps), sum(gap <= 0 for gap in gaps)
    return (
        f"Mean gap {fmean(gaps):.2f} % (worst {worst:.2f} %) over {len(gaps)} of {len(runs)} runs; best known reached or improved "
        f"in {reached}; slowest run {max(run.wall for run in runs):.1f} s; {fmean(run.cores for run in runs):.2f} cores used."
    )


def run_line(run: Run) -> str:
    """One run, as it ends."""
    return (
        f"{run.instance} seed {run.seed}: cost {run.cost:.4f}, gap {_percent(run.gap)} %, {run.unserved} unserved, "
        f"{run.speed:,.0f} iterations/s, {run.wall:.1f} s, {run.cores:.2f} cores, {run.ended}"
        + (f", {len(run.errors)} ERRORS" if run.errors else "")
    )


def _row(name: str, runs: Sequence[Run]) -> list[str]:
    gaps = [run.gap for run in runs if run.gap is not None]
    best = runs[0].best
    return [
        name + (" (illegal)" if any(run.errors for run in runs) else ""),
        f"{fmean(run.cost for run in runs):.2f}",
        "–" if best is None else f"{best:.2f}",
        _percent(fmean(gaps) if len(gaps) == len(runs) else None),
        f"{fmean(run.unserved for run in runs):g}",
        f"{fmean(run.speed for run in runs):,.0f}",
    ]


def _errors(runs: Iterable[Run]) -> list[str]:
    return [f"- {run.instance}, seed {run.seed}: {error}" for run in runs for error in run.errors]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _percent(gap: float | None) -> str:
    return "–" if gap is None else f"{round(gap, 2) + 0.0:+.2f}"


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    lines = described.read_text().splitlines() if described.is_file() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def _commit() -> str:
    if not (ROOT / ".git").exists():
        return "not a repository"
    named = _git("rev-parse", "--short=12", "HEAD")
    return f"{named} and changes" if _git("status", "--porcelain", "--untracked-files=no") else named


def _git(*words: str) -> str:
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=False).stdout.strip()
