"""Faults between routes: links, bundles, groups and crews that are stricter than a plan keeps them."""

from dataclasses import replace

from solver.coupling import Ask, Bundle, Group, Link
from solver.plan import Plan
from solver.problem import FOREVER, Problem, Technician
from solver.violations import Cause
from tests.solver.faults import TIMING, any_of, fault, job_visits
from tests.strategies import TAGS


def two_visits(plan: Plan, rng, *, together: bool | None = None):
    """Two visits, the earlier first; on one route or on two if that is asked for."""
    spots = sorted(job_visits(plan), key=lambda spot: spot[2].start)
    pairs = [(a, b) for a in spots for b in spots if a[2].start < b[2].start and together in (None, a[0] == b[0])]
    return any_of(rng, pairs)


def linked(problem: Problem, **fields) -> Problem:
    return replace(problem, links=(Link(**fields),))


@fault(Cause.LINK, *TIMING)
def a_job_starts_too_late_after_another(problem, plan, rng):
    pair = two_visits(plan, rng)
    if pair is None:
        return None
    before, after = (spot[2] for spot in pair)
    lag = after.start - before.start
    return linked(problem, before=before.stop.row, after=after.stop.row, low=0, high=lag - 1, from_start=True), plan


@fault(Cause.LINK, *TIMING)
def a_job_starts_too_soon_after_another(problem, plan, rng):
    pair = two_visits(plan, rng)
    if pair is None:
        return None
    before, after = (spot[2] for spot in pair)
    return linked(problem, before=before.stop.row, after=after.stop.row, low=after.start - before.end + 1), plan


@fault(Cause.LINK, *TIMING)
def a_job_does_not_wait_for_the_morning(problem, plan, rng):
    pair = two_visits(plan, rng)
    if pair is None:
        return None
    before, after = (spot[2] for spot in pair)
    mornings = (before.end, after.start + 1) if before.end <= after.start else (before.end, before.end + 1)
    return linked(problem, before=before.stop.row, after=after.stop.row, low=-FOREVER, mornings=mornings), plan


@fault(Cause.NEEDED, *TIMING)
def a_job_is_served_without_the_one_it_needs(problem, plan, rng):
    spot, left = any_of(rng, job_visits(plan)), any_of(rng, list(plan.unassigned))
    if spot is None or left is None:
        return None
    return linked(problem, before=left, after=spot[2].stop.row, low=-FOREVER, needs=True), plan


@fault(Cause.BUNDLE)
def a_bundle_is_served_in_part(problem, plan, rng):
    spot, left = any_of(rng, job_visits(plan)), any_of(rng, list(plan.unassigned))
    if spot is None or left is None or problem.jobs[left].pin:
        return None
    return replace(problem, bundles=(Bundle("b", ((spot[2].stop.row, left),)),)), plan


@fault(Cause.GROUP)
def two_technicians_serve_a_group_for_one(problem, plan, rng):
    pair = two_visits(plan, rng, together=False)
    rows = tuple(spot[2].stop.row for spot in pair or ())
    same = {problem.shifts[plan.routes[spot[0]].shift].technician for spot in pair or ()}
    return (replace(problem, groups=(Group(rows, Ask.SAME_TECHNICIAN),)), plan) if len(same) == 2 else None


@fault(Cause.GROUP)
def one_technician_serves_a_group_for_several(problem, plan, rng):
    pair = two_visits(plan, rng, together=True)
    return pair and (replace(problem, groups=(Group(tuple(spot[2].stop.row for spot in pair), Ask.DIFFERENT_TECHNICIANS),)), plan)


@fault(Cause.CREW)
def a_technician_works_in_two_crews_at_once(problem, plan, rng):
    pair = two_visits(plan, rng, together=False)
    rows = sorted(plan.routes[spot[0]].shift for spot in pair or ())
    if pair is None or problem.shifts[rows[0]].latest <= problem.shifts[rows[1]].start:
        return None
    if problem.shifts[rows[1]].latest <= problem.shifts[rows[0]].start:
        return None
    everywhere = Technician("everywhere", tags=frozenset(TAGS))
    shifts = tuple(
        replace(shift, crew=(len(problem.technicians),)) if row in rows else shift for row, shift in enumerate(problem.shifts)
    )
    return replace(problem, technicians=(*problem.technicians, everywhere), shifts=shifts), plan
