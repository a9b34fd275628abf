"""The phones of two technicians, who have a published day before them."""

from collections.abc import Mapping
from typing import Any

from dispatch import sessions, users, wire
from dispatch.access import Act, program
from dispatch.settings import Settings
from dispatch.store import Store
from tests.api.service import Answer, Service, start
from tests.dispatch.progress.world import ADA, BO, MORNING, TERRITORY, publish


class Phones:
    """A service with a published day, and the phones of Ada and Bo."""

    def __init__(self, service: Service, tokens: Mapping[str, str]) -> None:
        self.service, self.tokens = service, tokens

    def ask(self, method: str, path: str, body: Any = None, *, who: str = ADA, **options: Any) -> Answer:
        """Ask as a technician."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}", **options.pop("headers", {})}
        return self.service.ask(method, path, body, role=None, headers=headers, **options)

    def report(self, *events: dict[str, Any], who: str = ADA, **options: Any) -> list[dict[str, Any]]:
        answer = self.ask("POST", "/me/events", {"events": list(events)}, who=who, **options)
        assert answer.status == 200, answer.data
        found: list[dict[str, Any]] = answer.json["outcomes"]
        return found

    def jobs(self, who: str = ADA) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("GET", "/me/jobs?date=2026-03-02", who=who).json["jobs"]
        return found


def switched_on(store: Store) -> Phones:
    """The phones, on an empty database."""
    service = start(store, Settings(requests_per_s=1e6, strangers_per_min=1e6), MORNING)
    publish(store)
    with store.writing() as session:
        act = Act(session, program("test"), MORNING)
        tokens = {}
        for name in (ADA, BO):
            technician = wire.TechnicianId(territory=TERRITORY, id=name)
            user = users.create(act, wire.NewUser(name=name, role="technician", technician=technician))
            tokens[name] = sessions.make_token(act, user, wire.NewToken(name="phone"))[1]
    return Phones(service, tokens)
