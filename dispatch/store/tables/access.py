"""Who may ask, and what was answered to whom."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dispatch.store.db import Base, Id, Versioned, new_id, one_of


class Role(StrEnum):
    """What somebody does, hence may do."""

    ADMINISTRATOR = "administrator"  #: everything, in every territory
    DISPATCHER = "dispatcher"  #: plans and publishes
    PLANNER = "planner"  #: asks what if; changes nothing that is in force
    TECHNICIAN = "technician"  #: their own visits
    READER = "reader"  #: looks


class User(Versioned, Base):
    """Somebody, or a program, that asks."""

    __tablename__ = "users"
    __table_args__ = (ForeignKeyConstraint(["territory_id", "technician_id"], ["technicians.territory_id", "technicians.id"]),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(64), unique=True)  #: to sign in with
    role: Mapped[Role] = mapped_column(one_of(Role))
    password: Mapped[str | None] = mapped_column(String(200))  #: argon2; None: no browser
    territory_id: Mapped[str | None] = mapped_column(Id)  #: of the technician
    technician_id: Mapped[str | None] = mapped_column(Id)  #: which technician a user of that role is
    disabled_at: Mapped[datetime | None]

    territories: Mapped[list["UserTerritory"]] = relationship(cascade="all, delete-orphan", lazy="selectin")


class UserTerritory(Base):
    """A territory that a user may see."""

    __tablename__ = "user_territories"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"), primary_key=True)


class Token(Base):
    """An opaque bearer token of a program or a phone; only its hash is kept."""

    __tablename__ = "tokens"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(200))
    hash: Mapped[str] = mapped_column(String(64), unique=True)  #: SHA-256
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class CalendarFeed(Base):
    """A secret address at which a calendar program reads a technician's visits: it cannot send a header. Only its hash is kept."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (ForeignKeyConstraint(["territory_id", "technician_id"], ["technicians.territory_id", "technicians.id"]),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    territory_id: Mapped[str] = mapped_column(Id)
    technician_id: Mapped[str] = mapped_column(Id)
    hash: Mapped[str] = mapped_column(String(64), unique=True)  #: SHA-256
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class BrowserSession(Base):
    """Somebody signed in with a browser."""

    __tablename__ = "browser_sessions"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)  #: SHA-256 of the cookie
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    csrf: Mapped[str] = mapped_column(String(64))  #: what a form must bring along
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class KeptAnswer(Base):
    """What was answered to a request with an `Idempotency-Key`, to be answered again to the same one."""

    __tablename__ = "kept_answers"

    caller: Mapped[str] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request: Mapped[str] = mapped_column(String(64))  #: SHA-256 of method, path and body
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
