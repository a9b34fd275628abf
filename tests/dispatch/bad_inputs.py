"""Inputs that are refused, each one change away from a valid day: what is changed, the code, and where it is pointed at.

The ids are those of the collection of bad inputs the project started from; letters without a number there are our own.
"""

from typing import Any, NamedTuple

from dispatch.errors import Code
from tests.dispatch.days import Path

JOB: Path = ("jobs", 0)
WINDOW: Path = (*JOB, "windows", 0)
SHIFT: Path = ("technicians", 0, "shifts", 0)
HOME: Path = ("technicians", 0, "home")


class Case(NamedTuple):
    """One change of the base payload, and what it is answered with."""

    id: str
    path: Path
    value: Any
    code: Code
    pointer: str


def _each(name: str, path: Path, values: list[Any], code: Code, pointer: str) -> list[Case]:
    return [Case(f"{name}-{n}", path, value, code, pointer) for n, value in enumerate(values)]


def day_at(clock: str) -> str:
    """A time of the base payload's day, at its offset."""
    return f"2026-03-02T{clock}:00+01:00"


_WINDOW = {"start": day_at("09:00"), "end": day_at("12:00")}
_LUNCH = {"start": day_at("12:00"), "duration_min": 30}

COORDINATES = [
    *_each("B01", (*JOB, "location", "lat"), [91, -90.0001, 1000], Code.OUT_OF_RANGE, "/jobs/0/location/lat"),
    *_each("B02", (*JOB, "location", "lon"), [181, -180.0001, 360], Code.OUT_OF_RANGE, "/jobs/0/location/lon"),
    Case("B09", (*JOB, "location", "lat"), "52.5", Code.WRONG_TYPE, "/jobs/0/location/lat"),
    *_each("B10", (*HOME, "lat"), [True, False], Code.WRONG_TYPE, "/technicians/0/home/lat"),
    *_each("B11", (*JOB, "location", "lat"), [None, {}], Code.WRONG_TYPE, "/jobs/0/location/lat"),
    Case("B11-missing", (*JOB, "location", "lat"), ..., Code.REQUIRED, "/jobs/0/location/lat"),
    Case("B11-null", (*JOB, "location"), None, Code.WRONG_TYPE, "/jobs/0/location"),
    Case("B11-no-place", (*JOB, "location"), ..., Code.REQUIRED, "/jobs/0/location"),
    Case("B13", (*JOB, "location"), [13.405, 52.52], Code.WRONG_TYPE, "/jobs/0/location"),
    Case("B15", (*JOB, "location"), {"lat": 0, "lon": 0}, Code.NULL_ISLAND, "/jobs/0/location"),
    Case("B15-home", HOME, {"lat": 0.0, "lon": -0.0}, Code.NULL_ISLAND, "/technicians/0/home"),
    Case("B18", (*JOB, "location"), {"lat": 49.9, "lon": 8497734}, Code.OUT_OF_RANGE, "/jobs/0/location/lon"),
]

TIMES = [
    Case("C01", (*WINDOW, "start"), "2026-03-02T09:00:00", Code.DATETIME_NAIVE, "/jobs/0/windows/0/start"),
    *_each(
        "C04",
        (*WINDOW, "start"),
        ["2026-02-30T09:00:00Z", "2026-13-02T09:00:00Z", "2026-03-02T25:00:00Z", "2026-03-02T09:60:00Z"],
        Code.DATETIME_INVALID,
        "/jobs/0/windows/0/start",
    ),
    Case("C05", (*WINDOW, "start"), "2026-06-30T23:59:60Z", Code.DATETIME_INVALID, "/jobs/0/windows/0/start"),
    Case("C06", (*WINDOW, "start"), "2026-03-02T24:00:00Z", Code.DATETIME_INVALID, "/jobs/0/windows/0/start"),
    Case("C08-number", (*WINDOW, "start"), 1735689600, Code.WRONG_TYPE, "/jobs/0/windows/0/start"),
    Case("C08-text", (*WINDOW, "start"), "1735689600", Code.DATETIME_INVALID, "/jobs/0/windows/0/start"),
    *_each(
        "C-shapes",
        (*JOB, "due"),
        [
            "",
            "2026-03-02",
            "2026-03-02 09:00:00Z",
            "2026-03-02T09:00Z",
            "20260302T090000Z",
            "2026-03-02T09:00:00.5Z",
            "２026-03-02T09:00:00Z",
        ],
        Code.DATETIME_INVALID,
        "/jobs/0/due",
    ),
    *_each("C-years", (*JOB, "due"), ["1999-12-31T00:00:00Z", "2101-01-01T00:00:00Z"], Code.LIMIT_EXCEEDED, "/jobs/0/due"),
    *_each("C21", ("timezone",), ["Europe/Atlantis", "", None, "europe/berlin", "../UTC"], Code.TIMEZONE_UNKNOWN, "/timezone"),
    *_each(
        "C26", ("horizon", "end"), ["2026-03-02T00:00:00+01:00", "2026-03-01T00:00:00+01:00"], Code.WINDOW_INVERTED, "/horizon/end"
    ),
    *_each("C27", ("horizon", "end"), ["2026-03-17T00:00:00+01:00", "2426-03-02T00:00:00Z"], Code.LIMIT_EXCEEDED, "/horizon/end"),
]

NUMBERS = [
    Case("D01", (*JOB, "duration_min"), 0, Code.OUT_OF_RANGE, "/jobs/0/duration_min"),
    *_each("D02", (*JOB, "duration_min"), [-1, -1e9, 1e12], Code.OUT_OF_RANGE, "/jobs/0/duration_min"),
    *_each(
        "D06", (*JOB, "duration_min"), [2**31, 2**32, 2**53, 2**53 + 1, 2**63 - 1, 2**63], Code.OUT_OF_RANGE, "/jobs/0/duration_min"
    ),
    *_each("D07", (*JOB, "duration_min"), [None, "60", [60], True], Code.WRONG_TYPE, "/jobs/0/duration_min"),
    Case("D07-missing", (*JOB, "duration_min"), ..., Code.REQUIRED, "/jobs/0/duration_min"),
    *_each("D09", (*JOB, "priority"), [0, 11, -3, 2.5, 1e9], Code.OUT_OF_RANGE, "/jobs/0/priority"),
    Case("D12", (*JOB, "parts"), {"valve": -1}, Code.OUT_OF_RANGE, "/jobs/0/parts/valve"),
    Case("D-price", (*JOB, "value"), -1, Code.OUT_OF_RANGE, "/jobs/0/value"),
    Case("D-pace", ("technicians", 0, "pace_percent"), 0, Code.OUT_OF_RANGE, "/technicians/0/pace_percent"),
    Case("D-sum", ("policy",), {"late_fixed": 1e8, "priority_prices": {"3": 1e9}}, Code.OUT_OF_RANGE, "/policy/priority_prices/3"),
]


def _matrices(durations: Any, distances: Any = ((0, 5), (5, 0))) -> dict[str, Any]:
    return {"matrices": {"durations_s": durations, "distances_m": [list(row) for row in distances]}}


_MATRIX = "/travel/matrices/durations_s"

MATRICES = [
    Case("D15-negative", ("travel",), _matrices([[0, -1], [1, 0]]), Code.OUT_OF_RANGE, f"{_MATRIX}/0/1"),
    Case("D15-not-square", ("travel",), _matrices([[0, 1], [1]]), Code.DIMENSION_MISMATCH, f"{_MATRIX}/1"),
    Case("D15-diagonal", ("travel",), _matrices([[0, 1], [1, 7]]), Code.OUT_OF_RANGE, f"{_MATRIX}/1/1"),
    Case("D15-too-long", ("travel",), _matrices([[0, 86_401], [1, 0]]), Code.OUT_OF_RANGE, f"{_MATRIX}/0/1"),
    Case("D15-fraction", ("travel",), _matrices([[0, 1.5], [1, 0]]), Code.OUT_OF_RANGE, f"{_MATRIX}/0/1"),
    Case("D15-text", ("travel",), _matrices([[0, "1"], [1, 0]]), Code.WRONG_TYPE, f"{_MATRIX}/0/1"),
    Case("D15-places", ("travel",), _matrices([[0]], [[0]]), Code.DIMENSION_MISMATCH, _MATRIX),
    Case("D15-differ", ("travel",), _matrices([[0, 1], [1, 0]], [[0]]), Code.DIMENSION_MISMATCH, "/travel/matrices/distances_m"),
    Case("D15-missing", ("travel",), {"matrices": {"durations_s": []}}, Code.REQUIRED, "/travel/matrices/distances_m"),
    Case("T-speeds", ("travel",), {"speeds": [{"kmh": 30}, {"kmh": 40}]}, Code.REQUIRED, "/travel/speeds/0/up_to_km"),
    Case("T-slower", ("travel",), {"speeds": [{"up_to_km": 5, "kmh": 50}, {"kmh": 40}]}, Code.CONFLICT, "/travel/speeds/1/kmh"),
]

IDENTITY = [
    *_each(
        "E03",
        (*JOB, "id"),
        ["", "x" * 65, "   ", "a/b", "..", "a%2e", "a?", "a#", "a\\b", " a", "a\n"],
        Code.STRING_INVALID,
        "/jobs/0/id",
    ),
    *_each("E04", (*JOB, "id"), [None, 7, True], Code.WRONG_TYPE, "/jobs/0/id"),
    Case("E04-missing", (*JOB, "id"), ..., Code.REQUIRED, "/jobs/0/id"),
    *_each("E07", (*JOB, "technicians"), [{"preferred": ["t1", "t9"]}], Code.UNKNOWN_REFERENCE, "/jobs/0/technicians/preferred/1"),
    Case("E07-excluded", (*JOB, "technicians"), {"excluded": ["t9"]}, Code.UNKNOWN_REFERENCE, "/jobs/0/technicians/excluded/0"),
    Case("E12", HOME, {"site": "depot"}, Code.UNKNOWN_REFERENCE, "/technicians/0/home/site"),
    Case("E12-stock", ("technicians", 0, "stock"), {"site": "depot"}, Code.UNKNOWN_REFERENCE, "/technicians/0/stock/site"),
    *(
        Case(f"E14-{name}", (*JOB, name), value, Code.READ_ONLY, f"/jobs/0/{name}")
        for name, value in {"tenant_id": 1, "version": 2, "created_at": "now", "status": "done"}.items()
    ),
    Case("E15", (*JOB, "skils"), ["gas"], Code.UNKNOWN_FIELD, "/jobs/0/skils"),
    Case("E15-day", ("job",), [], Code.UNKNOWN_FIELD, "/job"),
    Case("E-kind", (*JOB, "kind"), "repiar", Code.UNKNOWN_REFERENCE, "/jobs/0/kind"),
    Case("E-both", (*JOB, "site"), "depot", Code.CONFLICT, "/jobs/0/site"),
]

SHIFTS = [
    *_each("G05", (*SHIFT, "end"), [day_at("08:00"), day_at("07:00")], Code.WINDOW_INVERTED, "/technicians/0/shifts/0/end"),
    Case(
        "G10-longer", (*SHIFT, "breaks"), [{**_LUNCH, "duration_min": 500}], Code.OUTSIDE_SHIFT, "/technicians/0/shifts/0/breaks/0"
    ),
    Case(
        "G10-outside",
        (*SHIFT, "breaks"),
        [{**_LUNCH, "start": day_at("07:00")}],
        Code.OUTSIDE_SHIFT,
        "/technicians/0/shifts/0/breaks/0",
    ),
    Case(
        "G10-overlap",
        (*SHIFT, "breaks"),
        [_LUNCH, {**_LUNCH, "start": day_at("12:15")}],
        Code.WINDOWS_OVERLAP,
        "/technicians/0/shifts/0/breaks/1",
    ),
    Case(
        "G10-inverted",
        (*SHIFT, "breaks"),
        [{**_LUNCH, "end": day_at("11:00")}],
        Code.WINDOW_INVERTED,
        "/technicians/0/shifts/0/breaks/0/end",
    ),
    Case("G13", HOME, ..., Code.REQUIRED, "/technicians/0/home"),
    *_each("G17", (*SHIFT, "overtime_limit_min"), [-1, 1441], Code.OUT_OF_RANGE, "/technicians/0/shifts/0/overtime_limit_min"),
    Case(
        "G18-inverted",
        (*SHIFT, "absences"),
        [{"start": day_at("12:00"), "end": day_at("11:00")}],
        Code.WINDOW_INVERTED,
        "/technicians/0/shifts/0/absences/0/end",
    ),
    Case(
        "G-local",
        SHIFT,
        {"date": "2026-03-02", "local_start": "8", "local_end": "16:00"},
        Code.DATETIME_INVALID,
        "/technicians/0/shifts/0/local_start",
    ),
    Case("G-mixed", (*SHIFT, "date"), "2026-03-02", Code.UNKNOWN_FIELD, "/technicians/0/shifts/0/start"),
    Case(
        "G-skill",
        ("technicians", 0, "skills"),
        {"gas": {"until": "soon"}},
        Code.DATETIME_INVALID,
        "/technicians/0/skills/gas/until",
    ),
    Case("G-level", ("technicians", 0, "skills"), {"gas": 0}, Code.OUT_OF_RANGE, "/technicians/0/skills/gas"),
    Case(
        "G-tiers",
        ("technicians", 0, "costs"),
        {"overtime": [{"after_min": 60, "per_hour": 1}, {"after_min": 60, "per_hour": 2}]},
        Code.CONFLICT,
        "/technicians/0/costs/overtime/1/after_min",
    ),
]

WINDOWS = [
    Case("I01", (*WINDOW, "end"), day_at("08:00"), Code.WINDOW_INVERTED, "/jobs/0/windows/0/end"),
    Case("I06", (*JOB, "windows"), [_WINDOW, {**_WINDOW, "start": day_at("11:00")}], Code.WINDOWS_OVERLAP, "/jobs/0/windows/1"),
    *_each("I09", (*JOB, "windows"), [[_WINDOW] * 21, [_WINDOW] * 10_000], Code.TOO_MANY_ITEMS, "/jobs/0/windows"),
    Case("I-no-end", (*JOB, "windows"), [{"start": day_at("08:00")}], Code.REQUIRED, "/jobs/0/windows/0/end"),
    Case("I-two-ends", (*WINDOW, "finish_by"), day_at("12:00"), Code.CONFLICT, "/jobs/0/windows/0/finish_by"),
]

OPTIONS = [
    *_each("J04", ("options", "time_limit_s"), [0, -1, 1e9, 0.0001], Code.OUT_OF_RANGE, "/options/time_limit_s"),
    Case("J04-text", ("options", "time_limit_s"), "5", Code.WRONG_TYPE, "/options/time_limit_s"),
    *_each("J07", ("options", "threads"), [10_000, 0, -1], Code.OUT_OF_RANGE, "/options/threads"),
    Case("J08", ("policy",), {"departure": "early"}, Code.UNKNOWN_VALUE, "/policy/departure"),
    Case("J08-priority", ("policy",), {"priority_prices": {"11": 1}}, Code.UNKNOWN_VALUE, "/policy/priority_prices/11"),
    Case("J-currency", ("currency",), "euro", Code.UNKNOWN_VALUE, "/currency"),
]

PINS = [
    Case("K05", (*JOB, "pin"), {"technician": "t9"}, Code.UNKNOWN_REFERENCE, "/jobs/0/pin/technician"),
    Case("K-shift", (*JOB, "pin"), {"technician": "t1", "shift": 1}, Code.UNKNOWN_REFERENCE, "/jobs/0/pin/shift"),
    Case("K-order", (*JOB, "pin"), {"order": 1}, Code.REQUIRED, "/jobs/0/pin/technician"),
]

STRINGS = [
    Case("L11", (*JOB, "name"), "n" * 201, Code.STRING_INVALID, "/jobs/0/name"),
    Case("L11-huge", (*JOB, "name"), "n" * 10**6, Code.STRING_INVALID, "/jobs/0/name"),
    Case("L11-note", (*JOB, "note"), "n" * 4001, Code.STRING_INVALID, "/jobs/0/note"),
    *_each("L15", ("technicians", 0, "name"), ["", "  \t", "\u200b"], Code.REQUIRED, "/technicians/0/name"),
    Case("L-tag", (*JOB, "tags"), ["ok", ""], Code.STRING_INVALID, "/jobs/0/tags/1"),
    Case("L-skills", (*JOB, "skills"), ["gas", 7], Code.WRONG_TYPE, "/jobs/0/skills/1"),
]

CASES = [*COORDINATES, *TIMES, *NUMBERS, *MATRICES, *IDENTITY, *SHIFTS, *WINDOWS, *OPTIONS, *PINS, *STRINGS]
