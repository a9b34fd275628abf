"""How long lists are read: page by page."""

from typing import Annotated, Generic, TypeVar

from pydantic import Field

from dispatch.wire.fields import Given, Record, Several, Whole

T = TypeVar("T", bound=Record)

MOST_IN_PAGE, USUAL_IN_PAGE = 500, 100


class PageQuery(Record):
    """Which page of a list; the query of a list has these fields, and its own."""

    limit: Annotated[Whole, Field(ge=1, le=MOST_IN_PAGE)] = USUAL_IN_PAGE
    """At most so many items."""
    cursor: Given[Annotated[str, Field(json_schema_extra={"maxLength": 1_000})]] = None
    """`next` of the page before; left out: the first page."""


class Page(Record, Generic[T]):
    """A page of a list."""

    items: Several[T]
    """What is on the page."""
    next: str | None
    """The `cursor` of the next page; null: this is the last."""
