"""What fits a technician's next hole: jobs without a visit that could be served there, and nobody is later for it."""

from datetime import datetime

import solver
from dispatch import day as days
from dispatch import schedules, wire
from dispatch.access import Act
from dispatch.day.units import money
from dispatch.errors import NotFound
from dispatch.schedules.desk import Desk


def of_schedule(act: Act, desk: Desk, name: str, technician: str, minutes: int) -> wire.Gaps:
    """The gaps of a technician in a schedule, from now on. Raises `NotFound`, `TravelError`."""
    row = schedules.find(act, name)
    standing = desk.standing(row.day, row.plan)
    return gaps(standing.planning, standing.plan, technician, minutes=minutes, now=act.now)


def gaps(
    planning: days.Planning, plan: solver.Plan, technician: str, *, minutes: int = 0, now: datetime | None = None
) -> wire.Gaps:
    """The time a technician has to spare in a plan, and what fits there, what gains most first.

    Parameters
    ----------
    minutes : holes that are shorter are left out
    now : what is over by then is left out

    Raises
    ------
    NotFound : there is no such technician
    """
    if all(each.id != technician for each in planning.day.technicians):
        raise NotFound("technician", technician)
    shifts = [row for (owner, _), row in planning.shift_rows.items() if owner == technician]
    since = planning.setting.past.now if now is None else max(planning.setting.past.now, planning.seconds(now))
    found = [hole for shift in shifts for hole in solver.holes(planning.problem, plan, shift)]
    kept = [hole for hole in found if hole.end - max(hole.start, since) >= max(1, minutes * 60)]
    return wire.Gaps(technician=technician, gaps=tuple(_gap(planning, hole, since) for hole in kept))


def _gap(planning: days.Planning, hole: solver.Hole, since: int) -> wire.Gap:
    sides = {"after": hole.after, "before": hole.before}
    return wire.Gap(
        shift=planning.numbers[hole.shift][1],
        start=planning.shown(max(hole.start, since)),
        end=planning.shown(hole.end),
        jobs=tuple(_fit(planning, fit) for fit in hole.fits),
        **{name: planning.day.jobs[row].id for name, row in sides.items() if row is not None},
    )


def _fit(planning: days.Planning, fit: solver.Fit) -> wire.GapJob:
    return wire.GapJob(
        job=planning.day.jobs[fit.job].id,
        start=planning.shown(fit.start),
        end=planning.shown(fit.end),
        price=money(fit.price),
    )
