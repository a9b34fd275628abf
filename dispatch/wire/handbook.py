"""The tables of docs/day-file.md and docs/records.md, from the records: what is said there about a field is what is said here.

`python -m dispatch.wire.handbook FILE` rewrites the tables between the marks of a file.
"""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dispatch.wire import records, upkeep
from dispatch.wire.schema import day_schema, plan_schema, record_schema

_KINDS = {"integer": "whole number", "number": "number", "string": "text", "boolean": "true or false", "null": "null"}
_LINK = re.compile(r"\]\(#(\w+)\)")
_KEPT = (
    *(records.NewTerritory, records.NewCustomer, records.NewSite, records.NewAsset, records.NewPart),
    *(records.NewTechnician, records.NewShift, records.NewAbsence, records.NewJob),
    *(upkeep.NewMeter, upkeep.Reading, upkeep.NewUpkeep),
)
"""The records that docs/records.md describes."""

_MARK = re.compile(r"(<!-- fields: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def rewritten(text: str) -> str:
    """A text with each `<!-- fields: Record -->` … `<!-- end -->` filled with the table of the record."""
    definitions = {**plan_schema()["$defs"], **day_schema()["$defs"], "Day": day_schema(), "PlanFile": plan_schema()}
    for record in _KEPT:
        schema = record_schema(record)
        definitions |= {**schema.get("$defs", {}), record.__name__: schema}
    return _MARK.sub(lambda mark: f"{mark[1]}{_linked(_table(definitions[mark[2]]), text)}{mark[3]}", text)


def _linked(table: str, text: str) -> str:
    """A table of another page than the day file's: what it links to and has no heading there, the day file's page has."""
    if text.startswith("# The day file"):
        return table
    headings = {line.lstrip("# ").lower() for line in text.splitlines() if line.startswith("#")}
    return _LINK.sub(lambda link: link[0] if link[1] in headings else f"](day-file.md#{link[1]})", table)


def _table(schema: Mapping[str, Any]) -> str:
    lines = ["| field | form | what it says |", "|---|---|---|"]
    for name, field in schema["properties"].items():
        form = _form(field) + ("" if name in schema.get("required", ()) else _default(field))
        lines.append(f"| `{name}` | {form} | {field.get('description', '')} |")
    return "\n".join(lines) + "\n"


def _default(field: Mapping[str, Any]) -> str:
    default = field.get("default")
    return ", optional" if default in (None, []) else f", else `{json.dumps(default)}`"


def _form(field: Mapping[str, Any]) -> str:
    """What a value looks like, in words."""
    if "$ref" in field:
        return f"[{_named(field)}](#{_named(field).lower()})"
    for choice in ("anyOf", "oneOf"):
        if choice in field:
            return " or ".join(dict.fromkeys(_form(each) for each in field[choice]))
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if field.get("type") == "array":
        return f"list of {_form(field['items'])}" if field.get("items") else "list"
    if field.get("type") == "object":
        return f"object of {_form(field.get('additionalProperties', {}))}"
    return _scalar(field)


def _scalar(field: Mapping[str, Any]) -> str:
    if field.get("format") in {"date-time", "date"}:
        return {"date-time": "instant", "date": "date"}[field["format"]]
    kind = _KINDS.get(field.get("type", ""), "value")
    bounds = (_bound(field, "minimum", "exclusiveMinimum"), _bound(field, "maximum", "exclusiveMaximum"))
    if any(bounds):
        return f"{kind}, {bounds[0]} to {bounds[1]}" if all(bounds) else f"{kind} from {bounds[0]}"
    return f"text, at most {field['maxLength']:,}" if "maxLength" in field else kind


def _bound(field: Mapping[str, Any], inclusive: str, exclusive: str) -> str:
    value = field.get(inclusive, field.get(exclusive))
    return "" if value is None else f"{value:,.10g}"


def _named(field: Mapping[str, Any]) -> str:
    return str(field["$ref"]).rsplit("/", 1)[-1]


def main(arguments: Sequence[str]) -> None:
    """Rewrite the tables of files."""
    for name in arguments:
        file = Path(name)
        file.write_text(rewritten(file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
