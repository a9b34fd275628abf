"""What happened: reported by technicians, done by callers, noticed by the clock."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.db import Base, Id, new_id, one_of

_Number = BigInteger().with_variant(Integer, "sqlite")


class EventKind(StrEnum):
    """What a technician reports on a visit."""

    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    STARTED = "started"
    COMPLETED = "completed"
    FAILED = "failed"


class Event(Base):
    """A technician's report. The phone makes the id, so that a resend does no harm. Whatever came of it, it is kept.

    The job is what the phone said: there need not be one of that name.
    """

    __tablename__ = "events"
    __table_args__ = (
        ForeignKeyConstraint(["territory_id", "technician_id"], ["technicians.territory_id", "technicians.id"]),
        Index("ix_events_job", "territory_id", "job_id"),
        Index("ix_events_received", "territory_id", "received_at"),
    )

    territory_id: Mapped[str] = mapped_column(Id, primary_key=True)
    technician_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    job_id: Mapped[str] = mapped_column(Id)
    schedule_id: Mapped[str | None] = mapped_column(Id)  #: the schedule the phone knew
    kind: Mapped[EventKind] = mapped_column(one_of(EventKind))
    at: Mapped[datetime]  #: as the phone claims
    sequence: Mapped[int | None] = mapped_column(BigInteger)  #: in the phone's own order
    happened_at: Mapped[datetime]  #: what is taken for true
    clock: Mapped[str] = mapped_column(String(64))  #: what was done to the claim: `kept`, `corrected` or `clamped`
    received_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(64))  #: why the technician could not
    note: Mapped[str | None] = mapped_column(String(4_000))
    outcome: Mapped[str] = mapped_column(String(64))  #: `applied`, `superseded` or why it was rejected
    before: Mapped[str | None] = mapped_column(String(40))  #: state of the visit; None: there was none
    after: Mapped[str | None] = mapped_column(String(40))


class Audit(Base):
    """One change: who, when, what. Numbers grow within one database, in no promised order of commit."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "territory_id", "subject_kind", "subject_id"),)

    number: Mapped[int] = mapped_column(_Number, primary_key=True)
    at: Mapped[datetime]
    caller: Mapped[str] = mapped_column(Id)
    action: Mapped[str] = mapped_column(String(64))
    territory_id: Mapped[str | None] = mapped_column(Id)
    subject_kind: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[str] = mapped_column(String(200))
    changes: Mapped[dict[str, Any]]  #: field -> [before, after]; personal fields only say that they changed


class AlertKind(StrEnum):
    """What the clock notices."""

    SLA_AT_RISK = "sla_at_risk"  #: an open job will be late by its plan, or is not planned and due soon
    SLA_BROKEN = "sla_broken"  #: an open job is past its due
    VISIT_LATE = "visit_late"  #: a visit has not begun when it should have
    NIGHTLY_MISSED = "nightly_missed"  #: the night's plan could not be made before the shifts began
    ADDRESS_UNSURE = "address_unsure"  #: a site was not found for sure
    UPKEEP_REFUSED = "upkeep_refused"  #: the job of an upkeep cannot be made as things stand


class Alert(Base):
    """Something a dispatcher should look at, until it is over."""

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("territory_id", "kind", "subject", "since"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"))
    kind: Mapped[AlertKind] = mapped_column(one_of(AlertKind))
    subject: Mapped[str] = mapped_column(Id)  #: id of the job, site, day or upkeep
    since: Mapped[datetime]
    over_at: Mapped[datetime | None]
    message: Mapped[str] = mapped_column(String(4_000))
