"""Findings about a day that nobody has seen: by the ids of its records, instead of their places in it."""

from collections.abc import Sequence
from dataclasses import replace

from dispatch.errors import Finding, pointer
from dispatch.wire.model import Day
from dispatch.wire.places import Identified


def named(day: Day, finding: Finding) -> Finding:
    """The finding with the id of its job, technician or site: `/jobs/3/pin` becomes `/jobs/j17/pin`."""
    kind, _, rest = finding.pointer.removeprefix("/").partition("/")
    index, _, field = rest.partition("/")
    lists: dict[str, Sequence[Identified]] = {"jobs": day.jobs, "technicians": day.technicians, "sites": day.sites}
    if kind not in lists or not index.isdecimal() or int(index) >= len(lists[kind]):
        return finding
    where = pointer(kind, lists[kind][int(index)].id)
    return replace(finding, pointer=f"{where}/{field}" if field else where)


def without(day: Day, findings: Sequence[Finding]) -> Day:
    """The day without the jobs that findings are about, by their places in it."""
    bad = {finding.pointer.split("/")[2] for finding in findings if finding.pointer.startswith("/jobs/")}
    return day.model_copy(update={"jobs": tuple(job for index, job in enumerate(day.jobs) if str(index) not in bad)})
