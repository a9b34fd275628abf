"""Runs through the API: asked for, followed, cancelled, limited."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api import streams
from dispatch import runs, wire
from dispatch.access import Act, program
from dispatch.settings import Settings
from dispatch.store import Store
from dispatch.store.tables import Alert, AlertKind, Job, Run
from tests.api.conftest import NOON
from tests.api.service import OURS, Service, start

ASK = {"date": "2026-03-03", "seconds": 5}
RUNS = f"/territories/{OURS}/runs"


def asked(service: Service, **changes: Any) -> dict[str, Any]:
    answer = service.post(RUNS, ASK | changes)
    assert answer.status == 202, answer.data
    found: dict[str, Any] = answer.json
    return found


def claimed(service: Service) -> Run:
    with service.store.writing() as session:
        run = runs.claim(Act(session, program("worker"), service.clock.now), "w", lease_s=20)
    assert run is not None
    return run


def told(service: Service, run: Run, *numbers: int) -> None:
    points = [wire.RunProgress(number=n, attempt=1, seconds=n, iterations=n, cost=100 - n, unassigned=0) for n in numbers]
    with service.store.writing() as session:
        runs.beat(Act(session, program("worker"), service.clock.now), run.id, run.fence, lease_s=20, progress=points)


def ended(service: Service, run: Run) -> None:
    with service.store.writing() as session:
        runs.finish(Act(session, program("worker"), service.clock.now), run.id, run.fence, schedule=None)


def events(service: Service, run: str, last: str | None = None) -> Sequence[tuple[str, str, Any]]:
    """Kind, id and data of each event of a stream, until it ends."""
    headers = {} if last is None else {"Last-Event-ID": last}
    answer = service.get(f"/runs/{run}/events", headers=headers)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/event-stream")
    found = []
    for block in answer.data.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append((fields["event"], fields.get("id", ""), json.loads(fields["data"])))
    return found


def test_a_run_is_asked_for_and_looked_at(service: Service) -> None:
    answer = service.post(RUNS, ASK)
    assert answer.status == 202
    assert answer.headers["Location"] == f"/api/v1/runs/{answer.json['id']}"
    assert service.get(f"/runs/{answer.json['id']}", role="reader").json == answer.json
    assert answer.json["state"] == "queued"


def test_a_retry_asks_once(service: Service) -> None:
    first, second = (service.post(RUNS, ASK, key="same") for _ in range(2))
    assert first.json == second.json
    assert len(service.get(RUNS).json["items"]) == 1


def test_runs_are_listed_the_newest_first_and_by_state(service: Service) -> None:
    names = []
    for minutes in range(3):
        service.clock.now = NOON + timedelta(minutes=minutes)
        names.append(asked(service)["id"])
    assert [run["id"] for run in service.get(RUNS).json["items"]] == names[::-1]
    page = service.get(RUNS + "?limit=2").json
    assert [run["id"] for run in service.get(f"{RUNS}?limit=2&cursor={page['next']}").json["items"]] == names[:1]
    claimed(service)
    assert [run["id"] for run in service.get(RUNS + "?state=running").json["items"]] == names[:1]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"seconds": 0}, ("out_of_range", "/seconds")),
        ({"seconds": -1}, ("out_of_range", "/seconds")),
        ({"seconds": 1e9}, ("out_of_range", "/seconds")),
        ({"seconds": 0.0001}, ("out_of_range", "/seconds")),
        ({"seconds": "5"}, ("wrong_type", "/seconds")),
        ({"seconds": None}, ("wrong_type", "/seconds")),
        ({"iterations": 0}, ("out_of_range", "/iterations")),
        ({"seed": -1}, ("out_of_range", "/seed")),
        ({"start": "last"}, ("unknown_value", "/start")),
        ({"strategy": "fast"}, ("unknown_field", "/strategy")),
        ({"date": "2026-02-30"}, ("datetime_invalid", "/date")),
        ({"policy": {"name": "winter"}}, ("unknown_reference", "/policy/name")),
        ({"scope": {"technicians": []}}, ("required", "/scope/technicians")),
        ({"scope": {"technicians": ["t9"]}}, ("unknown_reference", "/scope/technicians/0")),
        ({"overrides": {"late_fixed": -1}}, ("out_of_range", "/overrides/late_fixed")),
    ],
)
def test_what_cannot_be_asked_for_is_refused_by_place(service: Service, changes: dict[str, Any], place: tuple[str, str]) -> None:
    answer = service.post(RUNS, ASK | changes)
    assert (answer.status, answer.places) == (422, [place])
    assert service.get(RUNS).json["items"] == []


def test_a_job_that_cannot_be_planned_refuses_the_run_or_is_skipped(service: Service) -> None:
    """A job without a place."""
    with service.store.writing() as session:
        session.add(Job(territory_id=OURS, id="nowhere", body={"duration_min": 30}, updated_at=NOON))
    answer = service.post(RUNS, ASK)
    assert answer.status == 422
    assert {pointer for _, pointer in answer.places} == {"/jobs/nowhere/location"}
    assert service.post(RUNS, ASK | {"on_invalid": "skip"}).status == 202


def test_the_eleventh_run_of_a_caller_is_429_and_says_when_to_try_again(service: Service) -> None:
    for _ in range(10):
        asked(service)
    answer = service.post(RUNS, ASK)
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_more_than_all_together_may_have_is_503(store: Store) -> None:
    service = start(store, Settings(queued_in_all=2, requests_per_s=1e6), NOON)
    for _ in range(2):
        asked(service)
    answer = service.post(RUNS, ASK)
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_cancel_is_202_before_and_during_409_after_and_twice_is_once(service: Service) -> None:
    before = asked(service)["id"]
    for _ in range(2):
        answer = service.post(f"/runs/{before}/cancel")
        assert (answer.status, answer.json["state"]) == (202, "cancelled")
    during = asked(service)["id"]
    run = claimed(service)
    for _ in range(2):
        answer = service.post(f"/runs/{during}/cancel")
        assert (answer.status, answer.json["state"], answer.json["cancel_asked"]) == (202, "running", True)
    ended(service, run)
    answer = service.post(f"/runs/{during}/cancel")
    assert (answer.status, answer.code) == (409, "run_over")


def test_a_run_is_followed_to_its_end(service: Service) -> None:
    name = asked(service)["id"]
    run = claimed(service)
    told(service, run, 1, 2)
    ended(service, run)
    found = events(service, name)
    assert [(kind, number) for kind, number, _ in found] == [("progress", "1"), ("progress", "2"), ("state", "")]
    assert [data["cost"] for kind, _, data in found if kind == "progress"] == [99, 98]
    assert (found[-1][2]["state"], found[-1][2]["progress"]) == ("done", [])


def test_who_comes_back_is_told_what_they_have_missed(service: Service) -> None:
    name = asked(service)["id"]
    run = claimed(service)
    told(service, run, 1, 2, 3)
    assert [number for kind, number, _ in events(service, name, "2") if kind == "progress"] == ["3"]
    assert [number for kind, number, _ in events(service, name, "nonsense") if kind == "progress"] == ["1", "2", "3"]


def test_a_stream_ends_after_a_while_and_holds_no_place(service: Service) -> None:
    name = asked(service)["id"]
    for _ in range(2 * streams.MOST):
        assert [data["state"] for _, _, data in events(service, name)] == ["queued"]


def test_more_streams_than_there_are_places_are_503(service: Service) -> None:
    name = asked(service)["id"]
    client = service.app.test_client()
    headers = {"Authorization": f"Bearer {service.tokens['dispatcher']}"}
    opened = [client.get(f"/api/v1/runs/{name}/events", headers=headers, buffered=False) for _ in range(streams.MOST)]
    answer = service.get(f"/runs/{name}/events")
    assert answer.status == 503
    for response in opened:
        response.close()
    assert service.get(f"/runs/{name}/events").status == 200


def test_alerts_are_listed(service: Service) -> None:
    with service.store.writing() as session:
        for over in (None, NOON):
            session.add(
                Alert(territory_id=OURS, kind=AlertKind.SLA_BROKEN, subject=f"j{over}", since=NOON, over_at=over, message="late")
            )
    found = service.get(f"/territories/{OURS}/alerts", role="reader").json["items"]
    assert [(alert["kind"], alert["message"]) for alert in found] == [("sla_broken", "late")]
    assert len(service.get(f"/territories/{OURS}/alerts?also_over=true", role="reader").json["items"]) == 2


def test_five_hundred_requests_are_let_in_or_answered_when_to_try_again(store: Store) -> None:
    """10 of one caller may: 10 are 202, 490 are 429, none is anything else."""
    service = start(store, replace(Settings(), requests_per_s=1e6), NOON)
    statuses = [service.post(RUNS, ASK).status for _ in range(500)]
    assert (statuses.count(202), statuses.count(429)) == (10, 490)
