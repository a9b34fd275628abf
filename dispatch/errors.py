"""What can go wrong, and how it is said.

::

    DispatchError              something this package refuses or cannot do; its message is fit for a person
    ├── InputError             what was handed in is not acceptable: every finding with place, code and value
    ├── NotSignedIn            nobody knows who asks
    ├── NotAllowed             whoever asks may not do that
    ├── NotFound               there is no such thing, or none that whoever asks may see
    ├── Conflict               it cannot be done as things stand; what stands in the way
    ├── VersionMissing         a change must say which version it changes
    ├── VersionMismatch        somebody else has changed it meanwhile
    ├── TooMany                whoever asks has asked for too much already; when to try again
    ├── Busy                   too much is going on for now; when to try again
    └── travel.TravelError     no travel times can be had

Whoever catches a `DispatchError` prints its message; an `InputError` also carries its findings.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

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
    SELF_PRECEDENCE = "self_precedence"
    PRECEDENCE_CYCLE = "precedence_cycle"
    # Another program's file says what cannot be said here.
    UNSUPPORTED = "unsupported"
    ROUTE_INFEASIBLE = "route_infeasible"
    # Warnings: taken in, and worth a look.
    NONEXISTENT_TIME = "nonexistent_time"
    AMBIGUOUS_TIME = "ambiguous_time"
    NO_SHIFTS = "no_shifts"
    SHIFT_ABSENT = "shift_absent"
    BREAK_ABSENT = "break_absent"
    OUTSIDE_HORIZON = "outside_horizon"
    PIN_VIOLATES = "pin_violates"
    PROMISE_PAST = "promise_past"
    CANNOT_STAY = "cannot_stay"
    DEFAULT_PRICES = "default_prices"
    FIFO_REPAIRED = "fifo_repaired"
    # What is kept.
    RETIRED = "retired"
    NOT_LOCATED = "not_located"
    OUTSIDE_CONTRACT = "outside_contract"
    CLOSED_DAY = "closed_day"
    IGNORED = "ignored"
    IN_USE = "in_use"
    NOT_OPEN = "not_open"
    UNDER_WAY = "under_way"
    METER_BACKWARDS = "meter_backwards"
    # Requests.
    INVALID_INPUT = "invalid_input"
    NOT_SIGNED_IN = "not_signed_in"
    NOT_ALLOWED = "not_allowed"
    CSRF_INVALID = "csrf_invalid"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    BAD_REQUEST = "bad_request"
    KEY_MISSING = "idempotency_key_missing"
    KEY_INVALID = "idempotency_key_invalid"
    KEY_REUSED = "idempotency_key_reused"
    KEY_IN_FLIGHT = "idempotency_key_in_flight"
    VERSION_MISSING = "version_missing"
    VERSION_INVALID = "version_invalid"
    VERSION_MISMATCH = "version_mismatch"
    CHANGED_MEANWHILE = "changed_meanwhile"
    EXISTS_ALREADY = "exists_already"
    CURSOR_INVALID = "cursor_invalid"
    TOO_MANY_REQUESTS = "too_many_requests"
    BUSY = "busy"
    NO_TRAVEL = "no_travel"
    INTERNAL = "internal"
    # Schedules.
    NOT_A_DRAFT = "not_a_draft"
    NOT_IN_FORCE = "not_in_force"
    NOTHING_TO_UNDO = "nothing_to_undo"
    NOT_PLANNED = "not_planned"
    MOVE_BREAKS_RULES = "move_breaks_rules"
    PLAN_BREAKS_RULES = "plan_breaks_rules"
    STALE_SCHEDULE = "stale_schedule"
    STALE_PLAN = "stale_plan"
    BOOKED_ELSEWHERE = "booked_elsewhere"
    UNDER_WAY_ELSEWHERE = "under_way_elsewhere"
    SCENARIO_ONLY = "scenario_only"
    DAYS_DIFFER = "days_differ"
    SCENARIO_UNFINISHED = "scenario_unfinished"
    SCENARIO_OVER = "scenario_over"
    # Runs.
    RUN_OVER = "run_over"
    RUN_LOST = "run_lost"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    WORKER_LOST = "worker_lost"
    DEFECT = "defect"
    CUT_SHORT = "cut_short"
    # Users.
    PASSWORD_WEAK = "password_weak"
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


class NotSignedIn(DispatchError):
    """Nobody knows who asks: no session, no token, or one that has ended."""


class NotAllowed(DispatchError):
    """Whoever asks may not do that."""


class NotFound(DispatchError):
    """There is no such thing, or none that whoever asks may see: the two are told apart to nobody."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"there is no {kind} {_storable(name)}")
        self.kind, self.name = kind, name


class Conflict(DispatchError):
    """It cannot be done as things stand.

    Attributes
    ----------
    code : why, for programs
    details : what stands in the way, as plain data: the changes since, the state it is in
    """

    def __init__(self, code: str, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code, self.details = code, details or {}


class VersionMissing(DispatchError):
    """A change must say which version it changes (`If-Match`)."""


class VersionMismatch(DispatchError):
    """Somebody else has changed it meanwhile: read it again."""

    def __init__(self, kind: str, name: str, version: int) -> None:
        super().__init__(f"{kind} {_storable(name)} has been changed meanwhile: it is at version {version}")
        self.version = version


class _Later(DispatchError):
    """Not now; `retry_after` seconds from now perhaps."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooMany(_Later):
    """Whoever asks has asked for too much already."""


class Busy(_Later):
    """Too much is going on for now."""


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
