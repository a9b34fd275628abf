"""The dispatcher's day of docs/api.md, run as it stands there: a real server, a real worker, curl."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from tests.databases import url

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8").partition("## A dispatcher's day\n")[2]
BLOCKS = re.findall(r"^```(sh|text)\n(.*?)^```", TEXT, re.M | re.S)

PATIENCE_S = 240.0
"""Starting compiles nothing, but imports much; a busy machine takes its time."""

pytestmark = pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="needs curl and bash")


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """What the commands see: a database without tables, a port of their own, and the command of this checkout."""
    folder = tmp_path / "data"
    folder.mkdir()
    command = folder / "dispatch"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dispatch "$@"\n')
    command.chmod(0o755)
    with url(folder) as database:
        yield {
            **{name: value for name, value in os.environ.items() if not name.startswith("DISPATCH_")},
            "DISPATCH_DATABASE": database,
            "API": f"http://127.0.0.1:{free_port()}/api/v1",
            "PATH": f"{folder}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
        }


def free_port() -> int:
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


def script() -> str:
    """The blocks as one script, which says which block it is at; the service is started where the page says so."""
    before, _, after = TEXT.partition("<!-- dispatch up -->")
    shells = [len(re.findall(r"^```sh$", part, re.M)) for part in (before, after)]
    blocks = [f"echo '--- {number}'\n{text}" for number, (kind, text) in enumerate(BLOCKS) if kind == "sh"]
    assert sum(shells) == len(blocks)
    return "\n".join([*blocks[: shells[0]], "echo '--- up'; read -r _", *blocks[shells[0] :]])


@contextmanager
def running(environment: dict[str, str], folder: Path) -> Iterator[None]:
    """`dispatch up`, ready."""
    port = environment["API"].rpartition(":")[2].partition("/")[0]
    with (folder / "up.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dispatch", "up", "--port", port], env=environment, cwd=folder, stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not is_ready(port):
            assert process.poll() is None, (folder / "up.log").read_text()
            assert time.monotonic() < deadline, (folder / "up.log").read_text()
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def is_ready(port: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def walked(environment: dict[str, str], folder: Path) -> tuple[int, str, str]:
    """The exit code of the whole script, what it said, and what it complained about."""
    shell = subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", script()],
        env=environment,
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert shell.stdin is not None
    assert shell.stdout is not None
    said = ""
    for line in shell.stdout:
        said += line
        if line == "--- up\n":
            break
    with running(environment, folder):
        rest, complaints = shell.communicate("\n", timeout=PATIENCE_S)
    return shell.returncode, said + rest, complaints


def test_the_day_goes_as_the_page_says(environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "walk"
    folder.mkdir()
    code, said, complaints = walked(environment, folder)
    assert code == 0, f"{said}\n{complaints}\n{(folder / 'up.log').read_text()[-3000:]}"
    shown = dict(re.findall(r"^--- (\d+)\n(.*?)(?=^---|\Z)", said, re.M | re.S))
    for number, (kind, text) in enumerate(BLOCKS):
        if kind == "text":
            assert shown[str(number - 1)] == text
    assert "event: state" in (folder / "events.txt").read_text()


def test_what_the_page_shows_is_what_a_command_before_it_says() -> None:
    assert [kind for kind, _ in BLOCKS[:2]] == ["sh", "sh"]
    assert all(before == "sh" for (before, _), (kind, _) in pairwise(BLOCKS) if kind == "text")
