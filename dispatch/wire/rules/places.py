"""Where things are is said once, and is somewhere."""

from collections.abc import Iterator

from dispatch.errors import Code, Finding, pointer
from dispatch.wire.places import AtSite, Place, Point
from dispatch.wire.rules.references import unknown
from dispatch.wire.view import View

Path = tuple[str | int, ...]


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
    for path, point in _points(view):
        if point.lat == 0 and point.lon == 0:
            message = "is latitude 0, longitude 0, as a place nobody looked up; options.allow_zero takes it for a real one"
            yield Finding(pointer(*path), Code.NULL_ISLAND, message)


def _references(view: View) -> Iterator[tuple[Path, str]]:
    """Every reference to a site."""
    for path, place in _places_of_technicians(view):
        if isinstance(place, AtSite):
            yield (*path, "site"), place.site
    for path, site in _stock_sites(view):
        yield path, site
    for index, job in view.jobs:
        if job.site is not None:
            yield ("jobs", index, "site"), job.site
    for row, site in enumerate(view.travel.matrices.places or () if view.travel and view.travel.matrices else ()):
        yield ("travel", "matrices", "places", row), site


def _points(view: View) -> Iterator[tuple[Path, Point]]:
    """Every point given by its coordinates."""
    for index, site in view.sites:
        yield ("sites", index, "location"), site.location
    for path, place in _places_of_technicians(view):
        if isinstance(place, Point):
            yield path, place
    for index, job in view.jobs:
        if job.location is not None:
            yield ("jobs", index, "location"), job.location


def _places_of_technicians(view: View) -> Iterator[tuple[Path, Place]]:
    for index, technician in view.technicians:
        yield ("technicians", index, "home"), technician.home
        for number, shift in enumerate(technician.shifts):
            path = ("technicians", index, "shifts", number)
            if shift.start_place is not None:
                yield (*path, "start_place"), shift.start_place
            if shift.end_place is not None and shift.end_place != "open":
                yield (*path, "end_place"), shift.end_place
            for n, pause in enumerate(shift.breaks):
                if pause.place is not None:
                    yield (*path, "breaks", n, "place"), pause.place
            for n, absence in enumerate(shift.absences):
                if absence.place is not None:
                    yield (*path, "absences", n, "place"), absence.place


def _stock_sites(view: View) -> Iterator[tuple[Path, str]]:
    for index, technician in view.technicians:
        if technician.stock is not None:
            yield ("technicians", index, "stock", "site"), technician.stock.site
        for number, shift in enumerate(technician.shifts):
            if shift.stock is not None:
                yield ("technicians", index, "shifts", number, "stock", "site"), shift.stock.site
