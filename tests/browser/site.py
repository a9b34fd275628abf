"""A service as a browser meets it: a server on a loopback port, a worker, a day of Seoul with texts that want to be code."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

from werkzeug.serving import WSGIRequestHandler, make_server

from api.app import create_app
from dispatch import generate, records, schedules, users, wire
from dispatch.access import Act, program
from dispatch.settings import Settings
from dispatch.store import Store, migrations, open_store
from dispatch.store.tables import Customer, Job, Located, Role, Technician, Territory
from dispatch.store.tables import Site as Place
from tests.api.drafts import draft_of

ROOT = Path(__file__).resolve().parents[2]
TERRITORY, TECHNICIAN, AWAY = "seoul", "t01", "t02"
PASSWORD = "correct horse battery"
ZONE = ZoneInfo("Asia/Seoul")
HOSTILE = """"><script>document.title='owned'</script><img src=x onerror="document.title='owned'">{{7*7}}'&amp;"""
"""Wants to be an element, an attribute, a template and an entity; has to be seen as it stands here."""


@dataclass(frozen=True)
class Site:
    """Where it is, and what is in it.

    Attributes
    ----------
    day : the day there is work for
    published, draft : the schedule in force, and a later draft that is no longer true: it was made without somebody who is there
        again, and a job has changed since
    hostile : the job with the hostile texts, of the technician who signs in
    """

    url: str
    store: Store
    day: date
    published: str
    draft: str
    hostile: str

    def day_path(self, schedule: str | None = None) -> str:
        return f"/territories/{TERRITORY}/day?date={self.day}" + (f"&schedule={schedule}" if schedule else "")


class _Silent(WSGIRequestHandler):
    """Writes no log."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Nothing."""


@contextmanager
def running(folder: Path, *, with_worker: bool = True) -> Iterator[Site]:
    """The service, until the end of the block."""
    settings = Settings(
        database=f"sqlite:///{folder / 'site.db'}", threads=1, requests_per_s=1e4, strangers_per_min=1e4, stream_s=20
    )
    store = open_store(settings.database)
    migrations.upgrade(store)
    morning = _tomorrow()
    ahead = morning - datetime.now(UTC)
    filled = _fill(store, morning)
    server = make_server(
        "127.0.0.1", 0, create_app(store, settings, lambda: datetime.now(UTC) + ahead), threaded=True, request_handler=_Silent
    )
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    worker = _worker(settings, folder) if with_worker else None
    try:
        yield Site(f"http://127.0.0.1:{server.server_port}", store, *filled)
    finally:
        if worker is not None:
            worker.terminate()
            worker.wait(30)
        server.shutdown()
        thread.join()
        server.server_close()
        store.engine.dispose()


def _worker(settings: Settings, folder: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **settings.environment, "PYTHONPATH": str(ROOT)}
    with (folder / "worker.log").open("wb") as log:
        return subprocess.Popen([sys.executable, "-m", "dispatch", "worker"], env=environment, cwd=folder, stdout=log, stderr=log)


def _tomorrow() -> datetime:
    """Half past six of tomorrow morning: that is when everything happens, whatever the time is."""
    return datetime.combine(datetime.now(ZONE).date() + timedelta(days=1), time(6, 30), ZONE).astimezone(UTC)


def _fill(store: Store, now: datetime) -> tuple[date, str, str, str]:
    day = now.astimezone(ZONE).date()
    work = generate.day("city", jobs=26, technicians=4, seed=3, date=day)
    with store.writing() as session:
        act = Act(session, program("site"), now)
        session.add(Territory(id=TERRITORY, name="Seoul", timezone=work.timezone, currency="KRW", calendar={}, updated_at=now))
        session.flush()
        records.load_day(act, TERRITORY, work, dry_run=False)
        session.flush()
        session.get_one(Technician, (TERRITORY, TECHNICIAN)).name = f"Kim {HOSTILE}"
        for role in Role:
            users.create(act, wire.NewUser(name=role.value, role=role.value, password=PASSWORD, **_reach(role)))
    with store.writing() as session:
        act = Act(session, program("site"), now)
        first = schedules.find(act, draft_of(act, TERRITORY, work.horizon, 300))
        hostile = next(
            visit.job
            for route in schedules.plan_in(first).routes
            if route.technician == TECHNICIAN
            for visit in route.visits
            if visit.job
        )
        _spoil(act, hostile, now)
    with store.writing() as session:
        act = Act(session, program("site"), now)
        good = schedules.find(act, draft_of(act, TERRITORY, work.horizon, 1_000))
        schedules.publish(act, schedules.desk_of(Settings()), good.id, wire.Publication(), good.version)
        published = good.id
        session.get_one(Technician, (TERRITORY, AWAY)).contract = {"last_day": str(day - timedelta(days=1))}
        session.flush()
        draft = draft_of(act, TERRITORY, work.horizon, 300)
    with store.writing() as session:
        session.get_one(Job, (TERRITORY, hostile)).priority = 1
        session.get_one(Technician, (TERRITORY, AWAY)).contract = None
    return day, published, draft, hostile


def _spoil(act: Act, name: str, now: datetime) -> None:
    """Fill every text of a job with what wants to be code."""
    job = act.session.get_one(Job, (TERRITORY, name))
    act.session.add(Customer(territory_id=TERRITORY, id="k", name=HOSTILE, phone="+82 2 555 0199", note=HOSTILE, updated_at=now))
    point = job.body.get("location") or {"lat": 37.5, "lon": 127.0}
    act.session.add(
        Place(
            territory_id=TERRITORY,
            id="spoilt",
            name=HOSTILE,
            address=HOSTILE,
            access=HOSTILE,
            located=Located.GIVEN,
            lat=point["lat"],
            lon=point["lon"],
            updated_at=now,
        )
    )
    act.session.flush()
    kept = {key: value for key, value in job.body.items() if key not in {"location", "address"}}
    job.site_id, job.customer_id, job.body = "spoilt", "k", {**kept, "name": HOSTILE, "note": HOSTILE}


def _reach(role: Role) -> dict[str, object]:
    if role is Role.ADMINISTRATOR:
        return {}
    return (
        {"technician": wire.TechnicianId(territory=TERRITORY, id=TECHNICIAN)}
        if role is Role.TECHNICIAN
        else {"territories": (TERRITORY,)}
    )
