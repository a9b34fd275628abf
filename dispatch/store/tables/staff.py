"""Technicians: what they can, when they work, when they are away."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dispatch.store.db import Base, Id, Versioned


def _of_technician() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["territory_id", "technician_id"], ["technicians.territory_id", "technicians.id"])


class Technician(Versioned, Base):
    """A person with skills and a home base."""

    __tablename__ = "technicians"

    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    home: Mapped[dict[str, Any]]  #: `wire.Place`
    body: Mapped[dict[str, Any]]  #: the other fields of `wire.Technician`: tags, pace, costs, limits, parts, tools, stock
    contract: Mapped[dict[str, Any] | None]  #: `wire.Contract`: how employed, from when until when
    retired_at: Mapped[datetime | None]

    skills: Mapped[list["TechnicianSkill"]] = relationship(
        cascade="all, delete-orphan", order_by="TechnicianSkill.skill", lazy="selectin"
    )


class TechnicianSkill(Base):
    """How well a technician holds a skill, and for how long."""

    __tablename__ = "technician_skills"
    __table_args__ = (_of_technician(),)

    territory_id: Mapped[str] = mapped_column(Id, primary_key=True)
    technician_id: Mapped[str] = mapped_column(Id, primary_key=True)
    skill: Mapped[str] = mapped_column(String(64), primary_key=True)
    level: Mapped[int]
    until: Mapped[date | None]  #: the last local day on which it is valid


class Shift(Versioned, Base):
    """One technician's working time on one day."""

    __tablename__ = "shifts"
    __table_args__ = (_of_technician(), Index("ix_shifts_start", "territory_id", "start"))

    territory_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    technician_id: Mapped[str] = mapped_column(Id)
    start: Mapped[datetime]
    end: Mapped[datetime]
    body: Mapped[dict[str, Any]]  #: the other fields of `wire.Shift`: places, overtime, breaks, travel, equipment
    retired_at: Mapped[datetime | None]


class Absence(Versioned, Base):
    """Time in which a technician is not there, or has an appointment elsewhere."""

    __tablename__ = "absences"
    __table_args__ = (_of_technician(), Index("ix_absences_start", "territory_id", "start"))

    territory_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    technician_id: Mapped[str] = mapped_column(Id)
    start: Mapped[datetime]
    end: Mapped[datetime]
    place: Mapped[dict[str, Any] | None]  #: `wire.Place`: where the technician then is
    note: Mapped[str | None] = mapped_column(String(4_000))
    retired_at: Mapped[datetime | None]
