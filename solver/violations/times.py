"""Rules about a route's arithmetic: every second and metre follows from the matrices, the jobs and the visit before."""

from collections.abc import Iterator

from solver.violations.case import Case
from solver.violations.causes import Cause, Violation


def places(case: Case) -> Iterator[Violation]:
    """A job is served at its place, a stop at the stock point made there."""
    for step in case.steps:
        if step.pause is None and step.visit.place != step.there:
            yield case.broken(Cause.TIMES, 1, f"is at place {step.visit.place}, not {step.there}", step)


def drives(case: Case) -> Iterator[Violation]:
    """Every drive takes the seconds and metres of the travel matrices."""
    for step in case.steps:
        if (step.visit.travel, step.visit.distance) != (step.leg, step.metres):
            stated = f"{step.visit.travel} s and {step.visit.distance} m"
            off = abs(step.visit.travel - step.leg) or abs(step.visit.distance - step.metres)
            yield case.broken(Cause.TIMES, off, f"a drive of {stated}, not {step.leg} s and {step.metres} m", step)
    route = case.route
    if (route.travel_home, route.distance_home) != (case.home, case.metres_home):
        stated = f"{route.travel_home} s and {route.distance_home} m"
        off = abs(route.travel_home - case.home) or abs(route.distance_home - case.metres_home)
        yield case.broken(Cause.TIMES, off, f"a last drive of {stated}, not {case.home} s and {case.metres_home} m")


def arrivals(case: Case) -> Iterator[Violation]:
    """A visit is reached the drive after the one before has ended, and the route is back the last drive after the last visit."""
    for step in case.steps:
        off = abs(step.visit.arrive - step.left - step.visit.travel)
        if off:
            yield case.broken(Cause.TIMES, off, f"arrives {off} s off the end before and the drive", step)
    end = case.route.visits[-1].end if case.route.visits else case.route.depart
    off = abs(case.route.back - end - case.route.travel_home)
    if off:
        yield case.broken(Cause.TIMES, off, f"is back {off} s off its last visit and the last drive")


def starts(case: Case) -> Iterator[Violation]:
    """Nothing starts before the technician is there."""
    for step in case.steps:
        if step.visit.start < step.visit.arrive:
            early = step.visit.arrive - step.visit.start
            yield case.broken(Cause.TIMES, early, f"starts {early} s before the arrival", step)


def lengths(case: Case) -> Iterator[Violation]:
    """Set-up and service take what job, technician and level say; set-up once for consecutive jobs at one place."""
    for step in case.steps:
        setup, service = step.visit.setup, step.visit.service
        expected = service if step.pause else step.service
        off = abs(setup - step.setup) + abs(service - expected)
        if off:
            what = f"set-up and service of {setup} s and {service} s, not {step.setup} s and {expected} s"
            yield case.broken(Cause.TIMES, off, what, step)


RULES = (places, drives, arrivals, starts, lengths)
