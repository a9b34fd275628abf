"""A what-if from the question to the decision: planned as its base, compared with it, made real or thrown away."""

from typing import Any

import pytest
from sqlalchemy import func, select

from dispatch import policies, records, runs, scenarios, schedules, wire
from dispatch.access import Caller, program
from dispatch.day import layered_policy
from dispatch.errors import Code, Conflict, InputError, NotFound, TooMany, VersionMismatch
from dispatch.store import Store
from dispatch.store.tables import Absence, Audit, Job, JobState, Role, Run, RunKind, Scenario, Schedule, ScheduleState, Shift
from dispatch.wire.keeping import NewPolicy
from dispatch.wire.schedules import Publication, ScheduleQuery
from tests.dispatch.scenarios.whatifs import ITERATIONS, SETTINGS, Lab, acting, figures, lab, same_plan
from tests.dispatch.schedules.boards import TERRITORY, small_day

ONE, TWO = (each.id for each in small_day().technicians[:2])
DROPPED = small_day().jobs[0].id
NEW = {"id": "new", "name": "Boiler", "customer": "Kim", "duration_min": 10, "location": {"lat": 37.5, "lon": 127.0}}
BARE = records.KINDS["jobs"].new.model_validate({name: value for name, value in NEW.items() if name != "customer"})
ABSENT = {"technician_absent": {"technician": ONE}}


@pytest.fixture
def one(store: Store) -> Lab:
    return lab(store)


def count(store: Store, table: Any, *which: Any) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*which)) or 0


# ---------------------------------------------------------------- planned as its base


def test_without_a_change_it_is_its_base_byte_for_byte(one: Lab) -> None:
    draft = one.plan(seed=7)
    same, other = (one.solved(base=draft, **more) for more in ({}, {"seed": 8}))
    assert same_plan(one.plan_of(draft), one.plan_of(one.shown(same).schedule))
    assert not same_plan(one.plan_of(draft), one.plan_of(one.shown(other).schedule))


def test_without_a_change_it_is_its_horizon_byte_for_byte(one: Lab) -> None:
    shown = one.shown(one.solved())
    assert same_plan(one.plan_of(shown.base_schedule), one.plan_of(shown.schedule))


@pytest.mark.parametrize("more", [{}, {"start": "none"}, {"scope": {"technicians": [TWO]}}], ids=["all", "none", "scope"])
def test_it_begins_with_what_its_base_began_with(one: Lab, more: dict[str, Any]) -> None:
    """The base began with the plan in force then; another one has come in force since."""
    publish(one, one.plan(seed=1))
    draft = one.plan(seed=2, **more)
    publish(one, one.plan(seed=3))
    shown = one.shown(one.solved(base=draft))
    assert same_plan(one.plan_of(draft), one.plan_of(shown.schedule))


def publish(one: Lab, name: str) -> None:
    with acting(one.store, program("test")) as act:
        version = schedules.find(act, name).version
        schedules.publish(act, schedules.desk_of(SETTINGS), name, Publication(), version)


def test_a_schedule_is_compared_as_it_is_and_planned_again_only_for_another_budget(one: Lab) -> None:
    draft = one.plan(seed=7)
    assert [one.shown(one.ask(base=draft, **more)).base_run is None for more in ({}, {"seed": 7})] == [True, True]
    again = one.shown(one.solved(base=draft, iterations=10 * ITERATIONS))
    assert again.base_run is not None
    assert again.base_schedule not in {None, draft}
    lasted = [one.plan_of(each).iterations for each in (draft, again.base_schedule, again.schedule)]
    assert lasted[0] < lasted[1] == lasted[2]


def test_it_does_not_see_what_changes_after_it_was_asked(one: Lab) -> None:
    name = one.ask()
    with acting(one.store, program("test")) as act:
        row = records.find(act, records.KINDS["jobs"], TERRITORY, DROPPED)
        records.cancel(act, TERRITORY, DROPPED, row.version)
    one.work()
    assert figures(one.compare(name))["jobs"] == (18, 18)


# ---------------------------------------------------------------- compared


def test_the_comparison_says_what_one_technician_less_comes_to(one: Lab) -> None:
    name = one.solved(ABSENT)
    found = one.compare(name)
    before, after = one.plan_of(found.before), one.plan_of(found.after)
    numbers = figures(found)
    assert numbers["technicians"] == (3, 2)
    assert numbers["total"] == (before.cost.total, after.cost.total)
    assert numbers["served"] == (18 - len(before.unassigned), 18 - len(after.unassigned))
    gone = {left.job for left in after.unassigned} - {left.job for left in before.unassigned}
    assert {each.job for each in found.dropped} == gone
    assert {each.change for each in found.moved} <= {"moved", "reassigned"}
    assert found.same + len(found.moved) + len(found.dropped) == numbers["served"][0]
    assert found.own_cost is None
    assert all(round(each.after - each.before - each.difference, 6) == 0 for each in (*found.terms, *found.figures))


def test_other_prices_are_compared_by_those_of_the_base(one: Lab) -> None:
    """An hour costs 1,000,000: by the prices of the base the same hours cost what they cost there, all else is the same."""
    name = one.solved({"policy_changed": {"overrides": {"costs": {"per_hour": 1_000_000}}}})
    found = one.compare(name)
    per_hour = (layered_policy(small_day().policy, "KRW").costs or wire.Costs()).per_hour
    after = {each.name: each.after for each in found.terms}
    assert found.own_cost == one.plan_of(found.after).cost
    assert found.own_cost.work * (per_hour or 0) == pytest.approx(
        after.pop("work") * 1_000_000, rel=1e-6
    )  # prices are kept per second, to the millionth
    total = after.pop("total")
    assert after == {term: getattr(found.own_cost, term) for term in after}
    assert total == pytest.approx(found.own_cost.total - found.own_cost.work + figures(found)["work"][1])
    assert figures(found)["total"][0] == one.plan_of(found.before).cost.total


def test_there_is_no_comparison_before_there_are_two_plans(one: Lab) -> None:
    name = one.ask(ABSENT)
    with pytest.raises(Conflict) as caught:
        one.compare(name)
    assert (caught.value.code, set(caught.value.details["runs"].values())) == (Code.SCENARIO_UNFINISHED, {"queued"})


# ---------------------------------------------------------------- never live


def test_its_schedule_is_never_published_and_not_among_those_that_could_be(one: Lab) -> None:
    shown = one.shown(one.solved(ABSENT))
    with pytest.raises(Conflict) as caught:
        publish(one, shown.schedule or "")
    assert caught.value.code == Code.SCENARIO_ONLY
    with acting(one.store) as act:
        listed = [schedules.listed(act, TERRITORY, ScheduleQuery(scenarios=each)).items for each in (False, True)]
    assert (len(listed[0]), {row.id for row in listed[1]}) == (0, {shown.schedule, shown.base_schedule})


def test_nobody_sees_that_of_another_territory(one: Lab) -> None:
    name = one.ask()
    stranger = Caller("eve", Role.PLANNER, frozenset({"south"}))
    with acting(one.store, stranger) as act:
        for use in (
            lambda: scenarios.find(act, name),
            lambda: scenarios.discard(act, name, 1),
            lambda: scenarios.adopt(act, name, wire.Adoption(), 1),
            lambda: scenarios.listed(act, TERRITORY, wire.ScenarioQuery()),
            lambda: scenarios.request(act, TERRITORY, wire.NewScenario()),
        ):
            with pytest.raises(NotFound):
                use()


def test_the_audit_names_nobody(one: Lab) -> None:
    name = one.solved({"jobs_added": [NEW]})
    one.adopt(name)
    with one.store.reading() as session:
        said = [str(each.changes) for each in session.scalars(select(Audit).where(Audit.subject_kind == "scenario"))]
    assert said
    assert not any("Kim" in each or "Boiler" in each for each in said)
    assert "Kim" not in one.row(name).changed


@pytest.mark.parametrize(
    ("ask", "where", "code"),
    [
        ({}, "/schedule", Code.REQUIRED),
        ({"date": "2026-04-14", "schedule": "x"}, "/date", Code.CONFLICT),
        ({"schedule": "x"}, "/schedule", Code.UNKNOWN_REFERENCE),
    ],
)
def test_a_base_has_to_be_said_once(one: Lab, ask: dict[str, Any], where: str, code: Code) -> None:
    with acting(one.store) as act, pytest.raises(InputError) as caught:
        scenarios.request(act, TERRITORY, wire.NewScenario.model_validate(ask))
    assert [(each.pointer, each.code) for each in caught.value.findings] == [(where, code)]


def test_a_what_if_is_no_base_of_another(one: Lab) -> None:
    schedule = one.shown(one.solved(ABSENT)).schedule
    with pytest.raises(InputError, match="of a what-if"):
        one.ask(base=schedule)


def test_what_is_refused_leaves_no_run(one: Lab) -> None:
    with pytest.raises(InputError):
        one.ask({"jobs_dropped": ["nothing"]})
    assert (count(one.store, Run), count(one.store, Scenario)) == (0, 0)


def test_its_runs_count_among_those_of_the_caller(one: Lab) -> None:
    ask = wire.NewScenario.model_validate({"date": "2026-04-14"})
    with acting(one.store) as act, pytest.raises(TooMany):
        scenarios.request(act, TERRITORY, ask, limits=runs.Limits(per_caller=1))


# ---------------------------------------------------------------- thrown away


def test_thrown_away_its_runs_end_and_its_schedules_go(one: Lab) -> None:
    planned, waiting = one.solved(ABSENT), one.ask(ABSENT)
    for name in (planned, waiting):
        one.discard(name)
    assert one.work() == []
    assert count(one.store, Schedule, Schedule.state == ScheduleState.DRAFT) == 0
    assert count(one.store, Schedule, Schedule.state == ScheduleState.DISCARDED) == 2
    assert (one.shown(planned).state, one.shown(waiting).state) == ("discarded", "discarded")


def test_what_was_decided_is_decided(one: Lab) -> None:
    name = one.solved()
    version = one.shown(name).version
    one.discard(name)
    with pytest.raises(Conflict) as caught:
        one.discard(name)
    assert caught.value.code == Code.SCENARIO_OVER
    with acting(one.store) as act, pytest.raises(VersionMismatch):
        scenarios.discard(act, name, version)


# ---------------------------------------------------------------- made real


def test_adopted_an_absence_is_a_record_and_the_run_begins_with_its_plan(one: Lab) -> None:
    name = one.solved(ABSENT)
    made = one.adopt(name)
    assert made == [("absences", "added")]
    assert count(one.store, Absence, Absence.technician_id == ONE) == 1
    (run,) = one.work()
    assert (run.kind, run.id) == (RunKind.REQUESTED, one.shown(name).adopted_run)
    draft, plan = one.plan_of(run.schedule_id), one.plan_of(one.shown(name).schedule)
    assert ONE not in {route.technician for route in draft.routes}
    assert draft.cost.total <= plan.cost.total
    publish(one, run.schedule_id or "")


def test_the_run_of_an_adoption_is_not_dearer_whatever_its_seed_would_find(one: Lab) -> None:
    """One iteration finds nothing by itself: the plan is that of the what-if."""
    name = one.solved(ABSENT, iterations=500)
    one.adopt(name)
    adopted = one.shown(name).adopted_run
    with one.store.writing() as session:
        run = session.get_one(Run, adopted)
        run.ask = run.ask | {"iterations": 1}
    (run,) = one.work()
    assert one.plan_of(run.schedule_id).cost.total <= one.plan_of(one.shown(name).schedule).cost.total


CHANGES: dict[str, dict[str, Any]] = {
    "jobs": {"jobs_added": [NEW]},
    "drop": {"jobs_dropped": [DROPPED]},
    "like": {"technician_like": {"id": "t99", "like": ONE, "name": "Ben"}},
    "full": {"technician_added": small_day().technicians[0].model_dump(mode="json", exclude_unset=True) | {"id": "t98"}},
    "skill": {"skill_added": {"technician": ONE, "skill": "welding", "level": 3}},
    "shift": {"shift_changed": {"technician": ONE, "start_min": -15, "end_min": 45}},
}


def shift_of(store: Store, technician: str) -> Shift:
    with store.reading() as session:
        return session.scalars(select(Shift).where(Shift.technician_id == technician)).one()


def test_adopted_every_change_is_what_it_says(one: Lab) -> None:
    before = shift_of(one.store, ONE)
    name = one.solved(*CHANGES.values())
    made = one.adopt(name)
    hired = [("technicians", "added"), ("shifts", "added")]
    assert made[:3] == [("customers", "added"), ("jobs", "added"), ("jobs", "removed")]
    assert made[3:] == [*hired, *hired, ("technicians", "changed"), ("shifts", "changed")]
    after = shift_of(one.store, ONE)
    assert ((before.start - after.start).total_seconds(), (after.end - before.end).total_seconds()) == (15 * 60, 45 * 60)
    with acting(one.store) as act:
        assert act.session.get_one(Job, (TERRITORY, DROPPED)).state is JobState.CANCELLED
        snapshot = records.snapshot(act, TERRITORY, small_day().horizon)
        shown = {
            kind: records.shown(act, records.KINDS[kind], records.find(act, records.KINDS[kind], TERRITORY, name))
            for kind, name in (("jobs", "new"), ("technicians", "t99"))
        }
    assert (shown["jobs"].name, shown["technicians"].name) == ("Boiler", "Ben")  # type: ignore[attr-defined]
    live, asked = snapshot.day, wire.read_day(one.row(name).changed.encode())
    assert {job.id: job for job in live.jobs} == {job.id: job for job in asked.jobs}
    assert {each.id: set(each.skills) for each in live.technicians} == {each.id: set(each.skills) for each in asked.technicians}
    (run,) = one.work()
    assert {"t98", "t99"} & {route.technician for route in one.plan_of(run.schedule_id).routes}


def test_adopted_are_only_the_changes_that_are_wanted(one: Lab) -> None:
    name = one.solved(CHANGES["drop"], CHANGES["skill"], CHANGES["jobs"])
    assert one.adopt(name, changes=[1]) == [("technicians", "changed")]
    with acting(one.store) as act:
        assert act.session.get_one(Job, (TERRITORY, DROPPED)).state is JobState.OPEN
        assert act.session.get(Job, (TERRITORY, "new")) is None


def test_a_policy_is_adopted_by_the_run_alone(one: Lab) -> None:
    with acting(one.store, program("test")) as act:
        policies.create(act, TERRITORY, NewPolicy(name="winter", policy=wire.Policy(wish_missed=9)))
    over = {"late_fixed": 3}
    name = one.solved({"policy_changed": {"policy": {"name": "winter"}, "overrides": over}})
    with acting(one.store, program("test")) as act:
        policies.create(act, TERRITORY, NewPolicy(name="winter", policy=wire.Policy(wish_missed=1)))
    assert one.adopt(name) == []
    with one.store.reading() as session:
        run = session.get_one(Run, one.shown(name).adopted_run)
    assert (run.policy_name, run.policy_number, run.ask["overrides"]) == ("winter", 1, over)


def test_what_cannot_be_made_real_any_more_leaves_all_as_it_was(one: Lab) -> None:
    name = one.solved(CHANGES["skill"], CHANGES["jobs"])
    with acting(one.store, program("test")) as act:
        records.create(act, records.KINDS["jobs"], TERRITORY, BARE)
    with pytest.raises(Conflict) as caught:
        one.adopt(name)
    assert caught.value.code == Code.DUPLICATE_ID
    assert one.shown(name).state == "open"
    with acting(one.store) as act:
        kept = records.shown(act, records.KINDS["technicians"], records.find(act, records.KINDS["technicians"], TERRITORY, ONE))
    assert "welding" not in kept.skills  # type: ignore[attr-defined]


def test_there_is_nothing_to_adopt_before_there_is_a_plan(one: Lab) -> None:
    name = one.ask(ABSENT)
    with pytest.raises(Conflict) as caught:
        one.adopt(name)
    assert caught.value.code == Code.SCENARIO_UNFINISHED


def test_a_change_that_there_is_not_is_not_adopted(one: Lab) -> None:
    name = one.solved(ABSENT)
    with pytest.raises(InputError) as caught:
        one.adopt(name, changes=[0, 1])
    assert [(each.pointer, each.code) for each in caught.value.findings] == [("/changes/1", Code.UNKNOWN_REFERENCE)]
