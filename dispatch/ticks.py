"""The clock: what happens by itself, in a process of its own.

APScheduler only says when to look; what is due is read from the database, and done once by a row that only one process can write.
So a clock that was busy, off, or running twice changes nothing but the time.
"""

import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import select

from dispatch import geocode, nights, retries, runs, sessions, upkeep, watch
from dispatch.access import Act, program
from dispatch.errors import Busy
from dispatch.geocode import Geocoder
from dispatch.settings import Settings
from dispatch.store import Store
from dispatch.store.tables import Territory

Log = Callable[[str], None]

_ASKING = "asking"
"""The thread that waits for others outside of this machine; nobody else waits with it."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What a clock does, each piece as often as one likes."""

    store: Store
    settings: Settings
    say: Log
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    geocoder: Geocoder | None = None

    def plan_nights(self) -> None:
        """Ask for the plans that are due."""
        for run in nights.plan_due(self.store, self.now()):
            self.say(f"run {run}: asked for by the night")

    def make_due(self) -> None:
        """Make the jobs of maintenance that are to be made by now."""
        for territory, job in upkeep.make_due(self.store, self.now()):
            self.say(f"job {job} of {territory}: maintenance is due")

    def take_back_lost(self) -> None:
        """Put runs back into the queue whose workers have vanished."""
        with self.store.writing() as session:
            lost = runs.take_back_lost(Act(session, program("clock"), self.now()), attempts=self.settings.attempts)
        for run in lost:
            self.say(f"run {run.id}: its worker has vanished, it is {run.state}")

    def watch(self) -> None:
        """Bring alerts up to date, a territory at a time."""
        with self.store.reading() as session:
            names = list(session.scalars(select(Territory.id).where(Territory.retired_at.is_(None))))
        for name in names:
            with self.store.writing() as session:
                watch.look(Act(session, program("clock"), self.now()), name)

    def look_up_addresses(self) -> None:
        """Look up the addresses of sites that wait for it, if there is a geocoder."""
        if self.geocoder is not None:
            geocode.look_up_waiting(self.store, self.geocoder, self.now())

    def sweep(self) -> None:
        """Forget what is over: sessions, answers kept for retries, drafts and runs of long ago."""
        with self.store.writing() as session:
            act = Act(session, program("clock"), self.now())
            sessions.sweep(act)
            retries.forget(act)
        with self.store.writing() as session:
            runs.forget(Act(session, program("clock"), self.now()), keep_days=self.settings.keep_days)


def main(store: Store, settings: Settings, say: Log) -> None:
    """Run until SIGTERM or SIGINT; what is being done then is ended first."""
    over = Event()

    def end(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001
        over.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    scheduler = scheduled(Clock(store, settings, say, geocoder=geocode.from_settings(settings)))
    scheduler.start()
    say("the clock is running")
    over.wait()
    scheduler.shutdown(wait=True)


def scheduled(clock: Clock) -> BackgroundScheduler:
    """When a clock looks. A look that comes late is one look, whatever it missed; while the database is busy there is none."""
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(1), _ASKING: ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    every: dict[Callable[[], None], float] = {
        clock.take_back_lost: 3,
        clock.plan_nights: 10,
        clock.watch: 60,
        clock.make_due: 300,
        clock.sweep: 600,
    }
    for look, seconds in every.items():
        scheduler.add_job(_patient, "interval", args=[look], seconds=seconds, next_run_time=clock.now())
    asking = {"args": [clock.look_up_addresses], "executor": _ASKING}
    scheduler.add_job(_patient, "interval", seconds=30, next_run_time=clock.now(), **asking)
    return scheduler


def _patient(look: Callable[[], None]) -> None:
    try:
        look()
    except Busy:
        return
