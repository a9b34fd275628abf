"""Every field of every kind of record, replaced by what should not be there: never an error of the program itself."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.service import HOME, Service
from tests.api.test_records import GOOD, NORTH, at
from tests.dispatch.days import Path, changed, paths

RICH: dict[str, dict[str, Any]] = {
    **GOOD,
    "customers": {"id": "c", "name": "Kim", "phone": "02 1", "email": "kim@example.com", "note": "x"},
    "sites": {"id": "s", "customer": "kim", "address": "Ring 1", "location": HOME, "access": "x"},
    "technicians": {
        "id": "t",
        "name": "Bo",
        "skills": {"gas": {"level": 2, "until": "2026-12-31"}},
        "tags": ["korean"],
        "tools": ["ladder"],
        "parts": {"valve": 2},
        "pace_percent": 90,
        "home": {"site": "mall"},
        "costs": {"overtime": [{"after_min": 0, "per_hour": 1}]},
        "limits": {"jobs": 3},
        "stock": {"site": "mall", "refill": {"valve": 1}},
        "contract": {"first_day": "2026-01-01"},
    },
    "shifts": {
        "id": "x",
        "technician": "bo",
        "start": at("18:00"),
        "end": at("22:00"),
        "start_place": HOME,
        "end_place": "open",
        "overtime_limit_min": 30,
        "travel": {"first": "outside"},
        "breaks": [{"local_start": "19:00", "duration_min": 30}],
    },
    "absences": {"id": "y", "technician": "bo", "start": at("18:00"), "end": at("19:00"), "place": HOME, "note": "x"},
    "jobs": {
        "id": "j",
        "kind": "repair",
        "site": "mall",
        "customer": "kim",
        "asset": "boiler",
        "case": "T-1",
        "duration_min": 30,
        "skills": {"gas": 1},
        "wishes": {"korean": 5},
        "windows": [{"start": at("09:00"), "finish_by": at("12:00")}],
        "due": at("12:00"),
        "release": at("08:00"),
        "technicians": {"preferred": ["bo"]},
        "level_paces": [100, 90],
        "pin": {"technician": "bo", "shift": "s1", "order": 0, "start": at("09:00")},
    },
    "meters": {"id": "m", "name": "Hours", "asset": "boiler", "unit": "h", "per_day": 6},
    "upkeeps": {
        "id": "u",
        "name": "Service",
        "asset": "boiler",
        "kind": "repair",
        "duration_min": 30,
        "early_percent": 30,
        "counts": "floating",
        "interval": {"count": 6, "unit": "months"},
        "first_due": "2026-03-31",
        "use": {"meter": "hours", "every": 500, "first": 100},
        "early_days": 10,
        "ahead_days": 20,
        "technicians": {"preferred": ["bo"]},
    },
}

INSTEAD: list[Any] = [
    ...,
    None,
    "",
    [],
    {},
    True,
    -1,
    0,
    2**31,
    2**53 + 1,
    2**63,
    10**400,
    1.5,
    "1",
    [[]],
    "x" * 100_000,
    "bo",
    "é\u202e",
]


@pytest.mark.parametrize("kind", GOOD)
def test_no_value_in_any_field_is_an_error_of_the_program(service: Service, kind: str) -> None:
    for name, raw in GOOD.items():
        assert service.post(f"{NORTH}/{name}", raw).status == 201
    for number, (path, value) in enumerate(mutations(RICH[kind])):
        raw = changed({**RICH[kind], "id": f"m{number}"}, (path, value))
        added = service.post(f"{NORTH}/{kind}", raw)
        assert added.status in {201, 409, 422}, (path, str(value)[:50], added.data[:500])
        name = str(path[0])
        if path == (name,) and name != "id":
            place = f"{NORTH}/{kind}/{GOOD[kind]['id']}"
            version = service.get(place).json["version"]
            altered = service.patch(place, {name: raw.get(name)}, version=version)
            assert altered.status in {200, 422}, (path, str(value)[:50], altered.data[:500])


@pytest.mark.parametrize("body", [b"null", b"[]", b'"x"', b"7", b"true"])
def test_a_body_that_is_no_object_is_refused(service: Service, body: bytes) -> None:
    for kind in GOOD:
        refused = service.post(f"{NORTH}/{kind}", body)
        assert (refused.status, refused.places) == (422, [("wrong_type", "")])


def mutations(raw: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    for path in paths(raw):
        if path:
            yield from ((path, value) for value in INSTEAD)
