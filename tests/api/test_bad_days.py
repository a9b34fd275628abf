"""The bad inputs of the day file through HTTP: the same codes and places, the right status, and nothing is written."""

from datetime import UTC, datetime

import pytest

from api.errors import UNREADABLE
from dispatch.store.tables import Territory
from tests.api.service import Service
from tests.databases import contents
from tests.dispatch.bad_inputs import CASES
from tests.dispatch.days import BASE, changed

LOAD = "/territories/berlin/load"


@pytest.fixture
def berlin(service: Service) -> Service:
    """The service, with a territory that the base payload fits into."""
    with service.store.writing() as session:
        now = datetime(2026, 3, 1, tzinfo=UTC)
        session.add(Territory(id="berlin", timezone="Europe/Berlin", currency="EUR", calendar={}, kinds={}, updated_at=now))
    return service


def test_every_bad_day_is_refused_where_it_stands(berlin: Service) -> None:
    """B to L: one change away from a valid day each."""
    before = contents(berlin.store)
    wrong = []
    for case in CASES:
        answer = berlin.post(LOAD, changed(BASE, (case.path, case.value)), role="administrator")
        if answer.status != UNREADABLE.get(case.code, 422) or (case.code, case.pointer) not in answer.places:
            wrong.append((case.id, answer.status, answer.data[:300]))
    assert wrong == []
    assert contents(berlin.store) == before


def test_the_valid_day_is_taken_in(berlin: Service) -> None:
    answer = berlin.post(LOAD, BASE, role="administrator")
    assert (answer.status, answer.json["records"]["jobs"]["added"]) == (200, len(BASE["jobs"]))


def test_a_day_with_more_jobs_than_may_be_is_refused_soon(berlin: Service) -> None:
    """J01: 100,000 jobs of 54 bytes fit into 8 MiB."""
    jobs = [{"id": str(n), "location": {"lat": 52.5, "lon": 13.4}} for n in range(100_000)]
    answer = berlin.post(LOAD, {**BASE, "jobs": jobs}, role="administrator")
    assert (answer.status, answer.places) == (422, [("too_many_items", "/jobs")])
