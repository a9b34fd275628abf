"""The visits of one technician in one schedule as a calendar, draft or not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from dispatch.exports.feed import Entry, calendar
from dispatch.exports.labels import Label
from dispatch.wire.answer import PlanFile, PlanVisit
from dispatch.wire.places import Point

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Issue:
    """Which state of which schedule a calendar shows.

    Attributes
    ----------
    territory : its id
    created_at : when the schedule was made
    version : how often it has been changed since
    changed_at : when it was changed last
    published : whether it is in force
    """

    territory: str
    created_at: datetime
    version: int
    changed_at: datetime
    published: bool

    @property
    def sequence(self) -> int:
        """A number that grows with each schedule and each change of it: minutes from 2020 to its making, and its version."""
        return int((self.created_at - _EPOCH).total_seconds()) // 60 + self.version


def calendar_of(plan: PlanFile, technician: str, issue: Issue, labels: Mapping[str, Label], points: Mapping[str, Point]) -> bytes:
    """The visits of a technician as a calendar.

    A job is the same event in every schedule (its UID is made of territory and job), so that a calendar that is read again moves
    it. Drafts are tentative.
    """
    visits = sorted(_visits(plan, technician), key=lambda item: item[1].start)
    entries = [_entry(job, visit, issue, labels.get(job, Label()), points.get(job)) for job, visit in visits]
    return calendar(entries, name=technician, zone=plan.timezone)


def _visits(plan: PlanFile, technician: str) -> Iterator[tuple[str, PlanVisit]]:
    for route in plan.routes:
        if route.technician == technician:
            yield from ((visit.job, visit) for visit in route.visits if visit.job is not None)


def _entry(job: str, visit: PlanVisit, issue: Issue, label: Label, point: Point | None) -> Entry:
    return Entry(
        uid=f"{job}@{issue.territory}.schedules.dispatch",
        sequence=issue.sequence,
        changed_at=issue.changed_at.replace(microsecond=0),
        start=visit.start,
        end=visit.end,
        summary=" · ".join(filter(None, [label.name or job, label.kind])),
        place=label.address or None,
        point=None if point is None else (point.lat, point.lon),
        tentative=not issue.published,
    )
