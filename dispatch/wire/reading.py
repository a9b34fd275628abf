"""Bytes in, records out, and back."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from dispatch.errors import Finding, InputError
from dispatch.wire.answer import PlanFile
from dispatch.wire.door import read_json
from dispatch.wire.findings import findings_of
from dispatch.wire.legs import expanded
from dispatch.wire.model import Day
from dispatch.wire.rules import broken
from dispatch.wire.view import View

M = TypeVar("M", bound=BaseModel)


def read_day(data: bytes) -> Day:
    """The day a JSON text describes.

    Raises
    ------
    InputError
        With every independent finding, up to 100.
    """
    return day_of(read_json(data))


def day_of(raw: object) -> Day:
    """The day that parsed JSON describes, a job for every leg; `InputError` with every independent finding, up to 100."""
    findings: list[Finding] = []
    day = _read(Day, raw, findings)
    findings.extend(broken(View(raw if isinstance(raw, Mapping) else {})))
    if day is None or findings:
        raise InputError(_once(findings))
    return expanded(day)


def read_plan(data: bytes) -> PlanFile:
    """The plan a JSON text describes; whether it fits a day is another question. Raises `InputError`."""
    findings: list[Finding] = []
    plan = _read(PlanFile, read_json(data), findings)
    if plan is None:
        raise InputError(findings)
    return plan


def read_record(model: type[M], raw: object) -> M:
    """The record that parsed JSON describes. Raises `InputError` with every finding."""
    if issubclass(model, Day):
        return cast(M, day_of(raw))
    findings: list[Finding] = []
    record = _read(model, raw, findings)
    if record is None:
        raise InputError(findings)
    return record


def write_line(record: BaseModel) -> bytes:
    """A record as JSON on one line: UTF-8, without the fields nobody gave."""
    return record.model_dump_json(exclude_unset=True).encode() + b"\n"


def write(record: BaseModel) -> bytes:
    """A record as JSON: UTF-8, indented, without the fields nobody gave."""
    return record.model_dump_json(indent=2, exclude_unset=True).encode() + b"\n"


def _read(model: type[M], raw: Any, findings: list[Finding]) -> M | None:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        findings.extend(findings_of(error, raw, model))
        return None


def _once(findings: list[Finding]) -> list[Finding]:
    """Each place with its first finding: what is wrong by itself is not also wrong beside others."""
    return list({finding.pointer: finding for finding in reversed(findings)}.values())[::-1]
