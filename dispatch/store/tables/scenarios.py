"""What-ifs: a base as it was, and what it was changed into."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.db import Base, Id, Versioned, new_id, one_of


class ScenarioState(StrEnum):
    """The life of a what-if."""

    OPEN = "open"
    ADOPTED = "adopted"
    DISCARDED = "discarded"


class Scenario(Versioned, Base):
    """A what-if. Its days are kept, so that what it says does not depend on what becomes of the records."""

    __tablename__ = "scenarios"
    __table_args__ = (Index("ix_scenarios_territory", "territory_id", "created_at", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"))
    state: Mapped[ScenarioState] = mapped_column(one_of(ScenarioState), default=ScenarioState.OPEN)
    caller: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime]
    ask: Mapped[dict[str, Any]]  #: `wire.NewScenario`; policies with their numbers
    base_id: Mapped[str | None] = mapped_column(ForeignKey("schedules.id"))  #: None: the base is a horizon
    start_id: Mapped[str | None] = mapped_column(ForeignKey("schedules.id"))  #: the schedule with which a search begins
    day: Mapped[str] = mapped_column(Text)  #: `wire.Day`: the base
    changed: Mapped[str] = mapped_column(Text)  #: `wire.Day`: the base with the changes
    basis: Mapped[dict[str, Any]]  #: of every record of the base: its kind and id -> its version
    base_run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"), unique=True)  #: None: the base is compared as it is
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), unique=True)
    adopted_run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"), unique=True)
