"""What a job had better keep, in the solver's words: the window that was told, preferred windows, slack before it is due."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import solver
from dispatch.day.setting import Setting
from dispatch.day.units import micro, per_second, per_second_of_minute, seconds
from dispatch.errors import Code, Finding, pointer
from dispatch.wire.model import Day
from dispatch.wire.prices import Policy
from dispatch.wire.work import Job, Work


def wishing(job: solver.Job, asked: Job, work: Work, setting: Setting) -> solver.Job:
    """The job with what it had better keep.

    Who would be a little earlier than told waits: what is before the told window, by no more than that, is no time to start. Unless
    somebody has pinned it there.
    """
    policy = setting.policy
    promise = _promise(asked, setting)
    slack = seconds(_or(work.slack_min, policy.slack_min)) if asked.due else 0
    windows = job.windows
    if promise and not (job.pin and job.pin.start is not None):
        windows = tuple(_but_for(windows, promise.open - seconds(policy.promise_wait_min or 0), promise.open))
    return replace(
        job,
        windows=windows,
        promise=promise,
        preferred_windows=tuple(_preferred(asked, setting)),
        slack=slack,
        slack_rate=per_second(_or(work.slack_per_hour, policy.slack_per_hour)) if slack else 0,
    )


def promises_that_are_past(day: Day) -> Iterator[Finding]:
    """Warnings: a customer was told a window that is over, and the job is still to be done."""
    for row, job in enumerate(day.jobs):
        if job.promise is not None and job.fact is None and day.now is not None and job.promise.end < day.now:
            message = "is over, and the job has not begun: it cannot be kept any more"
            until = job.promise.end.isoformat(timespec="seconds")
            yield Finding(pointer("jobs", row, "promise", "end"), Code.PROMISE_PAST, message, until)


def in_force(job: solver.Job, technician: str, start: int, policy: Policy) -> solver.Current:
    """Where a job is in the plan in force, with the prices of changing that; of what has happened there is nothing to change."""
    return solver.Current(
        technician,
        start,
        other=micro(policy.change_technician or 0),
        tolerance=seconds(policy.move_tolerance_min or 0),
        rate=per_second_of_minute(policy.move_per_minute or 0),
        dropped=0 if job.mandatory else micro(policy.drop or 0),
    )


def _promise(job: Job, setting: Setting) -> solver.Promise | None:
    told, policy = job.promise, setting.policy
    if told is None or job.fact is not None:
        return None
    percent = (policy.promise_reminded_percent or 100) if told.reminded else 100
    return solver.Promise(
        setting.at(told.start),
        setting.at(told.end),
        micro(_or(told.fixed, policy.promise_fixed)) * percent // 100,
        per_second_of_minute(_or(told.per_minute, policy.promise_per_minute)) * percent // 100,
    )


def _preferred(job: Job, setting: Setting) -> Iterator[solver.Preference]:
    for window in () if job.fact else job.preferred_windows:
        prices = (_or(each, setting.policy.preferred_per_minute) for each in (window.early_per_minute, window.late_per_minute))
        yield solver.Preference(setting.at(window.start), setting.at(window.end), *map(per_second_of_minute, prices))


def _but_for(windows: Sequence[solver.Window], start: int, end: int) -> Iterable[solver.Window]:
    """Windows without the time from `start` to a second before `end`, where service may start at `end` and need not finish."""
    for window in windows or (solver.Window(-solver.FOREVER, solver.FOREVER),):
        if window.finish or start >= end or not window.open < end <= window.close:
            yield window
            continue
        if window.open < start:
            yield replace(window, close=start - 1)
        yield replace(window, open=end)


def _or(own: float | None, default: float | None) -> float:
    return (default or 0) if own is None else own
