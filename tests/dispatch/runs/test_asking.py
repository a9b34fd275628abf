"""Callers ask for runs within their limits, see their own territories' only, and cancel them whenever they like."""

from datetime import UTC, date, datetime
from threading import Thread

import pytest

from dispatch import runs, wire
from dispatch.errors import Busy, Code, Conflict, InputError, NotFound, TooMany
from dispatch.store import Store
from dispatch.store.tables import Policy, Run, RunKind, RunState, Technician
from tests.dispatch.runs.queues import NOON, TOMORROW, acting, caller, claimed, now, queued, settle, taken, working


def ask(**fields: object) -> wire.RunRequest:
    return wire.RunRequest.model_validate({"date": "2026-03-03"} | fields)


def refused(store: Store, request: wire.RunRequest) -> list[tuple[str, str]]:
    """Pointer and code of each finding for which a request is refused."""
    with pytest.raises(InputError) as caught, acting(store) as act:
        runs.request(act, "seoul", request)
    return [(finding.pointer, finding.code) for finding in caught.value.findings]


def test_a_date_is_a_local_day_from_midnight_to_midnight(store: Store) -> None:
    """The clocks of Berlin are set forward on 29 March 2026: that day has 23 hours."""
    settle(store, "berlin", timezone="Europe/Berlin")
    with acting(store, caller("ann", "berlin")) as act:
        run = runs.request(act, "berlin", ask(date="2026-03-29"))
    assert run.horizon_start == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert run.horizon_end == datetime(2026, 3, 29, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("horizon", "found"),
    [
        (("2026-03-03T00:00:00Z", "2026-03-03T00:00:00Z"), ("/horizon/end", Code.WINDOW_INVERTED)),
        (("2026-03-03T00:00:00Z", "2026-03-02T00:00:00Z"), ("/horizon/end", Code.WINDOW_INVERTED)),
        (("2026-03-03T00:00:00Z", "2026-03-18T00:00:00Z"), ("/horizon/end", Code.LIMIT_EXCEEDED)),
    ],
)
def test_a_horizon_ends_after_it_starts_and_within_a_fortnight(
    store: Store, horizon: tuple[str, str], found: tuple[str, str]
) -> None:
    settle(store)
    wanted = wire.RunRequest.model_validate({"horizon": {"start": horizon[0], "end": horizon[1]}})
    assert refused(store, wanted) == [found]


def test_a_run_has_either_a_date_or_a_horizon(store: Store) -> None:
    settle(store)
    assert refused(store, wire.RunRequest()) == [("/horizon", Code.REQUIRED)]
    both = {"start": "2026-03-03T00:00:00Z", "end": "2026-03-04T00:00:00Z"}
    assert refused(store, ask(horizon=both)) == [("/horizon", Code.CONFLICT)]


def test_a_run_keeps_the_version_of_the_policy_it_was_asked_under(store: Store) -> None:
    settle(store, policy="winter")
    with store.writing() as session:
        for number in (1, 2):
            session.add(Policy(territory_id="seoul", name="winter", number=number, body={}, created_at=NOON, created_by="ann"))
    with acting(store) as act:
        newest = runs.request(act, "seoul", TOMORROW)
        older = runs.request(act, "seoul", ask(policy={"name": "winter", "number": 1}))
    assert (newest.policy_name, newest.policy_number) == ("winter", 2)
    assert older.policy_number == 1
    assert refused(store, ask(policy={"name": "summer"})) == [("/policy/name", Code.UNKNOWN_REFERENCE)]
    assert refused(store, ask(policy={"name": "winter", "number": 3})) == [("/policy/number", Code.UNKNOWN_REFERENCE)]


def test_a_scope_names_technicians_of_the_territory(store: Store) -> None:
    settle(store, "seoul", "busan")
    with store.writing() as session:
        for territory, name in (("seoul", "t1"), ("busan", "t2")):
            session.add(Technician(territory_id=territory, id=name, home={}, body={}, updated_at=NOON))
    assert refused(store, ask(scope={"technicians": ["t1", "t2"]})) == [("/scope/technicians/1", Code.UNKNOWN_REFERENCE)]
    assert refused(store, ask(scope={"jobs": ["j9"]})) == [("/scope/jobs/0", Code.UNKNOWN_REFERENCE)]
    assert refused(store, ask(scope={"within": {"job": "j9", "km": 5}})) == [("/scope/within/job", Code.UNKNOWN_REFERENCE)]
    assert refused(store, ask(scope={})) == [("/scope", Code.REQUIRED)]


def test_who_does_not_see_the_territory_sees_none_of_its_runs(store: Store) -> None:
    settle(store, "seoul", "busan")
    name = queued(store)
    other = caller("bob", "busan")
    with acting(store, other) as act:
        with pytest.raises(NotFound):
            runs.find(act, name)
        with pytest.raises(NotFound):
            runs.cancel(act, name)
        with pytest.raises(NotFound):
            runs.request(act, "seoul", TOMORROW)
        with pytest.raises(NotFound):
            runs.listed(act, "seoul", wire.RunQuery())


def test_the_eleventh_run_of_a_caller_is_too_many(store: Store) -> None:
    """Ten may be queued or running; a run that is over makes room."""
    settle(store)
    for _ in range(10):
        queued(store)
    run = taken(store)
    with pytest.raises(TooMany) as caught:
        queued(store)
    assert caught.value.retry_after > 0
    queued(store, "bea")
    with working(store) as act:
        runs.finish(act, run.id, run.fence, schedule=None)
    queued(store)


def test_more_than_all_together_may_have_is_busy(store: Store) -> None:
    settle(store)
    limits = runs.Limits(per_caller=2, in_all=3)
    for who in ("ann", "ann", "bea"):
        with acting(store, caller(who)) as act:
            runs.request(act, "seoul", TOMORROW, limits=limits)
    with pytest.raises(Busy) as caught, acting(store, caller("cy")) as act:
        runs.request(act, "seoul", TOMORROW, limits=limits)
    assert caught.value.retry_after > 0


def test_racing_requests_do_not_pass_the_limit_together(store: Store) -> None:
    """20 at once, 10 may: 10 are let in."""
    settle(store)
    outcomes: list[str] = []

    def try_it() -> None:
        try:
            queued(store)
        except TooMany:
            outcomes.append("too many")
        else:
            outcomes.append("queued")

    threads = [Thread(target=try_it) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["queued"] * 10 + ["too many"] * 10


def test_nightly_runs_know_no_limits(store: Store) -> None:
    settle(store)
    for day in range(1, 13):
        with acting(store) as act:
            runs.request(act, "seoul", TOMORROW, kind=RunKind.NIGHTLY, local_date=date(2026, 3, day))
    with store.reading() as session:
        assert session.query(Run).count() == 12


def test_a_queued_run_is_cancelled_at_once_and_never_begun(store: Store) -> None:
    settle(store)
    name = queued(store)
    with acting(store, minutes=1) as act:
        assert runs.cancel(act, name).state is RunState.CANCELLED
    with acting(store, minutes=2) as act:
        assert runs.cancel(act, name).state is RunState.CANCELLED
    assert claimed(store, minutes=3) is None


def test_a_running_run_is_asked_to_end_and_keeps_its_best_plan(store: Store) -> None:
    settle(store)
    name = queued(store)
    run = taken(store)
    for _ in range(2):
        with acting(store, minutes=1) as act:
            assert runs.cancel(act, name).state is RunState.RUNNING
    with working(store, minutes=1) as act:
        assert runs.is_cancel_asked(act, name, run.fence)
        runs.cancelled(act, name, run.fence, schedule="best so far")
    assert (now(store, name).state, now(store, name).schedule_id) == (RunState.CANCELLED, "best so far")


def test_what_is_over_cannot_be_cancelled(store: Store) -> None:
    settle(store)
    name = queued(store)
    run = taken(store)
    with working(store) as act:
        runs.finish(act, name, run.fence, schedule=None)
    with pytest.raises(Conflict) as caught, acting(store) as act:
        runs.cancel(act, name)
    assert caught.value.code == "run_over"


def test_a_run_is_shown_as_it_was_asked_for(store: Store) -> None:
    settle(store)
    with acting(store) as act:
        shown = runs.shown(runs.request(act, "seoul", ask(seconds=5, seed=3, start="none")))
    assert shown.ask == ask(seconds=5, seed=3, start="none")
    assert (shown.state, shown.kind, shown.caller) == ("queued", "requested", "ann")
    assert wire.write(shown)
