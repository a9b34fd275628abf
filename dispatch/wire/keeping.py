"""Beside the records themselves: policies and what they are worth, files that are loaded, and what has changed."""

from typing import Literal

from dispatch.wire.answer import Notice
from dispatch.wire.fields import Given, Id, Instant, LocalDate, Number, Record, Several, Whole
from dispatch.wire.paging import PageQuery
from dispatch.wire.prices import Policy

# ---------------------------------------------------------------- policies


class NewPolicy(Record):
    """A policy, or a new version of one."""

    name: Id
    """What it is referred to by."""
    policy: Policy
    """Its prices and rules."""


class PolicyRecord(NewPolicy):
    """One version of a policy; it never changes."""

    number: Whole
    """Which version, counted from 1."""
    created_at: Instant
    """When it was made."""
    created_by: Id
    """Who made it."""


class PolicyQuery(PageQuery):
    """Which versions of policies."""

    name: Given[Id] = None
    """Of this policy; left out: of all."""


class ExchangeRate(Record):
    """What one thing is worth to a policy."""

    name: str
    """What it is, for programs."""
    price: Number
    """Its price."""
    travel_min: Number | None
    """How many minutes of travel cost the same; null: travel costs nothing."""
    words: str
    """The same, for people."""


class ExchangeRates(Record):
    """What things are worth to a policy, in money and in minutes of travel; what costs nothing is left out."""

    currency: str
    """The currency of the prices."""
    travel_minute: Number
    """What a minute of travel costs: a minute's pay, and what is driven in it."""
    kmh: Number
    """How fast that minute is reckoned to be."""
    rates: Several[ExchangeRate]
    """What each thing is worth."""


# ---------------------------------------------------------------- loading, and what has changed


class LoadQuery(Record):
    """How a file is to be loaded."""

    dry_run: bool = False
    """Only say what would be done."""
    table: Given[Literal["jobs", "technicians"]] = None
    """What a CSV file is a table of, or a workbook of one sheet."""
    date: Given[LocalDate] = None
    """The local day of times without a date in a table; left out: today."""


class LoadCounts(Record):
    """What became of the records of one kind."""

    added: Whole
    """New ones."""
    changed: Whole
    """Known ones that say something else now."""
    unchanged: Whole
    """Known ones that say the same."""


class LoadReport(Record):
    """What loading did, or would have done."""

    dry_run: bool
    """Nothing has been written."""
    records: dict[str, LoadCounts]
    """By kind of record, what became of them."""
    warnings: Several[Notice] = ()
    """What the file says and is not kept."""


class Changed(Record):
    """A record that is not what it was."""

    kind: str
    """What it is: jobs, shifts, technicians …"""
    id: str
    """Which one."""
    change: Literal["added", "changed", "removed"]
    """What has become of it."""
