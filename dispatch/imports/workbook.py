"""From the bytes of an XLSX workbook to the texts of its cells, as they would stand in a CSV file.

A spreadsheet knows what a cell is: a number is never taken for thousands, a date needs no guessing. What it cannot show (a
formula it has not reckoned, an error) is refused.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from dispatch.errors import Code, Finding, InputError
from dispatch.imports.columns import JOBS, TECHNICIANS
from dispatch.imports.table import Grid
from dispatch.wire.door import LARGEST

MEDIA: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

TITLES: Final = {"jobs": JOBS, "작업": JOBS, "technicians": TECHNICIANS, "기사": TECHNICIANS}
"""What sheets are called, and what they then hold."""

MOST_UNPACKED: Final = 20 * LARGEST
MOST_ROWS, MOST_COLUMNS = 10_000, 200

_BROKEN = (InvalidFileException, ParseError, zlib.error, KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError)
"""What the library raises over files that only look like workbooks."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a workbook: what each holds, and what is not taken in."""

    grids: dict[str, Grid]
    warnings: tuple[Finding, ...]


def is_workbook(data: bytes) -> bool:
    """Whether bytes are those of a workbook, not of a text."""
    return data.startswith(b"PK\x03\x04")


def read_workbook(data: bytes, section: str | None = None) -> Workbook:
    """The sheets of a workbook that are tables of ours, by section.

    Parameters
    ----------
    section : what the only sheet holds, whatever it is called

    Raises
    ------
    InputError : it is no workbook, too large unpacked, or no sheet is called as a table is
    """
    _require_small(data)
    sheets = _sheets(data)
    if section is not None and len(sheets) == 1:
        return Workbook({section: _grid(section, *next(iter(sheets.values())))}, ())
    known = {title: TITLES[title.strip().casefold()].section for title in sheets if title.strip().casefold() in TITLES}
    if not known:
        raise _refusal(Code.COLUMN_MISSING, f"has no sheet called {' or '.join(TITLES)}")
    if len(set(known.values())) < len(known):
        raise _refusal(Code.COLUMN_DUPLICATE, "has two sheets for one table")
    ignored = (Finding(f"sheet {title[:64]}", Code.IGNORED, "is no table of ours") for title in sheets if title not in known)
    return Workbook({name: _grid(name, *sheets[title]) for title, name in known.items()}, tuple(ignored))


def _refusal(code: Code, message: str) -> InputError:
    return InputError([Finding("the workbook", code, message)])


def _require_small(data: bytes) -> None:
    """Refuse what would fill the memory once it is unpacked."""
    if len(data) > LARGEST:
        raise _refusal(Code.TOO_LARGE, f"has more than {LARGEST:,} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _refusal(Code.ENCODING_INVALID, "cannot be read as an XLSX workbook") from None
    if unpacked > MOST_UNPACKED:
        raise _refusal(Code.TOO_LARGE, f"has more than {MOST_UNPACKED:,} bytes unpacked")


# ---------------------------------------------------------------- cells

Rows = list[tuple[Any, ...]]


def _sheets(data: bytes) -> dict[str, tuple[Rows, Rows]]:
    """The rows of each sheet, as they are shown and as they are written."""
    try:
        shown, written = (_rows(data, values=values) for values in (True, False))
    except (*_BROKEN, zipfile.BadZipFile):
        raise _refusal(Code.ENCODING_INVALID, "cannot be read as an XLSX workbook") from None
    return {title: (rows, written[title]) for title, rows in shown.items()}


def _rows(data: bytes, *, values: bool) -> dict[str, Rows]:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=values, keep_links=False)
    try:
        return {sheet.title: [*_limited(sheet)] for sheet in book.worksheets}
    finally:
        book.close()


def _limited(sheet: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a sheet, whatever size it claims to have."""
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows()):
        if number > MOST_ROWS or len(row) > MOST_COLUMNS:
            message = f"sheet {sheet.title[:64]} has more than {MOST_ROWS:,} rows or {MOST_COLUMNS} columns"
            raise _refusal(Code.LIMIT_EXCEEDED, message)
        yield row


def _grid(section: str, shown: Rows, written: Rows) -> Grid:
    findings: list[Finding] = []
    rows = [*_filled(section, shown, written, findings)]
    width = max((len(row) for _, row in rows[:1]), default=0)
    return Grid(tuple((number, _cut(row, width)) for number, row in rows), tuple(findings))


def _cut(row: list[str], width: int) -> list[str]:
    """A row as wide as the header; only blank cells are cut off."""
    padded = row + [""] * (width - len(row))
    return padded if any(padded[width:]) else padded[:width]


def _filled(section: str, shown: Rows, written: Rows, findings: list[Finding]) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, as texts; the first one without the blank cells at its end."""
    is_first = True
    for number, (row, sources) in enumerate(zip(shown, written, strict=True), 1):
        texts = [_text(section, number, cell, source, findings) for cell, source in zip(row, sources, strict=True)]
        if any(text.strip() for text in texts):
            while is_first and not texts[-1].strip():
                texts.pop()
            is_first = False
            yield number, texts


def _text(section: str, number: int, cell: Any, source: Any, findings: list[Finding]) -> str:
    value = cell.value
    if cell.data_type == "e" or (value is None and source.data_type == "f"):
        what = "is an error" if cell.data_type == "e" else "is a formula without a value"
        where = f"{section} line {number}, column {cell.column_letter if hasattr(cell, 'column_letter') else '?'}"
        findings.append(Finding(where, Code.STRING_INVALID, f"{what}: write the value itself"))
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _decimal(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds") if _has_hours(cell) else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return "" if value is None else str(value)


def _has_hours(cell: Any) -> bool:
    return "h" in str(cell.number_format).lower()


def _decimal(value: float) -> str:
    """A number that cannot be taken for thousands: 60 for 60.0, four decimals where there would be three."""
    if value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    text = f"{value:.10f}".rstrip("0")
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text
