"""A plan as a table (CSV), a row per stop: for spreadsheets."""

import csv
import io
from collections.abc import Iterator, Mapping

from dispatch.exports.labels import Label
from dispatch.wire.answer import PlanFile

COLUMNS = (
    "technician",
    "shift",
    "position",
    "kind",
    "job",
    "name",
    "customer",
    "address",
    "travel_s",
    "distance_m",
    "arrive",
    "start",
    "end",
    "reason",
)

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet may take for a formula."""

_BOM = b"\xef\xbb\xbf"


def table(plan: PlanFile, labels: Mapping[str, Label], *, bom: bool = False) -> bytes:
    """The stops of a plan, route by route, then the jobs left out; UTF-8, lines ended by CRLF (RFC 4180).

    A text that a spreadsheet would take for a formula gets an apostrophe before it.

    Parameters
    ----------
    bom : begin with a byte order mark, without which some spreadsheets take UTF-8 for something else
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    for row in (*_stops(plan, labels), *_left_out(plan, labels)):
        writer.writerow({name: _safe(cell) for name, cell in row.items()})
    return (_BOM if bom else b"") + text.getvalue().encode()


def _stops(plan: PlanFile, labels: Mapping[str, Label]) -> Iterator[dict[str, str | int]]:
    for route in plan.routes:
        for number, visit in enumerate(route.visits):
            yield {
                "technician": route.technician,
                "shift": route.shift,
                "position": number,
                "kind": visit.kind,
                "travel_s": visit.travel_s,
                "distance_m": visit.distance_m,
                "arrive": visit.arrive.isoformat(),
                "start": visit.start.isoformat(),
                "end": visit.end.isoformat(),
                **_job(visit.job, labels),
            }


def _left_out(plan: PlanFile, labels: Mapping[str, Label]) -> Iterator[dict[str, str | int]]:
    for left in plan.unassigned:
        yield {"kind": "unassigned", "reason": left.reason.value, **_job(left.job, labels)}


def _job(job: str | None, labels: Mapping[str, Label]) -> dict[str, str | int]:
    if job is None:
        return {}
    label = labels.get(job, Label())
    return {"job": job, "name": label.name, "customer": label.customer, "address": label.address}


def _safe(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
