"""Reading what a server answers to a question for a table: nothing in it is believed before it is checked."""

import json
import math
import re
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

import numpy as np
import numpy.typing as npt

from dispatch.travel.errors import TravelError, TravelUnavailable
from dispatch.travel.http import Response, Unusable
from solver import UNREACHABLE

NO_VALUE = 2**31 // 10
"""From here on a number is OSRM's mark for no value (2147483647, also as tenths), and not 68 years."""


class Astray(NamedTuple):
    """The server finds no road for one of the places asked for: its position in the request."""

    coordinate: int


@dataclass(frozen=True, slots=True, eq=False)
class TableAnswer:
    """Seconds and metres of one tile, and how far in metres its places are from their roads.

    OSRM gives a negative distance for about one pair in a thousand, mostly of neighbours (its issues 5855 and 7269); here they
    are as the server said, for whoever knows the places to mend.
    """

    durations: npt.NDArray[np.int64]
    distances: npt.NDArray[np.int64]
    source_off: npt.NDArray[np.float64]
    target_off: npt.NDArray[np.float64]


def read_answer(response: Response, rows: int, columns: int, places: int) -> TableAnswer | Astray:
    """A tile of `rows` × `columns`, or which of the `places` in the request has no road.

    Raises
    ------
    Unusable
        The body is no JSON object, or the server finds no road for a place it does not name.
    TravelUnavailable
        The server refuses, and would again.
    TravelError
        A table of another shape, or with cells that are neither null nor a length.
    """
    answer = _object(response)
    code, message = answer.get("code"), str(answer.get("message", ""))[:100]
    if code == "NoSegment":
        return _astray(message, places)
    if response.status != 200 or code != "Ok":
        raise TravelUnavailable(f"the server refuses: HTTP {response.status} {str(code)[:40]} {message}".rstrip())
    durations = _cells(answer, "durations", rows, columns)
    distances = _cells(answer, "distances", rows, columns)
    none = ~(np.isfinite(durations) & np.isfinite(distances))
    return TableAnswer(
        np.where(none, UNREACHABLE, np.ceil(np.where(none, 0, durations) - 1e-6)).astype(np.int64),
        np.where(none, UNREACHABLE, np.rint(np.where(none, 0, distances))).astype(np.int64),
        _off(answer, "sources", rows),
        _off(answer, "destinations", columns),
    )


def _object(response: Response) -> dict[str, object]:
    try:
        answer = json.loads(response.body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Unusable(f"HTTP {response.status} without readable JSON") from error
    if not isinstance(answer, dict):
        raise Unusable(f"HTTP {response.status} with JSON that is no object")
    return answer


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _astray(message: str, places: int) -> Astray:
    """OSRM says `Could not find a matching segment for coordinate 7`."""
    named = re.search(r"coordinate (\d{1,9})\b", message)
    if named is None or int(named[1]) >= places:
        raise Unusable(f"NoSegment: {message}")
    return Astray(int(named[1]))


def _cells(answer: dict[str, object], name: str, rows: int, columns: int) -> npt.NDArray[np.float64]:
    """The numbers of a table, infinite where there is none."""
    table = _list(answer.get(name), name, rows)
    return np.array([[_number(cell, name) for cell in _list(row, name, columns)] for row in table])


def _list(value: object, name: str, length: int) -> list[object]:
    if not isinstance(value, list) or len(value) != length:
        found = f"{len(value)} entries" if isinstance(value, list) else "no list"
        raise TravelError(f"the server's {name} have {found} where {length} were asked for")
    return value


def _number(cell: object, name: str) -> float:
    if cell is None:
        return math.inf
    if not isinstance(cell, int | float) or isinstance(cell, bool) or (cell < 0 and name != "distances") or cell < -NO_VALUE:
        raise TravelError(f"the server's {name} have a cell {str(cell)[:40]!r}")
    return math.inf if cell >= NO_VALUE else float(cell)


def _off(answer: dict[str, object], name: str, length: int) -> npt.NDArray[np.float64]:
    """Metres from each place to where the server puts it on a road, zero where it does not say."""
    points = _list(answer.get(name), name, length)
    return np.array([_number(point.get("distance", 0), name) if isinstance(point, dict) else 0.0 for point in points])
