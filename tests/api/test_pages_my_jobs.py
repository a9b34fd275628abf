"""My jobs without a browser: the list in its order, the buttons that are allowed, and what becomes of pressing them."""

from collections.abc import Mapping
from typing import Any

import pytest

from dispatch import users, wire
from dispatch.access import Act, program
from dispatch.settings import Settings
from dispatch.store import Store
from dispatch.store.tables import VisitState
from tests.api.service import PASSWORD, start
from tests.api.test_pages import Browser, Forms
from tests.dispatch.progress.world import ADA, MORNING, TERRITORY, events, publish, states

LIST = "/my-jobs?date=2026-03-02"


@pytest.fixture
def phone(store: Store) -> Browser:
    """Ada's phone, on a published day: she has the jobs a, b, c, d."""
    service = start(store, Settings(requests_per_s=1e6, strangers_per_min=1e6), MORNING)
    publish(store)
    with store.writing() as session:
        technician = wire.TechnicianId(territory=TERRITORY, id=ADA)
        users.create(
            Act(session, program("test"), MORNING),
            wire.NewUser(name=ADA, role="technician", password=PASSWORD, technician=technician),
        )
    browser = Browser(service)
    assert browser.press(browser.get("/sign-in"), "/sign-in", name=ADA, password=PASSWORD).status_code == 303
    return browser


def buttons(page: Any, job: str) -> Mapping[str, dict[str, str]]:
    """The forms of a job, by what they report."""
    return {fields["kind"]: fields for action, fields in Forms(page.text).forms if action == f"/my-jobs/{job}/events"}


def test_the_list_has_what_is_needed_on_the_way_in_the_order_of_the_day(phone: Browser) -> None:
    page = phone.get(LIST).text
    assert [page.index(f'id="job-{job}"') for job in "abcd"] == sorted(page.index(f'id="job-{job}"') for job in "abcd")
    for words in (
        "Mon 2 March 2026",
        "Boiler",
        "Frau Weiß",
        'href="tel:+4930123456"',
        "Key at the baker&#39;s",
        "Mühle 1",
        "Ring twice",
        "geo:52.54",
    ):
        assert words in page, words


def test_only_what_is_allowed_has_a_button(phone: Browser, store: Store) -> None:
    assert set(buttons(phone.get(LIST), "a")) == {"accepted", "en_route", "arrived", "started", "failed"}
    for kind, then in (("en_route", {"arrived", "started", "failed"}), ("started", {"completed", "failed"}), ("completed", set())):
        answer = phone.send("/my-jobs/a/events", buttons(phone.get(LIST), "a")[kind])
        assert answer.headers["Location"] == f"{LIST}#job-a"
        assert set(buttons(phone.get(LIST), "a")) == then
    assert states(store)["a"] is VisitState.COMPLETED


def test_a_button_pressed_twice_reports_once(phone: Browser, store: Store) -> None:
    fields = buttons(phone.get(LIST), "a")["en_route"]
    assert [
        phone.send("/my-jobs/a/events", {**fields, "key": key}).status_code for key in (fields["key"], fields["key"], "new")
    ] == [303] * 3
    assert len(events(store)) == 1


def test_what_cannot_be_done_says_why(phone: Browser, store: Store) -> None:
    fields = buttons(phone.get(LIST), "b")["failed"]
    assert phone.send("/my-jobs/b/events", fields).status_code == 422  # without a reason
    answer = phone.send("/my-jobs/b/events", {**fields, "key": "again", "reason": "no_access", "note": "<b>locked</b>"})
    assert answer.status_code == 303
    assert [(each.reason, each.note) for each in events(store).values()] == [("no_access", "<b>locked</b>")]


def test_what_does_not_fit_is_refused_with_its_reason(phone: Browser) -> None:
    fields = buttons(phone.get(LIST), "a")["started"]
    answer = phone.send("/my-jobs/a/events", {**fields, "kind": "completed"})
    assert answer.status_code == 409
    assert "That does not fit what was reported before." in answer.text
    assert phone.send("/my-jobs/e/events", {**fields, "key": "k", "id": "k"}).status_code == 404  # Bo's


def test_a_button_without_the_secret_of_the_session_reports_nothing(phone: Browser, store: Store) -> None:
    fields = buttons(phone.get(LIST), "a")["en_route"]
    assert phone.send("/my-jobs/a/events", {**fields, "csrf": "forged"}).status_code == 403
    assert events(store) == {}


def test_the_list_speaks_korean(phone: Browser) -> None:
    phone.headers["Accept-Language"] = "ko"
    page = phone.get(LIST).text
    for words in ("2026년 3월 2일 (월)", "내 작업", "출발", "작업 불가", "수리"):
        assert words in page, words
