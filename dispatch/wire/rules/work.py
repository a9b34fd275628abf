"""What a job, a pin and a price list need to make sense."""

from collections.abc import Iterator
from itertools import pairwise

from dispatch.errors import Code, Finding, pointer
from dispatch.wire.defaults import KINDS
from dispatch.wire.model import Estimate
from dispatch.wire.prices import Costs
from dispatch.wire.view import View
from dispatch.wire.work import Job

Path = tuple[str | int, ...]


def every_job_has_a_duration(view: View) -> Iterator[Finding]:
    """A job has a duration, of its own or of its kind."""
    for index, job in view.jobs:
        if job.duration_min is None and not _kind_has_duration(view, job):
            message = "is missing: neither the job nor its kind gives one"
            yield Finding(pointer("jobs", index, "duration_min"), Code.REQUIRED, message)


def pins_say_whose_shift_they_mean(view: View) -> Iterator[Finding]:
    """A pin of shift or order names the technician; a pin of order also the shift, if there are several; the shift exists."""
    shifts = {technician.id: len(technician.shifts) for _, technician in view.technicians}
    for index, job in view.jobs:
        pin = job.pin
        if pin is None:
            continue
        path = ("jobs", index, "pin")
        if pin.technician is None and (pin.shift is not None or pin.order is not None):
            yield Finding(pointer(*path, "technician"), Code.REQUIRED, "is missing: a pinned shift or order is a technician's")
        count = shifts.get(pin.technician or "")
        if count is not None and pin.shift is not None and pin.shift >= count:
            message = f"is no shift of technician {pin.technician}, who has {count}"
            yield Finding(pointer(*path, "shift"), Code.UNKNOWN_REFERENCE, message, pin.shift)
        if count is not None and count > 1 and pin.order is not None and pin.shift is None:
            yield Finding(pointer(*path, "shift"), Code.REQUIRED, f"is missing: technician {pin.technician} has {count} shifts")


def facts_end_in_a_shift_that_is_there(view: View) -> Iterator[Finding]:
    """What has happened ends after it starts, and was in one of the technician's shifts."""
    shifts = {technician.id: len(technician.shifts) for _, technician in view.technicians}
    for index, job in view.jobs:
        fact = job.fact
        if fact is None:
            continue
        if fact.end < fact.start:
            where, text = pointer("jobs", index, "fact", "end"), fact.end.isoformat(timespec="seconds")
            yield Finding(where, Code.WINDOW_INVERTED, "is before the start", text)
        count = shifts.get(fact.technician)
        if count is not None and fact.shift >= count:
            message = f"is no shift of technician {fact.technician}, who has {count}"
            yield Finding(pointer("jobs", index, "fact", "shift"), Code.UNKNOWN_REFERENCE, message, fact.shift)


def orders_are_pinned_once(view: View) -> Iterator[Finding]:
    """No two jobs are pinned to the same place in the order of a shift."""
    first: dict[tuple[str | None, int, int], int] = {}
    for index, job in view.jobs:
        if job.pin and job.pin.order is not None:
            key = (job.pin.technician, job.pin.shift or 0, job.pin.order)
            rival = first.setdefault(key, index)
            if rival != index:
                message = f"is also the pinned order of {pointer('jobs', rival)}"
                yield Finding(pointer("jobs", index, "pin", "order"), Code.PIN_CONFLICT, message, job.pin.order)


def tiers_ascend(view: View) -> Iterator[Finding]:
    """Overtime tiers come by ascending `after_min`."""
    for path, costs in _costs(view):
        for number, (one, other) in enumerate(pairwise(costs.overtime or ())):
            if other.after_min <= one.after_min:
                where = pointer(*path, "overtime", number + 1, "after_min")
                yield Finding(where, Code.CONFLICT, "is not more than that of the tier before", other.after_min)


def speeds_ascend(view: View) -> Iterator[Finding]:
    """Stretches of a drive come in order and do not get slower; the last one, and no other, has no end."""
    if view.travel:
        yield from _speeds_ascend(("travel",), view.travel)
        for name, mode in view.travel.modes.items():
            yield from _speeds_ascend(("travel", "modes", name), mode)


def _speeds_ascend(of: Path, estimate: Estimate) -> Iterator[Finding]:
    speeds = estimate.speeds
    for number, speed in enumerate(speeds or ()):
        path = (*of, "speeds", number)
        last = number == len(speeds or ()) - 1
        if last and speed.up_to_km is not None:
            yield Finding(pointer(*path, "up_to_km"), Code.CONFLICT, "stands in the last stretch, which has no end", speed.up_to_km)
        if not last and speed.up_to_km is None:
            yield Finding(pointer(*path, "up_to_km"), Code.REQUIRED, "is missing: only the last stretch has no end")
    for number, (one, other) in enumerate(pairwise(speeds or ())):
        path = (*of, "speeds", number + 1)
        if one.up_to_km is not None and other.up_to_km is not None and other.up_to_km <= one.up_to_km:
            yield Finding(pointer(*path, "up_to_km"), Code.CONFLICT, "is not more than that of the stretch before", other.up_to_km)
        if other.kmh < one.kmh:
            yield Finding(pointer(*path, "kmh"), Code.CONFLICT, "is slower than the stretch before", other.kmh)


def rush_hours_do_not_overlap(view: View) -> Iterator[Finding]:
    """Hours with a buffer of their own end after they begin, and do not overlap."""
    for name, mode in view.travel.modes.items() if view.travel else ():
        path = ("travel", "modes", name, "buffers", "hours")
        taken: dict[int, int] = {}
        for number, rush in enumerate(mode.buffers.hours):
            if rush.until_hour <= rush.from_hour:
                where = pointer(*path, number, "until_hour")
                yield Finding(where, Code.WINDOW_INVERTED, f"is not after from_hour, {rush.from_hour}", rush.until_hour)
            rivals = {taken.setdefault(hour, number) for hour in range(rush.from_hour, rush.until_hour)} - {number}
            if rivals:
                message = f"overlaps {pointer(*path, min(rivals))}"
                yield Finding(pointer(*path, number), Code.WINDOWS_OVERLAP, message, rush.from_hour)


def _kind_has_duration(view: View, job: Job) -> bool:
    """Whether the kind gives a duration; a kind that is unknown or cannot be read has a finding of its own."""
    if job.kind is None:
        return False
    own = view.kinds.get(job.kind)
    return job.kind in KINDS or own is None or own.duration_min is not None


def _costs(view: View) -> Iterator[tuple[Path, Costs]]:
    if view.policy and view.policy.costs:
        yield ("policy", "costs"), view.policy.costs
    for index, technician in view.technicians:
        if technician.costs:
            yield ("technicians", index, "costs"), technician.costs
        for number, shift in enumerate(technician.shifts):
            if shift.costs:
                yield ("technicians", index, "shifts", number, "costs"), shift.costs
