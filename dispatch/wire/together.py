"""How jobs depend on each other: legs and recipes, what a job comes after, groups."""

from typing import Annotated, Any, Literal

from pydantic import Field, ValidatorFunctionWrapHandler, WrapValidator

from dispatch.wire.fields import AlsoRead, Given, Id, Number, Price, Record, Several, Whole, Word

MOST_LEGS, MOST_RECIPES, MOST_BEFORE, MOST_GROUPS = 10, 10, 20, 10
LONGEST_LAG_MIN = 20_160

Lag = Annotated[Number, Field(ge=0, le=LONGEST_LAG_MIN)]
_Offset = Annotated[Number, Field(ge=-LONGEST_LAG_MIN, le=LONGEST_LAG_MIN)]


def _read_offset(value: object, read: ValidatorFunctionWrapHandler) -> Any:
    """`30` is short for `[30, 30]`."""
    return read([value, value] if isinstance(value, int | float) and not isinstance(value, bool) else value)


Offset = Annotated[
    Several[_Offset],
    Field(min_length=2, max_length=2),
    WrapValidator(_read_offset),
    AlsoRead(({"type": "number", "minimum": -LONGEST_LAG_MIN, "maximum": LONGEST_LAG_MIN},)),
]
"""Minutes at least and at most."""


class After(Record):
    """A job that has to end before."""

    job: Id
    """The job before; of one with legs all of them, or the leg."""
    min_lag_min: Lag = 0
    """Minutes at least from its end to the start of this one."""
    max_lag_min: Given[Lag] = None
    """Minutes at most."""
    same_technician: bool = False
    """The same technician serves both."""
    next_working_day: bool = False
    """Not before the first shift of the next day on which anybody works."""


class InGroup(Record):
    """A group that a job belongs to: all jobs with the name in it."""

    name: Word
    """Its name."""
    ask: Literal["same_technician", "same_day", "different_technicians"]
    """What its jobs ask for; all of them say the same."""
    price: Given[Price] = None
    """For every technician or day above one, or every job above one of a technician; left out: it must be so."""


class Part(Record):
    """Of which job this is one technician's part: what a job with legs is taken for. All parts of a recipe are served, or none."""

    job: Id
    """The id of the whole job."""
    recipe: Annotated[Whole, Field(ge=0, lt=MOST_RECIPES)] = 0
    """Which of several ways to staff it; one of them is planned."""
    offset_min: Offset = (0, 0)
    """Minutes, at least and at most, from the start of the first part to the start of this one."""
