"""How often somebody may ask: a bucket of tokens for each caller, filled at a steady rate, in the memory of this process."""

import math
from dataclasses import dataclass, field
from threading import Lock

from dispatch.errors import TooMany

MOST_BUCKETS = 10_000
"""Callers that are remembered; the buckets of others are full."""


@dataclass(slots=True)
class Buckets:
    """A bucket for each caller.

    Attributes
    ----------
    per_second : tokens that flow in
    burst : tokens that a full bucket holds
    """

    per_second: float
    burst: float
    _levels: dict[str, tuple[float, float]] = field(default_factory=dict)  #: caller -> tokens, and when there were so many
    _lock: Lock = field(default_factory=Lock)

    def take(self, caller: str, now: float) -> None:
        """Take a token out of a caller's bucket, at a moment in seconds. Raises `TooMany` if there is none."""
        with self._lock:
            tokens, since = self._levels.pop(caller, (self.burst, now))
            tokens = min(self.burst, tokens + max(0.0, now - since) * self.per_second)
            if len(self._levels) >= MOST_BUCKETS:
                del self._levels[next(iter(self._levels))]  # the one that was used longest ago
            self._levels[caller] = (tokens - 1 if tokens >= 1 else tokens), now
        if tokens < 1:
            raise TooMany("too many requests", retry_after=math.ceil((1 - tokens) / self.per_second))
