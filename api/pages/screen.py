"""What every page has: who looks at it, in which language, and the secret that its forms carry."""

from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from api.auth import COOKIE
from api.door import Call, Reply
from api.handling import ANYBODY
from api.web import choosing, rendering
from dispatch import sessions, users, wire
from dispatch.access import Act
from dispatch.errors import NotFound
from dispatch.report.language import Language
from dispatch.store.tables import Role

UTC: Final = ZoneInfo("UTC")

AWAY: Final = {"Cache-Control": "no-store"}
"""Pages are about people: nobody sees them with the back button once somebody has signed out."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A page about to be shown.

    Attributes
    ----------
    spoken : the language
    me : who looks; None: nobody has signed in
    csrf : what forms carry; empty if a program looks
    here : where the page can be asked for again
    """

    spoken: Language
    me: wire.User | None
    csrf: str
    here: str
    zone: ZoneInfo = field(default=UTC)
    currency: str = ""

    def show(self, template: str, *, status: int = 200, style: str = "", **values: Any) -> Reply:
        """The page as it is answered."""
        body = rendering.page(template, self.spoken, self.zone, self.currency, screen=self, style=style, **values)
        headers = {"Content-Security-Policy": rendering.policy(style), "Vary": "Accept-Language, Cookie", **AWAY}
        return Reply(body, status=status, headers=headers)

    def may(self, *roles: Role) -> bool:
        """Whether who looks has one of some roles."""
        return self.me is not None and self.me.role in {role.value for role in roles}

    @property
    def plans(self) -> bool:
        """Whether who looks may plan and publish."""
        return self.may(Role.DISPATCHER, Role.ADMINISTRATOR)

    @property
    def is_technician(self) -> bool:
        return self.may(Role.TECHNICIAN)


def open_screen(act: Act, call: Call, zone: ZoneInfo = UTC, currency: str = "", here: str | None = None) -> Screen:
    """The screen of who asks; `here`: where the page can be asked for again, if not where it was asked for."""
    spoken = rendering.said_in(choosing.chosen(call.headers, call.cookies))
    me = users.shown(users.find(act, act.caller.id)) if act.caller is not ANYBODY else None
    return Screen(spoken, me, _csrf(act, call), here or call.here, zone, currency)


def go(path: str, **options: Any) -> Reply:
    """Let the browser go on elsewhere."""
    return Reply(status=303, location=path, **options)


def _csrf(act: Act, call: Call) -> str:
    try:
        return sessions.mine(act, call.cookies.get(COOKIE)).session.csrf
    except NotFound:
        return ""
