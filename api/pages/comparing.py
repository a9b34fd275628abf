"""Two schedules side by side."""

from zoneinfo import ZoneInfo

from api.door import READERS, Call, Reply, page
from api.pages.day import path_of
from api.pages.screen import open_screen
from dispatch import reports, schedules
from dispatch.access import Act
from dispatch.errors import Code, Conflict
from dispatch.report import comparison, html
from dispatch.report.comparison import Change


@page("GET", "/schedules/<schedule>/compare/<other>", may=READERS, long=True)
def compare_pages(act: Act, call: Call) -> Reply:
    """What another schedule does otherwise: cost terms, key figures, jobs served, dropped and moved."""
    before, after = (schedules.find(act, call.path[name]) for name in ("schedule", "other"))
    if before.territory_id != after.territory_id:
        raise Conflict(Code.DAYS_DIFFER, "they are schedules of different territories")
    territory = act.territory(before.territory_id)
    screen = open_screen(act, call, ZoneInfo(territory.timezone), territory.currency)
    was, now = (reports.facts_of(act, row, screen.spoken) for row in (before, after))
    return screen.show(
        "compare.html",
        before=before,
        after=after,
        place=territory.name or territory.id,
        day=reports.day_of(act, after),
        paths=(path_of(act, before), path_of(act, after)),
        figures=tuple(zip(html.tiles(was, screen.spoken), html.tiles(now, screen.spoken), strict=True)),
        found=comparison.compare(was, now),
        changes=tuple(Change),
    )
