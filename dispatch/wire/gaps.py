"""Time to spare, and what fits there."""

from typing import Annotated

from pydantic import Field

from dispatch.wire.fields import Given, Id, Instant, Number, Record, Several, Whole


class GapQuery(Record):
    """How much time to spare is worth a look."""

    minutes: Annotated[Whole, Field(ge=0, le=1_440)] = 30
    """Shorter gaps are left out."""


class GapJob(Record):
    """A job without a visit that fits, nobody later for it."""

    job: Id
    """The job."""
    start: Instant
    """When service would start."""
    end: Instant
    """When it would end."""
    price: Number
    """What that changes in the total, in money: below zero it gains."""


class Gap(Record):
    """Time between two visits, before the first or after the last; drives are part of it."""

    shift: Whole
    """In which of the technician's shifts."""
    start: Instant
    """From when."""
    end: Instant
    """Until when."""
    after: Given[Id] = None
    """The job before."""
    before: Given[Id] = None
    """The job after."""
    jobs: Several[GapJob]
    """What fits, what gains most first."""


class Gaps(Record):
    """The time a technician has to spare, in order."""

    technician: Id
    """Whose."""
    gaps: Several[Gap]
    """The gaps."""
