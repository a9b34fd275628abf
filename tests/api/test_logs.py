"""The log says what happened, and nothing about anybody."""

import json
import logging
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from api import logs
from dispatch.store import Store
from dispatch.store.tables import User
from tests.api.service import Service

CANARY = "Canary-7f3a"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    """What has been logged so far, as it is written."""
    caplog.set_level(logging.DEBUG)
    return lambda: [logs.Lines().format(record) for record in caplog.records]


def test_a_request_is_a_line_with_its_route_and_caller(service: Service, lines: Any) -> None:
    answer = service.get(f"/users/{CANARY}", role="administrator")
    line = json.loads(lines()[-1])
    expected = {"event": "request", "method": "GET", "route": "/api/v1/users/{user}", "status": 404}
    assert {key: line[key] for key in expected} == expected
    assert (line["caller"], line["request"]) == (service.users["administrator"], answer.json["request"])  # type: ignore[index]
    assert answer.headers["X-Request-Id"] == line["request"]


def test_nobody_who_is_sent_is_in_the_log(service: Service, lines: Any) -> None:
    service.post("/users", {"name": CANARY, "role": "reader", "password": CANARY * 2}, role="administrator")
    service.post("/users", {"name": CANARY, "role": CANARY}, role="administrator")
    service.post("/session", {"name": CANARY, "password": CANARY}, role=None)
    service.get(f"/users/{CANARY}?{CANARY}={CANARY}", role="administrator", headers={"X-Name": CANARY})
    assert len(lines()) >= 4
    assert not [line for line in lines() if CANARY in line]


def test_a_defect_is_answered_and_logged_without_what_it_quotes(
    service: Service, lines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError(f"cannot make a number of {CANARY}")

    service.app.testing = False
    monkeypatch.setattr("dispatch.users.find", fail)
    answer = service.get("/me")
    assert (answer.status, answer.code) == (500, "internal")
    assert CANARY not in answer.data.decode()
    line = next(json.loads(line) for line in lines() if "defect" in line)
    assert (line["error"], line["request"]) == ("ValueError", answer.json["request"])
    assert line["where"][-1].endswith(" fail")
    assert not [each for each in lines() if CANARY in each]


def test_an_error_of_the_database_does_not_quote_what_was_written(store: Store) -> None:
    def write(session: Session) -> None:
        session.execute(select(User).where(User.name == CANARY, User.id == object()))

    with pytest.raises(SQLAlchemyError) as refused, store.writing() as session:
        write(session)
    assert CANARY not in str(refused.value)
