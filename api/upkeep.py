"""Maintenance: readings of meters, the jobs of upkeeps, and what is due in the months ahead. The records are with all others."""

from typing import Final
from zoneinfo import ZoneInfo

from api.door import DISPATCHERS, READERS, Call, Reply, endpoint
from dispatch import upkeep, wire
from dispatch.access import Act

ONE: Final = "/territories/<territory>"


@endpoint(
    "POST",
    f"{ONE}/meters/<meter>/readings",
    may=DISPATCHERS,
    body=wire.NewReadings,
    answer=wire.MeterState,
    writes=True,
    errors={409: "The meter is not used any more."},
)
def read_meter(act: Act, call: Call) -> Reply:
    """Take in what a meter showed: all of it, or nothing if one of the readings goes backwards."""
    return Reply(upkeep.read(act, call.path["territory"], call.path["meter"], call.body))


@endpoint("GET", f"{ONE}/meters/<meter>/readings", may=READERS, query=wire.PageQuery, answer=wire.Page[wire.Reading])
def list_readings(act: Act, call: Call) -> Reply:
    """What a meter showed, the newest first."""
    rows = upkeep.readings_of(act, call.path["territory"], call.path["meter"], call.query)
    zone = ZoneInfo(act.territory(call.path["territory"]).timezone)
    items = tuple(upkeep.shown_reading(row, zone) for row in rows.items)
    return Reply(wire.Page[wire.Reading](items=items, next=rows.next))


@endpoint("GET", f"{ONE}/meters/<meter>/state", may=READERS, answer=wire.MeterState)
def look_at_use(act: Act, call: Call) -> Reply:
    """What is known of the use that a meter counts."""
    return Reply(upkeep.state_of(act, call.path["territory"], call.path["meter"]))


@endpoint("GET", f"{ONE}/upkeeps/<upkeep>/jobs", may=READERS, query=wire.PageQuery, answer=wire.Page[wire.UpkeepJob])
def list_jobs_of_upkeep(act: Act, call: Call) -> Reply:
    """The jobs that an upkeep has made, the newest first."""
    rows = upkeep.jobs_of(act, call.path["territory"], call.path["upkeep"], call.query)
    return Reply(wire.Page[wire.UpkeepJob](items=rows.items, next=rows.next))


@endpoint("GET", f"{ONE}/forecast", may=READERS, query=wire.ForecastQuery, answer=wire.Forecast)
def look_ahead(act: Act, call: Call) -> Reply:
    """What maintenance is due in the months ahead."""
    return Reply(upkeep.forecast(act, call.path["territory"], call.query))
