"""From pydantic's errors to findings: where, as a JSON pointer into what was handed in; what, as a code of ours."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dispatch.errors import Code, Finding, pointer, shown

PERSONAL = frozenset({"name", "address", "customer", "note", "phone", "email", "access", "password", "secret"})
"""Fields whose values are never echoed: about a person, or known to one only."""

SET_BY_SERVER = frozenset(
    {"tenant_id", "version", "created_at", "updated_at", "retired_at", "created_by", "updated_by", "status", "revision"}
    | {"state", "located"}
)
"""Fields that a reader of answers may meet, and a writer may not set."""

_EXPECTED = {
    "string_type": "a string",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "model_type": "an object",
    "dict_type": "an object",
    "tuple_type": "a list",
    "dataclass_type": "an object",
}
_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}

Path = tuple[str | int, ...]


def findings_of(error: ValidationError, raw: object, model: type[BaseModel]) -> Iterator[Finding]:
    """One finding per error; `raw` is what was handed in, `model` what it was read as."""
    for details in error.errors(include_url=False):
        path = _path(details, raw)
        code, message = _said(details, model)
        yield Finding(pointer(*path), code, message, _echo(path, code, details["input"]))


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean …?`, if a known name is near enough."""
    found = difflib.get_close_matches(name[:64], sorted(known), n=1)
    return f"; did you mean {found[0]}?" if found else ""


def is_personal(path: Path) -> bool:
    """Whether what stands there, or around it, is about a person."""
    return not PERSONAL.isdisjoint(step for step in path if isinstance(step, str))


def _path(details: ErrorDetails, raw: object) -> Path:
    """The steps of an error that exist in `raw`: pydantic also names the branches of unions and the short forms' long ones."""
    path: list[str | int] = []
    node: Any = raw
    for step in details["loc"]:
        if _has(node, step):
            path.append(step)
            node = node[step]
    if details["type"] == "missing":
        path.append(details["loc"][-1])
    return tuple(path)


def _has(node: object, step: str | int) -> bool:
    if isinstance(node, dict):
        return step in node
    return isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node)


def _echo(path: Path, code: str, value: object) -> str | int | float | bool | None:
    if is_personal(path) or code in {Code.REQUIRED, Code.UNKNOWN_FIELD, Code.READ_ONLY}:
        return None
    return shown(value)


def _said(details: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    kind, context = details["type"], details.get("ctx", {})
    if kind in _EXPECTED:
        return Code.WRONG_TYPE, f"must be {_EXPECTED[kind]}"
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        return Code.OUT_OF_RANGE, f"must be {words} {context[key]:,.10g}"
    match kind:
        case "missing":
            return Code.REQUIRED, "is missing"
        case "extra_forbidden":
            return _unknown_field(details["loc"], model)
        case "literal_error" | "enum":
            return _unknown_value(details["input"], str(context["expected"]))
        case "too_long":
            return Code.TOO_MANY_ITEMS, f"has {context['actual_length'] or 'too many'} entries, more than {context['max_length']:,}"
        case "finite_number":
            return Code.OUT_OF_RANGE, "is too large"
        case "too_short":
            return Code.REQUIRED, f"must have {context['min_length']} entry or more"
    return kind, details["msg"]


def _unknown_value(value: object, expected: str) -> tuple[str, str]:
    return (Code.UNKNOWN_VALUE if isinstance(value, str) else Code.WRONG_TYPE), f"must be {expected}"


def _unknown_field(location: Path, model: type[BaseModel]) -> tuple[str, str]:
    name = str(location[-1])
    if name in SET_BY_SERVER:
        return Code.READ_ONLY, "is set by the service, not by who hands in the file"
    return Code.UNKNOWN_FIELD, f"is no field of this object{nearest(name, _fields_at(model, location[:-1]))}"


# ---------------------------------------------------------------- which fields an object has


def _fields_at(model: type[BaseModel], location: Sequence[str | int]) -> set[str]:
    """The fields of the objects a location can lead to."""
    types: list[Any] = [model]
    for step in location:
        types = [inner for kind in types for outer in _branches(kind) for inner in _inside(outer, step)] or types
    return {name for kind in types for branch in _branches(kind) if _is_model(branch) for name in branch.model_fields}


def _branches(kind: Any) -> Iterator[Any]:
    """The types a type may stand for, without annotations."""
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _branches(get_args(kind)[0])
    elif origin in {Union, UnionType}:
        for branch in get_args(kind):
            yield from _branches(branch)
    else:
        yield kind


def _inside(kind: Any, step: str | int) -> Iterator[Any]:
    if _is_model(kind) and step in kind.model_fields:
        yield kind.model_fields[step].annotation
    elif get_origin(kind) is tuple and isinstance(step, int):
        yield get_args(kind)[0]
    elif get_origin(kind) is dict and isinstance(step, str):
        yield get_args(kind)[1]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
