"""The way in: a VROOM document in, VROOM's answer out."""

from collections.abc import Callable
from typing import NamedTuple

import solver
from dispatch import travel
from dispatch.errors import Finding, InputError
from dispatch.vroom.answers import INPUT, ROUTING, lost, refused, told
from dispatch.vroom.asking import question_of
from dispatch.vroom.orders import found_orders, given_orders
from dispatch.vroom.reasons import FOUND_NO_PLACE, NOT_ON_A_ROUTE, sentences
from dispatch.vroom.roads import roads_of
from dispatch.vroom.start import start_of
from dispatch.vroom.timetable import route_of
from dispatch.wire.vroom import Asked, Told, read, unknown_fields, write

Search = Callable[[solver.Problem, solver.Plan | None], solver.Result]
"""Answers a problem, beginning with a plan if there is one: `solver.solve` with a budget."""


class Answered(NamedTuple):
    """What is answered.

    Attributes
    ----------
    code : VROOM's: 0 done, 2 the document is not acceptable, 3 no travel times
    document : the answer as JSON, whatever the code
    remarks : what was wrong, or is worth a look; also in the document
    """

    code: int
    document: bytes
    remarks: tuple[Finding, ...]


def answered(document: bytes, search: Search, *, provider: travel.Provider, choose_eta: bool = False) -> Answered:
    """The answer to a VROOM document; what is wrong with it or its travel times is an answer, too.

    Parameters
    ----------
    search : answers the problem within a budget; not called in plan mode
    provider : says the travel times of a document without matrices
    choose_eta : plan mode (VROOM's `-c`): routes are given, their times chosen; also if the document's `options` say `"c": true`

    Raises
    ------
    BrokenPlan : the plan found breaks a rule of VROOM's: a defect of this program
    """
    try:
        asked = read(document)
        chosen = choose_eta or asked.options.c
        answer, remarks = _chosen(asked, provider) if chosen else _planned(asked, search, provider)
    except InputError as error:
        return Answered(INPUT, write(refused(error)), error.findings)
    except travel.TravelError as error:
        return Answered(ROUTING, write(lost(str(error))), (Finding("", "travel", str(error)),))
    return Answered(0, write(answer), remarks)


def _chosen(asked: Asked, provider: travel.Provider) -> tuple[Told, tuple[Finding, ...]]:
    """Plan mode: the routes of the document with their times and everything they break."""
    roads = roads_of(asked, provider)
    routes = [route_of(asked, roads, order) for order in given_orders(asked)]
    remarks = (*unknown_fields(asked), *roads.notes)
    return told(asked, roads, routes, {}, remarks, NOT_ON_A_ROUTE), remarks


def _planned(asked: Asked, search: Search, provider: travel.Provider) -> tuple[Told, tuple[Finding, ...]]:
    """The best routes found."""
    roads = roads_of(asked, provider)
    question = question_of(asked, roads)
    result = search(question.problem, start_of(asked, question.problem))
    routes = [route_of(asked, roads, order) for order in found_orders(asked, question.problem, result.plan)]
    broken = [each for route in routes for each in route.violations]
    if broken:
        raise solver.BrokenPlan(f"{len(broken)} of VROOM's rules are broken, the first: {broken[0].cause}")
    why = sentences(asked, solver.explain(question.problem, result.plan))
    remarks = (*unknown_fields(asked), *roads.notes, *question.warnings)
    return told(asked, roads, routes, why, remarks, FOUND_NO_PLACE), remarks
