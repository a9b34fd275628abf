"""From a job of the day file to the solver's: kinds and policy filled in, windows in order, pins as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import solver
from dispatch.day.areas import area_prices, tags_wanted
from dispatch.day.desks import desk_tags
from dispatch.day.layers import work_layers, work_of
from dispatch.day.past import NOTHING_YET, Past
from dispatch.day.setting import Setting
from dispatch.day.shifts import Roster
from dispatch.day.units import micro, per_second, seconds
from dispatch.day.wishes import wishing
from dispatch.wire.defaults import PRIORITY
from dispatch.wire.model import Day
from dispatch.wire.places import AtSite
from dispatch.wire.prices import Policy
from dispatch.wire.rules.times import close_of
from dispatch.wire.work import Fact, Job, Pin, Window, Work

_SECOND = timedelta(seconds=1)


def jobs_of(day: Day, setting: Setting, roster: Roster) -> tuple[solver.Job, ...]:
    """The jobs of a day, in their order."""
    rows = _technician_rows(day)
    planned = (_job(day, job, setting, roster, rows) for job in day.jobs)
    return tuple(
        each
        if job.fact is None
        else _served(day, row, job.fact, each, setting, roster.row(rows[job.fact.technician], job.fact.shift))
        for row, (job, each) in enumerate(zip(day.jobs, planned, strict=True))
    )


def job_of(day: Day, job: Job, setting: Setting, roster: Roster) -> solver.Job:
    """One job of a day."""
    return _job(day, job, setting, roster, _technician_rows(day))


def _technician_rows(day: Day) -> Mapping[str, int]:
    return {technician.id: row for row, technician in enumerate(day.technicians)}


def _job(day: Day, job: Job, setting: Setting, roster: Roster, rows: Mapping[str, int]) -> solver.Job:
    work, policy = work_of(day, job), setting.policy
    who = _who(job, setting, roster, rows)
    place = setting.atlas.row(job.location or AtSite.model_construct(site=job.site))
    at_desk = desk_tags(place, desk=bool(work.desk), among_desks=setting.desks)
    planned = solver.Job(
        id=job.id,
        place=place,
        duration=seconds(work.duration_min or 0),
        setup=seconds(work.setup_min or 0),
        windows=_to_come(windows_of(job.windows, setting), setting.past),
        due=solver.FOREVER if job.due is None else setting.at(job.due),
        late_fixed=micro(_or(work.late_fixed, policy.late_fixed)) if job.due else 0,
        late_rate=per_second(_or(work.late_per_hour, policy.late_per_hour)) if job.due else 0,
        release=0 if job.release is None else setting.at(job.release),
        urgency=per_second(_or(work.urgency_per_hour, policy.urgency_per_hour)),
        unserved=None if work.mandatory else _nearly(_price_unserved(work_layers(day, job), policy), day, job, work.early_percent),
        skills=work.skills or {},
        paces=work.level_paces or policy.level_paces or (100,),
        overqualified=micro(_or(work.overqualified_per_level, policy.overqualified_per_level)),
        tags=frozenset(work.tags or ()) | tags_wanted(work.area, policy) | at_desk,
        wishes={name: micro(_or(price, policy.wish_missed)) for name, price in (work.wishes or {}).items()}
        | area_prices(work.area, policy),
        required=who.required,
        excluded=who.excluded,
        preferred=tuple(dict.fromkeys(job.technicians.preferred)),
        preference=micro(policy.preference_per_rank or 0) if job.technicians.preferred else 0,
        parts=work.parts or {},
        tools=frozenset(work.tools or ()),
        pin=who.pin,
    )
    return wishing(planned, job, work, setting)


def _served(day: Day, row: int, fact: Fact, job: solver.Job, setting: Setting, shift: int | None) -> solver.Job:
    """A job that was served, or is being: it takes as long as it took, and asks for nothing but its parts.

    If its shift is not planned, nobody may serve it.
    """
    held = setting.past.of(row, (fact.technician, fact.shift))
    pace = next(each.pace_percent for each in day.technicians if each.id == fact.technician)
    nobody = frozenset({fact.technician}) if shift is None else frozenset[str]()
    return replace(
        job,
        duration=(held.end - held.start) * 100 // pace,
        setup=0,
        windows=(),
        skills={},
        paces=(100,),
        tags=frozenset(),
        tools=frozenset(),
        required=nobody,
        excluded=nobody,
        pin=solver.Pin(shift, held.start),
    )


def _or(own: float | None, default: float | None) -> float:
    return (default or 0) if own is None else own


def _price_unserved(layers: Sequence[Work], policy: Policy) -> int:
    """The price of the first layer that has a value or a priority."""
    prices = {int(priority): price for priority, price in (policy.priority_prices or {}).items()}
    for layer in layers:
        if layer.value is not None:
            return micro(layer.value)
        if layer.priority is not None:
            return micro(prices[layer.priority])
    return micro(prices[PRIORITY])


def _nearly(price: int, day: Day, job: Job, early_percent: int | None) -> int:
    """The price of leaving a job out at the end of the horizon: it rises evenly from a share at its release to all when it is due.

    Rounded up, so that nothing becomes worthless.
    """
    if early_percent is None or job.due is None or job.due <= day.horizon.end:
        return price
    release = job.release or day.horizon.start
    passed, span = max((day.horizon.end - release) // _SECOND, 0), (job.due - release) // _SECOND
    return -(-price * (early_percent * span + (100 - early_percent) * passed) // (100 * span)) if passed < span else price


# ---------------------------------------------------------------- windows


def windows_of(windows: Sequence[Window], setting: Setting) -> tuple[solver.Window, ...]:
    """The windows in order, touching ones as one; where only the later one has `finish_by`, it opens a second after the other."""
    merged: list[solver.Window] = []
    for window in sorted((_window(window, setting) for window in windows), key=lambda window: (window.open, window.close)):
        last = merged[-1] if merged and window.open <= merged[-1].close else None
        if last is None:
            merged.append(window)
        elif last.finish == window.finish:
            merged[-1] = replace(last, close=max(last.close, window.close))
        elif window.close > last.close:
            merged.append(replace(window, open=last.close + 1))
    return tuple(merged)


def _to_come(windows: Sequence[solver.Window], past: Past) -> tuple[solver.Window, ...]:
    """What is left of windows; the windows themselves if nothing is."""
    if past.now == NOTHING_YET:
        return tuple(windows)
    if not windows:
        return (solver.Window(past.now, solver.FOREVER),)
    left = tuple(replace(window, open=max(window.open, past.now)) for window in windows if window.close >= past.now)
    return left or tuple(windows)


def _window(window: Window, setting: Setting) -> solver.Window:
    return solver.Window(setting.at(window.start), setting.at(close_of(window)), window.finish_by is not None)


# ---------------------------------------------------------------- technicians and pins


class _Who(NamedTuple):
    required: frozenset[str]
    excluded: frozenset[str]
    pin: solver.Pin | None


def _who(job: Job, setting: Setting, roster: Roster, rows: Mapping[str, int]) -> _Who:
    """Required and excluded technicians, and the pin.

    A pinned technician with several shifts is required instead. If that contradicts the job's own wishes, or the pinned shift is
    not planned, nobody may serve it: the job comes back as `pin_conflict`, and the plan warns.
    """
    required, excluded, pin = frozenset(job.technicians.required), frozenset(job.technicians.excluded), job.pin
    if _is_over(job, setting):
        excluded |= setting.past.technicians
    if pin is None:
        return _Who(required, excluded, None)
    start = None if pin.start is None else setting.at(pin.start)
    if pin.technician is None:
        return _Who(required, excluded, solver.Pin(start=start))
    shift = _pinned_shift(pin, start, roster, rows[pin.technician])
    if shift is not None:
        return _Who(required, excluded, solver.Pin(shift, start, pin.order))
    if pin.shift is not None or (required and pin.technician not in required):
        excluded |= {pin.technician}
    return _Who(frozenset({pin.technician}), excluded, solver.Pin(start=start))


def _is_over(job: Job, setting: Setting) -> bool:
    """Whether all windows of a job are past: then not even a gap between what has happened will do."""
    return bool(job.windows) and all(setting.at(close_of(window)) < setting.past.now for window in job.windows)


def _pinned_shift(pin: Pin, start: int | None, roster: Roster, technician: int) -> int | None:
    """The row of the only shift a pin can mean; None if there are several or none."""
    rows = [row for row, (owner, number) in enumerate(roster.numbers) if owner == technician and pin.shift in {None, number}]
    if len(rows) > 1 and start is not None:
        rows = [row for row in rows if roster.shifts[row].start <= start < roster.shifts[row].latest]
    return rows[0] if len(rows) == 1 else None
