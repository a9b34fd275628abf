"""VROOM's JSON in, its answer out."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel, ValidationError

from dispatch.errors import Code, Finding, InputError, pointer
from dispatch.wire.door import read_json
from dispatch.wire.findings import findings_of, nearest
from dispatch.wire.vroom.asked import Asked
from dispatch.wire.vroom.rules import broken
from dispatch.wire.vroom.told import Told

LARGEST = 32 * 1024 * 1024
"""Bytes: matrices are long."""

Path = tuple[str | int, ...]


def read(data: bytes) -> Asked:
    """The problem that a VROOM document describes.

    Raises
    ------
    InputError
        With every independent finding, up to 100.
    """
    raw = read_json(data, largest=LARGEST)
    try:
        asked = Asked.model_validate(raw)
    except ValidationError as error:
        raise InputError(findings_of(error, raw, Asked)) from None
    findings = [*broken(asked)]
    if findings:
        raise InputError(findings)
    return asked


def write(told: Told) -> bytes:
    """An answer as JSON: UTF-8, indented, without the fields that have no value."""
    return told.model_dump_json(indent=2, exclude_none=True).encode() + b"\n"


def unknown_fields(record: BaseModel, path: Path = ()) -> Iterator[Finding]:
    """Warnings: the fields that nobody reads. VROOM passes over them in silence, though a misspelt one changes the answer."""
    for name in record.model_extra or ():
        message = f"is not known here, and was ignored{nearest(name, type(record).model_fields)}"
        yield Finding(pointer(*path, name), Code.UNKNOWN_FIELD, message)
    for name in record.model_fields_set & type(record).model_fields.keys():
        yield from _inside(getattr(record, name), (*path, name))


def _inside(value: object, path: Path) -> Iterator[Finding]:
    if isinstance(value, BaseModel):
        yield from unknown_fields(value, path)
    elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        for index, member in enumerate(value):
            yield from _inside(member, (*path, index))
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield from _inside(member, (*path, key))
