"""Child processes: they end with their parent, and have no more than they may. Linux."""

import ctypes
import os
import resource
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from dispatch.settings import PREFIX, Settings

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "4"}
"""Libraries' own threads would take address space and processors that nobody has counted."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a child may have.

    Attributes
    ----------
    memory_mb : megabytes of address space; None: as much as there is
    cpu_s : seconds of processor time, all threads together; None: as much as there is
    nice : how much others go before it, 0 to 19
    """

    memory_mb: int | None = None
    cpu_s: int | None = None
    nice: int = 0


def start(
    arguments: Sequence[str],
    *,
    stdin: IO[bytes] | None = None,
    stdout: int | None = None,
    environment: Mapping[str, str] | None = None,
    allowance: Allowance | None = None,
    death: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that the terminal's Ctrl-C reaches the parent only.

    Parameters
    ----------
    arguments : the program and its arguments
    stdin : what it reads; None: nothing
    death : the signal that the child gets when the parent is gone, however it ended

    The calling thread has to live as long as the child, and should be the only one.
    """
    parent, wanted = os.getpid(), allowance or Allowance()

    def prepare() -> None:
        confine(parent, wanted, death=death)

    return subprocess.Popen(
        arguments,
        stdin=stdin or subprocess.DEVNULL,
        stdout=stdout,
        env=None if environment is None else dict(environment),
        start_new_session=True,
        preexec_fn=prepare,
    )


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment of a child of an installation: as here, its settings said anew, and one thread for each library."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**others, **_ONE_THREAD, **settings.environment}


def confine(parent: int, allowance: Allowance, *, death: signal.Signals = signal.SIGKILL) -> None:
    """Let this process end with its parent, and have no more than it may.

    For a child that says so itself, as its first act: between fork and exec a process with several threads must not run Python.
    """
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(death), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)  # it had died before the kernel knew
    _limit(allowance)


def stop(children: Sequence[subprocess.Popen[bytes]], *, grace_s: float) -> None:
    """Ask children to end, and end those that have not after so many seconds all together."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    _wait(children, grace_s)
    for child in children:
        if child.poll() is None:
            child.kill()
    _wait(children, grace_s)


def _wait(children: Sequence[subprocess.Popen[bytes]], seconds: float) -> None:
    share = seconds / max(1, len(children))
    for child in children:
        try:
            child.wait(share)
        except subprocess.TimeoutExpired:
            continue


def how_it_ended(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {-code} ({signal.Signals(-code).name})"
    except ValueError:
        return f"signal {-code}"


def _limit(allowance: Allowance) -> None:
    os.nice(allowance.nice)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if allowance.memory_mb is not None:
        resource.setrlimit(resource.RLIMIT_AS, (allowance.memory_mb * 2**20,) * 2)
    if allowance.cpu_s is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (allowance.cpu_s,) * 2)
