"""Random kills: `python -m tests.soak.kills --rounds 100 --seed 1`.

Two workers and a clock work off a queue; in each round one of them, or a child that solves, is killed and started again. In the end
every run is over, each done run has one draft, no child has outlived its worker, and no run was tried more than three times.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import func, select

from dispatch.errors import TooMany
from dispatch.settings import Settings
from dispatch.store import Store
from dispatch.store.tables import Run, RunState, Schedule
from tests.databases import fresh
from tests.dispatch.days import crowded
from tests.dispatch.runs.works import asked, asked_again, is_alive, process, settings_of, solving_children_of, until

ROLES = ("worker", "worker", "clock")
TAKEN_UP_S = 30.0


def main() -> int:
    """Kill and count; returns 1 if a promise was broken."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, fresh(Path(folder)) as store:
        asked(store, crowded(30), seconds=2)
        kills, orphans, slowest = _kill(store, settings_of(store, lease_s=20.0), arguments.rounds, random.Random(arguments.seed))
        states, drafts, done, attempts = _counted(store)
    sys.stdout.write(
        f"{sum(kills.values())} kills ({dict(kills)}): runs {dict(states)}, {drafts} drafts of {done} done, "
        f"at most {attempts} attempts, "
        f"{orphans} orphans, a lost run was taken up again after at most {slowest:.1f} s\n"
    )
    return int(orphans > 0 or drafts != done or attempts > 3 or slowest > TAKEN_UP_S or bool(states["queued"] + states["running"]))


def _kill(store: Store, settings: Settings, rounds: int, chance: random.Random) -> tuple[Counter[str], int, float]:
    kills, orphans, slowest = Counter[str](), 0, 0.0
    with ExitStack() as stack:
        team = [stack.enter_context(process(settings, role)) for role in ROLES]
        for _ in range(rounds):
            _ask(store)
            time.sleep(chance.uniform(1.0, 5.0))
            which = chance.randrange(len(ROLES))
            role, victim = ROLES[which], team[which]
            children = solving_children_of(victim.pid)
            if children and chance.random() < 0.4:
                os.kill(children[0], signal.SIGKILL)
                kills["child"] += 1
                continue
            held = _held_by(store, victim)
            victim.kill()
            victim.wait()
            kills[role] += 1
            orphans += sum(_outlives(child) for child in children)
            team[which] = stack.enter_context(process(settings, role))
            slowest = max([slowest, *(_until_taken_up(store, *each) for each in held)])
        until(lambda: _at_work(store) == 0, seconds=600)
    return kills, orphans, slowest


def _ask(store: Store) -> None:
    try:
        asked_again(store, seconds=2)
    except TooMany:
        return


def _held_by(store: Store, victim: subprocess.Popen[bytes]) -> list[tuple[str, int]]:
    """The runs a worker has, with their fence."""
    with store.reading() as session:
        rows = session.scalars(select(Run).where(Run.state == RunState.RUNNING, Run.worker.endswith(f":{victim.pid}")))
        return [(row.id, row.fence) for row in rows]


def _until_taken_up(store: Store, name: str, fence: int) -> float:
    """Seconds until a lost run is begun again, or over."""

    def again() -> bool:
        with store.reading() as session:
            row = session.get_one(Run, name)
            return row.fence > fence or row.state not in {RunState.RUNNING, RunState.QUEUED}

    return until(again, seconds=120)


def _outlives(child: int) -> bool:
    time.sleep(0.5)
    return is_alive(child)


def _at_work(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).where(Run.state.in_((RunState.QUEUED, RunState.RUNNING)))) or 0


def _counted(store: Store) -> tuple[Counter[str], int, int, int]:
    with store.reading() as session:
        rows = list(session.scalars(select(Run)))
        drafts = session.scalar(select(func.count()).select_from(Schedule)) or 0
    states = Counter(str(row.state) for row in rows)
    return states, drafts, states["done"], max(row.attempts for row in rows)


if __name__ == "__main__":
    sys.exit(main())
