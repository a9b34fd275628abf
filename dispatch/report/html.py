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

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dispatch import version
from dispatch.report import map as maps
from dispatch.report import timeline, words
from dispatch.report.facts import Facts

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
    environment = templates(facts)
    style = _style(environment, len(facts.routes))
    kinds = Counter(visit.work.kind for _, visit in facts.jobs() if visit.work)
    tints = colours({*kinds, *(left.work.kind for left in facts.unassigned)})
    return environment.get_template("report.html").render(
        facts=facts,
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
    """The templates, with filters that speak in the plan's zone and currency."""
    environment = Environment(
        loader=PackageLoader("dispatch.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "clock": partial(_clock, facts),
        "date": lambda instant: words.date(instant, facts.zone),
        "span": words.length,
        "hours": words.hours,
        "distance": words.distance,
        "money": lambda amount: words.money(amount, facts.currency),
        "sentence": words.sentence,
    }
    return environment


def tiles(facts: Facts) -> tuple[Tile, ...]:
    """The key figures, the most asked for first."""
    tally, used, left = facts.tally, len(facts.routes), len(facts.unassigned)
    each = f", {round(tally.travel / facts.served / 60)} min a job" if facts.served else ""
    return (
        Tile(
            "Jobs served",
            f"{facts.served:,}",
            f"of {facts.jobs_total:,}",
            f"{left:,} unassigned" if left else "all of them",
            left > 0,
        ),
        Tile("Late", f"{facts.late:,}", "", "end after they are due", facts.late > 0),
        Tile("Technicians", f"{used:,}", f"of {len(facts.lanes):,}", "shifts used"),
        Tile("Travel", *_split(words.hours(tally.travel)), f"{tally.distance / 1000:,.0f} km{each}"),
        Tile("On site", f"{facts.utilisation:.0%}", "", f"{words.hours(tally.setup + tally.service)} of the shifts used"),
        Tile(
            "Overtime", *_split(words.hours(tally.overtime)), f"in {sum(1 for lane in facts.routes if lane.tally.overtime)} shifts"
        ),
        Tile(
            "Cost",
            words.money(facts.total, facts.currency).removesuffix(facts.currency),
            "",
            f"{facts.currency} all terms together",
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


def _style(environment: Environment, routes: int) -> str:
    sheets = [environment.get_template(name).render() for name in _STYLES]
    return "\n".join([*sheets, *map(_focus, range(routes))])


def _focus(route: int) -> str:
    """Without a script: while the button of a route is on, the other routes fade."""
    return f'main:has(#focus-{route}:checked) [data-route]:not([data-route="{route}"]) {{ opacity: .08; }}'


def _clock(facts: Facts, instant: datetime, beside: datetime | None = None) -> str:
    return words.clock_beside(instant, beside or instant, facts.zone)


def _dates(facts: Facts) -> str:
    last_second = facts.span.end - timedelta(seconds=1)  # a horizon that ends at midnight ends on the day before
    first, last = words.date(facts.span.start, facts.zone), words.date(last_second, facts.zone)
    return first if first == last else f"{first} – {last}"


def _split(text: str) -> tuple[str, str]:
    """A figure and its unit."""
    figure, _, unit = text.partition(" ")
    return figure, unit
