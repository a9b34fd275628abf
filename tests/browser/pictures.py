"""Pictures of every page, at desk and phone size, in both languages: `python -m tests.browser.pictures FOLDER`."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.browser.chromium import DESK, PHONE, browser, sign_in, visitor
from tests.browser.site import PASSWORD, Site, running

PATIENCE_MS = 180_000
"""A worker may have to wait for a processor, and compile first."""

SIZES = {"desk": DESK, "phone": PHONE}


def take(folder: Path) -> None:
    """Take all pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, running(Path(place)) as site, browser() as chromium:
        for language in ("en", "ko"):
            for size, options in SIZES.items():
                name = f"{language}-{size}"
                with visitor(chromium, site.url, options, language) as page:
                    _technician(page, site, folder, name)
                with visitor(chromium, site.url, options, language) as page:
                    _dispatcher(page, site, folder, name)


def _dispatcher(page: Any, site: Site, folder: Path, name: str) -> None:
    def keep(what: str) -> None:
        page.screenshot(path=folder / f"{what}-{name}.png", full_page=True)

    page.goto("/")
    keep("1-sign-in")
    sign_in(page, "dispatcher", PASSWORD)
    page.goto(site.day_path())
    keep("2-day")
    page.goto(site.day_path(site.draft))
    keep("3-draft")
    page.locator("form[action$=publish] button").click()
    keep("4-conflict")
    page.goto(f"/schedules/{site.published}/compare/{site.draft}")
    keep("5-compare")
    page.goto("/nothing/here")
    keep("6-error")
    page.goto(site.day_path())
    page.locator("[name=seconds]").fill("6")
    page.locator("form[action$=plan] button").click()
    page.locator('[data-say="cost"]:not(:text-is("–"))').wait_for(timeout=PATIENCE_MS)
    keep("7-run")
    page.wait_for_url("**/day?*schedule=*", timeout=PATIENCE_MS)
    keep("8-planned")


def _technician(page: Any, site: Site, folder: Path, name: str) -> None:
    sign_in(page, "technician", PASSWORD)
    page.goto(f"/my-jobs?date={site.day}")
    page.screenshot(path=folder / f"9-my-jobs-{name}.png", full_page=True)


if __name__ == "__main__":
    take(Path(sys.argv[1]))
