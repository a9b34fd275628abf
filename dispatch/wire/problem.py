"""What is answered instead, if something is wrong: problem documents as in RFC 9457."""

from typing import Any, Literal

from dispatch.errors import Finding
from dispatch.wire.fields import Given, Record, Several


class Problem(Record):
    """Why a request was not done."""

    type: str
    """`about:blank`: no more than the status says; what tells problems apart is `code`."""
    title: str
    """What the status means."""
    status: int
    """The status of the answer."""
    code: str
    """What is wrong, for programs: stable, whatever the text says."""
    detail: str
    """What is wrong, for people."""
    request: str
    """The request, as the log knows it."""
    errors: Given[Several[Finding]] = None
    """Every single thing that is wrong with what was sent, at most 100; `?name` points at a parameter of the query."""
    more: Given[int] = None
    """So many more are not listed."""
    details: Given[dict[str, Any]] = None
    """What stands in the way: the state it is in, what has changed since."""


class Health(Record):
    """How the service is."""

    status: Literal["ok"]
    """It is well; otherwise there is a problem document instead."""
