"""Bad inputs through the doors of records and files: the right status, code and place, and a database that is as it was.

The groups and numbers are those of `tests/dispatch/bad_inputs.py`; E: identity and references, L: strings, M: tables.
"""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from dispatch.store.tables import Role
from tests.api.service import Answer, Service
from tests.databases import contents
from tests.dispatch import bad_inputs
from tests.dispatch.bad_inputs import Case
from tests.dispatch.days import BASE, changed

NORTH = "/territories/north"
JOB = {key: value for key, value in BASE["jobs"][0].items() if key != "id"} | {"id": "new"}
TECHNICIAN = {key: value for key, value in BASE["technicians"][0].items() if key not in {"id", "shifts"}} | {"id": "new"}


@pytest.fixture
def north(service: Service) -> Service:
    """A territory with the base payload in it."""
    made = service.post("/territories", {"id": "north", "timezone": "Europe/Berlin"}, role=Role.ADMINISTRATOR)
    assert made.status == 201
    assert load(service, BASE).status == 200
    return service


def load(service: Service, day: Any, query: str = "", **options: Any) -> Answer:
    return service.post(f"{NORTH}/load{query}", day, role=Role.ADMINISTRATOR, **options)


def expect(answer: Answer, case: Case, pointer: str) -> None:
    assert (answer.status, (case.code, pointer) in answer.places) == (422, True), (case.id, pointer, answer.json)


# ---------------------------------------------------------------- a day file


def test_every_bad_day_is_refused_where_it_is_wrong_and_leaves_no_trace(north: Service) -> None:
    before = contents(north.store)
    for case in bad_inputs.CASES:
        expect(load(north, changed(BASE, (case.path, case.value))), case, case.pointer)
    assert contents(north.store) == before


def test_two_jobs_of_one_id_are_refused_at_the_second(north: Service) -> None:
    day = copy.deepcopy(BASE)
    day["jobs"].append(dict(day["jobs"][0]))
    before = contents(north.store)
    assert load(north, day).places == [("duplicate_id", "/jobs/1/id")]
    assert contents(north.store) == before


def test_a_job_that_nobody_may_serve_is_legal(north: Service) -> None:
    assert load(north, changed(BASE, (("jobs", 0, "technicians"), {"excluded": ["t1"]}))).status == 200


@pytest.mark.parametrize(("path", "value"), [(("timezone",), "Asia/Seoul"), (("currency",), "KRW")])
def test_a_day_of_another_zone_or_currency_is_not_this_territorys(north: Service, path: tuple[str], value: str) -> None:
    assert load(north, changed(BASE, (path, value))).places == [("conflict", f"/{path[0]}")]


def test_an_overlap_with_a_shift_that_is_kept_is_refused_at_the_new_one(north: Service) -> None:
    shift = {"start": "2026-03-02T15:00:00+01:00", "end": "2026-03-02T20:00:00+01:00"}
    day = changed(BASE, (("technicians", 0, "shifts"), [shift]))
    assert load(north, day).places == [("windows_overlap", "/technicians/0/shifts/0")]


# ---------------------------------------------------------------- one record


def on_a_record(case: Case) -> Iterator[tuple[str, dict[str, Any], str]]:
    """A case of a day file as one of a record: its path in the API, the record, and where it is wrong."""
    for section, raw in (("jobs", JOB), ("technicians", TECHNICIAN)):
        if case.path[:2] == (section, 0) and "shifts" not in case.path and len(case.path) > 2:
            yield f"{NORTH}/{section}", changed(raw, (case.path[2:], case.value)), case.pointer.removeprefix(f"/{section}/0")


CASES = [case for case in bad_inputs.CASES if [*on_a_record(case)] and case.id not in {"E-both", "K-shift"}]


def test_every_bad_record_is_refused_where_it_is_wrong_and_leaves_no_trace(north: Service) -> None:
    before = contents(north.store)
    assert len(CASES) > 90
    for case in CASES:
        for path, raw, pointer in on_a_record(case):
            expect(north.post(path, raw, role=Role.ADMINISTRATOR), case, pointer)
    assert contents(north.store) == before


def test_every_bad_change_is_refused_where_it_is_wrong_and_leaves_no_trace(north: Service) -> None:
    """The same fields, one by one, as changes; a field that is left out or null is no change that is wrong."""
    before = contents(north.store)
    tried = 0
    for case in CASES:
        for path, raw, pointer in on_a_record(case):
            field = str(case.path[2])
            if field == "id" or raw.get(field) is None:
                continue
            name = {"jobs": "j1", "technicians": "t1"}[str(case.path[0])]
            answer = north.patch(f"{path}/{name}", {field: raw[field]}, role=Role.ADMINISTRATOR, version=1)
            expect(answer, case, pointer)
            tried += 1
    assert tried > 60
    assert contents(north.store) == before


@pytest.mark.parametrize("field", ["version", "updated_at", "retired_at", "state"])
def test_what_the_service_sets_nobody_else_may_in_any_record(north: Service, field: str) -> None:
    for section, raw in (("jobs", JOB), ("technicians", TECHNICIAN)):
        refused = north.post(f"{NORTH}/{section}", {**raw, field: 1}, role=Role.ADMINISTRATOR)
        assert (refused.status, refused.places) == (422, [("read_only", f"/{field}")])


def test_ids_that_belong_to_another_territory_are_unknown_here(north: Service) -> None:
    """Technician t1 is also one of seoul and busan; a job of seoul that names north's is refused."""
    raw = {**JOB, "skills": [], "technicians": {"required": ["t1", "t2"]}}
    north.post("/territories/busan/technicians", {**TECHNICIAN, "id": "t2"}, role=Role.ADMINISTRATOR)
    refused = north.post(f"{NORTH}/jobs", raw, role=Role.ADMINISTRATOR)
    assert refused.places == [("unknown_reference", "/technicians/required/1")]


# ---------------------------------------------------------------- strings

TEXTS = [
    "عَبْدُ الله 12",
    "אברהם 3",
    "Robert'); DROP TABLE jobs;--",
    "%",
    "_",
    "\\",
    "{{7*7}}",
    "${jndi:x}",
    "%s%n",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
    "null",
    "undefined",
    "NaN",
    "true",
    "None",
    "0",
    "n" * 200,
    "🚐" * 200,
]


def test_texts_are_kept_as_they_are_whatever_they_look_like(north: Service) -> None:
    for number, text in enumerate(TEXTS):
        added = north.post(f"{NORTH}/customers", {"id": f"c{number}", "name": text}, role=Role.ADMINISTRATOR)
        assert (added.status, added.json["name"]) == (201, text)
        found = north.get(f"{NORTH}/customers/c{number}", role=Role.ADMINISTRATOR)
        assert found.json["name"] == text


@pytest.mark.parametrize("escape", [r"\u0000", r"\ud800", r"\udc00x"])
def test_nul_and_half_surrogates_are_refused_by_both_databases(north: Service, escape: str) -> None:
    before = contents(north.store)
    body = f'{{"id": "c", "name": "a{escape}"}}'.encode()
    refused = north.post(f"{NORTH}/customers", body, role=Role.ADMINISTRATOR)
    assert (refused.status, refused.places) == (422, [("string_invalid", "/name")])
    assert contents(north.store) == before


@pytest.mark.parametrize(
    ("text", "code"), [("n" * 201, "string_invalid"), ("n" * 10**6, "string_invalid"), ("", "required"), ("\u200b", "required")]
)
def test_names_have_one_to_two_hundred_characters(north: Service, text: str, code: str) -> None:
    refused = north.post(f"{NORTH}/customers", {"id": "c", "name": text}, role=Role.ADMINISTRATOR)
    assert (refused.status, refused.places) == (422, [(code, "/name")])
    assert "value" not in refused.json["errors"][0] or refused.json["errors"][0]["value"] is None
