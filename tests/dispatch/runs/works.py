"""Workers at work in tests: in a thread of this process, or as the processes they are."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from dispatch import runs, wire
from dispatch.access import Act, Caller, program
from dispatch.settings import Settings
from dispatch.store import Store
from dispatch.store.tables import Role, Run, RunState
from dispatch.worker import Worker
from tests.dispatch.days import BASE, Raw
from tests.dispatch.records.kept import kept

MISBEHAVING = (sys.executable, "-m", "tests.dispatch.solving.misbehaving")
ANN = Caller("ann", Role.DISPATCHER, frozenset({"north"}))
PATIENCE_S = 240.0
"""Longer than anything here takes on a busy machine, also if the search has to be compiled first."""


def settings_of(store: Store, **more: float) -> Settings:
    """Settings with which a lost run is noticed after a second or two."""
    url = store.engine.url.render_as_string(hide_password=False)
    return replace(Settings(database=url, threads=1, lease_s=2.0, heartbeat_s=0.5), **more)


def asked(store: Store, raw: Raw = BASE, **ask: object) -> str:
    """A territory with a day in it, and a run that plans it; the run's id."""
    kept(store, wire.day_of(raw))
    return asked_again(store, **ask)


def asked_again(store: Store, **ask: object) -> str:
    """Another run for the same day."""
    request = wire.RunRequest.model_validate({"date": "2026-03-02", "seconds": 60} | ask)
    with store.writing() as session:
        return runs.request(Act(session, ANN, datetime.now(UTC)), "north", request).id


def cancel(store: Store, name: str) -> None:
    with store.writing() as session:
        runs.cancel(Act(session, ANN, datetime.now(UTC)), name)


def run_of(store: Store, name: str) -> Run:
    with store.reading() as session:
        return session.get_one(Run, name)


@dataclass
class Working:
    """A worker in a thread."""

    worker: Worker
    thread: Thread

    def wait(self) -> None:
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()


@contextmanager
def working(store: Store, settings: Settings | None = None, how: str = "") -> Iterator[Working]:
    """A worker that sees one run through, with a child that is good or misbehaves somehow."""
    said: list[str] = []
    worker = Worker(store, settings or settings_of(store), said.append, name="in a thread")
    if how:
        worker.command = (*MISBEHAVING, how)
    thread = Thread(target=worker.turn)
    thread.start()
    try:
        yield Working(worker, thread)
    finally:
        worker.stop()
        thread.join(PATIENCE_S)


def seen_through(store: Store, settings: Settings | None = None, how: str = "") -> float:
    """Let a worker see one run through; the seconds it took."""
    began = time.monotonic()
    with working(store, settings, how) as one:
        one.wait()
    return time.monotonic() - began


def until(what: Callable[[], object], *, seconds: float = PATIENCE_S) -> float:
    """Wait until something is so; the seconds it took."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() < began + seconds, "it did not happen"
        time.sleep(0.02)
    return time.monotonic() - began


def is_in(store: Store, name: str, *states: RunState) -> Callable[[], bool]:
    return lambda: run_of(store, name).state in states


def has_progress(store: Store, name: str) -> Callable[[], bool]:
    return lambda: bool(run_of(store, name).progress)


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """The environment with these settings of ours and no other."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DISPATCH_")} | {**ours}


@contextmanager
def process(settings: Settings, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the command `dispatch`, killed at the end."""
    one = subprocess.Popen(
        [sys.executable, "-m", "dispatch", *arguments],
        env=environment(settings.environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield one
    finally:
        one.kill()
        one.wait()


def children_of(pid: int) -> Sequence[int]:
    """The processes that a process has started, as the kernel lists them."""
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(each) for each in found.read_text().split()] if found.exists() else []


def solving_children_of(pid: int) -> Sequence[int]:
    """Those that solve a run."""
    return [each for each in children_of(pid) if b"dispatch.solving" in _command(each) and b"--prepare" not in _command(each)]


def is_alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except FileNotFoundError:
        return False


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


def lost_as(store: Store, *, attempts: int = 3) -> list[Run]:
    """What a clock takes back now."""
    with store.writing() as session:
        return runs.take_back_lost(Act(session, program("clock"), datetime.now(UTC)), attempts=attempts)
