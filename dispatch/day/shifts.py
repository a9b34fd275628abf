"""From a technician's shift to the solver's: absences cut out, breaks in order, local times resolved."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import solver
from dispatch.day.areas import area_tags
from dispatch.day.desks import desk_tags
from dispatch.day.layers import costs_of, limits_of, stock_of
from dispatch.day.past import NOTHING_YET
from dispatch.day.past import Held as Happened
from dispatch.day.places import Atlas
from dispatch.day.setting import Setting, mode_of
from dispatch.day.together import day_of_shift
from dispatch.day.units import micro, per_metre, per_second, seconds
from dispatch.errors import Code, Finding, pointer
from dispatch.wire.clock import Odd, break_span, instant_of, shift_span
from dispatch.wire.prices import Costs
from dispatch.wire.staff import Absence, AnyShift, Held, Stock, Technician


@dataclass(frozen=True, slots=True)
class Roster:
    """The shifts that are planned.

    Attributes
    ----------
    shifts : what the solver plans
    numbers : of each, the row of its technician and its index among the technician's shifts in the day file
    warnings : what was taken in and is worth a look
    """

    shifts: tuple[solver.Shift, ...]
    numbers: tuple[tuple[int, int], ...]
    warnings: tuple[Finding, ...]

    def row(self, owner: int, number: int) -> int | None:
        """The row of the shift with this entry in `numbers`; None if it is not planned."""
        return next((row for row, each in enumerate(self.numbers) if each == (owner, number)), None)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The time of a shift that is left when absences are cut out, with where it starts and ends."""

    start: int
    end: int
    latest: int
    start_place: int
    end_place: int | None
    first_outside: bool
    last_outside: bool
    absences: tuple[tuple[int, int], ...] = ()  #: all of them, trimming or not: start, end
    breaks: tuple[solver.Break, ...] = ()
    now: int = NOTHING_YET
    free: int = NOTHING_YET  #: what is past and what goes on is over


def roster_of(technicians: Sequence[Technician], setting: Setting) -> Roster:
    """The shifts of all technicians, technician by technician, those that do not start in the horizon left out."""
    warnings: list[Finding] = []
    shifts: list[solver.Shift] = []
    numbers: list[tuple[int, int]] = []
    rows = {technician.id: row for row, technician in enumerate(technicians)}
    for row, technician in enumerate(technicians):
        if not technician.shifts:
            warnings.append(Finding(pointer("technicians", row, "shifts"), Code.NO_SHIFTS, "are none: the technician gets no job"))
        for number in range(len(technician.shifts)):
            planned = _shift(row, number, technician, setting, warnings)
            if planned is not None:
                crew = tuple(rows[name] for name in technician.shifts[number].crew)
                shifts.append(replace(planned, crew=crew, day=day_of_shift(planned.start, setting)))
                numbers.append((row, number))
    return Roster(tuple(shifts), tuple(numbers), tuple(warnings))


def technician_of(technician: Technician, setting: Setting) -> solver.Technician:
    """A technician without shifts."""
    skills = {name: solver.Skill(held.level, _last_instant(held, setting)) for name, held in technician.skills.items()}
    tags = frozenset(technician.tags) | area_tags(technician, setting.areas)
    return solver.Technician(technician.id, skills, tags, technician.pace_percent)


def _last_instant(held: Held, setting: Setting) -> int:
    """The last second of the last local day on which a skill is valid."""
    if held.until is None:
        return solver.FOREVER
    midnight = datetime.combine(held.until + timedelta(days=1), time())
    return setting.at(instant_of(midnight, setting.zone)) - 1


# ---------------------------------------------------------------- one shift


def _shift(row: int, number: int, technician: Technician, setting: Setting, warnings: list[Finding]) -> solver.Shift | None:
    shift = technician.shifts[number]
    path = ("technicians", row, "shifts", number)
    span = shift_span(shift, setting.zone)
    if not setting.horizon.start <= span.start < setting.horizon.end:
        message = "does not start within the horizon and is not planned"
        warnings.append(Finding(pointer(*path), Code.OUTSIDE_HORIZON, message, span.start.isoformat()))
        return None
    frame = _from_now_on(
        _frame(technician, number, setting), setting.past.shifts.get((technician.id, number), ()), setting.past.now
    )
    if frame is None:
        return None
    for absence in sorted(shift.absences, key=lambda absence: absence.start):
        cut = _without(frame, absence, setting)
        if cut is None:
            warnings.append(Finding(pointer(*path), Code.SHIFT_ABSENT, "is covered by an absence and not planned"))
            return None
        frame = cut
    warnings.extend(_oddities(path, span.odd, setting.zone))
    breaks = _breaks(path, shift, frame, setting, warnings)
    return _priced(row, technician, shift, replace(frame, breaks=breaks), setting)


def _frame(technician: Technician, number: int, setting: Setting) -> _Frame:
    """A shift as it is given; overtime ends where the technician's next shift starts."""
    shift = technician.shifts[number]
    span = shift_span(shift, setting.zone)
    start, end = setting.at(span.start), setting.at(span.end)
    starts = (setting.at(shift_span(other, setting.zone).start) for other in technician.shifts)
    following = min((other for other in starts if other >= end), default=solver.FOREVER)
    row = setting.atlas.row
    first = shift.start_place or technician.home
    return _Frame(
        start,
        end,
        min(end + seconds(shift.overtime_limit_min), following),
        row(first),
        row(first) if shift.desk else None if shift.end_place == "open" else row(shift.end_place or technician.home),
        shift.travel.first == "outside",
        shift.travel.last == "outside",
    )


def _from_now_on(frame: _Frame, facts: Sequence[Happened], now: int) -> _Frame | None:
    """What is left of a shift: all after now and after its facts, until when the technician waits; None if it is over."""
    if not facts:
        left = replace(
            frame, start=max(frame.start, now), now=now, free=now, first_outside=frame.first_outside and now <= frame.start
        )
        return left if left.start < frame.end else None
    last, free = facts[-1].end, max(facts[-1].end, now, frame.start)
    waits = (solver.Break(last, last, free - last),) if last < free < frame.latest else ()
    return replace(frame, start=min(frame.start, facts[0].start), now=now, free=free, breaks=waits)


def _without(frame: _Frame, absence: Absence, setting: Setting) -> _Frame | None:
    """What an absence leaves of a shift: nothing, a shorter shift, or one with a break.

    An absence with a place that trims the shift moves the technician: the route starts or ends there. So does one that is over, if
    the technician has done nothing since.
    """
    start, end = max(setting.at(absence.start), frame.free), setting.at(absence.end)
    place = None if absence.place is None else setting.atlas.row(absence.place)
    if end <= frame.start == frame.free and place is not None:
        return replace(frame, start_place=place, first_outside=False)
    if end <= max(frame.start, frame.free) or start >= frame.latest:
        return frame
    if start <= frame.start and end >= frame.end:
        return None
    frame = replace(frame, absences=(*frame.absences, (start, end)))
    if start <= frame.start:
        return replace(frame, start=end, start_place=frame.start_place if place is None else place, first_outside=False)
    if end >= frame.end:
        there = frame.end_place if place is None else place
        return replace(frame, end=min(start, frame.end), latest=start, end_place=there, last_outside=False)
    return replace(frame, breaks=(*frame.breaks, solver.Break(start, start, end - start, place)))


def _breaks(
    path: tuple[str | int, ...], shift: AnyShift, frame: _Frame, setting: Setting, warnings: list[Finding]
) -> tuple[solver.Break, ...]:
    """The breaks and inner absences of a shift, in order; one that only fits into an absence, or into the past, is held there."""
    start = shift_span(shift, setting.zone).start
    held = list(frame.breaks)
    for number, pause in enumerate(shift.breaks):
        span = break_span(pause, start, setting.zone)
        where = (*path, "breaks", number)
        warnings.extend(_oddities(where, span.odd, setting.zone))
        place = None if pause.place is None else setting.atlas.row(pause.place)
        if setting.at(span.end) < frame.now:
            continue
        opens, closes = (max(setting.at(each), frame.free) for each in (span.start, span.end))
        wanted = solver.Break(opens, closes, seconds(pause.duration_min), place)
        around = _around(wanted, (*frame.absences, (frame.latest, solver.FOREVER)))
        if around is None:
            warnings.append(Finding(pointer(*where), Code.BREAK_ABSENT, "can only be held in an absence and is not planned"))
        else:
            held.append(around)
    return tuple(sorted(held, key=lambda pause: pause.open))


def _around(pause: solver.Break, absences: Iterable[tuple[int, int]]) -> solver.Break | None:
    """A break that keeps clear of absences: before or after, wherever its window leaves more room."""
    for start, end in absences:
        if pause.open < end and start < pause.close + pause.duration:
            close, later = min(pause.close, start - pause.duration), max(pause.open, end)
            before, after = close - pause.open, pause.close - later
            if max(before, after) < 0:
                return None
            pause = replace(pause, close=close) if before >= after else replace(pause, open=later)
    return pause


def _oddities(path: tuple[str | int, ...], odd: Iterable[Odd], zone: ZoneInfo) -> Iterator[Finding]:
    for each in odd:
        taken = each.instant.astimezone(zone).isoformat(timespec="seconds")
        verb = "does not exist" if each.code is Code.NONEXISTENT_TIME else "exists twice"
        yield Finding(pointer(*path, each.field), each.code, f"{verb} on the day the clocks change; taken for {taken}", taken)


# ---------------------------------------------------------------- its prices and equipment


def _priced(row: int, technician: Technician, shift: AnyShift, frame: _Frame, setting: Setting) -> solver.Shift:
    costs = costs_of(setting.policy, technician, shift)
    limits = limits_of(technician, shift)
    stock = stock_of(technician, shift)
    return solver.Shift(
        technician=row,
        start=frame.start,
        end=frame.end,
        start_place=frame.start_place,
        end_place=frame.end_place,
        hard_end=frame.latest,
        first_drive_outside=frame.first_outside,
        last_drive_outside=frame.last_outside,
        overtime=_tiers(costs),
        breaks=frame.breaks,
        max_jobs=limits.jobs,
        max_leg=solver.UNREACHABLE - 1 if limits.leg_min is None else seconds(limits.leg_min),
        max_travel=None if limits.travel_min is None else seconds(limits.travel_min),
        max_duration=None if limits.duration_min is None else seconds(limits.duration_min),
        price_use=micro(costs.per_use or 0),
        price_second=per_second(costs.per_hour or 0),
        price_metre=per_metre(costs.per_km or 0),
        price_job=micro(costs.per_job or 0),
        paid_whole=costs.paid == "shift",
        parts=(technician.parts if shift.parts is None else shift.parts) or {},
        tools=frozenset((technician.tools if shift.tools is None else shift.tools) or ()),
        stock=None if stock is None else _stock(stock, setting.atlas),
        tags=desk_tags(setting.atlas.row(shift.start_place or technician.home), desk=shift.desk, among_desks=setting.desks),
        mode=setting.modes.index(mode_of(technician, shift)),
    )


def _tiers(costs: Costs) -> tuple[solver.Tier, ...]:
    return tuple(solver.Tier(seconds(tier.after_min), per_second(tier.per_hour)) for tier in costs.overtime or ())


def _stock(stock: Stock, atlas: Atlas) -> solver.Stock:
    return solver.Stock(atlas.rows[atlas.sites[stock.site]], seconds(stock.duration_min), stock.visits, stock.refill)
