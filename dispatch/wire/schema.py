"""The JSON Schema of the day file, for editors and for other programs: draft 2020-12, generated from the records.

It says what a single field may be. What spans several of them (references, overlaps, one of two fields) only the reader says.
"""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from dispatch.wire.answer import PlanFile
from dispatch.wire.fields import not_null
from dispatch.wire.model import Day

_PAGE = re.compile(r"^Page\[(\w+)\]$")

_KEYWORDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
"""Bounds that pydantic leaves under its own names, where a validator of ours comes first."""


class _Schema(GenerateJsonSchema):
    """What may be left out may not therefore be null, and what is left out of an object is said there."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        inner = schema["schema"]
        if schema["function"]["function"] is not_null and inner["type"] == "nullable":
            return self.generate_inner(inner["schema"])
        return super().function_before_schema(schema)

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        shown = super().default_schema(schema)
        if shown.get("default", ...) is None or isinstance(shown.get("default"), dict):
            shown.pop("default")
        return shown

    def normalize_name(self, name: str) -> str:
        """`Page[Job]` is called `JobPage`."""
        return super().normalize_name(_PAGE.sub(r"\1Page", name))

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002
        return False


def day_schema() -> dict[str, Any]:
    """The JSON Schema of the day file."""
    return _schema(Day)


def plan_schema() -> dict[str, Any]:
    """The JSON Schema of the plan file."""
    return _schema(PlanFile)


def record_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of a record as it is read, its parts under `$defs`."""
    return dict(_spelt_out(model.model_json_schema(schema_generator=_Schema)))


Mode = JsonSchemaMode
"""`validation`: as it is read; `serialization`: as it is written."""


def shared_schemas(
    wanted: Iterable[tuple[type[BaseModel], Mode]], template: str
) -> tuple[dict[Any, dict[str, Any]], dict[str, Any]]:
    """Records as one document has them: a reference for each record and mode, and the definitions that all share.

    Parameters
    ----------
    template : what a reference looks like, `{model}` standing for the name of the record
    """
    references, definitions = models_json_schema(list(dict.fromkeys(wanted)), ref_template=template, schema_generator=_Schema)
    return {key: dict(value) for key, value in references.items()}, dict(_spelt_out(definitions.get("$defs", {})))


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return {"$schema": _Schema.schema_dialect, **_spelt_out(model.model_json_schema(schema_generator=_Schema))}


def _spelt_out(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {_KEYWORDS.get(key, key): _spelt_out(value) for key, value in schema.items()}
    return [_spelt_out(value) for value in schema] if isinstance(schema, list) else schema


def field_names(model: type[BaseModel]) -> frozenset[str]:
    """The names of all fields of a record and of what it holds."""
    definitions = model.model_json_schema().get("$defs", {})
    return frozenset(model.model_fields).union(*(record.get("properties", ()) for record in definitions.values()))
