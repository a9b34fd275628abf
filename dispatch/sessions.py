"""Who is asking: bearer tokens of programs and phones, and sessions of browsers. Secrets are random; only their hashes are kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dispatch import paging, users, wire
from dispatch.access import Act, Caller
from dispatch.errors import Code, Finding, InputError, NotFound, NotSignedIn
from dispatch.store.tables import BrowserSession, Token, User

PREFIX: Final = "dsp_"
"""What a token begins with, so that scanners for secrets that got lost find it."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser session that has begun, with the secret that the cookie holds."""

    session: BrowserSession
    user: User
    secret: str


# ---------------------------------------------------------------- tokens


def make_token(act: Act, user: User, wanted: wire.NewToken) -> tuple[Token, str]:
    """Make a token of a user; the row, and the secret that is never told again. Raises `InputError` if it has ended already."""
    if wanted.expires_at is not None and wanted.expires_at <= act.now:
        raise InputError([Finding("/expires_at", Code.CONFLICT, "is over already", wanted.expires_at.isoformat())])
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token(user_id=user.id, name=wanted.name, hash=_hash(secret), created_at=act.now, expires_at=wanted.expires_at)
    act.session.add(token)
    act.session.flush()
    act.note("created", "token", token.id, changes={"user": [None, user.id]})
    return token, secret


def tokens(act: Act, user: User, limit: int, cursor: str | None = None) -> paging.Rows[Token]:
    """The tokens of a user, also those that have ended."""
    return paging.page(act, select(Token).where(Token.user_id == user.id), [Token.created_at, Token.id], limit, cursor)


def revoke(act: Act, user: User, name: str) -> None:
    """End a token of a user, once and for all. Raises `NotFound`."""
    token = act.session.get(Token, name)
    if token is None or token.user_id != user.id:
        raise NotFound("token", name)
    if token.revoked_at is None:
        token.revoked_at = act.now
        act.note("revoked", "token", token.id, changes={"user": [user.id, user.id]})


def token_shown(token: Token, secret: str | None = None) -> wire.Token:
    """A token as it is answered."""
    optional = {"expires_at": token.expires_at, "revoked_at": token.revoked_at, "secret": secret}
    given = {name: value for name, value in optional.items() if value is not None}
    return wire.Token(id=token.id, name=token.name, created_at=token.created_at, **given)  # type: ignore[arg-type]


def by_token(session: Session, secret: str, now: datetime) -> Caller:
    """Who sends a token. Raises `NotSignedIn`."""
    token = (Token.revoked_at, Token.expires_at)
    owned = select(*token, *users.FACTS).join(User, User.id == Token.user_id).outerjoin(User.territories)
    found = session.execute(owned.where(Token.hash == _hash(secret), User.disabled_at.is_(None))).all()
    if not found or found[0].revoked_at is not None or _is_over(found[0].expires_at, now):
        raise NotSignedIn("the token is unknown, or has ended")
    return users.caller_of(found)


# ---------------------------------------------------------------- browsers


def begin(act: Act, user: User, hours: float) -> SignedIn:
    """Begin a session of a browser, for so many hours."""
    secret = secrets.token_urlsafe(32)
    session = BrowserSession(
        hash=_hash(secret),
        user_id=user.id,
        csrf=secrets.token_urlsafe(32),
        created_at=act.now,
        expires_at=act.now + timedelta(hours=hours),
    )
    act.session.add(session)
    act.session.flush()
    act.note("signed_in", "user", user.id)
    return SignedIn(session, user, secret)


def by_cookie(session: Session, secret: str, now: datetime) -> SignedIn:
    """Whose browser sends a cookie. Raises `NotSignedIn`."""
    found = session.execute(
        select(BrowserSession, User)
        .join(User, User.id == BrowserSession.user_id)
        .where(BrowserSession.hash == _hash(secret), User.disabled_at.is_(None))
    ).first()
    if found is None or _is_over(found.BrowserSession.expires_at, now):
        raise NotSignedIn("the session has ended")
    return SignedIn(found.BrowserSession, found.User, secret)


def mine(act: Act, secret: str | None) -> SignedIn:
    """The session of the caller's browser. Raises `NotFound` if it has none: a token was sent."""
    try:
        found = by_cookie(act.session, secret or "", act.now)
    except NotSignedIn:
        raise NotFound("session", "of a browser") from None
    if found.user.id != act.caller.id:
        raise NotFound("session", "of a browser")
    return found


def shown(begun: SignedIn) -> wire.BrowserSession:
    """A session as it is answered."""
    return wire.BrowserSession(user=users.shown(begun.user), csrf=begun.session.csrf, expires_at=begun.session.expires_at)


def end(act: Act, secret: str) -> None:
    """End a session of a browser, if there is one."""
    act.session.execute(delete(BrowserSession).where(BrowserSession.hash == _hash(secret)))
    act.note("signed_out", "user", act.caller.id)


def sweep(act: Act) -> int:
    """Remove the sessions that are over; how many."""
    over = delete(BrowserSession).where(BrowserSession.expires_at <= act.now)
    return act.session.execute(over).rowcount  # type: ignore[attr-defined,no-any-return]


def _is_over(ends: datetime | None, now: datetime) -> bool:
    return ends is not None and ends <= now


def _hash(secret: str) -> str:
    """Random secrets of 32 bytes need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
