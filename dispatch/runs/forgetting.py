"""What nobody will ask for again: drafts that were never published, and runs that came to nothing."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from dispatch.access import Act
from dispatch.runs.queue import OVER
from dispatch.store.tables import Run, Scenario, Schedule, ScheduleState, ScheduleStep

AT_ONCE = 500
"""Of each kind; the next sweep forgets the rest."""


def forget(act: Act, *, keep_days: int) -> int:
    """Forget drafts whose horizon is over since so many days and that were never in force, and runs that ended before then.

    What was ever in force stays, with its run; so does what a what-if was made from or has come to. Returns how many went.
    """
    since = act.now - timedelta(days=keep_days)
    drafts = select(Schedule.id).where(
        Schedule.state.in_((ScheduleState.DRAFT, ScheduleState.DISCARDED)),
        Schedule.published_at.is_(None),
        Schedule.horizon_end < since,
        *(_is_not_in(Schedule.id, column) for column in (Scenario.base_id, Scenario.start_id)),
        *(_is_not_in(Schedule.run_id, column) for column in _RUNS),
    )
    old = list(act.session.scalars(drafts.order_by(Schedule.horizon_end).limit(AT_ONCE)))
    act.session.execute(delete(ScheduleStep).where(ScheduleStep.schedule_id.in_(old)))
    act.session.execute(update(Run).where(Run.schedule_id.in_(old)).values(schedule_id=None))
    act.session.execute(delete(Schedule).where(Schedule.id.in_(old)))
    runs = select(Run.id).where(
        Run.state.in_(OVER),
        Run.ended_at < since,
        _is_not_in(Run.id, Schedule.run_id),
        *(_is_not_in(Run.id, column) for column in _RUNS),
    )
    ended = list(act.session.scalars(runs.order_by(Run.ended_at).limit(AT_ONCE)))
    act.session.execute(delete(Run).where(Run.id.in_(ended)))
    return len(old) + len(ended)


_RUNS = (Scenario.run_id, Scenario.base_run_id, Scenario.adopted_run_id)


def _is_not_in(column: Any, others: Any) -> ColumnElement[bool]:
    """Whether a column has none of the values of another one; NULL is none of them."""
    return ~select(others).where(others == column).exists()
