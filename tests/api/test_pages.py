"""The pages without a browser: who sees what, in which language, what is sent by forms, and texts that want to be code."""

import re
import string
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import api.web
from api.web.choosing import chosen, local
from dispatch import schedules, users, wire
from dispatch.access import Act, program
from dispatch.report.language import CODES, texts_of
from dispatch.store.tables import Job, Role, Schedule, ScheduleState, Technician
from tests.api import drafts
from tests.api.service import OURS, PASSWORD, Service

PAGE = {"Accept": "text/html,application/xhtml+xml"}
DAY = f"/territories/{OURS}/day?date=2026-03-03"
HOSTILE = "\"'><script>alert(1)</script>{{7*7}}&amp;"
TEMPLATES = Path(api.web.__file__).parent / "templates"


class Forms(HTMLParser):
    """The forms of a page: where each is sent, and its fields."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.scripts = 0
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        assert not [name for name in given if name.startswith("on") or name == "style"], given
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        elif tag == "input" and self.forms and "name" in given:
            self.forms[-1][1][given["name"]] = given.get("value", "")
        elif tag == "script":
            self.scripts += 1
            assert given.get("src", "").startswith("/assets/")


class Browser:
    """A browser that knows no scripts: cookies, forms, and pages that are well made."""

    def __init__(self, service: Service, language: str = "en") -> None:
        self.client: FlaskClient = service.app.test_client()
        self.headers = {**PAGE, "Accept-Language": language}

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers=self.headers)

    def send(self, path: str, fields: Mapping[str, Any]) -> TestResponse:
        return self.client.post(
            path, data=urlencode(fields, doseq=True), content_type="application/x-www-form-urlencoded", headers=self.headers
        )

    def form(self, page: TestResponse, ending: str) -> tuple[str, dict[str, str]]:
        return next((action, fields) for action, fields in Forms(page.text).forms if action.endswith(ending))

    def press(self, page: TestResponse, ending: str, **more: Any) -> TestResponse:
        action, fields = self.form(page, ending)
        return self.send(action, {**fields, **more})


def signed_in(service: Service, role: Role, language: str = "en") -> Browser:
    """A browser in which a user of a role has signed in."""
    browser = Browser(service, language)
    with service.store.writing() as session:
        act = Act(session, program("test"), service.clock.now)
        users.change(act, service.users[role], wire.UserChange(password=PASSWORD))
    answer = browser.press(browser.get("/sign-in"), "/sign-in", name=role.value, password=PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    return browser


@pytest.fixture
def draft(service: Service) -> str:
    """A draft for the day of two technicians and three jobs."""
    with service.store.writing() as session:
        act = Act(session, program("test"), service.clock.now)
        drafts.load(act, OURS)
        return drafts.draft(act, OURS)


def row(service: Service, name: str) -> Schedule:
    with service.store.reading() as session:
        return session.get_one(Schedule, name)


def test_everybody_begins_where_their_work_is(service: Service) -> None:
    for role in Role:
        home = signed_in(service, role).get("/")
        assert home.headers["Location"] == ("/my-jobs" if role is Role.TECHNICIAN else "/day")


def test_who_is_not_signed_in_is_led_to_the_door_and_back(service: Service) -> None:
    browser = Browser(service)
    asked = browser.get(DAY)
    assert (asked.status_code, asked.headers["Location"]) == (303, f"/sign-in?{urlencode({'next': DAY})}")
    door = browser.get(asked.headers["Location"])
    refused = browser.press(door, "/sign-in", name="dispatcher", password="wrong")
    assert (refused.status_code, 'role="alert"' in refused.text) == (401, True)
    signed_in(service, Role.DISPATCHER)
    assert browser.press(door, "/sign-in", name="dispatcher", password=PASSWORD).headers["Location"] == DAY


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nb"]
)
def test_nobody_is_led_away_from_here(elsewhere: str) -> None:
    assert local(elsewhere) == "/"
    assert local(DAY) == DAY


def test_signing_out_ends_the_session(service: Service) -> None:
    browser = signed_in(service, Role.DISPATCHER)
    page = browser.get("/day").headers["Location"]
    assert browser.press(browser.get(page), "/sign-out").headers["Location"] == "/sign-in"
    assert browser.get(page).status_code == 303


def test_a_form_without_the_secret_of_the_session_is_refused(service: Service, draft: str) -> None:
    browser = signed_in(service, Role.DISPATCHER)
    page = browser.get(DAY)
    for ending in ("/publish", "/discard", "/plan", "/sign-out"):
        for csrf in ("", "another", "ü"):
            assert browser.press(page, ending, csrf=csrf).status_code == 403, ending
    assert row(service, draft).state is ScheduleState.DRAFT


def test_attempts_to_sign_in_are_limited(service: Service) -> None:
    keeper = service.app.view_functions["send_sign_in"].__closure__
    assert keeper is not None
    buckets = next(cell.cell_contents for cell in keeper if hasattr(cell.cell_contents, "strangers")).strangers
    buckets.per_second, buckets.burst = 0.001, 2
    browser = Browser(service)
    answers = [browser.send("/sign-in", {"name": "dispatcher", "password": "wrong"}).status_code for _ in range(3)]
    assert answers == [401, 401, 429]


def test_the_day_shows_what_is_planned_and_what_is_left_out_and_why(service: Service, draft: str) -> None:
    page = signed_in(service, Role.READER).get(DAY).text
    for words in ("=Boiler", "Ada", "Tue 3 March 2026", "draft", "no skilled technician", "2 of 3", 'class="map"'):
        assert words in re.sub(r"\s+", " ", re.sub(r"</?small>", "", page)), words
    assert "/publish" not in page  # a reader looks
    assert "/plan" not in page


def test_korean_is_asked_for_by_the_browser_or_chosen(service: Service, draft: str) -> None:
    browser = signed_in(service, Role.DISPATCHER, "ko-KR,ko;q=0.9,en;q=0.5")
    page = browser.get(DAY)
    for words in ('<html lang="ko">', "2026년 3월 3일 (화)", "미배정 작업", "자격을 갖춘 기사 없음", "초안", "원</td>"):
        assert words in page.text, words
    assert "No technician who works" not in page.text
    chosen_now = browser.get(f"/language/en?{urlencode({'back': DAY})}")
    assert chosen_now.headers["Location"] == DAY
    assert '<html lang="en">' in browser.get(DAY).text
    assert browser.get("/language/xx").status_code == 404


@pytest.mark.parametrize(
    ("accept", "cookie", "code"),
    [("", "", "en"), ("fr", "", "en"), ("ko", "", "ko"), ("ko", "en", "en"), ("en;q=0.1, ko", "xx", "ko")],
)
def test_a_choice_counts_before_what_the_browser_asks_for(accept: str, cookie: str, code: str) -> None:
    assert chosen({"Accept-Language": accept}, {"dispatch_language": cookie}) == code


@pytest.mark.parametrize("package", ["dispatch.report", "api.web"])
def test_all_languages_have_the_same_texts_with_the_same_places_for_values(package: str) -> None:
    first, *others = (texts_of(package, code) for code in CODES)
    for other in others:
        assert other.keys() == first.keys()
        for key, text in first.items():
            assert _fields(other[key]) == _fields(text), key
            assert other[key].strip(), key


def _fields(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text)} - {None}


def test_templates_use_only_texts_that_there_are() -> None:
    known = texts_of("dispatch.report", "en") | texts_of("api.web", "en")
    for template in TEMPLATES.glob("*.html"):
        used = set(re.findall(r"""\b(?:say|count)\("([\w.]+)"[,)]""", template.read_text()))
        assert used <= known.keys(), (template.name, used - known.keys())


def test_pages_run_under_a_strict_policy_and_ask_nobody_else(service: Service, draft: str) -> None:
    browser = signed_in(service, Role.DISPATCHER)
    page = browser.get(DAY)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert set(re.findall(r"(?:https?:)?//[\w.]+", re.sub(r'xmlns="[^"]+"', "", page.text))) == set()
    for asset in re.findall(r'(?:href|src)="(/assets/[^"]+)"', page.text):
        loaded = browser.get(asset)
        assert (loaded.status_code, "immutable" in loaded.headers["Cache-Control"]) == (200, True)
    assert browser.get("/assets/pages.css").status_code == 404


def test_texts_that_want_to_be_code_are_shown_as_they_are(service: Service, draft: str) -> None:
    with service.store.writing() as session:
        act = Act(session, program("test"), service.clock.now)
        session.get_one(Technician, (OURS, "t1")).name = HOSTILE
        for name in ("j1", "j3"):
            job = session.get_one(Job, (OURS, name))
            job.body = {**job.body, "name": HOSTILE, "note": HOSTILE}
        other = drafts.draft(act, OURS)
        without_j1 = wire.Move(job="j1", technician=None)
        schedules.make(act, schedules.desk_of(service_settings(service)), other, without_j1, row_in(act, other).version)
    browser = signed_in(service, Role.DISPATCHER)
    day = browser.get(f"{DAY}&schedule={other}")
    with service.store.writing() as session:
        session.get_one(Job, (OURS, "j3")).priority = 1
    conflict = browser.press(day, "/publish")
    assert conflict.status_code == 409
    compared = browser.get(f"/schedules/{draft}/compare/{other}")
    for page in (day, conflict, compared):  # the names are not worked out
        assert "{{7*7}}" in page.text
    echoing = [browser.get(path) for path in (f"/territories/{OURS}/day?date={HOSTILE}", f"/{HOSTILE}")]
    assert all(Forms(page.text).scripts == 0 for page in (day, conflict, compared, *echoing))


def row_in(act: Act, name: str) -> Schedule:
    return act.session.get_one(Schedule, name)


def test_publishing_puts_the_draft_in_force_once_however_often_it_is_pressed(service: Service, draft: str) -> None:
    browser = signed_in(service, Role.DISPATCHER)
    page = browser.get(DAY)
    where = f"{DAY}&schedule={draft}"
    assert [browser.press(page, "/publish").headers["Location"] for _ in range(2)] == [where, where]
    assert row(service, draft).state is ScheduleState.PUBLISHED
    assert "in force" in browser.get(DAY).text


def test_what_has_changed_since_stands_in_the_way_with_the_ways_out(service: Service, draft: str) -> None:
    browser = signed_in(service, Role.DISPATCHER)
    page = browser.get(DAY)
    with service.store.writing() as session:
        session.get_one(Job, (OURS, "j2")).priority = 1
    conflict = browser.press(page, "/publish")
    assert conflict.status_code == 409
    for words in ("Something has changed since this was planned", "j2", "Publish the rest", "Plan again", "Back to the draft"):
        assert words in conflict.text
    assert row(service, draft).state is ScheduleState.DRAFT
    assert browser.press(conflict, "/publish").status_code == 303
    with service.store.reading() as session:
        left = {each.job for each in schedules.plan_in(session.get_one(Schedule, draft)).unassigned}
    assert "j2" in left


def test_a_plan_published_meanwhile_is_named_and_may_be_replaced(service: Service, draft: str) -> None:
    browser = signed_in(service, Role.DISPATCHER)
    page = browser.get(DAY)
    with service.store.writing() as session:
        act = Act(session, program("test"), service.clock.now)
        other = drafts.draft(act, OURS)
        schedules.publish(act, schedules.desk_of(service_settings(service)), other, wire.Publication(), 1)
    conflict = browser.send(*browser.form(page, "/publish"))
    assert conflict.status_code == 409
    assert f"/schedules/{other}/compare/{draft}" in conflict.text
    assert browser.press(conflict, "/publish").status_code == 303
    assert row(service, other).state is ScheduleState.SUPERSEDED


def service_settings(service: Service) -> Any:
    """The settings that the service runs by."""
    closure = service.app.view_functions["send_publish"].__closure__ or ()
    return next(cell.cell_contents.settings for cell in closure if hasattr(cell.cell_contents, "settings"))


def test_a_plan_is_asked_for_once_however_often_the_button_is_pressed(service: Service, draft: str) -> None:
    browser = signed_in(service, Role.DISPATCHER)
    page = browser.get(DAY)
    asked = [browser.press(page, "/plan", seconds="2").headers["Location"] for _ in range(2)]
    assert len(set(asked)) == 1
    watched = browser.get(asked[0])
    assert "waiting" in watched.text
    assert '<noscript><meta http-equiv="refresh"' in watched.text
    assert browser.press(watched, "/cancel").headers["Location"] == asked[0]
    assert "ended early" in browser.get(asked[0]).text
    assert browser.press(page, "/plan", seconds="0", key="other").status_code == 422


def test_errors_are_pages_for_people_and_documents_for_programs(service: Service) -> None:
    browser = signed_in(service, Role.TECHNICIAN)
    for path, status in (("/nowhere", 404), ("/day", 403), ("/runs/none", 403)):
        page = browser.get(path)
        assert (page.status_code, page.mimetype) == (status, "text/html")
        assert "<main" in page.text
        assert browser.client.get(path, headers={"Accept": "*/*"}).mimetype == "application/problem+json"
    assert browser.get("/api/v1/nowhere").mimetype == "application/problem+json"
    assert browser.send("/my-jobs/x/events", {"kind": "dance"}).status_code == 403


def test_what_cannot_be_read_as_a_form_is_refused(service: Service) -> None:
    client = service.app.test_client()
    for data, media, status in (
        (b"name=%ff&password=x", "application/x-www-form-urlencoded", 400),
        ("name=ü".encode(), "application/x-www-form-urlencoded", 400),
        (b"name=a&name=b&password=x", "application/x-www-form-urlencoded", 400),
        (b"name=a&password=x&more=1", "application/x-www-form-urlencoded", 422),
        (b"{}", "application/json", 415),
        (b"", "multipart/form-data", 415),
    ):
        assert client.post("/sign-in", data=data, content_type=media).status_code == status, data
