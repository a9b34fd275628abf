"""A process that solves, seen from the worker that started it: what it says, how long it may, how it ended."""

import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from dispatch import processes, solving
from dispatch.errors import Code, Finding
from dispatch.settings import Settings
from dispatch.wire.answer import PlanFile
from dispatch.wire.solving import Said, Task, read_said, write_task

COMMAND = (sys.executable, "-m", "dispatch.solving")

PREPARING_S = 120.0
"""Seconds until the search begins: the process starts, travel times are asked for, the problem is built."""

WALL_S = 5.0
"""Seconds beyond its time limit after which a search is ended from outside."""

GRACE_S = 0.75
"""Seconds from being asked to end until being ended."""

_CHUNK = 2**18
_LAST_WORDS = frozenset({"done", "refused", "failed"})


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer."""

    code: str
    message: str
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Child:
    """One solve in a process of its own.

    Attributes
    ----------
    best : the best plan it has told of
    findings : what it left out, and found worth a look
    asked_to_end : whether `end` was called
    over : it has said its last word, or is gone: nothing more will be said
    """

    process: subprocess.Popen[bytes]
    seconds: float
    deadline: float
    wall_s: float = WALL_S
    best: PlanFile | None = None
    findings: tuple[Finding, ...] = ()
    asked_to_end: bool = False
    over: bool = False
    _last: Said | None = None
    _hit_the_wall: bool = False
    _unread: bytes = field(default=b"", repr=False)

    @classmethod
    def start(cls, task: Task, settings: Settings, command: Sequence[str] = COMMAND, *, wall_s: float = WALL_S) -> "Child":
        """Start solving a task; `wall_s` seconds beyond its time limit the child is ended from outside."""
        cpu_s = int((PREPARING_S + task.seconds + wall_s) * (task.threads + 1))  # more than it can use before the wall
        with tempfile.TemporaryFile() as file:
            file.write(write_task(task))
            file.seek(0)
            process = processes.start(
                command,
                stdin=file,
                stdout=subprocess.PIPE,
                environment=processes.environment_of(settings),
                allowance=processes.Allowance(settings.memory_mb, cpu_s, nice=10),
            )
        return cls(process, task.seconds, time.monotonic() + PREPARING_S, wall_s)

    def listen(self, seconds: float) -> list[Said]:
        """What it says within so many seconds; less time if it says something or ends. Ends it if its time is up."""
        assert self.process.stdout is not None
        if time.monotonic() >= self.deadline:
            self._hit_the_wall = not self.asked_to_end
            self.process.kill()
        wait = max(0.0, min(seconds, self.deadline - time.monotonic()))
        if not select.select([self.process.stdout], [], [], wait)[0]:
            return []
        chunk = os.read(self.process.stdout.fileno(), _CHUNK)
        *lines, self._unread = (self._unread + chunk).split(b"\n")
        heard = [said for line in lines if (said := self._hear(line)) is not None]
        self.over = not chunk or (self._last is not None and self._last.what in _LAST_WORDS)
        return heard

    def end(self) -> None:
        """Ask for the best plan so far; after `GRACE_S` the child is ended."""
        if not self.asked_to_end:
            self.asked_to_end = True
            self.deadline = min(self.deadline, time.monotonic() + GRACE_S)
            self.process.terminate()

    def close(self) -> None:
        """End it, and see that it is gone."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    @property
    def failure(self) -> Failure | None:
        """Once it is over: why there is no answer; None if there is one: `best`, or nothing if nothing was to be solved."""
        last = self._last.what if self._last else ""
        if last == "done":
            return None
        if last == "refused":
            return Failure(Code.INVALID_INPUT, "the day cannot be planned as it is: see the warnings", self.findings)
        if last == "failed" and self._last:
            return Failure(self._last.code or Code.DEFECT, self._last.message or "", self.findings)
        if self._hit_the_wall or self.asked_to_end:
            return None if self.best else Failure(Code.TIMED_OUT, "no plan was found within the time limit", self.findings)
        ended = processes.how_it_ended(self._exit_code())
        return Failure(Code.CRASHED, f"the process that solved it has ended with {ended}", self.findings)

    @property
    def was_cut_short(self) -> bool:
        """Whether its answer is the best plan it had told of when it was ended from outside."""
        return self._last is None or self._last.what != "done"

    def _exit_code(self) -> int:
        """How it has ended; it is ended if it has closed its output and goes on."""
        try:
            return self.process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def _hear(self, line: bytes) -> Said | None:
        said = read_said(line)
        if said is None:
            return None
        self._last = said
        if said.what == "searching":
            self.deadline = min(self.deadline, time.monotonic() + self.seconds + self.wall_s)
        if said.plan is not None:
            self.best = said.plan
        self.findings = (*self.findings, *said.findings)
        return said


def prepare(settings: Settings) -> subprocess.Popen[bytes]:
    """Start compiling the search for this machine, which later children then find on disk."""
    return processes.start(
        [*COMMAND, solving.PREPARE], environment=processes.environment_of(settings), allowance=processes.Allowance(nice=10)
    )
