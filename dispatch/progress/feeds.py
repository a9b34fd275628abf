"""My visits in a calendar program, which can send no header: an address with a secret in it, which can be revoked."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from dispatch.access import Act
from dispatch.errors import Code, Conflict, NotFound
from dispatch.exports.feed import Entry, calendar
from dispatch.progress.jobs import Held, held
from dispatch.progress.reports import me
from dispatch.store.tables import CalendarFeed, Technician, Territory, User
from dispatch.wire.visits import FeedRecord

PREFIX: Final = "cal_"
"""What a secret begins with, so that scanners for secrets that got lost find it."""

BEFORE, AFTER = timedelta(days=14), timedelta(days=90)
"""How much is in the calendar."""

MOST: Final = 20
"""Feeds of one technician that work at once."""


def make_feed(act: Act) -> tuple[CalendarFeed, str]:
    """Make a feed of the technician who asks; the row, and the secret that is never told again.

    Raises
    ------
    NotAllowed : whoever asks is no technician
    Conflict : they have too many that work
    """
    who = me(act)
    if len(my_feeds(act)) >= MOST:
        raise Conflict(Code.LIMIT_EXCEEDED, f"there are {MOST} calendar feeds already: revoke one first")
    secret = PREFIX + secrets.token_urlsafe(32)
    feed = CalendarFeed(
        user_id=act.caller.id,
        territory_id=who.territory,
        technician_id=who.technician,
        hash=_hash(secret),
        created_at=act.now,
        revoked_at=None,
    )
    act.session.add(feed)
    act.session.flush()
    act.note("created", "calendar_feed", feed.id, territory=who.territory)
    return feed, secret


def my_feeds(act: Act) -> list[CalendarFeed]:
    """The feeds of whoever asks that work."""
    query = select(CalendarFeed).where(CalendarFeed.user_id == act.caller.id, CalendarFeed.revoked_at.is_(None))
    return list(act.session.scalars(query.order_by(CalendarFeed.created_at, CalendarFeed.id)))


def revoke_feed(act: Act, name: str) -> None:
    """End a feed of whoever asks, once and for all. Raises `NotFound`."""
    feed = act.session.get(CalendarFeed, name)
    if feed is None or feed.user_id != act.caller.id:
        raise NotFound("calendar feed", name)
    if feed.revoked_at is None:
        feed.revoked_at = act.now
        act.note("revoked", "calendar_feed", feed.id, territory=feed.territory_id)


def feed_shown(feed: CalendarFeed, path: str | None = None) -> FeedRecord:
    """A feed as it is answered."""
    return FeedRecord(id=feed.id, created_at=feed.created_at, **({} if path is None else {"path": path}))


def read_feed(act: Act, secret: str) -> bytes:
    """The calendar behind a secret, whoever asks. Raises `NotFound`, also when its user may not ask any more."""
    found = act.session.execute(
        select(CalendarFeed, User).join(User, User.id == CalendarFeed.user_id).where(CalendarFeed.hash == _hash(secret))
    ).first()
    feed, user = (None, None) if found is None else found
    if feed is None or feed.revoked_at is not None or user is None or not _still(user, feed):
        raise NotFound("calendar", "of that address")
    territory = act.session.get_one(Territory, feed.territory_id)
    technician = act.session.get_one(Technician, (feed.territory_id, feed.technician_id))
    visits = held(act, feed.territory_id, act.now - BEFORE, act.now + AFTER, technician=feed.technician_id)
    entries = [_entry(each, ZoneInfo(territory.timezone)) for each in visits]
    return calendar(entries, name=technician.name or technician.id, zone=territory.timezone)


def _still(user: User, feed: CalendarFeed) -> bool:
    """Whether a user may ask, and is still the technician of the feed."""
    return user.disabled_at is None and (user.territory_id, user.technician_id) == (feed.territory_id, feed.technician_id)


def _entry(each: Held, zone: ZoneInfo) -> Entry:
    visit, site, promise = each.visit, each.site, each.promise
    body = each.job.body
    told = None if promise is None else f"{promise.open.astimezone(zone):%H:%M}–{promise.close.astimezone(zone):%H:%M}"
    return Entry(
        uid=f"{visit.territory_id}.{each.job.id}@dispatch",
        sequence=visit.version,
        changed_at=visit.updated_at,
        start=visit.start,
        end=visit.end,
        summary=" · ".join(filter(None, [body.get("name") or each.job.id, each.job.kind])),
        place=body.get("address") if site is None else site.address,
        point=_point(each),
        description=told,
        cancelled=each.state == "cancelled",
    )


def _point(each: Held) -> tuple[float, float] | None:
    own, site = each.job.body.get("location"), each.site
    if own is not None:
        return own["lat"], own["lon"]
    return None if site is None or site.lat is None or site.lon is None else (site.lat, site.lon)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
