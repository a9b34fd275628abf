"""From the solver's result to the plan file."""

from collections.abc import Iterable, Sequence
from typing import Any

import solver
from dispatch.day.moved import moved
from dispatch.day.planning import Planning
from dispatch.day.reasons import unassigned
from dispatch.day.together import missed
from dispatch.day.units import money
from dispatch.wire.answer import PlanCost, PlanFile, PlanRoute, PlanVisit, Proof, Terms, Totals, TravelSource
from dispatch.wire.model import Day
from dispatch.wire.work import Job
from solver.evaluation import route_cost, worked
from solver.reasons import Reason, ReasonCode

TERMS = tuple(name for name in Terms.model_fields if name != "total")


def answer(planning: Planning, result: solver.Result, reasons: Iterable[Reason], *, seed: int | None = None) -> PlanFile:
    """The plan file of a result.

    Parameters
    ----------
    planning : what was planned
    result : what the solver answered
    reasons : why jobs are left out, of `solver.explain`; a job without one has the reason `time_budget`
    seed : the seed of the search, if it was not the day's
    """
    day, problem = planning.day, planning.problem
    known, left_out = {reason.job: reason for reason in reasons}, missed(day, problem, result.plan.unassigned)
    return PlanFile(
        **_named(day),
        timezone=day.timezone,
        currency=day.currency,
        travel=TravelSource(provider=problem.travel.provider),
        seed=day.options.seed if seed is None else seed,
        iterations=result.iterations,
        ended=result.ended,
        optimal=result.optimal,
        **_proof(result),
        cost=priced(result.cost),
        routes=tuple(route_file(planning, route) for route in result.plan.routes),
        unassigned=tuple(unassigned(planning, known.get(row) or Reason(row, ReasonCode.DISPLACED, (), ())) for row in left_out),
        moved=moved(planning, result.plan),
        warnings=planning.warnings,
    )


def _named(day: Day) -> Any:
    return {} if day.name is None else {"day": day.name}


def _proof(result: solver.Result) -> Any:
    if result.bound is None:
        return {}
    left_out, bound = divmod(result.bound, solver.MANDATORY_PRICE)
    gap = {} if result.gap is None else {"gap_percent": round(100 * result.gap, 4)}
    return {"proof": Proof(bound=money(bound), mandatory_left_out=left_out, relaxed=result.relaxed, **gap)}


def priced(cost: solver.Cost) -> PlanCost:
    """What a plan costs, as its file says it."""
    return PlanCost(**_terms(cost), mandatory_left_out=cost.mandatory)


def _terms(cost: solver.Cost) -> dict[str, float]:
    return {name: money(getattr(cost, name)) for name in TERMS} | {"total": money(cost.money)}


def route_file(planning: Planning, route: solver.Route) -> PlanRoute:
    """A route as the plan file has it."""
    owner, number = planning.numbers[route.shift]
    return PlanRoute(
        technician=planning.day.technicians[owner].id,
        shift=number,
        depart=planning.shown(route.depart),
        visits=tuple(_visit(planning, visit) for visit in route.visits),
        travel_home_s=route.travel_home,
        distance_home_m=route.distance_home,
        back=planning.shown(route.back),
        totals=_totals(planning.problem, route),
        cost=Terms(**_terms(route_cost(planning.problem, route))),
    )


def _visit(planning: Planning, visit: solver.Visit) -> PlanVisit:
    what: dict[str, Any] = {}
    match visit.stop.kind:
        case solver.StopKind.JOB:
            job = planning.day.jobs[visit.stop.row]
            what |= {"job": job.id} | ({"part_of": job.part.job, "beside": _beside(planning.day, job)} if job.part else {})
        case solver.StopKind.BREAK:
            what["pause"] = visit.stop.row
    return PlanVisit.model_validate(
        {
            "kind": visit.stop.kind.value,
            **what,
            "travel_s": visit.travel,
            "distance_m": visit.distance,
            "arrive": planning.shown(visit.arrive),
            "start": planning.shown(visit.start),
            "setup_s": visit.setup,
            "service_s": visit.service,
            "end": planning.shown(visit.end),
        }
    )


def _beside(day: Day, job: Job) -> tuple[str, ...]:
    """The other legs of the way in which a job is staffed."""
    whole = (job.part.job, job.part.recipe) if job.part else None
    return tuple(each.id for each in day.jobs if each.part and (each.part.job, each.part.recipe) == whole and each.id != job.id)


def _totals(problem: solver.Problem, route: solver.Route) -> Totals:
    def served(*kinds: solver.StopKind) -> Sequence[int]:
        return [visit.service for visit in route.visits if visit.stop.kind in kinds]

    return Totals(
        duration_s=route.back - route.depart,
        travel_s=route.travel,
        wait_s=sum(visit.wait for visit in route.visits),
        setup_s=sum(visit.setup for visit in route.visits),
        service_s=sum(served(solver.StopKind.JOB)),
        break_s=sum(served(solver.StopKind.BREAK)),
        stock_s=sum(served(solver.StopKind.STOCK)),
        overtime_s=max(0, worked(problem, route).end - problem.shifts[route.shift].end),
        distance_m=route.distance,
    )
