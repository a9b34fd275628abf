"""Putting a draft in force, and what may stand in the way of it: shown with the ways out."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from api.door import DISPATCHERS, Call, Reply, page
from api.pages.day import SECONDS, day_path, path_of
from api.pages.screen import go, open_screen
from dispatch import reports, schedules, wire
from dispatch.access import Act
from dispatch.errors import Code, Conflict, VersionMismatch
from dispatch.store.tables import Schedule, ScheduleState

LEAVES_OUT = frozenset({Code.STALE_SCHEDULE, Code.BOOKED_ELSEWHERE, Code.UNDER_WAY_ELSEWHERE})
"""What is out of the way once only what is untouched is put in force."""


@page("POST", "/schedules/<schedule>/publish", may=DISPATCHERS, form=wire.PublishForm, long=True)
def send_publish(act: Act, call: Call) -> Reply:
    """Put a draft in force; if something stands in the way, say what, and what can be done about it."""
    asked: wire.PublishForm = call.body
    row = schedules.find(act, call.path["schedule"])
    if row.state is ScheduleState.PUBLISHED:
        return go(path_of(act, row))  # pressed twice
    how = wire.Publication(accept_violations=asked.accept_violations, apply_rest=asked.apply_rest, over=asked.over)
    try:
        with call.again(writes=True) as later:
            schedules.publish(later, schedules.desk_of(call.settings), row.id, how, asked.version)
    except VersionMismatch as error:
        return _in_the_way(act, call, row, how, Conflict(Code.VERSION_MISMATCH, str(error)))
    except Conflict as error:
        return _in_the_way(act, call, row, how, error)
    return go(path_of(act, row))


@page("POST", "/schedules/<schedule>/discard", may=DISPATCHERS, form=wire.VersionForm, writes=True)
def send_discard(act: Act, call: Call) -> Reply:
    """Throw a draft away, and go back to its day."""
    row = schedules.discard(act, call.path["schedule"], call.body.version)
    return go(day_path(row.territory_id, reports.day_of(act, row)))


def _in_the_way(act: Act, call: Call, row: Schedule, how: wire.Publication, error: Conflict) -> Reply:
    territory = act.territory(row.territory_id)
    screen = open_screen(act, call, ZoneInfo(territory.timezone), territory.currency, here=path_of(act, row))
    in_force = error.details.get("in_force", ())
    return screen.show(
        "conflict.html",
        status=409,
        error=error,
        row=row,
        how=how,
        leaves_out=error.code in LEAVES_OUT,
        over=(*how.over, *in_force) if error.code == Code.STALE_PLAN else (),
        in_force=in_force,
        names=reports.names_of(act, row.territory_id, _named(error)),
        day=reports.day_of(act, row),
        back=path_of(act, row),
        seconds=SECONDS,
    )


def _named(error: Conflict) -> Iterator[tuple[str, str]]:
    """The records that stand in the way, as their kinds and ids."""
    details = error.details
    yield from ((each["kind"], each["id"]) for each in details.get("changed", ()))
    yield from (("jobs", each) for each in details.get("jobs", ()))
    for each in details.get("violations", ()):
        yield from ((f"{kind}s", each[kind]) for kind in ("job", "technician") if kind in each)
