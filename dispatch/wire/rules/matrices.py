"""Travel matrices in the file are matrices, and of travel."""

from collections.abc import Iterator, Sequence

from dispatch.errors import Code, Finding, pointer, shown
from dispatch.wire.model import LONGEST_DRIVE_M, LONGEST_DRIVE_S, NO_WAY, Matrices
from dispatch.wire.view import View

_LIMITS = {"durations_s": LONGEST_DRIVE_S, "distances_m": LONGEST_DRIVE_M}


def matrices_are_square_and_fit(view: View) -> Iterator[Finding]:
    """Every row has as many cells as there are rows, in both matrices, and as there are places, named once each."""
    for matrices in _given(view):
        rows = len(matrices.durations_s)
        if matrices.places is not None and len(matrices.places) != rows:
            message = f"has {rows} rows for {len(matrices.places)} places"
            yield Finding(pointer(*_PATH, "durations_s"), Code.DIMENSION_MISMATCH, message, rows)
        if len(matrices.distances_m) != rows:
            message = f"has {len(matrices.distances_m)} rows, durations_s has {rows}"
            yield Finding(pointer(*_PATH, "distances_m"), Code.DIMENSION_MISMATCH, message, len(matrices.distances_m))
        for name in _LIMITS:
            for row, cells in enumerate(getattr(matrices, name)):
                if len(cells) != rows:
                    message = f"has {len(cells)} cells in a matrix of {rows} rows"
                    yield Finding(pointer(*_PATH, name, row), Code.DIMENSION_MISMATCH, message, len(cells))
        yield from _named_twice(matrices.places or ())


def cells_are_travel(view: View) -> Iterator[Finding]:
    """A cell is a whole number from 0 to the longest drive, or says there is no way; from a place to itself it is 0."""
    for matrices in _given(view):
        for name, most in _LIMITS.items():
            for row, cells in enumerate(getattr(matrices, name)):
                for column, cell in enumerate(cells):
                    if not (type(cell) is int and 0 <= cell <= most and (row != column or cell == 0)):
                        yield from _judged(pointer(*_PATH, name, row, column), cell, most, row == column)


_PATH = ("travel", "matrices")


def _given(view: View) -> Iterator[Matrices]:
    if view.travel and view.travel.matrices:
        yield view.travel.matrices


def _named_twice(places: Sequence[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for row, name in enumerate(places):
        if name in seen:
            yield Finding(pointer(*_PATH, "places", row), Code.DUPLICATE_ID, "has a row already", name)
        seen.add(name)


def _judged(where: str, cell: object, most: int, is_diagonal: bool) -> Iterator[Finding]:
    if is_diagonal:
        yield Finding(where, Code.OUT_OF_RANGE, "must be 0: it is from a place to itself", shown(cell))
    elif cell is None or cell == NO_WAY:
        return
    elif isinstance(cell, bool | str | list | dict):
        yield Finding(where, Code.WRONG_TYPE, "must be a whole number, or null for: no way", shown(cell))
    elif not (isinstance(cell, float) and cell.is_integer() and 0 <= cell <= most):
        yield Finding(where, Code.OUT_OF_RANGE, f"must be a whole number from 0 to {most:,}, or null for: no way", shown(cell))
