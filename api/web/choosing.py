"""Which language somebody reads: the one they chose, or the one their browser asks for."""

from collections.abc import Mapping
from typing import Final

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from dispatch.report.language import CODES

COOKIE: Final = "dispatch_language"
_YEAR_S: Final = 365 * 24 * 3600


def chosen(headers: Mapping[str, str], cookies: Mapping[str, str]) -> str:
    """The code of the language for a request."""
    cookie = cookies.get(COOKIE)
    if cookie in CODES:
        return cookie
    accepted = parse_accept_header(headers.get("Accept-Language", ""), LanguageAccept)
    return accepted.best_match(CODES, default=CODES[0]) or CODES[0]


def kept(code: str, *, secure: bool) -> str:
    """The cookie that keeps a choice, as `Set-Cookie` says it."""
    return f"{COOKIE}={code}; Path=/; Max-Age={_YEAR_S}; SameSite=Lax; HttpOnly" + ("; Secure" if secure else "")


def local(path: str | None, otherwise: str = "/") -> str:
    """A path of this site, or another one: nobody is led away from here."""
    safe = path is not None and path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if safe and path is not None else otherwise
