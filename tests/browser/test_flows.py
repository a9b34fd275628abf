"""The flows in a real browser, at desk and phone size, in both languages; nothing asks another host, nothing complains.

They happen one after the other on one day: it is looked at, planned again, published, then worked on.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dispatch.store.tables import Schedule, ScheduleState, Visit, VisitState
from tests.browser.chromium import DESK, EXECUTABLE, PHONE, browser, sign_in, visitor
from tests.browser.site import HOSTILE, PASSWORD, TERRITORY, Site, running

pytest.importorskip("playwright.sync_api", reason="the extra [browser] is not installed")
pytestmark = pytest.mark.skipif(not EXECUTABLE.exists(), reason="there is no chromium here")

PATIENCE_MS = 180_000
SIZES = pytest.mark.parametrize(
    ("size", "language"),
    [(DESK, "en"), (PHONE, "ko"), (PHONE, "en"), (DESK, "ko")],
    ids=["desk-en", "phone-ko", "phone-en", "desk-ko"],
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as chromium:
        yield chromium


def check_harmless(page: Any) -> None:
    """Nothing of the hostile texts was run or made an element, and the page is not wider than the screen."""
    assert "owned" not in page.title()
    assert page.locator("img[src=x], script:not([src])").count() == 0
    too_wide = page.evaluate(
        """() => [...document.querySelectorAll("main *, header *")]
        .filter(each => !each.closest(".scroll, svg, figure, .visually-hidden"))
        .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
        .map(each => each.outerHTML.slice(0, 200))"""
    )
    assert too_wide == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def check_is_named(page: Any) -> None:
    """Every field and button has a name, there is one main landmark and one first heading, and ids are unique."""
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a")]
        .filter(each => !(each.getAttribute("aria-label") || each.labels?.[0]?.textContent.trim() || each.textContent.trim()))
        .map(each => each.outerHTML)"""
    )
    assert nameless == []
    assert (page.locator("main").count(), page.locator("h1").count()) == (1, 1)
    assert page.evaluate("(ids => ids.length === new Set(ids).size)([...document.querySelectorAll('[id]')].map(e => e.id))")


@SIZES
def test_every_screen_shows_hostile_texts_as_they_are(site: Site, chromium: Any, size: dict[str, Any], language: str) -> None:
    with visitor(chromium, site.url, size, language) as page:
        sign_in(page, "dispatcher", PASSWORD)
        for path in (site.day_path(), site.day_path(site.draft), f"/schedules/{site.published}/compare/{site.draft}"):
            page.goto(path)
            assert page.locator("html").get_attribute("lang") == language
            check_harmless(page)
            check_is_named(page)
        page.goto(site.day_path())
        assert page.get_by_text(HOSTILE).first.text_content()
    with visitor(chromium, site.url, size, language) as page:
        sign_in(page, "technician", PASSWORD)
        page.goto(f"/my-jobs?date={site.day}")
        check_harmless(page)
        check_is_named(page)
        card = page.locator(f'[id="job-{site.hostile}"]')
        assert HOSTILE in (card.locator("h2").text_content() or "")
        assert card.get_by_text(HOSTILE, exact=True).count() >= 3  # customer, access, note


def test_a_plan_is_asked_for_watched_and_compared_with_the_keyboard(site: Site, chromium: Any) -> None:
    with visitor(chromium, site.url, DESK, "en") as page:
        sign_in(page, "dispatcher", PASSWORD)
        page.goto(site.day_path())
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.locator("[name=seconds]").fill("5")
        page.locator("[name=seconds]").press("Enter")
        page.locator('[data-say="cost"]:not(:text-is("–"))').wait_for(timeout=PATIENCE_MS)
        page.wait_for_url("**/day?*schedule=*", timeout=PATIENCE_MS)
        made = page.url.partition("schedule=")[2]
        assert page.locator("tr.looked .state").inner_text() == "draft"
        page.get_by_role("link", name="Compare").first.click()
        page.locator("h1", has_text="Two plans side by side").wait_for()
        with site.store.reading() as session:
            assert session.get_one(Schedule, made).state is ScheduleState.DRAFT


def test_what_has_changed_is_shown_instead_of_publishing_and_the_rest_may_be_published(site: Site, chromium: Any) -> None:
    with visitor(chromium, site.url, PHONE, "en") as page:
        sign_in(page, "dispatcher", PASSWORD)
        page.goto(site.day_path(site.draft))
        page.get_by_role("button", name="Publish", exact=True).click()
        page.locator("h1", has_text="Something has changed").wait_for()
        check_harmless(page)
        check_is_named(page)
        assert page.get_by_text(site.hostile, exact=True).count() == 1
        page.get_by_role("button", name="Publish the rest").click()
        page.locator("tr.looked .state.published").wait_for()
        with site.store.reading() as session:
            assert session.get_one(Schedule, site.draft).state is ScheduleState.PUBLISHED


def test_a_technician_s_buttons_are_large_and_move_the_visit_on(site: Site, chromium: Any) -> None:
    with visitor(chromium, site.url, PHONE, "ko") as page:
        sign_in(page, "technician", PASSWORD)
        page.goto(f"/my-jobs?date={site.day}")
        sizes = page.locator("main button:visible, main a.button:visible, main summary.button:visible").evaluate_all(
            "all => all.map(each => Math.min(each.getBoundingClientRect().height, each.getBoundingClientRect().width))"
        )
        assert min(sizes) >= 48
        card = page.locator("article.next")
        for name, state in (("출발", VisitState.EN_ROUTE), ("도착", VisitState.ARRIVED), ("작업 시작", VisitState.STARTED)):
            job = (card.get_attribute("id") or "").removeprefix("job-")
            card.get_by_role("button", name=name, exact=True).click()
            page.wait_for_url("**#job-*")
            with site.store.reading() as session:
                assert session.get_one(Visit, (TERRITORY, job)).state is state
        card.get_by_text("작업 불가", exact=True).click()
        card.locator("select").select_option("customer_absent")
        card.locator("textarea").fill(HOSTILE)
        card.get_by_role("button", name="작업 불가 보고").click()
        page.locator(f'[id="job-{job}"].failed').wait_for()
        check_harmless(page)


def test_a_technician_without_scripts_reports_too(site: Site, chromium: Any) -> None:
    with visitor(chromium, site.url, PHONE, "en", java_script_enabled=False) as page:
        sign_in(page, "technician", PASSWORD)
        page.goto(f"/my-jobs?date={site.day}")
        page.locator("article.next").get_by_role("button", name="Accept", exact=True).click()
        page.locator("article .state.accepted").first.wait_for()
        assert page.locator("article .state.accepted").count() == 1


def test_the_language_is_chosen_by_a_link_and_kept(site: Site, chromium: Any) -> None:
    with visitor(chromium, site.url, DESK, "en") as page:
        page.goto("/sign-in")
        page.get_by_role("link", name="한국어").click()
        assert page.get_by_role("heading", level=1).inner_text() == "로그인"
        sign_in(page, "reader", PASSWORD)
        assert page.locator("html").get_attribute("lang") == "ko"
        assert page.get_by_role("button", name="로그아웃").count() == 1


def test_pictures_can_be_taken_of_every_page(site: Site, chromium: Any, tmp_path: Path) -> None:
    with visitor(chromium, site.url, PHONE, "ko") as page:
        page.goto("/sign-in")
        page.screenshot(path=tmp_path / "door.png")
        assert (tmp_path / "door.png").stat().st_size > 2_000
