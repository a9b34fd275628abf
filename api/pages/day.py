"""The day: what is in force or planned, what somebody should look at, and asking for a plan."""

from datetime import date, timedelta
from urllib.parse import quote, urlencode

from api.door import DISPATCHERS, READERS, Call, Reply, page
from api.pages.screen import Screen, go, open_screen
from api.web import rendering
from dispatch import reports, runs, wire
from dispatch.access import Act
from dispatch.report import html, timeline
from dispatch.report import map as maps
from dispatch.report.facts import Facts
from dispatch.store.tables import Schedule

SECONDS = 30
"""How long a search takes if nobody says otherwise."""


@page("GET", "/day", may=READERS, query=wire.Choice)
def choose_day(act: Act, call: Call) -> Reply:
    """The day of a territory that was chosen, or of the first one."""
    known = [territory.id for territory in reports.territories_seen(act)]
    wanted = call.query.territory or next(iter(known), None)
    if wanted is None:
        return open_screen(act, call).show("nothing.html")
    return go(day_path(wanted, call.query.date))


@page("GET", "/territories/<territory>/day", may=READERS, query=wire.ViewQuery, long=True)
def show_day(act: Act, call: Call) -> Reply:
    """A day of a territory: figures, timeline, map, jobs left out, alerts, and what can be done."""
    view = reports.day_view(act, call.path["territory"], call.query.date, call.query.schedule)
    screen = open_screen(act, call, view.zone, view.territory.currency)
    facts = reports.facts_of(act, view.shown, screen.spoken) if view.shown else None
    day = timedelta(days=1)
    return screen.show(
        "day.html",
        style=rendering.focus(len(facts.routes)) if facts else "",
        view=view,
        territories=reports.territories_seen(act),
        before=day_path(view.territory.id, view.date - day),
        after=day_path(view.territory.id, view.date + day),
        path=day_path,
        seconds=SECONDS,
        plan=drawn(facts, screen) if facts else None,
    )


@page("POST", "/territories/<territory>/plan", may=DISPATCHERS, form=wire.PlanForm, writes=True, long=True)
def send_plan(act: Act, call: Call) -> Reply:
    """Ask for a plan of a day, and go on to watch it."""
    asked: wire.PlanForm = call.body
    limits = runs.Limits(call.settings.queued_per_caller, call.settings.queued_in_all)
    ask = wire.RunRequest(date=asked.date, seconds=asked.seconds, on_invalid="skip")
    return go(f"/runs/{runs.request(act, call.path['territory'], ask, limits=limits).id}")


def day_path(territory: str, day: date | None = None, schedule: str | None = None) -> str:
    """Where a day is."""
    given = {"date": day.isoformat() if day else None, "schedule": schedule}
    query = urlencode({name: value for name, value in given.items() if value is not None})
    return f"/territories/{quote(territory, safe='')}/day" + (f"?{query}" if query else "")


def path_of(act: Act, row: Schedule) -> str:
    """Where a schedule is looked at."""
    return day_path(row.territory_id, reports.day_of(act, row), row.id)


def drawn(facts: Facts, screen: Screen) -> dict[str, object]:
    """A plan as the templates of the report draw it."""
    kinds: dict[str, int] = {}
    for _, visit in facts.jobs():
        if visit.work:
            kinds[visit.work.kind] = kinds.get(visit.work.kind, 0) + 1
    tints = html.colours({*kinds, *(left.work.kind for left in facts.unassigned)})
    return {
        "facts": facts,
        "tiles": html.tiles(facts, screen.spoken),
        "boards": timeline.boards(facts, screen.spoken),
        "picture": maps.picture(facts, screen.spoken),
        "kinds": sorted(kinds.items(), key=lambda item: tints[item[0]]),
        "tints": tints,
        "most": max((lane.tally.duration for lane in facts.routes), default=1) or 1,
    }
