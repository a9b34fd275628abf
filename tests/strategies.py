"""Random small problems with every rule of the model on or off: seeded for bulk use, and as a hypothesis strategy.

The matrices are asymmetric and break the triangle inequality. A feature that is off leaves its fields at their defaults, so a
failing example shrinks to the few rules it needs.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st

from solver.coupling import Ask, Bundle, Group, Link
from solver.problem import (
    FOREVER,
    UNREACHABLE,
    Break,
    Departure,
    Job,
    Pin,
    Problem,
    Shift,
    Skill,
    Stock,
    Technician,
    Tier,
    Travel,
    Window,
)
from solver.soft import Current, Preference, Promise
from solver.traffic import Knot, Mode, Traffic

FEATURES = (
    "windows",
    "finish",
    "due",
    "urgency",
    "mandatory",
    "setup",
    "skills",
    "paces",
    "overqualified",
    "tags",
    "wishes",
    "named",
    "preferred",
    "parts",
    "tools",
    "stock",
    "pins",
    "breaks",
    "appointments",
    "outside",
    "ends",
    "overtime",
    "paid_whole",
    "prices",
    "max_jobs",
    "max_leg",
    "max_travel",
    "max_duration",
    "unreachable",
    "sites",
    "keep_end",
    "promises",
    "preferred_windows",
    "slack",
    "current",
    "traffic",
    "snap",
    "shift_tags",
)
COUPLING = ("links", "mornings", "bundles", "groups", "crews", "worst_late")
"""What couples routes: asked for by name, as most tests look at one route."""

SKILLS, TAGS, TOOLS, PARTS = ("gas", "water"), ("key", "tall"), ("drill", "pump"), ("valve", "pipe")
MONEY = 1_000
T = TypeVar("T")


def random_problem(rng: np.random.Generator, jobs: int, shifts: int, features: Collection[str] = FEATURES) -> Problem:
    """A problem in which about every second job or shift uses each of the `features`; the same for the same state of `rng`."""
    dice = Dice(rng, frozenset(features))
    places = int(rng.integers(2, jobs + 4)) if dice.has("sites") else jobs + shifts + 2
    technicians = tuple(_technician(dice, row) for row in range(max(1, shifts - int(rng.integers(0, 2)))))
    named = tuple(technician.id for technician in technicians)
    work = tuple(_job(dice, row, places, shifts, named) for row in range(jobs))
    problem = Problem(
        jobs=work,
        technicians=technicians,
        shifts=tuple(_shift(dice, row, places, len(technicians)) for row in range(shifts)),
        travel=_travel(dice, places),
        departure=Departure.KEEP_END if dice.maybe("keep_end") else Departure.KEEP_STARTS,
        **_coupling(dice, work),
    )
    return _bent(dice, problem)


@st.composite
def problems(draw: st.DrawFn, max_jobs: int = 4, max_shifts: int = 2, features: Collection[str] = FEATURES) -> Problem:
    """Problems of up to so many jobs and shifts with any choice of the features."""
    chosen = draw(st.sets(st.sampled_from(sorted(features))))
    jobs = draw(st.integers(0, max_jobs))
    shifts = draw(st.integers(1, max_shifts))
    return random_problem(np.random.default_rng(draw(st.integers(0, 2**32 - 1))), jobs, shifts, chosen)


class Dice:
    """A generator that knows which features are on."""

    def __init__(self, rng: np.random.Generator, features: frozenset[str]) -> None:
        self.rng = rng
        self.features = features

    def has(self, feature: str) -> bool:
        return feature in self.features

    def maybe(self, feature: str, chance: float = 0.5) -> bool:
        return feature in self.features and bool(self.rng.random() < chance)

    def between(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def of(self, items: Collection[T], chance: float = 0.5) -> list[T]:
        return [item for item in items if self.rng.random() < chance]


def _travel(dice: Dice, places: int) -> Travel:
    durations = dice.rng.integers(60, 2_400, (places, places))
    distances = dice.rng.integers(100, 20_000, (places, places))
    if dice.has("unreachable"):
        durations[dice.rng.random((places, places)) < 0.1] = UNREACHABLE
    np.fill_diagonal(durations, 0)
    np.fill_diagonal(distances, 0)
    return Travel(durations, distances, "random")


def _bent(dice: Dice, problem: Problem) -> Problem:
    """The problem with drives that depend on the time of day and the way of moving, and starts at whole minutes."""
    if dice.maybe("snap"):
        problem = replace(problem, snap=dice.between(2, 600), snap_from=dice.between(-300, 300))
    return in_traffic(dice.rng, problem) if dice.maybe("traffic") else problem


def in_traffic(rng: np.random.Generator, problem: Problem, within: int = 12 * 3_600) -> Problem:
    """The problem with up to two ways of moving, in up to three bands that change up to six times within some seconds."""
    dice = Dice(rng, frozenset())
    bands, modes = dice.between(1, 3), dice.between(1, 2)
    closed = problem.travel.durations == UNREACHABLE
    tables = []
    for row in range(modes):
        factors = rng.integers(50, 250, (bands, *closed.shape))
        durations = np.where(closed, UNREACHABLE, np.where(closed, 0, problem.travel.durations) * factors // 100)
        tables.append(Mode(f"mode{row}", durations, problem.travel.distances * dice.between(50, 150) // 100))
    instants = sorted({dice.between(0, within) for _ in range(dice.between(1, 6))})
    traffic = Traffic(tuple(Knot(at, dice.between(0, bands - 1)) for at in instants), tuple(tables))
    shifts = tuple(replace(shift, mode=dice.between(0, modes - 1)) for shift in problem.shifts)
    return replace(problem, shifts=shifts, travel=Travel.by_time(traffic, "random"))


def _technician(dice: Dice, row: int) -> Technician:
    skills: Mapping[str, Skill] = {}
    if dice.has("skills"):
        until = (0, 5_000, 10**9, 10**9)
        skills = {name: Skill(dice.between(1, 4), until[dice.between(0, 3)]) for name in dice.of(SKILLS, 0.9)}
    return Technician(
        id=f"t{row}",
        skills=skills,
        tags=frozenset(dice.of(TAGS, 0.7)) if dice.has("tags") else frozenset(),
        pace=dice.between(50, 150) if dice.maybe("paces") else 100,
    )


def _job(dice: Dice, row: int, places: int, shifts: int, named: tuple[str, ...]) -> Job:
    fields: dict[str, Any] = {"unserved": dice.between(1, 40) * 1_000 * MONEY}
    fields |= _when(dice) | _who(dice, named) | _with_what(dice)
    if dice.maybe("mandatory", 0.2):
        fields["unserved"] = None
    if dice.maybe("setup"):
        fields["setup"] = dice.between(1, 900)
    if dice.maybe("pins", 0.2):
        fields["pin"] = _pin(dice, shifts)
    fields |= _better_kept(dice, named)
    return Job(id=f"j{row}", place=dice.between(0, places - 1), duration=dice.between(0, 4_000), **fields)


def _coupling(dice: Dice, jobs: tuple[Job, ...]) -> dict[str, Any]:
    """Links in the order of the rows, so that there is no cycle; bundles of two to four jobs, of which all legs start together."""
    rows = [int(row) for row in dice.rng.permutation(len(jobs))] if dice.features.intersection(COUPLING) else []
    links = [_link(dice, a, b) for a, b in pairwise(rows) if dice.maybe("links")]
    bundles = []
    while dice.maybe("bundles", 0.7) and len(rows) > 1:
        first, rows = rows[: dice.between(2, 4)], rows[4:]
        alternatives = (tuple(first[:2]), *((tuple(first[2:]),) if first[2:] else ()))
        if any(jobs[row].pin for row in first):
            alternatives = (tuple(first),)
        bundles.append(
            Bundle(f"b{len(bundles)}", alternatives, None if dice.maybe("mandatory", 0.2) else dice.between(1, 60) * 1_000 * MONEY)
        )
        links += [Link(*first[:2], 0, dice.between(0, 1) * 1_000, from_start=True)] if dice.maybe("links", 0.8) else []
    groups = [_group(dice, len(jobs)) for _ in range(dice.between(1, 2)) if jobs and dice.maybe("groups", 0.7)]
    worst = dice.between(1, 900) if dice.maybe("worst_late") else 0
    if any(link.before > link.after for link in links if not link.from_start):
        links = [replace(link, before=min(link.before, link.after), after=max(link.before, link.after)) for link in links]
    return {"links": tuple(links), "bundles": tuple(bundles), "groups": tuple(groups), "worst_late_rate": worst}


def _link(dice: Dice, before: int, after: int) -> Link:
    low = dice.between(-600, 2_000)
    high = low + dice.between(0, 3_000) if dice.rng.random() < 0.4 else FOREVER
    mornings = (5_000, 15_000, 30_000) if dice.maybe("mornings", 0.3) else ()
    return Link(before, after, low, high, dice.rng.random() < 0.4, mornings, dice.rng.random() < 0.4)


def _group(dice: Dice, jobs: int) -> Group:
    rows = tuple(row for row in range(jobs) if dice.rng.random() < 0.5)
    return Group(rows, list(Ask)[dice.between(0, 2)], dice.between(0, 20) * 1_000 * MONEY if dice.rng.random() < 0.5 else None)


def _when(dice: Dice) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if dice.maybe("windows", 0.7):
        fields["windows"] = _windows(dice)
    if dice.maybe("due"):
        late = {"late_fixed": dice.between(0, 2_000) * MONEY, "late_rate": dice.between(0, 500)}
        fields |= {"due": dice.between(0, 25_000), **late}
    if dice.maybe("urgency"):
        fields |= {"release": dice.between(-5_000, 15_000), "urgency": dice.between(0, 300)}
    return fields


def _better_kept(dice: Dice, named: tuple[str, ...]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if dice.maybe("promises"):
        opens = dice.between(0, 25_000)
        fields["promise"] = Promise(opens, opens + dice.between(0, 7_200), dice.between(0, 900) * MONEY, dice.between(0, 300))
    if dice.maybe("preferred_windows"):
        fields["preferred_windows"] = tuple(_preference(dice) for _ in range(dice.between(1, 3)))
    if dice.maybe("slack"):
        fields |= {"slack": dice.between(0, 4_000), "slack_rate": dice.between(0, 300)}
    if dice.maybe("current"):
        prices = {"other": dice.between(0, 900) * MONEY, "rate": dice.between(0, 300), "dropped": dice.between(0, 900) * MONEY}
        who = (*named, "nobody")[dice.between(0, len(named))]
        fields["current"] = Current(who, dice.between(0, 25_000), tolerance=dice.between(0, 1_800), **prices)
    return fields


def _preference(dice: Dice) -> Preference:
    opens = dice.between(0, 25_000)
    return Preference(opens, opens + dice.between(0, 7_200), dice.between(0, 300), dice.between(0, 300))


def _windows(dice: Dice) -> tuple[Window, ...]:
    edges = sorted({dice.between(0, 30_000) for _ in range(2 * dice.between(1, 3))})
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(Window(a, b, dice.maybe("finish")) for a, b in pairs)


def _who(dice: Dice, named: tuple[str, ...]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if dice.maybe("skills"):
        fields["skills"] = {name: dice.between(0, 2) for name in dice.of(SKILLS)}
    if dice.maybe("paces"):
        fields["paces"] = tuple(sorted((dice.between(40, 130) for _ in range(dice.between(1, 3))), reverse=True))
    if dice.maybe("overqualified"):
        fields["overqualified"] = dice.between(0, 900) * MONEY
    if dice.maybe("tags", 0.3):
        fields["tags"] = frozenset(dice.of(TAGS))
    if dice.maybe("wishes"):
        fields["wishes"] = {name: dice.between(0, 900) * MONEY for name in dice.of(TAGS + SKILLS)}
    if dice.maybe("named", 0.3):
        fields |= {"required": frozenset(dice.of(named, 0.7)), "excluded": frozenset(dice.of(named, 0.2))}
    if dice.maybe("crews", 0.3):
        fields["staff"] = {name: tuple(dice.between(0, 2) for _ in range(2)) for name in dice.of(SKILLS, 0.3)}
    if dice.maybe("preferred"):
        fields |= {"preferred": tuple(dice.of(named)), "preference": dice.between(0, 900) * MONEY}
    return fields


def _with_what(dice: Dice) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if dice.maybe("parts"):
        fields["parts"] = {name: dice.between(0, 2) for name in dice.of(PARTS)}
    if dice.maybe("tools", 0.3):
        fields["tools"] = frozenset(dice.of(TOOLS))
    return fields


def _pin(dice: Dice, shifts: int) -> Pin:
    shift = dice.between(0, shifts - 1) if shifts and dice.rng.random() < 0.8 else None
    start = dice.between(0, 25_000) if dice.rng.random() < 0.4 else None
    rank = dice.between(0, 3) if shift is not None and dice.rng.random() < 0.5 else None
    return Pin(shift, start, rank)


def _shift(dice: Dice, row: int, places: int, technicians: int) -> Shift:
    start = dice.between(0, 6_000)
    end = start + dice.between(8_000, 24_000)
    home = dice.between(0, places - 1)
    fields: dict[str, Any] = {"end_place": home, "breaks": _breaks(dice, start, end, places)}
    if dice.has("ends"):
        fields["end_place"] = (None, home, dice.between(0, places - 1))[dice.between(0, 2)]
    if dice.maybe("outside"):
        fields |= {"first_drive_outside": dice.rng.random() < 0.6, "last_drive_outside": dice.rng.random() < 0.6}
    fields |= _limits(dice) | _prices(dice, end) | _van(dice, places)
    if dice.features.intersection(COUPLING):
        fields["day"] = dice.between(0, 1)
    if dice.maybe("crews", 0.4) and technicians > 1:
        fields["crew"] = ((row + 1) % technicians,)
    if dice.maybe("shift_tags", 0.3):
        fields["tags"] = frozenset(dice.of(TAGS, 0.5))
    return Shift(technician=row % technicians, start=start, end=end, start_place=home, **fields)


def _breaks(dice: Dice, start: int, end: int, places: int) -> tuple[Break, ...]:
    found: list[Break] = []
    at = start
    for feature in ("breaks", "appointments", "breaks"):
        if dice.maybe(feature, 0.4):
            at = dice.between(at, end)
            close = at if dice.rng.random() < 0.3 else at + dice.between(0, 8_000)
            place = dice.between(0, places - 1) if feature == "appointments" else None
            found.append(Break(at, close, dice.between(0, 2_400), place))
    return tuple(found)


def _limits(dice: Dice) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if dice.maybe("max_jobs", 0.4):
        fields["max_jobs"] = dice.between(1, 5)
    if dice.maybe("max_leg", 0.4):
        fields["max_leg"] = dice.between(1_000, 2_400)
    if dice.maybe("max_travel", 0.4):
        fields["max_travel"] = dice.between(2_000, 9_000)
    if dice.maybe("max_duration", 0.4):
        fields["max_duration"] = dice.between(6_000, 20_000)
    return fields


def _prices(dice: Dice, end: int) -> dict[str, Any]:
    fields: dict[str, Any] = {"price_metre": dice.between(0, 300)}
    if dice.maybe("prices", 0.8):
        fields |= {"price_use": dice.between(0, 9_000) * MONEY, "price_second": dice.between(0, 900)}
        fields["price_job"] = dice.between(0, 900) * MONEY
    if dice.maybe("overtime"):
        fields["hard_end"] = end + dice.between(0, 6_000)
        afters = sorted({dice.between(0, 4_000) for _ in range(dice.between(0, 3))})
        fields["overtime"] = tuple(Tier(after, dice.between(0, 900)) for after in afters)
    if dice.maybe("paid_whole"):
        fields["paid_whole"] = True
    return fields


def _van(dice: Dice, places: int) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if dice.has("parts"):
        fields["parts"] = {name: dice.between(1, 5) for name in dice.of(PARTS, 0.9)}
    if dice.has("tools"):
        fields["tools"] = frozenset(dice.of(TOOLS, 0.6))
    if dice.maybe("stock"):
        refill = {name: dice.between(0, 5) for name in dice.of(PARTS, 0.8)} if dice.rng.random() < 0.5 else None
        fields["stock"] = Stock(dice.between(0, places - 1), dice.between(0, 900), dice.between(0, 2), refill)
    return fields
