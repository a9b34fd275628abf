"""A sample day from a seed."""

from datetime import date
from typing import Any

from dispatch import wire
from dispatch.generate.calendar import Calendar, calendar_of, horizon_of
from dispatch.generate.crew import crew_of
from dispatch.generate.dice import Dice
from dispatch.generate.presets import PRESETS, Preset
from dispatch.generate.work import jobs_of, market_of
from dispatch.wire.fields import MOST_TECHNICIANS

_CREW, _WORK = range(2)
"""Streams of chance, so that a day with another number of jobs has the same crew."""


def day(
    preset: str = "city", *, jobs: int | None = None, technicians: int | None = None, seed: int = 1, date: date | None = None
) -> wire.Day:
    """A believable day; the same arguments give the same day, on any machine.

    Parameters
    ----------
    preset : one of `PRESETS`
    jobs, technicians : how many; the preset's number of jobs, and a crew for whom they are about a day's work
    seed : where chance begins
    date : the local day; the preset's

    Raises
    ------
    KeyError : there is no such preset
    InputError : more jobs or technicians than a day file may have
    """
    form = PRESETS[preset]
    n_jobs = form.jobs if jobs is None else jobs
    n_technicians = _fitting(form, n_jobs) if technicians is None else technicians
    calendar = calendar_of(form, date or form.date)
    made = f"Made by: dispatch generate --preset {preset} --jobs {n_jobs} --technicians {n_technicians} --seed {seed}"
    asked = f" --date {date}" if date else ""
    raw = _written(form, n_jobs, n_technicians, calendar, seed) | {"name": form.title, "note": f"{form.note} {made}{asked}"}
    return wire.day_of(raw)


def _fitting(form: Preset, jobs: int) -> int:
    """Technicians for some jobs, as the preset has it."""
    return min(MOST_TECHNICIANS, max(1, round(jobs / form.crowd)))


def _written(form: Preset, jobs: int, technicians: int, calendar: Calendar, seed: int) -> dict[str, Any]:
    depots = [] if form.plain else _depots(form, Dice(seed, _CREW, 1))
    crew = crew_of(form, technicians, depots, calendar, Dice(seed, _CREW))
    dice = Dice(seed, _WORK)
    market = market_of(form, jobs, crew, calendar, dice)
    return {
        "timezone": form.zone,
        "currency": form.currency,
        "horizon": horizon_of(form, calendar),
        "sites": [*depots, *market.buildings],
        "kinds": form.kinds,
        "policy": form.policy,
        "technicians": crew,
        "jobs": jobs_of(market, jobs, dice),
        "travel": form.travel,
        "options": {"seed": 1},
    }


def _depots(form: Preset, dice: Dice) -> list[dict[str, Any]]:
    areas = form.region.depot_areas()
    return [
        {
            "id": f"depot-{n}",
            "name": f"Depot {area.name}",
            "location": form.region.point(area, dice),
            "address": form.region.address_of(area),
        }
        for n, area in enumerate(areas, 1)
    ]
