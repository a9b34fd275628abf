"""What a reader reads in their own language: texts by key, codes as words, dates, lengths and money.

The texts of each language stand in one file of `languages/`; whoever shows more than a plan adds files of their own.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from dispatch.report import words

CODES: Final = ("en", "ko")
"""The languages there are, the one of whoever asks for none first."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its code of ISO 639, and its texts by key."""

    code: str
    texts: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """The text of a key, with values put in. Raises `KeyError`: a text is missing, which is a defect."""
        return self.texts[key].format(**values) if values else self.texts[key]

    def count(self, key: str, number: int, **values: object) -> str:
        """A text about a number of things: that of the key and `.one` for one of them, where the language tells them apart."""
        return self.say(f"{key}.one" if number == 1 else key, n=f"{number:,}", **values)

    def word(self, group: str, code: str) -> str:
        """A code as words, as `reason.unreachable` says it; one that nobody has a text for as it is, without underscores."""
        return self.texts.get(f"{group}.{code}") or words.sentence(code)

    def why(self, code: str, message: str) -> str:
        """Why a job is left out. The program's own message is English; other languages say what the code means."""
        return message if self.code == "en" else self.texts.get(f"why.{code}", message)

    def date_of(self, instant: datetime, zone: ZoneInfo) -> str:
        """The date in a zone."""
        return self.day(instant.astimezone(zone).date())

    def day(self, day: date) -> str:
        """A date: `Mon 2 March 2026`."""
        week, months = self.texts["weekdays"].split(), self.texts["months"].split()
        return self.say("date", weekday=week[day.weekday()], day=day.day, month=months[day.month - 1], year=day.year)

    def hours(self, seconds: int) -> str:
        """Decimal hours: `12.4 h`."""
        return f"{words.hours(seconds).removesuffix(' h')} {self.texts['hours_unit']}"

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount with its currency: `1,234.50 EUR`."""
        return words.money(amount, currency).removesuffix(f" {currency}") + self.unit(currency)

    def unit(self, currency: str) -> str:
        """What follows an amount: ` EUR`."""
        return self.texts.get(f"currency.{currency}", f" {currency}")


@cache
def language(code: str, *packages: str) -> Language:
    """The language of a code, with the texts that packages add to those of a plan. Raises `KeyError` for one there is not."""
    if code not in CODES:
        raise KeyError(code)
    texts = texts_of("dispatch.report", code)
    for package in packages:
        texts |= texts_of(package, code)
    return Language(code, MappingProxyType(texts))


def texts_of(package: str, code: str) -> dict[str, str]:
    """The texts that a package has in a language."""
    read: dict[str, str] = json.loads((files(package) / "languages" / f"{code}.json").read_text("utf-8"))
    return read


ENGLISH: Final = language("en")
