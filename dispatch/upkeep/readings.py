"""What meters show. A reading is kept as it is, and one that goes backwards is refused."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import select

from dispatch import paging
from dispatch.access import Act
from dispatch.errors import Code, Conflict, Finding, InputError, pointer
from dispatch.paging import Rows
from dispatch.records import KINDS, find
from dispatch.records.lookup import held
from dispatch.store.tables import Meter, MeterReading
from dispatch.upkeep.counter import Counter, Shown, counter_of
from dispatch.wire.paging import PageQuery
from dispatch.wire.upkeep import MeterState, NewReadings, Reading

_SLACK = timedelta(minutes=5)
"""Clocks of others may be so much ahead."""


def read(act: Act, territory: str, meter: str, given: NewReadings) -> MeterState:
    """Take in readings of a meter: all of them, or none; one that is known already does nothing.

    Raises
    ------
    NotFound : there is no such meter
    Conflict : `retired`: it is not used any more
    InputError : `meter_backwards`: one shows less than one before it, and the meter was not exchanged; `out_of_range`: one lies in
        the future; `conflict`: the meter showed something else at that moment
    """
    zone = ZoneInfo(held(act, territory).timezone)
    row: Meter = find(act, KINDS["meters"], territory, meter)
    if row.retired_at is not None:
        raise Conflict(Code.RETIRED, f"meter {meter} is not used any more")
    known = {reading.at: reading for reading in shown_by(act, territory, meter)}
    findings = [*_misread(act, given), *_contradictions(given, known)]
    new = {reading.at: Shown(reading.at, reading.shows, reading.exchanged) for reading in given.readings if reading.at not in known}
    findings = findings or [*_backwards(given, known | new)]
    if findings:
        raise InputError(findings)
    for reading in new.values():
        fields = {"at": reading.at, "shows": reading.shows, "exchanged": reading.exchanged}
        act.session.add(MeterReading(territory_id=territory, meter_id=meter, **fields))
    if new:
        last = max(new.values(), key=lambda reading: reading.at)
        changes = {"readings": [len(known), len(known | new)], "shows": [None, last.shows]}
        act.note("read", "meter", meter, territory=territory, changes=changes)
    act.session.flush()
    return _state(row, [reading for _, reading in sorted((known | new).items())], zone)


def state_of(act: Act, territory: str, meter: str) -> MeterState:
    """What is known of a meter. Raises `NotFound`."""
    zone = ZoneInfo(act.territory(territory).timezone)
    row: Meter = find(act, KINDS["meters"], territory, meter)
    return _state(row, shown_by(act, territory, meter), zone)


def readings_of(act: Act, territory: str, meter: str, asked: PageQuery) -> Rows[MeterReading]:
    """A page of the readings of a meter, the newest first. Raises `NotFound`, `InputError`."""
    row: Meter = find(act, KINDS["meters"], territory, meter)
    query = select(MeterReading).where(MeterReading.territory_id == territory, MeterReading.meter_id == row.id)
    return paging.page(act, query, [MeterReading.at], asked.limit, asked.cursor, newest_first=True)


def shown_reading(row: MeterReading, zone: ZoneInfo) -> Reading:
    """A reading as it is answered."""
    return Reading(at=row.at.astimezone(zone), shows=row.shows, exchanged=row.exchanged)


def shown_by(act: Act, territory: str, meter: str) -> list[Shown]:
    """What a meter showed, in the order of time."""
    query = select(MeterReading).where(MeterReading.territory_id == territory, MeterReading.meter_id == meter)
    return [Shown(row.at, row.shows, row.exchanged) for row in act.session.scalars(query.order_by(MeterReading.at))]


def counters(act: Act, territory: str, meters: Iterable[str]) -> dict[str, Counter]:
    """What meters count, by their ids; one that is not there is not in the answer."""
    wanted = sorted(set(meters))
    rows = act.session.scalars(select(Meter).where(Meter.territory_id == territory, Meter.id.in_(wanted)))
    return {row.id: counter_of(shown_by(act, territory, row.id), row.per_day) for row in rows}


def _state(row: Meter, readings: list[Shown], zone: ZoneInfo) -> MeterState:
    counter = counter_of(readings, row.per_day)
    last = readings[-1] if readings else None
    told = {"last": Reading(at=last.at.astimezone(zone), shows=last.shows, exchanged=last.exchanged)} if last else {}
    return MeterState(readings=len(readings), per_day=round(counter.per_day, 6), **told)


# ---------------------------------------------------------------- what no meter does


def _misread(act: Act, given: NewReadings) -> Iterator[Finding]:
    for row, reading in enumerate(given.readings):
        if reading.at > act.now + _SLACK:
            text = reading.at.isoformat(timespec="seconds")
            yield Finding(pointer("readings", row, "at"), Code.OUT_OF_RANGE, "lies in the future", text)


def _contradictions(given: NewReadings, known: dict[datetime, Shown]) -> Iterator[Finding]:
    seen = {at: (reading.shows, reading.exchanged) for at, reading in known.items()}
    for row, reading in enumerate(given.readings):
        said = (reading.shows, reading.exchanged)
        if seen.setdefault(reading.at, said) != said:
            message = f"differs from what the meter showed at that moment, {seen[reading.at][0]:g}"
            yield Finding(pointer("readings", row, "shows"), Code.CONFLICT, message, reading.shows)


def _backwards(given: NewReadings, every: dict[datetime, Shown]) -> Iterator[Finding]:
    """Pairs of neighbours of which the later one shows less; told at the one that was given, the later one if both were."""
    rows = {reading.at: row for row, reading in enumerate(given.readings)}
    for (then, before), (at, after) in pairwise(sorted(every.items())):
        if after.exchanged or after.shows >= before.shows or (at not in rows and then not in rows):
            continue
        if at in rows:
            row, message = rows[at], f"is less than the {before.shows:g} shown before: was the meter exchanged?"
        else:
            row, message = rows[then], f"is more than the {after.shows:g} shown after it: was the meter exchanged?"
        yield Finding(pointer("readings", row, "shows"), Code.METER_BACKWARDS, message, given.readings[row].shows)
