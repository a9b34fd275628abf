"""Who asks: sessions of browsers, oneself, users and their tokens, the trail."""

from typing import Final

from api.auth import COOKIE
from api.door import ADMINISTRATORS, PUBLIC, READERS, SIGNED_IN, Call, Reply, endpoint
from dispatch import sessions, trail, users, wire
from dispatch.access import Act

USER: Final = "/users/<user>"


@endpoint(
    "POST", "/session", may=PUBLIC, body=wire.SignIn, answer=wire.BrowserSession, status=201, errors={401: "Not known."}, long=True
)
def sign_in(act: Act, call: Call) -> Reply:
    """Sign in with a browser.

    Sets a cookie that pages cannot read. Everything that changes something then needs the `X-CSRF-Token` that is answered.
    """
    asked: wire.SignIn = call.body
    user = users.verified(act.session, asked.name, asked.password)
    with call.again(writes=True) as later:
        begun = sessions.begin(later, user, call.settings.session_hours)
    return Reply(sessions.shown(begun), location="/session", cookies={COOKIE: begun.secret})


@endpoint("GET", "/session", may=SIGNED_IN, answer=wire.BrowserSession, errors={404: "There is none: a token was sent."})
def look_at_session(act: Act, call: Call) -> Reply:
    """The session of this browser, with its `csrf`."""
    return Reply(sessions.shown(sessions.mine(act, call.cookies.get(COOKIE))))


@endpoint("DELETE", "/session", may=SIGNED_IN, writes=True)
def sign_out(act: Act, call: Call) -> Reply:
    """Sign out with this browser."""
    sessions.end(act, call.cookies.get(COOKIE, ""))
    return Reply(cookies={COOKIE: None})


@endpoint("GET", "/me", may=SIGNED_IN, answer=wire.User)
def look_at_me(act: Act, call: Call) -> Reply:
    """Who asks."""
    me = users.find(act, act.caller.id)
    return Reply(users.shown(me), version=me.version)


@endpoint("GET", "/users", may=ADMINISTRATORS, query=wire.PageQuery, answer=wire.Page[wire.User])
def list_users(act: Act, call: Call) -> Reply:
    """All users, by name."""
    rows = users.listed(act, call.query.limit, call.query.cursor)
    return Reply(wire.Page[wire.User](items=tuple(map(users.shown, rows.items)), next=rows.next))


@endpoint(
    "POST",
    "/users",
    may=ADMINISTRATORS,
    body=wire.NewUser,
    answer=wire.User,
    status=201,
    writes=True,
    errors={409: "The name is taken."},
    long=True,
)
def add_user(act: Act, call: Call) -> Reply:
    """Make a user."""
    user = users.create(act, call.body)
    return Reply(users.shown(user), version=user.version, location=f"/users/{user.id}")


@endpoint("GET", USER, may=ADMINISTRATORS, answer=wire.User)
def look_at_user(act: Act, call: Call) -> Reply:
    """A user."""
    user = users.find(act, call.path["user"])
    return Reply(users.shown(user), version=user.version)


@endpoint(
    "PATCH",
    USER,
    may=ADMINISTRATORS,
    body=wire.UserChange,
    answer=wire.User,
    writes=True,
    if_match=True,
    errors={409: "Nobody would be left who may make users."},
    long=True,
)
def change_user(act: Act, call: Call) -> Reply:
    """Change a user, their password, or whether they may ask.

    Users are disabled, never removed: the trail names them.
    """
    user = users.change(act, call.path["user"], call.body, call.version)
    return Reply(users.shown(user), version=user.version)


@endpoint("GET", USER + "/tokens", may=ADMINISTRATORS, query=wire.PageQuery, answer=wire.Page[wire.Token])
def list_tokens(act: Act, call: Call) -> Reply:
    """The bearer tokens of a user, without their secrets."""
    rows = sessions.tokens(act, users.find(act, call.path["user"]), call.query.limit, call.query.cursor)
    return Reply(wire.Page[wire.Token](items=tuple(map(sessions.token_shown, rows.items)), next=rows.next))


@endpoint("POST", USER + "/tokens", may=ADMINISTRATORS, body=wire.NewToken, answer=wire.Token, status=201, writes=True)
def add_token(act: Act, call: Call) -> Reply:
    """Make a bearer token for a user.

    The secret is told once, here; a retry with the same `Idempotency-Key` is answered without it.
    """
    token, secret = sessions.make_token(act, users.find(act, call.path["user"]), call.body)
    return Reply(sessions.token_shown(token, secret), kept=sessions.token_shown(token))


@endpoint("DELETE", USER + "/tokens/<token>", may=ADMINISTRATORS, writes=True)
def revoke_token(act: Act, call: Call) -> Reply:
    """Revoke a bearer token, once and for all."""
    sessions.revoke(act, users.find(act, call.path["user"]), call.path["token"])
    return Reply()


@endpoint(
    "GET",
    "/audit",
    may=READERS,
    query=wire.AuditQuery,
    answer=wire.Page[wire.AuditEntry],
    errors={404: "There is no such territory, or none that whoever asks may see."},
)
def list_audit(act: Act, call: Call) -> Reply:
    """What was changed, by whom, the newest first."""
    rows = trail.listed(act, call.query)
    return Reply(wire.Page[wire.AuditEntry](items=tuple(map(trail.shown, rows.items)), next=rows.next))
