"""Runs: the queue of solves."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.db import Base, Id, new_id, one_of


class RunState(StrEnum):
    """The life of a run."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RunKind(StrEnum):
    """Who asked for a run."""

    REQUESTED = "requested"  #: a person or a program
    NIGHTLY = "nightly"  #: the clock, for the next working day
    SCENARIO = "scenario"  #: a what-if: its schedule is never published


class Run(Base):
    """One request to solve."""

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("territory_id", "local_date", "kind"),
        Index("ix_runs_queue", "state", "queued_at"),
        Index("ix_runs_caller", "caller", "state", "started_at"),
        Index("ix_runs_territory", "territory_id", "queued_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"))
    kind: Mapped[RunKind] = mapped_column(one_of(RunKind))
    local_date: Mapped[date | None]  #: of nightly runs: the local day on which it was due, once
    caller: Mapped[str] = mapped_column(Id)  #: user who asked, or `clock`
    ask: Mapped[dict[str, Any]]  #: `wire.RunRequest`: horizon, policy, scope, budget, start
    horizon_start: Mapped[datetime]
    horizon_end: Mapped[datetime]
    policy_name: Mapped[str | None] = mapped_column(Id)
    policy_number: Mapped[int | None]

    state: Mapped[RunState] = mapped_column(one_of(RunState), default=RunState.QUEUED)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)  #: grows with every claim; whoever holds an older number has lost the run
    worker: Mapped[str | None] = mapped_column(String(200))
    lease_until: Mapped[datetime | None]
    queued_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    progress: Mapped[list[Any]] = mapped_column(default=list)  #: `wire.RunProgress`, one each improvement that was reported
    warnings: Mapped[list[Any]] = mapped_column(default=list)  #: findings
    error_code: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[str | None] = mapped_column(String(4_000))
    schedule_id: Mapped[str | None] = mapped_column(Id)  #: the draft it ended in
