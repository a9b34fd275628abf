"""The scalars of VROOM's dialect, and what its objects have in common."""

from typing import Annotated

from pydantic import ConfigDict, Field, Strict

from dispatch.wire.fields import Latitude, Longitude, Record, Several, Whole

LARGEST = 2**32 - 1
"""The largest number that VROOM reads, but for ids."""


class Open(Record):
    """An object of VROOM's: strict in what is known, and keeping what is not, to be warned of."""

    model_config = ConfigDict(extra="allow")


Uint = Annotated[Whole, Field(ge=0, le=LARGEST)]
Identity = Annotated[Whole, Field(ge=0, le=2**64 - 1)]
Position = Annotated[tuple[Longitude, Latitude], Strict(False)]
"""Degrees east, then degrees north."""
Span = Annotated[tuple[Uint, Uint], Strict(False)]
"""First and last second at which something may start, both included."""
Spans = Annotated[Several[Span], Field(min_length=1)]
Amounts = Several[Uint]
Cells = Several[Several[Annotated[int, Field(ge=0, le=LARGEST)]]]
"""A table of seconds, metres or costs: row is from, column is to."""
