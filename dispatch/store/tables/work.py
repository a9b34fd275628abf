"""Jobs."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.db import Base, Id, Versioned, one_of


class JobState(StrEnum):
    """The life of a job."""

    OPEN = "open"  #: to be planned
    DONE = "done"  #: a technician has completed it
    CANCELLED = "cancelled"  #: not to be done any more


class Job(Versioned, Base):
    """Work a customer needs at one place."""

    __tablename__ = "jobs"
    __table_args__ = (
        ForeignKeyConstraint(["territory_id", "site_id"], ["sites.territory_id", "sites.id"]),
        ForeignKeyConstraint(["territory_id", "customer_id"], ["customers.territory_id", "customers.id"]),
        ForeignKeyConstraint(["territory_id", "asset_id"], ["assets.territory_id", "assets.id"]),
        Index("ix_jobs_open", "territory_id", "state", "earliest", "latest"),
        Index("ix_jobs_case", "territory_id", "case"),
    )

    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    state: Mapped[JobState] = mapped_column(one_of(JobState), default=JobState.OPEN)
    kind: Mapped[str | None] = mapped_column(String(64))
    priority: Mapped[int | None]
    site_id: Mapped[str | None] = mapped_column(Id)
    customer_id: Mapped[str | None] = mapped_column(Id)
    asset_id: Mapped[str | None] = mapped_column(Id)
    case: Mapped[str | None] = mapped_column(String(200))  #: the ticket it came from, as its system names it
    due: Mapped[datetime | None]
    earliest: Mapped[datetime | None]  #: the first instant of its windows; None: any time
    latest: Mapped[datetime | None]  #: the last instant of its windows; None: any time
    body: Mapped[dict[str, Any]]  #: the other fields of `wire.Job`: work, place, windows, technicians, pin, texts
    retired_at: Mapped[datetime | None]
