"""Forms of pages: the fields that were sent, and those of them that are the door's own."""

from typing import Final
from urllib.parse import parse_qs

from flask import Request

from api.door import FORM
from dispatch.errors import Code, Finding, InputError

CSRF: Final = "csrf"
KEY: Final = "key"

MOST_FIELDS: Final = 1_000


def of_the_page(request: Request) -> dict[str, list[str]]:
    """The fields of a form by name, without those that every form has for the door; what was left empty is not there.

    Raises
    ------
    InputError : it cannot be read as a form in UTF-8
    """
    return {name: texts for name, texts in _fields(request).items() if name not in {CSRF, KEY}}


def field(request: Request, name: str) -> str:
    """One field of a form; empty if it is not there, or no form was sent. Raises `InputError`."""
    return _fields(request).get(name, [""])[0] if request.mimetype == FORM else ""


def _fields(request: Request) -> dict[str, list[str]]:
    try:
        return parse_qs(request.get_data(cache=True).decode("ascii"), errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise InputError([Finding("", Code.ENCODING_INVALID, "is no form in UTF-8")]) from None
