"""Who may ask: users, their tokens and sessions, and the trail of what they did."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from dispatch.errors import Code
from dispatch.wire.fields import Given, Id, Instant, Name, Record, Several, Whole, refuse
from dispatch.wire.paging import PageQuery

RoleName = Literal["administrator", "dispatcher", "planner", "technician", "reader"]
SHORTEST, LONGEST = 12, 200
"""Characters of a password."""


def _password(value: object) -> object:
    if isinstance(value, str) and not SHORTEST <= len(value) <= LONGEST:
        raise refuse(Code.PASSWORD_WEAK, f"must have {SHORTEST} to {LONGEST} characters")
    return value


Password = Annotated[
    str,
    BeforeValidator(_password),
    Field(json_schema_extra={"minLength": SHORTEST, "maxLength": LONGEST, "format": "password"}),
]
Territories = Annotated[Several[Id], Field(max_length=500)]


class TechnicianId(Record):
    """A technician of a territory."""

    territory: Id
    """The territory."""
    id: Id
    """The technician's id there."""


class NewUser(Record):
    """Somebody, or a program, that shall be able to ask."""

    name: Id
    """To sign in with; unique."""
    role: RoleName
    """What they may do."""
    territories: Territories = ()
    """The territories they may see; administrators see all, and a technician sees their own."""
    technician: Given[TechnicianId] = None
    """Which technician a user of that role is."""
    password: Given[Password] = None
    """To sign in with a browser, 12 characters or more; left out: only tokens."""


class UserChange(Record):
    """What shall be changed of a user; what is left out stays."""

    role: Given[RoleName] = None
    """What they may do."""
    territories: Given[Territories] = None
    """The territories they may see."""
    technician: Given[TechnicianId] = None
    """Which technician a user of that role is."""
    password: Given[Password] = None
    """A new password; ends every session of the user."""
    disabled: Given[bool] = None
    """Whether they may not ask any more; ends every session, and no token works."""


class User(Record):
    """Somebody, or a program, that may ask."""

    id: Id
    """The id."""
    name: Id
    """To sign in with."""
    role: RoleName
    """What they may do."""
    territories: Given[Territories] = None
    """The territories they may see; left out: all."""
    technician: Given[TechnicianId] = None
    """Which technician they are."""
    disabled: bool
    """Whether they may not ask any more."""
    version: Whole
    """The version of this user."""


class NewToken(Record):
    """A bearer token that is wanted."""

    name: Name
    """What it is for."""
    expires_at: Given[Instant] = None
    """When it ends; left out: when it is revoked."""


class Token(Record):
    """A bearer token of a program or a phone."""

    id: Id
    """The id; not the secret."""
    name: Name
    """What it is for."""
    created_at: Instant
    """When it was made."""
    expires_at: Given[Instant] = None
    """When it ends."""
    revoked_at: Given[Instant] = None
    """When it was revoked."""
    secret: Given[str] = None
    """What to send as `Authorization: Bearer …`. Shown once, when the token is made: not even a retry is told it again."""


class SignIn(Record):
    """Who signs in with a browser."""

    name: str
    """The name."""
    password: str
    """The password."""


class BrowserSession(Record):
    """Somebody signed in with a browser."""

    user: User
    """Who."""
    csrf: str
    """To be sent as `X-CSRF-Token` with everything that changes something."""
    expires_at: Instant
    """When it ends."""


class AuditQuery(PageQuery):
    """Which part of the trail; the newest comes first."""

    territory: Given[Id] = None
    """Only of a territory."""
    kind: Given[Id] = None
    """Only about things of a kind, as `job` or `schedule`."""
    id: Given[Id] = None
    """Only about the thing with this id."""
    caller: Given[Id] = None
    """Only what a user did."""


class AuditEntry(Record):
    """Something that was changed."""

    number: Whole
    """Grows with time, with gaps."""
    at: Instant
    """When."""
    caller: str
    """The id of the user, or the part of the program, that did it."""
    action: str
    """What was done."""
    territory: Given[str] = None
    """In which territory."""
    kind: str
    """With a thing of which kind."""
    id: str
    """Its id."""
    changes: dict[str, Any]
    """Each field that changed, before and after; of personal fields only that they changed."""
