"""Requests that cannot be read, or ask for what there is not: refused with the right status and code, and nothing is done.

The ids are those of the collection of bad inputs the project started from.
"""

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from dispatch.errors import Code
from dispatch.store.db import Base
from dispatch.wire import LARGEST
from tests.api.service import Service

GOOD = {"name": "kim", "role": "reader", "territories": ["seoul"]}


def rows(service: Service) -> dict[str, int]:
    with service.store.reading() as session:
        return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in Base.metadata.sorted_tables}


NESTED = b'{"x":' + b"[" * 1_000 + b"]" * 1_000 + b"}"
PADDED = json.dumps(GOOD).encode() + b" " * (LARGEST + 1)

BODIES: dict[str, tuple[bytes, int, str, str]] = {
    "A01": (b"", 400, Code.JSON_INVALID, ""),
    "A02": (b'{"name":[', 400, Code.JSON_INVALID, ""),
    **{f"A03-{text}": (text.encode(), 422, Code.WRONG_TYPE, "") for text in ("null", "[]", '"x"', "7", "true")},
    "A04": (NESTED, 400, Code.JSON_TOO_DEEP, ""),
    "A07": (b'{"name":"a","name":"b","role":"reader"}', 400, Code.DUPLICATE_KEY, "/name"),
    **{
        f"A09-{text}": (b'{"x":%s}' % text.encode(), 400, Code.NUMBER_NOT_FINITE, "/x")
        for text in ("NaN", "Infinity", "-Infinity", "1e400")
    },
    "A15": (b'{"name":"\xff"}', 400, Code.ENCODING_INVALID, ""),
    **{
        f"A17-{n}": (text, 400, Code.JSON_INVALID, "")
        for n, text in enumerate((b"{} // a", b'{"x":1,}', b"{'x':1}", b'{"x":+1}', b'{"x":01}', b'{"x":.5}', b'{"x":0x10}'))
    },
    "A21": (PADDED, 413, Code.TOO_LARGE, ""),
    "L03": (b'{"name":"a\\u0000","role":"reader"}', 422, Code.STRING_INVALID, "/name"),
    "L04": (b'{"name":"\\ud800","role":"reader"}', 422, Code.STRING_INVALID, "/name"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_cannot_be_taken_is_refused_and_nothing_is_done(service: Service, name: str) -> None:
    body, status, code, pointer = BODIES[name]
    before = rows(service)
    answer = service.post("/users", body, role="administrator")
    assert (answer.status, answer.code) == (status, code)
    if name != "A21":  # it is refused before it is read
        assert (code, pointer) in answer.places
    assert rows(service) == before


@pytest.mark.parametrize("media", ["text/plain", "", "application/xml", "application/problem+json", "multipart/form-data"])
def test_a_body_of_another_medium_is_refused(service: Service, media: str) -> None:
    """A18."""
    answer = service.post("/users", GOOD, role="administrator", headers={"Content-Type": media})
    assert (answer.status, answer.code) == (415, "unsupported_media_type")


def test_a_compressed_body_is_refused(service: Service) -> None:
    answer = service.post("/users", GOOD, role="administrator", headers={"Content-Encoding": "gzip"})
    assert answer.status == 415


def test_a_body_where_none_is_expected_is_refused(service: Service) -> None:
    answer = service.ask("GET", "/me", {"name": "x"})
    assert (answer.status, answer.places) == (422, [("unknown_field", "")])


@pytest.mark.parametrize("media", ["application/json; charset=utf-8", "Application/JSON"])
def test_the_medium_may_be_said_in_any_way_the_rfc_allows(service: Service, media: str) -> None:
    assert service.post("/users", GOOD, role="administrator", headers={"Content-Type": media}).status == 201


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("limit=0", ("out_of_range", "?limit")),
        ("limit=-1", ("out_of_range", "?limit")),
        ("limit=501", ("out_of_range", "?limit")),
        ("limit=1000000000", ("out_of_range", "?limit")),
        ("limit=99999999999999999999999", ("wrong_type", "?limit")),
        ("limit=abc", ("wrong_type", "?limit")),
        ("limit=1_0", ("wrong_type", "?limit")),
        ("limit=٣", ("wrong_type", "?limit")),
        ("limit=", ("wrong_type", "?limit")),
        ("limit=1&limit=2", ("duplicate_key", "?limit")),
        ("offset=10", ("unknown_field", "?offset")),
        ("sort=password", ("unknown_field", "?sort")),
        ("lim%00it=1", ("string_invalid", "?lim\0it")),
        ("cursor=", ("cursor_invalid", "?cursor")),
        ("cursor=abc", ("cursor_invalid", "?cursor")),
        ("cursor=%ff%fe", ("cursor_invalid", "?cursor")),
    ],
)
def test_a_query_that_makes_no_sense_is_refused_where_it_stands(service: Service, query: str, place: tuple[str, str]) -> None:
    """P14."""
    answer = service.get(f"/users?{query}", role="administrator")
    assert answer.status == 422
    assert place in answer.places


def test_a_cursor_that_was_changed_or_is_of_another_list_is_refused(service: Service) -> None:
    cursor: str = service.get("/users?limit=1", role="administrator").json["next"]
    for other in (cursor[:-1], cursor + "A", cursor[::-1], ("B" if cursor[0] != "B" else "C") + cursor[1:]):
        assert service.get(f"/users?cursor={other}", role="administrator").code == "cursor_invalid"
    assert service.get(f"/audit?cursor={cursor}", role="administrator").code == "cursor_invalid"


@pytest.mark.parametrize("size", [1, 2, 4, 5, 500])
def test_the_pages_of_a_list_have_everything_once(service: Service, size: int) -> None:
    """Five users, whatever the size of a page."""
    seen: list[str] = []
    path = f"/users?limit={size}"
    while path:
        page = service.get(path, role="administrator").json
        assert len(page["items"]) <= size
        seen += [user["name"] for user in page["items"]]
        path = f"/users?limit={size}&cursor={page['next']}" if page["next"] else ""
    assert seen == ["administrator", "dispatcher", "planner", "reader", "technician"]


@pytest.mark.parametrize("name", ["%00", "a%00b", "%0a", "..", "%ff", "a" * 201, "%F0%9F%92%A3", "' OR 1=1--", "%2e%2e%2fpasswd"])
def test_a_name_that_nothing_has_is_not_there(service: Service, name: str) -> None:
    """E03, L06."""
    answer = service.get(f"/users/{name}", role="administrator")
    assert (answer.status, answer.code) == (404, "not_found")


def test_hostile_texts_are_kept_as_they_are(service: Service) -> None:
    """L01, L06, L07, L16."""
    user = service.users["reader"]  # type: ignore[index]
    texts: list[Any] = [
        "عَبْدُ الله 12",
        "Robert'); DROP TABLE jobs;--",
        "{{7*7}}",
        "${jndi:x}",
        "%s%n",
        "<script>alert(1)</script>",
        "null",
    ]
    for text in texts:
        assert service.post(f"/users/{user}/tokens", {"name": text}, role="administrator").json["name"] == text
    listed = service.get(f"/users/{user}/tokens", role="administrator").json["items"]
    assert sorted(each["name"] for each in listed) == sorted([*texts, "test"])
