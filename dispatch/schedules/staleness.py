"""What has changed since a schedule was planned, and which of its visits that concerns."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import select

from dispatch import records, wire
from dispatch.access import Act
from dispatch.schedules.differing import Places
from dispatch.store.tables import Absence, Schedule, Shift
from dispatch.wire.fields import Record
from dispatch.wire.keeping import Changed
from dispatch.wire.model import Horizon
from dispatch.wire.whereabouts import places_of_technician


def changed(act: Act, row: Schedule) -> tuple[Changed, ...]:
    """What has changed since a schedule was planned."""
    horizon = Horizon(start=row.horizon_start, end=row.horizon_end)
    return records.changed_since(act, row.territory_id, horizon, row.basis)


def concerned(act: Act, row: Schedule, changes: Iterable[Changed], placed: Places) -> set[str]:
    """The jobs of a schedule whose visits may not be as planned any more.

    Those that have changed or are gone, on which something was reported, whose site has changed; and every job of a technician who
    has changed, whose start or end has moved, who has other shifts or is away. What has been added without taking anything away
    (jobs, shifts), and prices, concern no visit.
    """
    names: dict[str, set[str]] = defaultdict(set)
    for each in changes:
        if each.change != "added" or each.kind in {"absences", "events"}:
            names[each.kind].add(each.id)
    day = wire.read_day(row.day.encode())
    jobs = names["jobs"] | names["events"] | {job.id for job in day.jobs if job.site in names["sites"]}
    people = names["technicians"] | set(_owners(act, row.territory_id, names)) | set(_at(day, names["sites"]))
    return {job for job, place in placed.items() if job in jobs or place.technician in people}


def gone(changes: Iterable[Changed]) -> set[str]:
    """The jobs that are not to be planned any more."""
    return {each.id for each in changes if each.kind == "jobs" and each.change == "removed"}


def _owners(act: Act, territory: str, names: Mapping[str, set[str]]) -> Iterator[str]:
    """The technicians whose shifts and absences have changed."""
    shifts = select(Shift.technician_id).where(Shift.territory_id == territory, Shift.id.in_(names["shifts"]))
    absences = select(Absence.technician_id).where(Absence.territory_id == territory, Absence.id.in_(names["absences"]))
    yield from act.session.scalars(shifts)
    yield from act.session.scalars(absences)


def _at(day: wire.Day, sites: set[str]) -> Iterator[str]:
    """The technicians who start, end, pause or fetch parts at one of some sites."""
    for row, technician in enumerate(day.technicians):
        stocks = (each.stock for each in (technician, *technician.shifts))
        found = {getattr(place, "site", None) for _, place in places_of_technician(row, technician)}
        if sites & (found | {stock.site for stock in stocks if stock is not None}):
            yield technician.id


def plain(items: Iterable[Record]) -> list[dict[str, object]]:
    """Records as the details of a conflict."""
    return [each.model_dump(mode="json", exclude_unset=True) for each in items]
