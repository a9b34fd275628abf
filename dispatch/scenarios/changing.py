"""Changes laid over a day: plain data in, plain data out. What a change names and the day has not is found, each at its place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dispatch import policies, wire
from dispatch.errors import Code, Finding, InputError, pointer
from dispatch.wire.clock import shift_span
from dispatch.wire.findings import nearest
from dispatch.wire.places import AtSite, Site
from dispatch.wire.scenarios import Change, PolicyChanged, ShiftChanged, SkillAdded, TechnicianAbsent, TechnicianLike
from dispatch.wire.staff import Absence, AnyShift, Held, Shift, Technician
from dispatch.wire.whereabouts import places_of
from dispatch.wire.work import Job

Path = tuple[str | int, ...]
Span = tuple[datetime, datetime]

_ABOUT_PEOPLE = {"name", "customer", "address", "note"}
"""What a plan does not depend on."""

_WALL = {"date", "local_start", "local_end"}


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept beside the day: sites that nothing in it is at, and policies by name and number (None: the newest)."""

    sites: Mapping[str, Site] = field(default_factory=dict)
    policies: Mapping[tuple[str, int | None], wire.Policy] = field(default_factory=dict)


@dataclass(slots=True)
class _Changing:
    """A day while it is changed."""

    day: wire.Day
    known: Known
    technicians: dict[str, Technician]
    jobs: dict[str, Job]
    sites: dict[str, Site]
    policy: wire.Policy
    findings: list[Finding] = field(default_factory=list)
    origins: dict[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)
    """Of a technician or job that was touched: the pointer of the change, and whether that is a record of its own."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.day.timezone)

    def technician(self, name: str, path: Path) -> Technician | None:
        """A technician of the day; None, and a finding, if there is none."""
        found = self.technicians.get(name)
        if found is None:
            self.find(path, Code.UNKNOWN_REFERENCE, f"is no technician of the base{nearest(name, self.technicians)}", name)
        return found

    def put(self, technician: Technician, path: Path) -> None:
        self.technicians[technician.id] = technician
        _, own = self.origins.get(("technicians", technician.id), ("", False))
        if not own:
            self.origins["technicians", technician.id] = pointer(*path), False

    def find(self, path: Path, code: Code, message: str, value: str | int | None = None) -> None:
        self.findings.append(Finding(pointer(*path), code, message, value))


def changed(day: wire.Day, changes: Sequence[Change], known: Known | None = None) -> wire.Day:
    """A day with some changes, in their order; the day itself stays as it is.

    What was added stands behind what was there, without names and notes.

    Raises
    ------
    InputError : a change names what is not there, or the day would break a rule of days; pointers begin with `/changes`
    """
    state = _Changing(
        day,
        known or Known(),
        {each.id: each for each in day.technicians},
        {each.id: each for each in day.jobs},
        {each.id: each for each in day.sites},
        day.policy,
    )
    for row, change in enumerate(changes):
        what = _what(change, ("changes", row), state)
        if what is not None:
            _CHANGES[what](state, ("changes", row, what), getattr(change, what))
    if state.findings:
        raise InputError(state.findings)
    return day if not changes else _sound(state)


def what_of(change: Change) -> str:
    """Which change it is: the name of its field."""
    return next(iter(change.model_fields_set))


def gaps(span: Span, taken: Sequence[Span]) -> Iterator[Span]:
    """What is left of a span between others."""
    start, end = span
    for one, other in sorted(taken):
        if one > start:
            yield start, min(one, end)
        start = max(start, other)
        if start >= end:
            return
    yield start, end


def shifts_meant(technician: Technician, number: int | None) -> range:
    """Which shifts of a technician a change is about: one, or all of them."""
    return range(len(technician.shifts)) if number is None else range(number, number + 1)


def _what(change: Change, path: Path, state: _Changing) -> str | None:
    given = change.model_fields_set
    if len(given) == 1:
        return what_of(change)
    if given:
        state.find(path, Code.CONFLICT, f"says more than one thing: {', '.join(sorted(given))}")
    else:
        state.find(path, Code.REQUIRED, f"must have one of {', '.join(_CHANGES)}")
    return None


# ---------------------------------------------------------------- technicians


def _absent(state: _Changing, path: Path, change: TechnicianAbsent) -> None:
    technician = state.technician(change.technician, (*path, "technician"))
    if technician is None:
        return
    start, end = absence_of(change, state.day, technician)
    if end <= start:
        state.find((*path, "end"), Code.WINDOW_INVERTED, "is not after the start of the absence", end.isoformat())
        return
    shifts = tuple(_without(shift, (start, end), state.zone) for shift in technician.shifts)
    state.put(technician.model_copy(update={"shifts": shifts}), path)


def absence_of(change: TechnicianAbsent, day: wire.Day, technician: Technician) -> Span:
    """From when until when a technician is absent: by default from the start of the horizon until their last shift is over."""
    zone = ZoneInfo(day.timezone)
    over = max((_latest(shift, zone) for shift in technician.shifts), default=day.horizon.end)
    return change.start or day.horizon.start, change.end or max(day.horizon.end, over)


def _latest(shift: AnyShift, zone: ZoneInfo) -> datetime:
    return shift_span(shift, zone).end + timedelta(minutes=shift.overtime_limit_min)


def _without(shift: AnyShift, span: Span, zone: ZoneInfo) -> AnyShift:
    """A shift with an absence, as far as it touches it and there is none yet."""
    if span[0] >= _latest(shift, zone) or span[1] <= shift_span(shift, zone).start:
        return shift
    taken = [(each.start, each.end) for each in shift.absences]
    more = tuple(Absence(start=start, end=end) for start, end in gaps(span, taken))
    return shift.model_copy(update={"absences": (*shift.absences, *more)}) if more else shift


def _added(state: _Changing, path: Path, technician: Technician) -> None:
    if _is_new(state, "technicians", state.technicians, technician.id, (*path, "id")):
        state.technicians[technician.id] = nameless(technician)
        state.origins["technicians", technician.id] = pointer(*path), True


def _like(state: _Changing, path: Path, change: TechnicianLike) -> None:
    other = state.technician(change.like, (*path, "like"))
    if other is not None and _is_new(state, "technicians", state.technicians, change.id, (*path, "id")):
        shifts = tuple(shift.model_copy(update={"absences": ()}) for shift in other.shifts)
        state.put(nameless(other.model_copy(update={"id": change.id, "shifts": shifts})), path)


def _skill(state: _Changing, path: Path, change: SkillAdded) -> None:
    technician = state.technician(change.technician, (*path, "technician"))
    if technician is not None:
        skills = {**technician.skills, change.skill: held_of(change)}
        state.put(technician.model_copy(update={"skills": skills}), path)


def held_of(change: SkillAdded) -> Held:
    """How well a technician then holds the skill."""
    return Held(level=change.level) if change.until is None else Held(level=change.level, until=change.until)


def _shift(state: _Changing, path: Path, change: ShiftChanged) -> None:
    technician = state.technician(change.technician, (*path, "technician"))
    if technician is None:
        return
    if change.shift is not None and change.shift >= len(technician.shifts):
        state.find((*path, "shift"), Code.UNKNOWN_REFERENCE, "is no shift of theirs", change.shift)
        return
    meant = shifts_meant(technician, change.shift)
    shifts = [moved(each, change, state.zone) if n in meant else each for n, each in enumerate(technician.shifts)]
    state.put(technician.model_copy(update={"shifts": tuple(shifts)}), path)


def moved(shift: AnyShift, change: ShiftChanged, zone: ZoneInfo) -> Shift:
    """A shift that begins and ends at other instants."""
    span = shift_span(shift, zone)
    raw: dict[str, Any] = {name: getattr(shift, name) for name in shift.model_fields_set - _WALL}
    raw["start"] = span.start + timedelta(minutes=change.start_min)
    raw["end"] = span.end + timedelta(minutes=change.end_min)
    return Shift.model_validate(raw)


# ---------------------------------------------------------------- jobs, prices


def _jobs_added(state: _Changing, path: Path, jobs: Sequence[Job]) -> None:
    for row, job in enumerate(jobs):
        if job.fact is not None:
            state.find((*path, row, "fact"), Code.CONFLICT, "cannot be asked about: what has happened is reported by technicians")
        elif _is_new(state, "jobs", state.jobs, job.id, (*path, row, "id")):
            state.jobs[job.id] = nameless(job)
            state.origins["jobs", job.id] = pointer(*path, row), True


def _jobs_dropped(state: _Changing, path: Path, names: Sequence[str]) -> None:
    for row, name in enumerate(names):
        job = state.jobs.get(name)
        if job is None:
            state.find((*path, row), Code.UNKNOWN_REFERENCE, f"is no job of the base{nearest(name, state.jobs)}", name)
        elif job.fact is not None:
            state.find((*path, row), Code.UNDER_WAY, "has begun: it cannot be dropped any more", name)
        else:
            del state.jobs[name]


def _policy(state: _Changing, path: Path, change: PolicyChanged) -> None:
    if change.policy is not None:
        found = state.known.policies.get((change.policy.name, change.policy.number))
        if found is None:
            field, value = ("name", change.policy.name) if change.policy.number is None else ("number", change.policy.number)
            state.find((*path, "policy", field), Code.UNKNOWN_REFERENCE, "is no policy of the territory", value)
            return
        state.policy = found
    if change.overrides is not None:
        state.policy = policies.laid_over(state.policy, change.overrides)
    state.origins["policy", ""] = pointer(*path, "overrides"), True


_CHANGES: Mapping[str, Callable[[_Changing, Path, Any], None]] = {
    "technician_absent": _absent,
    "technician_added": _added,
    "technician_like": _like,
    "skill_added": _skill,
    "jobs_added": _jobs_added,
    "jobs_dropped": _jobs_dropped,
    "shift_changed": _shift,
    "policy_changed": _policy,
}
"""What each field of a change does."""


def _is_new(state: _Changing, section: str, there: Mapping[str, object], name: str, path: Path) -> bool:
    if name in there:
        state.find(path, Code.DUPLICATE_ID, f"is the id of one of the {section} already", name)
    return name not in there


def nameless(record: Any) -> Any:
    """A record without what is only for people."""
    return type(record).model_validate(record.model_dump(exclude_unset=True, exclude=_ABOUT_PEOPLE))


# ---------------------------------------------------------------- the whole


def _sound(state: _Changing) -> wire.Day:
    """The changed day, if it keeps the rules of days."""
    parts = {
        "technicians": tuple(state.technicians.values()),
        "jobs": tuple(state.jobs.values()),
        "policy": state.policy,
        "sites": (*state.day.sites, *_sites(state)),
    }
    given = {name: value for name, value in parts.items() if value != getattr(state.day, name)}
    made = state.day.model_copy(update=given)
    try:
        return wire.read_day(wire.write_line(made))
    except InputError as error:
        raise InputError(_at_home(state, finding) for finding in error.findings) from None


def _sites(state: _Changing) -> Iterator[Site]:
    """The sites that only what was added is at."""
    people, jobs = enumerate(state.technicians.values()), enumerate(state.jobs.values())
    named = {place.site for _, place in places_of((), people, jobs) if isinstance(place, AtSite)}
    stocks = {
        each.stock.site for technician in state.technicians.values() for each in (technician, *technician.shifts) if each.stock
    }
    for name in sorted((named | stocks) - state.sites.keys()):
        if name in state.known.sites:
            yield state.known.sites[name]


def _at_home(state: _Changing, finding: Finding) -> Finding:
    """A finding at the change that it comes from."""
    _, section, *steps = (*finding.pointer.split("/"), "")
    names = {"technicians": list(state.technicians), "jobs": list(state.jobs)}.get(section)
    row = int(steps[0]) if names and steps[0].isdigit() else None
    key = (section, names[row]) if names and row is not None else (section, "")
    where, own = state.origins.get(key, ("/changes", False))
    rest = steps[1:-1] if row is not None else steps[:-1]
    return replace(finding, pointer="/".join((where, *rest)) if own else where)
