"""When and in which order things happened, as far as a phone can be believed.

Phones sleep, clocks are wrong, queues are sent again in another order. What is done with a batch depends on what is in it and when
it came in, never on the order in which it came.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dispatch.store.tables import EventKind
from dispatch.wire.visits import Failure, Step

AHEAD: Final = timedelta(minutes=2)
"""A claim may be so far in the future: clocks differ."""

OLDEST: Final = timedelta(hours=72)
"""A claim may be so far back: a phone can be without a network for days."""

_RANK = {kind: rank for rank, kind in enumerate(EventKind)}


@dataclass(frozen=True, slots=True)
class Claim:
    """When an event happened.

    Attributes
    ----------
    at : what is taken for true
    clock : `kept` as the phone says, `corrected` by what its clock showed when it sent, or `clamped`: not believed
    """

    at: datetime
    clock: str


def claim(at: datetime, received_at: datetime, sent_at: datetime | None = None) -> Claim:
    """When something happened that a phone says happened at `at`.

    If the phone says what its clock showed as it sent, it is corrected by the difference. What then still lies in the future, or
    further back than a queue can be old, happened when it was received: the server's clock decides.
    """
    off = timedelta() if sent_at is None else received_at - sent_at
    corrected = abs(off) > AHEAD
    happened = at + off if corrected else at
    if not received_at - OLDEST <= happened <= received_at + AHEAD:
        return Claim(received_at, "clamped")
    return Claim(min(happened, received_at), "corrected" if corrected else "kept")


def in_order(events: Iterable[Step | Failure]) -> list[Step | Failure]:
    """Events as they happened: by the phone's own numbers if all have one, else by its clock; a step after the one before it."""
    listed = list(dict.fromkeys(events))
    numbered = all(event.sequence is not None for event in listed)

    def key(event: Step | Failure) -> tuple[int, datetime, int, str]:
        number = event.sequence if numbered and event.sequence is not None else 0
        return number, event.at, _RANK[EventKind(event.kind)], event.model_dump_json()

    return sorted(listed, key=key)
