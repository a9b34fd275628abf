"""The OpenAPI 3.1 document, from the same declarations that the routes are made of."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from api.door import Endpoint
from api.examples import EXAMPLES
from dispatch import version, wire

PROBLEM: Final = "application/problem+json"
TEMPLATE: Final = "#/components/schemas/{model}"

_DESCRIPTION = """\
Field-service scheduling and dispatch. Times are RFC 3339 instants with an offset, lengths minutes, distances metres.

Every error is a problem document (RFC 9457) with a stable `code`. A `POST` that changes something needs an `Idempotency-Key`; what
changes a record needs `If-Match` with the `ETag` it was read with. Unknown fields are errors."""

_WORDS: Final = {
    400: "It cannot be read: JSON, encoding or a header.",
    401: "Nobody is signed in, or the token or session has ended.",
    403: "Whoever asks may not do that.",
    404: "There is no such thing, or none that whoever asks may see.",
    409: "It cannot be done as things stand; or the same request is still being worked on.",
    412: "Somebody else has changed it meanwhile: read it again.",
    413: "More than 8 MiB were sent.",
    415: "Something of another media type was sent.",
    422: "What was sent is wrong: `errors` says every place.",
    428: "`If-Match` is missing.",
    429: "Too many requests; `Retry-After` says when to try again.",
    503: "Too much is going on; `Retry-After` says when to try again.",
}


def document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """The document of endpoints; pages are not for programs."""
    every = tuple(endpoint for endpoint in endpoints if not endpoint.page)
    references, schemas = wire.shared_schemas(_records(every), TEMPLATE)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in every:
        paths.setdefault(_path(endpoint), {})[endpoint.method.lower()] = _operation(endpoint, references)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {"title": "Dispatch", "version": version.installed(), "description": _DESCRIPTION, "license": _LICENSE},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": _SCHEMES},
    }


def written(endpoints: Iterable[Endpoint]) -> bytes:
    """The document as JSON."""
    return json.dumps(document(endpoints), ensure_ascii=False).encode() + b"\n"


_LICENSE: Final = {"name": "Apache-2.0", "identifier": "Apache-2.0"}

_SCHEMES: Final = {
    "token": {"type": "http", "scheme": "bearer", "description": "An opaque token of a program or a phone."},
    "session": {"type": "apiKey", "in": "cookie", "name": "dispatch_session", "description": "A browser that has signed in."},
}

_References = dict[Any, dict[str, Any]]


def _records(endpoints: Iterable[Endpoint]) -> Iterator[tuple[type[wire.Record], wire.Mode]]:
    yield wire.Problem, "serialization"
    for endpoint in endpoints:
        yield from ((record, "validation") for record in endpoint.takes.values() if record is not None)
        if isinstance(endpoint.answer, type):
            yield endpoint.answer, "serialization"


def _path(endpoint: Endpoint) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", endpoint.rule)


def _operation(endpoint: Endpoint, references: _References) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "tags": [endpoint.view.__module__.rpartition(".")[2]],
        "responses": _responses(endpoint, references),
        "security": [{"token": []}, {"session": []}] if endpoint.may else [],
        "x-roles": sorted(endpoint.may),
    }
    if endpoint.description:
        operation["description"] = endpoint.description
    if parameters := list(_parameters(endpoint)):
        operation["parameters"] = parameters
    if endpoint.takes:
        content = {media: _body(record, references) for media, record in endpoint.takes.items()}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _body(record: type[wire.Record] | None, references: _References) -> dict[str, Any]:
    """What is sent in one medium."""
    if record is None:
        return {"schema": {}}
    return {"schema": references[record, "validation"]} | ({"example": EXAMPLES[record]} if record in EXAMPLES else {})


# ---------------------------------------------------------------- parameters


def _parameters(endpoint: Endpoint) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"<(?:\w+:)?(\w+)>", endpoint.rule):
        schema = {"type": "string", "minLength": 1, "maxLength": 64, "pattern": r"^[^/\\?#%]+$"}
        yield {"name": name, "in": "path", "required": True, "description": f"The id of the {name}.", "schema": schema}
    if endpoint.query is not None:
        yield from _of_query(endpoint.query)
    if endpoint.keyed:
        schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"}
        words = "A random text, new for each new thing to be done: a retry with the same one does nothing twice."
        yield {"name": "Idempotency-Key", "in": "header", "required": True, "description": words, "schema": schema}
    if endpoint.if_match:
        words = "The `ETag` that was read, or the `version` in quotes."
        yield {"name": "If-Match", "in": "header", "required": True, "description": words, "schema": _TAG_SCHEMA}


_TAG_SCHEMA: Final = {"type": "string", "pattern": '^"[0-9]{1,9}"$', "examples": ['"1"']}


def _of_query(query: type[wire.Record]) -> Iterator[dict[str, Any]]:
    schema = wire.record_schema(query)
    for name, field in schema["properties"].items():
        shown = {key: value for key, value in field.items() if key != "description"}
        required = name in schema.get("required", ())
        yield {"name": name, "in": "query", "required": required, "description": field.get("description", ""), "schema": shown}


# ---------------------------------------------------------------- answers


def _responses(endpoint: Endpoint, references: _References) -> dict[str, Any]:
    status = 204 if endpoint.answer is None else endpoint.status
    good: dict[str, Any] = {"description": endpoint.summary}
    if endpoint.answer is not None:
        schema = references[endpoint.answer, "serialization"] if isinstance(endpoint.answer, type) else {}
        good["content"] = {endpoint.media: {"schema": schema}}
    problem = {PROBLEM: {"schema": references[wire.Problem, "serialization"]}}
    same = {"304": {"description": "Nothing has changed since the `ETag` in `If-None-Match`."}} if endpoint.method == "GET" else {}
    statuses = sorted({*_failing(endpoint), *endpoint.errors, *endpoint.own})
    bad = {
        each: {"description": _said(endpoint, each), "content": problem | (good["content"] if each in endpoint.own else {})}
        for each in statuses
    }
    return {str(status): good} | same | {str(each): answer for each, answer in bad.items()}


def _said(endpoint: Endpoint, status: int) -> str:
    return endpoint.errors.get(status) or endpoint.own.get(status) or _WORDS[status]


def _failing(endpoint: Endpoint) -> Iterator[int]:
    """The statuses that a route of this kind can always answer."""
    if endpoint.at_root:
        return
    yield from (422, 429, 503)
    if endpoint.may:
        yield from (401, 403)
    if "<" in endpoint.rule:
        yield 404
    if endpoint.takes:
        yield from (400, 413, 415)
    if endpoint.keyed:
        yield from (400, 409)
    if endpoint.if_match:
        yield from (400, 412, 428)
