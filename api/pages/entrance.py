"""Signing in and out, the first page of each role, the choice of a language, the files that pages load."""

from werkzeug.exceptions import NotFound as NoSuchFile

from api.auth import COOKIE
from api.door import PUBLIC, SIGNED_IN, Call, Reply, page
from api.pages.screen import go, open_screen
from api.web import choosing, rendering
from dispatch import sessions, users, wire
from dispatch.access import Act
from dispatch.errors import NotSignedIn
from dispatch.report.language import CODES
from dispatch.store.tables import Role


@page("GET", "/", may=SIGNED_IN)
def open_home(act: Act, call: Call) -> Reply:
    """The first page of who asks: my jobs of a technician, the day of everybody else."""
    return go("/my-jobs" if act.caller.role is Role.TECHNICIAN else "/day")


@page("GET", "/sign-in", may=PUBLIC, query=wire.SignInQuery)
def open_sign_in(act: Act, call: Call) -> Reply:
    """The page to sign in."""
    return open_screen(act, call).show("sign_in.html", next=choosing.local(call.query.next), refused=False, name="")


@page("POST", "/sign-in", may=PUBLIC, form=wire.SignInForm, long=True)
def send_sign_in(act: Act, call: Call) -> Reply:
    """Sign in, and go on to where one wanted to be."""
    asked: wire.SignInForm = call.body
    onward = choosing.local(asked.next)
    try:
        user = users.verified(act.session, asked.name, asked.password)
    except NotSignedIn:
        screen = open_screen(act, call, here="/sign-in")
        return screen.show("sign_in.html", status=401, next=onward, refused=True, name=asked.name)
    with call.again(writes=True) as later:
        begun = sessions.begin(later, user, call.settings.session_hours)
    return go(onward, cookies={COOKIE: begun.secret})


@page("POST", "/sign-out", may=SIGNED_IN, form=wire.Form, writes=True)
def send_sign_out(act: Act, call: Call) -> Reply:
    """Sign out with this browser."""
    sessions.end(act, call.cookies.get(COOKIE, ""))
    return go("/sign-in", cookies={COOKIE: None})


@page("GET", "/language/<language>", may=PUBLIC, query=wire.LanguageQuery)
def choose_language(act: Act, call: Call) -> Reply:
    """Read everything in a language from now on."""
    code = call.path["language"]
    if code not in CODES:
        raise NoSuchFile
    return go(choosing.local(call.query.back), headers={"Set-Cookie": choosing.kept(code, secure=call.settings.secure_cookies)})


@page("GET", "/assets/<asset>", may=PUBLIC)
def load_asset(act: Act, call: Call) -> Reply:
    """A style sheet, a script, the icon: kept by browsers for good, as its name changes with it."""
    asset = rendering.assets().get(call.path["asset"])
    if asset is None or asset.name != call.path["asset"]:
        raise NoSuchFile
    return Reply(asset.data, media=asset.media, headers={"Cache-Control": "public, max-age=31536000, immutable"})
