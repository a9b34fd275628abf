"""`dispatch upkeep`: jobs made at once, a look ahead, readings."""

import json
from datetime import UTC, datetime

import pytest

from dispatch.cli import main
from dispatch.cli.options import DONE, REFUSED
from dispatch.store import Store
from tests.dispatch.upkeep.plants import monthly, plant


@pytest.fixture(autouse=True)
def _database(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command finds the test's database, with an upkeep that is due every month from 2000 on."""
    monkeypatch.setenv("DISPATCH_DATABASE", store.engine.url.render_as_string(hide_password=False))
    monkeypatch.delenv("DISPATCH_TEST_POSTGRES", raising=False)
    plant(store)
    monthly(store, first_due="2000-01-15")


def test_what_is_due_is_made_once_and_looked_ahead_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["upkeep", "make"]) == DONE
    assert "north: service-1\n" in capsys.readouterr().out
    assert main(["upkeep", "make"]) == DONE
    assert capsys.readouterr().out == ""
    assert main(["upkeep", "forecast", "--territory", "north", "--months", "3"]) == DONE
    assert "job service-1" in capsys.readouterr().out
    assert main(["upkeep", "forecast", "--territory", "north", "--json"]) == DONE
    assert json.loads(capsys.readouterr().out)["items"][0]["upkeep"] == "service"


def test_a_reading_is_taken_in_and_one_that_goes_backwards_refused(capsys: pytest.CaptureFixture[str]) -> None:
    reading = ["upkeep", "read", "hours", "--territory", "north"]
    assert main([*reading, "120.5", "--at", "2026-01-01T12:00:00Z"]) == DONE
    assert main([*reading, "100"]) == REFUSED
    assert "meter_backwards" in capsys.readouterr().err
    assert main([*reading, "3", "--exchanged"]) == DONE
    assert "2 readings" in capsys.readouterr().err
    assert main([*reading, "4", "--at", f"{datetime.now(UTC).year + 1}-01-01T12:00:00Z"]) == REFUSED


def test_a_territory_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["upkeep", "forecast", "--territory", "south"]) == REFUSED
    assert "there is no territory south" in capsys.readouterr().err
