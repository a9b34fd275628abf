"""The technician's door over HTTP: my jobs, what I report, my calendar; nobody sees another's."""

import json
from datetime import timedelta

from dispatch.store.tables import Role, Visit
from tests.api.phones import Phones
from tests.dispatch.progress.world import ADA, BO, TERRITORY, at, event

NORTH = f"/territories/{TERRITORY}"


def test_my_jobs_are_asked_for_again_at_no_cost_until_something_changes(phones: Phones) -> None:
    first = phones.ask("GET", "/me/jobs")
    assert [each["job"] for each in first.json["jobs"]] == ["a", "b", "c", "d"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    known = {"If-None-Match": first.headers["ETag"]}
    again = phones.ask("GET", "/me/jobs", headers=known)
    assert (again.status, again.data) == (304, b"")
    phones.report(event("accepted", "a", "06:00"))
    after = phones.ask("GET", "/me/jobs", headers=known)
    assert (after.status, after.json["jobs"][0]["state"]) == (200, "accepted")


def test_nobody_sees_another_s_jobs(phones: Phones) -> None:
    assert [each["job"] for each in phones.jobs(ADA)] == ["a", "b", "c", "d"]
    assert [each["job"] for each in phones.jobs(BO)] == ["e", "f"]
    # The technician of another territory has the same role and another name.
    assert phones.service.get("/me/jobs", role=Role.TECHNICIAN).json["jobs"] == []
    for role in Role:
        if role is not Role.TECHNICIAN:
            assert phones.service.get("/me/jobs", role=role).status == 403
    for path in (f"{NORTH}/visits", f"{NORTH}/events"):
        assert phones.service.get(path, role=Role.DISPATCHER).status == 404
        assert phones.ask("GET", path).status == 403


def test_nobody_reports_on_another_s_visit(phones: Phones) -> None:
    (foreign,) = phones.report(event("started", "e", "06:00"))
    (nothing,) = phones.report(event("started", "nowhere", "06:00"))
    assert {name: value for name, value in foreign.items() if name not in {"id", "job"}} == {
        name: value for name, value in nothing.items() if name not in {"id", "job"}
    }
    assert foreign["status"] == 410
    assert [each["state"] for each in phones.jobs(BO)] == ["planned", "planned"]


def test_a_day_of_reports_moves_the_rest_and_is_seen_by_the_dispatcher(phones: Phones) -> None:
    phones.service.clock.now = at("10:30")
    outcomes = phones.report(event("started", "a", "08:30"), event("completed", "a", "10:30"), event("completed", "b", "10:30"))
    assert [(each["outcome"], each["status"]) for each in outcomes] == [("applied", 200), ("applied", 200), ("rejected", 409)]
    assert phones.jobs()[1]["start"][:16] == "2026-03-02T09:36"
    visits = phones.service.get(f"{NORTH}/visits", role=Role.ADMINISTRATOR).json["items"]
    assert [(each["job"], each["promise"]["late"]) for each in visits if each["technician"] == ADA] == [
        ("a", False),
        ("b", True),
        ("c", True),
        ("d", True),
    ]
    refused = phones.service.get(f"{NORTH}/events?outcome=rejected", role=Role.ADMINISTRATOR).json["items"]
    assert [(each["job"], each["code"]) for each in refused] == [("b", "illegal_transition")]


def test_an_offline_queue_of_fifty_is_taken_in_once_however_often_it_is_sent(phones: Phones) -> None:
    phones.service.clock.now = at("10:00")
    kinds = ("accepted", "en_route", "arrived", "started", "completed")
    steps = [event(kind, job, at("08:00") + n * timedelta(minutes=5)) for n, job in enumerate("abcd") for kind in kinds]
    queue = [*steps, *(event("accepted", "a", "07:59") for _ in range(29)), event("started", "nowhere", "08:01")]
    first = phones.report(*queue, key="queue-1")
    assert [each["outcome"] for each in first].count("rejected") == 1
    assert phones.report(*queue, key="queue-1") == first
    assert phones.report(*queue, key="queue-2") == first
    assert sorted(phones.report(*reversed(queue)), key=json.dumps) == sorted(first, key=json.dumps)
    assert [each["state"] for each in phones.jobs()] == ["completed"] * 4


def test_a_request_holds_so_many_events(phones: Phones) -> None:
    queue = {"events": [event("accepted", "a", "06:00") for _ in range(201)]}
    answer = phones.ask("POST", "/me/events", queue)
    assert (answer.status, answer.places) == (422, [("too_many_items", "/events")])


def test_what_is_malformed_is_refused_with_its_place_and_nothing_is_taken_in(phones: Phones) -> None:
    answer = phones.ask("POST", "/me/events", {"events": [event("accepted", "a", "06:00"), event("slept", "a", "06:00")]})
    assert (answer.status, answer.places) == (422, [("unknown_value", "/events/1/kind")])
    assert phones.jobs()[0]["state"] == "planned"


def test_a_report_without_a_key_is_refused(phones: Phones) -> None:
    assert phones.ask("POST", "/me/events", {"events": []}, key=None).status == 400


def test_a_visit_reassigned_meanwhile_is_refused_and_the_dispatcher_sees_why(phones: Phones) -> None:
    """Bad input O04."""
    with phones.service.store.writing() as session:
        session.get_one(Visit, (TERRITORY, "a")).technician_id = BO
    (outcome,) = phones.report(event("completed", "a", "06:00", note="Was there first"))
    assert (outcome["code"], outcome["status"]) == ("reassigned", 409)
    (kept,) = phones.service.get(f"{NORTH}/events", role=Role.ADMINISTRATOR).json["items"]
    assert (kept["note"], kept["technician"]) == ("Was there first", ADA)


def test_a_calendar_address_is_told_once_and_works_until_it_is_revoked(phones: Phones) -> None:
    made = phones.ask("POST", "/me/calendars", key="mine")
    again = phones.ask("POST", "/me/calendars", key="mine")
    path = "/" + made.json["path"]
    assert (made.status, again.json) == (201, {name: value for name, value in made.json.items() if name != "path"})
    found = phones.service.get(path, role=None)
    assert (found.status, found.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert found.data.count(b"BEGIN:VEVENT") == 4
    assert phones.service.get(path, role=None, headers={"If-None-Match": found.headers["ETag"]}).status == 304
    listed = phones.ask("GET", "/me/calendars").json["items"]
    assert [each["id"] for each in listed] == [made.json["id"]]
    assert "path" not in listed[0]
    assert phones.ask("DELETE", f"/me/calendars/{made.json['id']}", who=BO).status == 404
    assert phones.ask("DELETE", f"/me/calendars/{made.json['id']}").status == 204
    gone = phones.service.get(path, role=None)
    assert (gone.status, gone.code) == (404, "not_found")
    assert made.json["path"].rsplit("/", 1)[1] not in gone.data.decode()


def test_a_calendar_address_opens_nothing_else(phones: Phones) -> None:
    secret = phones.ask("POST", "/me/calendars").json["path"].rsplit("/", 1)[1]
    headers = {"Authorization": f"Bearer {secret}"}
    assert phones.service.ask("GET", "/me/jobs", role=None, headers=headers).status == 401
    token = phones.tokens[ADA]
    assert phones.service.get(f"/calendars/{token}", role=None).status == 404
