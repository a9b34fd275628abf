"""`dispatch user`: the first administrator, and whoever has lost a password."""

import io
from datetime import UTC, datetime

import pytest

from dispatch import sessions, users
from dispatch.cli import main
from dispatch.cli.options import DONE, REFUSED
from dispatch.errors import NotSignedIn
from dispatch.store import Store
from dispatch.store.tables import Role, Technician, Territory

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _database(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command finds the test's database, with a territory and a technician."""
    monkeypatch.setenv("DISPATCH_DATABASE", store.engine.url.render_as_string(hide_password=False))
    monkeypatch.delenv("DISPATCH_TEST_POSTGRES", raising=False)
    with store.writing() as session:
        session.add(Territory(id="seoul", timezone="Asia/Seoul", currency="KRW", calendar={}, kinds={}, updated_at=NOW))
        session.add(Technician(territory_id="seoul", id="t1", home={"lat": 37.5, "lon": 127}, body={}, updated_at=NOW))


def test_a_token_is_printed_once_and_works_until_it_is_revoked(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "add", "root", "--role", "administrator"]) == DONE
    capsys.readouterr()
    assert main(["user", "token", "root"]) == DONE
    said = capsys.readouterr()
    secret, name = said.out.strip(), said.err.split()[-1]
    with store.reading() as session:
        assert sessions.by_token(session, secret, datetime.now(UTC)).role is Role.ADMINISTRATOR
    assert main(["user", "tokens", "root"]) == DONE
    assert secret not in capsys.readouterr().out
    assert main(["user", "revoke", "root", name]) == DONE
    with store.reading() as session, pytest.raises(NotSignedIn):
        sessions.by_token(session, secret, datetime.now(UTC))


def test_a_password_is_read_from_standard_input(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert main(["user", "add", "kim", "--role", "dispatcher", "--territory", "seoul", "--password"]) == DONE
    with store.reading() as session:
        assert users.verified(session, "kim", PASSWORD).name == "kim"


def test_a_weak_password_is_refused_and_the_old_one_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\nshort\n"))
    assert main(["user", "add", "kim", "--role", "reader", "--password"]) == DONE
    assert main(["user", "password", "kim"]) == REFUSED
    assert "password_weak" in capsys.readouterr().err
    with store.reading() as session:
        assert users.verified(session, "kim", PASSWORD).name == "kim"


def test_users_are_listed_with_what_they_see(capsys: pytest.CaptureFixture[str]) -> None:
    for name, options in {
        "ada": ["--role", "technician", "--territory", "seoul", "--technician", "t1"],
        "bob": ["--role", "administrator"],
        "cyd": ["--role", "reader"],
    }.items():
        assert main(["user", "add", name, *options]) == DONE
    assert main(["user", "disable", "cyd"]) == DONE
    capsys.readouterr()
    assert main(["user", "list"]) == DONE
    rows = [line.split("\t")[1:] for line in capsys.readouterr().out.splitlines()]
    assert rows == [["ada", "technician", "seoul"], ["bob", "administrator", "all"], ["cyd", "reader", "none", "disabled"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "ada", "--role", "technician"], "/technician"),
        (["add", "ada", "--role", "technician", "--technician", "t1"], "--territory"),
        (["add", "a/b", "--role", "reader"], "/name"),
        (["add", "ada", "--role", "reader", "--territory", "nowhere"], "/territories/0"),
        (["token", "nobody"], "there is no user nobody"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", *arguments]) == REFUSED
    assert said in capsys.readouterr().err


def test_a_database_without_tables_is_named(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISPATCH_DATABASE", f"sqlite:///{tmp_path_factory.mktemp('none') / 'd.db'}")
    assert main(["user", "list"]) == REFUSED
    assert "dispatch db upgrade" in capsys.readouterr().err
