"""Schemathesis over the OpenAPI document: every operation, every check.

The suite tries the examples and a request of chance for each operation. With `DISPATCH_TEST_EXAMPLES=3` (as `.ci/run` does) each
gets three of chance, and the phases that take minutes run too: all constraints of all schemas at their edges, and operations one
after another.
"""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from schemathesis.config import (
    ChecksConfig,
    CoveragePhaseConfig,
    GenerationConfig,
    OperationConfig,
    OperationsConfig,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
    StatefulPhaseConfig,
)
from schemathesis.core.transport import Response
from schemathesis.engine import Status, events, from_schema
from schemathesis.transport.wsgi import WSGITransport

from dispatch.errors import Code
from dispatch.store.tables import Role, Token, User
from tests.api.service import Service

THOROUGH = "DISPATCH_TEST_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("DISPATCH_TEST_EXAMPLES", "1"))

ACCEPTED = ["2xx", "3xx", "401", "403", "404", "409", "412", "422", "429", "5xx"]
"""What data that fits the schema may be answered; of 422 see below. 5xx is another check's. VROOM's users also expect a 400."""

REFUSED = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429", "5xx"]
"""What data that does not fit may be answered: schemathesis's own list and 413, as too many jobs are too many bytes before that."""

BEYOND = {
    *(Code.UNKNOWN_REFERENCE, Code.CONFLICT, Code.CURSOR_INVALID, Code.STRING_INVALID, Code.REQUIRED, Code.KEY_REUSED),
    *(Code.WINDOW_INVERTED, Code.WINDOWS_OVERLAP, Code.OUTSIDE_SHIFT, Code.DUPLICATE_ID, Code.DIMENSION_MISMATCH),
    *(Code.SELF_PRECEDENCE, Code.PRECEDENCE_CYCLE),
    *(Code.NULL_ISLAND, Code.LIMIT_EXCEEDED, Code.DATETIME_INVALID, Code.TIMEZONE_UNKNOWN, Code.PIN_CONFLICT),
}
"""What a JSON Schema cannot say: what spans fields or records, or needs a calendar."""


@pytest.fixture
def harmless(service: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """The service, whose administrator comes back whatever was done to it with its own token."""
    inner = service.app.wsgi_app

    def healed(environ: Any, start_response: Any) -> Any:
        with service.store.writing() as session:
            user = session.get_one(User, service.users[Role.ADMINISTRATOR])
            user.disabled_at, user.role = None, Role.ADMINISTRATOR
            for token in session.query(Token).where(Token.user_id == user.id, Token.revoked_at.is_not(None)):
                token.revoked_at = None
        return inner(environ, start_response)

    monkeypatch.setattr(service.app, "wsgi_app", healed)
    return service


@pytest.fixture(autouse=True)
def _without_settings_of_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Schemathesis 4.32 hands what its probes would say to a socket on to werkzeug, which knows no such things."""
    send = WSGITransport.send

    def without(self: WSGITransport, case: Any, **options: Any) -> Response:
        for name in ("max_redirects", "verify", "cert", "proxies"):
            options.pop(name, None)
        return send(self, case, **options)

    monkeypatch.setattr(WSGITransport, "send", without)


def config(service: Service) -> SchemathesisConfig:
    checks = ChecksConfig.from_dict(
        {
            "positive_data_acceptance": {"expected-statuses": ACCEPTED},
            "negative_data_rejection": {"expected-statuses": REFUSED},
            "missing_required_header": {"expected-statuses": ["400", "401", "403", "422", "428"]},
        }
    )
    vroom = {
        "include-path": "/api/v1/compat/vroom",
        "checks": {"positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "400"]}},
    }
    project = ProjectConfig(
        operations=OperationsConfig(operations=[OperationConfig.from_dict(vroom)]),
        headers={"Authorization": f"Bearer {service.tokens[Role.ADMINISTRATOR]}"},
        generation=GenerationConfig(max_examples=EXAMPLES, deterministic=True),
        checks=checks,
        phases=PhasesConfig(coverage=CoveragePhaseConfig(enabled=THOROUGH), stateful=StatefulPhaseConfig(enabled=THOROUGH)),
    )
    return SchemathesisConfig(seed=1, projects=ProjectsConfig(default=project))


def failures(scenario: events.ScenarioFinished) -> Iterator[str]:
    """What a scenario has found: failed checks, and refusals of what the schema allows for reasons the schema could give."""
    recorder = scenario.recorder
    for checks in recorder.checks.values():
        for check in checks:
            if check.status is Status.FAILURE and check.failure_info is not None:
                yield f"{recorder.label}: {check.name}: {check.failure_info.failure.message}\n{check.failure_info.code_sample}"
    for name, interaction in recorder.interactions.items():
        meta = recorder.cases[name].value.meta
        if meta is not None and meta.generation.mode.is_positive and interaction.response is not None:
            yield from (f"{recorder.label}: 422 for {finding}" for finding in _unsaid(interaction.response))


def _unsaid(response: Response) -> list[Any]:
    """The findings of a refusal that the schema could have said. Cells of matrices are judged beside each other."""
    found = json.loads(response.content).get("errors", []) if response.status_code == 422 else []
    return [each for each in found if each["code"] not in BEYOND and not each["pointer"].startswith("/travel/matrices/")]


def explored(document: dict[str, Any], app: Flask, settings: SchemathesisConfig) -> tuple[set[str], list[str]]:
    """The operations that were tried, and what was found. Read from its own URL the document would not be tried itself."""
    schema = schemathesis.openapi.from_dict(document, config=settings)
    schema.app = app
    tried, found = set(), []
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            tried |= {case.value.operation.label for case in event.recorder.cases.values()}
            found += failures(event)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.append(str(getattr(event, "info", event)))
    return tried, list(dict.fromkeys(found))


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_every_operation_keeps_to_the_document(harmless: Service) -> None:
    tried, found = explored(harmless.document, harmless.app, config(harmless))
    assert not found, "\n\n".join(found[:20])
    declared = {f"{method.upper()} {path}" for path, methods in harmless.document["paths"].items() for method in methods}
    assert tried == declared
