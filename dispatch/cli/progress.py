"""The line that lives while a search runs: rewritten on a terminal, one line every few seconds elsewhere."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from types import FrameType

import solver
from dispatch.cli import screen
from dispatch.report import words

EVERY = 2.0
"""Seconds of search between two lines where the line is not rewritten."""

PATIENCE = 1.5
"""Seconds without a word from the search after which we say what takes so long."""

Follow = Callable[[solver.Progress], None]

_BEGIN = "preparing the search"
_SLOW = "compiling the search for this machine: only the first run does, and takes up to 30 s"


@contextmanager
def line(currency: str) -> Iterator[Follow]:
    """A progress line on standard error for as long as the context lasts; yields what the search reports to."""
    target = screen.console(sys.stderr)
    if target.is_terminal:
        with target.status(_BEGIN) as status, _impatient(lambda: status.update(_SLOW)) as heard:
            yield lambda progress: heard() or status.update(said(progress, currency))
    else:
        screen.note(_BEGIN)
        with _impatient(lambda: screen.note(_SLOW)) as heard:
            steady = _Steady(currency)
            yield lambda progress: heard() or steady(progress)


def said(progress: solver.Progress, currency: str) -> str:
    """A moment of a search in words."""
    money = words.money(Decimal(progress.cost.money) / 1_000_000, currency)
    rate = progress.iterations / progress.seconds if progress.seconds else 0.0
    mandatory = f" ({progress.cost.mandatory:,} mandatory)" if progress.cost.mandatory else ""
    return f"{progress.seconds:5.1f} s · cost {money} · {progress.unassigned:,} unassigned{mandatory} · {rate:,.0f} iterations/s"


@contextmanager
def cancelling(cancelled: solver.Cancelled) -> Iterator[None]:
    """While the context lasts, the first Ctrl-C asks the search to end with its best plan; the second one interrupts."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals reach the main thread only
        return

    def ask(signum: int, frame: FrameType | None) -> None:
        if cancelled.asked:
            signal.default_int_handler(signum, frame)
        cancelled.cancel()

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _impatient(complain: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Complain when nothing is heard for a while; yields what to call when something is."""
    timer = threading.Timer(PATIENCE, complain)
    timer.daemon = True
    timer.start()
    try:
        yield timer.cancel
    finally:
        timer.cancel()


class _Steady:
    """Writes a line for the first report and then one every few seconds of the search."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._next = 0.0

    def __call__(self, progress: solver.Progress) -> None:
        if progress.seconds >= self._next:
            self._next = progress.seconds + EVERY
            screen.note(said(progress, self._currency))
