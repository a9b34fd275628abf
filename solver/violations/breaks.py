"""The rule about breaks: held on the route as stops, or before and after it as the technician's own time.

A plan does not say when the breaks without a stop are held, nor need it: those that come before the first break of the route are
held before the departure, those after the last one after the return. If the route has no break at all, any number of them may
come first.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from solver.problem import Break
from solver.violations.case import Case, Step
from solver.violations.causes import Cause, Violation


def on_route(case: Case) -> Iterator[Violation]:
    """A break held on a route starts in its window, lasts as long as it should, at its place."""
    for step in case.steps:
        if step.pause is not None:
            off = max(step.pause.open - step.visit.start, step.visit.start - step.pause.close)
            if off > 0:
                yield case.broken(Cause.BREAK, off, f"starts {off} s outside its window", step)
            if step.visit.service != step.pause.duration:
                off = abs(step.visit.service - step.pause.duration)
                yield case.broken(Cause.BREAK, off, f"lasts {step.visit.service} s, not {step.pause.duration} s", step)
            if step.visit.place != step.there:
                yield case.broken(Cause.BREAK, 1, f"is held at place {step.visit.place}, not {step.there}", step)


def in_order(case: Case) -> Iterator[Violation]:
    """Breaks are those of the shift, each held once, in the order of the shift."""
    steps = _break_steps(case)
    for step in steps:
        if step.pause is None:
            yield case.broken(Cause.BREAK, 1, "the shift has no such break", step)
    for a, b in pairwise(steps):
        if a.visit.stop.row >= b.visit.stop.row:
            yield case.broken(Cause.BREAK, 1, f"is held after break {a.visit.stop.row}", b)


def all_held(case: Case) -> Iterator[Violation]:
    """Every break is held: on the route or, if it needs no place, before the departure or after the return, one after the other."""
    leading, loose, trailing = _off_route(case)
    for row in loose:
        yield case.broken(Cause.BREAK, 1, f"break {row} is not held")
    splits = [_missed(case, (*leading, *trailing), first) for first in _splits(case)]
    for row, seconds in min(splits, key=lambda missed: sum(seconds for _, seconds in missed)):
        yield case.broken(Cause.BREAK, seconds, f"break {row} is held nowhere: {seconds} s too late")


def before_departure(case: Case) -> Iterator[Sequence[Break]]:
    """Which breaks may be meant to be held before the departure: every choice that keeps the rule, or all if none does."""
    leading, _, trailing = _off_route(case)
    rows = (*leading, *trailing)
    choices = _splits(case)
    legal = [first for first in choices if not _missed(case, rows, first)]
    for first in legal or choices:
        yield [case.shift.breaks[row] for row in rows[:first]]


def _splits(case: Case) -> Sequence[int]:
    """How many of the breaks held off the route may come before the departure."""
    leading, _, trailing = _off_route(case)
    return (len(leading),) if _break_steps(case) else range(len(leading) + len(trailing) + 1)


def _off_route(case: Case) -> tuple[list[int], list[int], list[int]]:
    """Rows of the breaks that are no stops: those that may be held before the departure, nowhere, after the return."""
    breaks = case.shift.breaks
    held = [step.visit.stop.row for step in _break_steps(case)]
    first, last = (min(held), max(held)) if held else (len(breaks), len(breaks))
    missing = [row for row in range(len(breaks)) if row not in held]
    nowhere = [row for row in missing if breaks[row].place is not None or first < row < last]
    return (
        [row for row in missing if row < first and row not in nowhere],
        nowhere,
        [row for row in missing if row > last and row not in nowhere],
    )


def _missed(case: Case, rows: Sequence[int], first: int) -> list[tuple[int, int]]:
    """The breaks, and by how much, that fit neither before the departure (the first ones) nor after the return (the others)."""
    missed, now = [], case.shift.start
    for row in rows[:first]:
        pause = case.shift.breaks[row]
        held = max(now, pause.open)
        late = max(held - pause.close, held + pause.duration - case.route.depart)
        missed += [(row, late)] if late > 0 else []
        now = held + pause.duration
    now = case.route.back
    for row in rows[first:]:
        pause = case.shift.breaks[row]
        held = max(now, pause.open)
        missed += [(row, held - pause.close)] if held > pause.close else []
        now = held + pause.duration
    return missed


def _break_steps(case: Case) -> list[Step]:
    return [step for step in case.steps if step.visit.stop.kind == "break"]


RULES = (on_route, in_order, all_held)
