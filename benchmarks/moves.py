"""How long evaluating a move takes, through the database: `python -m benchmarks.moves [--jobs 500] [--moves 200]`."""

import argparse
import random
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import solver
from dispatch import day as days
from dispatch import generate, records, schedules, wire
from dispatch.access import Act, program
from dispatch.errors import InputError
from dispatch.store import Store, new_id, open_store
from dispatch.store.migrations import upgrade
from dispatch.store.tables import Run, RunKind, RunState, Territory
from dispatch.wire.clock import shift_span


def main(arguments: Sequence[str] | None = None) -> None:
    """Print percentiles of processor time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--moves", type=int, default=200)
    asked = parser.parse_args(arguments)
    day = generate.day("city", jobs=asked.jobs, seed=3)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'moves.db'}")
        upgrade(store)
        desk = schedules.Desk(lambda planned: days.great_circle(planned.travel))
        name = _draft(store, day)
        _evaluated(store, desk, name, wire.Move(job=day.jobs[0].id, technician=None))
        times = sorted(_measured(store, desk, name, day, asked.moves))
        store.engine.dispose()
    for share in (0.5, 0.9, 0.99, 1.0):
        print(f"p{round(100 * share)}: {1_000 * times[min(len(times) - 1, int(share * len(times)))]:.0f} ms of a processor")


def _draft(store: Store, day: wire.Day) -> str:
    start = day.horizon.start
    with store.writing() as session:
        act = Act(session, program("benchmark"), start - timedelta(hours=12))
        session.add(Territory(id="north", timezone=day.timezone, currency=day.currency, calendar={}, updated_at=act.now))
        session.flush()
        records.load_day(act, "north", day, dry_run=False)
        snapshot = records.snapshot(act, "north", day.horizon)
        planning = days.problem_of(snapshot.day, days.great_circle(snapshot.day.travel))
        result = solver.solve(planning.problem, solver.Iterations(20_000))
        run = Run(
            id=new_id(),
            territory_id="north",
            kind=RunKind.REQUESTED,
            local_date=None,
            caller="benchmark",
            ask={},
            horizon_start=start,
            horizon_end=day.horizon.end,
            policy_name=None,
            policy_number=None,
            state=RunState.DONE,
            queued_at=act.now,
            started_at=act.now,
        )
        session.add(run)
        session.flush()
        return schedules.draft(act, run, snapshot, days.answer(planning, result, ())).id


def _measured(store: Store, desk: schedules.Desk, name: str, day: wire.Day, count: int) -> list[float]:
    dice, times = random.Random(1), list[float]()
    for _ in range(count):
        technician = dice.choice([each for each in day.technicians if each.shifts])
        start = shift_span(technician.shifts[0], ZoneInfo(day.timezone)).start + timedelta(minutes=dice.randrange(480))
        places = [{}, {"position": 0}, {"start": start}]
        asked = {"job": dice.choice(day.jobs).id, "technician": technician.id, "shift": 0, **dice.choice(places)}
        began = time.process_time()
        _evaluated(store, desk, name, wire.Move.model_validate(asked))
        times.append(time.process_time() - began)
    return times


def _evaluated(store: Store, desk: schedules.Desk, name: str, move: wire.Move) -> None:
    try:
        with store.reading() as session:
            schedules.evaluate(Act(session, program("benchmark"), session.get_one(Territory, "north").updated_at), desk, name, move)
    except InputError:
        return  # two jobs at one time: refused, and measured too


if __name__ == "__main__":
    main()
