"""The sample days there are: where, when, what work, what crew, at what prices."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from dispatch.generate import trades
from dispatch.generate.names import GERMAN, KOREAN, Names
from dispatch.generate.regions import BERLIN, BUSAN, GANGWON, SEOUL, Region
from dispatch.generate.trades import Task, Trade

Prices = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Demand:
    """Which share of the jobs asks for what. The first three exclude each other; without any of them a job may start at any time.

    Attributes
    ----------
    window : a window of two to four hours
    two : two windows of which one will do
    finish : a time by which it has to be finished
    due : of the other repairs without a window, a time by which they should be finished, and a price for being late
    shared : a building with several jobs
    firm : a company; else a person
    preferred, excluded : technicians the customer wants, or does not
    tag, wish : a clearance; a language
    pin : promised to a technician, half of them at a time
    late : after closing time: nobody can do it but in overtime
    unstaffed : needs a skill that nobody has
    mandatory : has to be done on this day
    """

    window: float = 0.50
    two: float = 0.08
    finish: float = 0.07
    due: float = 0.45
    shared: float = 0.15
    firm: float = 0.55
    preferred: float = 0.12
    excluded: float = 0.04
    tag: float = 0.06
    wish: float = 0.06
    pin: float = 0.02
    late: float = 0.02
    unstaffed: float = 0.01
    mandatory: float = 0.02


@dataclass(frozen=True, slots=True)
class Hours:
    """A form of shift, by the clock on the wall; `lunch` is the earliest and the latest start of the break, if there is one."""

    start: str
    end: str
    lunch: tuple[str, str] | None
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A kind of sample day.

    Attributes
    ----------
    title, note : what the day is called and what it is about
    date : the day, unless another one is asked for
    horizon : the hour at which the horizon begins; it lasts until that hour of the next day
    jobs, crowd : how many jobs unless said otherwise, and how many of them there are to a technician
    opens, closes : between which times customers let somebody in
    wall : whether shifts are given by the clock on the wall
    lunch_min : minutes of the break
    language, clearance : the tags of this place
    plain : technicians without anything but a home and a shift
    """

    title: str
    note: str
    region: Region
    names: Names
    zone: str
    date: date
    tasks: tuple[Task, ...]
    trades: tuple[Trade, ...]
    hours: tuple[Hours, ...]
    opens: str = "09:00"
    closes: str = "18:00"
    horizon: int = 0
    jobs: int = 100
    crowd: float = 8.4
    demand: Demand = Demand()
    kinds: Prices
    currency: str
    policy: Prices
    fee: float
    travel: Prices
    limits: Prices = field(default_factory=lambda: MappingProxyType({"leg_min": 75, "travel_min": 210}))
    wall: bool = False
    lunch_min: int = 60
    language: str = "english"
    clearance: str = "security clearance"
    plain: bool = False


_KINDS: Prices = {
    "repair": {"duration_min": 30, "setup_min": 5, "priority": 3},
    "install": {"duration_min": 75, "setup_min": 10, "priority": 4},
    "consultation": {"duration_min": 25, "priority": 6},
    "maintenance": {"duration_min": 20, "setup_min": 5, "priority": 7},
    "delivery": {"duration_min": 10, "priority": 6},
}

_WON: Prices = {
    "priority_prices": {"1": 4_000_000, "2": 2_500_000, "3": 1_500_000, "4": 1_000_000, "5": 700_000}
    | {"6": 450_000, "7": 300_000, "8": 200_000, "9": 150_000, "10": 100_000},
    "late_fixed": 20_000,
    "late_per_hour": 60_000,
    "overqualified_per_level": 2_000,
    "preference_per_rank": 5_000,
    "wish_missed": 8_000,
    "level_paces": [100, 95, 90],
    "costs": {
        "per_hour": 30_000,
        "per_km": 300,
        "overtime": [{"after_min": 0, "per_hour": 30_000}, {"after_min": 60, "per_hour": 60_000}],
    },
}
"""Overtime costs twice as much, and from the second hour on three times: nobody should stay late for what can be done earlier."""

_EURO: Prices = {
    "priority_prices": {
        "1": 4_000,
        "2": 2_500,
        "3": 1_500,
        "4": 1_000,
        "5": 700,
        "6": 450,
        "7": 300,
        "8": 200,
        "9": 150,
        "10": 100,
    },
    "late_fixed": 40,
    "late_per_hour": 90,
    "overqualified_per_level": 3,
    "preference_per_rank": 5,
    "wish_missed": 8,
    "level_paces": [100, 95, 90],
    "costs": {"per_hour": 42, "per_km": 0.45, "overtime": [{"after_min": 0, "per_hour": 21}, {"after_min": 60, "per_hour": 42}]},
}

_CITY_TRAVEL: Prices = {"circuity": 1.35, "speeds": [{"up_to_km": 2, "kmh": 20}, {"up_to_km": 8, "kmh": 32}, {"kmh": 48}]}
_COUNTRY_TRAVEL: Prices = {"circuity": 1.45, "speeds": [{"up_to_km": 3, "kmh": 28}, {"up_to_km": 15, "kmh": 50}, {"kmh": 68}]}

_OFFICE = (
    Hours("08:30", "17:30", ("11:30", "13:00"), 3),
    Hours("09:00", "18:00", ("11:30", "13:30"), 8),
    Hours("09:00", "14:00", None, 1),
)
"""Eight hours of work around an hour of lunch, or a short day without."""

CITY = Preset(
    title="A weekday in Seoul",
    note="Five trades looking after homes and shops. Customers, people and prices are invented.",
    region=SEOUL,
    names=KOREAN,
    zone="Asia/Seoul",
    date=date(2026, 4, 14),
    tasks=trades.HOME_TASKS,
    trades=trades.HOME_TRADES,
    hours=_OFFICE,
    kinds=_KINDS,
    currency="KRW",
    policy={"name": "Seoul 2026", **_WON},
    fee=40_000,
    travel=_CITY_TRAVEL,
)

STORM = Preset(
    title="The day after the typhoon, Busan",
    note="Twice the work the crew can do, in a flood of priority 1. Customers, people and prices are invented.",
    region=BUSAN,
    names=KOREAN,
    zone="Asia/Seoul",
    date=date(2026, 9, 8),
    tasks=trades.STORM_TASKS,
    trades=trades.STORM_TRADES,
    hours=(Hours("07:00", "16:00", ("11:00", "13:00"), 2), Hours("08:00", "17:00", ("11:30", "13:30"), 3)),
    opens="07:00",
    closes="19:00",
    jobs=120,
    crowd=17,
    demand=Demand(window=0.15, two=0.02, finish=0.03, due=0.80, preferred=0.03, tag=0.03, wish=0.02, late=0, unstaffed=0),
    kinds=_KINDS,
    currency="KRW",
    policy={"name": "Storm", **_WON, "late_fixed": 50_000, "late_per_hour": 120_000, "urgency_per_hour": 5_000},
    fee=60_000,
    travel=_CITY_TRAVEL,
)

NIGHT = Preset(
    title="The night the clocks change, Berlin",
    note="Shifts over midnight by the clock on the wall, an hour longer or shorter than it says. Everybody in it is invented.",
    region=BERLIN,
    names=GERMAN,
    zone="Europe/Berlin",
    date=date(2026, 10, 24),
    tasks=trades.NIGHT_TASKS,
    trades=trades.NIGHT_TRADES,
    hours=(
        Hours("22:00", "06:00", ("00:30", "03:30"), 4),
        Hours("21:00", "05:00", ("00:00", "02:00"), 2),
        Hours("20:00", "02:30", None),
    ),
    opens="21:00",
    closes="06:00",
    horizon=12,
    jobs=44,
    crowd=5.5,
    demand=Demand(firm=1, shared=0.15, late=0, unstaffed=0, wish=0.08),
    kinds={
        "repair": {"duration_min": 45, "setup_min": 10, "priority": 2},
        "install": {"duration_min": 90, "setup_min": 15, "priority": 4},
        "consultation": {"duration_min": 30, "priority": 7},
        "maintenance": {"duration_min": 60, "setup_min": 10, "priority": 6},
        "delivery": {"duration_min": 10, "priority": 5},
    },
    currency="EUR",
    policy={"name": "Night", **_EURO},
    fee=60,
    travel={"circuity": 1.3, "speeds": [{"up_to_km": 2, "kmh": 26}, {"up_to_km": 8, "kmh": 38}, {"kmh": 55}]},
    wall=True,
    lunch_min=45,
    clearance="critical infrastructure",
)

RURAL = replace(
    CITY,
    title="A weekday in Gangwon",
    note="Two towns, and villages an hour and more away. Customers, people and prices are invented.",
    region=GANGWON,
    jobs=60,
    crowd=6,
    demand=Demand(window=0.35, two=0.05, late=0, shared=0.08, firm=0.4),
    policy={"name": "Gangwon 2026", **_WON},
    travel=_COUNTRY_TRAVEL,
    limits=MappingProxyType({"leg_min": 120, "travel_min": 300}),
)

PLAIN = replace(
    CITY,
    title="Plain work in Seoul",
    note="Only places, durations and windows: no skills, parts, breaks or wishes.",
    tasks=trades.PLAIN_TASKS,
    trades=(),
    hours=(Hours("09:00", "18:00", None),),
    crowd=9,
    demand=Demand(0.5, 0, 0, 0, 0, 0.55, 0, 0, 0, 0, 0, 0, 0, 0),
    plain=True,
)

PRESETS: Mapping[str, Preset] = MappingProxyType({"city": CITY, "storm": STORM, "night": NIGHT, "rural": RURAL, "plain": PLAIN})
