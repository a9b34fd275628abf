"""Debian's Chromium, driven by Playwright: not allowed to ask anything of any other host, and watched for complaints."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

EXECUTABLE = Path("/usr/bin/chromium")
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
DESK: dict[str, Any] = {"viewport": {"width": 1366, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
LOCALES = {"en": "en-GB", "ko": "ko-KR"}


@contextmanager
def browser() -> Iterator[Any]:
    """A browser. Raises `ImportError` where Playwright is not installed."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=str(EXECUTABLE), args=ARGUMENTS)


@contextmanager
def visitor(browser: Any, url: str, size: dict[str, Any], language: str, **options: Any) -> Iterator[Any]:
    """A page of a fresh browser profile; at its end nothing may have been asked of anybody else, nor complained about."""
    context = browser.new_context(base_url=url, locale=LOCALES[language], timezone_id="Asia/Seoul", **size, **options)
    page = context.new_page()
    strange: list[str] = []
    page.on("request", lambda request: None if request.url.startswith((url, "data:")) else strange.append(request.url))
    page.on(
        "console",
        lambda message: strange.append(message.text) if message.type == "error" and "Failed to load" not in message.text else None,
    )
    page.on("pageerror", lambda error: strange.append(str(error)))
    try:
        yield page
        assert not strange, strange
    finally:
        context.close()


def sign_in(page: Any, name: str, password: str) -> None:
    """Sign in, from wherever one is sent."""
    page.goto("/")
    page.locator("[name=name]").fill(name)
    page.locator("[name=password]").fill(password)
    page.locator("main button").click()
    page.wait_for_load_state()
