"""Customers, where they are, what stands there, and the parts it needs."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.db import Base, Id, Versioned, one_of


class Located(StrEnum):
    """How a site's point is known."""

    GIVEN = "given"  #: somebody gave it
    WAITING = "waiting"  #: the address is still to be looked up
    FOUND = "found"  #: the geocoder is sure of it
    UNSURE = "unsure"  #: the geocoder's best guess: somebody should look
    UNKNOWN = "unknown"  #: the geocoder knows no such address


class Customer(Versioned, Base):
    """Whom work is done for."""

    __tablename__ = "customers"

    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(64))
    email: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(String(4_000))
    retired_at: Mapped[datetime | None]


class Site(Versioned, Base):
    """A place that jobs and technicians can refer to."""

    __tablename__ = "sites"
    __table_args__ = (ForeignKeyConstraint(["territory_id", "customer_id"], ["customers.territory_id", "customers.id"]),)

    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    customer_id: Mapped[str | None] = mapped_column(Id)
    address: Mapped[str | None] = mapped_column(String(4_000))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    located: Mapped[Located] = mapped_column(one_of(Located))
    access: Mapped[str | None] = mapped_column(String(4_000))  #: how to get in
    retired_at: Mapped[datetime | None]


class Asset(Versioned, Base):
    """What is installed at a site and is repaired or maintained there."""

    __tablename__ = "assets"
    __table_args__ = (ForeignKeyConstraint(["territory_id", "site_id"], ["sites.territory_id", "sites.id"]),)

    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    site_id: Mapped[str] = mapped_column(Id)
    model: Mapped[str | None] = mapped_column(String(200))
    serial: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(String(4_000))
    retired_at: Mapped[datetime | None]


class Part(Versioned, Base):
    """Something that jobs use up and vans carry."""

    __tablename__ = "parts"

    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(String(4_000))
    retired_at: Mapped[datetime | None]


class GeocodeAnswer(Base):
    """What a geocoder answered, so that nobody is asked twice."""

    __tablename__ = "geocode_answers"

    geocoder: Mapped[str] = mapped_column(String(64), primary_key=True)
    query: Mapped[str] = mapped_column(String(64), primary_key=True)  #: SHA-256 of the normalised address
    answer: Mapped[dict[str, Any] | None]  #: point, what was matched, how sure; None: no such address
    asked_at: Mapped[datetime]
