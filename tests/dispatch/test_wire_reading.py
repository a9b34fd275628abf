"""What is accepted, what survives a round trip, and what never happens."""

import json
from typing import Any

import pytest

from dispatch import wire
from dispatch.errors import Code, InputError
from dispatch.wire import schema
from dispatch.wire.staff import Held
from tests.dispatch.bad_inputs import day_at
from tests.dispatch.days import BASE, RICH, Path, changed, paths

LONG_HORIZON = {"start": "2026-10-20T00:00:00+02:00", "end": "2026-11-03T00:00:00+01:00"}
ONE_WAY = {"matrices": {"durations_s": [[0, None], [9, 0]], "distances_m": [[0, 2_147_483_647], [5.0, 0]]}}
TOUCHING = [{"start": day_at("11:00"), "end": day_at("12:00")}, {"start": day_at("09:00"), "end": day_at("11:00")}]

LEGAL: list[tuple[str, Path, Any]] = [
    ("B03 the north pole", ("jobs", 0, "location"), {"lat": 90, "lon": 12}),
    ("B03 the south pole", ("jobs", 0, "location"), {"lat": -90, "lon": -180}),
    ("B05 the antimeridian", ("jobs", 0, "location"), {"lat": 0, "lon": 179.99}),
    ("B06 antipodes", ("jobs", 0, "location"), {"lat": -52.52, "lon": -166.595}),
    ("B21 home is the job", ("jobs", 0, "location"), BASE["technicians"][0]["home"]),
    ("C13 a time the clocks skip, with its offset", ("jobs", 0, "due"), "2026-03-29T02:30:00+01:00"),
    ("C lower case and a fraction of nothing", ("jobs", 0, "due"), "2026-03-02t09:00:00.000z"),
    ("C27 fourteen days", ("horizon", "end"), "2026-03-16T00:00:00+01:00"),
    (
        "C27 fourteen days, one of them an hour longer",
        ("horizon",),
        {"start": "2026-10-20T00:00:00+02:00", "end": "2026-11-03T00:00:00+01:00"},
    ),
    ("D04 as long as a day", ("jobs", 0, "duration_min"), 1440),
    ("D whole numbers may have a point", ("jobs", 0, "priority"), 3.0),
    ("D half minutes", ("jobs", 0, "duration_min"), 7.5),
    ("D13 more parts than any van has", ("jobs", 0, "parts"), {"valve": 99_999}),
    (
        "D15 asymmetric, unreachable",
        ("travel",),
        {"matrices": {"durations_s": [[0, None], [9, 0]], "distances_m": [[0, 2_147_483_647], [5.0, 0]]}},
    ),
    ("E Korean and Arabic ids", ("jobs", 0, "id"), "작업-١"),
    ("E08 everyone is excluded", ("jobs", 0, "technicians"), {"excluded": ["t1"]}),
    ("F01 a skill nobody has", ("jobs", 0, "skills"), ["welding"]),
    ("G01 no technicians", ("technicians",), []),
    ("G02 no jobs", ("jobs",), []),
    ("G04 no shifts", ("technicians", 0, "shifts"), []),
    ("G17 overtime of nothing", ("technicians", 0, "shifts", 0, "overtime_limit_min"), 0),
    ("I02 an exact time", ("jobs", 0, "windows", 0, "end"), day_at("09:00")),
    ("I03 any time", ("jobs", 0, "windows"), []),
    ("I04 shorter than the job", ("jobs", 0, "windows"), [{"start": day_at("09:00"), "finish_by": day_at("09:10")}]),
    (
        "I06 touching windows",
        ("jobs", 0, "windows"),
        [{"start": day_at("11:00"), "end": day_at("12:00")}, {"start": day_at("09:00"), "end": day_at("11:00")}],
    ),
    ("I07 outside the horizon", ("jobs", 0, "windows"), [{"start": "2027-01-01T00:00:00Z", "end": "2027-01-02T00:00:00Z"}]),
    ("J04 as long as the program likes", ("options", "time_limit_s"), None),
    ("K01 pinned", ("jobs", 0, "pin"), {"technician": "t1"}),
    ("L01 right to left", ("technicians", 0, "name"), "عَبْدُ الله 12 שלום"),
    ("L06 a name that is code", ("technicians", 0, "name"), "Robert'); DROP TABLE jobs;-- {{7*7}} ${jndi:x} %s%n \\"),
    ("L07 a name that is HTML", ("technicians", 0, "name"), "<script>alert(1)</script>"),
    ("L11 a name of 200 characters", ("technicians", 0, "name"), "n" * 200),
    *((f"L16 {name}", ("technicians", 0, "name"), name) for name in ("null", "undefined", "NaN", "true", "None", "0")),
]


@pytest.mark.parametrize(("path", "value"), [(path, value) for _, path, value in LEGAL], ids=[name for name, _, _ in LEGAL])
def test_a_legal_input_is_accepted(path: Path, value: object) -> None:
    assert wire.day_of(changed(BASE, (path, value))).timezone == "Europe/Berlin"


def test_null_island_is_a_place_if_allowed() -> None:
    raw = changed(BASE, (("jobs", 0, "location"), {"lat": 0, "lon": 0}), (("options", "allow_zero"), True))
    assert wire.day_of(raw).options.allow_zero


def test_names_are_kept_to_the_byte() -> None:
    name = "e\u0301 é \u202eabc \u200d👩‍🔧"
    day = wire.read_day(json.dumps(changed(BASE, (("technicians", 0, "name"), name))).encode())
    assert json.loads(wire.write(day))["technicians"][0]["name"] == name


def test_skills_have_three_forms_that_say_the_same() -> None:
    forms = (["gas"], {"gas": 1}, {"gas": {"level": 1}}, {"gas": {}})
    held = [wire.day_of(changed(BASE, (("technicians", 0, "skills"), form))).technicians[0].skills for form in forms]
    assert held == [{"gas": Held(level=1)}] * 4


@pytest.mark.parametrize("raw", [BASE, RICH], ids=["base", "rich"])
def test_a_day_that_is_written_is_read_as_the_same(raw: dict[str, Any]) -> None:
    day = wire.day_of(raw)
    assert wire.read_day(wire.write(day)) == day
    assert wire.write(wire.read_day(wire.write(day))) == wire.write(day)


def test_the_rich_day_uses_every_field_of_the_dialect() -> None:
    used = {step for path in paths(RICH) for step in path if isinstance(step, str)}
    assert schema.field_names(wire.Day) - used == {"matrices", "places", "durations_s", "distances_m", "hour"}


# ---------------------------------------------------------------- whatever is handed in

NUMBERS = [-1, 0, 2**31, 2**53 + 1, 2**63, 10**399, 1e308]
VALUES: list[Any] = [..., None, "", [], {}, True, *NUMBERS, "1", "NaN", day_at("09:00"), "x" * 10**5, {"site": "depot"}, [[]]]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:20])
def test_any_value_at_any_place_is_read_or_refused_with_findings(value: object) -> None:
    for path in list(paths(RICH))[1:]:
        check_read_or_refused(changed(RICH, (path, value)))


def test_anything_wrapped_in_a_list_is_read_or_refused_with_findings() -> None:
    for path in list(paths(RICH))[1:]:
        node: Any = RICH
        for step in path:
            node = node[step]
        check_read_or_refused(changed(RICH, (path, [node])))


def check_read_or_refused(raw: dict[str, Any]) -> None:
    """No other error leaves the reader; and what it points at is there, or is what is missing."""
    try:
        wire.day_of(raw)
    except InputError as refused:
        for finding in refused.findings:
            assert _stands(raw, finding.pointer) or finding.code == "required", finding
            assert finding.code in set(Code)
            assert len(str(finding.value)) <= 100


def _stands(raw: Any, pointer: str) -> bool:
    for step in pointer.split("/")[1:]:
        key = int(step) if isinstance(raw, list) else step.replace("~1", "/").replace("~0", "~")
        if not (0 <= key < len(raw) if isinstance(key, int) else isinstance(raw, dict) and key in raw):
            return False
        raw = raw[key]
    return True


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800", "NaN", "1e400"])
def test_what_json_may_not_hold_is_refused_at_any_place(text: str) -> None:
    token = '"' + text + '"' if "\\" in text else text
    for path in list(paths(RICH))[1:]:
        marked = json.dumps(changed(RICH, (path, "@here@")))
        with pytest.raises(InputError):
            wire.read_day(marked.replace('"@here@"', token).encode())
