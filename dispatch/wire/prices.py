"""What things cost: the prices of shifts and the policy of the day."""

from typing import Annotated, Literal

from pydantic import Field

from dispatch.wire.fields import MOST_TIERS, Given, Minutes, Name, Percent, Price, Rate, Record, Several, Whole


class Tier(Record):
    """From some minutes of overtime on, each hour has a price on top."""

    after_min: Minutes
    """Minutes of overtime after which the price holds."""
    per_hour: Rate
    """On top of the hourly price."""


Tiers = Annotated[Several[Tier], Field(max_length=MOST_TIERS)]


class Costs(Record):
    """What a shift costs. A field left out is taken from the technician, then the policy, then the default of the currency."""

    per_use: Given[Price] = None
    """For a shift that has any job at all."""
    per_hour: Given[Rate] = None
    """Per hour worked: from departure to return."""
    per_km: Given[Rate] = None
    """Per kilometre driven."""
    per_job: Given[Price] = None
    """Per job served."""
    overtime: Given[Tiers] = None
    """Prices of overtime, on top of the hourly one, by ascending `after_min`."""
    paid: Given[Literal["worked", "shift"]] = None
    """`worked`: paid from departure to return. `shift`: paid for the whole shift as soon as it is used."""


PriorityPrices = dict[Literal["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"], Price]


RuleName = Literal["skills", "skill_dates", "tags", "areas", "tools", "parts", "windows", "technicians", "breaks", "limits", "pins"]
"""A hard rule that can be switched off."""


class Policy(Record):
    """The prices and rules of the day. A field left out has the default of the currency."""

    name: Given[Name] = None
    """What people call this policy."""
    priority_prices: Given[PriorityPrices] = None
    """Price of leaving a job out, by its priority: 1 is the most important."""
    late_fixed: Given[Price] = None
    """Price of ending a job after its `due`, however little."""
    late_per_hour: Given[Rate] = None
    """Price per hour of ending a job after its `due`."""
    urgency_per_hour: Given[Rate] = None
    """Price per hour from a job's `release` to its start."""
    overqualified_per_level: Given[Price] = None
    """Price per level by which a technician's skill exceeds the need."""
    preference_per_rank: Given[Price] = None
    """Price per rank in a job's list of preferred technicians."""
    wish_missed: Given[Price] = None
    """Price of a wish that names none."""
    area_secondary: Given[Price] = None
    """Price of a job in an area where the technician works, but not first of all."""
    area_outside: Given[Price] = None
    """Price of a job outside the technician's areas, where the rule `areas` is switched off."""
    promise_fixed: Given[Price] = None
    """Price of starting outside the window a customer was told, however little."""
    promise_per_minute: Given[Rate] = None
    """Price per minute of starting outside of it."""
    promise_reminded_percent: Given[Annotated[Percent, Field(ge=100)]] = None
    """Percent of these prices once a reminder went out."""
    promise_wait_min: Given[Minutes] = None
    """Who would be earlier than told by no more than these minutes waits; who would be earlier still, comes early."""
    preferred_per_minute: Given[Rate] = None
    """Price per minute of starting outside the preferred windows that name none."""
    slack_min: Given[Minutes] = None
    """Minutes before `due` by which a job had better have ended."""
    slack_per_hour: Given[Rate] = None
    """Price per hour of that slack that is missing."""
    change_technician: Given[Price] = None
    """Price of another technician than in the plan in force."""
    move_per_minute: Given[Rate] = None
    """Price per minute by which a visit starts at another time than in the plan in force."""
    move_tolerance_min: Given[Minutes] = None
    """Minutes by which a visit may start sooner or later without being moved."""
    drop: Given[Price] = None
    """Price of leaving out a job that is in the plan in force, besides its own."""
    level_paces: Given[Annotated[Several[Percent], Field(min_length=1, max_length=10)]] = None
    """Percent of a job's time by levels above the need: `[100, 90]` makes one level and more a tenth faster."""
    departure: Literal["keep_starts", "keep_end"] = "keep_starts"
    """Leave as late as possible without moving any start, or without moving the end of the route."""
    starts_every_min: Annotated[Whole, Field(ge=0, le=60)] = 0
    """Jobs without an exact time start at multiples of so many minutes, counted from local midnight; 0: at any second."""
    costs: Given[Costs] = None
    """What shifts cost, unless the technician or the shift says otherwise."""
    rules_off: Annotated[Several[RuleName], Field(max_length=11)] = ()
    """Hard rules that do not hold: see below."""
