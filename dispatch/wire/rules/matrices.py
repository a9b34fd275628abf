"""Travel matrices in the file are matrices, and of travel."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from dispatch.errors import Code, Finding, pointer, shown
from dispatch.wire.model import LONGEST_DRIVE_M, LONGEST_DRIVE_S, NO_WAY, Matrices, Tables
from dispatch.wire.view import View
from dispatch.wire.whereabouts import Path, places_of, point_of


def matrices_are_square_and_fit(view: View) -> Iterator[Finding]:
    """Every row has as many cells as there are rows, in all matrices, and as there are places, named once each."""
    for matrices in _given(view):
        rows = len(matrices.durations_s)
        if matrices.places is not None and len(matrices.places) != rows:
            message = f"has {rows} rows for {len(matrices.places)} places"
            yield Finding(pointer(*_PATH, "durations_s"), Code.DIMENSION_MISMATCH, message, rows)
        for each in _tables(matrices):
            if len(each.cells) != rows:
                message = f"has {len(each.cells)} rows, durations_s has {rows}"
                yield Finding(pointer(*each.path), Code.DIMENSION_MISMATCH, message, len(each.cells))
            for row, cells in enumerate(each.cells):
                if len(cells) != rows:
                    message = f"has {len(cells)} cells in a matrix of {rows} rows"
                    yield Finding(pointer(*each.path, row), Code.DIMENSION_MISMATCH, message, len(cells))
        yield from _met_twice(view, matrices.places or ())


def cells_are_travel(view: View) -> Iterator[Finding]:
    """A cell is a whole number from 0 to the longest drive, or says there is no way; from a place to itself it is 0."""
    for matrices in _given(view):
        for each in _tables(matrices):
            for row, cells in enumerate(each.cells):
                for column, cell in enumerate(cells):
                    if not (type(cell) is int and 0 <= cell <= each.most and (row != column or cell == 0)):
                        yield from _judged(pointer(*each.path, row, column), cell, each.most, row == column)


def hours_ascend(view: View) -> Iterator[Finding]:
    """Tables by the hour come in order, an hour once."""
    for matrices in _given(view):
        for path, tables in _ways(matrices):
            for number, (one, other) in enumerate(pairwise(tables.hours)):
                if other.hour <= one.hour:
                    where = pointer(*path, "hours", number + 1, "hour")
                    yield Finding(where, Code.CONFLICT, f"does not come after hour {one.hour}", other.hour)


def every_place_has_a_row(view: View) -> Iterator[Finding]:
    """Every place of the day has a row: that of the site it is at, or else the rows are as many as the distinct places."""
    for matrices in _given(view):
        sites = {site.id: site.location for _, site in view.sites}
        met = ((path, point_of(place, sites)) for path, place in places_of(view.sites, view.technicians, view.jobs))
        points = {point: path for path, point in reversed([*met]) if point is not None}
        if matrices.places is not None:
            rows = {sites[name] for name in matrices.places if name in sites}
            for point in reversed([point for point in points if point not in rows and points[point][0] != "sites"]):
                yield Finding(pointer(*points[point]), Code.UNKNOWN_REFERENCE, "has no row in travel.matrices.places")
        elif _is_readable(view) and len(points) != len(matrices.durations_s):
            message = f"has {len(matrices.durations_s)} rows, the day has {len(points)} distinct places"
            yield Finding(pointer(*_PATH, "durations_s"), Code.DIMENSION_MISMATCH, message, len(matrices.durations_s))


_PATH: Path = ("travel", "matrices")


class _Table(NamedTuple):
    """One matrix: where it stands, its rows, and the most that a cell may be."""

    path: Path
    cells: Sequence[Sequence[object]]
    most: int


def _ways(matrices: Matrices) -> Iterator[tuple[Path, Tables]]:
    """The tables of all ways of moving."""
    yield _PATH, matrices
    for name, tables in matrices.modes.items():
        yield (*_PATH, "modes", name), tables


def _tables(matrices: Matrices) -> Iterator[_Table]:
    for path, tables in _ways(matrices):
        yield _Table((*path, "durations_s"), tables.durations_s, LONGEST_DRIVE_S)
        yield _Table((*path, "distances_m"), tables.distances_m, LONGEST_DRIVE_M)
        for number, each in enumerate(tables.hours):
            yield _Table((*path, "hours", number, "durations_s"), each.durations_s, LONGEST_DRIVE_S)


def _given(view: View) -> Iterator[Matrices]:
    if view.travel and view.travel.matrices:
        yield view.travel.matrices


def _is_readable(view: View) -> bool:
    """Whether every record that has a place could be read."""
    sections = {"sites": view.sites, "technicians": view.technicians, "jobs": view.jobs}
    return all(len(records) == len(view.raw.get(name, ())) for name, records in sections.items())


def _met_twice(view: View, places: Sequence[str]) -> Iterator[Finding]:
    """Rows of one place: only one of them could be used."""
    sites = {site.id: site.location for _, site in view.sites}
    rows: dict[object, int] = {}
    for row, name in enumerate(places):
        first = rows.setdefault(sites.get(name, name), row)
        if first != row:
            message = f"is the place of row {first}, too"
            yield Finding(pointer(*_PATH, "places", row), Code.DUPLICATE_ID, message, name)


def _judged(where: str, cell: object, most: int, is_diagonal: bool) -> Iterator[Finding]:
    if is_diagonal:
        yield Finding(where, Code.OUT_OF_RANGE, "must be 0: it is from a place to itself", shown(cell))
    elif cell is None or cell == NO_WAY:
        return
    elif isinstance(cell, bool | str | list | dict):
        yield Finding(where, Code.WRONG_TYPE, "must be a whole number, or null for: no way", shown(cell))
    elif not (isinstance(cell, float) and cell.is_integer() and 0 <= cell <= most):
        yield Finding(where, Code.OUT_OF_RANGE, f"must be a whole number from 0 to {most:,}, or null for: no way", shown(cell))
