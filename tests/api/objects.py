"""Something for every parameter of a path, in a territory: what the walk over roles and routes asks for."""

import re
from collections.abc import Callable, Mapping

from api.door import Endpoint
from api.examples import EXAMPLES
from dispatch import policies, progress, records, runs, scenarios, sessions, users, wire
from dispatch.access import Act, program
from dispatch.store.tables import Role, User
from tests.api import drafts
from tests.api.service import OURS, Service

Maker = Callable[[Act, str], str]


def _reader(act: Act, _: str) -> str:
    return users.named(act.session, "reader").id


def _token(act: Act, _: str) -> str:
    """A new token of the reader, that nobody uses."""
    return sessions.make_token(act, users.named(act.session, "reader"), wire.NewToken(name="spare"))[0].id


def _feed(act: Act, territory: str) -> str:
    """A calendar feed of the territory's technician."""
    user = users.named(act.session, "technician") if territory == OURS else _phone_of(act, territory)
    return progress.make_feed(Act(act.session, users.caller(user), act.now))[0].id


def _phone_of(act: Act, territory: str) -> User:
    who = wire.TechnicianId(territory=territory, id="t1")
    known = [user for user in users.listed(act, 500).items if user.territory_id == territory]
    return (
        known[0] if known else users.create(act, wire.NewUser(name=f"t1-{territory}", role=Role.TECHNICIAN.value, technician=who))
    )


def _run(act: Act, territory: str) -> str:
    """A new run, which nobody takes."""
    ask = wire.read_record(wire.RunRequest, EXAMPLES[wire.RunRequest])
    return runs.request(act, territory, ask, limits=runs.Limits(10**6, 10**6)).id


def _schedule(act: Act, territory: str) -> str:
    """A draft for a day of three jobs."""
    drafts.load(act, territory)
    return drafts.draft(act, territory)


def _scenario(act: Act, territory: str) -> str:
    """A new what-if, which nobody plans."""
    ask = wire.NewScenario.model_validate({"date": "2026-03-03"})
    return scenarios.request(act, territory, ask, limits=runs.Limits(10**6, 10**6)).id


def _policy(act: Act, territory: str) -> str:
    """A first version of a policy, or one more."""
    return policies.create(act, territory, wire.read_record(wire.NewPolicy, EXAMPLES[wire.NewPolicy])).name


def _record(name: str) -> Maker:
    """Makes the example of a kind, and those it refers to, unless they are there."""

    def make(act: Act, territory: str) -> str:
        for kind in map(records.KINDS.__getitem__, (*_BEFORE.get(name, ()), name)):
            example = EXAMPLES[kind.new]
            if act.session.get(kind.table, (territory, example["id"])) is None:
                records.create(act, kind, territory, wire.read_record(kind.new, example))
                act.session.flush()
        return str(EXAMPLES[records.KINDS[name].new]["id"])

    return make


_BEFORE: Mapping[str, tuple[str, ...]] = {
    "sites": ("customers",),
    "assets": ("customers", "sites"),
    "meters": ("customers", "sites", "assets"),
    "shifts": ("parts", "technicians"),
    "absences": ("parts", "technicians"),
    "jobs": ("customers", "sites"),
    "upkeeps": ("customers", "sites", "assets"),
}

MAKERS: Mapping[str, Maker] = {
    "territory": lambda _, territory: territory,
    "user": _reader,
    "token": _token,
    "feed": _feed,
    "run": _run,
    "policy": _policy,
    "number": lambda _, __: "1",
    "schedule": _schedule,
    "scenario": _scenario,
    "other": _schedule,
    **{kind.one: _record(name) for name, kind in records.KINDS.items() if name != "territories"},
    "technician": lambda _, __: "t1",
}
"""By the name of the parameter; a route with another one fails the walk until it is listed here."""

FOREIGN_TO_TERRITORIES = frozenset({"user", "token"})
"""Parameters of what belongs to no territory: administrators only."""


def make(service: Service, endpoint: Endpoint, territory: str) -> dict[str, str]:
    """A value for every parameter of an endpoint's path."""
    with service.store.writing() as session:
        act = Act(session, program("test"), service.clock.now)
        return {name: MAKERS[name](act, territory) for name in re.findall(r"<(\w+)>", endpoint.rule)}
