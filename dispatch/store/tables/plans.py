"""Schedules, the visits and promises they lead to."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, Text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.db import Base, Id, Versioned, new_id, one_of


class ScheduleState(StrEnum):
    """The life of a schedule."""

    DRAFT = "draft"
    PUBLISHED = "published"  #: in force, in what is left of its horizon; at most one at any time of a territory
    SUPERSEDED = "superseded"  #: was in force
    DISCARDED = "discarded"


class Schedule(Versioned, Base):
    """A plan kept for a horizon."""

    __tablename__ = "schedules"
    __table_args__ = (Index("ix_schedules_horizon", "territory_id", "horizon_start"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"))
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    state: Mapped[ScheduleState] = mapped_column(one_of(ScheduleState), default=ScheduleState.DRAFT)
    horizon_start: Mapped[datetime]
    horizon_end: Mapped[datetime]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None] = mapped_column(Id)
    based_on: Mapped[list[Any]] = mapped_column(default=list)  #: ids of the schedules in force when it was planned
    supersedes: Mapped[list[Any]] = mapped_column(default=list)  #: ids of the schedules that were in force before it
    replaced: Mapped[list[Any]] = mapped_column(
        default=list
    )  #: `wire.Replaced`: parts of its horizon another one was published for
    day: Mapped[str] = mapped_column(Text)  #: `wire.Day`: what was planned, as JSON
    plan: Mapped[str] = mapped_column(Text)  #: `wire.PlanFile`: the plan as it stands, as JSON
    basis: Mapped[dict[str, Any]]  #: of every record planned: its kind and id -> its version
    quality: Mapped[dict[str, Any]]  #: `wire.Quality`
    violations: Mapped[list[Any]] = mapped_column(default=list)  #: `wire.Broken`: the rules its plan breaks
    step: Mapped[int] = mapped_column(default=0)  #: number of the step it stands at
    cost: Mapped[int] = mapped_column(BigInteger)  #: micro-units
    unassigned: Mapped[int]


class ScheduleStep(Base):
    """One change of a draft, and what it was before, so that it can be undone. Gone once the draft is published or discarded."""

    __tablename__ = "schedule_steps"

    schedule_id: Mapped[str] = mapped_column(ForeignKey("schedules.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    what: Mapped[dict[str, Any]]  #: the move or pin, as it was asked for
    day: Mapped[str | None] = mapped_column(Text)  #: before; None: as after
    plan: Mapped[str] = mapped_column(Text)  #: before
    violations: Mapped[list[Any]] = mapped_column(default=list)  #: before
    caller: Mapped[str] = mapped_column(Id)
    at: Mapped[datetime]


class VisitState(StrEnum):
    """How far a visit is."""

    PLANNED = "planned"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    STARTED = "started"
    COMPLETED = "completed"
    FAILED = "failed"  #: the technician could not
    WITHDRAWN = "withdrawn"  #: a later schedule has it no more


def _own_start(context: DefaultExecutionContext) -> Any:
    return context.get_current_parameters()["start"]  # type: ignore[no-untyped-call]


class Visit(Versioned, Base):
    """One job on the route of one technician, as it is in force. A later schedule moves it, or withdraws it."""

    __tablename__ = "visits"
    __table_args__ = (
        ForeignKeyConstraint(["territory_id", "job_id"], ["jobs.territory_id", "jobs.id"]),
        ForeignKeyConstraint(["territory_id", "technician_id"], ["technicians.territory_id", "technicians.id"]),
        Index("ix_visits_day", "territory_id", "technician_id", "start"),
    )

    territory_id: Mapped[str] = mapped_column(Id, primary_key=True)
    job_id: Mapped[str] = mapped_column(Id, primary_key=True)
    schedule_id: Mapped[str] = mapped_column(ForeignKey("schedules.id"))
    technician_id: Mapped[str] = mapped_column(Id)
    state: Mapped[VisitState] = mapped_column(one_of(VisitState), default=VisitState.PLANNED)
    position: Mapped[int]  #: in the order of the route, counted from 0
    shift_start: Mapped[datetime] = mapped_column(default=_own_start)  #: when its shift begins: the day it belongs to
    arrive: Mapped[datetime]
    start: Mapped[datetime]
    end: Mapped[datetime]
    since: Mapped[datetime | None]  #: when it got into its state; of one planned again: when it failed before
    left_at: Mapped[datetime | None]  #: as it really was: on the way
    arrived_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Promise(Base):
    """The arrival window a customer was told. The newest one of a job counts."""

    __tablename__ = "promises"
    __table_args__ = (
        ForeignKeyConstraint(["territory_id", "job_id"], ["jobs.territory_id", "jobs.id"]),
        Index("ix_promises_job", "territory_id", "job_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    territory_id: Mapped[str] = mapped_column(Id)
    job_id: Mapped[str] = mapped_column(Id)
    schedule_id: Mapped[str] = mapped_column(ForeignKey("schedules.id"))
    open: Mapped[datetime]
    close: Mapped[datetime]
    told_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]  #: another one counts since
