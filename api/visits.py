"""The technician's door: my jobs, what I report, my calendar; and what the dispatcher sees of it."""

from typing import Final

from api.door import PUBLIC, READERS, ROOT, Call, Reply, endpoint
from dispatch import progress, wire
from dispatch.access import Act
from dispatch.store.tables import Role

TECHNICIANS: Final = frozenset({Role.TECHNICIAN})
CALENDAR: Final = "text/calendar"

_FRESH: Final = {"Cache-Control": "private, no-cache"}
"""May be kept, and is asked for again with its ETag."""


@endpoint("GET", "/me/jobs", may=TECHNICIANS, query=wire.DayQuery, answer=wire.MyJobs)
def list_my_jobs(act: Act, call: Call) -> Reply:
    """My jobs of a day, in their order.

    Its `ETag` changes with anything in it: a phone that sends it as `If-None-Match` is answered 304 and nothing else.
    """
    return Reply(progress.my_jobs(act, call.query.date), headers=_FRESH)


@endpoint("POST", "/me/events", may=TECHNICIANS, body=wire.Events, answer=wire.Outcomes, writes=True)
def report_events(act: Act, call: Call) -> Reply:
    """Report what happened on my visits: everything that waited, in any order.

    Each event is answered for itself; one that is rejected keeps none of the others back. An event that was taken in before is
    answered as it was then. docs/technician.md says which event is allowed when.
    """
    return Reply(progress.report(act, call.body))


@endpoint("GET", "/me/calendars", may=TECHNICIANS, answer=wire.Feeds)
def list_my_calendars(act: Act, call: Call) -> Reply:
    """My calendar feeds, without their addresses."""
    return Reply(wire.Feeds(items=tuple(map(progress.feed_shown, progress.my_feeds(act)))))


@endpoint(
    "POST",
    "/me/calendars",
    may=TECHNICIANS,
    answer=wire.FeedRecord,
    status=201,
    writes=True,
    errors={409: "There are too many that work already."},
)
def make_my_calendar(act: Act, call: Call) -> Reply:
    """Make an address at which a calendar program reads my visits.

    It is told once, here; a retry with the same `Idempotency-Key` is answered without it. Whoever has it can read what is there.
    """
    feed, secret = progress.make_feed(act)
    return Reply(progress.feed_shown(feed, f"{ROOT}/calendars/{secret}"), kept=progress.feed_shown(feed))


@endpoint("DELETE", "/me/calendars/<feed>", may=TECHNICIANS, writes=True)
def revoke_my_calendar(act: Act, call: Call) -> Reply:
    """Revoke a calendar feed, once and for all."""
    progress.revoke_feed(act, call.path["feed"])
    return Reply()


@endpoint("GET", "/calendars/<secret>", may=PUBLIC, answer=CALENDAR, errors={404: "There is none at this address, or no more."})
def read_calendar(act: Act, call: Call) -> Reply:
    """The visits of a technician as a calendar, by the secret in the address."""
    return Reply(progress.read_feed(act, call.path["secret"]), media=f"{CALENDAR}; charset=utf-8", headers=_FRESH)


@endpoint("GET", "/territories/<territory>/visits", may=READERS, query=wire.DayQuery, answer=wire.Visits)
def list_visits(act: Act, call: Call) -> Reply:
    """The visits of a day as they stand, technician by technician."""
    return Reply(progress.visits(act, call.path["territory"], call.query.date))


@endpoint(
    "GET",
    "/territories/<territory>/events",
    may=READERS,
    query=wire.EventQuery,
    answer=wire.Page[wire.EventRecord],
)
def list_events(act: Act, call: Call) -> Reply:
    """What technicians reported and what came of it, the newest first: also what was refused."""
    rows = progress.events(act, call.path["territory"], call.query)
    return Reply(wire.Page[wire.EventRecord](items=tuple(map(progress.event_shown, rows.items)), next=rows.next))
