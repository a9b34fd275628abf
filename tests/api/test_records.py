"""Records through the API."""

from typing import Any

import pytest

from dispatch.store.tables import Role
from tests.api.service import HOME, Service
from tests.databases import contents

NORTH = "/territories/seoul"


def at(clock: str) -> str:
    return f"2026-03-02T{clock}:00+09:00"


GOOD: dict[str, dict[str, Any]] = {
    "customers": {"id": "kim", "name": "Kim Narae"},
    "sites": {"id": "mall", "customer": "kim", "location": HOME},
    "assets": {"id": "boiler", "site": "mall"},
    "meters": {"id": "hours", "asset": "boiler", "unit": "h"},
    "parts": {"id": "valve"},
    "technicians": {"id": "bo", "skills": {"gas": 2}, "home": {"site": "mall"}},
    "shifts": {"id": "s1", "technician": "bo", "start": at("08:00"), "end": at("16:00")},
    "absences": {"id": "a1", "technician": "bo", "start": at("10:00"), "end": at("11:00")},
    "jobs": {
        "id": "j1",
        "kind": "repair",
        "site": "mall",
        "asset": "boiler",
        "windows": [{"start": at("09:00"), "end": at("10:00")}],
    },
    "upkeeps": {"id": "service", "asset": "boiler", "interval": {"count": 6, "unit": "months"}, "first_due": "2026-03-31"},
}
CHANGES: dict[str, dict[str, Any]] = {
    "customers": {"phone": "02 1"},
    "sites": {"access": "Ring twice"},
    "assets": {"serial": "77"},
    "meters": {"per_day": 6},
    "parts": {"name": "Valve"},
    "technicians": {"skills": ["gas", "electric"]},
    "shifts": {"end": at("17:00")},
    "absences": {"end": at("12:00")},
    "jobs": {"windows": None, "priority": 1},
    "upkeeps": {"use": {"meter": "hours", "every": 500}, "counts": "floating"},
}


@pytest.fixture
def filled(service: Service) -> Service:
    for kind, raw in GOOD.items():
        assert service.post(f"{NORTH}/{kind}", raw).status == 201
    return service


@pytest.mark.parametrize("kind", GOOD)
def test_a_record_is_added_looked_at_listed_changed_and_retired(filled: Service, kind: str) -> None:
    place = f"{NORTH}/{kind}/{GOOD[kind]['id']}"
    found = filled.get(place)
    assert (found.status, found.json["version"], found.headers["ETag"].startswith('"1-')) == (200, 1, True)
    assert GOOD[kind]["id"] in [each["id"] for each in filled.get(f"{NORTH}/{kind}?limit=500").json["items"]]
    changed = filled.patch(place, CHANGES[kind], version=1)
    assert (changed.status, changed.json["version"]) == (200, 2)
    assert filled.patch(place, CHANGES[kind], version=1).status == 412
    for other in reversed([name for name in GOOD if [*GOOD].index(name) > [*GOOD].index(kind)]):
        assert filled.delete(f"{NORTH}/{other}/{GOOD[other]['id']}", version=1).status == 204
    assert filled.delete(place, version=2).status == 204
    assert "retired_at" in filled.get(place).json


def test_what_others_refer_to_is_not_retired(filled: Service) -> None:
    refused = filled.delete(f"{NORTH}/sites/mall", version=1)
    assert (refused.status, refused.code) == (409, "in_use")
    assert {"kind": "jobs", "id": "j1"} in refused.json["details"]["used_by"]


def test_a_second_one_with_the_same_id_is_a_conflict(filled: Service) -> None:
    assert (filled.post(f"{NORTH}/jobs", GOOD["jobs"]).status, filled.post(f"{NORTH}/jobs", GOOD["jobs"]).code) == (
        409,
        "duplicate_id",
    )


@pytest.mark.parametrize("field", ["version", "updated_at", "retired_at", "state"])
def test_what_the_service_sets_nobody_else_may(filled: Service, field: str) -> None:
    for answer in (
        filled.post(f"{NORTH}/jobs", {**GOOD["jobs"], "id": "j2", field: "1"}),
        filled.patch(f"{NORTH}/jobs/j1", {field: "1"}, version=1),
    ):
        assert (answer.status, answer.places) == (422, [("read_only", f"/{field}")])


def test_records_of_a_territory_the_caller_does_not_see_are_not_there(service: Service) -> None:
    for kind, raw in GOOD.items():
        assert service.get(f"/territories/busan/{kind}").status == 404
        assert service.post(f"/territories/busan/{kind}", raw).status == 404
    assert service.get("/territories/busan/technicians/t1").status == 404
    assert service.patch("/territories/busan/technicians/t1", {"name": "X"}, version=1).status == 404


def test_a_cancelled_job_is_listed_as_cancelled(filled: Service) -> None:
    assert filled.post(f"{NORTH}/jobs/j1/cancel", version=1).json["state"] == "cancelled"
    assert filled.get(f"{NORTH}/jobs?state=open").json["items"] == []
    assert [each["id"] for each in filled.get(f"{NORTH}/jobs?state=cancelled&site=mall").json["items"]] == ["j1"]


def test_shifts_are_listed_by_when_they_are(filled: Service) -> None:
    for query, ids in (("after=2026-03-02T07:00:00Z", []), ("before=2026-03-02T00:00:00Z&technician=bo", ["s1"])):
        assert [each["id"] for each in filled.get(f"{NORTH}/shifts?{query}").json["items"]] == ids


def test_lists_come_in_pages(filled: Service) -> None:
    for n in range(5):
        filled.post(f"{NORTH}/parts", {"id": f"p{n}"})
    first = filled.get(f"{NORTH}/parts?limit=4").json
    second = filled.get(f"{NORTH}/parts?limit=4&cursor={first['next']}").json
    assert [each["id"] for each in first["items"] + second["items"]] == ["p0", "p1", "p2", "p3", "p4", "valve"]
    assert second["next"] is None


def test_territories_are_made_and_changed_by_administrators(service: Service) -> None:
    raw = {"id": "jeju", "timezone": "Asia/Seoul", "currency": "KRW", "nightly_at": "18:30", "calendar": {"closed": ["2026-03-02"]}}
    assert service.post("/territories", raw).status == 403
    made = service.post("/territories", raw, role=Role.ADMINISTRATOR)
    assert (made.status, made.headers["Location"], made.json["nightly_at"]) == (201, "/api/v1/territories/jeju", "18:30")
    assert service.get("/territories/jeju").status == 404
    changed = service.patch("/territories/jeju", {"nightly_at": None, "promise_min": 60}, role=Role.ADMINISTRATOR, version=1)
    assert (changed.json["promise_min"], "nightly_at" in changed.json) == (60, False)
    assert [each["id"] for each in service.get("/territories").json["items"]] == ["seoul"]
    assert service.delete("/territories/jeju", role=Role.ADMINISTRATOR, version=2).status == 204
    assert service.get("/territories/jeju", role=Role.ADMINISTRATOR).status == 404


def test_fifty_racing_editors_lose_no_change(filled: Service) -> None:
    """Each adds its own part of the note, after reading: what the last one reads holds all of them."""
    from concurrent.futures import ThreadPoolExecutor

    def edit(number: int) -> None:
        while True:
            found = filled.get(f"{NORTH}/parts/valve").json
            note = f"{found.get('note', '')}{number} "
            if filled.patch(f"{NORTH}/parts/valve", {"note": note}, version=found["version"]).status == 200:
                return

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(edit, range(50)))
    found = filled.get(f"{NORTH}/parts/valve").json
    assert sorted(map(int, found["note"].split())) == list(range(50))
    assert found["version"] == 51


def test_what_is_refused_leaves_the_database_as_it_was(filled: Service) -> None:
    before = contents(filled.store)
    for path, raw in (("jobs", {"id": "j2", "site": "moll"}), ("jobs", {"id": "a/b"}), ("shifts", GOOD["shifts"])):
        assert filled.post(f"{NORTH}/{path}", raw).status in {409, 422}
    assert contents(filled.store) == before
