"""Retrying is safe: the same request with the same `Idempotency-Key` is done once, and answered the same."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from dispatch import retries
from dispatch.access import Act, program
from dispatch.errors import Conflict
from dispatch.store.tables import User
from tests.api.service import Service
from tests.databases import SERVER

NEW: dict[str, Any] = {"name": "kim", "role": "reader", "territories": ["seoul"]}


def users(service: Service) -> int:
    with service.store.reading() as session:
        return session.scalar(select(func.count()).select_from(User)) or 0


def test_a_retry_does_nothing_and_is_answered_the_same(service: Service) -> None:
    first, again = (service.post("/users", NEW, role="administrator", key="one") for _ in range(2))
    assert (again.status, again.data, again.headers["ETag"]) == (201, first.data, first.headers["ETag"])
    assert again.headers["Location"] == first.headers["Location"] == f"/api/v1/users/{first.json['id']}"
    assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (False, "true")


def test_a_key_that_was_used_for_another_request_is_refused(service: Service) -> None:
    service.post("/users", NEW, role="administrator", key="one")
    other = service.post("/users", NEW | {"name": "lee"}, role="administrator", key="one")
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    elsewhere = service.post(f"/users/{service.users['reader']}/tokens", {"name": "x"}, role="administrator", key="one")  # type: ignore[index]
    assert (elsewhere.status, elsewhere.code) == (422, "idempotency_key_reused")


def test_two_callers_may_use_the_same_key(service: Service) -> None:
    made = service.post("/users", NEW | {"role": "administrator", "territories": []}, role="administrator", key="one").json
    token = service.post(f"/users/{made['id']}/tokens", {"name": "x"}, role="administrator").json["secret"]
    second = service.post("/users", NEW | {"name": "lee"}, role=None, key="one", headers={"Authorization": f"Bearer {token}"})
    assert second.status == 201


def test_what_was_refused_is_not_kept(service: Service) -> None:
    refused = service.post("/users", NEW | {"territories": ["nowhere"]}, role="administrator", key="one")
    assert refused.status == 422
    assert service.post("/users", NEW, role="administrator", key="one").status == 201


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "idempotency_key_missing"),
        ("k" * 256, "idempotency_key_invalid"),
        ("schlüssel", "idempotency_key_invalid"),
        ("tab\there", "idempotency_key_invalid"),
    ],
)
def test_a_key_that_cannot_be_one_is_refused(service: Service, key: str | None, code: str) -> None:
    answer = service.post("/users", NEW, role="administrator", key=key)
    assert (answer.status, answer.code) == (400, code)


def test_an_empty_key_is_refused(service: Service) -> None:
    answer = service.post("/users", NEW, role="administrator", key=None, headers={"Idempotency-Key": ""})
    assert (answer.status, answer.code) == (400, "idempotency_key_invalid")


def test_racing_retries_have_one_effect_and_one_answer(service: Service) -> None:
    """10 keys, each sent 10 times at once: 10 users more, each answered the same 10 times."""
    before = users(service)

    def send(number: int) -> tuple[int, int, bytes]:
        answer = service.post("/users", NEW | {"name": f"u{number % 10}"}, role="administrator", key=f"key {number % 10}")
        return number % 10, answer.status, answer.data

    with ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(send, range(100)))
    assert users(service) == before + 10
    assert sorted(answers.values()) == [10] * 10
    assert {status for _, status, _ in answers} == {201}


@pytest.mark.skipif(not SERVER, reason="SQLite has one lock for all who write: whoever waits for it in vain is answered 503")
def test_whoever_waits_for_the_first_one_in_vain_is_told_so(service: Service) -> None:
    def act(session: Any) -> Act:
        return Act(session, program("test"), service.clock.now)

    with service.store.writing() as first, service.store.writing() as second:
        assert retries.claim(act(first), "key", "request") is None
        second.connection().exec_driver_sql("SET lock_timeout = 50")
        with pytest.raises(Conflict) as refused:
            retries.claim(act(second), "key", "request")
        second.rollback()
    assert refused.value.code == "idempotency_key_in_flight"
