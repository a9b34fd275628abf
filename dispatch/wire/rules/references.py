"""What names something names something that is there, and only one."""

from collections.abc import Iterator

from dispatch.errors import Code, Finding, pointer
from dispatch.wire.defaults import CAR, MODES
from dispatch.wire.findings import nearest
from dispatch.wire.staff import Equipment
from dispatch.wire.view import View
from dispatch.wire.whereabouts import Path


def ids_are_unique(view: View) -> Iterator[Finding]:
    """No two sites, technicians or jobs have the same id."""
    for section in ("sites", "technicians", "jobs"):
        first: dict[str, int] = {}
        for index, name in view.ids(section):
            if first.setdefault(name, index) != index:
                message = f"is also the id of {pointer(section, first[name])}"
                yield Finding(pointer(section, index, "id"), Code.DUPLICATE_ID, message, name)


def kinds_are_known(view: View) -> Iterator[Finding]:
    """A job's kind is built in or one of the day's."""
    for index, job in view.jobs:
        if job.kind is not None and job.kind not in view.kind_names:
            known = ", ".join(sorted(view.kind_names))
            message = f"is none of the kinds {known}{nearest(job.kind, view.kind_names)}"
            yield Finding(pointer("jobs", index, "kind"), Code.UNKNOWN_REFERENCE, message, job.kind)


def named_technicians_are_known(view: View) -> Iterator[Finding]:
    """The technicians a job requires, excludes, prefers, is pinned to or was served by are the day's."""
    known = view.names("technicians")
    for index, job in view.jobs:
        for wish in ("required", "excluded", "preferred"):
            for rank, name in enumerate(getattr(job.technicians, wish)):
                if name not in known:
                    yield unknown(pointer("jobs", index, "technicians", wish, rank), "technicians", name, known)
        if job.pin and job.pin.technician is not None and job.pin.technician not in known:
            yield unknown(pointer("jobs", index, "pin", "technician"), "technicians", job.pin.technician, known)
        if job.fact and job.fact.technician not in known:
            yield unknown(pointer("jobs", index, "fact", "technician"), "technicians", job.fact.technician, known)


def ways_of_moving_are_known(view: View) -> Iterator[Finding]:
    """How a technician moves is built in or one of the day's ways."""
    own = [*view.travel.modes, *(view.travel.matrices.modes if view.travel.matrices else ())] if view.travel else []
    known = frozenset({CAR, *MODES, *own})
    for index, technician in view.technicians:
        path: Path = ("technicians", index)
        said: list[tuple[Path, Equipment]] = [(path, technician)]
        said += [((*path, "shifts", number), shift) for number, shift in enumerate(technician.shifts)]
        for where, record in said:
            if record.mode is not None and record.mode not in known:
                message = f"is none of the ways of moving {', '.join(sorted(known))}{nearest(record.mode, known)}"
                yield Finding(pointer(*where, "mode"), Code.UNKNOWN_REFERENCE, message, record.mode)


def a_scope_names_what_is_there(view: View) -> Iterator[Finding]:
    """The technicians and jobs of a scope are the day's; it is not empty, and its circle has one middle."""
    scope = view.scope
    if scope is None:
        return
    path, technicians, jobs = ("options", "scope"), view.names("technicians"), view.names("jobs")
    if not scope.technicians and not scope.within and not scope.jobs:
        yield Finding(pointer(*path), Code.REQUIRED, "is empty: it needs technicians, within or jobs")
    for number, name in enumerate(scope.technicians or ()):
        if name not in technicians:
            yield unknown(pointer(*path, "technicians", number), "technicians", name, technicians)
    for number, name in enumerate(scope.jobs or ()):
        if name not in jobs:
            yield unknown(pointer(*path, "jobs", number), "jobs", name, jobs)
    if scope.displace and not scope.jobs:
        yield Finding(pointer(*path, "displace"), Code.REQUIRED, "displaces others for no job: it needs jobs")
    circle = scope.within
    if circle and (circle.location is None) == (circle.job is None):
        yield Finding(pointer(*path, "within"), Code.CONFLICT, "has its middle at a location or at a job: one of the two")
    if circle and circle.job is not None and circle.job not in jobs:
        yield unknown(pointer(*path, "within", "job"), "jobs", circle.job, jobs)


def unknown(where: str, what: str, name: str, known: frozenset[str]) -> Finding:
    """The finding of a reference to nothing."""
    return Finding(where, Code.UNKNOWN_REFERENCE, f"is the id of none of the {what}{nearest(name, known)}", name)
