"""Travel times from a server that speaks OSRM's HTTP interface (OSRM itself, and what imitates it).

The interface is the "Table service" of the OSRM manual. The client is the standard library's: a matrix takes few requests, which no
connection pool would speed up. An answer is checked cell by cell before it is believed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from dispatch.travel.errors import TravelError
from dispatch.travel.great_circle import great_circle_m
from dispatch.travel.http import Patience, Response
from dispatch.travel.provider import (
    LIMIT_M,
    WORKING_HOURS,
    Note,
    NoteCode,
    Place,
    TravelTable,
    checked_hours,
    coordinates,
    snapping_notes,
    unreachable_cells,
)
from dispatch.travel.table_answer import Astray, TableAnswer, read_answer

NEIGHBOURS_M = 10
"""A negative distance down to this is the rounding error of two places on one street."""

Block = list[int]


@dataclass(frozen=True, slots=True)
class Osrm:
    """The table service at `url`, such as `http://localhost:5000`.

    Parameters
    ----------
    url
        Where the server is; `http` or `https`.
    profile
        The profile the server was prepared for, as in its URLs.
    data_version
        What changes when the server's data does: part of a cache's key.
    most_places
        How many places one request may name (`--max-table-size` of the server; 100 unless it was told otherwise).
    patience
        How often and how long to ask.

    The server knows one speed per road: all hours have the same travel times.
    """

    url: str
    profile: str = "driving"
    data_version: str = ""
    most_places: int = 100
    patience: Patience = field(default_factory=Patience)

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            host = (parts.hostname or "").encode("idna")
            usable = parts.scheme in {"http", "https"} and bool(host) and parts.port != 0 and not parts.query + parts.fragment
        except ValueError:
            usable = False
        if not usable:
            raise TravelError("OSRM: the address is no http or https URL without query")
        if not re.fullmatch(r"[A-Za-z0-9_.-]+", self.profile):
            raise TravelError(f"OSRM: {self.profile!r} is no name of a profile")
        if self.most_places < 2:
            raise TravelError(f"OSRM: requests of {self.most_places} places cannot make a table")

    @property
    def name(self) -> str:
        parts = urlsplit(self.url)
        port = f":{parts.port}" if parts.port else ""
        return f"OSRM at {parts.hostname}{port}{parts.path.rstrip('/')} ({self.profile})"

    @property
    def version(self) -> str:
        return self.data_version or "unknown"

    def matrix(self, places: Sequence[Place], *, hours: Sequence[int] = WORKING_HOURS) -> TravelTable:
        """Travel between all places, the same in all hours.

        Raises
        ------
        TravelUnavailable
            The server gives no usable answer in time.
        TravelError
            The server's answer has another shape than the question, or cells no table may have.
        """
        bands = checked_hours(hours)
        coordinates(places)
        draft = _Draft(places)
        until = self.patience.clock() + self.patience.deadline_s
        for rows, columns in _tiles(len(places), self.most_places):
            self._fill(draft, rows, columns, until)
        draft.drop(np.flatnonzero(~(draft.off <= LIMIT_M)).tolist())
        notes = (*draft.mend_negative(self.name), *snapping_notes(places, draft.off, self.name))
        durations = np.broadcast_to(draft.durations, (len(bands), len(places), len(places)))
        return TravelTable(durations, draft.distances, bands, self.name, self.version, notes)

    def _fill(self, draft: "_Draft", rows: Block, columns: Block, until: float) -> None:
        """Ask for one tile; a place the server finds no road for is left out and the tile asked for again."""
        while True:
            rows, columns = draft.left(rows), draft.left(columns)
            if not rows or not columns:
                return
            answer = self._ask(draft.places, rows, columns, until)
            if isinstance(answer, TableAnswer):
                draft.take(answer, rows, columns)
                return
            draft.drop([_named(rows, columns)[answer.coordinate]])

    def _ask(self, places: Sequence[Place], rows: Block, columns: Block, until: float) -> TableAnswer | Astray:
        named = _named(rows, columns)

        def read(response: Response) -> TableAnswer | Astray:
            return read_answer(response, len(rows), len(columns), len(named))

        points = ";".join(f"{places[row].lon:.6f},{places[row].lat:.6f}" for row in named)
        ends = "" if rows == columns else _ends(len(rows), len(named))
        url = f"{self.url.rstrip('/')}/table/v1/{self.profile}/{points}?annotations=duration,distance{ends}"
        return self.patience.ask(url, read, until)


@dataclass(slots=True)
class _Draft:
    """A table while its tiles come in."""

    places: Sequence[Place]
    durations: npt.NDArray[np.int64] = field(init=False)
    distances: npt.NDArray[np.int64] = field(init=False)
    off: npt.NDArray[np.float64] = field(init=False)  #: metres from the place to its road

    def __post_init__(self) -> None:
        self.durations = unreachable_cells(len(self.places))
        self.distances = self.durations.copy()
        self.off = np.zeros(len(self.places))

    def left(self, rows: Block) -> Block:
        return [row for row in rows if np.isfinite(self.off[row])]

    def take(self, answer: TableAnswer, rows: Block, columns: Block) -> None:
        cells = np.ix_(rows, columns)
        self.durations[cells] = answer.durations
        self.distances[cells] = answer.distances
        np.fill_diagonal(self.durations, 0)
        np.fill_diagonal(self.distances, 0)
        self.off[rows] = np.maximum(self.off[rows], answer.source_off)
        self.off[columns] = np.maximum(self.off[columns], answer.target_off)

    def drop(self, rows: Block) -> None:
        """No road leads to these places."""
        nothing = unreachable_cells(len(self.places))
        for cells in (self.durations, self.distances):
            cells[rows], cells[:, rows] = nothing[rows], nothing[:, rows]
        self.off[rows] = np.inf

    def mend_negative(self, name: str) -> tuple[Note, ...]:
        """Take negative distances as the crow flies; a note if they are more than a rounding error between neighbours."""
        negative = self.distances < 0
        worst = int(self.distances.min(initial=0))
        if negative.any():
            self.distances[negative] = np.rint(great_circle_m(coordinates(self.places))[negative]).astype(np.int64)
        if worst >= -NEIGHBOURS_M:
            return ()
        message = f"{negative.sum()} distances of {name} are negative, down to {worst} m: they are taken as the crow flies"
        return (Note(NoteCode.ESTIMATE, message),)


def _tiles(places: int, most: int) -> Iterator[tuple[Block, Block]]:
    """Rows and columns of the tiles of a table such that none names more than `most` places."""
    side = places if places <= most else most // 2
    blocks = [list(range(first, min(first + side, places))) for first in range(0, places, max(1, side))]
    for rows in blocks:
        for columns in blocks:
            yield rows, columns


def _named(rows: Block, columns: Block) -> Block:
    """The places of a request in its order: rows, then columns, but once if they are the same."""
    return rows if rows == columns else rows + columns


def _ends(sources: int, named: int) -> str:
    first, last = (";".join(map(str, span)) for span in (range(sources), range(sources, named)))
    return f"&sources={first}&destinations={last}"
