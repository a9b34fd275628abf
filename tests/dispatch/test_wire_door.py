import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.errors import Code, Finding, InputError
from dispatch.wire import read_json


def refusals(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as refused:
        read_json(data)
    return [(finding.code, finding.pointer) for finding in refused.value.findings]


@pytest.mark.parametrize(
    "data", [b"", b" \n", b'{"jobs":[', b"[1] //", b"[1,]", b"['a']", b"[+1]", b"[01]", b"[.5]", b"[0x10]", b"1 2"]
)
def test_what_is_no_json_is_refused(data: bytes) -> None:
    assert refusals(data) == [(Code.JSON_INVALID, "")]


def test_a_syntax_error_is_placed_by_line_and_column() -> None:
    with pytest.raises(InputError, match="line 2, column 5"):
        read_json(b'{\n"a" 1}')


@pytest.mark.parametrize("data", [b'["\xff"]', "[]".encode("utf-16"), "[]".encode("utf-32")])
def test_what_is_not_utf_8_is_refused(data: bytes) -> None:
    assert [code for code, _ in refusals(data)] in ([Code.ENCODING_INVALID], [Code.JSON_INVALID])


def test_a_byte_order_mark_is_taken() -> None:
    assert read_json(b"\xef\xbb\xbf{}") == {}


def test_a_key_there_twice_is_refused_where_it_stands() -> None:
    assert refusals(b'{"jobs":[{"id":"j1"},{"id":"j1","id":"j2"}]}') == [(Code.DUPLICATE_KEY, "/jobs/1/id")]


def test_a_key_there_twice_hides_no_other() -> None:
    assert refusals(b'{"a":{"b":1,"b":2},"a":{"c":1,"c":2}}') == [(Code.DUPLICATE_KEY, "/a"), (Code.DUPLICATE_KEY, "/a/c")]


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e400", b"-1e400", b"9" * 5_000])
def test_a_number_that_is_not_finite_is_refused_where_it_stands(number: bytes) -> None:
    assert refusals(b'{"jobs":[{"value":1},{"value":' + number + b"}]}") == [(Code.NUMBER_NOT_FINITE, "/jobs/1/value")]


@pytest.mark.parametrize("text", [rb"\u0000", rb"\ud800", rb"\udfff", rb"a\uDBFF", rb"\udc00\ud800"])
def test_nul_and_half_surrogate_pairs_are_refused_where_they_stand(text: bytes) -> None:
    assert refusals(b'{"a/b":["ok","' + text + b'"]}') == [(Code.STRING_INVALID, "/a~1b/1")]
    assert refusals(b'{"' + text + b'":1}') == [(Code.STRING_INVALID, "")]


def test_a_whole_surrogate_pair_and_an_escaped_backslash_are_text() -> None:
    assert read_json(rb'["\ud83d\ude00", "\\ud800", "\\u0000"]') == ["😀", r"\ud800", r"\u0000"]


def test_thirty_two_levels_are_read_and_one_more_is_refused() -> None:
    assert read_json(b"[" * 32 + b"]" * 32)
    assert refusals(b"[" * 33 + b"]" * 33) == [(Code.JSON_TOO_DEEP, "")]


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_any_depth_is_refused_without_a_recursion_error(opening: bytes) -> None:
    assert refusals(opening * 100_000) == [(Code.JSON_TOO_DEEP, "")]


def test_eight_mebibytes_are_read_and_one_byte_more_is_refused() -> None:
    text = b'"' + b"x" * (8 * 2**20 - 2) + b'"'
    assert len(str(read_json(text))) == 8 * 2**20 - 2
    assert refusals(text + b" ") == [(Code.TOO_LARGE, "")]


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | TEXT
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=20)


@given(JSON)
def test_whatever_json_says_is_read_as_it_is(value: object) -> None:
    assert read_json(json.dumps(value).encode()) == value
    assert read_json(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_with_findings(data: bytes) -> None:
    assert findings(data) is None or findings(data)


def findings(data: bytes) -> tuple[Finding, ...] | None:
    try:
        read_json(data)
    except InputError as refused:
        return refused.findings
    return None
