"""What begins ends, after it began, and does not run into the next."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from dispatch.errors import Code, Finding, pointer
from dispatch.wire.clock import Span, break_span, shift_span
from dispatch.wire.fields import LONGEST_HORIZON_DAYS
from dispatch.wire.staff import AnyShift, Break, Shift
from dispatch.wire.view import View
from dispatch.wire.work import Window

Path = tuple[str | int, ...]


# ---------------------------------------------------------------- horizon and jobs


def horizon_is_not_inverted_nor_too_long(view: View) -> Iterator[Finding]:
    """The horizon ends after it starts, and within 14 days."""
    if view.horizon is None:
        return
    start, end = view.horizon.start, view.horizon.end
    if end <= start:
        yield _inverted(("horizon", "end"), "ends before it starts, or then", end)
    elif end - start > timedelta(days=LONGEST_HORIZON_DAYS, hours=1):  # clocks set back make 14 days an hour longer
        yield Finding("/horizon/end", Code.LIMIT_EXCEEDED, f"is more than {LONGEST_HORIZON_DAYS} days after the start", _text(end))


def windows_have_one_end_after_their_start(view: View) -> Iterator[Finding]:
    """A window has either `end` or `finish_by`, and it is not before `start`."""
    for path, window in _windows(view):
        end = close_of(window)
        if window.end is None and window.finish_by is None:
            yield Finding(pointer(*path, "end"), Code.REQUIRED, "is missing: a window needs end or finish_by")
        elif window.end is not None and window.finish_by is not None:
            yield Finding(pointer(*path, "finish_by"), Code.CONFLICT, "stands beside end: one of the two", _text(window.finish_by))
        elif end < window.start:
            yield _inverted((*path, "finish_by" if window.end is None else "end"), "is before the start of the window", end)


def windows_of_a_job_do_not_overlap(view: View) -> Iterator[Finding]:
    """Windows of a job do not overlap; touching ones are fine, unless only one of them has `finish_by`."""
    for index, job in view.jobs:
        ordered = sorted(enumerate(job.windows), key=lambda item: (item[1].start, close_of(item[1])))
        for (first, one), (second, other) in pairwise(ordered):
            if other.start < close_of(one) or (other.start == close_of(one) and one.finish_by and not other.finish_by):
                path = pointer("jobs", index, "windows", second)
                yield Finding(path, Code.WINDOWS_OVERLAP, f"overlaps {pointer('jobs', index, 'windows', first)}")


def told_and_preferred_windows_end_after_they_start(view: View) -> Iterator[Finding]:
    """A promise, or a preferred window, does not end before it starts."""
    for index, job in view.jobs:
        if job.promise and job.promise.end < job.promise.start:
            yield _inverted(("jobs", index, "promise", "end"), "is before the start", job.promise.end)
        for number, window in enumerate(job.preferred_windows):
            if window.end < window.start:
                yield _inverted(("jobs", index, "preferred_windows", number, "end"), "is before the start", window.end)


def jobs_are_released_before_they_are_due(view: View) -> Iterator[Finding]:
    """A job is not due before it is released."""
    for index, job in view.jobs:
        if job.release is not None and job.due is not None and job.due < job.release:
            yield _inverted(("jobs", index, "due"), "is before the release", job.due)


def close_of(window: Window) -> datetime:
    """The end of a window, whichever way it is given."""
    return window.end or window.finish_by or window.start


def _windows(view: View) -> Iterator[tuple[Path, Window]]:
    for index, job in view.jobs:
        for number, window in enumerate(job.windows):
            yield ("jobs", index, "windows", number), window


# ---------------------------------------------------------------- shifts


def shifts_end_after_they_start(view: View) -> Iterator[Finding]:
    """A shift ends after it starts."""
    for path, shift, span, _ in _shifts(view):
        if span.end <= span.start:
            field = "end" if isinstance(shift, Shift) else "local_end"
            yield _inverted((*path, field), "is not after the start of the shift", span.end)


def shifts_of_a_technician_do_not_overlap(view: View) -> Iterator[Finding]:
    """Shifts of one technician do not overlap."""
    if view.zone is None:
        return
    for index, technician in view.technicians:
        spans = [(shift_span(shift, view.zone), number) for number, shift in enumerate(technician.shifts)]
        spans.sort(key=lambda item: (item[0].start, item[0].end))
        for (one, first), (other, second) in pairwise(spans):
            if other.start < one.end:
                path = pointer("technicians", index, "shifts", second)
                yield Finding(path, Code.WINDOWS_OVERLAP, f"overlaps {pointer('technicians', index, 'shifts', first)}")


def breaks_lie_in_their_shift(view: View) -> Iterator[Finding]:
    """A break can start at any time of its window and end within the shift, overtime included."""
    for path, shift, span, zone in _shifts(view):
        latest = span.end + timedelta(minutes=shift.overtime_limit_min)
        for number, pause in enumerate(shift.breaks):
            held = break_span(pause, span.start, zone)
            if held.end < held.start:
                field = "end" if isinstance(pause, Break) else "local_end"
                yield _inverted((*path, "breaks", number, field), "is before the start of the break", held.end)
            elif span.end > span.start and not span.start <= held.start <= _over(held, pause.duration_min) <= latest:
                yield Finding(pointer(*path, "breaks", number), Code.OUTSIDE_SHIFT, "does not lie in its shift")


def breaks_do_not_overlap(view: View) -> Iterator[Finding]:
    """From the earliest start of a break to its latest end there is no other break of the shift."""
    for path, shift, span, zone in _shifts(view):
        held = [(break_span(pause, span.start, zone), n, pause.duration_min) for n, pause in enumerate(shift.breaks)]
        held.sort(key=lambda item: (item[0].start, item[0].end))
        for (one, first, lasts), (other, second, _) in pairwise(held):
            if other.start < _over(one, lasts):
                where, rival = pointer(*path, "breaks", second), pointer(*path, "breaks", first)
                yield Finding(where, Code.WINDOWS_OVERLAP, f"overlaps {rival}, held at its latest")


def absences_end_after_they_start(view: View) -> Iterator[Finding]:
    """An absence ends after it starts, and does not overlap another one of the shift."""
    for path, shift, _, _ in _shifts(view):
        for number, absence in enumerate(shift.absences):
            if absence.end <= absence.start:
                yield _inverted((*path, "absences", number, "end"), "is not after the start of the absence", absence.end)
        ordered = sorted(enumerate(shift.absences), key=lambda item: (item[1].start, item[1].end))
        for (first, one), (second, other) in pairwise(ordered):
            if other.start < one.end:
                where, rival = pointer(*path, "absences", second), pointer(*path, "absences", first)
                yield Finding(where, Code.WINDOWS_OVERLAP, f"overlaps {rival}")


def _shifts(view: View) -> Iterator[tuple[Path, AnyShift, Span, ZoneInfo]]:
    """Every shift with its span and the zone of the day; none if the zone is not known."""
    if view.zone is not None:
        for index, technician in view.technicians:
            for number, shift in enumerate(technician.shifts):
                yield ("technicians", index, "shifts", number), shift, shift_span(shift, view.zone), view.zone


def _over(held: Span, minutes: float) -> datetime:
    return held.end + timedelta(minutes=minutes)


def _inverted(path: Path, message: str, end: datetime) -> Finding:
    return Finding(pointer(*path), Code.WINDOW_INVERTED, message, _text(end))


def _text(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")
