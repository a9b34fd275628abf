"""The process that serves: also what is no HTTP is answered with a problem document, its log is JSON, and it stops when told to."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dispatch.store import Store

PATIENCE_S = 60.0


@pytest.fixture
def port() -> int:
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        number: int = listening.getsockname()[1]
    return number


@pytest.fixture
def server(store: Store, port: int) -> Iterator[subprocess.Popen[str]]:
    """A server on a port of its own, ready."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DISPATCH_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "--port", str(port), "--threads", "4"],
        cwd=Path(__file__).parents[2],
        env={**kept, "DISPATCH_DATABASE": store.engine.url.render_as_string(hide_password=False)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until_it_listens(port, process)
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


def until_it_listens(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("it does not listen")


def told(port: int, data: bytes) -> tuple[int, dict[str, object]]:
    """What is answered to bytes: the status and the document."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as line:
        line.sendall(data)
        answer = b""
        while chunk := line.recv(65_536):
            answer += chunk
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    return int(head.split()[1]), json.loads(body)


def test_it_answers_logs_and_stops(server: subprocess.Popen[str], port: int) -> None:
    assert told(port, b"HELLO\r\n\r\n")[0] == 400
    status, problem = told(port, b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * 10_000 + b"\r\n\r\n")
    assert (status, problem["status"], problem["code"]) == (431, 431, "bad_request")
    assert told(port, b"GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")[1]["code"] == "not_found"
    server.send_signal(signal.SIGTERM)
    _, log = server.communicate(timeout=PATIENCE_S)
    assert server.returncode == 0
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line["status"] for line in lines if line.get("event") == "request"] == [404]
