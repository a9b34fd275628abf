"""Asking a server over HTTP, again where that helps, and never longer than there is time."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from random import SystemRandom
from typing import NamedTuple, TypeVar

from dispatch.travel.errors import TravelUnavailable

MOST_BYTES = 64 * 2**20
"""A longer answer is not read to its end."""

CHUNK = 2**16

FIRST_WAIT_S = 0.5

PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
"""What may be another answer next time."""

Answer = TypeVar("Answer")


class Response(NamedTuple):
    """A server's answer; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Fetch = Callable[[str, float], Response]
"""Gets a URL within so many seconds; raises OSError or HTTPException when there is no answer."""


class Unusable(Exception):
    """An answer that may be better next time."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A server asked for a matrix has no business to send us elsewhere."""

    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def fetch(url: str, timeout_s: float) -> Response:
    """Get a URL. Whatever status it has is an answer; OSError or HTTPException says there is none in time."""
    until = time.monotonic() + timeout_s
    request = urllib.request.Request(url, headers={"Accept": "application/json", "User-Agent": "field-dispatch"})
    try:
        with _OPENER.open(request, timeout=timeout_s) as response:
            return _read(response, until)
    except urllib.error.HTTPError as refused:
        with refused:
            return _read(refused, until)


def _read(response: "HTTPResponse | urllib.error.HTTPError", until: float) -> Response:
    """Read in pieces: the socket's timeout starts again with each of them and alone would let an answer drip in for ever."""
    body = bytearray()
    while piece := response.read1(CHUNK):
        body += piece
        if len(body) > MOST_BYTES:
            raise OSError(f"an answer of more than {MOST_BYTES} bytes")
        if time.monotonic() > until:
            raise TimeoutError("the answer takes too long")
    headers = {name.lower(): value for name, value in response.headers.items()}
    expected = headers.get("content-length", "")
    if expected.isdigit() and len(body) < int(expected):
        raise OSError("the answer breaks off")
    return Response(response.status or 0, headers, bytes(body))


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long to ask; `fetch`, `clock`, `sleep` and `jitter` (0 to 1) are the outer world."""

    retries: int = 3
    timeout_s: float = 20.0  #: for one answer
    deadline_s: float = 60.0  #: for all of them
    fetch: Fetch = fetch
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = SystemRandom().random

    def ask(self, url: str, read: Callable[[Response], Answer], until: float) -> Answer:
        """What `read` makes of the answer; asked again when it raises `Unusable`, but not after `until` on the clock.

        Raises
        ------
        TravelUnavailable
            No attempt gave a usable answer, or there is no time for another one.
        """
        for attempt in range(self.retries + 1):
            least_wait = 0.0
            try:
                response = self.fetch(url, self._time_left(until))
                if response.status in PASSING_STATUS:
                    least_wait = retry_after_s(response)
                    raise Unusable(f"HTTP {response.status}")
                return read(response)
            except (Unusable, OSError, HTTPException) as trouble:
                failure = f"{type(trouble).__name__}: {trouble}" if not isinstance(trouble, Unusable) else str(trouble)
            if attempt < self.retries:
                self._wait(max(least_wait, FIRST_WAIT_S * 2**attempt * (0.5 + self.jitter())), until, failure)
        raise TravelUnavailable(f"no usable answer after {self.retries + 1} attempts ({failure})")

    def _time_left(self, until: float) -> float:
        left = until - self.clock()
        if left <= 0:
            raise TravelUnavailable(f"no answer within {self.deadline_s:g} s")
        return min(left, self.timeout_s)

    def _wait(self, seconds: float, until: float, failure: str) -> None:
        if self.clock() + seconds >= until:
            raise TravelUnavailable(f"no usable answer within {self.deadline_s:g} s ({failure})")
        self.sleep(seconds)


def retry_after_s(response: Response) -> float:
    """Seconds a server asks us to wait (RFC 9110, 10.2.3), zero if it does not; a date counts from the server's own."""
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        then, now = parsedate_to_datetime(value), parsedate_to_datetime(response.headers.get("date", ""))
        return max(0.0, (then - now).total_seconds())
    except (ValueError, TypeError):
        return 0.0
