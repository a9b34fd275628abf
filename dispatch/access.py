"""Who asks, and what they may see. Every use case gets an `Act`: somebody doing something, at a moment, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dispatch.errors import NotFound
from dispatch.store.tables import Audit, Role, Territory


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who asks, or the program itself.

    Attributes
    ----------
    id : the user's id, or the name of a part of the program (`clock`, `worker`, `command`)
    role : what they may do
    territories : the territories they may see; None: all
    technician : territory and id of the technician they are, if they are one
    """

    id: str
    role: Role
    territories: frozenset[str] | None = frozenset()
    technician: tuple[str, str] | None = None

    def sees(self, territory: str) -> bool:
        return self.territories is None or territory in self.territories


def program(name: str) -> Caller:
    """The caller that a part of this program is: may do everything."""
    return Caller(name, Role.ADMINISTRATOR, None)


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody doing something: who, when, and in which transaction."""

    session: Session
    caller: Caller
    now: datetime
    _territories: dict[str, Territory] = field(
        default_factory=dict
    )  #: those that were asked for: a session forgets what nobody holds

    def territory(self, name: str) -> Territory:
        """A territory that the caller may see. Raises `NotFound`."""
        row = self.session.get(Territory, name) if self.caller.sees(name) else None
        if row is None or row.retired_at is not None:
            raise NotFound("territory", name)
        self._territories[name] = row
        return row

    def note(
        self, action: str, kind: str, name: str, *, territory: str | None = None, changes: Mapping[str, Any] | None = None
    ) -> None:
        """Write into the audit that the caller did something, in the same transaction."""
        self.session.add(
            Audit(
                at=self.now,
                caller=self.caller.id,
                action=action,
                territory_id=territory,
                subject_kind=kind,
                subject_id=name,
                changes=dict(changes or {}),
            )
        )
