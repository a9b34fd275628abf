"""Every place a day names, with where it is said, in the order that counts for travel matrices without names.

The order: the sites; then technician by technician the home and, shift by shift, start place, end place, breaks, absences; then the
jobs. A stock point is a site.
"""

from collections.abc import Iterable, Iterator

from dispatch.wire.places import AtSite, Place, Point, Site
from dispatch.wire.staff import Technician
from dispatch.wire.work import Job

Path = tuple[str | int, ...]


def places_of(
    sites: Iterable[tuple[int, Site]], technicians: Iterable[tuple[int, Technician]], jobs: Iterable[tuple[int, Job]]
) -> Iterator[tuple[Path, Place]]:
    """Every place of numbered records: its path in the day file, and the point or the reference to a site."""
    for index, site in sites:
        yield ("sites", index, "location"), site.location
    for index, technician in technicians:
        yield from places_of_technician(index, technician)
    for index, job in jobs:
        if job.location is not None:
            yield ("jobs", index, "location"), job.location
        elif job.site is not None:
            yield ("jobs", index), AtSite(site=job.site)


def places_of_technician(index: int, technician: Technician) -> Iterator[tuple[Path, Place]]:
    """Every place of one technician."""
    yield ("technicians", index, "home"), technician.home
    for number, shift in enumerate(technician.shifts):
        path = ("technicians", index, "shifts", number)
        if shift.start_place is not None:
            yield (*path, "start_place"), shift.start_place
        if shift.end_place is not None and shift.end_place != "open":
            yield (*path, "end_place"), shift.end_place
        for section in ("breaks", "absences"):
            for n, held in enumerate(getattr(shift, section)):
                if held.place is not None:
                    yield (*path, section, n, "place"), held.place


def point_of(place: Place, sites: dict[str, Point]) -> Point | None:
    """Where a place is; None if its site is not known."""
    return sites.get(place.site) if isinstance(place, AtSite) else place
