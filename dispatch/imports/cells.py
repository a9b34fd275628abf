"""What the text of one cell says; whatever could be read in two ways is refused and never guessed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from dispatch.errors import Code
from dispatch.wire.clock import instant_of, is_repeated, is_skipped

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(\.\d{3})+", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d\d)(:\d\d)?", re.ASCII)
_LOCAL = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d{1,2}:\d\d(:\d\d)?)", re.ASCII)
_YES = frozenset({"yes", "y", "true", "예", "네", "필수"})
_NO = frozenset({"no", "n", "false", "아니오", "아니요"})


class Unreadable(Exception):
    """A cell says nothing, or more than one thing."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Local:
    """The zone and the day in which a table is meant."""

    zone: ZoneInfo
    day: date


Reader = Callable[[str, Local], object]


def text(cell: str, _: Local) -> str:
    """A text, as it stands."""
    return cell


def coordinate(cell: str, _: Local) -> float:
    """Degrees, with a decimal point."""
    if not _NUMBER.fullmatch(cell):
        raise Unreadable(Code.NUMBER_INVALID, "is no number of degrees, as 52.52 is: digits and a decimal point only")
    return float(cell)


def number(cell: str, _: Local) -> float | int:
    """A number with a decimal point; three digits after it could be thousands and are refused."""
    if _GROUPED.fullmatch(cell):
        raise Unreadable(Code.NUMBER_INVALID, "could be thousands or thousandths: write it with fewer decimals or none")
    if not _NUMBER.fullmatch(cell):
        raise Unreadable(Code.NUMBER_INVALID, "is no number, as 90 or 7.5 is: digits and a decimal point only")
    return float(cell) if "." in cell else int(cell) if len(cell) < 20 else float(cell)


def flag(cell: str, _: Local) -> bool:
    """Yes or no."""
    if cell.casefold() in _YES | _NO:
        return cell.casefold() in _YES
    raise Unreadable(Code.UNKNOWN_VALUE, "must be yes or no")


def words(cell: str, _: Local) -> list[str]:
    """Entries between `|` or `;`."""
    return [entry.strip() for entry in re.split(r"[|;]", cell) if entry.strip()]


def counted(cell: str, local: Local) -> dict[str, object]:
    """Entries with an amount, `valve:3`; without one, the amount is 1."""
    amounts: dict[str, object] = {}
    for entry in words(cell, local):
        name, colon, amount = entry.rpartition(":")
        key = name.strip() if colon else entry
        if key in amounts:
            raise Unreadable(Code.DUPLICATE_KEY, "names an entry twice")
        amounts[key] = number(amount.strip(), local) if colon else 1
    return amounts


def instant(cell: str, local: Local) -> str:
    """An instant: RFC 3339, or a local `2026-03-02 09:00`, or `09:00` on the day of the table."""
    on_day = _TIME.fullmatch(cell)
    if on_day:
        return _instant(local.day.isoformat(), cell, local)
    dated = _LOCAL.fullmatch(cell)
    return _instant(dated[1], dated[2], local) if dated else cell


def clock(cell: str, _: Local) -> str:
    """A time of day."""
    return _clock(cell).isoformat() if _TIME.fullmatch(cell) else cell


def day(cell: str, _: Local) -> str:
    """A date, `2026-03-02`."""
    return cell


def _clock(cell: str) -> time:
    try:
        return time.fromisoformat(cell.zfill(len(cell) + 1) if cell.index(":") == 1 else cell)
    except ValueError:
        raise Unreadable(Code.DATETIME_INVALID, "is no time of day that exists") from None


def _instant(day_text: str, clock_text: str, local: Local) -> str:
    try:
        wall = datetime.combine(date.fromisoformat(day_text), _clock(clock_text))
    except ValueError:
        raise Unreadable(Code.DATETIME_INVALID, "is no date that exists") from None
    if is_skipped(wall, local.zone):
        raise Unreadable(Code.NONEXISTENT_TIME, "does not exist on the day the clocks change: write it with its offset from UTC")
    if is_repeated(wall, local.zone):
        raise Unreadable(Code.AMBIGUOUS_TIME, "exists twice on the day the clocks change: write it with its offset from UTC")
    return instant_of(wall, local.zone).astimezone(local.zone).isoformat(timespec="seconds")
