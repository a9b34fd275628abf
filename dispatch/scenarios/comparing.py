"""A what-if beside its base: money, figures, and what became of each job."""

from collections.abc import Iterator

import solver
from dispatch import day as days
from dispatch import schedules, wire
from dispatch.access import Act
from dispatch.errors import Code, Conflict
from dispatch.scenarios.asking import base_schedule, find
from dispatch.schedules import Desk
from dispatch.store.tables import Run, Scenario, Schedule
from dispatch.wire.scenarios import Comparison, Figure

_ANEW = {"added": "served", "dropped": "dropped", "reassigned": "moved", "moved": "moved"}


def compared(act: Act, desk: Desk, name: str) -> Comparison:
    """A what-if beside its base. Both are priced by the base's policy.

    Raises
    ------
    NotFound : there is no such what-if
    Conflict : one of the two is not planned yet, or its run has ended without a plan
    TravelError : the what-if has other prices, and nobody says the travel times that are needed to price it by the base's
    """
    row = find(act, name)
    before, after = _planned(act, row)
    day, changed = schedules.day_in(before), schedules.day_in(after)
    was, now = schedules.plan_in(before), schedules.plan_in(after)
    own = changed.policy != day.policy
    cost = _priced(desk, changed.model_copy(update={"policy": day.policy}), now) if own else now.cost
    between = schedules.diff(act, before.id, after.id)
    lists = {kind: tuple(each for each in between.changes if _ANEW[each.change] == kind) for kind in ("served", "dropped", "moved")}
    found = {
        "scenario": row.id,
        "before": before.id,
        "after": after.id,
        "currency": now.currency,
        "terms": tuple(_figure(term, getattr(was.cost, term), getattr(cost, term)) for term in _TERMS),
        "figures": tuple(_figures(day, was, changed, now)),
        "same": between.same,
        **lists,
    }
    return Comparison.model_validate(found | ({"own_cost": now.cost} if own else {}))


_TERMS = (*(name for name in wire.Terms.model_fields if name != "total"), "total")


def _planned(act: Act, row: Scenario) -> tuple[Schedule, Schedule]:
    """The schedules of a what-if's base and of itself."""
    names = base_schedule(act, row), act.session.get_one(Run, row.run_id).schedule_id
    if names[0] is None or names[1] is None:
        states = {run: str(act.session.get_one(Run, run).state) for run in (row.base_run_id, row.run_id) if run}
        raise Conflict(Code.SCENARIO_UNFINISHED, "there is not yet a plan of both: see the states of its runs", {"runs": states})
    return act.session.get_one(Schedule, names[0]), act.session.get_one(Schedule, names[1])


def _priced(desk: Desk, day: wire.Day, plan: wire.PlanFile) -> wire.PlanCost:
    """What a plan costs by the prices of a day."""
    planning = desk.planning(wire.write_line(day).decode())
    return days.priced(solver.evaluate(planning.problem, days.plan_of(planning, plan)))


def _figures(day: wire.Day, was: wire.PlanFile, changed: wire.Day, now: wire.PlanFile) -> Iterator[Figure]:
    before, after = _facts(day, was), _facts(changed, now)
    yield from (_figure(name, before[name], after[name]) for name in before)


def _facts(day: wire.Day, plan: wire.PlanFile) -> dict[str, float]:
    """The figures of a plan: those of its quality, who works, and how late it is."""
    due = {job.id: job.due for job in day.jobs if job.due is not None}
    served = [visit for route in plan.routes for visit in route.visits if visit.job in due]
    late = [seconds for visit in served if (seconds := (visit.end - due[visit.job or ""]).total_seconds()) > 0]
    quality = schedules.quality(plan).model_dump(exclude={"gap_percent"})
    return {
        "jobs": quality["served"] + quality["unassigned"],
        **quality,
        "technicians": len({route.technician for route in plan.routes}),
        "late_jobs": len(late),
        "late_s": int(sum(late)),
    }


def _figure(name: str, before: float, after: float) -> Figure:
    """A figure; money is exact to the millionth."""
    return Figure(name=name, before=before, after=after, difference=round(after - before, 6))
