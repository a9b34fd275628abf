"""Users: who there is, what they may do, and their passwords. Names are used to sign in and never go into the trail."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import argon2
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from dispatch import paging, wire
from dispatch.access import Act, Caller
from dispatch.errors import Code, Conflict, Finding, InputError, NotFound, NotSignedIn, VersionMismatch, pointer
from dispatch.store.tables import BrowserSession, Role, Technician, Territory, User, UserTerritory

_HASHER: Final = argon2.PasswordHasher()
_NOBODY: Final = _HASHER.hash("nobody's")
"""Verified where there is no password, so that names cannot be found out by the time an answer takes."""


def create(act: Act, wanted: wire.NewUser) -> User:
    """Make a user.

    Raises
    ------
    InputError : a territory or technician is not there, or does not go with the role
    Conflict : the name is taken
    """
    if act.session.scalar(select(User.id).where(User.name == wanted.name)) is not None:
        raise Conflict(Code.EXISTS_ALREADY, "there is a user of that name")
    user = User(name=wanted.name, role=Role(wanted.role), updated_at=act.now, disabled_at=None, password=None)
    _set_reach(act, user, wanted.territories, wanted.technician)
    if wanted.password is not None:
        user.password = _HASHER.hash(wanted.password)
    act.session.add(user)
    act.session.flush()
    act.note("created", "user", user.id, changes={"role": [None, user.role], "territories": [None, _territories(user)]})
    return user


def find(act: Act, name: str) -> User:
    """The user with an id. Raises `NotFound`."""
    user = act.session.get(User, name)
    if user is None:
        raise NotFound("user", name)
    return user


def named(session: Session, name: str) -> User:
    """The user who signs in with a name. Raises `NotFound`."""
    user = session.scalar(select(User).where(User.name == name))
    if user is None:
        raise NotFound("user", name)
    return user


def listed(act: Act, limit: int, cursor: str | None = None) -> paging.Rows[User]:
    """All users, by name."""
    return paging.page(act, select(User), [User.name], limit, cursor)


def change(act: Act, name: str, change: wire.UserChange, version: int | None = None) -> User:
    """Change a user; what lessens their rights ends their sessions.

    Raises
    ------
    NotFound, VersionMismatch
    InputError : as `create`
    Conflict : nobody would be left who may make users
    """
    user = find(act, name)
    if version not in {None, user.version}:
        raise VersionMismatch("user", name, user.version)
    before = _facts(user)
    role = user.role if change.role is None else Role(change.role)
    given = change.model_fields_set
    if given & {"role", "territories", "technician"}:
        user.role = role
        _set_reach(act, user, _wanted_territories(user, change), _wanted_technician(user, change))
    if change.password is not None:
        user.password = _HASHER.hash(change.password)
    if change.disabled is not None:
        user.disabled_at = (user.disabled_at or act.now) if change.disabled else None
    user.updated_at = act.now
    act.session.flush()
    _require_an_administrator(act)
    if change.password is not None or user.disabled_at is not None:
        act.session.execute(delete(BrowserSession).where(BrowserSession.user_id == user.id))
    changes = {key: [before[key], value] for key, value in _facts(user).items() if value != before[key]}
    act.note("changed", "user", user.id, changes=changes | ({"password": "changed"} if change.password is not None else {}))
    return user


def verified(session: Session, name: str, password: str) -> User:
    """The user a name and password are of. Takes as long, whatever is wrong. Raises `NotSignedIn`."""
    user = session.scalar(select(User).where(User.name == name))
    known = user.password if user is not None and user.disabled_at is None else None
    if not _matches(known or _NOBODY, password) or known is None or user is None:
        raise NotSignedIn("the name or the password is wrong")
    return user


FACTS: Final = (User.id, User.role, User.territory_id, User.technician_id, UserTerritory.territory_id.label("sees"))
"""What is to be read of a user for `caller_of`, beside their territories."""


def caller_of(rows: Sequence[Any]) -> Caller:
    """Who a user is to the use cases; `rows` : their `FACTS`, one row for each territory."""
    first = rows[0]
    return _caller(first, [row.sees for row in rows if row.sees is not None])


def caller(user: User) -> Caller:
    """Who a user is to the use cases."""
    return _caller(user, _territories(user))


def _caller(user: Any, territories: Iterable[str]) -> Caller:
    technician = (user.territory_id, user.technician_id) if user.territory_id and user.technician_id else None
    return Caller(user.id, user.role, None if user.role is Role.ADMINISTRATOR else frozenset(territories), technician)


def shown(user: User) -> wire.User:
    """A user as they are answered."""
    optional: dict[str, Any] = {}
    if user.role is not Role.ADMINISTRATOR:
        optional["territories"] = tuple(_territories(user))
    if user.territory_id and user.technician_id:
        optional["technician"] = wire.TechnicianId(territory=user.territory_id, id=user.technician_id)
    return wire.User(
        id=user.id, name=user.name, role=user.role.value, disabled=user.disabled_at is not None, version=user.version, **optional
    )


# ---------------------------------------------------------------- what a user may see


def _set_reach(act: Act, user: User, territories: Sequence[str], technician: wire.TechnicianId | None) -> None:
    """Set what a user may see, if it goes with the role and is there."""
    findings = [*_role_findings(user.role, territories, technician), *_missing(act, territories, technician)]
    if findings:
        raise InputError(findings)
    seen = (technician.territory,) if technician else territories
    user.territories = [UserTerritory(territory_id=name) for name in sorted(set(seen))]
    user.territory_id, user.technician_id = (technician.territory, technician.id) if technician else (None, None)


def _role_findings(role: Role, territories: Sequence[str], technician: wire.TechnicianId | None) -> list[Finding]:
    if role is Role.TECHNICIAN and technician is None:
        return [Finding("/technician", Code.REQUIRED, "is missing: which technician they are")]
    if role is not Role.TECHNICIAN and technician is not None:
        return [Finding("/technician", Code.CONFLICT, f"does not go with the role {role}")]
    if role in {Role.ADMINISTRATOR, Role.TECHNICIAN} and territories:
        return [Finding("/territories", Code.CONFLICT, f"does not go with the role {role}: leave the field out")]
    return []


def _missing(act: Act, territories: Sequence[str], technician: wire.TechnicianId | None) -> list[Finding]:
    known = set(act.session.scalars(select(Territory.id).where(Territory.id.in_(territories), Territory.retired_at.is_(None))))
    findings = [
        Finding(pointer("territories", index), Code.UNKNOWN_REFERENCE, "is no territory", name)
        for index, name in enumerate(territories)
        if name not in known
    ]
    if technician and act.session.get(Technician, (technician.territory, technician.id)) is None:
        findings.append(Finding("/technician", Code.UNKNOWN_REFERENCE, "is no technician of that territory", technician.id))
    return findings


def _wanted_territories(user: User, change: wire.UserChange) -> Sequence[str]:
    if change.territories is not None:
        return change.territories
    return () if user.role in {Role.ADMINISTRATOR, Role.TECHNICIAN} else _territories(user)


def _wanted_technician(user: User, change: wire.UserChange) -> wire.TechnicianId | None:
    if change.technician is not None or user.role is not Role.TECHNICIAN:
        return change.technician
    return shown(user).technician


def _territories(user: User) -> list[str]:
    return sorted(each.territory_id for each in user.territories)


def _facts(user: User) -> dict[str, object]:
    """What the trail may say of a user."""
    return {"role": user.role.value, "territories": _territories(user), "disabled": user.disabled_at is not None}


def _require_an_administrator(act: Act) -> None:
    able = select(func.count()).select_from(User).where(User.role == Role.ADMINISTRATOR, User.disabled_at.is_(None))
    if not act.session.scalar(able):
        raise Conflict("last_administrator", "nobody would be left who may make users")


# ---------------------------------------------------------------- passwords


def _matches(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except argon2.exceptions.VerificationError:
        return False
