"""My jobs: the list of a technician's day, and the buttons that say how far it is."""

import secrets
from datetime import date, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from api.door import Call, Reply, page
from api.pages.screen import go, open_screen
from api.visits import TECHNICIANS
from dispatch import progress, wire
from dispatch.access import Act
from dispatch.errors import NotFound
from dispatch.wire.visits import CouldNot, MyJob, Outcome

FORWARD = ("completed", "started", "arrived", "en_route", "accepted")
"""What moves a visit on, the furthest first."""


@page("GET", "/my-jobs", may=TECHNICIANS, query=wire.DayQuery)
def show_my_jobs(act: Act, call: Call) -> Reply:
    """My jobs of a day, in their order, each with what can be reported next."""
    return _list(act, call, call.query.date)


@page("POST", "/my-jobs/<job>/events", may=TECHNICIANS, form=wire.EventForm, writes=True)
def send_event(act: Act, call: Call) -> Reply:
    """Report what happened on a visit; if it cannot be, the list says why."""
    asked: wire.EventForm = call.body
    given = {name: value for name in ("reason", "note") if (value := getattr(asked, name)) is not None}
    event = {"id": asked.id, "job": call.path["job"], "kind": asked.kind, "at": act.now.replace(microsecond=0), **given}
    outcome = progress.report(act, wire.read_record(wire.Events, {"events": [event]})).outcomes[0]
    if outcome.code == "gone":
        raise NotFound("job", call.path["job"])
    if outcome.outcome == "rejected" and outcome.code != "id_reused":  # reused: the button was pressed twice
        return _list(act, call, asked.date, outcome)
    return go(path(asked.date) + f"#job-{quote(call.path['job'], safe='')}")


def path(day: date | None = None) -> str:
    """Where the jobs of a day are."""
    return f"/my-jobs?date={day}" if day else "/my-jobs"


def _list(act: Act, call: Call, day: date | None, refused: Outcome | None = None) -> Reply:
    mine = progress.my_jobs(act, day)
    zone, one = ZoneInfo(mine.timezone), timedelta(days=1)
    return open_screen(act, call, zone, here=path(mine.date)).show(
        "my_jobs.html",
        status=refused.status if refused else 200,
        mine=mine,
        today=act.now.astimezone(zone).date(),
        next=next((job.job for job in mine.jobs if job.events), None),
        before=path(mine.date - one),
        after=path(mine.date + one),
        forward=_forward,
        reasons=tuple(reason.value for reason in CouldNot),
        new_id=lambda: secrets.token_hex(16),
        refused=refused,
    )


def _forward(job: MyJob) -> list[str]:
    """What can be reported next but failing, the natural next step first: nearest to where the visit is."""
    return [kind for kind in reversed(FORWARD) if kind in job.events]
