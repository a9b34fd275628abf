"""From the bytes of a CSV file, or the cells of a sheet, to records: encoding, separator, header, cells."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from dispatch.errors import Code, Finding, InputError, shown
from dispatch.imports.cells import Local, Unreadable
from dispatch.imports.columns import Column, Layout, Path
from dispatch.wire.door import LARGEST
from dispatch.wire.findings import is_personal, nearest

_SEPARATORS = ",;\t"
_HANGUL = re.compile("[가-힣]")


@dataclass(frozen=True, slots=True)
class Grid:
    """The texts of a sheet's cells: rows that are not blank, each with its number."""

    rows: tuple[tuple[int, list[str]], ...]
    findings: tuple[Finding, ...] = ()


Source = bytes | Grid
"""A table as it is handed in: a CSV file, or a sheet of a workbook."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record with the line it begins on, and the columns whose cells could not be read."""

    line: int
    record: Mapping[str, Any]
    unread: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What a file says.

    Attributes
    ----------
    layout : what it was read as
    headers : the header of each column that is there
    rows : its records
    findings : the cells that could not be read
    """

    layout: Layout
    headers: Mapping[str, str]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]

    def place(self, line: int, column: Column | None = None) -> str:
        """Where a record or a cell is, for people."""
        cell = "" if column is None else f", column {self.headers.get(column.name, column.name)}"
        return f"{self.layout.section} line {line}{cell}"


def read_table(data: Source, layout: Layout, local: Local) -> Table:
    """The records of a table.

    Raises
    ------
    InputError : the file as a whole cannot be read: encoding, header, quoting
    """
    lines = iter(data.rows) if isinstance(data, Grid) else _lines(_decoded(data, layout), layout)
    _, header = next(lines, (1, [""]))
    columns = _columns(header, layout)
    headers = {column.name: title.strip() for column, title in zip(columns, header, strict=True)}
    findings: list[Finding] = [*(data.findings if isinstance(data, Grid) else ())]
    rows = []
    for line, row in lines:
        if len(row) == len(columns):
            rows.append(_row(Table(layout, headers, (), ()), line, list(zip(columns, row, strict=True)), local, findings))
        else:
            message = f"has {len(row)} cells, the header {len(columns)}"
            findings.append(Finding(f"{layout.section} line {line}", Code.DIMENSION_MISMATCH, message, len(row)))
    return Table(layout, headers, tuple(rows), tuple(findings))


def _refusal(layout: Layout, code: Code, message: str) -> InputError:
    return InputError([Finding(f"{layout.section} line 1", code, message)])


# ---------------------------------------------------------------- bytes to lines


def _decoded(data: bytes, layout: Layout) -> str:
    """UTF-8 with or without byte order mark, or cp949, which Korean spreadsheets write."""
    if len(data) > LARGEST:
        raise _refusal(layout, Code.TOO_LARGE, f"the file has more than {LARGEST:,} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        text = ""
    if not _HANGUL.search(text):
        raise _refusal(layout, Code.ENCODING_INVALID, "the file is neither UTF-8 nor cp949")
    return text


def _lines(text: str, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, with the line they begin on."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    if not first.strip():
        raise _refusal(layout, Code.COLUMN_MISSING, "the file is empty: the first line names the columns")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(first, layout), strict=True)
    begins = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield begins, row
            begins = reader.line_num + 1
    except csv.Error as error:
        where = f"{layout.section} line {begins}"
        raise InputError([Finding(where, Code.STRING_INVALID, f"cannot be read as CSV: {error}")]) from None


def _separator(header: str, layout: Layout) -> str:
    """The separator by which most headers are known."""
    known = _known(layout)
    return max(_SEPARATORS, key=lambda mark: sum(_key(title) in known for title in header.strip().split(mark)))


# ---------------------------------------------------------------- header


def _known(layout: Layout) -> dict[str, Column]:
    return {_key(name): column for column in layout.columns for name in (column.name, *column.aliases)}


def _key(title: str) -> str:
    """`Duration Min` and `duration_min` are the same header."""
    return re.sub(r"[\s_-]+", "_", title.strip().strip('"').casefold())


def _columns(header: Sequence[str], layout: Layout) -> list[Column]:
    """The columns of a header; `InputError` if one is unknown, there twice, or missing."""
    known = _known(layout)
    columns = [known.get(_key(title)) for title in header]
    findings = [*_unknown(header, columns, known, layout), *_repeated(header, columns, layout), *_missing(columns, layout)]
    if findings:
        raise InputError(findings)
    return [column for column in columns if column is not None]


def _unknown(
    header: Sequence[str], columns: Sequence[Column | None], known: Mapping[str, Column], layout: Layout
) -> Iterator[Finding]:
    for title, column in zip(header, columns, strict=True):
        if column is None:
            message = f"is no column of a table of {layout.section}{nearest(_key(title), known)}"
            yield Finding(f"{layout.section} line 1", Code.COLUMN_UNKNOWN, message, shown(title))


def _repeated(header: Sequence[str], columns: Sequence[Column | None], layout: Layout) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for title, column in zip(header, columns, strict=True):
        if column is not None and column.name in seen:
            message = f"means {column.name}, as {seen[column.name]} does already"
            yield Finding(f"{layout.section} line 1", Code.COLUMN_DUPLICATE, message, shown(title))
        elif column is not None:
            seen[column.name] = title


def _missing(columns: Sequence[Column | None], layout: Layout) -> Iterator[Finding]:
    there = {column.name for column in columns if column is not None}
    for group in layout.needed:
        if not any(there.issuperset(choice) for choice in group):
            names = " or ".join(" and ".join(choice) for choice in group)
            yield Finding(f"{layout.section} line 1", Code.COLUMN_MISSING, f"has no column {names}")


# ---------------------------------------------------------------- cells


def _row(table: Table, line: int, cells: Sequence[tuple[Column, str]], local: Local, findings: list[Finding]) -> Row:
    record: dict[str, Any] = {}
    unread = []
    for column, cell in cells:
        try:
            if cell.strip():
                _put(record, column.path, column.read(cell.strip(), local))
        except Unreadable as error:
            unread.append(column)
            value = None if is_personal(column.path) else shown(cell)
            findings.append(Finding(table.place(line, column), error.code, error.message, value))
    return Row(line, record, tuple(unread))


def _put(record: dict[str, Any], path: Path, value: object) -> None:
    """Set the field at a path, with the objects and one-entry lists around it."""
    node: Any = record
    for step, following in zip(path, chain(path[1:], [None]), strict=True):
        inner: Any = value if following is None else [] if isinstance(following, int) else {}
        if isinstance(node, list):
            if not node:
                node.append(inner)
            node = node[0]
        else:
            node = node.setdefault(step, inner)
