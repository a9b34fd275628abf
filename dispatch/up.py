"""Everything at once for one small company: web, worker and clock as children of one process, each started again if it dies."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from dispatch import demo, processes, sessions, users, wire
from dispatch.access import Act, program
from dispatch.errors import DispatchError
from dispatch.store import Store
from dispatch.store.tables import Role, Territory

WEB = (sys.executable, "-m", "api")
WORKER = (sys.executable, "-m", "dispatch", "worker")
CLOCK = (sys.executable, "-m", "dispatch", "clock")

LOOK_S = 0.2
"""Seconds between two looks at the children."""

GRACE_S = 15.0
"""Seconds that children are given to end what they do."""

PATIENCE_S = 10.0
"""A child that has lived for less is started again only after a pause, twice as long each time, up to this."""

Log = Callable[[str], None]


@dataclass(slots=True)
class Kept:
    """A child that is kept alive.

    Attributes
    ----------
    pause : seconds to wait before it is started again, if it dies young
    """

    name: str
    arguments: Sequence[str]
    process: subprocess.Popen[bytes]
    since: float
    pause: float = 0.0
    due: float | None = None

    @classmethod
    def start(cls, name: str, arguments: Sequence[str]) -> "Kept":
        """Start it for the first time."""
        return cls(name, arguments, _started(arguments), time.monotonic())

    def look(self, say: Log) -> None:
        """Start it again if it has died: at once, or after a pause if it died young."""
        if self.process.poll() is None:
            return
        now = time.monotonic()
        if self.due is None:
            young = now - self.since < PATIENCE_S
            self.pause = min(PATIENCE_S, 2 * self.pause or LOOK_S) if young else 0.0
            self.due = now + self.pause
            say(f"{self.name} has ended with {processes.how_it_ended(self.process.returncode)}: it is started again")
        if now >= self.due:
            self.process, self.since, self.due = _started(self.arguments), now, None


def run(host: str, port: int, say: Log) -> int:
    """Run web, worker and clock until SIGTERM or SIGINT; returns the exit code.

    Raises
    ------
    DispatchError : nobody can listen at the address
    """
    _require_free(host, port)
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda signum, _: stopping.append(signum))
    wanted: Mapping[str, Sequence[str]] = {"web": [*WEB, f"--host={host}", f"--port={port}"], "worker": WORKER, "clock": CLOCK}
    children = [Kept.start(name, arguments) for name, arguments in wanted.items()]
    said = False
    while not stopping:
        for child in children:
            child.look(say)
        if not said and _answers(host, port):
            said = True
            say(f"ready: http://{host}:{port}/")
        time.sleep(LOOK_S)
    say("stopping")
    processes.stop([child.process for child in children], grace_s=GRACE_S)
    return 0


def _require_free(host: str, port: int) -> None:
    try:
        with socket.create_server((host, port)):
            return
    except OSError as error:
        raise DispatchError(f"nobody can listen at {host}:{port}: {error.strerror}") from None


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=LOOK_S):
            return True
    except OSError:
        return False


def _started(arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    return processes.start(arguments, death=signal.SIGTERM)


def fill(store: Store, now: datetime, tokens: str | None, say: Log) -> None:
    """Fill an empty database with the demo, and write a bearer token for each role into a file that only its owner reads.

    A database with territories in it is left as it is; its demo users get new tokens.

    Raises
    ------
    DispatchError : the file cannot be written
    """
    with store.writing() as session:
        act = Act(session, program("demo"), now)
        if not session.scalar(select(func.count()).select_from(Territory)):
            password = secrets.token_urlsafe(9)
            demo.fill(act, password)
            say(f"filled with a demo; sign in as {', '.join(demo.USERS.values())} with the password {password}")
        secrets_by_role = {role.value: _token(act, role) for role in Role} if tokens else {}
        if tokens:
            write_secret(Path(tokens), json.dumps(secrets_by_role, indent=2).encode() + b"\n")


def _token(act: Act, role: Role) -> str:
    user = users.named(act.session, demo.USERS[role])
    return sessions.make_token(act, user, wire.NewToken(name="demo"))[1]


def write_secret(path: Path, data: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all. Raises `DispatchError`."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise DispatchError(f"{path} cannot be written: {error.strerror}") from None
