"""The scalars of the dialect: what an id, an instant, a price may look like, each said once.

Types are pydantic annotations. Everything is strict: a string is no number, a boolean no integer, and null no value.
"""

import re
import unicodedata
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, Strict, TypeAdapter, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from dispatch.errors import Code

MOST_JOBS, MOST_TECHNICIANS, MOST_SITES, MOST_KINDS = 20_000, 2_000, 25_000, 100
MOST_WINDOWS, MOST_WORDS, MOST_SHIFTS, MOST_BREAKS, MOST_TIERS = 20, 50, 50, 10, 10
LONGEST_HORIZON_DAYS = 14
YEARS = range(2000, 2101)

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_PLAIN = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
"""What most words and ids look like: nothing in it has to be looked at one by one."""
_WALL = re.compile(r"\d\d:\d\d(:\d\d)?", re.ASCII)

T = TypeVar("T")


class Record(BaseModel):
    """What every object of the dialect has in common: strict, frozen, and no field that is not known."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True, hide_input_in_errors=True
    )


@dataclass(frozen=True, eq=False)
class AlsoRead:
    """Says in the JSON Schema that shorter forms of a field are read, too."""

    schemas: tuple[JsonSchemaValue, ...]

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: Callable[[CoreSchema], JsonSchemaValue]) -> JsonSchemaValue:
        return {"anyOf": [*self.schemas, handler(core)]}


def refuse(code: Code, message: str) -> PydanticCustomError:
    """The error a validator raises to refuse a value under a code of ours."""
    return PydanticCustomError(code.value, "{message}", {"message": message})


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise refuse(Code.WRONG_TYPE, "must be a string")
    return value


# ---------------------------------------------------------------- presence, lists


def not_null(value: object) -> object:
    """The value, unless it is null."""
    if value is None:
        raise refuse(Code.WRONG_TYPE, "must not be null: leave the field out")
    return value


Given = Annotated[T | None, BeforeValidator(not_null)]
"""May be left out, but not be null."""

Several = Annotated[tuple[T, ...], Strict(False)]
"""A list, kept as a tuple."""


# ---------------------------------------------------------------- strings


def _is_blank(text: str) -> bool:
    """Whether nothing of it can be seen: spaces, controls, zero-width characters."""
    return all(unicodedata.category(character) in {"Zs", "Zl", "Zp", "Cc", "Cf"} for character in text)


def _word(value: object) -> str:
    text = _text(value)
    if _PLAIN.fullmatch(text):
        return text
    if _is_blank(text):
        raise refuse(Code.STRING_INVALID, "must not be empty or blank")
    if len(text) > 64:
        raise refuse(Code.STRING_INVALID, "has more than 64 characters")
    if text != text.strip() or any(unicodedata.category(character) == "Cc" for character in text):
        raise refuse(Code.STRING_INVALID, "must not begin or end with a space or hold control characters")
    return text


def _id(value: object) -> str:
    text = _word(value)
    if _PLAIN.fullmatch(text):
        return text
    if ".." in text or text == "." or any(character in "/\\?#%" for character in text):
        raise refuse(Code.STRING_INVALID, "must not hold any of / \\ ? # % or two dots in a row")
    return text


def _prose(most: int) -> Callable[[object], str]:
    def read(value: object) -> str:
        text = _text(value)
        if _is_blank(text):
            raise refuse(Code.REQUIRED, "must not be empty or blank: leave the field out")
        if len(text) > most:
            raise refuse(Code.STRING_INVALID, f"has more than {most:,} characters")
        return text

    return read


Word = Annotated[str, BeforeValidator(_word), Field(json_schema_extra={"minLength": 1, "maxLength": 64})]
Id = Annotated[str, BeforeValidator(_id), Field(json_schema_extra={"minLength": 1, "maxLength": 64, "pattern": r"^[^/\\?#%]+$"})]
Name = Annotated[str, BeforeValidator(_prose(200)), Field(json_schema_extra={"minLength": 1, "maxLength": 200})]
Note = Annotated[str, BeforeValidator(_prose(4_000)), Field(json_schema_extra={"minLength": 1, "maxLength": 4_000})]


NO_ZONE = "is no time zone of the IANA database, as Europe/Berlin or Asia/Seoul is"


@cache
def zones() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(zoneinfo.available_timezones())


def _zone(value: object) -> str:
    if value is not None and _text(value) in zones():
        return str(value)
    raise refuse(Code.TIMEZONE_UNKNOWN, NO_ZONE)


def _currency(value: object) -> str:
    if re.fullmatch("[A-Z]{3}", _text(value)):
        return str(value)
    raise refuse(Code.UNKNOWN_VALUE, "is no currency code of three capital letters, as EUR or KRW is")


Zone = Annotated[str, BeforeValidator(_zone)]
Currency = Annotated[str, BeforeValidator(_currency), Field(json_schema_extra={"pattern": "^[A-Z]{3}$"})]


# ---------------------------------------------------------------- times


def _calendar(read: Callable[[str], T], text: str, what: str) -> T:
    """A calendar value that exists, in the years of the dialect."""
    try:
        value = read(text)
    except ValueError:
        raise refuse(Code.DATETIME_INVALID, f"is no {what} that exists") from None
    if isinstance(value, date) and value.year not in YEARS:
        raise refuse(Code.LIMIT_EXCEEDED, f"must lie in the years {YEARS[0]} to {YEARS[-1]}")
    return value


def _instant(value: object) -> datetime:
    if isinstance(value, datetime) and value.tzinfo:
        return value
    found = _INSTANT.fullmatch(_text(value))
    if not found:
        raise refuse(Code.DATETIME_INVALID, "is no RFC 3339 instant, as 2026-03-02T09:00:00+01:00 is")
    day, clock, fraction, offset = found.groups()
    if (fraction or "").strip(".0"):
        raise refuse(Code.DATETIME_INVALID, "has a fraction of a second; whole seconds only")
    instant = _calendar(datetime.fromisoformat, f"{day}T{clock}{(offset or '').upper()}", "instant")
    if not offset:
        raise refuse(Code.DATETIME_NAIVE, "lacks its offset from UTC, as +01:00 or Z")
    return instant


def _local_date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not _DATE.fullmatch(_text(value)):
        raise refuse(Code.DATETIME_INVALID, "is no date, as 2026-03-02 is")
    return _calendar(date.fromisoformat, str(value), "date")


def _wall_time(value: object) -> time:
    if isinstance(value, time) and value.tzinfo is None:
        return value
    if not _WALL.fullmatch(_text(value)):
        raise refuse(Code.DATETIME_INVALID, "is no time of day, as 08:30 is")
    return _calendar(time.fromisoformat, str(value), "time of day")


def _minutes(clock: time) -> str:
    return clock.isoformat(timespec="seconds" if clock.second else "minutes")


def _rfc3339(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")


Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    PlainSerializer(_rfc3339, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-03-02T09:00:00+01:00"]}),
]
LocalDate = Annotated[
    date, BeforeValidator(_local_date), WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-03-02"]})
]
WallTime = Annotated[
    time,
    BeforeValidator(_wall_time),
    PlainSerializer(_minutes, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d(:\d\d)?$", "examples": ["08:30"]}),
]


# ---------------------------------------------------------------- numbers


def _whole(value: object) -> object:
    """60.0 is the whole number 60, as in JSON Schema; 2.5 is none."""
    if not isinstance(value, float):
        return value
    if not value.is_integer():
        raise refuse(Code.OUT_OF_RANGE, "must be a whole number")
    return int(value)


def _tidy(value: float) -> int | float:
    """60.0 is written 60."""
    return int(value) if float(value).is_integer() else value


Number = Annotated[float, PlainSerializer(_tidy, when_used="json")]
Whole = Annotated[int, BeforeValidator(_whole)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Minutes = Annotated[Number, Field(ge=0, le=1_440)]
"""Minutes; a fraction is rounded to the second, halves up."""
Price = Annotated[Number, Field(ge=0, le=100_000_000)]
"""Money in the currency of the day; kept to the millionth, halves up."""
Rate = Annotated[Number, Field(ge=0, le=10_000_000)]
"""Money per hour or per kilometre."""
Percent = Annotated[Whole, Field(ge=10, le=1_000)]
Level = Annotated[Whole, Field(ge=1, le=100)]
Count = Annotated[Whole, Field(ge=0, le=100_000)]
Priority = Annotated[Whole, Field(ge=1, le=10)]


# ---------------------------------------------------------------- lists of words

Words = Annotated[Several[Word], Field(max_length=MOST_WORDS)]
Ids = Annotated[Several[Id], Field(max_length=MOST_TECHNICIANS)]
Parts = Annotated[dict[Word, Count], Field(max_length=MOST_WORDS)]

WORD_LIST: JsonSchemaValue = {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 64}, "maxItems": MOST_WORDS}
_WORDS = TypeAdapter[tuple[str, ...]](Words)


def listed(value: object, entry: object) -> object:
    """A list of words as the mapping it is short for: each word to the same entry. Anything else as it is."""
    return dict.fromkeys(_WORDS.validate_python(value), entry) if isinstance(value, list) else value
