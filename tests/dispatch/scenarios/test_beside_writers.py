"""Fifty what-ifs beside people at work: the live tables end as they do without a single what-if."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from dispatch import records, schedules
from dispatch.access import program
from dispatch.store import Store
from dispatch.store.db import Base
from dispatch.store.tables import Run, RunKind, Scenario, ScenarioState, Schedule
from dispatch.wire.schedules import Publication
from tests.databases import fresh
from tests.dispatch.scenarios.whatifs import PAUL, SETTINGS, Lab, acting, lab, patient
from tests.dispatch.schedules.boards import TERRITORY, small_day

JOBS = [each.id for each in small_day().jobs]
PEOPLE = [each.id for each in small_day().technicians]
WRITERS, CHANGES = 4, 15
WHAT_IFS = 50

NOT_LIVE = {"scenarios", "runs", "schedules", "schedule_steps", "audit", "kept_answers"}
"""What-ifs have rows in these; of runs and schedules those of nobody's what-if are looked at apart."""

RANDOM = {"schedule_id", "run_id"}
"""Ids that the service makes are others each time."""


def live(store: Store) -> str:
    """What stands for everything that is live: it differs as soon as anything does."""
    digest = hashlib.sha256()
    with store.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in NOT_LIVE:
                names = [
                    each for each in table.columns if each.name not in RANDOM | ({"id"} if table.name == "promises" else set())
                ]
                digest.update("\n".join([table.name, *sorted(repr(row) for row in session.execute(select(*names)))]).encode())
        kept = session.execute(
            select(Schedule.state, Schedule.plan, Schedule.day, Schedule.version, Run.state)
            .join(Run, Run.id == Schedule.run_id)
            .where(Run.kind != RunKind.SCENARIO)
        )
        digest.update("\n".join(sorted(map(repr, kept))).encode())
    return digest.hexdigest()


def published(one: Lab) -> str:
    """A schedule in force."""
    name = one.plan(seed=1)
    with acting(one.store, program("test")) as act:
        version = schedules.find(act, name).version
        schedules.publish(act, schedules.desk_of(SETTINGS), name, Publication(), version)
    return name


def write(one: Lab, writer: int) -> None:
    """What a person changes, in records that nobody else changes at the same time."""

    def change(kind: str, name: str, given: dict[str, Any]) -> None:
        with acting(one.store, program(f"writer {writer}")) as act:
            row = records.find(act, records.KINDS[kind], TERRITORY, name)
            records.change(act, records.KINDS[kind], TERRITORY, name, row.version, given)

    def create(number: int) -> None:
        raw = {"id": f"w{writer}-{number}", "duration_min": 20, "location": {"lat": 37.5, "lon": 127.0}}
        with acting(one.store, program(f"writer {writer}")) as act:
            records.create(act, records.KINDS["jobs"], TERRITORY, records.KINDS["jobs"].new.model_validate(raw))

    for number in range(CHANGES):
        job = JOBS[writer::WRITERS][number % 4]
        patient(lambda job=job, number=number: change("jobs", job, {"duration_min": 20 + number}))
        patient(lambda number=number: create(number))
        if writer < len(PEOPLE):
            given = {"skills": {"gas": number % 5 + 1}}
            patient(lambda given=given: change("technicians", PEOPLE[writer], given))


def kinds(number: int) -> Iterator[dict[str, Any]]:
    """Changes of every kind, another one for each what-if."""
    who, job = PEOPLE[number % len(PEOPLE)], JOBS[number % len(JOBS)]
    every: list[dict[str, Any]] = [
        {"technician_absent": {"technician": who}},
        {"technician_like": {"id": "extra", "like": who}},
        {"skill_added": {"technician": who, "skill": "welding"}},
        {"jobs_added": [{"id": "extra", "duration_min": 20, "location": {"lat": 37.5, "lon": 127.0}}]},
        {"jobs_dropped": [job]},
        {"shift_changed": {"technician": who, "end_min": 60}},
        {"policy_changed": {"overrides": {"late_fixed": 7}}},
    ]
    yield from (every[number % 7], every[(number + 3) % 7])


def wonder(one: Lab, base: str, number: int) -> None:
    """Ask what if, have whatever waits planned, and throw every second what-if away."""
    made: list[str] = []
    caller = replace(PAUL, id=f"planner {number}")
    patient(lambda: made.append(one.ask(*kinds(number), base=base if number % 5 else None, caller=caller, iterations=10)))
    if number % 2:
        patient(lambda: one.discard(made[-1]))
    if number % 10 == 0:
        one.work()


def test_fifty_what_ifs_beside_people_at_work_change_nothing_live(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "control"
    folder.mkdir()
    with fresh(folder) as control:
        alone = lab(control)
        published(alone)
        with ThreadPoolExecutor(WRITERS) as people:
            list(people.map(lambda writer: write(alone, writer), range(WRITERS)))
        expected = live(control)
    one = lab(store)
    base = published(one)
    before = live(store)
    with ThreadPoolExecutor(WRITERS + 4) as people:
        writing = [people.submit(write, one, writer) for writer in range(WRITERS)]
        wondering = [people.submit(wonder, one, base, number) for number in range(WHAT_IFS)]
        for each in (*writing, *wondering):
            each.result()
    one.work()
    with store.reading() as session:
        rows = session.scalars(select(Scenario)).all()
        states = [row.state for row in rows]
        planned = [session.get_one(Run, row.run_id).schedule_id for row in rows if row.state is ScenarioState.OPEN]
    assert (states.count(ScenarioState.OPEN), states.count(ScenarioState.DISCARDED)) == (WHAT_IFS / 2, WHAT_IFS / 2)
    assert None not in planned
    assert before != expected
    assert live(store) == expected
