"""A calendar that programs subscribe to: one entry per visit, the same entry whenever the visit moves (RFC 5545, RFC 7986).

An entry says what, where and when. Names, numbers and how to get in are not in it: a calendar is shown on many screens.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

REFRESH = timedelta(minutes=15)
"""How often programs should look."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One visit in a calendar.

    Attributes
    ----------
    uid : the same whenever the visit moves
    sequence : grows with every change
    changed_at : when it was changed last
    cancelled : it will not take place
    tentative : it is of a draft
    """

    uid: str
    sequence: int
    changed_at: datetime
    start: datetime
    end: datetime
    summary: str
    place: str | None = None
    point: tuple[float, float] | None = None
    description: str | None = None
    cancelled: bool = False
    tentative: bool = False

    @property
    def status(self) -> str:
        """As RFC 5545 calls it."""
        return "CANCELLED" if self.cancelled else "TENTATIVE" if self.tentative else "CONFIRMED"


def calendar(entries: Iterable[Entry], *, name: str, zone: str) -> bytes:
    """A calendar as a file; times in a zone, with its definition."""
    found = Calendar()
    found.add("prodid", "-//Dispatch//Visits//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("name", name)
    found.add("x-wr-calname", name)
    found.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    found.add("x-published-ttl", REFRESH)
    for entry in entries:
        found.add_component(_event(entry, ZoneInfo(zone)))
    found.add_missing_timezones()
    return bytes(found.to_ical())


def _event(entry: Entry, zone: ZoneInfo) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("dtstart", entry.start.astimezone(zone))
    event.add("dtend", entry.end.astimezone(zone))
    event.add("summary", _clean(entry.summary))
    event.add("status", entry.status)
    if entry.place is not None:
        event.add("location", _clean(entry.place))
    if entry.point is not None:
        event.add("geo", entry.point)
    if entry.description is not None:
        event.add("description", _clean(entry.description))
    return event


def _clean(text: str) -> str:
    """A text without control characters, which a calendar cannot hold; ends of lines stay."""
    return "".join(each for each in text.replace("\r\n", "\n").replace("\r", "\n") if each == "\n" or each.isprintable())
