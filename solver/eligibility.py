"""Which shift may serve which job, in what time and at what price of the pairing.

Thousands of jobs and hundreds of shifts fall into few kinds, and fewer still in each respect: skills, attributes, names, tools,
pins. Each respect is judged once per kind of shift and kind of job in that respect, and the answers are spread over the members.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from solver.evaluation import change_price, overqualified_price, pace, preference_price, wishes_price
from solver.problem import Job, Problem, Technician
from solver.together import worker_of

Ints = npt.NDArray[np.int64]
T = TypeVar("T")


class Relation(NamedTuple):
    """The row of each shift, and per row and job four numbers, shape (rows, jobs, 4)."""

    row: list[int]
    pair: Ints  #: seconds of service, of set-up, price of the pairing (-1: may not be), 1 if a tool has to be fetched


class Verdict(NamedTuple):
    """What one respect says of a pairing; paces are ten-thousandths, and only one respect has them."""

    allowed: bool
    price: int = 0
    pace: int = 0
    fetch: int = 0


def relate(problem: Problem) -> Relation:
    """The relation of all shifts and jobs of a problem."""
    kinds = [_kinds(range(len(problem.shifts)), respect.of_shift(problem)) for respect in RESPECTS]
    row, shifts = _kinds(range(len(problem.shifts)), lambda s: tuple(number[s] for number, _ in kinds))
    allowed = np.ones((len(shifts), len(problem.jobs)), bool)
    price, paces, fetch = (np.zeros(allowed.shape, np.int64) for _ in range(3))
    for respect, (number, members) in zip(RESPECTS, kinds, strict=True):
        column, jobs = _kinds(problem.jobs, respect.of_job)
        verdicts = _verdicts(problem, respect, members, jobs)
        where = np.ix_([number[s] for s in shifts], column)
        if not verdicts[:, :, 0].all():
            allowed &= verdicts[:, :, 0].astype(bool)[where]
        for total, field in ((price, 1), (paces, 2), (fetch, 3)):
            if verdicts[:, :, field].any():
                total += verdicts[:, :, field][where]
    return Relation(row, _packed(problem, allowed, price, paces, fetch))


def _packed(problem: Problem, allowed: npt.NDArray[np.bool_], price: Ints, paces: Ints, fetch: Ints) -> Ints:
    pair = np.empty((*allowed.shape, 4), np.int64)
    for column, lasts in enumerate(([job.duration for job in problem.jobs], [job.setup for job in problem.jobs])):
        pair[:, :, column] = -(-np.array(lasts, np.int64) * paces // 10_000)
    pair[:, :, 2] = np.where(allowed, price, -1)
    pair[:, :, 3] = fetch
    return pair


def _verdicts(problem: Problem, respect: "Respect", shifts: list[int], jobs: list[Job]) -> Ints:
    """What a respect says of one shift and one job of each kind, shape (shifts, jobs, fields).

    Where jobs name the kinds of shift they tell apart, one of the others is judged for all others; not where there are crews.
    """
    kind = respect.of_shift(problem)
    at = {kind(s): number for number, s in enumerate(shifts)}
    verdicts = np.zeros((len(shifts), len(jobs), len(Verdict._fields)), np.int64)
    apart = respect.named if not any(shift.crew for shift in problem.shifts) else None
    for column, job in enumerate(jobs):
        told = range(len(shifts)) if apart is None else [at[each] for each in apart(job) if each in at]
        stranger = next((number for number in range(len(shifts)) if number not in told), None)
        if stranger is not None:
            verdicts[:, column] = respect.judge(problem, shifts[stranger], job)
        for number in told:
            verdicts[number, column] = respect.judge(problem, shifts[number], job)
    return verdicts


# ---------------------------------------------------------------- respects


def _skills(problem: Problem, shift_row: int, job: Job) -> Verdict:
    """Every skill needed is held at its level, and valid when the shift starts; by as many of a crew as are asked for."""
    shift = problem.shifts[shift_row]
    members = [problem.technicians[row] for row in problem.crew_of(shift_row)]
    held = all(any(_holds(each, name, level, shift.start) for each in members) for name, level in job.skills.items())
    enough = all(
        sum(_holds(each, name, level, shift.start) for each in members) >= count
        for name, counts in job.staff.items()
        for level, count in enumerate(counts, 1)
    )
    worker = worker_of(problem, shift)
    return Verdict(held and enough, overqualified_price(job, worker), pace(job, worker))


def _holds(technician: Technician, name: str, level: int, when: int) -> bool:
    skill = technician.skills.get(name)
    return skill is not None and skill.level >= level and skill.until >= when


def _attributes(problem: Problem, shift_row: int, job: Job) -> Verdict:
    """The technician or the shift has every tag asked for; wishes have a price."""
    technician = worker_of(problem, problem.shifts[shift_row])
    return Verdict(job.tags <= technician.tags, wishes_price(job, technician))


def _names(problem: Problem, shift_row: int, job: Job) -> Verdict:
    """The technician is one of those required and none of those excluded; the preferred are ranked, a change has its price."""
    members = [problem.technicians[row].id for row in problem.crew_of(shift_row)]
    welcome = (not job.required or not job.required.isdisjoint(members)) and job.excluded.isdisjoint(members)
    technician = problem.technicians[problem.shifts[shift_row].technician]
    return Verdict(welcome, preference_price(job, technician) + change_price(job, technician))


def _tools(problem: Problem, shift_row: int, job: Job) -> Verdict:
    """Tools are on the van, or can be fetched at a stock point."""
    shift = problem.shifts[shift_row]
    on_van = job.tools <= shift.tools
    return Verdict(on_van or shift.stock is not None, fetch=int(not on_van))


def _pins(problem: Problem, shift_row: int, job: Job) -> Verdict:  # noqa: ARG001
    """A job pinned to a shift goes to no other."""
    return Verdict(job.pin is None or job.pin.shift is None or job.pin.shift == shift_row)


class Respect(NamedTuple):
    """In what shifts and jobs differ, and how the difference is judged."""

    of_shift: Callable[[Problem], Callable[[int], Hashable]]  #: what a row of a shift is in this respect
    of_job: Callable[[Job], Hashable]
    judge: Callable[[Problem, int, Job], Verdict]
    named: Callable[[Job], Iterable[Any]] | None = None  #: kinds of shift that a job tells from all others; None: every one


def _skill_of(problem: Problem) -> Callable[[int], Hashable]:
    def kind(row: int) -> Hashable:
        shift = problem.shifts[row]
        members = [problem.technicians[each] for each in problem.crew_of(row)]
        held = [
            frozenset((name, skill.level, skill.until >= shift.start) for name, skill in each.skills.items()) for each in members
        ]
        return tuple(held), members[0].pace

    return kind


def _attributes_of(problem: Problem) -> Callable[[int], Hashable]:
    def kind(row: int) -> Hashable:
        worker = worker_of(problem, problem.shifts[row])
        return worker.tags, frozenset(worker.skills)

    return kind


def _name_of(problem: Problem) -> Callable[[int], Hashable]:
    named = {name for job in problem.jobs for name in _names_in(job)}

    def kind(row: int) -> Hashable:
        lead, *others = (problem.technicians[each].id for each in problem.crew_of(row))
        name = lead if lead in named else None
        return (name, frozenset(named.intersection(others))) if others else name

    return kind


def _names_in(job: Job) -> set[str]:
    return {*job.required, *job.excluded, *job.preferred, *([job.current.technician] if job.current and job.current.other else [])}


def _name_wishes(job: Job) -> Hashable:
    now = job.current and (job.current.technician, job.current.other)
    return job.required, job.excluded, job.preferred, job.preference, now


def _tools_of(problem: Problem) -> Callable[[int], Hashable]:
    return lambda row: (problem.shifts[row].tools, problem.shifts[row].stock is None)


def _pin_of(problem: Problem) -> Callable[[int], Hashable]:
    pinned = {job.pin.shift for job in problem.jobs if job.pin}
    return lambda row: row if row in pinned else None


def _pinned_to(job: Job) -> int | None:
    return job.pin.shift if job.pin else None


RESPECTS = (
    Respect(
        _skill_of,
        lambda job: (frozenset(job.skills.items()), frozenset(job.staff.items()), job.paces, job.overqualified),
        _skills,
    ),
    Respect(_attributes_of, lambda job: (job.tags, frozenset(job.wishes.items())), _attributes),
    Respect(_name_of, _name_wishes, _names, _names_in),
    Respect(_tools_of, lambda job: job.tools, _tools),
    Respect(_pin_of, _pinned_to, _pins, lambda job: (_pinned_to(job),)),
)


def _kinds(items: Iterable[T], kind: Callable[[T], Hashable]) -> tuple[list[int], list[T]]:
    """The kind of each item as a number, and one item of each kind."""
    numbers: dict[Hashable, int] = {}
    members: list[T] = []
    found: list[int] = []
    for item in items:
        number = numbers.setdefault(kind(item), len(members))
        if number == len(members):
            members.append(item)
        found.append(number)
    return found, members
