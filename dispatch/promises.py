"""What customers were told: the arrival window of their job. It is kept as long as the plan keeps it, and replaced by another one
when a published schedule does not."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from dispatch.access import Act
from dispatch.store.tables import Promise
from dispatch.wire.model import Day
from dispatch.wire.rules.times import close_of
from dispatch.wire.schedules import Placed, PromiseTouched
from dispatch.wire.work import Job, Window
from dispatch.wire.work import Promise as Promised

GRID = timedelta(minutes=15)
"""Windows that customers are told begin at a quarter of an hour, where the job's own window lets them."""


class Told(NamedTuple):
    """A window that a customer was or is told; both ends inclusive, for the start of work."""

    open: datetime
    close: datetime

    def keeps(self, start: datetime | None) -> bool:
        """Whether a visit that starts then is within it."""
        return start is not None and self.open <= start <= self.close


Windows = Mapping[str, Told]


class Renewed(NamedTuple):
    """What became of promises when a schedule was put in force."""

    told: int
    touched: tuple[PromiseTouched, ...]


def of(act: Act, territory: str, jobs: Iterable[str] | None = None) -> dict[str, Promise]:
    """The promises that count, by job; of some jobs, or all."""
    query = select(Promise).where(Promise.territory_id == territory, Promise.replaced_at.is_(None))
    wanted = None if jobs is None else set(jobs)
    rows = act.session.scalars(query.order_by(Promise.told_at))
    return {row.job_id: row for row in rows if wanted is None or row.job_id in wanted}


def told(act: Act, territory: str, day: Day) -> Day:
    """A day with what the customers of its jobs were told; of what has begun there is nothing to keep."""
    known = of(act, territory, (job.id for job in day.jobs if job.fact is None))
    jobs = (
        job.model_copy(update={"promise": _promised(known[job.id])}) if job.id in known and job.fact is None else job
        for job in day.jobs
    )
    return day.model_copy(update={"jobs": tuple(jobs)}) if known else day


def _promised(row: Promise) -> Promised:
    return Promised(start=row.open, end=row.close, told=row.told_at.replace(microsecond=0))


def touched(promises: Mapping[str, Promise], before: Mapping[str, Placed], after: Mapping[str, Placed]) -> Iterator[PromiseTouched]:
    """The promises that one plan keeps and another breaks, by job."""
    for job in sorted(promises):
        told = Told(promises[job].open, promises[job].close)
        was, then = before.get(job), after.get(job)
        if told.keeps(_start(was)) and not told.keeps(_start(then)):
            yield _broken(job, told, then)


def window(job: Job, placed: Placed, minutes: int) -> Told:
    """The window that a customer is told.

    It is `minutes` long, begins at the quarter of an hour before the visit starts, and lies within the job's window if that is
    long enough; if it is not, it is that window. A visit outside of all its windows gets the plain one.
    """
    length = timedelta(minutes=minutes)
    first_choice = _on_grid(placed.start) if length >= GRID else placed.start.astimezone(UTC)
    found = next((each for each in job.windows if _holds(each, placed)), None)
    if found is None:
        return Told(first_choice, first_choice + length)
    first, last = found.start.astimezone(UTC), _last_start(found, placed)
    if last - first <= length:
        return Told(first, last)
    opens = max(first, min(first_choice, last - length))
    return Told(opens, opens + length)


def renew(
    act: Act, schedules: Mapping[str, str], territory: str, minutes: int, jobs: Mapping[str, Job], placed: Mapping[str, Placed]
) -> Renewed:
    """Keep the promises that a plan in force keeps, replace the others, and make those that are missing.

    Parameters
    ----------
    schedules : of each job that may have been promised something: the schedule which decides about it now
    minutes : length of the windows that customers are told
    jobs : the jobs, for their windows
    placed : where the plan has them; a job that is missing is not visited any more
    """
    known, lost, told = of(act, territory, schedules), [], 0
    for job in sorted(schedules):
        promise, place = known.get(job), placed.get(job)
        if promise is not None:
            window_ = Told(promise.open, promise.close)
            if window_.keeps(_start(place)):
                continue
            promise.replaced_at = act.now
            lost.append(_broken(job, window_, place))
        if place is not None:
            told += 1
            new = window(jobs[job], place, minutes)
            act.session.add(
                Promise(
                    territory_id=territory,
                    job_id=job,
                    schedule_id=schedules[job],
                    open=new.open,
                    close=new.close,
                    told_at=act.now,
                    replaced_at=None,
                )
            )
    return Renewed(told, tuple(lost))


def _start(placed: Placed | None) -> datetime | None:
    return None if placed is None else placed.start


def _broken(job: str, told: Told, placed: Placed | None) -> PromiseTouched:
    given = {"job": job, "open": told.open, "close": told.close}
    return PromiseTouched.model_validate(given if placed is None else given | {"start": placed.start})


def _on_grid(instant: datetime) -> datetime:
    """The quarter of an hour that an instant lies in; all zones are whole quarters from UTC."""
    seconds = int(instant.timestamp())
    return datetime.fromtimestamp(seconds - seconds % int(GRID.total_seconds()), UTC)


def _holds(window_: Window, placed: Placed) -> bool:
    return window_.start <= placed.start <= _last_start(window_, placed)


def _last_start(window_: Window, placed: Placed) -> datetime:
    """The last start of work in a window: one in which it has to be finished closes earlier."""
    close = close_of(window_).astimezone(UTC)
    return close if window_.finish_by is None else close - (placed.end - placed.start)
