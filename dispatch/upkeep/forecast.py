"""What is due in the months ahead: jobs that are made already, and what will be, if everything is done when it is due."""

from collections import Counter as Tally
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.access import Act
from dispatch.errors import NotFound
from dispatch.records import KINDS, find
from dispatch.store.tables import JobState, Territory
from dispatch.upkeep.dues import Due, dues, end_of, later
from dispatch.upkeep.making import Kept, kept_in
from dispatch.wire.defaults import KINDS as BUILT_IN
from dispatch.wire.upkeep import Expected, Forecast, ForecastQuery, Interval, Month
from dispatch.wire.work import Kind

MOST = 5_000
"""So many are listed one by one."""

_SECOND = timedelta(seconds=1)


def forecast(act: Act, territory: str, asked: ForecastQuery) -> Forecast:
    """What is due in the months ahead, what is overdue included. Raises `NotFound`."""
    place = act.territory(territory)
    if asked.upkeep is not None and find(act, KINDS["upkeeps"], territory, asked.upkeep).retired_at is not None:
        raise NotFound("upkeep", asked.upkeep)
    zone = ZoneInfo(place.timezone)
    until = later(act.now.astimezone(zone).date(), Interval(count=asked.months, unit="months"))
    found: list[Expected] = []
    jobs, minutes = Tally[str](), Tally[str]()
    for kept in kept_in(act, territory, asked.upkeep):
        lasts = _minutes(place, kept)
        for each in _expected(kept, act.now, zone, until):
            found.append(each)
            jobs[f"{each.due:%Y-%m}"] += 1
            minutes[f"{each.due:%Y-%m}"] += lasts
    found.sort(key=lambda each: (each.due, each.upkeep))
    months = [Month(month=month, jobs=count, hours=round(minutes[month] / 60, 2)) for month, count in sorted(jobs.items())]
    return Forecast(items=tuple(found[:MOST]), more=max(len(found) - MOST, 0), months=tuple(months))


def _expected(kept: Kept, now: datetime, zone: ZoneInfo, until: date) -> Iterator[Expected]:
    today = now.astimezone(zone).date()
    still = [each.row for each in kept.made if each.state is JobState.OPEN]
    yield from (_said(kept, Due(row.due, row.count), row.job_id) for row in still if row.due < until)
    history = kept.history
    if still:  # it will have been done when it is due, or today
        done = end_of(max(today, *(row.due for row in still)), zone) - _SECOND
        history = replace(history, done=done if history.done is None else max(done, history.done))
    for due in dues(kept.record, history, kept.counter, now, zone):
        if due.day >= until:
            return
        yield _said(kept, due, None)


def _said(kept: Kept, due: Due, job: str | None) -> Expected:
    known: dict[str, Any] = {"name": kept.record.name, "count": None if due.count is None else round(due.count, 3), "job": job}
    return Expected(upkeep=kept.row.id, due=due.day, **{name: value for name, value in known.items() if value is not None})


def _minutes(territory: Territory, kept: Kept) -> int:
    """How long a visit takes: as the upkeep says, or its kind."""
    own, built_in = Kind.model_validate(territory.kinds.get(kept.record.kind, {})), BUILT_IN.get(kept.record.kind)
    layers = (kept.record, own, *((built_in,) if built_in else ()))
    return round(next((layer.duration_min for layer in layers if layer.duration_min is not None), 0))
