"""Rows by their ids, many at once, and the territory held while its records change."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import select

from dispatch.access import Act
from dispatch.records.kinds import Kind
from dispatch.store.tables import Territory

T = TypeVar("T")

_AT_ONCE = 1_000
"""Ids in one statement."""


def held(act: Act, territory: str) -> Territory:
    """The territory, which nobody else changes records of until the transaction ends. Raises `NotFound`.

    What spans records (references, overlaps, what is in use) is looked at and then written: two who do so at once would each miss
    what the other writes.
    """
    row = act.territory(territory)
    act.session.refresh(row, with_for_update={"key_share": True})
    return row


def rows_of(act: Act, kind: Kind, territory: str, names: Iterable[str]) -> dict[str, Any]:
    """The rows of some ids, retired or not; an id without a row is not in the answer."""
    table: Any = kind.table
    found: dict[str, Any] = {}
    for some in _portions(sorted(set(names))):
        query = select(table).where(table.territory_id == territory, table.id.in_(some))
        found |= {row.id: row for row in act.session.scalars(query)}
    return found


def names_in_use(act: Act, kind: Kind, territory: str) -> frozenset[str]:
    """The ids of all records of a kind that are not retired."""
    table: Any = kind.table
    return frozenset(act.session.scalars(select(table.id).where(table.territory_id == territory, table.retired_at.is_(None))))


def _portions(names: Sequence[T]) -> Iterator[Sequence[T]]:
    return (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE))
