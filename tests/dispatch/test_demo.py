"""The demo is a week that can be planned."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from dispatch import demo, records, wire
from dispatch.access import Act, program
from dispatch.store import Store
from dispatch.store.tables import Job, Shift, User
from tests.dispatch.records.kept import acting

FRIDAY = datetime(2026, 3, 6, 0, 30, tzinfo=UTC)  # 9:30 in Seoul and Busan


def test_the_demo_is_a_week_of_two_territories_that_can_be_planned_day_by_day(store: Store) -> None:
    with acting(store, FRIDAY) as act:
        demo.fill(act)
    with store.reading() as session:
        act = Act(session, program("test"), FRIDAY)
        for territory, (_, _, jobs) in demo.TERRITORIES.items():
            assert session.scalar(select(func.count()).where(Job.territory_id == territory)) == 5 * jobs
            shifts = session.scalars(select(Shift.start).where(Shift.territory_id == territory)).all()
            days = sorted({(start + timedelta(hours=9)).date().isoformat() for start in shifts})
            assert days == ["2026-03-06", "2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12"]  # no weekend
            monday = datetime(2026, 3, 8, 15, tzinfo=UTC)  # midnight there
            found = records.snapshot(act, territory, wire.Horizon(start=monday, end=monday + timedelta(days=1)))
            assert (found.left_out, found.warnings) == ((), ())
            assert jobs <= len(found.day.jobs) < 2.5 * jobs
            assert {len(technician.shifts) for technician in found.day.technicians} == {1}
        assert set(session.scalars(select(User.name))) == set(demo.USERS.values())
