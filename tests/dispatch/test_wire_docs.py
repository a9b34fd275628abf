"""The documentation and the JSON Schema say what the records say."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dispatch import wire
from dispatch.errors import Code
from dispatch.travel import NoteCode
from dispatch.wire import ReasonCode
from dispatch.wire.defaults import KINDS, policy_in
from dispatch.wire.handbook import rewritten
from dispatch.wire.schema import field_names
from tests.dispatch.days import BASE

TEXT = (Path(__file__).parents[2] / "docs" / "day-file.md").read_text(encoding="utf-8")
PAGES = "".join(page.read_text(encoding="utf-8") for page in (Path(__file__).parents[2] / "docs").glob("*.md"))
"""Codes may be explained on any page."""
EXAMPLES = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)]


@pytest.mark.parametrize("page", ["day-file.md", "records.md"])
def test_the_tables_of_the_documentation_are_those_of_the_records(page: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / page).read_text(encoding="utf-8")
    assert rewritten(text) == text


@pytest.mark.parametrize("model", [wire.Day, wire.PlanFile])
def test_every_field_is_documented(model: type[wire.Day] | type[wire.PlanFile]) -> None:
    assert {name for name in field_names(model) if f"| `{name}` |" not in TEXT} == set()


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_every_example_can_be_read(number: int) -> None:
    bare = {"timezone": BASE["timezone"], "horizon": BASE["horizon"]}
    assert wire.day_of({**bare, **EXAMPLES[number]}).model_fields_set >= EXAMPLES[number].keys()


def test_there_are_examples_of_every_section() -> None:
    shown = {key for example in EXAMPLES for key in example}
    assert wire.Day.model_fields.keys() - shown == {"name", "note"}


@pytest.mark.parametrize("code", [*Code, *ReasonCode, *NoteCode])
def test_every_code_is_documented(code: str) -> None:
    assert f"`{code}`" in PAGES


def test_the_built_in_kinds_are_documented_with_their_numbers() -> None:
    for name, kind in KINDS.items():
        assert f"| {name} | {kind.duration_min:g} | {kind.setup_min:g} | {kind.priority} |" in TEXT


def test_a_default_policy_gives_every_field() -> None:
    policy = policy_in("EUR")
    assert None not in policy.model_dump().values()
    assert None not in policy.model_dump()["costs"].values()
    prices = [(policy.priority_prices or {})[str(priority)] for priority in range(1, 11)]  # type: ignore[index]
    assert prices == sorted(prices, reverse=True)


# ---------------------------------------------------------------- the schema

KEYWORDS = {
    *("$schema", "$defs", "$ref", "type", "properties", "required", "additionalProperties", "propertyNames", "items"),
    *("enum", "const", "anyOf", "oneOf", "default", "description", "title", "format", "pattern", "examples"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
}


def schemas(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema within a schema."""
    if isinstance(node, dict):
        yield node
        for key, value in node.items():
            inner = value.values() if key in {"properties", "$defs"} else value if isinstance(value, list) else [value]
            for each in inner if key not in {"default", "examples", "enum", "required"} else ():
                yield from schemas(each)


def records(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The objects of a schema by their name; the whole one has none. A finding is said by `dispatch.errors`."""
    named = {"": schema, **schema["$defs"]}
    return {name: record for name, record in named.items() if "properties" in record and name != "Finding"}


BOTH = pytest.mark.parametrize("schema", [wire.day_schema(), wire.plan_schema()], ids=["day", "plan"])


@BOTH
def test_the_schema_is_of_the_draft_it_names_and_closed(schema: dict[str, Any]) -> None:
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert {key for each in schemas(schema) for key in each} <= KEYWORDS
    assert [name for name, record in records(schema).items() if record["additionalProperties"] is not False] == []


@BOTH
def test_every_field_of_the_schema_is_described(schema: dict[str, Any]) -> None:
    for record in records(schema).values():
        assert [name for name, field in record["properties"].items() if not field.get("description")] == []


def test_null_is_in_the_schema_only_where_it_means_something() -> None:
    fields = [field for record in records(wire.day_schema()).values() for field in record["properties"].items()]
    assert {name for name, field in fields if '"null"' in json.dumps(field)} == {"time_limit_s", "refill", "wishes"}
