"""What the pages of the service are asked with: their forms and the queries of their addresses."""

from typing import Annotated, Literal

from pydantic import Field, Strict

from dispatch.wire.access import SignIn
from dispatch.wire.fields import Given, Id, LocalDate, Note, Record, Whole
from dispatch.wire.schedules import Publication
from dispatch.wire.visits import CouldNot, DayQuery

LocalPath = Annotated[str, Field(max_length=1_000)]
"""Where a page goes on; what leads anywhere else is not followed."""


class Form(Record):
    """A form with nothing to fill in."""


class SignInQuery(Record):
    """The address of the page to sign in."""

    next: Given[LocalPath] = None
    """Where to go on."""


class SignInForm(SignIn):
    """Who signs in, and where they want to go on."""

    next: Given[LocalPath] = None
    """Where to go on."""


class LanguageQuery(Record):
    """The choice of a language."""

    back: Given[LocalPath] = None
    """Where to go on."""


class Choice(Record):
    """Which day of which territory to look at."""

    territory: Given[Id] = None
    """The territory; left out: the first one."""
    date: Given[LocalDate] = None
    """The local day; left out: today."""


class ViewQuery(DayQuery):
    """Which day, and which schedule of it."""

    schedule: Given[Id] = None
    """The schedule; left out: the one in force, or the newest draft."""


class PlanForm(Record):
    """A plan that is wanted."""

    date: LocalDate
    """The local day."""
    seconds: Annotated[Whole, Field(ge=1, le=900)]
    """Seconds to search."""


class VersionForm(Record):
    """Something that is to be changed, as it was seen."""

    version: Whole
    """Which version of it was seen."""


class PublishForm(Publication):
    """How a draft is put in force, as it was seen."""

    version: Whole
    """Which version of it was seen."""


class EventForm(Record):
    """What a technician reports on a visit by pressing a button."""

    id: Id
    """Made with the page: pressing twice reports once."""
    kind: Literal["accepted", "en_route", "arrived", "started", "completed", "failed"]
    """What happened."""
    reason: Given[Annotated[CouldNot, Strict(False)]] = None
    """Why the technician could not."""
    note: Given[Note] = None
    """For the dispatcher."""
    date: Given[LocalDate] = None
    """The day whose list they look at."""
