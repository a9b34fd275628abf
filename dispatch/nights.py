"""Which night it is: when a territory's next working day is to be planned, and which day that is.

A night is named by the local date on which its wall time falls. Clocks that skip that time move it to the instant of their change,
clocks that repeat it mean the first: so every local date has one night, and one instant.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from dispatch import runs, wire
from dispatch.access import Act, program
from dispatch.errors import Conflict, InputError
from dispatch.store import Store
from dispatch.store.tables import Alert, AlertKind, Run, RunKind, Shift, Territory
from dispatch.wire.clock import instant_of
from dispatch.wire.records import Calendar

NOON = time(12)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_DAY = timedelta(days=1)
_FARTHEST = 60
"""Days ahead within which a working day is looked for."""


@dataclass(frozen=True, slots=True)
class Night:
    """A night of a territory.

    Attributes
    ----------
    local_date : the local date that names it
    due : the instant at which the plan is due to be made
    """

    local_date: date
    due: datetime


def night_at(now: datetime, wall: time, zone: ZoneInfo) -> Night:
    """The night whose moment was the last to come: at `now` or before."""
    today = now.astimezone(zone).date()
    nights = (Night(day, instant_of(datetime.combine(day, wall), zone)) for day in (today + _DAY, today, today - _DAY))
    return next(night for night in nights if night.due <= now)


def planned_day(night: Night, wall: time, calendar: Calendar) -> date | None:
    """The working day that a night plans; None if there is none within two months.

    A night whose wall time is before noon plans the day that has just begun, if it is a working one; any other the days after.
    """
    first = night.local_date if wall < NOON else night.local_date + _DAY
    days = (first + n * _DAY for n in range(_FARTHEST))
    return next((day for day in days if WEEKDAYS[day.weekday()] in calendar.weekdays and day not in calendar.closed), None)


def plan_due(store: Store, now: datetime) -> list[str]:
    """Ask for the plan of each territory's night, if nobody has yet; returns the ids of the runs.

    As often and by as many processes as one likes: a row that only one of them can write decides. Each territory has a transaction
    of its own.
    """
    with store.reading() as session:
        wanting = select(Territory.id).where(Territory.nightly_at.is_not(None), Territory.retired_at.is_(None))
        names = list(session.scalars(wanting.order_by(Territory.id)))
    return [run for name in names if (run := _plan_due_in(store, name, now)) is not None]


def _plan_due_in(store: Store, name: str, now: datetime) -> str | None:
    try:
        with store.writing() as session:
            return plan_night(Act(session, program("clock"), now), name)
    except Conflict:
        return None  # another clock was faster by less than its transaction
    except InputError as refusal:
        with store.writing() as session:
            refused(Act(session, program("clock"), now), name, str(refusal))
        return None


def plan_night(act: Act, name: str) -> str | None:
    """Ask for the plan of a territory's night; the id of the run, or None if nothing is due.

    After a night without a running clock the plan is made late, if the shifts of its day have not begun; if they have, an alert
    says that it is missing.
    """
    territory = act.session.get_one(Territory, name)
    if territory.nightly_at is None:
        return None
    night = night_at(act.now, territory.nightly_at, ZoneInfo(territory.timezone))
    day = planned_day(night, territory.nightly_at, Calendar.model_validate(territory.calendar))
    if day is None or _is_planned(act, name, night):
        return None
    ask = wire.RunRequest(date=day, seconds=float(territory.nightly_seconds), on_invalid="skip")
    horizon = runs.horizon_of(territory, ask)
    if act.now < _begin_of_work(act, name, horizon):
        return runs.request(act, name, ask, kind=RunKind.NIGHTLY, local_date=night.local_date).id
    if territory.updated_at <= night.due:  # who was set up after that moment has missed nothing
        _alert(act, name, night, f"the plan for {day} was not made before work began: the clock was not running")
    return None


def _is_planned(act: Act, territory: str, night: Night) -> bool:
    ours = (Run.territory_id == territory, Run.kind == RunKind.NIGHTLY, Run.local_date == night.local_date)
    return act.session.scalar(select(Run.id).where(*ours)) is not None


def _begin_of_work(act: Act, territory: str, horizon: wire.Horizon) -> datetime:
    """When the first shift of a day begins; its end if there is none."""
    within = (Shift.start >= horizon.start, Shift.start < horizon.end)
    first = select(func.min(Shift.start)).where(Shift.territory_id == territory, Shift.retired_at.is_(None), *within)
    return act.session.scalar(first) or horizon.end


def refused(act: Act, name: str, why: str) -> None:
    """Say that a territory's night cannot be planned as things stand."""
    territory = act.session.get_one(Territory, name)
    night = night_at(act.now, territory.nightly_at or NOON, ZoneInfo(territory.timezone))
    _alert(act, name, night, f"the plan of the night is refused: {why}"[:4_000])


def _alert(act: Act, territory: str, night: Night, message: str) -> None:
    subject = night.local_date.isoformat()
    same = (Alert.territory_id == territory, Alert.kind == AlertKind.NIGHTLY_MISSED, Alert.subject == subject)
    if act.session.scalar(select(Alert.id).where(*same)) is None:
        since = night.due
        act.session.add(Alert(territory_id=territory, kind=AlertKind.NIGHTLY_MISSED, subject=subject, since=since, message=message))
