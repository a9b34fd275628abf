"""Runs: ask for a solve, watch it, cancel it; and what the clock has noticed."""

from collections.abc import Iterator
from typing import Any, Final, cast

from api.door import DISPATCHERS, READERS, Call, Reply, endpoint
from api.streams import EVENTS, Stream, event, last_seen
from dispatch import runs, watch, wire
from dispatch.access import Act

RUN: Final = "/runs/<run>"


@endpoint(
    "POST",
    "/territories/<territory>/runs",
    may=DISPATCHERS,
    body=wire.RunRequest,
    answer=wire.Run,
    status=202,
    writes=True,
    errors={429: "As many runs of the caller are queued or running as may be.", 503: "So many are of all together."},
    long=True,
)
def request_run(act: Act, call: Call) -> Reply:
    """Ask for a solve.

    The run waits in a queue, then a worker solves it; `Location` says where to look. It ends in a draft.
    """
    limits = runs.Limits(call.settings.queued_per_caller, call.settings.queued_in_all)
    run = runs.request(act, call.path["territory"], call.body, limits=limits)
    return Reply(runs.shown(run), location=f"/runs/{run.id}")


@endpoint("GET", "/territories/<territory>/runs", may=READERS, query=wire.RunQuery, answer=wire.Page[wire.Run])
def list_runs(act: Act, call: Call) -> Reply:
    """The runs of a territory, the newest first."""
    rows = runs.listed(act, call.path["territory"], call.query)
    return Reply(wire.Page[wire.Run](items=tuple(map(runs.shown, rows.items)), next=rows.next))


@endpoint("GET", RUN, may=READERS, answer=wire.Run)
def look_at_run(act: Act, call: Call) -> Reply:
    """A run: how far it is, its cost over time, and the draft it ended in."""
    return Reply(runs.shown(runs.find(act, call.path["run"])))


@endpoint(
    "POST", RUN + "/cancel", may=DISPATCHERS, answer=wire.Run, status=202, writes=True, errors={409: "It is done or has failed."}
)
def cancel_run(act: Act, call: Call) -> Reply:
    """End a run.

    At once if nobody has begun it; else within two seconds, and the best plan so far is kept as a draft.
    """
    return Reply(runs.shown(runs.cancel(act, call.path["run"])))


@endpoint("GET", RUN + "/events", may=READERS, answer=EVENTS)
def follow_run(act: Act, call: Call) -> Reply:
    """Follow a run: server-sent events.

    `state` has the run without its curve, first and whenever its state changes; `progress` an improvement, with its number as id.
    The stream ends with the run. Who comes back with `Last-Event-ID` is told what they have missed.
    """
    runs.find(act, call.path["run"])
    stream = Stream(_looks(call, last_seen(call.headers.get("Last-Event-Id"))), call.settings.stream_s)
    return Reply(cast(Iterator[bytes], stream), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


@endpoint("GET", "/territories/<territory>/alerts", may=READERS, query=wire.AlertQuery, answer=wire.Page[wire.Alert])
def list_alerts(act: Act, call: Call) -> Reply:
    """What a dispatcher should look at, the newest first: SLAs broken or at risk, late visits, nights without a plan."""
    rows = watch.listed(act, call.path["territory"], call.query)
    return Reply(wire.Page[wire.Alert](items=tuple(map(watch.shown, rows.items)), next=rows.next))


def _looks(call: Call, seen: int) -> Iterator[bytes | None]:
    """What is new at each look; ends with the run."""
    state: Any = None
    while True:
        with call.again() as act:
            run = runs.find(act, call.path["run"])
        shown = runs.shown(run)
        new = [point for point in shown.progress if point.number > seen]
        told = b"".join(event("progress", point, point.number) for point in new)
        if (run.state, run.cancel_asked) != state:
            state = run.state, run.cancel_asked
            told += event("state", shown.model_copy(update={"progress": ()}))
        seen = new[-1].number if new else seen
        yield told or None
        if run.state in runs.OVER:
            return
