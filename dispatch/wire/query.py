"""The query of a URL, and the form of a page: texts in, a record out. As strict as the JSON door."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from pydantic import ValidationError

from dispatch.errors import Code, Finding, InputError, shown
from dispatch.wire.fields import Record
from dispatch.wire.findings import findings_of
from dispatch.wire.schema import record_schema

R = TypeVar("R", bound=Record)

_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)


def read_query(model: type[R], texts: Mapping[str, Sequence[str]]) -> R:
    """The record that parameters of a URL describe; a list is a parameter that is there several times.

    Raises
    ------
    InputError
        With every finding; a parameter is pointed at as `?name`.
    """
    return _read(model, texts, "?")


def read_form(model: type[R], texts: Mapping[str, Sequence[str]]) -> R:
    """The record that the fields of a form describe; `InputError` with every finding, at `/name`."""
    return _read(model, texts, "/")


def _read(model: type[R], texts: Mapping[str, Sequence[str]], mark: str) -> R:
    raw = {name: _value(_kind(model, name), values) for name, values in texts.items()}
    findings = [*_repeated(model, texts), *_unstorable(texts)]
    try:
        record = model.model_validate(raw)
    except ValidationError as error:
        findings.extend(findings_of(error, raw, model))
    if findings:
        raise InputError([Finding(mark + each.pointer.lstrip("/"), each.code, each.message, each.value) for each in findings])
    return record


def _value(kind: str, values: Sequence[str]) -> Any:
    """What a parameter means as JSON would say it; what cannot be read stays a text, and is refused as one."""
    text = values[0]
    match kind:
        case "array":
            return list(values)
        case "integer" if _WHOLE.fullmatch(text):
            return int(text)
        case "boolean" if text in {"true", "false"}:
            return text == "true"
    return text


def _kind(model: type[Record], name: str) -> str:
    return _kinds(model).get(name, "string")


@cache
def _kinds(model: type[Record]) -> Mapping[str, str]:
    """The JSON type of each field of a record."""
    return {name: field.get("type", "string") for name, field in record_schema(model).get("properties", {}).items()}


def _repeated(model: type[Record], texts: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    for name, values in texts.items():
        if len(values) > 1 and _kind(model, name) != "array":
            yield Finding("/" + name, Code.DUPLICATE_KEY, "is there twice", shown(values[1]))


def _unstorable(texts: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    for name, values in texts.items():
        if any("\0" in text or any("\ud800" <= character <= "\udfff" for character in text) for text in (name, *values)):
            yield Finding("/" + shown_name(name), Code.STRING_INVALID, "holds NUL or half of a surrogate pair")


def shown_name(name: str) -> str:
    """A name as it may be echoed."""
    return str(shown(name))
