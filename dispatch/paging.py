"""Long lists, page by page: each page goes on behind the last item of the one before, whatever was added or removed meanwhile."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from dispatch.access import Act
from dispatch.errors import Code, Finding, InputError

T = TypeVar("T")

Keys = Sequence[InstrumentedAttribute[Any]]

_SEAL: Final = 8
"""Bytes of a cursor that tell whether it is ours, and of this list."""


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """A page: its rows, and the cursor of the next one, if there is a next one."""

    items: tuple[T, ...]
    next: str | None


def page(
    act: Act, statement: Select[T], keys: Keys, limit: int, cursor: str | None = None, *, newest_first: bool = False
) -> Rows[T]:
    """One page of what a statement selects.

    Parameters
    ----------
    statement : selects one entity, without an order
    keys : columns, none of them null, that together are unique and give the order
    limit : at most so many rows
    cursor : `next` of the page before; None: the first page
    newest_first : from the largest keys down

    Raises
    ------
    InputError : the cursor is none of this list
    """
    if cursor is not None:
        here, there = (
            tuple_(*keys),
            tuple_(*(literal(value, key.type) for key, value in zip(keys, _opened(cursor, statement), strict=True))),
        )
        narrowed = statement.where(here < there if newest_first else here > there)
    else:
        narrowed = statement
    ordered = narrowed.order_by(*(key.desc() if newest_first else key for key in keys)).limit(limit + 1)
    found = act.session.execute(ordered.add_columns(*keys)).unique().all()
    rows = tuple(row[0] for row in found[:limit])
    return Rows(rows, _sealed(found[limit - 1][1:], statement) if len(found) > limit else None)


def _sealed(values: Sequence[Any], statement: Select[Any]) -> str:
    text = json.dumps([{"t": value.isoformat()} if isinstance(value, datetime) else value for value in values]).encode()
    return base64.urlsafe_b64encode(_seal(text, statement) + text).rstrip(b"=").decode()


def _opened(cursor: str, statement: Select[Any]) -> list[Any]:
    """The key values in a cursor. No secret is in there: whoever makes up a cursor sees what the list shows anyway."""
    try:
        data = base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        data = b""
    seal, text = data[:_SEAL], data[_SEAL:]
    if not text or seal != _seal(text, statement):
        raise InputError([Finding("?cursor", Code.CURSOR_INVALID, "is no cursor of this list", cursor[:100])])
    return [datetime.fromisoformat(value["t"]) if isinstance(value, dict) else value for value in json.loads(text)]


def _seal(text: bytes, statement: Select[Any]) -> bytes:
    return hashlib.sha256(str(statement).encode() + b"\0" + text).digest()[:_SEAL]
