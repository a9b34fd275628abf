"""The strict JSON door: the only way in for JSON.

`json.loads` keeps the last of two equal keys, takes NaN, turns 1e400 into infinity, and lets NUL and half surrogate pairs into
strings. Each of these breaks something far behind the door (a database, another parser, a sum), so none gets in.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from dispatch.errors import Code, Finding, InputError, pointer

LARGEST = 8 * 1024 * 1024
"""Bytes."""

DEEPEST = 32
"""Objects and lists within each other."""

_TOO_DEEP = f"is nested more than {DEEPEST} deep"

_LONGEST_NUMBER = 400
"""Digits; a double has at most 309 before its point."""

_SUSPECT_ESCAPE = re.compile(r"\\u(0000|[dD][89a-fA-F])")

Path = tuple[str | int, ...]


def read_json(data: bytes, *, largest: int = LARGEST) -> object:
    """What a JSON text says, as dicts, lists, strings, integers, floats, booleans and None.

    UTF-8, with or without a byte order mark.

    Raises
    ------
    InputError
        For anything `docs/day-file.md` lists under "JSON".
    """
    if len(data) > largest:
        raise _refusal(Code.TOO_LARGE, f"has more than {largest:,} bytes")
    text = _decoded(data)
    reader = _Reader()
    try:
        value = reader.read(text)
    except json.JSONDecodeError as error:
        raise _refusal(Code.JSON_INVALID, f"is no JSON: {error.msg} in line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise _refusal(Code.JSON_TOO_DEEP, _TOO_DEEP) from None
    findings = [*_too_deep(value)] or [*_duplicates(value, reader), *_not_finite(value, reader), *_bad_strings(value, text)]
    if findings:
        raise InputError(findings)
    return value


def _refusal(code: Code, message: str) -> InputError:
    return InputError([Finding("", code, message)])


def _decoded(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refusal(Code.ENCODING_INVALID, f"is not UTF-8: byte {error.start} is {data[error.start]:#04x}") from None
    if not text.strip(" \t\r\n"):
        raise _refusal(Code.JSON_INVALID, "is empty")
    return text


class _Reader:
    """Reads a text and notes what has to be looked for in the value: looking costs as much as reading."""

    def __init__(self) -> None:
        self.repeated: dict[int, tuple[object, str]] = {}  #: by identity: an object, kept alive, and the key it has twice
        self.endless = False  #: a number is not finite

    def read(self, text: str) -> object:
        try:
            return self._read(text, int)
        except json.JSONDecodeError:
            raise
        except ValueError:  # Python refuses to read integers of thousands of digits
            return self._read(text, self._integer)

    def _read(self, text: str, integer: Callable[[str], int | float]) -> object:
        return json.loads(
            text, object_pairs_hook=self._object, parse_float=self._float, parse_int=integer, parse_constant=self._float
        )

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) < len(pairs):
            self.repeated[id(members)] = members, Counter(key for key, _ in pairs).most_common(1)[0][0]
        return members

    def _float(self, digits: str) -> float:
        value = float(digits)
        self.endless |= not math.isfinite(value)
        return value

    def _integer(self, digits: str) -> int | float:
        return int(digits) if len(digits) <= _LONGEST_NUMBER else self._float(digits)


# ---------------------------------------------------------------- what json.loads lets through


def _too_deep(value: object) -> Iterator[Finding]:
    """Level by level, so that depth costs no stack."""
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        level = [
            member
            for node in level
            for member in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
            if isinstance(member, dict | list)
        ]
        if not level:
            return
    yield Finding("", Code.JSON_TOO_DEEP, _TOO_DEEP)


def _duplicates(value: object, reader: _Reader) -> Iterator[Finding]:
    if reader.repeated:
        for path, node in _walk(value, lambda node: isinstance(node, dict) and id(node) in reader.repeated):
            yield Finding(pointer(*path, reader.repeated[id(node)][1]), Code.DUPLICATE_KEY, "is there twice in one object")


def _not_finite(value: object, reader: _Reader) -> Iterator[Finding]:
    if reader.endless:
        for path, node in _walk(value, lambda node: isinstance(node, float) and not math.isfinite(node)):
            yield Finding(pointer(*path), Code.NUMBER_NOT_FINITE, "is not a number JSON knows, or too large for one", str(node))


def _bad_strings(value: object, text: str) -> Iterator[Finding]:
    """NUL and half surrogate pairs: both can only have been escaped."""
    if not _SUSPECT_ESCAPE.search(text):
        return
    for path, _ in _walk(value, lambda node: isinstance(node, str) and _is_unstorable(node)):
        yield Finding(pointer(*path), Code.STRING_INVALID, "holds NUL or half of a surrogate pair")
    for path, _ in _walk(value, lambda node: isinstance(node, dict) and any(map(_is_unstorable, node))):
        yield Finding(pointer(*path), Code.STRING_INVALID, "has a key that holds NUL or half of a surrogate pair")


def _is_unstorable(text: str) -> bool:
    return "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)


def _walk(value: object, wanted: Callable[[Any], bool]) -> Iterator[tuple[Path, Any]]:
    """Every wanted node with its path, in the order of the text; at most `DEEPEST` deep."""
    stack: list[tuple[Path, Any]] = [((), value)]
    while stack:
        path, node = stack.pop()
        if wanted(node):
            yield path, node
        if isinstance(node, dict):
            stack.extend(((*path, key), member) for key, member in reversed(node.items()))
        elif isinstance(node, list):
            stack.extend(((*path, index), node[index]) for index in reversed(range(len(node))))
