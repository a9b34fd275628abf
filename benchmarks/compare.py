"""The same problem for several solvers, on the same terms: who is asked, what they answer, and what the judge makes of it."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import NamedTuple

import solver
from benchmarks.case import Case
from benchmarks.families import Family
from benchmarks.judge import Verdict
from benchmarks.measure import disagreement
from benchmarks.peers import PEERS, Orders, Peer, Terms
from benchmarks.peers.child import Answer, asked
from benchmarks.peers.ours import OURS
from benchmarks.peers.ours import solve as solve_ours
from solver import Plan, Problem

Ask = Callable[[Callable[[Problem, Terms], Orders], Problem, Terms], Answer]


class Contest(NamedTuple):
    """An instance, and who judges its plans."""

    family: str
    instance: str
    case: Case
    best: float | None
    judge: Callable[[Plan], Verdict]
    softly: bool = False  #: jobs may be left out: peers that must be told a price are told one above everything else


class Tried(NamedTuple):
    """A solver's answer to an instance, judged; without a plan there is a reason, and nothing to judge."""

    family: str
    instance: str
    solver: str
    seed: int
    cost: float | None
    gap: float | None  #: percent to the best known value
    unserved: int | None
    seconds: float
    cores: float
    errors: tuple[str, ...]
    why: str

    @property
    def feasible(self) -> bool:
        return self.cost is not None and not self.errors


class Result(NamedTuple):
    """What a solver made of an instance over all seeds: medians, and whether every answer was legal."""

    cost: float | None
    gap: float | None
    unserved: float | None
    feasible: bool | None  #: None: it was not asked
    why: str


def contest(family: Family, instance: Path, folder: Path) -> Contest:
    """The contest of a public instance; solution files go into `folder`.

    Raises
    ------
    UnreadableInstance
        The instance cannot be read.
    """
    case, best = family.read(instance), family.best_known(instance)

    def judge(plan: Plan) -> Verdict:
        file = folder / f"{instance.stem}.sol"
        file.write_text(family.write(case, plan))
        verdict = family.verdict(case, plan, instance, file)
        return verdict if verdict.errors else verdict._replace(errors=disagreement(case.cost(plan), verdict.cost))

    return Contest(family.name, instance.stem, case, best, judge, family.may_leave_out)


def compared(contests: Iterable[Contest], peers: Sequence[Peer], terms: Sequence[Terms], ask: Ask = asked) -> Iterator[Tried]:
    """Every solver's answer to every contest, for each seed; a peer that cannot be asked is there once, with the reason."""
    for each in contests:
        problem = told(each)
        able = {peer.name: peer for peer in peers if peer.why_not(problem) is None}
        yield from (_unasked(each, peer, str(peer.why_not(problem))) for peer in peers if peer.name not in able)
        for term in terms:
            yield _tried(each, OURS, term, ask(solve_ours, each.case.problem, term))
            for name, peer in able.items():
                yield _tried(each, name, term, ask(peer.solve, problem, term))


def told(contest: Contest) -> Problem:
    """The problem as peers are told it: if jobs may be left out, each has the same price, above all else a plan may cost."""
    problem = contest.case.problem
    if not contest.softly:
        return problem
    price = 1 + sum((shift.latest - shift.start) * shift.price_second for shift in problem.shifts)
    return replace(problem, jobs=tuple(replace(job, unserved=price) for job in problem.jobs))


def _unasked(contest: Contest, peer: Peer, why: str) -> Tried:
    return Tried(contest.family, contest.instance, peer.name, 0, None, None, None, 0.0, 0.0, (), why)


def _tried(contest: Contest, name: str, terms: Terms, answer: Answer) -> Tried:
    head = (contest.family, contest.instance, name, terms.seed)
    if answer.orders is None:
        return Tried(*head, None, None, None, answer.seconds, answer.cores, ("no plan",), answer.why)
    plan = solver.plan_of(contest.case.problem, answer.orders)
    verdict = contest.judge(plan)
    return Tried(*head, verdict.cost, verdict.gap, verdict.unserved, answer.seconds, answer.cores, verdict.errors, "")


def told_as_it_ends(tries: Iterable[Tried]) -> Iterator[Tried]:
    """The tries, each told on standard error when it is there."""
    for each in tries:
        said = each.why if each.cost is None else f"cost {each.cost:.4f}, {each.unserved} unserved, {each.cores:.2f} cores"
        broken = f", {len(each.errors)} rules broken: {each.errors[0]}" if each.errors and each.cost is not None else ""
        print(f"{each.instance} {each.solver} seed {each.seed}: {said}, {each.seconds:.1f} s{broken}", file=sys.stderr, flush=True)
        yield each


def result(tries: Sequence[Tried]) -> Result:
    """A solver's tries of one instance as one result."""
    answers = [each for each in tries if each.cost is not None]
    if not answers:
        refused = all(not each.errors for each in tries)
        return Result(None, None, None, None if refused else False, tries[0].why)
    gaps = [each.gap for each in answers]
    return Result(
        cost=median(each.cost or 0.0 for each in answers),
        gap=None if None in gaps else median(gap for gap in gaps if gap is not None),
        unserved=median(each.unserved or 0 for each in answers),
        feasible=all(each.feasible for each in tries),
        why="; ".join(dict.fromkeys(error for each in tries for error in each.errors[:1])),
    )


def results(tries: Sequence[Tried]) -> dict[tuple[str, str], dict[str, Result]]:
    """By family and instance, then by solver, in the order in which they were tried, ours first."""
    found: dict[tuple[str, str], dict[str, list[Tried]]] = {}
    for each in tries:
        found.setdefault((each.family, each.instance), {OURS: []}).setdefault(each.solver, []).append(each)
    return {key: {name: result(of) for name, of in solvers.items() if of} for key, solvers in found.items()}


def named_peers(text: str) -> list[Peer]:
    """The peers of a list of names with commas between; raises `LookupError` if there is no such peer."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in PEERS]
    if unknown:
        raise LookupError(f"no peer {', '.join(unknown)}; there are {', '.join(PEERS)}")
    return [PEERS[name] for name in names]
