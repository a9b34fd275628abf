"""Tables that were asked for before: kept by provider, version of its data, points and hours."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from dispatch.travel.errors import TravelError
from dispatch.travel.provider import WORKING_HOURS, Note, NoteCode, Place, Provider, TravelTable, checked_hours, coordinates
from dispatch.travel.store import Arrays, keep_arrays, read_arrays

DIGITS = 6
"""Points are rounded to a millionth of a degree, 11 cm."""

MOST_TABLES = 16
"""Tables kept in memory; the oldest goes first."""


@dataclass(frozen=True, slots=True)
class Cached:
    """Asks `provider` once for each set of places, rounded to `DIGITS`, each place once, in whatever order they come.

    Parameters
    ----------
    provider
        Who is asked. To keep estimates out of the cache, put it inside a `Chain` and not around one.
    folder
        Where tables are kept as `.npz` files; None keeps the last `MOST_TABLES` in memory. A folder that cannot be written to
        is as if there was none; a damaged file is as if it was not there.
    """

    provider: Provider
    folder: Path | None = None
    _memory: dict[str, TravelTable] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.provider.name

    @property
    def version(self) -> str:
        return self.provider.version

    def matrix(self, places: Sequence[Place], *, hours: Sequence[int] = WORKING_HOURS) -> TravelTable:
        """Travel between all places as `provider` says, or said; raises what it raises."""
        bands = checked_hours(hours)
        points, row = np.unique(np.round(coordinates(places), DIGITS) + 0.0, axis=0, return_inverse=True)
        key = self._key(points.tobytes(), bands)
        table = self._kept(key)
        if table is None:
            table = self.provider.matrix([Place(lat, lon) for lat, lon in points.tolist()], hours=bands)
            self._keep(key, table)
        return _spread(table, row.reshape(-1))

    def _key(self, points: bytes, bands: tuple[int, ...]) -> str:
        question = json.dumps([self.provider.name, self.provider.version, bands]).encode()
        return hashlib.sha256(question + b"\0" + points).hexdigest()

    def _kept(self, key: str) -> TravelTable | None:
        if self.folder is None:
            return self._memory.get(key)
        arrays = read_arrays(self.folder / f"travel-{key}.npz")
        return None if arrays is None else _table_of(arrays)

    def _keep(self, key: str, table: TravelTable) -> None:
        if self.folder is None:
            while len(self._memory) >= MOST_TABLES:
                del self._memory[next(iter(self._memory))]
            self._memory[key] = table
        else:
            keep_arrays(self.folder / f"travel-{key}.npz", _arrays_of(table))


def _spread(table: TravelTable, row: np.ndarray[tuple[int], np.dtype[np.intp]]) -> TravelTable:
    """The table of places that are rows `row` of this one; a note about a place is about all that share it."""
    notes: list[Note] = [note for note in table.notes if note.place is None]
    for note in table.notes:
        if note.place is not None:
            notes.extend(replace(note, place=here) for here in np.flatnonzero(row == note.place).tolist())
    durations = table.durations[:, row[:, None], row]
    return replace(table, durations=durations, distances=table.distances[row[:, None], row], notes=tuple(notes))


def _arrays_of(table: TravelTable) -> Arrays:
    about = {"provider": table.provider, "version": table.version, "bands": table.bands, "notes": [asdict(n) for n in table.notes]}
    return {"durations": table.durations, "distances": table.distances, "about": np.array(json.dumps(about))}


def _table_of(arrays: Arrays) -> TravelTable | None:
    try:
        about = json.loads(str(arrays["about"]))
        notes = tuple(Note(NoteCode(note["code"]), note["message"], note["place"]) for note in about["notes"])
        durations, distances = arrays["durations"].astype(np.int64), arrays["distances"].astype(np.int64)
        return TravelTable(durations, distances, tuple(about["bands"]), about["provider"], about["version"], notes)
    except (KeyError, TypeError, ValueError, TravelError):
        return None
