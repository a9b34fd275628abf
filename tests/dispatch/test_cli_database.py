"""The commands that look after the database, as a person types them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dispatch.cli import main
from tests.databases import url

FIXTURES = Path(__file__).parents[2] / "fixtures"
CITY = str(FIXTURES / "city_day.json")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs a command beside a database that has its tables: exit code, standard output, standard error."""

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main([*arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    with url(tmp_path) as name:
        monkeypatch.delenv("DISPATCH_TEST_POSTGRES", raising=False)  # the tests' own, and no setting
        monkeypatch.setenv("DISPATCH_DATABASE", name)
        assert command("db", "upgrade")[0] == 0
        yield command


def test_a_database_without_tables_is_refused_with_what_makes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DISPATCH_TEST_POSTGRES", raising=False)
    monkeypatch.setenv("DISPATCH_DATABASE", f"sqlite:///{tmp_path / 'new.db'}")
    assert main(["load", CITY, "--territory", "city"]) == 2
    assert "dispatch db upgrade" in capsys.readouterr().err
    assert main(["db", "upgrade"]) == 0
    assert main(["db", "upgrade"]) == 0


def test_files_are_loaded_into_a_territory_that_is_there_or_made(run: Run) -> None:
    assert run("load", CITY, "--territory", "city")[::2] == (2, "there is no territory city\n")
    code, out, _ = run("load", CITY, "--territory", "city", "--create")
    assert (code, f"{CITY}: jobs: 100 added, 0 changed, 0 unchanged\n" in out) == (0, True)
    code, out, _ = run("load", CITY, "--territory", "city", "--create")
    assert (code, f"{CITY}: jobs: 0 added, 0 changed, 100 unchanged\n" in out) == (0, True)


def test_a_dry_run_keeps_nothing(run: Run) -> None:
    code, out, err = run("load", CITY, "--territory", "city", "--create", "--dry-run")
    assert (code, "jobs: 100 added" in out, "nothing is kept" in err) == (0, True, True)
    assert run("load", CITY, "--territory", "city")[0] == 2


def test_several_files_are_loaded_all_or_none(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "jobs.csv"
    bad.write_text("id,lat,lon,duration_min\nx1,37.5,127,sixty\n")
    files = (CITY, str(bad))
    code, _, err = run("load", *files, "--territory", "city", "--create", "--table", "jobs")
    assert (code, "jobs line 2, column duration_min" in err) == (2, True)
    bad.write_text("id,lat,lon,duration_min,preferred\nx1,37.5,127,60,t01\n")
    code, out, _ = run("load", *files, "--territory", "city", "--create", "--table", "jobs", "--json")
    assert code == 0
    assert [report["records"]["jobs"]["added"] for report in json.loads(out)] == [100, 1]


def test_a_table_alone_does_not_say_in_which_zone_a_territory_is(run: Run) -> None:
    code, _, err = run("load", str(FIXTURES / "jobs.csv"), "--table", "jobs", "--territory", "city", "--create")
    assert (code, "needs a day file" in err) == (2, True)


def test_addresses_are_looked_up_only_by_a_geocoder(run: Run) -> None:
    code, _, err = run("geocode")
    assert (code, "DISPATCH_GEOCODER" in err) == (2, True)
