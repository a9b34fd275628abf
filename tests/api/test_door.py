"""The door: what every request and answer has in common."""

import json

import pytest

from tests.api.service import Service


def test_the_process_says_that_it_lives(service: Service) -> None:
    answer = service.get("//healthz", role=None)
    assert (answer.status, answer.json) == (200, {"status": "ok"})


def test_the_service_is_ready_once_its_tables_are_there(service: Service) -> None:
    assert service.get("//readyz", role=None).status == 200
    with service.store.writing() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
    answer = service.get("//readyz", role=None)
    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (503, "busy", "10")


def test_a_token_says_who_asks(service: Service) -> None:
    assert service.get("/me").json["name"] == "dispatcher"
    assert service.get("/me", role="technician").json["technician"] == {"territory": "seoul", "id": "t1"}


def test_nobody_is_told_anything(service: Service) -> None:
    answer = service.get("/me", role=None)
    assert (answer.status, answer.code, answer.headers["WWW-Authenticate"]) == (401, "not_signed_in", "Bearer")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("PUT", "/me", 405), ("OPTIONS", "/me", 405), ("GET", "//nothing", 404), ("GET", "/me/", 404)],
)
def test_what_the_framework_refuses_is_a_problem_document_too(service: Service, method: str, path: str, status: int) -> None:
    answer = service.ask(method, path)
    assert (answer.status, answer.json["status"], answer.headers["Content-Type"]) == (status, status, "application/problem+json")


def test_every_answer_says_what_browsers_may_do_with_it(service: Service) -> None:
    for path in ("/me", "/nothing"):
        headers = service.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_series_of_metrics_are_those_of_routes_not_of_paths(service: Service) -> None:
    service.get("/users/no-such-user", role="administrator")
    text = service.get("//metrics", role=None).data.decode()
    assert 'dispatch_requests_total{method="GET",route="/api/v1/users/{user}",status="404"} 1.0' in text
    assert "no-such-user" not in text


def test_the_metrics_say_how_many_runs_wait(service: Service) -> None:
    assert 'dispatch_runs{state="queued"} 0.0' in service.get("//metrics", role=None).data.decode()
    service.post("/territories/seoul/runs", {"date": "2026-03-03"})
    assert 'dispatch_runs{state="queued"} 1.0' in service.get("//metrics", role=None).data.decode()


def test_the_document_is_json_and_names_every_path(service: Service) -> None:
    document = json.loads(service.get("/openapi.json", role=None).data)
    assert "/api/v1/me" in document["paths"]
