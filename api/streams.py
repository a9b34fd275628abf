"""Server-sent events: what changes is told as it happens, in short looks at the database and none while waiting."""

import time
from collections.abc import Iterable, Iterator
from threading import BoundedSemaphore
from typing import Final

from dispatch import wire
from dispatch.errors import Busy

EVENTS: Final = "text/event-stream"

LOOK_S: Final = 0.5
"""Seconds between two looks."""

SIGN_S: Final = 15.0
"""Seconds of silence after which a comment is sent: so both ends notice when the other is gone."""

MOST: Final = 16
"""Streams at once in one process; each holds a thread."""

_FREE = BoundedSemaphore(MOST)


class Stream:
    """A stream of events that holds one of the places there are, until it ends or its reader is gone."""

    def __init__(self, looks: Iterable[bytes | None], seconds: float) -> None:
        """`looks` : at each look the events there are, or None if there are none; `seconds` : after which the stream ends.

        Raises
        ------
        Busy : all places are taken
        """
        if not _FREE.acquire(blocking=False):
            raise Busy("as many streams are open as may be", retry_after=5)
        self._told = self._tell(looks, seconds)
        self._open = True

    def __iter__(self) -> "Stream":
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._told)
        except StopIteration:
            self.close()
            raise

    def close(self) -> None:
        """Give the place back; once."""
        if self._open:
            self._open = False
            _FREE.release()

    @staticmethod
    def _tell(looks: Iterable[bytes | None], seconds: float) -> Iterator[bytes]:
        ends = time.monotonic() + seconds
        silent_since = time.monotonic()
        for events in looks:
            if events is not None:
                yield events
            elif time.monotonic() >= silent_since + SIGN_S:
                yield b": still there\n\n"
            else:
                time.sleep(min(LOOK_S, seconds))
                if time.monotonic() >= ends:
                    return
                continue
            silent_since = time.monotonic()


def event(kind: str, record: wire.Record, number: int | None = None) -> bytes:
    """One event; with a number, a reader that comes back says which it saw last."""
    name = b"" if number is None else b"id: %d\n" % number
    return name + b"event: " + kind.encode() + b"\ndata: " + wire.write_line(record).strip() + b"\n\n"


def last_seen(header: str | None) -> int:
    """The number in `Last-Event-ID`; 0 if it is none of ours: then everything is told."""
    return int(header) if header and header.isascii() and header.isdigit() and len(header) < 10 else 0
