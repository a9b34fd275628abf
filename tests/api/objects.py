"""Something for every parameter of a path, in a territory: what the walk over roles and routes asks for."""

import re
import secrets
from collections.abc import Callable, Mapping

from api.door import Endpoint
from dispatch import runs, scenarios, wire
from dispatch.access import Act, Caller, program
from dispatch.store.tables import Role, Token
from tests.api import drafts
from tests.api.service import Service

Maker = Callable[[Service, str], str]


def _token(service: Service, territory: str) -> str:
    """A new token of the reader, that nobody uses."""
    with service.store.writing() as session:
        secret = secrets.token_hex(8)
        token = Token(user_id=service.users[Role.READER], name="spare", hash=secret, created_at=service.clock.now)
        session.add(token)
        session.flush()
        return token.id


def _run(service: Service, territory: str) -> str:
    """A new run, which nobody takes."""
    with service.store.writing() as session:
        asker = Caller(secrets.token_hex(8), Role.DISPATCHER, None)
        ask = wire.RunRequest.model_validate({"date": "2026-03-03"})
        return runs.request(Act(session, asker, service.clock.now), territory, ask).id


def _schedule(service: Service, territory: str) -> str:
    """A draft for a day of three jobs."""
    with service.store.writing() as session:
        act = Act(session, program("test"), service.clock.now)
        drafts.load(act, territory)
        return drafts.draft(act, territory)


def _scenario(service: Service, territory: str) -> str:
    """A new what-if, which nobody plans."""
    with service.store.writing() as session:
        act = Act(session, Caller(secrets.token_hex(8), Role.PLANNER, None), service.clock.now)
        return scenarios.request(act, territory, wire.NewScenario.model_validate({"date": "2026-03-03"})).id


MAKERS: Mapping[str, Maker] = {
    "territory": lambda _, territory: territory,
    "user": lambda service, _: service.users[Role.READER],
    "token": _token,
    "run": _run,
    "schedule": _schedule,
    "scenario": _scenario,
    "other": _schedule,
    "technician": lambda _, __: "t1",
}
"""By the name of the parameter; a route with another one fails the walk until it is listed here."""

FOREIGN_TO_TERRITORIES = frozenset({"user", "token"})
"""Parameters of what belongs to no territory: administrators only."""


def make(service: Service, endpoint: Endpoint, territory: str) -> dict[str, str]:
    """A value for every parameter of an endpoint's path."""
    return {name: MAKERS[name](service, territory) for name in re.findall(r"<(\w+)>", endpoint.rule)}
