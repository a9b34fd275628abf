"""What machines ask: is it alive, is it ready, how is it doing, what can it do."""

from flask import current_app

from api import metrics
from api.door import JSON, PUBLIC, Call, Reply, endpoint
from dispatch import runs, wire
from dispatch.access import Act
from dispatch.errors import Busy
from dispatch.store import migrations


@endpoint("GET", "/healthz", may=PUBLIC, answer=wire.Health, at_root=True)
def look_alive(act: Act, call: Call) -> Reply:
    """Whether the process answers.

    Asks nothing of the database.
    """
    return Reply(wire.Health(status="ok"))


@endpoint("GET", "/readyz", may=PUBLIC, answer=wire.Health, at_root=True, errors={503: "The database cannot be reached."})
def look_ready(act: Act, call: Call) -> Reply:
    """Whether requests can be served.

    The database can be reached, and its tables are of the revision that this program knows.
    """
    if not migrations.is_current_in(act.session):
        raise Busy("the tables are of another revision than this program: dispatch db upgrade", retry_after=10)
    return Reply(wire.Health(status="ok"))


@endpoint("GET", "/metrics", may=PUBLIC, answer="text/plain", at_root=True)
def show_metrics(act: Act, call: Call) -> Reply:
    """Counters for Prometheus.

    Keep it from the public: let the proxy in front not pass it on.
    """
    return Reply(metrics.text(runs.standing(act)), media=metrics.MEDIA)


@endpoint("GET", "/openapi.json", may=PUBLIC, answer=JSON)
def show_openapi(act: Act, call: Call) -> Reply:
    """This document."""
    document: bytes = current_app.extensions["openapi"]
    return Reply(document)
