"""Everything at once: usable at once, started again when it dies, gone when it is told to go. And a clock that is killed."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dispatch import up
from dispatch.cli import main
from dispatch.errors import DispatchError
from dispatch.store import Store
from dispatch.store.tables import Role, Run, RunKind, Territory, User
from tests.databases import url
from tests.dispatch.runs.works import children_of, environment, is_alive, process, settings_of, until


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def started(folder: Path, database: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "dispatch", "up", "--demo", f"--port={port}", f"--tokens={folder / 'tokens.json'}"]
    one = subprocess.Popen(command, env=environment({"DISPATCH_DATABASE": database}), stderr=subprocess.DEVNULL)
    try:
        yield one
    finally:
        one.kill()
        one.wait()


def answers(port: int, path: str, token: str = "") -> bool:
    """Whether the web answers well."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def test_everything_is_up_is_started_again_and_goes(tmp_path: Path) -> None:
    port = free_port()
    with url(tmp_path) as database, started(tmp_path, database, port) as one:
        until(lambda: answers(port, "/readyz"))
        tokens = json.loads((tmp_path / "tokens.json").read_text())
        assert tokens.keys() == {role.value for role in Role}
        assert stat.S_IMODE((tmp_path / "tokens.json").stat().st_mode) == 0o600
        assert answers(port, "/api/v1/me", tokens["dispatcher"])
        before = set(children_of(one.pid))
        assert len(before) == 3
        for child in before:
            os.kill(child, signal.SIGKILL)
        until(lambda: len(set(children_of(one.pid)) - before) == 3)
        until(lambda: answers(port, "/readyz"))
        after = children_of(one.pid)
        one.terminate()
        assert one.wait(60) == 0
        assert not any(is_alive(child) for child in after)


def test_when_it_is_killed_its_children_go_too(tmp_path: Path) -> None:
    with url(tmp_path) as database, started(tmp_path, database, free_port()) as one:
        until(lambda: len(children_of(one.pid)) == 3)
        children = children_of(one.pid)
        one.kill()
        assert until(lambda: not any(is_alive(child) for child in children)) >= 0


def test_the_demo_fills_an_empty_database_once(store: Store, tmp_path: Path) -> None:
    now = datetime(2026, 3, 2, 3, tzinfo=UTC)
    for name in ("a.json", "b.json"):
        up.fill(store, now, str(tmp_path / name), lambda _: None)
    first, second = (json.loads((tmp_path / name).read_text()) for name in ("a.json", "b.json"))
    assert first.keys() == second.keys()
    assert first != second
    with store.reading() as session:
        assert (session.scalar(select(func.count()).select_from(Territory)) or 0) > 0
        assert session.scalar(select(func.count()).select_from(User)) == len(Role)


def test_a_secret_is_written_whole_or_refused(tmp_path: Path) -> None:
    up.write_secret(tmp_path / "s", b"one")
    up.write_secret(tmp_path / "s", b"two")
    assert (tmp_path / "s").read_bytes() == b"two"
    assert [each.name for each in tmp_path.iterdir()] == ["s"]
    with pytest.raises(DispatchError, match="cannot be written"):
        up.write_secret(tmp_path / "nowhere" / "s", b"one")


def test_a_killed_clock_asks_for_each_night_once(store: Store) -> None:
    """Killed and started again three times; the next night of the territory is always due, as no shift of it has begun."""
    with store.writing() as session:
        wall = datetime.now(UTC).time().replace(microsecond=0)
        session.add(Territory(id="t", timezone="UTC", currency="EUR", calendar={}, nightly_at=wall, updated_at=datetime.now(UTC)))

    def asked() -> int:
        with store.reading() as session:
            return session.scalar(select(func.count()).select_from(Run).where(Run.kind == RunKind.NIGHTLY)) or 0

    for _ in range(3):
        with process(settings_of(store), "clock") as clock:
            until(lambda: asked() == 1)
            clock.kill()
    with process(settings_of(store), "clock") as clock:
        clock.terminate()
        clock.wait(60)
    assert asked() == 1


def test_an_address_that_is_taken_is_refused_before_anything_is_started() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DispatchError, match=f"nobody can listen at 127.0.0.1:{port}"):
            up.run("127.0.0.1", port, lambda _: None)


@pytest.mark.parametrize("command", ["worker", "clock", "serve"])
def test_a_database_without_the_tables_is_not_served(
    tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DISPATCH_TEST_POSTGRES", raising=False)
    monkeypatch.setenv("DISPATCH_DATABASE", f"sqlite:///{tmp_path / 'empty.db'}")
    assert main([command]) == 2
    assert "dispatch db upgrade" in capsys.readouterr().err
