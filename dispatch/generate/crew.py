"""The technicians of a sample day: a trade each, others on the side, a van, a shift, and now and then something special."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import accumulate
from typing import Any

from dispatch.generate.calendar import Calendar
from dispatch.generate.dice import Dice
from dispatch.generate.presets import Hours, Preset
from dispatch.generate.regions import Area
from dispatch.generate.trades import BULKY, Task, Trade

Record = dict[str, Any]


def crew_of(preset: Preset, count: int, depots: Sequence[Record], calendar: Calendar, dice: Dice) -> list[Record]:
    """So many technicians, with trades in proportion to the work of the preset."""
    specialists: Sequence[Trade | None] = _specialists(preset, count) or [None] * count
    names, homes = preset.names.people(count, dice), _spread(preset.region.areas, count, dice)
    crew: list[Record] = []
    for number, (trade, name, area) in enumerate(zip(specialists, names, homes, strict=True)):
        technician: Record = {"id": f"t{number + 1:02d}", "name": name, "home": preset.region.point(area, dice)}
        first = trade not in specialists[:number]
        if trade is not None:
            technician |= _equipped(preset, trade, technician["home"], depots, calendar, dice, first=first)
        technician["shifts"] = [_shift(preset, number, technician, calendar, dice)]
        crew.append(technician | ({} if preset.plain else _terms(preset, number)))
    return crew


def able(crew: Sequence[Record], task: Task, calendar: Calendar, tags: Sequence[str] = ()) -> list[Record]:
    """Who could do a task on the day, whenever."""
    return [technician for technician in crew if _holds(technician, task, calendar) and set(tags) <= {*technician.get("tags", ())}]


def _holds(technician: Record, task: Task, calendar: Calendar) -> bool:
    if task.skill is None:
        return True
    held = technician.get("skills", {}).get(task.skill)
    # a shift may run into the next day, a skill may not
    return held is not None and held["level"] >= task.level and held.get("until", "9999") > calendar.day.isoformat()


# ---------------------------------------------------------------- who


def _specialists(preset: Preset, count: int) -> list[Trade]:
    """A trade for each technician: the next one to that with most work for each of its specialists (D'Hondt's rule)."""
    work = {
        trade.skill: sum(task.weight * sum(task.minutes) for task in preset.tasks if task.skill == trade.skill)
        for trade in preset.trades
    }
    given = dict.fromkeys(work, 0)
    drawn: list[Trade] = []
    for _ in range(count if preset.trades else 0):
        trade = max(preset.trades, key=lambda trade: work[trade.skill] / (given[trade.skill] + 1))
        given[trade.skill] += 1
        drawn.append(trade)
    return drawn


def _spread(areas: Sequence[Area], count: int, dice: Dice) -> list[Area]:
    """Areas to live in, evenly spread over the region, in any order."""
    sums = list(accumulate(area.weight for area in areas))
    marks = [(number + dice.unit()) * sums[-1] / count for number in range(count)]
    return dice.some([next(area for area, upto in zip(areas, sums, strict=True) if mark < upto) for mark in marks], count)


# ---------------------------------------------------------------- with what


def _equipped(
    preset: Preset,
    trade: Trade,
    home: Mapping[str, float],
    depots: Sequence[Record],
    calendar: Calendar,
    dice: Dice,
    *,
    first: bool,
) -> Record:
    """Skills, tags and the van of a specialist; the first one of a trade is a master of it."""
    aside = dice.some([other for other in preset.trades if other != trade], dice.weighted((0, 1, 2), (1, 4, 7)))
    skills = {trade.skill: _held(trade, 3 if first or dice.chance(0.35) else 2, calendar, dice)}
    skills |= {other.skill: _held(other, dice.weighted((1, 2), (6, 4)), calendar, dice, lapses=0.1) for other in aside}
    tags = [tag for tag, share in ((preset.clearance, 0.4), (preset.language, 0.35), ("van with lift", 0.25)) if dice.chance(share)]
    carried = {part: count for each in (trade, *aside) for part, count in each.parts.items()}
    tools = [*trade.tools, *(tool for other in aside for tool in other.tools if dice.chance(0.5))]
    depot = min(depots, key=lambda depot: preset.region.apart(depot["location"], home))
    record: Record = {"skills": skills, "tags": tags, "tools": tools, "parts": carried}
    record["stock"] = {"site": depot["id"], "duration_min": 10}
    pace = dice.weighted((90, 95, 100, 105, 110), (1, 2, 8, 2, 1))
    return record if pace == 100 else record | {"pace_percent": pace}


def _held(trade: Trade, level: int, calendar: Calendar, dice: Dice, *, lapses: float = 0) -> Record:
    """A skill; a certificate has a last day, and some have passed it."""
    held: Record = {"level": level}
    if trade.certified:
        days = -dice.between(3, 20) if dice.chance(lapses) else dice.between(20, 500)
        held["until"] = (calendar.day + timedelta(days=days)).isoformat()
    return held


# ---------------------------------------------------------------- when


def _shift(preset: Preset, number: int, technician: Record, calendar: Calendar, dice: Dice) -> Record:
    hours = dice.weighted(preset.hours, [hours.weight for hours in preset.hours])
    shift = _written(preset, hours, calendar)
    if preset.plain:
        return shift
    shift |= _breaks(preset, hours, calendar)
    if not dice.chance(0.3):
        shift["overtime_limit_min"] = dice.pick((60, 120, 120))
    if dice.chance(0.25):
        shift |= _from_the_depot(preset, technician)
    if hours.lunch is not None:
        shift |= _absence(number, technician, calendar.span(hours), calendar, dice)
    if number % 7 == 4:
        shift["travel"] = {"first": "outside"}
    return shift | ({"end_place": "open"} if number % 10 == 9 else {})


def _written(preset: Preset, hours: Hours, calendar: Calendar) -> Record:
    if preset.wall:
        return {"date": calendar.day.isoformat(), "local_start": hours.start, "local_end": hours.end}
    start, end = calendar.span(hours)
    return {"start": calendar.at(start), "end": calendar.at(end)}


def _breaks(preset: Preset, hours: Hours, calendar: Calendar) -> Record:
    pause = calendar.pause(hours, preset.lunch_min)
    if pause is None or hours.lunch is None:
        return {}
    if preset.wall:
        first, last = hours.lunch
        return {"breaks": [{"local_start": first, "local_end": last, "duration_min": preset.lunch_min}]}
    return {"breaks": [{"start": calendar.at(pause[0]), "end": calendar.at(pause[1]), "duration_min": preset.lunch_min}]}


def _from_the_depot(preset: Preset, technician: Record) -> Record:
    """A van that leaves from the depot has large parts with it."""
    bulky = {part for task in preset.tasks if task.skill in technician["skills"] for part in task.parts if part in BULKY}
    parts = technician["parts"] | dict.fromkeys(sorted(bulky), 1)
    return {"start_place": {"site": technician["stock"]["site"]}, "parts": parts}


def _absence(number: int, technician: Record, span: tuple[int, int], calendar: Calendar, dice: Dice) -> Record:
    """One in eight is taught something at the depot, one in eight has an appointment near home first."""
    if number % 8 == 3:
        start, lasts, place = span[0] + 360, 90, {"site": technician["stock"]["site"]}
    elif number % 8 == 6:
        home = technician["home"]
        start, lasts = span[0], 90
        place = {"lat": round(home["lat"] + 0.006, 5), "lon": round(home["lon"] + dice.between(-9, 9) / 1000, 5)}
    else:
        return {}
    return {"absences": [{"start": calendar.at(start), "end": calendar.at(start + lasts), "place": place}]}


# ---------------------------------------------------------------- on what terms


def _terms(preset: Preset, number: int) -> Record:
    """One in ten is a contractor, paid by the day and the job; some may not drive far, some not do many jobs."""
    terms: Record = {}
    if number % 10 == 9:
        terms["costs"] = {"per_use": preset.fee, "per_job": preset.fee / 10}
    if number % 4 == 1:
        terms["limits"] = dict(preset.limits)
    elif number % 6 == 2:
        terms["limits"] = {"jobs": 10}
    return terms
