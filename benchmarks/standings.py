"""A comparison as a table in Markdown and as JSON: what it takes to read it a year later, and who lost what."""

from collections.abc import Mapping, Sequence
from statistics import fmean, median
from typing import Any

from benchmarks.compare import Result, Tried, results
from benchmarks.peers import Peer
from benchmarks.peers.ours import OURS


def versions(peers: Sequence[Peer]) -> str:
    """Which peers are installed, and in what version."""
    return ", ".join(f"{peer.name} {peer.version or 'not installed'}" for peer in peers) or "none"


def cores(tries: Sequence[Tried]) -> str:
    """How much of the machine the solves really had, solver by solver."""
    names = dict.fromkeys(each.solver for each in tries if each.seconds)
    return ", ".join(f"{name} {fmean(each.cores for each in tries if each.solver == name and each.seconds):.2f}" for name in names)


def rows(tries: Sequence[Tried], seconds: float) -> list[dict[str, Any]]:
    """A row for each instance: costs, whether they are legal, jobs left out, and why there is no cost."""
    return [
        {
            "family": family,
            "instance": instance,
            "seconds": seconds,
            "cost": {name: each.cost for name, each in solvers.items()},
            "feasible": {name: each.feasible for name, each in solvers.items()},
            "unserved": {name: each.unserved for name, each in solvers.items()},
            "gap_percent": {name: each.gap for name, each in solvers.items()},
            "why": {name: each.why for name, each in solvers.items() if each.why},
        }
        for (family, instance), solvers in results(tries).items()
    ]


def markdown(title: str, about: Mapping[str, str], tries: Sequence[Tried], best: Mapping[str, float | None]) -> str:
    """The table: a row for each instance, a column for each solver; then the sums, and what is not in it."""
    found = results(tries)
    names = list(dict.fromkeys(name for solvers in found.values() for name in solvers))
    shown = [name for name in names if any(name in each and each[name].feasible is not None for each in found.values())]
    head = "".join(f"- {name}: {text}\n" for name, text in about.items())
    lines = [_line(["instance", "best known", *shown]), _line(["---", *["---:"] * (len(shown) + 1)])]
    for (_, instance), solvers in found.items():
        known = best.get(instance)
        lines.append(_line([instance, "–" if known is None else f"{known:.2f}", *(_cell(solvers.get(name)) for name in shown)]))
    notes = [*_sums(found, shown), *_absent(found, names), *_broken(tries)]
    return f"### {title}\n\n{head}\n" + "\n".join([*lines, "", *notes]) + "\n"


def _cell(result: Result | None) -> str:
    if result is None or result.feasible is None:
        return "–"
    if result.cost is None:
        return "no plan"
    gap = "" if result.gap is None else f" ({result.gap + 0.0:+.2f} %)"
    left = f", {result.unserved:g} unserved" if result.unserved else ""
    return f"{result.cost:.2f}{gap}{left}{'' if result.feasible else ', illegal'}"


def _sums(found: Mapping[tuple[str, str], Mapping[str, Result]], names: Sequence[str]) -> list[str]:
    """For each solver the mean gap to the best known, and how it stands beside ours where both have a legal plan."""
    lines = []
    for name in names:
        gaps = [each[name].gap for each in found.values() if name in each and each[name].feasible and each[name].gap is not None]
        said = [f"mean gap {fmean(gap for gap in gaps if gap is not None):+.2f} % over {len(gaps)} of {len(found)}"] if gaps else []
        said += [_beside(found, name)] if name != OURS else []
        lines.append(f"- **{name}**: {'; '.join(said) or 'no gap to a best known value'}")
    return lines


def _beside(found: Mapping[tuple[str, str], Mapping[str, Result]], name: str) -> str:
    """Ours against a peer: fewer jobs left out first, then cost."""
    both = [(each[OURS], each[name]) for each in found.values() if name in each and each[OURS].feasible and each[name].feasible]
    won = sum(_key(ours) < _key(theirs) for ours, theirs in both)
    lost = sum(_key(ours) > _key(theirs) for ours, theirs in both)
    alike = [100 * ((o.cost or 0.0) / t.cost - 1) for o, t in both if t.cost and o.unserved == t.unserved]
    cheaper = f", ours {median(alike):+.2f} % of its cost in the median" if alike else ""
    return f"ours better on {won}, equal on {len(both) - won - lost}, worse on {lost} of {len(both)} legal{cheaper}"


def _key(result: Result) -> tuple[float, float]:
    return result.unserved or 0, round(result.cost or 0.0, 4)


def _absent(found: Mapping[tuple[str, str], Mapping[str, Result]], names: Sequence[str]) -> list[str]:
    """Who was not asked, and why."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for (_, instance), solvers in found.items():
        for name in names:
            if name in solvers and solvers[name].feasible is None:
                reasons.setdefault((name, solvers[name].why), []).append(instance)
    return [
        f"- **{name}** not asked{'' if len(instances) == len(found) else ' for ' + ', '.join(instances)}: {why}"
        for (name, why), instances in reasons.items()
    ]


def _broken(tries: Sequence[Tried]) -> list[str]:
    return [
        f"- {each.instance}, {each.solver}, seed {each.seed}: {each.why or '; '.join(each.errors[:2])}"
        for each in tries
        if each.errors
    ]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
