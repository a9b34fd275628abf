"""The demo can be planned: every day of its week, in every territory, by everybody."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from dispatch import demo, records, runs, wire
from dispatch.access import Act, program
from dispatch.store import Store
from dispatch.store.tables import Job, Role, Shift, Technician, Territory, User

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)


def filled(store: Store, now: datetime = MONDAY) -> None:
    with store.writing() as session:
        demo.fill(Act(session, program("demo"), now))


def test_there_is_a_week_of_work_for_one_crew_in_each_territory(store: Store) -> None:
    filled(store)
    with store.reading() as session:
        for sample in demo.SAMPLES:
            counts = [
                session.scalar(select(func.count()).select_from(kind).where(kind.territory_id == sample.name))
                for kind in (Technician, Job)
            ]
            assert counts == [sample.technicians, 5 * sample.jobs]
            assert (
                session.scalar(select(func.count()).where(Shift.territory_id == sample.name)) or 0
            ) >= 5 * sample.technicians - 10


@pytest.mark.parametrize("sample", demo.SAMPLES, ids=lambda sample: sample.name)
def test_every_day_can_be_planned_as_it_is_kept(store: Store, sample: demo.Sample) -> None:
    filled(store)
    with store.reading() as session:
        act = Act(session, program("demo"), MONDAY)
        territory = session.get_one(Territory, sample.name)
        for day in range(2, 7):
            horizon = runs.horizon_of(territory, wire.RunRequest(date=date(2026, 3, day)))
            found = records.snapshot(act, sample.name, horizon)
            assert found.left_out == ()
            assert len(found.day.jobs) >= sample.jobs
            assert any(technician.shifts for technician in found.day.technicians)


def test_there_is_a_user_of_each_role(store: Store) -> None:
    filled(store)
    with store.reading() as session:
        found = {user.name: user.role for user in session.scalars(select(User))}
    assert found == {name: role for role, name in demo.USERS.items()}
    assert found.keys() == {f"demo-{role.value}" for role in Role}
