"""Pages as bytes: templates that speak a language, the files they load, and the policy under which browsers run them.

Texts are whatever people typed: templates escape everything. A page loads its style sheet and scripts from here and nothing from
anywhere else; what styles it needs for itself (fading routes) it states by their hash.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, Environment, PackageLoader
from markupsafe import Markup

from dispatch.report import html
from dispatch.report.language import Language, language

TEXTS: Final = "api.web"
"""The package whose texts are added to those of a plan."""

MEDIA: Final[Mapping[str, str]] = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages load; its name holds a hash of it, so that browsers may keep it for good."""

    name: str
    data: bytes
    media: str


def said_in(code: str) -> Language:
    """A language, with the texts of the pages."""
    return language(code, TEXTS)


def page(template: str, spoken: Language, zone: ZoneInfo, currency: str, **values: Any) -> bytes:
    """A page in a language; times in a zone, money in a currency.

    Parameters
    ----------
    values : what the template is about; `style` is put into the page, and has to be in its `policy`
    """
    values["style"] = Markup(values.get("style", ""))  # our own: nothing a user typed is in it
    return _templates(spoken.code, zone.key, currency).get_template(template).render(**values).encode()


def policy(style: str = "") -> str:
    """The content security policy of a page with a style of its own."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    own = f" 'sha256-{digest}'" if style else ""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'{own}; img-src 'self'; connect-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    )


def focus(routes: int) -> str:
    """The style that lets a page fade all routes but one."""
    return "\n".join(map(html.focus, range(routes)))


@cache
def assets() -> Mapping[str, Asset]:
    """Every file that pages load, by its name without and with the hash."""
    shared, own = files("dispatch.report") / "templates", files("api.web")
    sheets = (shared / "parts.css", shared / "report.css", own / "styles" / "pages.css")
    made = [
        _asset("pages.css", "\n".join(sheet.read_text("utf-8") for sheet in sheets).encode()),
        _asset("icon.svg", (own / "icon.svg").read_bytes()),
        *(_asset(file.name, file.read_bytes()) for file in (own / "scripts").iterdir() if file.name.endswith(".js")),
    ]
    return MappingProxyType({name: asset for plain, asset in made for name in (plain, asset.name)})


def _asset(name: str, data: bytes) -> tuple[str, Asset]:
    stem, _, kind = name.rpartition(".")
    return name, Asset(f"{stem}-{hashlib.sha256(data).hexdigest()[:12]}.{kind}", data, MEDIA[kind])


@cache
def _templates(code: str, zone: str, currency: str) -> Environment:
    loader = ChoiceLoader([PackageLoader("api.web"), PackageLoader("dispatch.report")])
    made = html.environment(loader, said_in(code), ZoneInfo(zone), currency)
    made.globals |= {"asset": lambda name: f"/assets/{assets()[name].name}", "new_key": lambda: secrets.token_urlsafe(16)}
    made.filters |= {"day": said_in(code).day}
    return made
