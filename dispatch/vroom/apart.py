"""VROOM documents answered for many: each in a process of its own, with limits, and only so many at once."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import BoundedSemaphore

from dispatch import processes
from dispatch.errors import Busy, InputError
from dispatch.settings import Settings
from dispatch.vroom.answers import INPUT, broken_down, refused
from dispatch.wire.vroom import VroomQuery, read, write

COMMAND = (sys.executable, "-m", "dispatch.vroom.child")

AT_ONCE = 2
"""Documents that are answered at once in one process that serves."""

PREPARING_S, WALL_S = 120.0, 5.0
"""Seconds until a search begins, and beyond its time, after which the process is ended."""

INTERNAL = 1
ANSWERS = frozenset({0, 2, 3})
"""Exit codes with which there is an answer."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Where documents are answered. May be used by several threads; each waits for its own process.

    Attributes
    ----------
    command : what answers
    """

    settings: Settings
    command: Sequence[str] = COMMAND
    preparing_s: float = PREPARING_S
    room: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))

    def answered(self, document: bytes, how: VroomQuery) -> tuple[int, bytes]:
        """VROOM's code and the answer, also to what is not acceptable (2) or breaks the process that answers it (1).

        Raises
        ------
        Busy : as many as may be are being answered, or the process did not get to an answer in time
        """
        try:
            read(document)
        except InputError as error:
            return INPUT, write(refused(error))
        if not self.room.acquire(blocking=False):
            raise Busy(f"{AT_ONCE} documents are being answered: as many as may be at once", retry_after=how.seconds + 1)
        try:
            return self._run(document, how)
        finally:
            self.room.release()

    def _run(self, document: bytes, how: VroomQuery) -> tuple[int, bytes]:
        wall = self.preparing_s + how.seconds + WALL_S
        options = {"parent": os.getpid(), "cpu": int(2 * wall), "seconds": how.seconds, "seed": how.seed}
        options |= {} if how.iterations is None else {"iterations": how.iterations}
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        try:
            done = subprocess.run(
                [*self.command, *words],
                input=document,
                stdout=subprocess.PIPE,
                env=processes.environment_of(self.settings),
                start_new_session=True,
                timeout=wall,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Busy("the document was not answered in time", retry_after=int(wall)) from None
        if done.returncode not in ANSWERS or not done.stdout:
            return INTERNAL, write(broken_down())
        return done.returncode, done.stdout


@cache
def apart_of(settings: Settings) -> Apart:
    """Where this process has documents answered."""
    return Apart(settings)
