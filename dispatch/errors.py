"""What can go wrong, and how it is said.

::

    DispatchError              something this package refuses or cannot do; its message is fit for a person
    ├── InputError             what was handed in is not acceptable: every finding with place, code and value
    └── travel.TravelError     no travel times can be had

Whoever catches a `DispatchError` prints its message; an `InputError` also carries its findings.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

MOST_FINDINGS = 100
"""More findings than this are not listed in one answer."""

MOST_ECHOED = 100
"""Characters of an offending value that are shown."""


class DispatchError(Exception):
    """Something this package refuses or cannot do."""


class Code(StrEnum):
    """What is wrong, for programs: stable, whatever the message says."""

    # The file cannot be read at all.
    TOO_LARGE = "too_large"
    ENCODING_INVALID = "encoding_invalid"
    JSON_INVALID = "json_invalid"
    JSON_TOO_DEEP = "json_too_deep"
    DUPLICATE_KEY = "duplicate_key"
    NUMBER_NOT_FINITE = "number_not_finite"
    # A field is wrong by itself.
    WRONG_TYPE = "wrong_type"
    REQUIRED = "required"
    UNKNOWN_FIELD = "unknown_field"
    READ_ONLY = "read_only"
    UNKNOWN_VALUE = "unknown_value"
    OUT_OF_RANGE = "out_of_range"
    STRING_INVALID = "string_invalid"
    TOO_MANY_ITEMS = "too_many_items"
    LIMIT_EXCEEDED = "limit_exceeded"
    NULL_ISLAND = "null_island"
    DATETIME_INVALID = "datetime_invalid"
    DATETIME_NAIVE = "datetime_naive"
    TIMEZONE_UNKNOWN = "timezone_unknown"
    # Fields contradict each other.
    CONFLICT = "conflict"
    DUPLICATE_ID = "duplicate_id"
    UNKNOWN_REFERENCE = "unknown_reference"
    WINDOW_INVERTED = "window_inverted"
    WINDOWS_OVERLAP = "windows_overlap"
    OUTSIDE_SHIFT = "outside_shift"
    DIMENSION_MISMATCH = "dimension_mismatch"
    PIN_CONFLICT = "pin_conflict"
    # Warnings: taken in, and worth a look.
    NONEXISTENT_TIME = "nonexistent_time"
    AMBIGUOUS_TIME = "ambiguous_time"
    NO_SHIFTS = "no_shifts"
    SHIFT_ABSENT = "shift_absent"
    BREAK_ABSENT = "break_absent"
    OUTSIDE_HORIZON = "outside_horizon"
    PIN_VIOLATES = "pin_violates"
    DEFAULT_PRICES = "default_prices"
    # Tables (CSV).
    COLUMN_MISSING = "column_missing"
    COLUMN_UNKNOWN = "column_unknown"
    COLUMN_DUPLICATE = "column_duplicate"
    NUMBER_INVALID = "number_invalid"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or worth a look.

    Attributes
    ----------
    pointer : where, as an RFC 6901 JSON pointer into what was handed in; for a table `line 3, column duration_min`
    code : what, for programs (see `Code`)
    message : what, for people
    value : the offending value, cut to 100 characters; None for personal fields and for whole objects
    """

    pointer: str
    code: str
    message: str
    value: str | int | float | bool | None = None

    def __str__(self) -> str:
        value = "" if self.value is None else f" (value: {json.dumps(self.value, ensure_ascii=False)})"
        return f"{self.pointer or 'the whole file'}: {self.message} [{self.code}]{value}"


class InputError(DispatchError):
    """What was handed in is not acceptable.

    Attributes
    ----------
    findings : up to 100 of them, in the order they were met
    more : how many findings there were beyond those
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        every = tuple(findings)
        self.findings = every[:MOST_FINDINGS]
        self.more = len(every) - len(self.findings)
        super().__init__(str(self))

    def __str__(self) -> str:
        rest = [f"… and {self.more} more"] if self.more else []
        return "\n".join([*map(str, self.findings), *rest])


def pointer(*path: str | int) -> str:
    """The RFC 6901 pointer of a path: `pointer("jobs", 0, "a/b")` is `/jobs/0/a~1b`. Keys are cut to 100 characters."""
    return "".join("/" + _storable(str(step)).replace("~", "~0").replace("/", "~1") for step in path)


def shown(value: object) -> str | int | float | bool | None:
    """A value as it may be echoed: scalars, cut to 100 characters; None for anything with members."""
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, int) and abs(value) >= 2**63:
        return str(value)[:MOST_ECHOED] if value.bit_length() < 1_500 else "a whole number of more than 450 digits"
    return value if isinstance(value, bool | int | float) else None


def _storable(text: str) -> str:
    """A text cut to what is echoed, half surrogate pairs escaped."""
    cut = text[:MOST_ECHOED]
    return cut.encode("utf-8", "backslashreplace").decode()[:MOST_ECHOED]
