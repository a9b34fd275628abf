"""Two schedules beside each other."""

from dispatch.access import Act
from dispatch.errors import Code, Conflict
from dispatch.schedules.differing import changes, places
from dispatch.schedules.kept import find, plan_in
from dispatch.wire.schedules import ScheduleDiff


def diff(act: Act, one: str, other: str) -> ScheduleDiff:
    """What differs between two schedules of a territory, job by job.

    Raises
    ------
    NotFound : there is no such schedule
    Conflict : they are of different territories
    """
    before, after = find(act, one), find(act, other)
    if before.territory_id != after.territory_id:
        raise Conflict(Code.DAYS_DIFFER, "they are schedules of different territories")
    was, now = plan_in(before), plan_in(after)
    earlier, later = places(was), places(now)
    found = changes(earlier, later)
    return ScheduleDiff(
        before=one,
        after=other,
        cost_before=was.cost,
        cost_after=now.cost,
        same=len({**earlier, **later}) - len(found),
        changes=found,
    )
