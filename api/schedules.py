"""Schedules: look at a draft, try moves on it, make and undo them, put it in force."""

from collections.abc import Callable
from functools import partial
from typing import Final

from api.door import DISPATCHERS, PLANNERS, READERS, Call, Reply, endpoint
from dispatch import exports, gaps, schedules, wire
from dispatch.access import Act
from dispatch.errors import NotFound
from dispatch.store.tables import Schedule, ScheduleState

SCHEDULE: Final = "/schedules/<schedule>"

NO_DRAFT: Final = "It is no draft."
IN_THE_WAY: Final = (
    "Something stands in the way; `code` says what: `stale_schedule`, `stale_plan`, `plan_breaks_rules`,"
    " `booked_elsewhere`, `under_way_elsewhere`, `not_a_draft`, `scenario_only`. `details` has it."
)


def _at_hand(act: Act, call: Call) -> Callable[[], object]:
    """The travel times of a draft, which another machine may have to be asked for."""
    row = schedules.find(act, call.path["schedule"])
    return partial(schedules.desk_of(call.settings).planning, row.day) if row.state is ScheduleState.DRAFT else tuple


def _at_hand_for_the_rest(act: Act, call: Call) -> Callable[[], object]:
    """The travel times of what is timed anew if only the rest is put in force."""
    return _at_hand(act, call) if call.body.apply_rest else tuple


def _at_hand_for_the_former(act: Act, call: Call) -> Callable[[], object]:
    """The travel times of what comes back, if only the rest of it does."""
    row, desk = schedules.find(act, call.path["schedule"]), schedules.desk_of(call.settings)
    days = [schedules.find(act, name).day for name in row.supersedes] if call.body.apply_rest else []
    return lambda: [desk.planning(day) for day in days]


@endpoint("GET", "/territories/<territory>/schedules", may=READERS, query=wire.ScheduleQuery, answer=wire.Page[wire.ScheduleHead])
def list_schedules(act: Act, call: Call) -> Reply:
    """The schedules of a territory, the newest first."""
    rows = schedules.listed(act, call.path["territory"], call.query)
    heads = tuple(schedules.head(act, row) for row in rows.items)
    return Reply(wire.Page[wire.ScheduleHead](items=heads, next=rows.next))


@endpoint("GET", SCHEDULE, may=READERS, answer=wire.Schedule)
def look_at_schedule(act: Act, call: Call) -> Reply:
    """A schedule with its plan: routes, times, cost terms, reasons, quality."""
    row = schedules.find(act, call.path["schedule"])
    return Reply(schedules.shown(act, row), version=row.version)


@endpoint("GET", SCHEDULE + "/map", may=READERS, answer="application/geo+json", long=True)
def map_schedule(act: Act, call: Call) -> Reply:
    """The routes of a schedule as GeoJSON: lines, stops, jobs left out."""
    row = schedules.find(act, call.path["schedule"])
    found = exports.geojson(schedules.day_in(row), schedules.plan_in(row))
    return Reply(wire.write_line(found), version=row.version)


@endpoint("GET", SCHEDULE + "/table", may=READERS, query=wire.TableQuery, answer="text/csv", long=True)
def tabulate_schedule(act: Act, call: Call) -> Reply:
    """The stops of a schedule as a table (CSV), then the jobs left out."""
    row = schedules.find(act, call.path["schedule"])
    plan = schedules.plan_in(row)
    data = exports.table(plan, exports.labels_of(act, row.territory_id, schedules.jobs_in(plan)), bom=call.query.bom)
    headers = {"Content-Disposition": f'attachment; filename="schedule-{row.id}.csv"'}
    return Reply(data, version=row.version, media="text/csv; charset=utf-8", headers=headers)


@endpoint(
    "GET", SCHEDULE + "/calendars/<technician>", may=READERS, answer="text/calendar", errors={404: "They have no shift in it."}
)
def calendar_of_schedule(act: Act, call: Call) -> Reply:
    """The visits of a technician in a schedule as a calendar (iCalendar)."""
    row = schedules.find(act, call.path["schedule"])
    day, plan, technician = schedules.day_in(row), schedules.plan_in(row), call.path["technician"]
    if technician not in {each.id for each in day.technicians}:
        raise NotFound("technician", technician)
    labels = exports.labels_of(act, row.territory_id, schedules.jobs_in(plan))
    data = exports.calendar_of(plan, technician, _issue(row), labels, schedules.points_in(day))
    return Reply(data, version=row.version, media="text/calendar; charset=utf-8")


@endpoint(
    "GET",
    SCHEDULE + "/gaps/<technician>",
    may=READERS,
    query=wire.GapQuery,
    answer=wire.Gaps,
    errors={404: "They are not in it."},
    long=True,
)
def find_gaps(act: Act, call: Call) -> Reply:
    """What fits a technician's next holes: time to spare from now on, and the jobs left out that fit there, nobody later for it."""
    desk = schedules.desk_of(call.settings)
    return Reply(gaps.of_schedule(act, desk, call.path["schedule"], call.path["technician"], call.query.minutes))


@endpoint(
    "GET",
    SCHEDULE + "/diff/<other>",
    may=READERS,
    answer=wire.ScheduleDiff,
    errors={409: "They are of two territories."},
    long=True,
)
def compare_schedules(act: Act, call: Call) -> Reply:
    """What another schedule does otherwise, job by job."""
    return Reply(schedules.diff(act, call.path["schedule"], call.path["other"]))


@endpoint(
    "POST",
    SCHEDULE + "/evaluate",
    may=PLANNERS,
    body=wire.Move,
    answer=wire.MoveAnswer,
    errors={409: NO_DRAFT},
    long=True,
    ready=_at_hand,
)
def evaluate_move(act: Act, call: Call) -> Reply:
    """What a move would do: new times, price term by term, rules broken, customers who were told otherwise. Changes nothing."""
    desk = schedules.desk_of(call.settings)
    answer = schedules.evaluate(act, desk, call.path["schedule"], call.body)
    return Reply(answer, version=answer.version)


@endpoint(
    "POST",
    SCHEDULE + "/moves",
    may=DISPATCHERS,
    body=wire.Move,
    answer=wire.MoveAnswer,
    writes=True,
    if_match=True,
    errors={409: "It is no draft; or the move breaks rules and is not forced: `details` has the violations."},
    long=True,
    ready=_at_hand,
)
def make_move(act: Act, call: Call) -> Reply:
    """Make a move in a draft.

    One that breaks a rule is made only with `force`; it then pins the job to the shift, and is written down.
    """
    desk = schedules.desk_of(call.settings)
    answer = schedules.make(act, desk, call.path["schedule"], call.body, call.version or 0)
    return Reply(answer, version=answer.version)


@endpoint(
    "POST",
    SCHEDULE + "/pins",
    may=DISPATCHERS,
    body=wire.PinRequest,
    answer=wire.MoveAnswer,
    writes=True,
    if_match=True,
    errors={409: NO_DRAFT},
    long=True,
    ready=_at_hand,
)
def pin_job(act: Act, call: Call) -> Reply:
    """Pin a job of a draft to what it has, or unpin it.

    A run that starts from the draft keeps what is pinned.
    """
    desk = schedules.desk_of(call.settings)
    answer = schedules.pin(act, desk, call.path["schedule"], call.body, call.version or 0)
    return Reply(answer, version=answer.version)


@endpoint(
    "POST",
    SCHEDULE + "/undo",
    may=DISPATCHERS,
    answer=wire.ScheduleHead,
    writes=True,
    if_match=True,
    errors={409: "It is no draft, or nothing has been changed since the run."},
)
def undo_change(act: Act, call: Call) -> Reply:
    """Take back the last change of a draft."""
    row = schedules.undo(act, call.path["schedule"], call.version or 0)
    return Reply(schedules.head(act, row), version=row.version)


@endpoint(
    "POST",
    SCHEDULE + "/publish",
    may=DISPATCHERS,
    body=wire.Publication,
    answer=wire.Published,
    writes=True,
    if_match=True,
    errors={409: IN_THE_WAY},
    long=True,
    ready=_at_hand_for_the_rest,
)
def publish_schedule(act: Act, call: Call) -> Reply:
    """Put a draft in force: all of it, or nothing.

    Visits are written, customers are promised windows, what was in force is superseded. docs/schedules.md says what may stand in
    the way, and the ways out.
    """
    desk = schedules.desk_of(call.settings)
    published = schedules.publish(act, desk, call.path["schedule"], call.body, call.version or 0)
    return Reply(published, version=published.schedule.version)


@endpoint(
    "POST",
    SCHEDULE + "/roll-back",
    may=DISPATCHERS,
    body=wire.RollBack,
    answer=wire.Published,
    writes=True,
    if_match=True,
    errors={409: "It is not in force; or what is to come back is stale: see `publish`."},
    long=True,
    ready=_at_hand_for_the_former,
)
def roll_back_schedule(act: Act, call: Call) -> Reply:
    """Put in force again what a schedule in force has superseded."""
    desk = schedules.desk_of(call.settings)
    name, rest = call.path["schedule"], call.body.apply_rest
    published = schedules.roll_back(act, desk, name, call.version or 0, apply_rest=rest)
    return Reply(published, version=published.schedule.version)


@endpoint(
    "POST",
    SCHEDULE + "/discard",
    may=DISPATCHERS,
    answer=wire.ScheduleHead,
    writes=True,
    if_match=True,
    errors={409: NO_DRAFT},
)
def discard_schedule(act: Act, call: Call) -> Reply:
    """Throw a draft away."""
    row = schedules.discard(act, call.path["schedule"], call.version or 0)
    return Reply(schedules.head(act, row), version=row.version)


def _issue(row: Schedule) -> exports.Issue:
    published = row.state is ScheduleState.PUBLISHED
    return exports.Issue(row.territory_id, row.created_at, row.version, row.updated_at, published)
