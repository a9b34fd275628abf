"""Whoever asks too often is asked to wait; others do not notice."""

from datetime import timedelta

import pytest

from api.limits import MOST_BUCKETS, Buckets
from dispatch.errors import TooMany
from dispatch.settings import Settings
from tests.api.service import Service


def test_a_bucket_empties_at_once_and_fills_steadily() -> None:
    """Two a second, four at once: at 0 s four go and the fifth waits half a second."""
    buckets = Buckets(2, 4)
    for _ in range(4):
        buckets.take("a", 0.0)
    with pytest.raises(TooMany) as refused:
        buckets.take("a", 0.0)
    assert refused.value.retry_after == 1
    buckets.take("b", 0.0)
    buckets.take("a", 0.5)
    with pytest.raises(TooMany):
        buckets.take("a", 0.9)


def test_callers_without_end_take_no_memory_without_end() -> None:
    buckets = Buckets(1, 1)
    for number in range(2 * MOST_BUCKETS):
        buckets.take(str(number), 0.0)
    assert len(buckets._levels) == MOST_BUCKETS


class TestOfTheService:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(requests_per_s=2, strangers_per_min=3)

    def test_a_caller_who_asks_too_often_is_told_when_to_come_again(self, service: Service) -> None:
        """Two a second means ten at once."""
        assert [service.get("/me").status for _ in range(11)] == [200] * 10 + [429]
        answer = service.get("/me")
        assert (answer.code, answer.headers["Retry-After"]) == ("too_many_requests", "1")
        assert service.get("/me", role="reader").status == 200
        service.clock.now += timedelta(seconds=1)
        assert [service.get("/me").status for _ in range(3)] == [200, 200, 429]

    def test_passwords_and_tokens_cannot_be_tried_out(self, service: Service) -> None:
        wrong = {"name": "dispatcher", "password": "wrong"}
        tried = [service.post("/session", wrong, role=None).status for _ in range(2)]
        tried += [service.get("/me", role=None).status for _ in range(2)]
        assert tried == [401, 401, 401, 429]
        assert service.get("/me").status == 200

    def test_machines_that_look_after_the_service_are_not_limited(self, service: Service) -> None:
        assert {service.get("//healthz", role=None).status for _ in range(20)} == {200}


class TestBehindAProxy:
    WRONG = {"name": "dispatcher", "password": "wrong"}  # noqa: RUF012

    def tried(self, service: Service, *addresses: str) -> list[int]:
        sent = [{"X-Forwarded-For": address} for address in addresses]
        return [service.post("/session", self.WRONG, role=None, headers=each).status for each in sent]

    @pytest.fixture
    def settings(self, request: pytest.FixtureRequest) -> Settings:
        return Settings(strangers_per_min=1, behind_proxy=request.param)

    @pytest.mark.parametrize("settings", [True], indirect=True)
    def test_the_limit_is_that_of_the_address_the_proxy_names(self, service: Service) -> None:
        """What a client writes before the proxy does is not believed: the last address counts."""
        assert self.tried(service, "192.0.2.1", "192.0.2.2", "192.0.2.9, 192.0.2.1") == [401, 401, 429]

    @pytest.mark.parametrize("settings", [False], indirect=True)
    def test_without_one_nobody_makes_up_an_address(self, service: Service) -> None:
        assert self.tried(service, "192.0.2.1", "192.0.2.2") == [401, 429]
