"""The report as one HTML file that opens without a network: no script, no request, styles inside.

Names and notes are whatever people typed: templates escape everything, and the page's own policy forbids the browser all but the
one style sheet whose hash it states.
"""

import base64
import hashlib
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from jinja2 import BaseLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dispatch import version
from dispatch.report import map as maps
from dispatch.report import timeline, words
from dispatch.report.facts import Facts, LeftOut
from dispatch.report.language import ENGLISH, Language

KINDS = ("repair", "install", "consultation", "maintenance", "delivery")
"""The kinds of work with a colour of their own; others share what is left of the ten."""

_STYLES = ("parts.css", "report.css")


class Tile(NamedTuple):
    """A key figure: `alarm` when somebody should look at it."""

    name: str
    value: str
    unit: str
    more: str
    alarm: bool = False


def page(facts: Facts) -> str:
    """The report of a plan as one self-contained HTML document."""
    made = templates(facts)
    style = _style(made, len(facts.routes))
    kinds = Counter(visit.work.kind for _, visit in facts.jobs() if visit.work)
    tints = colours({*kinds, *(left.work.kind for left in facts.unassigned)})
    return made.get_template("report.html").render(
        facts=facts,
        proof=words.proof(facts.proof, facts.currency) if facts.proof else "",
        tiles=tiles(facts),
        boards=timeline.boards(facts),
        picture=maps.picture(facts),
        kinds=sorted(kinds.items(), key=lambda item: tints[item[0]]),
        tints=tints,
        most=max((lane.tally.duration for lane in facts.routes), default=1) or 1,
        dates=_dates(facts),
        style=Markup(style),  # our own file: nothing a user typed is in it
        policy=policy(style),
        version=version.installed(),
    )


def templates(facts: Facts) -> Environment:
    """The templates of the report, with filters that speak in the plan's zone and currency."""
    return environment(PackageLoader("dispatch.report"), ENGLISH, facts.zone, facts.currency)


def environment(loader: BaseLoader, language: Language, zone: ZoneInfo, currency: str) -> Environment:
    """Templates that speak a language: texts by `say` and `count`, filters that know the zone and currency of a plan."""
    made = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"say": language.say, "count": language.count, "language": language}
    made.filters |= {
        "clock": partial(_clock, zone),
        "date": lambda instant: language.date_of(instant, zone),
        "span": words.length,
        "hours": language.hours,
        "distance": words.distance,
        "money": lambda amount: language.money(amount, currency),
        "word": lambda code, group: language.word(group, code),
        "kind": lambda kind: language.word("kind", kind),
        "why": partial(_why, language),
    }
    return made


def tiles(facts: Facts, language: Language = ENGLISH) -> tuple[Tile, ...]:
    """The key figures, the most asked for first."""
    say = language.say
    tally, used, left = facts.tally, len(facts.routes), len(facts.unassigned)
    each = say("tile.each", n=round(tally.travel / facts.served / 60)) if facts.served else ""
    return (
        Tile(
            say("tile.served"),
            f"{facts.served:,}",
            say("tile.of", n=f"{facts.jobs_total:,}"),
            say("tile.unassigned", n=f"{left:,}") if left else say("tile.all"),
            left > 0,
        ),
        Tile(say("tile.late"), f"{facts.late:,}", "", say("tile.late_more"), facts.late > 0),
        Tile(say("tile.technicians"), f"{used:,}", say("tile.of", n=f"{len(facts.lanes):,}"), say("tile.shifts")),
        Tile(say("tile.travel"), *_split(language.hours(tally.travel)), f"{tally.distance / 1000:,.0f} km{each}"),
        Tile(
            say("tile.on_site"),
            f"{facts.utilisation:.0%}",
            "",
            say("tile.on_site_more", hours=language.hours(tally.setup + tally.service)),
        ),
        Tile(
            say("tile.overtime"),
            *_split(language.hours(tally.overtime)),
            say("tile.overtime_more", n=sum(1 for lane in facts.routes if lane.tally.overtime)),
        ),
        Tile(
            say("tile.cost"),
            language.money(facts.total, facts.currency).removesuffix(language.unit(facts.currency)),
            "",
            say("tile.cost_more", currency=facts.currency),
        ),
    )


def colours(kinds: set[str]) -> dict[str, int]:
    """A colour of the style sheet for each kind of work."""
    own = sorted(kinds.difference(KINDS))
    fixed = {kind: index for index, kind in enumerate(KINDS) if kind in kinds}
    return fixed | {kind: len(KINDS) + index % (10 - len(KINDS)) for index, kind in enumerate(own)}


def policy(style: str) -> str:
    """The content security policy that lets a page have this style sheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _style(made: Environment, routes: int) -> str:
    sheets = [made.get_template(name).render() for name in _STYLES]
    return "\n".join([*sheets, *map(focus, range(routes))])


def focus(route: int) -> str:
    """Without a script: while the button of a route is on, the other routes fade."""
    return f'main:has(#focus-{route}:checked) [data-route]:not([data-route="{route}"]) {{ opacity: .08; }}'


def _clock(zone: ZoneInfo, instant: datetime, beside: datetime | None = None) -> str:
    return words.clock_beside(instant, beside or instant, zone)


def _why(language: Language, left: LeftOut) -> str:
    return language.why(left.reason, left.message)


def _dates(facts: Facts) -> str:
    last_second = facts.span.end - timedelta(seconds=1)  # a horizon that ends at midnight ends on the day before
    first, last = words.date(facts.span.start, facts.zone), words.date(last_second, facts.zone)
    return first if first == last else f"{first} – {last}"


def _split(text: str) -> tuple[str, str]:
    """A figure and its unit."""
    figure, _, unit = text.partition(" ")
    return figure, unit
