"""A plan in the making: watched as it improves, ended early."""

from zoneinfo import ZoneInfo

from api.door import DISPATCHERS, READERS, Call, Reply, page
from api.pages.day import day_path
from api.pages.screen import go, open_screen
from dispatch import reports, runs, wire
from dispatch.access import Act
from dispatch.report import words


@page("GET", "/runs/<run>", may=READERS)
def watch_run(act: Act, call: Call) -> Reply:
    """A run as it goes: a script follows it; without one the page is asked for again every few seconds."""
    run = runs.find(act, call.path["run"])
    territory = act.territory(run.territory_id)
    day = reports.day_of(act, run)
    return open_screen(act, call, ZoneInfo(territory.timezone), territory.currency).show(
        "run.html",
        run=runs.shown(run),
        over=run.state in runs.OVER,
        day=day,
        territory=territory,
        digits=0 if territory.currency in words.WITHOUT_CENTS else 2,
        back=day_path(territory.id, day),
        result=day_path(territory.id, day, run.schedule_id) if run.schedule_id else None,
    )


@page("POST", "/runs/<run>/cancel", may=DISPATCHERS, form=wire.Form, writes=True)
def send_cancel(act: Act, call: Call) -> Reply:
    """End a run with the best plan so far."""
    return go(f"/runs/{runs.cancel(act, call.path['run']).id}")
