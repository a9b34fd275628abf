"""How figures are said: clock times, lengths, distances, money. One wording for the terminal, the report and the web pages."""

import unicodedata
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from dispatch.report.facts import Proved

WITHOUT_CENTS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)
"""ISO 4217 currencies without a minor unit."""


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """The time of day in a zone: `08:05`; with its offset, `02:05+02:00`, in an hour that the clocks repeat."""
    local = instant.astimezone(zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%H:%M}" + (local.isoformat()[-6:] if twice else "")


def clock_beside(instant: datetime, other: datetime, zone: ZoneInfo) -> str:
    """The time of day, with `+1` for each date later than that of `other`."""
    days = (instant.astimezone(zone).date() - other.astimezone(zone).date()).days
    return clock(instant, zone) + (f" {days:+d}" if days else "")


def date(instant: datetime, zone: ZoneInfo) -> str:
    """The date in a zone: `Mon 2 March 2026`."""
    local = instant.astimezone(zone)
    return f"{local:%a} {local.day} {local:%B %Y}"


def length(seconds: int) -> str:
    """Hours and minutes: `1:05`; with the seconds when there are some: `1:05:30`."""
    sign = "-" if seconds < 0 else ""
    hours, rest = divmod(abs(seconds), 3600)
    return f"{sign}{hours}:{rest // 60:02d}" + (f":{rest % 60:02d}" if rest % 60 else "")


def hours(seconds: int) -> str:
    """Decimal hours: `12.4 h`."""
    return f"{timedelta(seconds=seconds) / timedelta(hours=1):,.1f} h"


def kilometres(metres: int) -> str:
    """Kilometres: `12.4`."""
    return f"{metres / 1000:,.1f}"


def distance(metres: int) -> str:
    """Kilometres with their unit: `12.4 km`."""
    return f"{kilometres(metres)} km"


def money(amount: Decimal, currency: str) -> str:
    """An amount with as many decimals as its currency has: `1,234.50 EUR`."""
    digits = 0 if currency in WITHOUT_CENTS else 2
    return f"{amount:,.{digits}f} {currency}".rstrip()


def proof(proved: Proved, currency: str) -> str:
    """What was proved, in a sentence, as precise as the proof."""
    bound = f"no plan costs less than {money(proved.bound, currency)}"
    gap = "" if proved.gap is None else f": this one is at most {proved.gap:.2f} % dearer than need be"
    lightly = f" (taken lightly: {'; '.join(proved.relaxed)})" if proved.relaxed else ""
    return f"proved: {bound}{gap}{lightly}"


def sentence(code: str) -> str:
    """A code as words: `no_shift_overlaps_window` is `no shift overlaps window`."""
    return code.replace("_", " ")


def harmless(text: str) -> str:
    """Text without the power to steer a terminal: control characters become their pictures (U+2400 …)."""
    return "".join(_picture(character) for character in text)


def _picture(character: str) -> str:
    if unicodedata.category(character) != "Cc":
        return character
    code = ord(character)
    return chr(0x2400 + code) if code < 32 else "␡" if code == 127 else "\N{REPLACEMENT CHARACTER}"


def columns(text: str) -> int:
    """How many columns a text takes in a fixed-width font: two for each wide character, none for a combining one."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def shortened(text: str, most: int) -> str:
    """As much of a text as takes at most so many columns, an ellipsis for the rest; empty when not even two fit."""
    if columns(text) <= most:
        return text
    kept = ""
    for character in text:
        if columns(kept) + columns(character) > most - 1:
            break
        kept += character
    return kept.rstrip() + "…" if most >= 3 else ""
