"""Nobody is booked twice: `python -m tests.soak.bookings --rounds 500`.

Each round two dispatchers assign one job of one draft to two technicians at once; every tenth round two drafts of one horizon are
published at once. Exactly one of them may win.
"""

import argparse
import sys
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from dispatch.store.tables import ScheduleState
from tests.databases import fresh
from tests.dispatch.records.kept import NOW
from tests.dispatch.schedules.boards import Board, board, first_visit, race, small_day


def main() -> int:
    """Race; returns 1 if anybody was booked twice or a round had no winner."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=500)
    rounds = parser.parse_args().rounds
    outcomes: Counter[tuple[str, ...]] = Counter()
    doubled = 0
    with tempfile.TemporaryDirectory() as folder, fresh(Path(folder)) as store:
        desk = board(store)
        draft = desk.draft()
        for number in range(rounds):
            outcomes[tuple(assign(desk, draft, number))] += 1
            served = [visit.job for route in desk.plan(draft).routes for visit in route.visits if visit.job]
            doubled += len(served) - len(set(served))
            if number % 10 == 0:
                outcomes[tuple(publish(desk, number))] += 1
                doubled += in_force(desk, draft) - 1
    for outcome, count in sorted(outcomes.items()):
        sys.stdout.write(f"{count} rounds: {' and '.join(outcome)}\n")
    sys.stdout.write(f"{rounds} rounds of racing assignments, {doubled} booked twice\n")
    return int(doubled > 0 or set(outcomes) != {("done", "version_mismatch"), ("done", "stale_plan")})


def assign(desk: Board, draft: str, number: int) -> list[str]:
    """What two assignments of one job at once come to."""
    version, (job, _) = desk.row(draft).version, first_visit(desk.plan(draft))
    crew = [each.id for each in small_day().technicians]
    return race(2, lambda each: desk.make(draft, version, job=job, technician=crew[(number + each) % len(crew)], force=True))


def publish(desk: Board, number: int) -> list[str]:
    """What two publications for one horizon at once come to."""
    now = NOW + timedelta(minutes=number)
    drafts = [desk.draft(now=now) for _ in range(2)]
    return race(2, lambda each: desk.publish(drafts[each], now=now + timedelta(seconds=30)))


def in_force(desk: Board, draft: str) -> int:
    """How many schedules are in force."""
    with desk.store.reading() as session:
        return session.query(type(desk.row(draft))).filter_by(state=ScheduleState.PUBLISHED).count()


if __name__ == "__main__":
    sys.exit(main())
