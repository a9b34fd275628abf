"""Territories, and the policies they plan by."""

from datetime import datetime, time
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.db import Base, Id, Versioned


class Territory(Versioned, Base):
    """A region with its people and jobs, planned by itself."""

    __tablename__ = "territories"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(64))
    currency: Mapped[str] = mapped_column(String(3))
    policy: Mapped[str | None] = mapped_column(Id)  #: name of the policy whose newest version is used; None: the default
    nightly_at: Mapped[time | None]  #: wall time at which the next working day is planned; None: never by itself
    nightly_seconds: Mapped[int] = mapped_column(default=60)
    promise_min: Mapped[int] = mapped_column(default=120)  #: minutes of the arrival window a customer is told
    calendar: Mapped[dict[str, Any]]  #: `wire.Calendar`: working weekdays and closed dates
    travel: Mapped[dict[str, Any] | None]  #: `wire.Estimate`: how travel times are reckoned
    kinds: Mapped[dict[str, Any]] = mapped_column(default=dict)  #: name -> `wire.Kind`: defaults for jobs
    retired_at: Mapped[datetime | None]


class Policy(Base):
    """One version of a named policy; never changed, so that a run can say by which prices it was made."""

    __tablename__ = "policies"

    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[dict[str, Any]]  #: `wire.Policy`
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Id)
