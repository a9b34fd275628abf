"""Where things are is said once, and is somewhere."""

from collections.abc import Iterator

from dispatch.errors import Code, Finding, pointer
from dispatch.wire.places import AtSite, Point
from dispatch.wire.rules.references import unknown
from dispatch.wire.staff import Equipment
from dispatch.wire.view import View
from dispatch.wire.whereabouts import Path, places_of


def sites_are_known(view: View) -> Iterator[Finding]:
    """Every site that is referred to is the day's."""
    known = view.names("sites")
    for path, site in _references(view):
        if site not in known:
            yield unknown(pointer(*path), "sites", site, known)


def every_job_has_one_place(view: View) -> Iterator[Finding]:
    """A job has either a location or a site."""
    for index, job in view.jobs:
        if job.location is None and job.site is None:
            yield Finding(pointer("jobs", index, "location"), Code.REQUIRED, "is missing: a job needs a location or a site")
        if job.location is not None and job.site is not None:
            yield Finding(pointer("jobs", index, "site"), Code.CONFLICT, "stands beside a location: one of the two", job.site)


def nothing_is_at_null_island(view: View) -> Iterator[Finding]:
    """Latitude 0, longitude 0 is a missing place, unless the options allow it."""
    if view.allow_zero:
        return
    for path, place in places_of(view.sites, view.technicians, view.jobs):
        if isinstance(place, Point) and place.lat == 0 and place.lon == 0:
            message = "is latitude 0, longitude 0, as a place nobody looked up; options.allow_zero takes it for a real one"
            yield Finding(pointer(*path), Code.NULL_ISLAND, message)


def _references(view: View) -> Iterator[tuple[Path, str]]:
    """Every reference to a site."""
    for path, place in places_of(view.sites, view.technicians, view.jobs):
        if isinstance(place, AtSite):
            yield (*path, "site"), place.site
    for index, technician in view.technicians:
        holders: list[tuple[Path, Equipment]] = [(("technicians", index), technician)]
        holders.extend((("technicians", index, "shifts", number), shift) for number, shift in enumerate(technician.shifts))
        for path, holder in holders:
            if holder.stock is not None:
                yield (*path, "stock", "site"), holder.stock.site
    if view.travel and view.travel.matrices:
        for row, site in enumerate(view.travel.matrices.places or ()):
            yield ("travel", "matrices", "places", row), site
