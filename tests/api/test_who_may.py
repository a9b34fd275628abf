"""Every role over every route: who may ask is asked, who may not is refused, and what is foreign is not there."""

from typing import Any

import pytest

from api.door import Endpoint
from api.examples import EXAMPLES
from api.routes import ENDPOINTS
from dispatch.store.tables import Role
from tests.api.objects import FOREIGN_TO_TERRITORIES, make
from tests.api.service import FOREIGN, OURS, Answer, Service

NAMES = [endpoint.name for endpoint in ENDPOINTS]
PROTECTED = [endpoint for endpoint in ENDPOINTS if endpoint.may]


def asked(service: Service, endpoint: Endpoint, role: Role | None, territory: str) -> Answer:
    """Ask for something of a territory, with a body that could be taken."""
    path = endpoint.rule
    for name, value in make(service, endpoint, territory).items():
        path = path.replace(f"<{name}>", value)
    options: dict[str, Any] = {"version": 1} if endpoint.if_match else {}
    body: Any = None
    for media, record in list(endpoint.takes.items())[:1]:
        body, options["media"] = b"id\n" if record is None else EXAMPLES[record], media
    return service.ask(endpoint.method, "/" + path, body, role=role, **options)


@pytest.mark.parametrize("endpoint", PROTECTED, ids=lambda endpoint: endpoint.name)
def test_only_who_may_ask_is_heard(service: Service, endpoint: Endpoint) -> None:
    for role in (None, *Role):
        answer = asked(service, endpoint, role, OURS)
        if role is None:
            assert (answer.status, answer.code) == (401, "not_signed_in")
        elif role in endpoint.may:
            assert answer.status not in {401, 403, 415}, (role, answer.data)
        else:
            assert (answer.status, answer.code) == (403, "not_allowed"), role


@pytest.mark.parametrize("endpoint", PROTECTED, ids=lambda endpoint: endpoint.name)
def test_what_is_foreign_is_not_there(service: Service, endpoint: Endpoint) -> None:
    names = set(make(service, endpoint, FOREIGN))
    for role in endpoint.may - {Role.ADMINISTRATOR}:
        if names - FOREIGN_TO_TERRITORIES:
            answer = asked(service, endpoint, role, FOREIGN)
            assert (answer.status, answer.code) == (404, "not_found"), (role, answer.data)
    assert names - FOREIGN_TO_TERRITORIES or endpoint.may == {Role.ADMINISTRATOR} or "territory" not in endpoint.rule


def test_nobody_is_anybody_only_where_it_is_meant() -> None:
    assert {endpoint.name for endpoint in ENDPOINTS if not endpoint.may} == {
        *("look_alive", "look_ready", "show_metrics", "show_openapi", "sign_in", "read_calendar"),
        *("open_sign_in", "send_sign_in", "choose_language", "load_asset"),
    }


def test_technicians_reach_only_what_is_theirs() -> None:
    assert {endpoint.name for endpoint in ENDPOINTS if Role.TECHNICIAN in endpoint.may} == {
        *("look_at_session", "sign_out", "look_at_me"),
        *("list_my_jobs", "report_events", "list_my_calendars", "make_my_calendar", "revoke_my_calendar"),
        *("open_home", "send_sign_out", "show_my_jobs", "send_event"),
    }
