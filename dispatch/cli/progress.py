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

Follow = Callable[[solver.Progress], None]


@contextmanager
def line(currency: str, *, warm: bool) -> Iterator[Follow]:
    """A progress line on standard error for as long as the context lasts; yields what the search reports to.

    `warm`: the search is compiled already; if not, the line says what takes so long before the first report.
    """
    begin = "preparing the search" if warm else "compiling the search for this machine: the first run only, half a minute or so"
    target = screen.console(sys.stderr)
    if target.is_terminal:
        with target.status(begin) as status:
            yield lambda progress: status.update(said(progress, currency))
    else:
        screen.note(begin)
        yield _Steady(currency)


def said(progress: solver.Progress, currency: str) -> str:
    """A moment of a search in words."""
    money = words.money(Decimal(progress.money) / 1_000_000, currency)
    rate = progress.iterations / progress.seconds if progress.seconds else 0.0
    return f"{progress.seconds:5.1f} s · cost {money} · {progress.unassigned:,} unassigned · {rate:,.0f} iterations/s"


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


class _Steady:
    """Writes a line for the first report and then one every few seconds of the search."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._next = 0.0

    def __call__(self, progress: solver.Progress) -> None:
        if progress.seconds >= self._next:
            self._next = progress.seconds + EVERY
            screen.note(said(progress, self._currency))
