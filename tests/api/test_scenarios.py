"""What-ifs over HTTP: a planner asks and compares, a dispatcher decides."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import solver
from dispatch import runs, solves
from dispatch.access import Act, program
from dispatch.settings import Settings
from dispatch.solving import Solving
from dispatch.store.tables import Role
from dispatch.wire.solving import Said
from tests.api import drafts
from tests.api.service import FOREIGN, OURS, Service

ASK = {"date": "2026-03-03", "iterations": 100, "changes": [{"technician_absent": {"technician": "t1"}}]}


def loaded(service: Service) -> None:
    with service.store.writing() as session:
        drafts.load(Act(session, program("test"), service.clock.now), OURS)


def asked(service: Service, role: Role = Role.PLANNER, **more: Any) -> Mapping[str, Any]:
    """A new what-if, as it is answered."""
    answer = service.post(f"/territories/{OURS}/scenarios", ASK | more, role=role)
    assert answer.status == 202, answer.data
    found: Mapping[str, Any] = answer.json
    assert answer.headers["Location"] == f"/api/v1/scenarios/{found['id']}"
    return found


def work(service: Service) -> None:
    """See every run through, in this process."""
    settings = Settings(threads=1)
    for minute in range(20):
        now = service.clock.now + timedelta(minutes=minute)
        with service.store.writing() as session:
            act = Act(session, program("worker"), now)
            run = runs.claim(act, "w", lease_s=600)
            if run is None:
                return
            basis = solves.prepare(act, run, settings)
        said: list[Said] = []
        Solving(settings, said.append, solver.Cancelled()).answer(basis.task)
        with service.store.writing() as session:
            act = Act(session, program("worker"), now)
            ended = runs.finish(act, run.id, run.fence, schedule=None)
            assert said[-1].plan is not None
            ended.schedule_id = solves.keep(act, ended, basis, said[-1].plan)


def test_a_planner_asks_and_compares_and_a_dispatcher_decides(service: Service) -> None:
    loaded(service)
    one = asked(service)
    path = f"/scenarios/{one['id']}"
    assert service.get(path + "/comparison", role=Role.PLANNER).code == "scenario_unfinished"
    work(service)
    found = service.get(path + "/comparison", role=Role.PLANNER).json
    assert {each["name"]: each["difference"] for each in found["figures"]}["served"] == -1
    assert [each["job"] for each in found["dropped"]] == ["j1"]
    assert service.post(path + "/adopt", {}, role=Role.PLANNER, version=1).code == "not_allowed"
    adopted = service.post(path + "/adopt", {}, version=1)
    assert (adopted.status, adopted.headers["Location"]) == (202, f"/api/v1/runs/{adopted.json['run']}")
    assert service.post(path + "/discard", version=adopted.json["scenario"]["version"]).code == "scenario_over"
    work(service)
    draft = service.get(f"/runs/{adopted.json['run']}").json["schedule"]
    version = service.get(f"/schedules/{draft}").json["version"]
    assert service.post(f"/schedules/{draft}/publish", {}, version=version).status == 200


def test_a_planner_throws_away_and_finds_what_was_asked(service: Service) -> None:
    loaded(service)
    one, two = asked(service), asked(service, name="Again")
    assert service.post(f"/scenarios/{one['id']}/discard", version=7, role=Role.PLANNER).code == "version_mismatch"
    gone = service.post(f"/scenarios/{one['id']}/discard", version=1, role=Role.PLANNER)
    assert gone.json["state"] == "discarded"
    assert service.get(f"/runs/{one['run']}").json["state"] == "cancelled"
    listed = [service.get(f"/territories/{OURS}/scenarios{query}").json["items"] for query in ("", "?state=open")]
    assert [{each["id"] for each in items} for items in listed] == [{one["id"], two["id"]}, {two["id"]}]


def test_what_is_foreign_is_not_there(service: Service) -> None:
    assert service.post(f"/territories/{FOREIGN}/scenarios", ASK, role=Role.PLANNER).status == 404


def test_what_a_change_cannot_say_is_found_at_its_place(service: Service) -> None:
    loaded(service)
    changes = [{"jobs_dropped": ["j9"]}, {}, {"skill_added": {"technician": "t1", "skill": "gas", "level": 0}}]
    answer = service.post(f"/territories/{OURS}/scenarios", ASK | {"changes": changes[:2]})
    assert (answer.status, answer.places) == (422, [("unknown_reference", "/changes/0/jobs_dropped/0"), ("required", "/changes/1")])
    answer = service.post(f"/territories/{OURS}/scenarios", ASK | {"changes": changes[2:]})
    assert answer.places == [("out_of_range", "/changes/0/skill_added/level")]
