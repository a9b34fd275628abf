"""The jobs of a sample day: what somebody in the crew can do, where people are, when it suits them, and what they wish for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dispatch.generate import crew as crews
from dispatch.generate.calendar import Calendar
from dispatch.generate.dice import Dice
from dispatch.generate.presets import Preset
from dispatch.generate.regions import busy
from dispatch.generate.trades import UNSTAFFED, Task

Record = dict[str, Any]

_NOTES = (
    "Ring at the gate",
    "Parking in the yard",
    "Call half an hour before",
    "The dog is friendly",
    "Ask at the desk",
    "Third floor, no lift",
)

_HOURS_TO_FIX: Mapping[int, int] = {1: 4, 2: 8}
"""Hours from the call to the time by which a repair should be finished, by priority; a day otherwise."""


@dataclass(frozen=True)
class Market:
    """What all jobs of a day share.

    Attributes
    ----------
    tasks : what somebody in the crew can do
    quick : what somebody can do in overtime
    traffic : how much work each area has on this day
    buildings : sites with several jobs
    """

    preset: Preset
    crew: Sequence[Record]
    calendar: Calendar
    tasks: Sequence[Task]
    quick: Sequence[Task]
    traffic: Sequence[float]
    buildings: Sequence[Record]


@dataclass(frozen=True, slots=True)
class Special:
    """The numbers of the jobs that are special: after closing time, for skills nobody has, promised to a technician (by job)."""

    late: frozenset[int]
    unstaffed: frozenset[int]
    pinned: Mapping[int, Record]


def market_of(preset: Preset, count: int, crew: Sequence[Record], calendar: Calendar, dice: Dice) -> Market:
    """The market for so many jobs; if nobody works, everything is asked for."""
    doable = [task for task in preset.tasks if crews.able(crew, task, calendar)]
    traffic = busy(preset.region.areas, dice)
    buildings = []
    for number, name in enumerate(preset.names.buildings(round(count * preset.demand.shared / 3), dice)):
        area = dice.weighted(preset.region.areas, traffic)
        place = {"location": preset.region.point(area, dice), "address": preset.region.address_of(area)}
        buildings.append({"id": f"b{number + 1:02d}", "name": name, **place})
    doable = doable or list(preset.tasks)
    return Market(preset, crew, calendar, doable, _quick(doable, crew, calendar) or doable, traffic, buildings)


def _quick(tasks: Sequence[Task], crew: Sequence[Record], calendar: Calendar) -> list[Task]:
    """What takes little time, and somebody can do who may stay for two hours after closing time."""
    shifts = {technician["id"]: technician["shifts"][0] for technician in crew}
    staying = [each for each in crew if shifts[each["id"]].get("overtime_limit_min") == 120]
    staying = [each for each in staying if shifts[each["id"]].get("end") == calendar.at(calendar.closes)]
    return [task for task in tasks if task.skill and task.minutes[1] <= 40 and crews.able(staying, task, calendar)]


def jobs_of(market: Market, count: int, dice: Dice) -> list[Record]:
    """So many jobs."""
    special = _special(market, count, dice)
    width = max(3, len(str(count)))
    return [{"id": f"J{number + 1:0{width}d}", **_job(market, number, special, dice)} for number in range(count)]


def _special(market: Market, count: int, dice: Dice) -> Special:
    """As many special jobs as the preset wants, none of them in two ways; nobody is promised twice."""
    demand = market.preset.demand
    late, unstaffed = round(count * demand.late), int(count * demand.unstaffed)
    free = [each for each in market.crew if "breaks" in each["shifts"][0] and "absences" not in each["shifts"][0]]
    promised = dice.some(free, round(count * demand.pin))
    drawn = dice.some(range(count), late + unstaffed + len(promised))
    rest = drawn[late + unstaffed :]
    return Special(frozenset(drawn[:late]), frozenset(drawn[late : late + unstaffed]), dict(zip(rest, promised, strict=False)))


def _job(market: Market, number: int, special: Special, dice: Dice) -> Record:
    if number in special.unstaffed:
        return _described(market, UNSTAFFED, dice)
    if number in special.pinned:
        return _promised(market, special.pinned[number], dice)
    if number in special.late:
        return _after_hours(market, dice)
    task = dice.weighted(market.tasks, [task.weight for task in market.tasks])
    job = _described(market, task, dice)
    job |= _windows(market, job, dice) if task.priority != 1 else {}
    job |= _due(market, task, job, dice)
    return job | _choosy(market, task, dice)


# ---------------------------------------------------------------- what and where


def _described(market: Market, task: Task, dice: Dice) -> Record:
    kind = market.preset.kinds[task.kind]
    minutes = dice.between(*task.minutes, 5)
    job: Record = {"kind": task.kind, "name": task.name, **_customer(market, dice)}
    if minutes != kind["duration_min"]:
        job["duration_min"] = minutes
    if task.skill is not None:
        job["skills"] = {task.skill: task.level}
    if task.parts and not market.preset.plain:
        job["parts"] = dict(task.parts)
    if task.tools:
        job["tools"] = list(task.tools)
    return job | _priority(task, kind["priority"], dice)


def _priority(task: Task, usual: int, dice: Dice) -> Record:
    """That of the task, or of its kind; a tenth of the customers have a contract that makes them a little more important."""
    priority = task.priority or usual
    if dice.chance(0.1) and priority > 2:
        return {"priority": priority - 1, "note": "Service contract"}
    shown: Record = {"priority": priority} if priority != usual else {}
    return shown | ({"note": dice.pick(_NOTES)} if dice.chance(0.12) else {})


def _customer(market: Market, dice: Dice) -> Record:
    region, names, demand = market.preset.region, market.preset.names, market.preset.demand
    customer = names.company(dice) if dice.chance(demand.firm) else names.person(dice)
    if market.buildings and dice.chance(demand.shared):
        return {"customer": customer, "site": dice.pick(market.buildings)["id"]}
    area = dice.weighted(region.areas, market.traffic)
    return {"customer": customer, "address": region.address_of(area), "location": region.point(area, dice)}


def _near(market: Market, home: Mapping[str, float], dice: Dice) -> Record:
    """A place in the area nearest to a home."""
    region = market.preset.region
    area = min(region.areas, key=lambda area: region.apart({"lat": area.lat, "lon": area.lon}, home))
    return {"address": region.address_of(area), "location": region.point(area, dice)}


# ---------------------------------------------------------------- when


def _windows(market: Market, job: Record, dice: Dice) -> Record:
    """One window of two to four hours, two of which one will do, a time to be finished by, or any time."""
    demand, calendar = market.preset.demand, market.calendar
    middle = _grid((calendar.opens + calendar.closes) // 2)
    at = dice.unit()
    if at < demand.window:
        return {"windows": [_window(calendar, calendar.opens, calendar.closes, dice.between(120, 240, 30), dice)]}
    if at < demand.window + demand.two:
        halves = ((calendar.opens, middle), (middle, calendar.closes))
        return {"windows": [_window(calendar, first, last, dice.between(90, 120, 30), dice) for first, last in halves]}
    if at < demand.window + demand.two + demand.finish:
        lasts = _grid(_minutes(market, job) + dice.between(120, 180, 30))
        start = dice.between(calendar.opens, calendar.closes - lasts, 30)
        return {"windows": [{"start": calendar.at(start), "finish_by": calendar.at(start + lasts)}]}
    return {}


def _window(calendar: Calendar, first: int, last: int, lasts: int, dice: Dice) -> Record:
    """A window of some minutes; work that starts at its end still needs an hour before closing time."""
    start = dice.between(first, max(first, last - 60 - lasts), 30)
    return {"start": calendar.at(start), "end": calendar.at(min(start + lasts, last))}


def _due(market: Market, task: Task, job: Record, dice: Dice) -> Record:
    """A repair has been called in some hours before it should be finished; not if a window says when it is done anyway.

    What is dangerous always is, and has no window.
    """
    calendar, share = market.calendar, 1 if task.priority == 1 else market.preset.demand.due
    if task.kind != "repair" or "windows" in job or not dice.chance(share):
        return {}
    due = dice.between(calendar.opens + _grid(_minutes(market, job)) + 30, calendar.closes - 60, 30)
    hours = _HOURS_TO_FIX.get(job.get("priority", market.preset.kinds[task.kind]["priority"]), 24)
    return {"release": calendar.at(due - 60 * hours), "due": calendar.at(due)}


def _after_hours(market: Market, dice: Dice) -> Record:
    """Something short, once the shop has closed."""
    job = _described(market, dice.weighted(market.quick, [task.weight for task in market.quick]), dice)
    start = market.calendar.closes + dice.between(10, 20, 10)
    window = {"start": market.calendar.at(start), "end": market.calendar.at(start + 40)}
    return job | {"windows": [window], "note": "Not before the shop closes"}


def _minutes(market: Market, job: Record) -> int:
    minutes: int = job.get("duration_min", market.preset.kinds[job["kind"]]["duration_min"])
    return minutes


def _grid(minutes: int) -> int:
    """The next half hour."""
    return -(-minutes // 30) * 30


# ---------------------------------------------------------------- by whom


def _choosy(market: Market, task: Task, dice: Dice) -> Record:
    """Whom the customer wants, and what they must or should be; only what somebody is."""
    preset = market.preset
    wanted: Record = {}
    if dice.chance(preset.demand.tag) and crews.able(market.crew, task, market.calendar, [preset.clearance]):
        wanted["tags"] = [preset.clearance]
    if dice.chance(preset.demand.wish):
        wanted["wishes"] = [preset.language]
    if dice.chance(preset.demand.preferred + preset.demand.excluded):
        wanted |= _named(market, task, wanted.get("tags", ()), dice)
    return wanted | ({"mandatory": True} if dice.chance(preset.demand.mandatory) else {})


def _named(market: Market, task: Task, tags: Sequence[str], dice: Dice) -> Record:
    """One or two technicians the customer would like best, or one of several that they do not want again."""
    demand = market.preset.demand
    fit = [technician["id"] for technician in crews.able(market.crew, task, market.calendar, tags)]
    if dice.chance(demand.preferred / (demand.preferred + demand.excluded)):
        liked = dice.some(fit, dice.between(1, 2))
        return {"technicians": {"preferred": liked}} if liked else {}
    return {"technicians": {"excluded": dice.some(fit, 1)}} if len(fit) > 2 else {}


def _promised(market: Market, technician: Record, dice: Dice) -> Record:
    """A job near home that a technician was promised for; half of the time also at which time, after lunch."""
    light = [task for task in market.tasks if not task.parts and task.minutes[1] <= 60]
    fit = [task for task in light if crews.able([technician], task, market.calendar)] or market.tasks[:1]
    job = _described(market, dice.weighted(fit, [task.weight for task in fit]), dice) | _near(market, technician["home"], dice)
    job.pop("site", None)
    pin: Record = {"technician": technician["id"]}
    if dice.chance(0.5):
        calendar = market.calendar
        pin["start"] = calendar.at(_grid((calendar.opens + calendar.closes) // 2) + dice.between(90, 150, 30))
    return job | {"pin": pin, "note": "Promised on the phone"}
