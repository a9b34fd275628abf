"""A what-if made real: its changes become records, and a run of the live records begins with its plan.

Everything happens in one transaction: a change that cannot be made real any more leaves everything as it was.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from dispatch import policies, records, runs, wire
from dispatch.access import Act
from dispatch.errors import Code, Conflict, Finding, InputError, NotFound, pointer
from dispatch.records import KINDS, Named, records_of
from dispatch.scenarios.asking import held
from dispatch.scenarios.changing import absence_of, gaps, held_of, moved, shifts_meant, what_of
from dispatch.store.tables import Absence, Run, RunState, Scenario, ScenarioState, Shift
from dispatch.wire.clock import shift_span
from dispatch.wire.fields import Record
from dispatch.wire.keeping import Changed
from dispatch.wire.scenarios import (
    Adoption,
    Change,
    NewScenario,
    PolicyChanged,
    ShiftChanged,
    SkillAdded,
    TechnicianAbsent,
    TechnicianLike,
)
from dispatch.wire.staff import Technician
from dispatch.wire.work import Job

_AROUND = timedelta(days=1)


@dataclass(slots=True)
class _Adopting:
    """A what-if while it is made real."""

    act: Act
    row: Scenario
    day: wire.Day
    changed: wire.Day
    shifts: Mapping[tuple[str, datetime], str]  #: the ids of the live shifts, by whose they are and when they start
    done: list[Changed] = field(default_factory=list)
    new: set[str] = field(default_factory=set)  #: technicians that this has added: with all that was changed about them
    policy: wire.PolicyChoice | None = None
    overrides: wire.Policy | None = None

    def create(self, kind: str, record: Record) -> None:
        made = records.create(self.act, KINDS[kind], self.row.territory_id, record)
        self.done.append(Changed(kind=kind, id=made.id, change="added"))

    def change(self, kind: str, name: str, given: Mapping[str, Any]) -> None:
        row = records.find(self.act, KINDS[kind], self.row.territory_id, name)
        records.change(self.act, KINDS[kind], self.row.territory_id, name, row.version, given)
        self.done.append(Changed(kind=kind, id=name, change="changed"))

    def technician(self, name: str) -> Technician:
        return next(each for each in self.changed.technicians if each.id == name)


def adopt(act: Act, name: str, ask: Adoption, version: int, *, limits: runs.Limits | None = None) -> tuple[Scenario, list[Changed]]:
    """Make a what-if real; the what-if, and the records that were made or changed.

    The changes become records: absences, technicians with their shifts, skills, jobs, other hours of shifts; a job that was dropped
    is cancelled. Other rules and prices are those of the run only. The run plans the live records of the horizon, begins with the
    plan of the what-if, and ends in a draft.

    Raises
    ------
    NotFound, VersionMismatch : as `asking.held`
    Conflict : it was adopted or thrown away; it has no plan yet; or a change cannot be made real as things stand
    InputError : there is no such change, or what it says does not fit the records any more; pointers begin with `/changes`
    TooMany, Busy : there are as many runs as may be
    """
    row = held(act, name, version)
    run = act.session.get_one(Run, row.run_id)
    if run.schedule_id is None or run.state is RunState.RUNNING:
        raise Conflict(Code.SCENARIO_UNFINISHED, "it has no plan yet: see the state of its run", {"runs": {run.id: str(run.state)}})
    asked = NewScenario.model_validate(row.ask)
    request = wire.RunRequest.model_validate(run.ask)
    adopting = _Adopting(
        act,
        row,
        wire.read_day(row.day.encode()),
        wire.read_day(row.changed.encode()),
        _shifts(act, run),
        overrides=request.overrides,
    )
    adopting.policy = request.policy
    for number in _chosen(ask, asked.changes):
        _make(adopting, number, asked.changes[number])
    made = runs.request(act, row.territory_id, _request(adopting, run, request), limits=limits)
    row.state, row.adopted_run_id, row.updated_at = ScenarioState.ADOPTED, made.id, act.now
    act.session.flush()
    act.note("adopted", "scenario", row.id, territory=row.territory_id, changes={"run": [None, made.id]})
    return row, adopting.done


def _chosen(ask: Adoption, changes: Sequence[Change]) -> Collection[int]:
    if ask.changes is None:
        return range(len(changes))
    unknown = [
        Finding(pointer("changes", row), Code.UNKNOWN_REFERENCE, f"is no change: there are {len(changes)}", number)
        for row, number in enumerate(ask.changes)
        if number >= len(changes)
    ]
    if unknown:
        raise InputError(unknown)
    return sorted(set(ask.changes))


def _make(adopting: _Adopting, number: int, change: Change) -> None:
    """Make one change real. What is wrong with it is said at its place."""
    what = what_of(change)
    try:
        _MAKING[what](adopting, number, getattr(change, what))
    except InputError as error:
        where = pointer("changes", number, what)
        raise InputError(replace(each, pointer=where + each.pointer) for each in error.findings) from None
    except NotFound as error:
        raise InputError([Finding(pointer("changes", number, what), Code.UNKNOWN_REFERENCE, str(error))]) from None


def _request(adopting: _Adopting, run: Run, request: wire.RunRequest) -> wire.RunRequest:
    """What the real run is asked: as the what-if's, of the live records."""
    optional = {"policy": adopting.policy, "overrides": adopting.overrides}
    raw = request.model_dump(exclude_unset=True, exclude={"policy", "overrides", "date"})
    raw["horizon"] = {"start": run.horizon_start, "end": run.horizon_end}
    return wire.RunRequest.model_validate(raw | {name: value for name, value in optional.items() if value is not None})


def _shifts(act: Act, run: Run) -> dict[tuple[str, datetime], str]:
    near = Shift.start.between(run.horizon_start - _AROUND, run.horizon_end + _AROUND)
    rows = act.session.scalars(select(Shift).where(Shift.territory_id == run.territory_id, Shift.retired_at.is_(None), near))
    return {(row.technician_id, row.start): row.id for row in rows}


# ---------------------------------------------------------------- the changes, one by one


def _absent(adopting: _Adopting, number: int, change: TechnicianAbsent) -> None:
    if change.technician in adopting.new:
        return
    span = absence_of(change, adopting.day, adopting.technician(change.technician))
    query = select(Absence).where(
        Absence.territory_id == adopting.row.territory_id,
        Absence.technician_id == change.technician,
        Absence.retired_at.is_(None),
        Absence.start < span[1],
        Absence.end > span[0],
    )
    taken = [(row.start, row.end) for row in adopting.act.session.scalars(query)]
    for part, (start, end) in enumerate(gaps(span, taken)):
        name = f"what-if-{adopting.row.id}-{number}-{part}"
        raw = {"id": name, "technician": change.technician, "start": start, "end": end}
        adopting.create("absences", KINDS["absences"].new.model_validate(raw))


def _added(adopting: _Adopting, number: int, change: Technician) -> None:  # noqa: ARG001
    _hire(adopting, change.id, change.name)


def _like(adopting: _Adopting, number: int, change: TechnicianLike) -> None:  # noqa: ARG001
    _hire(adopting, change.id, change.name)


def _hire(adopting: _Adopting, name: str, called: str | None) -> None:
    """Keep a technician as the what-if has them in the end, with their shifts and absences."""
    given = adopting.technician(name)
    person = given if called is None else given.model_copy(update={"name": called})
    made = records_of(adopting.changed.model_copy(update={"technicians": (person,), "jobs": (), "sites": ()}), Named())
    adopting.new.add(name)
    for kind in ("technicians", "shifts", "absences"):
        for each in made[kind].values():
            adopting.create(kind, each.record)


def _skill(adopting: _Adopting, number: int, change: SkillAdded) -> None:  # noqa: ARG001
    if change.technician not in adopting.new:
        row = records.find(adopting.act, KINDS["technicians"], adopting.row.territory_id, change.technician)
        kept = records.shown(adopting.act, KINDS["technicians"], row).model_dump(mode="json", exclude_unset=True)
        skills = kept.get("skills", {}) | {change.skill: held_of(change).model_dump(mode="json", exclude_unset=True)}
        adopting.change("technicians", change.technician, {"skills": skills})


def _shift(adopting: _Adopting, number: int, change: ShiftChanged) -> None:  # noqa: ARG001
    if change.technician in adopting.new:
        return
    technician = next((each for each in adopting.day.technicians if each.id == change.technician), None)
    if technician is None:
        raise NotFound("technician", change.technician)
    for n in shifts_meant(technician, change.shift):
        given = technician.shifts[n]
        span = shift_span(given, _zone(adopting))
        name = adopting.shifts.get((technician.id, span.start))
        if name is None:
            start = span.start.isoformat()
            raise InputError([Finding("/shift", Code.UNKNOWN_REFERENCE, "is a shift that is not kept any more", start)])
        row = records.find(adopting.act, KINDS["shifts"], adopting.row.territory_id, name)
        now = moved(given.model_copy(update={"start": row.start, "end": row.end}), change, _zone(adopting))
        adopting.change("shifts", name, now.model_dump(mode="json", include={"start", "end"}))


def _zone(adopting: _Adopting) -> ZoneInfo:
    return ZoneInfo(adopting.day.timezone)


def _jobs_added(adopting: _Adopting, number: int, jobs: Sequence[Job]) -> None:  # noqa: ARG001
    """Keep jobs, and the customers they name that are not kept yet."""
    day = adopting.changed.model_copy(update={"jobs": tuple(jobs), "sites": ()})
    made = records_of(day, Named(shifts=adopting.shifts))
    for name, each in made["customers"].items():
        if not _is_kept(adopting, "customers", name):
            adopting.create("customers", each.record)
    for each in made["jobs"].values():
        adopting.create("jobs", each.record)


def _is_kept(adopting: _Adopting, kind: str, name: str) -> bool:
    table: Any = KINDS[kind].table
    return adopting.act.session.get(table, (adopting.row.territory_id, name)) is not None


def _jobs_dropped(adopting: _Adopting, number: int, names: Sequence[str]) -> None:  # noqa: ARG001
    for name in names:
        row = records.find(adopting.act, KINDS["jobs"], adopting.row.territory_id, name)
        records.cancel(adopting.act, adopting.row.territory_id, name, row.version)
        adopting.done.append(Changed(kind="jobs", id=name, change="removed"))


def _policy(adopting: _Adopting, number: int, change: PolicyChanged) -> None:  # noqa: ARG001
    if change.policy is not None:
        adopting.policy, adopting.overrides = change.policy, None
    if change.overrides is not None:
        below = adopting.overrides
        adopting.overrides = change.overrides if below is None else policies.laid_over(below, change.overrides)


_MAKING: Mapping[str, Callable[[_Adopting, int, Any], None]] = {
    "technician_absent": _absent,
    "technician_added": _added,
    "technician_like": _like,
    "skill_added": _skill,
    "jobs_added": _jobs_added,
    "jobs_dropped": _jobs_dropped,
    "shift_changed": _shift,
    "policy_changed": _policy,
}
"""How each kind of change becomes real."""
