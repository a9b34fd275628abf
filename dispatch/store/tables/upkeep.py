"""Maintenance: meters and what they showed, upkeeps and the jobs they made."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.db import Base, Id, Versioned


class Meter(Versioned, Base):
    """What counts the use of an asset."""

    __tablename__ = "meters"
    __table_args__ = (ForeignKeyConstraint(["territory_id", "asset_id"], ["assets.territory_id", "assets.id"]),)

    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    asset_id: Mapped[str] = mapped_column(Id)
    unit: Mapped[str] = mapped_column(String(64))
    per_day: Mapped[float | None]  #: expected use, until readings tell
    retired_at: Mapped[datetime | None]


class MeterReading(Base):
    """What a meter showed at a moment. It never changes."""

    __tablename__ = "meter_readings"
    __table_args__ = (ForeignKeyConstraint(["territory_id", "meter_id"], ["meters.territory_id", "meters.id"]),)

    territory_id: Mapped[str] = mapped_column(Id, primary_key=True)
    meter_id: Mapped[str] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    shows: Mapped[float]
    exchanged: Mapped[bool]  #: it counts on from here, whatever it showed before


class Upkeep(Versioned, Base):
    """Work that an asset or a site needs again and again."""

    __tablename__ = "upkeeps"
    __table_args__ = (
        ForeignKeyConstraint(["territory_id", "asset_id"], ["assets.territory_id", "assets.id"]),
        ForeignKeyConstraint(["territory_id", "site_id"], ["sites.territory_id", "sites.id"]),
    )

    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    asset_id: Mapped[str | None] = mapped_column(Id)
    site_id: Mapped[str | None] = mapped_column(Id)  #: of one without an asset
    body: Mapped[dict[str, Any]]  #: the other fields of `wire.NewUpkeep`
    retired_at: Mapped[datetime | None]


class UpkeepJob(Base):
    """A job that an upkeep has made: each number once, whoever makes it."""

    __tablename__ = "upkeep_jobs"
    __table_args__ = (
        ForeignKeyConstraint(["territory_id", "upkeep_id"], ["upkeeps.territory_id", "upkeeps.id"]),
        ForeignKeyConstraint(["territory_id", "job_id"], ["jobs.territory_id", "jobs.id"]),
        UniqueConstraint("territory_id", "job_id"),
    )

    territory_id: Mapped[str] = mapped_column(Id, primary_key=True)
    upkeep_id: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  #: counted from 0
    job_id: Mapped[str] = mapped_column(Id)
    due: Mapped[date]  #: the local day by whose end it is due
    count: Mapped[float | None]  #: what the meter has counted then; None: due by time
