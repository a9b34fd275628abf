"""Retrying is safe: what was answered to a request with an `Idempotency-Key` is kept, in one transaction with what it did.

Whoever claims a key first does the work; whoever comes with the same key meanwhile waits for that transaction to end, and is
answered from what it kept. If it was rolled back nothing was done and nothing is kept, and the next one does the work.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from dispatch.access import Act
from dispatch.errors import Code, Conflict, Finding, InputError
from dispatch.store.db import is_lock
from dispatch.store.tables import KeptAnswer

KEPT: Final = timedelta(days=3)
"""A phone may be without a network for a day or two."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    body: str


def fingerprint(*parts: bytes) -> str:
    """What tells one request from another: method, path, body."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def claim(act: Act, key: str, request: str) -> Answer | None:
    """Take a key for a request, or learn what was answered to it already.

    Parameters
    ----------
    request : its `fingerprint`

    Raises
    ------
    InputError : the key was used for another request
    Conflict : the same request is still being worked on
    """
    if _took(act, key, request):
        return None
    kept = act.session.get(KeptAnswer, (act.caller.id, key), populate_existing=True)
    if kept is None:
        raise Conflict(Code.KEY_IN_FLIGHT, "the same request was being worked on, and failed: try again")
    if kept.request != request:
        raise InputError([Finding("Idempotency-Key", Code.KEY_REUSED, "was used for another request")])
    return Answer(kept.status, kept.headers, kept.body)


def keep(act: Act, key: str, answer: Answer) -> None:
    """Keep what is answered under a claimed key."""
    kept = act.session.get_one(KeptAnswer, (act.caller.id, key))
    kept.status, kept.headers, kept.body = answer.status, dict(answer.headers), answer.body


def forget(act: Act) -> int:
    """Forget the answers nobody will ask for again; how many."""
    return act.session.execute(delete(KeptAnswer).where(KeptAnswer.at < act.now - KEPT)).rowcount  # type: ignore[attr-defined,no-any-return]


def _took(act: Act, key: str, request: str) -> bool:
    """Write the row of a key, unless it is there; waits for whoever is writing it."""
    values = {"caller": act.caller.id, "key": key, "request": request, "status": 0, "headers": {}, "body": "", "at": act.now}
    dialect = postgresql if act.session.get_bind().dialect.name == "postgresql" else sqlite
    claimed = dialect.insert(KeptAnswer).values(values).on_conflict_do_nothing().returning(KeptAnswer.key)
    try:
        return act.session.execute(claimed).first() is not None
    except OperationalError as error:
        if not is_lock(error):
            raise
        raise Conflict(Code.KEY_IN_FLIGHT, "the same request is still being worked on: try again") from error
