"""A day file into the database: all of it, or nothing and every reason why not. Loading it again changes nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from dispatch import policies, wire
from dispatch.access import Act
from dispatch.errors import Code, Finding, InputError, pointer
from dispatch.records.dayfile import KNOWN_BY_ITSELF, Given, Named, records_of, starts_of
from dispatch.records.kinds import KINDS, TERRITORIES, Kind, Row, Values, assign, differences, new_row, told, values_of
from dispatch.records.lookup import held, rows_of
from dispatch.store.tables import Absence, Shift, Territory
from dispatch.wire.keeping import LoadCounts, LoadReport
from dispatch.wire.places import Point
from dispatch.wire.whereabouts import places_of

_AROUND = timedelta(days=3)
"""How far from a file's shifts stored ones can overlap them."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One row that is to be made or changed."""

    kind: Kind
    row: Row | None
    name: str
    values: Values


def load_day(act: Act, territory: str, day: wire.Day, *, dry_run: bool) -> LoadReport:
    """Take a day file into a territory.

    A record replaces what the day file can say of the one with its id; what only the database knows (contracts, cases, assets,
    states) stays. Kinds and travel become the territory's, the policy the newest version of its policy. Nothing is taken away.

    Parameters
    ----------
    dry_run : only say what would be done

    Raises
    ------
    NotFound : there is no such territory, or none the caller may see
    InputError : everything that does not fit the territory
    """
    row = held(act, territory)
    named = _named(act, territory, day)
    given = records_of(day, named)
    findings = [*_misfits(row, day), *_overlaps(act, territory, given)]
    if findings:
        raise InputError(findings)
    steps = [step for name in given for step in _steps(act, KINDS[name], territory, given[name])]
    steps.append(_settings(row, day))
    report = LoadReport(dry_run=dry_run, records=_counted(steps), warnings=tuple(_ignored(day)))
    if dry_run:
        return report
    for step in steps:
        _take(act, territory, step)
    _take_policy(act, row, day)
    act.note("load", "territory", territory, territory=territory, changes=_summary(report))
    return report


def _named(act: Act, territory: str, day: wire.Day) -> Named:
    """The ids that the file's shifts and absences have already."""
    return Named(
        {(row.technician_id, row.start): row.id for row in _stored(act, Shift, territory, starts_of(day))},
        {(row.technician_id, row.start): row.id for row in _stored(act, Absence, territory, _absent(day))},
    )


def _absent(day: wire.Day) -> Iterator[tuple[str, Any]]:
    for technician in day.technicians:
        yield from ((technician.id, absence.start) for shift in technician.shifts for absence in shift.absences)


def _stored(act: Act, table: type[Shift] | type[Absence], territory: str, keys: Iterable[tuple[str, Any]]) -> Sequence[Any]:
    """The stored shifts or absences around some starts."""
    starts = [start for _, start in keys]
    if not starts:
        return ()
    query = select(table).where(
        table.territory_id == territory,
        table.retired_at.is_(None),
        table.start >= min(starts) - _AROUND,
        table.start <= max(starts) + _AROUND,
    )
    return act.session.scalars(query).all()


# ---------------------------------------------------------------- what does not fit


def _misfits(territory: Territory, day: wire.Day) -> Iterator[Finding]:
    for name in ("timezone", "currency"):
        value = getattr(day, name)
        if value != getattr(territory, name):
            yield Finding(pointer(name), Code.CONFLICT, f"is not that of the territory, {getattr(territory, name)}", value)
    for path, place in places_of(enumerate(day.sites), enumerate(day.technicians), enumerate(day.jobs)):
        if isinstance(place, Point) and place.lat == 0 and place.lon == 0:
            yield Finding(
                pointer(*path), Code.NULL_ISLAND, "is latitude 0, longitude 0, which is not kept whatever the options say"
            )


def _overlaps(act: Act, territory: str, given: Mapping[str, Mapping[str, Given]]) -> Iterator[Finding]:
    """Shifts, and absences, of one technician that would overlap."""
    for name, table in (("shifts", Shift), ("absences", Absence)):
        new = given[name]
        keys = [(each.record.technician, each.record.start) for each in new.values()]
        spans = defaultdict[str, list[tuple[Any, Any, str]]](list)
        for row in _stored(act, table, territory, keys):
            if row.id not in new:
                spans[row.technician_id].append((row.start, row.end, row.id))
        for each in new.values():
            spans[each.record.technician].append((each.record.start, each.record.end, each.record.id))
        for held_by in spans.values():
            for (_, end, one), (start, _, other) in pairwise(sorted(held_by)):
                if start < end and (one in new or other in new):
                    known = new.get(other) or new[one]
                    rival = one if other in new else other
                    yield Finding(pointer(*known.path), Code.WINDOWS_OVERLAP, f"overlaps {KINDS[name].one} {rival}")


def _ignored(day: wire.Day) -> Iterator[Finding]:
    if day.travel and day.travel.matrices:
        yield Finding("/travel/matrices", Code.IGNORED, "are not kept: travel times come from the territory's roads or estimates")
    for row, job in enumerate(day.jobs):
        for name, why in KNOWN_BY_ITSELF.items():
            if getattr(job, name) is not None:
                yield Finding(pointer("jobs", row, name), Code.IGNORED, why)
    if day.options.model_fields_set:
        yield Finding("/options", Code.IGNORED, "are not kept: each run has its own")


# ---------------------------------------------------------------- what is to be done


def _steps(act: Act, kind: Kind, territory: str, given: Mapping[str, Given]) -> Iterator[_Step]:
    rows = rows_of(act, kind, territory, given)
    for name, each in given.items():
        row = rows.get(name)
        values = values_of(kind, each.record, row)
        if row is not None:
            values = differences(row, _only_said(kind, values) | {"retired_at": None})
        yield _Step(kind, row, name, values)


_NOT_IN_FILES = {"technicians": {"contract"}, "jobs": {"case", "asset_id"}, "sites": {"customer_id", "access"}}
"""Attributes that a day file cannot say."""


def _only_said(kind: Kind, values: Values) -> Values:
    kept = _NOT_IN_FILES.get(kind.name, set())
    if kind.name == "customers":
        kept = {"phone", "email", "note"}
    return {name: value for name, value in values.items() if name not in kept}


def _settings(row: Territory, day: wire.Day) -> _Step:
    """The kinds and the travel estimate of the file, as the territory's, and that it has a policy."""
    plain = day.model_dump(mode="json", exclude_unset=True, include={"kinds", "travel"})
    values: Values = {"kinds": row.kinds | plain.get("kinds", {})}
    estimate = {name: value for name, value in plain.get("travel", {}).items() if name != "matrices"}
    if estimate:
        values["travel"] = estimate
    if day.policy.model_fields_set:
        values["policy"] = row.policy or policies.STANDARD
    return _Step(TERRITORIES, row, row.id, differences(row, values))


def _counted(steps: Iterable[_Step]) -> dict[str, LoadCounts]:
    counts = defaultdict[str, Counter[str]](Counter)
    for step in steps:
        counts[step.kind.name]["added" if step.row is None else "changed" if step.values else "unchanged"] += 1
    return {
        name: LoadCounts(added=count["added"], changed=count["changed"], unchanged=count["unchanged"])
        for name, count in counts.items()
    }


def _take(act: Act, territory: str, step: _Step) -> None:
    if step.row is None:
        act.session.add(new_row(step.kind, territory, step.name, step.values, act.now))
        act.note("load", step.kind.one, step.name, territory=territory)
    elif step.values:
        act.note("load", step.kind.one, step.name, territory=territory, changes=told(step.row, step.values))
        assign(step.row, step.values, act.now)


def _summary(report: LoadReport) -> dict[str, Any]:
    return {name: counts.model_dump() for name, counts in report.records.items()}


def _take_policy(act: Act, territory: Territory, day: wire.Day) -> None:
    """The policy of the file, as the newest version of the territory's."""
    if day.policy.model_fields_set:
        name = territory.policy or policies.STANDARD
        policies.keep(act, territory.id, name, day.policy)
