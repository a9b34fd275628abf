"""Addresses to points, behind a cache: whose point is sure, whose is a guess somebody should look at, and who is not to be found.

A geocoder answers nearly everything with something. What it matched is therefore held beside what was asked: every word of the
address has to be there, perhaps misspelt, and every number exactly as it was asked.
"""

import hashlib
import inspect
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import pairwise
from time import sleep
from typing import Any, Final

from geopy.distance import great_circle
from geopy.exc import GeocoderParseError, GeocoderQueryError, GeopyError
from geopy.geocoders import get_geocoder_for_service
from sqlalchemy import select

from dispatch import version
from dispatch.access import Act, program
from dispatch.errors import Busy, Code, Finding, InputError
from dispatch.settings import Settings
from dispatch.store import Store
from dispatch.store.tables import GeocodeAnswer, Located, Site

AT_ONCE: Final = 20
"""Sites that one call looks up."""

PAUSE_S: Final = 1.1
"""Seconds between two questions: the public servers ask for not more than one a second."""

_RIVAL_M: Final = 250
"""Metres from which on a second answer that fits as well is another place."""

_ALIKE: Final = 0.8
"""How alike two words have to be to be one of them misspelt."""

_KEYS: Final = ("api_key", "apikey", "subscription_key", "access_token", "username")
"""What geopy's geocoders call the key they need."""

_SHORT: Final = {
    "str": "strasse",
    "pl": "place",
    "bd": "boulevard",
    "blvd": "boulevard",
    "av": "avenue",
    "ave": "avenue",
    "st": "saint",
    "ste": "sainte",
    "rd": "road",
    "pte": "porte",
    "fg": "faubourg",
    "fbg": "faubourg",
    "rte": "route",
    "sq": "square",
}
"""Words that are often cut short."""

_SMALL: Final = (
    *("de", "du", "des", "la", "le", "les", "l", "d", "et"),
    *("der", "die", "das", "den", "dem", "am", "an", "im", "in", "zur", "zum", "und"),
    *("van", "von", "di", "del", "della", "y", "e", "and"),
)
"""Words that people leave out."""


@dataclass(frozen=True, slots=True)
class Found:
    """One answer of a geocoder: the point, and what it is the point of."""

    lat: float
    lon: float
    matched: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known about an address: the best answer, and whether it surely is the place that was asked for."""

    lat: float
    lon: float
    matched: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Geocoder:
    """Somebody who knows addresses: what it is called in the cache, what it answers, and how long to wait between two questions."""

    name: str
    ask: Callable[[str], Sequence[Found]]
    pause_s: float = 0.0


def from_settings(settings: Settings) -> Geocoder | None:
    """The geocoder of geopy that an installation uses; None if addresses are not looked up.

    Raises
    ------
    InputError : geopy has no such geocoder, or it needs a key
    """
    if not settings.geocoder:
        return None
    try:
        service = get_geocoder_for_service(settings.geocoder)
    except GeopyError:
        raise _refused("DISPATCH_GEOCODER", Code.UNKNOWN_VALUE, "is no geocoder of geopy", settings.geocoder) from None
    takes = inspect.signature(service).parameters
    options: dict[str, Any] = {"timeout": 10}
    options |= {"user_agent": f"field-dispatch/{version.installed()}"} if "user_agent" in takes else {}
    options |= {"domain": settings.geocoder_url} if settings.geocoder_url and "domain" in takes else {}
    key = next((name for name in _KEYS if name in takes), None)
    if key is not None and settings.geocoder_key:
        options[key] = settings.geocoder_key
    elif key is not None and takes[key].default is inspect.Parameter.empty:
        raise _refused("DISPATCH_GEOCODER_KEY", Code.REQUIRED, f"is missing: {settings.geocoder} needs it", None)
    there = service(**options)
    return Geocoder(settings.geocoder, lambda address: _answers(there.geocode(address, exactly_one=False)), PAUSE_S)


def look_up_waiting(
    store: Store, geocoder: Geocoder, now: datetime, *, most: int = AT_ONCE, wait: Callable[[float], None] = sleep
) -> int:
    """Look up the addresses of sites that wait for it; how many have been. Asks outside of any transaction.

    Raises
    ------
    Busy : the geocoder cannot be reached, or wants to be asked less often; what was found until then is kept
    """
    with store.reading() as session:
        query = select(Site).where(Site.located == Located.WAITING, Site.retired_at.is_(None), Site.address.is_not(None))
        waiting = session.scalars(query.order_by(Site.updated_at, Site.territory_id, Site.id).limit(most)).all()
    for site in waiting:
        answer = _kept(store, geocoder, site.address or "")
        if isinstance(answer, _NotAsked):
            answer = _asked(geocoder, site.address or "")
            wait(geocoder.pause_s)
        _keep(store, geocoder, site, answer, now)
    return len(waiting)


def judged(address: str, found: Sequence[Found]) -> Answer | None:
    """The best of a geocoder's answers, and whether it surely is the place; None if there is none."""
    real = [each for each in found if _is_somewhere(each)]
    if not real:
        return None
    asked = _words(address)
    ranked = sorted(real, key=lambda each: -_share(asked, _words(each.matched)))
    best = ranked[0]
    fits = [each for each in ranked if _is_match(asked, _words(each.matched))]
    apart = any(great_circle((best.lat, best.lon), (each.lat, each.lon)).meters > _RIVAL_M for each in fits)
    return Answer(best.lat, best.lon, best.matched, bool(fits) and not apart)


def _refused(where: str, code: Code, message: str, value: str | None) -> InputError:
    return InputError([Finding(where, code, message, value)])


# ---------------------------------------------------------------- asking


class _NotAsked:
    """Nobody has asked the geocoder yet."""


def _kept(store: Store, geocoder: Geocoder, address: str) -> Answer | _NotAsked | None:
    with store.reading() as session:
        row = session.get(GeocodeAnswer, (geocoder.name, digest(address)))
    if row is None:
        return _NotAsked()
    return None if row.answer is None else Answer(**row.answer)


def _asked(geocoder: Geocoder, address: str) -> Answer | None:
    try:
        return judged(address, geocoder.ask(address))
    except (GeocoderQueryError, GeocoderParseError):  # it cannot make anything of this address, now or later
        return None
    except GeopyError as error:
        raise Busy(f"the geocoder {geocoder.name} gives no answer: {type(error).__name__}", retry_after=60) from error


def _answers(locations: Iterable[Any] | None) -> list[Found]:
    return [Found(float(each.latitude), float(each.longitude), str(each.address)) for each in locations or ()]


def _keep(store: Store, geocoder: Geocoder, site: Site, answer: Answer | None, now: datetime) -> None:
    """Keep an answer, and let the site know, unless somebody has changed it meanwhile."""
    kept = None if answer is None else asdict(answer)
    with store.writing() as session:
        session.merge(GeocodeAnswer(geocoder=geocoder.name, query=digest(site.address or ""), answer=kept, asked_at=now))
        row = session.get(Site, (site.territory_id, site.id), with_for_update=True)
        if row is None or row.version != site.version:
            return
        row.lat, row.lon = (None, None) if answer is None else (answer.lat, answer.lon)
        row.located = Located.UNKNOWN if answer is None else Located.FOUND if answer.sure else Located.UNSURE
        row.updated_at = now
        changes = {"located": [site.located.value, row.located.value]}
        Act(session, program("clock"), now).note("geocode", "site", row.id, territory=row.territory_id, changes=changes)


def digest(address: str) -> str:
    """What stands for an address in the cache: nobody reads it there."""
    return hashlib.sha256(" ".join(_words(address)).encode()).hexdigest()


# ---------------------------------------------------------------- is it the place?


def _is_somewhere(found: Found) -> bool:
    in_range = math.isfinite(found.lat) and math.isfinite(found.lon) and abs(found.lat) <= 90 and abs(found.lon) <= 180
    return in_range and (found.lat, found.lon) != (0, 0)


def _words(text: str) -> list[str]:
    """The words and numbers of an address, without accents, spelt out."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = re.sub(r"(\w{3,})str\b\.?", r"\1strasse", plain)
    plain = re.sub(r"\b(\d+) ?([a-z])\b", r"\1\2", plain)  # house number 29 D is 29d, and not 29
    return [_SHORT.get(word, word) for word in re.findall(r"\w+", unicodedata.normalize("NFC", plain))]


def _is_match(asked: Sequence[str], matched: Sequence[str]) -> bool:
    """Whether every number is there as it was asked, and every word, perhaps misspelt."""
    numbers = [word for word in asked if word[0].isdigit()]
    return all(number in matched for number in numbers) and _share(asked, matched) == 1


def _share(asked: Sequence[str], matched: Sequence[str]) -> float:
    """Which share of the words that were asked for is there."""
    wanted = [word for word in asked if word not in _SMALL] or list(asked)
    there = sum(1 for word in wanted if _has(word, matched))
    return there / len(wanted) if wanted else 0.0


def _has(word: str, matched: Sequence[str]) -> bool:
    if word in matched or word[0].isdigit() or len(word) < 2:
        return word in matched
    glued = {one + other for one, other in pairwise(matched)}
    return any(SequenceMatcher(None, word, other).ratio() >= _ALIKE for other in (*matched, *glued) if not other[0].isdigit())
