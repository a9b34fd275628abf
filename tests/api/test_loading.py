"""Files through the API: day files, CSV tables and workbooks into a territory."""

from pathlib import Path
from typing import Any

import pytest

from dispatch.errors import Code
from dispatch.imports import XLSX
from dispatch.store.tables import Role
from tests.api.service import Answer, Service
from tests.databases import contents
from tests.sheets import workbook

FIXTURES = Path(__file__).parents[2] / "fixtures"
PLAIN = "id,lat,lon,duration_min"


@pytest.fixture
def seoul(service: Service) -> Service:
    assert load(service, (FIXTURES / "technicians.csv").read_bytes(), "table=technicians&date=2026-03-02").status == 200
    return service


def load(service: Service, data: bytes, query: str = "", media: str = "text/csv", **options: Any) -> Answer:
    return service.post(f"/territories/seoul/load?{query}", data, media=media, **options)


def table(*rows: str) -> bytes:
    return "\n".join((PLAIN, *rows, "")).encode()


def places(answer: Answer) -> list[tuple[str, str]]:
    return [(each["pointer"], each["code"]) for each in answer.json["errors"]]


def test_a_day_file_is_loaded_and_a_second_time_changes_nothing(service: Service) -> None:
    data = (FIXTURES / "city_day.json").read_bytes()
    first = load(service, data, media="application/json")
    assert first.json["records"]["jobs"] == {"added": 100, "changed": 0, "unchanged": 0}
    assert first.json["warnings"][0]["code"] == Code.IGNORED  # its options
    second = load(service, data, media="application/json")
    assert {(each["added"], each["changed"]) for each in second.json["records"].values()} == {(0, 0)}


def test_a_dry_run_says_what_would_be_done_and_does_nothing(service: Service) -> None:
    before = contents(service.store)
    data = (FIXTURES / "city_day.json").read_bytes()
    answer = load(service, data, "dry_run=true", media="application/json", key="once")
    assert (answer.json["dry_run"], answer.json["records"]["technicians"]["added"]) == (True, 12)
    assert service.get("/territories/seoul/jobs").json["items"] == []
    assert contents(service.store) != before  # only the answer that is kept for a retry
    assert service.get("/territories/seoul").json["version"] == 1


def test_a_table_may_refer_to_what_is_kept_and_to_nothing_else(seoul: Service) -> None:
    rows = (FIXTURES / "jobs.csv").read_bytes()
    assert load(seoul, rows, "table=jobs&date=2026-03-02").json["records"]["jobs"]["added"] == 6
    refused = load(seoul, rows.replace(b",s1\n", b",s12\n"), "table=jobs&date=2026-03-02")
    assert places(refused) == [("jobs line 3, column preferred", Code.UNKNOWN_REFERENCE)]
    assert "did you mean s2" in refused.json["errors"][0]["message"]


def test_times_without_a_date_are_meant_today_by_the_clock_of_the_territory(seoul: Service) -> None:
    load(seoul, (FIXTURES / "jobs.csv").read_bytes(), "table=jobs")
    found = seoul.get("/territories/seoul/jobs/K1").json
    assert found["windows"] == [{"start": "2026-03-02T09:00:00+09:00", "end": "2026-03-02T11:30:00+09:00"}]


def test_what_a_table_does_not_say_is_taken_from_the_record_only_where_no_day_file_can_say_it(seoul: Service) -> None:
    load(seoul, table("j1,37.5,127,60"), "table=jobs")
    seoul.patch("/territories/seoul/jobs/j1", {"case": "T-1", "due": "2026-03-02T10:00:00Z"}, version=1)
    load(seoul, table("j1,37.5,127,50"), "table=jobs")
    found = seoul.get("/territories/seoul/jobs/j1").json
    assert (found["case"], "due" in found, found["duration_min"], found["version"]) == ("T-1", False, 50, 3)


def test_a_workbook_is_loaded_as_its_tables_would_be(seoul: Service) -> None:
    data = workbook({"jobs": [PLAIN.split(","), ["x1", 37.556, 127.0, 45]], "Notes": [["?"]]})
    answer = load(seoul, data, media=XLSX)
    assert answer.json["records"]["jobs"]["added"] == 1
    assert [each["pointer"] for each in answer.json["warnings"]] == ["sheet Notes"]
    assert load(seoul, data, media=XLSX).json["records"]["jobs"] == {"added": 0, "changed": 0, "unchanged": 1}


def test_who_may_not_plan_loads_nothing(service: Service) -> None:
    for role in (Role.READER, Role.PLANNER, Role.TECHNICIAN):
        assert load(service, table(), "table=jobs", role=role).status == 403
    assert service.post("/territories/busan/load?table=jobs", table(), media="text/csv").status == 404


# ---------------------------------------------------------------- group M of the bad inputs

TEXT = PLAIN + ",name\nj1,37.5,127,60,Müller\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
    ],
)
def test_m01_marks_line_ends_and_separators_are_known(seoul: Service, data: bytes) -> None:
    assert load(seoul, data, "table=jobs").status == 200
    assert seoul.get("/territories/seoul/jobs/j1").json["name"] == "Müller"


MALFORMED: list[tuple[str, bytes, int, list[tuple[str, str]]]] = [
    ("M01-cp1252", TEXT.encode("cp1252"), 400, [("jobs line 1", "encoding_invalid")]),
    ("M01-utf16", TEXT.encode("utf-16"), 400, [("jobs line 1", "encoding_invalid")]),
    ("M02-missing", b"id,lat,lon\nj1,1,1\n", 422, [("jobs line 1", "column_missing")]),
    ("M02-extra", b"id,lat,lon,duration_min,colour\n", 422, [("jobs line 1", "column_unknown")]),
    ("M02-duplicate", b"id,lat,lat,lon,duration_min\n", 422, [("jobs line 1", "column_duplicate")]),
    ("M02-empty", b"", 422, [("jobs line 1", "column_missing")]),
    (
        "M03",
        table(*(f"j{n},37,127,{'x' if n in {1, 700} else 60}" for n in range(1_000))),
        422,
        [("jobs line 3, column duration_min", "number_invalid"), ("jobs line 702, column duration_min", "number_invalid")],
    ),
    ("M06-comma", b'id,lat,lon,duration_min\nj1,"52,5",1,60\n', 422, [("jobs line 2, column lat", "number_invalid")]),
    ("M06-thousands", table("j1,37,127,1.234"), 422, [("jobs line 2, column duration_min", "number_invalid")]),
    (
        "M06-date",
        b"id,lat,lon,duration_min,due\nj1,37,127,60,03/04/2026\n",
        422,
        [("jobs line 2, column due", "datetime_invalid")],
    ),
    ("no-workbook", b"PK\x03\x04", 400, [("the workbook", "encoding_invalid")]),
]


@pytest.mark.parametrize(("name", "data", "status", "found"), MALFORMED, ids=[case[0] for case in MALFORMED])
def test_a_bad_table_is_refused_line_by_line_and_leaves_no_trace(
    seoul: Service, name: str, data: bytes, status: int, found: list[tuple[str, str]]
) -> None:
    before = contents(seoul.store)
    refused = load(seoul, data, "table=jobs")
    assert (refused.status, places(refused)) == (status, found)
    assert contents(seoul.store) == before


def test_m02_a_header_without_rows_is_a_table_of_nothing(seoul: Service) -> None:
    assert load(seoul, table(), "table=jobs").json["records"].get("jobs", {"added": 0})["added"] == 0


def test_m04_the_same_table_twice_changes_nothing(seoul: Service) -> None:
    data = (FIXTURES / "jobs.csv").read_bytes()
    load(seoul, data, "table=jobs&date=2026-03-02")
    again = load(seoul, data, "table=jobs&date=2026-03-02")
    assert {(each["added"], each["changed"]) for each in again.json["records"].values()} == {(0, 0)}


def test_a_csv_file_says_which_table_it_is(seoul: Service) -> None:
    assert places(load(seoul, table())) == [("?table", "required")]
    assert places(load(seoul, table(), "table=staff")) == [("?table", "unknown_value")]
    assert load(seoul, table(), "table=jobs", media="text/plain").status == 415
