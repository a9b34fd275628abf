"""What coupled jobs and crews come to in a plan: who works a shift, which bundles are left out, what groups cost."""

from collections.abc import Iterable
from dataclasses import replace

from solver.coupling import Ask, Bundle
from solver.plan import Plan
from solver.problem import MANDATORY_PRICE, Problem, Shift, Skill, Technician


def worst_lateness(problem: Problem, plan: Plan) -> int:
    """Seconds by which the latest job ends after it is due."""
    return max((max(0, visit.end - problem.jobs[visit.stop.row].due) for _, visit in plan.visits()), default=0)


def groups_price(problem: Problem, plan: Plan) -> int:
    """What the groups that are priced cost."""
    if not problem.groups:
        return 0
    shift_of = {row: problem.shifts[route.shift] for route in plan.routes for row in route.jobs}
    money = 0
    for group in problem.groups:
        shifts = [shift_of[row] for row in group.rows if row in shift_of]
        served_by = [shift.day if group.ask is Ask.SAME_DAY else shift.technician for shift in shifts]
        money += group.surplus(served_by) * (group.price or 0)
    return money


def unbundled(problem: Problem, rows: Iterable[int]) -> list[int]:
    """The rows of jobs that are part of no bundle."""
    bundled = {row for bundle in problem.bundles for row in bundle.rows}
    return [row for row in rows if row not in bundled]


def left_out_bundles(problem: Problem, plan: Plan) -> list[Bundle]:
    """The bundles none of whose alternatives is served wholly."""
    served = {row for route in plan.routes for row in route.jobs} if problem.bundles else set()
    return [bundle for bundle in problem.bundles if not any(served.issuperset(each) for each in bundle.alternatives)]


def is_mandatory(problem: Problem, bundle: Bundle) -> bool:
    """Whether a bundle may not be left out: it has no price, or one of its jobs is pinned."""
    return bundle.unserved is None or any(problem.jobs[row].pin is not None for row in bundle.rows)


def bundle_price(problem: Problem, bundle: Bundle) -> int:
    """What leaving a bundle out adds to a total."""
    return MANDATORY_PRICE if is_mandatory(problem, bundle) else bundle.unserved or 0


def worker_of(problem: Problem, shift: Shift) -> Technician:
    """Who works a shift, as one technician, with the tags of the shift.

    A crew has the highest level of each skill, valid ones first, and the tags of all.
    """
    lead = problem.technicians[shift.technician]
    if not shift.crew:
        return replace(lead, tags=lead.tags | shift.tags) if shift.tags else lead
    members = [lead, *(problem.technicians[row] for row in shift.crew)]
    skills: dict[str, Skill] = {}
    for member in members:
        for name, skill in member.skills.items():
            skills[name] = max(skill, skills.get(name, skill), key=lambda each: (each.until >= shift.start, each.level))
    return replace(lead, skills=skills, tags=frozenset.intersection(*(member.tags for member in members)) | shift.tags)


def linked_rows(problem: Problem) -> set[int]:
    """The jobs that have a link, whether or not the other one is served: no departure is put off so that they start later."""
    return {row for link in problem.links for row in (link.before, link.after)}
