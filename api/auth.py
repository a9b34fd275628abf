"""Who is asking: a bearer token, or the cookie of a browser that also shows it was not led here by another site."""

import hmac
from datetime import datetime
from typing import Final

from flask import Request

from api import forms
from dispatch import sessions, users
from dispatch.access import Caller
from dispatch.errors import Code, NotAllowed, NotSignedIn
from dispatch.store import Store
from dispatch.store.tables import Role

COOKIE: Final = "dispatch_session"
CSRF_HEADER: Final = "X-CSRF-Token"
SAFE: Final = frozenset({"GET", "HEAD"})


class Forged(NotAllowed):
    """A browser asked with its cookie, but without what only our own pages know."""

    code = Code.CSRF_INVALID


def who(request: Request, store: Store, now: datetime) -> Caller:
    """Who sends a request.

    Raises
    ------
    NotSignedIn : there is neither a token nor a session, or it has ended
    Forged : a browser changes something without the session's `X-CSRF-Token`, or `csrf` in its form
    """
    header = request.headers.get("Authorization")
    if header is not None:
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "bearer" or not secret:
            raise NotSignedIn("Authorization must be: Bearer, and a token")
        with store.reading() as session:
            return sessions.by_token(session, secret.strip(), now)
    cookie = request.cookies.get(COOKIE)
    if cookie is None:
        raise NotSignedIn("sign in, or send a token")
    with store.reading() as session:
        found = sessions.by_cookie(session, cookie, now)
    if request.method not in SAFE and not _is(_proof(request), found.session.csrf):
        raise Forged(f"{CSRF_HEADER}, or the field csrf of a form, must hold what the session was answered with")
    return users.caller(found.user)


def require(caller: Caller, may: frozenset[Role]) -> None:
    """Refuse whoever may not ask. Raises `NotAllowed`."""
    if caller.role not in may:
        raise NotAllowed(f"a {caller.role} may not do that")


def _proof(request: Request) -> str:
    """What shows that one of our own pages asks."""
    return request.headers.get(CSRF_HEADER) or forms.field(request, forms.CSRF)


def _is(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
