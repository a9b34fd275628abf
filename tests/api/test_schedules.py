"""A dispatcher looks at a draft, moves jobs, publishes it, and takes it back."""

import pytest

from dispatch.access import Act, program
from dispatch.store.tables import Job, Role, Visit
from tests.api import drafts
from tests.api.service import FOREIGN, OURS, Service

Draft = str


@pytest.fixture
def draft(service: Service) -> Draft:
    """The path of a draft for a day of three jobs."""
    return new_draft(service)


def new_draft(service: Service, territory: str = OURS) -> Draft:
    with service.store.writing() as session:
        act = Act(session, program("test"), service.clock.now)
        drafts.load(act, territory)
        return f"/schedules/{drafts.draft(act, territory)}"


def served(service: Service, draft: Draft) -> dict[str, str]:
    plan = service.get(draft).json["plan"]
    return {visit["job"]: route["technician"] for route in plan["routes"] for visit in route["visits"] if "job" in visit}


def test_a_draft_shows_its_plan_its_price_and_its_reasons(service: Service, draft: Draft) -> None:
    answer = service.get(draft)
    shown = answer.json
    assert (answer.status, shown["state"], shown["version"], shown["steps"]) == (200, "draft", 1, 0)
    assert answer.headers["ETag"].startswith('"1-')
    assert [(left["job"], left["reason"]) for left in shown["plan"]["unassigned"]] == [("j3", "no_skilled_technician")]
    assert (shown["quality"]["served"], shown["unassigned"]) == (2, 1)


def test_drafts_are_listed_without_their_plans(service: Service, draft: Draft) -> None:
    items = service.get(f"/territories/{OURS}/schedules?state=draft").json["items"]
    assert [f"/schedules/{each['id']}" for each in items] == [draft]
    assert "plan" not in items[0]
    assert service.get(f"/territories/{OURS}/schedules?end=2026-03-02T00:00:00Z").json["items"] == []


def test_a_draft_can_be_had_as_a_map_a_table_and_calendars(service: Service, draft: Draft) -> None:
    geo = service.get(draft + "/map")
    assert {each["properties"]["what"] for each in geo.json["features"]} == {"route", "stop", "unassigned"}
    table = service.get(draft + "/table?bom=true").data
    assert table.startswith(b"\xef\xbb\xbftechnician,")
    assert b"'=Boiler" in table
    calendar = service.get(draft + "/calendars/t1")
    assert b"UID:j1@seoul.schedules.dispatch" in calendar.data
    assert calendar.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert service.get(draft + "/calendars/t9").status == 404


def test_a_move_is_evaluated_made_and_undone(service: Service, draft: Draft) -> None:
    before = service.get(draft).json["plan"]
    other = {"t1": "t2", "t2": "t1"}[served(service, draft)["j2"]]
    move = {"job": "j2", "technician": other}
    looked = service.post(draft + "/evaluate", move, role="planner", key=None)
    assert (looked.status, looked.json["legal"]) == (200, True)
    assert service.get(draft).json["plan"] == before
    made = service.post(draft + "/moves", move, version=1)
    assert (made.status, made.json["after"]) == (200, looked.json["after"])
    assert served(service, draft)["j2"] == other
    undone = service.post(draft + "/undo", version=2)
    assert (undone.status, undone.json["steps"]) == (200, 0)
    assert service.get(draft).json["plan"] == before


def test_a_move_that_breaks_a_rule_is_refused_with_the_rule(service: Service, draft: Draft) -> None:
    answer = service.post(draft + "/moves", {"job": "j3", "technician": "t1"}, version=1)
    assert (answer.status, answer.code) == (409, "move_breaks_rules")
    assert [each["cause"] for each in answer.json["details"]["violations"]] == ["skill"]
    forced = service.post(draft + "/moves", {"job": "j3", "technician": "t1", "force": True}, version=1)
    assert (forced.status, forced.json["legal"], forced.json["pin"]) == (200, False, {"technician": "t1", "shift": 0})
    refused = service.post(draft + "/publish", {}, version=2)
    assert (refused.status, refused.code) == (409, "plan_breaks_rules")
    assert service.post(draft + "/publish", {"accept_violations": True}, version=2).status == 200


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"job": "j9", "technician": "t1"}, ("unknown_reference", "/job")),
        ({"job": "j1", "technician": "t9"}, ("unknown_reference", "/technician")),
        ({"job": "j1", "technician": "t1", "position": 7}, ("out_of_range", "/position")),
        ({"job": "j1", "technician": "t1", "positon": 0}, ("unknown_field", "/positon")),
        ({"job": "j1", "technician": "t1", "start": "2026-03-03T09:00:00"}, ("datetime_naive", "/start")),
        ({"job": "j1"}, ("required", "/technician")),
    ],
)
def test_a_move_that_means_nothing_is_refused_at_its_place(
    service: Service, draft: Draft, body: dict[str, object], place: tuple[str, str]
) -> None:
    answer = service.post(draft + "/moves", body, version=1)
    assert (answer.status, answer.places) == (422, [place])
    assert service.get(draft).json["version"] == 1


def test_who_has_seen_an_old_version_is_told_so(service: Service, draft: Draft) -> None:
    assert service.post(draft + "/pins", {"job": "j1"}, version=1).status == 200
    answer = service.post(draft + "/pins", {"job": "j1"}, version=1)
    assert (answer.status, answer.code) == (412, "version_mismatch")
    assert service.post(draft + "/pins", {"job": "j1"}).status == 428


def test_publishing_writes_visits_and_says_what_it_did(service: Service, draft: Draft) -> None:
    answer = service.post(draft + "/publish", {}, version=1)
    assert (answer.status, answer.json["written"], answer.json["told"]) == (200, 2, 2)
    assert answer.json["schedule"]["published_by"] == service.users[Role.DISPATCHER]
    with service.store.reading() as session:
        assert {row.job_id for row in session.query(Visit)} == {"j1", "j2"}


def test_a_retried_publication_is_answered_once_more_and_done_once(service: Service, draft: Draft) -> None:
    first = service.post(draft + "/publish", {}, version=1, key="once")
    again = service.post(draft + "/publish", {}, version=1, key="once")
    assert (again.status, again.json) == (200, first.json)


def test_a_stale_draft_says_what_has_changed(service: Service, draft: Draft) -> None:
    with service.store.writing() as session:
        session.get_one(Job, (OURS, "j1")).priority = 1
    answer = service.post(draft + "/publish", {}, version=1)
    assert (answer.status, answer.code) == (409, "stale_schedule")
    assert answer.json["details"]["changed"] == [{"kind": "jobs", "id": "j1", "change": "changed"}]
    rest = service.post(draft + "/publish", {"apply_rest": True}, version=1)
    assert (rest.status, rest.json["left_out"]) == (200, ["j1"])


def test_a_schedule_in_force_is_rolled_back(service: Service, draft: Draft) -> None:
    service.post(draft + "/publish", {}, version=1)
    version = service.get(draft).json["version"]
    answer = service.post(draft + "/roll-back", {}, version=version)
    assert (answer.status, answer.json["withdrawn"]) == (200, ["j1", "j2"])
    assert service.get(draft).json["state"] == "superseded"


def test_two_schedules_are_compared(service: Service, draft: Draft) -> None:
    other = new_draft(service)
    service.post(other + "/moves", {"job": "j2", "technician": None}, version=1)
    found = service.get(f"{draft}/diff/{other.rpartition('/')[2]}").json
    assert ("j2", "dropped") in [(each["job"], each["change"]) for each in found["changes"]]


def test_a_discarded_draft_is_not_published(service: Service, draft: Draft) -> None:
    assert service.post(draft + "/discard", version=1).json["state"] == "discarded"
    answer = service.post(draft + "/publish", {}, version=2)
    assert (answer.status, answer.code) == (409, "not_a_draft")


def test_a_foreign_schedule_is_not_there_for_anything(service: Service) -> None:
    foreign = new_draft(service, FOREIGN)
    for path in ("", "/map", "/table", "/calendars/t1"):
        assert service.get(foreign + path).status == 404
    assert service.post(foreign + "/publish", {}, version=1).status == 404
