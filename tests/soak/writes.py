"""An acknowledged write survives: `python -m tests.soak.writes --kills 100 --clients 8`.

Phones report while the process that serves is killed and started again. In the end every event that was acknowledged is kept, once,
and the database is whole.
"""

import argparse
import http.client
import random
import secrets
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Signal

from sqlalchemy import select, text

from dispatch.store.tables import Event
from tests.soak.serving import Serving, serving

IN_ONE = 10
"""Events of one request."""


def main() -> int:
    """Write and kill; returns 1 if anything is lost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance, over = random.Random(arguments.seed), Signal()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as one:
        with ThreadPoolExecutor(arguments.clients) as crew:
            phones = [crew.submit(_report, one, over) for _ in range(arguments.clients)]
            for _ in range(arguments.kills):
                time.sleep(chance.uniform(0.5, 2.0))
                one.kill()
                one.start()
            over.set()
            acknowledged = [name for phone in phones for name in phone.result()]
        lost, whole = _lost(one, acknowledged), _is_whole(one)
    sys.stdout.write(
        f"{arguments.kills} kills of the web, {len(acknowledged)} acknowledged writes: {lost} lost, "
        f"the database is {'whole' if whole else 'damaged'}\n"
    )
    return int(lost > 0 or not whole)


def _report(one: Serving, over: Signal) -> list[str]:
    """Report until it is over; the events that were acknowledged."""
    kept: list[str] = []
    while not over.is_set():
        names = [secrets.token_hex(8) for _ in range(IN_ONE)]
        at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        events = [{"id": name, "job": "none", "kind": "accepted", "at": at} for name in names]
        try:
            status = one.ask("POST", "/me/events", "technician", {"events": events}, Idempotency_Key=names[0])[0]
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        else:
            kept += names if status == 200 else []
    return kept


def _lost(one: Serving, acknowledged: list[str]) -> int:
    with one.store.reading() as session:
        found = list(session.scalars(select(Event.id)))
    return len(set(acknowledged) - set(found)) + len(found) - len(set(found))


def _is_whole(one: Serving) -> bool:
    if not one.settings.is_sqlite:
        return True
    with one.store.reading() as session:
        return session.scalar(text("PRAGMA integrity_check")) == "ok"


if __name__ == "__main__":
    sys.exit(main())
