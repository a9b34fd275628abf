"""The OpenAPI document is the route table, said in another way."""

import re
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.door import Endpoint
from api.examples import EXAMPLES
from api.routes import ENDPOINTS
from dispatch import wire
from tests.api.service import Service

NAMES = [endpoint.name for endpoint in ENDPOINTS]

WITHOUT_VERSION = {"sign_out", "revoke_token", "revoke_my_calendar"}
"""They end something once and for all: there is nothing to be overwritten."""

BODIES = sorted(
    {record for each in ENDPOINTS for record in each.takes.values() if record is not None}, key=lambda record: record.__name__
)


def test_the_document_is_valid(service: Service) -> None:
    assert list(OpenAPIV31SpecValidator(service.document).iter_errors()) == []


def test_the_document_has_the_routes_of_the_application_and_no_others(service: Service) -> None:
    routes = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in service.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
    } - {(endpoint.method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", endpoint.rule)) for endpoint in ENDPOINTS if endpoint.page}
    documented = {(method.upper(), path) for path, methods in service.document["paths"].items() for method in methods}
    assert documented == routes


def test_every_endpoint_has_a_name_of_its_own() -> None:
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=NAMES)
def test_an_endpoint_says_what_it_does_in_a_sentence(endpoint: Endpoint) -> None:
    assert re.fullmatch(r"[A-Z].*\.", endpoint.summary)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=NAMES)
def test_what_changes_something_that_is_there_names_its_version(endpoint: Endpoint) -> None:
    assert (endpoint.method in {"PUT", "PATCH", "DELETE"} and endpoint.name not in WITHOUT_VERSION) <= endpoint.if_match
    assert (endpoint.method == "GET") <= (not endpoint.writes)


@pytest.mark.parametrize("record", BODIES, ids=lambda record: record.__name__)
def test_what_is_sent_has_an_example_that_can_be_read(record: type[wire.Record]) -> None:
    assert wire.read_record(record, EXAMPLES[record])


def test_there_are_no_examples_of_what_nobody_sends() -> None:
    assert set(EXAMPLES) == set(BODIES)


def test_every_field_of_what_is_sent_and_answered_is_described(service: Service) -> None:
    schemas: dict[str, Any] = service.document["components"]["schemas"]
    bare = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, value in schema.get("properties", {}).items()
        if not value.get("description") and name != "Finding"
    ]
    assert bare == []
    assert [name for name, schema in schemas.items() if not schema.get("description") and not name.endswith("Page")] == []
