"""The visits of one technician as a calendar (iCalendar, RFC 5545)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from dispatch.exports.labels import Label
from dispatch.wire.answer import PlanFile, PlanVisit
from dispatch.wire.places import Point

PRODUCT = "-//dispatch//schedule//EN"

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Issue:
    """Which state of which schedule a calendar shows.

    Attributes
    ----------
    territory : its id
    created_at : when the schedule was made
    version : how often it has been changed since
    stamp : when it was last changed
    published : whether it is in force
    """

    territory: str
    created_at: datetime
    version: int
    stamp: datetime
    published: bool

    @property
    def sequence(self) -> int:
        """A number that grows with each schedule and each change of it: minutes from 2020 to its making, and its version."""
        return int((self.created_at - _EPOCH).total_seconds()) // 60 + self.version


def calendar(plan: PlanFile, technician: str, issue: Issue, labels: Mapping[str, Label], points: Mapping[str, Point]) -> bytes:
    """The visits of a technician as a calendar.

    A job is the same event in every schedule (its UID is made of territory and job), so that a calendar that is read again moves
    it. Drafts are tentative.
    """
    zone = ZoneInfo(plan.timezone)
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("x-wr-calname", technician)
    for route in plan.routes:
        for visit in route.visits:
            if route.technician == technician and visit.job is not None:
                made.add_component(_event(visit, visit.job, issue, labels.get(visit.job, Label()), points.get(visit.job), zone))
    made.add_missing_timezones()
    return bytes(made.to_ical())


def _event(visit: PlanVisit, job: str, issue: Issue, label: Label, point: Point | None, zone: ZoneInfo) -> Event:
    event = Event()
    event.add("uid", f"{issue.territory}.{job}@dispatch")
    event.add("sequence", issue.sequence)
    event.add("dtstamp", issue.stamp.replace(microsecond=0))
    event.add("dtstart", visit.start.astimezone(zone))
    event.add("dtend", visit.end.astimezone(zone))
    event.add("summary", _clean(label.title) or job)
    event.add("status", "CONFIRMED" if issue.published else "TENTATIVE")
    for name, text in (("location", label.address), ("description", label.note)):
        if text:
            event.add(name, _clean(text))
    if point is not None:
        event.add("geo", (point.lat, point.lon))
    return event


def _clean(text: str) -> str:
    """A text without control characters, which a calendar cannot hold; ends of lines stay."""
    return "".join(each for each in text.replace("\r\n", "\n").replace("\r", "\n") if each == "\n" or each.isprintable())
