"""What a worker and its child process say to each other: a task in, lines out. Nobody else reads it."""

from typing import Annotated, Literal

from pydantic import Field, ValidationError

from dispatch.wire.answer import Notice, PlanFile
from dispatch.wire.fields import Given, Number, Record, Several, Whole
from dispatch.wire.model import Day


class Task(Record):
    """A day to be solved."""

    day: Day
    """What is planned."""
    start: Given[PlanFile] = None
    """The plan to begin with."""
    seconds: Annotated[Number, Field(gt=0)]
    """Seconds to search for."""
    iterations: Given[Whole] = None
    """Iterations to search for."""
    seed: Whole = 0
    """Where chance begins."""
    threads: Whole = 1
    """Threads to search with."""
    skip_invalid: bool = False
    """Leave out jobs that are refused, instead of refusing the day."""
    validate_only: bool = False
    """Solve nothing."""


class Moment(Record):
    """A moment of a running search."""

    seconds: Number
    """Seconds of search."""
    iterations: Whole
    """Iterations made."""
    cost: Number
    """What the best plan so far costs."""
    unassigned: Whole
    """Jobs it leaves out."""


class Said(Record):
    """One line of a child."""

    what: Literal["ready", "searching", "moment", "plan", "done", "refused", "failed"]
    """What it is about: the time limit counts from `searching`; `plan` is the best so far, `done` the last word."""
    moment: Given[Moment] = None
    """How the search stands."""
    plan: Given[PlanFile] = None
    """A plan; of `done` nothing if nothing was to be solved."""
    findings: Several[Notice] = ()
    """What is wrong or worth a look."""
    code: Given[str] = None
    """Why it failed, for programs."""
    message: Given[str] = None
    """Why it failed, for people."""


_TEXTS = {"name", "customer", "address", "note"}
_ABOUT_PEOPLE = {
    "day": {"name": True, "note": True} | {records: {"__all__": _TEXTS} for records in ("sites", "technicians", "jobs")},
}


def write_task(task: Task) -> bytes:
    """A task as JSON: ids, places and times, and no text about anybody."""
    return task.model_dump_json(exclude_unset=True, exclude=_ABOUT_PEOPLE).encode()


def read_task(data: bytes) -> Task:
    """The task in a JSON text; `ValueError` if it is none."""
    return Task.model_validate_json(data)


def write_said(said: Said) -> bytes:
    """One line of a child."""
    return said.model_dump_json(exclude_unset=True).encode() + b"\n"


def read_said(line: bytes) -> Said | None:
    """What a line says; None if it says nothing that is known."""
    try:
        return Said.model_validate_json(line)
    except ValidationError:
        return None
