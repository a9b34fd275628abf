"""Something for every parameter of a path, in a territory: what the walk over roles and routes asks for."""

import re
import secrets
from collections.abc import Callable, Mapping

from api.door import Endpoint
from api.examples import EXAMPLES
from dispatch import progress, records, runs, sessions, users, wire
from dispatch.access import Act, Caller, program
from dispatch.store.tables import Role
from tests.api.service import Service

Maker = Callable[[Act, str], str]


def _token(act: Act, _: str) -> str:
    """A new token of the reader, that nobody uses."""
    return sessions.make_token(act, users.named(act.session, "reader"), wire.NewToken(name="spare"))[0].id


def _reader(act: Act, _: str) -> str:
    return users.named(act.session, "reader").id


def _feed(act: Act, territory: str) -> str:
    """A calendar of the technician of the territory."""
    technician = Caller("phone", Role.TECHNICIAN, frozenset({territory}), (territory, "t1"))
    return progress.make_feed(Act(act.session, technician, act.now))[0].id


def _run(act: Act, territory: str) -> str:
    ask = wire.read_record(wire.RunRequest, EXAMPLES[wire.RunRequest])
    return runs.request(act, territory, ask, limits=runs.Limits(10**6, 10**6)).id


def _record(name: str) -> Maker:
    """Makes a record of a kind, and those it refers to."""

    def make(act: Act, territory: str) -> str:
        for kind in (*_BEFORE.get(name, ()), name):
            example = EXAMPLES[records.KINDS[kind].new]
            row = act.session.get(records.KINDS[kind].table, (territory, example["id"]))
            if row is None or kind == name:
                fresh = example if row is None else example | {"id": f"{example['id']}-{secrets.token_hex(4)}"}
                row = records.create(act, records.KINDS[kind], territory, wire.read_record(records.KINDS[kind].new, fresh))
                act.session.flush()
        return str(row.id)

    return make


_BEFORE: Mapping[str, tuple[str, ...]] = {
    "sites": ("customers",),
    "assets": ("customers", "sites"),
    "technicians": ("parts",),
    "shifts": ("parts", "technicians"),
    "absences": ("parts", "technicians"),
    "jobs": ("customers", "sites"),
}

MAKERS: Mapping[str, Maker] = {
    "territory": lambda _, territory: territory,
    "user": _reader,
    "token": _token,
    "feed": _feed,
    "run": _run,
    **{kind.one: _record(name) for name, kind in records.KINDS.items() if name != "territories"},
}
"""By the name of the parameter; a route with another one fails the walk until it is listed here."""

FOREIGN_TO_TERRITORIES = frozenset({"user", "token"})
"""Parameters of what belongs to no territory: administrators only."""


def make(service: Service, endpoint: Endpoint, territory: str) -> dict[str, str]:
    """A value for every parameter of an endpoint's path."""
    with service.store.writing() as session:
        act = Act(session, program("test"), service.clock.now)
        return {name: MAKERS[name](act, territory) for name in re.findall(r"<(\w+)>", endpoint.rule)}
