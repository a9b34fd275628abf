"""A solve in a process of its own: whatever happens in there, there is one answer, in time."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from dispatch import child as children
from dispatch import wire
from dispatch.child import Child
from dispatch.settings import Settings
from dispatch.wire.solving import Said, Task, read_task, write_task
from tests.dispatch.days import BASE, RICH, changed, crowded

SETTINGS = Settings(threads=1)
MISBEHAVING = (sys.executable, "-m", "tests.dispatch.solving.misbehaving")


def task(raw=BASE, **fields) -> Task:
    return Task.model_validate({"day": wire.day_of(raw), "seconds": 1} | fields)


@contextmanager
def started(wanted: Task, settings: Settings = SETTINGS, how: str = "", **options: float) -> Iterator[Child]:
    child = Child.start(wanted, settings, (*MISBEHAVING, how) if how else children.COMMAND, **options)
    try:
        yield child
    finally:
        child.close()


def heard(child: Child) -> list[Said]:
    """All it says until it is over."""
    said: list[Said] = []
    while not child.over:
        said.extend(child.listen(0.1))
    return said


def plan_of_base() -> wire.PlanFile:
    with started(task()) as child:
        heard(child)
        assert child.best is not None
        return child.best


def test_a_task_is_solved_and_explained():
    with started(task()) as child:
        said = heard(child)
        assert child.failure is None
        assert child.best is not None
        assert not child.was_cut_short
    assert [each.what for each in said] == ["ready", "searching", "moment", "plan", "done"]
    assert [visit.job for route in child.best.routes for visit in route.visits] == ["j1"]


def test_a_child_is_told_nothing_about_people():
    sent = write_task(task(RICH))
    for text in ("Ada", "Boiler", "Frau", "Ring", "Hafen", "Every field"):
        assert text.encode() not in sent
    assert read_task(sent).day.jobs[0].id == "j1"


def test_a_day_that_contradicts_itself_is_refused_by_the_ids_of_its_jobs():
    with started(task(_pinned_twice())) as child:
        heard(child)
        failure = child.failure
    assert failure is not None
    assert failure.code == "invalid_input"
    assert {finding.pointer.split("/")[2] for finding in failure.findings} <= {"j1", "j2"}


def test_a_job_that_contradicts_others_is_skipped_by_name_if_that_is_wanted():
    with started(task(_pinned_twice(), skip_invalid=True)) as child:
        heard(child)
        assert child.failure is None
    assert [finding.code for finding in child.findings if finding.code == "pin_conflict"]
    assert len(list(child.best.routes[0].visits)) == 1


def test_a_task_can_be_looked_at_without_being_solved():
    with started(task(validate_only=True)) as child:
        said = heard(child)
        assert child.failure is None
    assert child.best is None
    assert said[-1].what == "done"


def test_a_child_that_is_asked_to_end_answers_with_what_it_has():
    with started(task(crowded(), seconds=60)) as child:
        while child.best is None:
            child.listen(0.1)
        child.end()
        heard(child)
        assert child.failure is None
        assert child.best.ended == "cancelled"


@pytest.mark.parametrize(
    ("how", "code", "words"),
    [
        ("segfault", "crashed", "SIGSEGV"),
        ("killed", "crashed", "SIGKILL"),
        ("abort", "crashed", "SIGABRT"),
        ("exit", "crashed", "exit code 7"),
        ("quiet", "crashed", "exit code 0"),
        ("babble", "crashed", "SIGKILL"),
    ],
)
def test_a_crash_is_a_failure_with_its_cause_at_once(how, code, words):
    with started(task(), how=how) as child:
        heard(child)
        began = time.monotonic()
        failure = child.failure
    assert failure is not None
    assert failure.code == code
    assert words in failure.message
    assert time.monotonic() - began < 10


def test_memory_is_limited():
    """The child hoards 16 MB at a time; it may have 1,024 MB. Python says MemoryError, nobody catches it: exit code 1."""
    with started(task(), replace(SETTINGS, memory_mb=1_024), how="hungry") as child:
        heard(child)
        failure = child.failure
    assert failure is not None
    assert failure.code == "crashed"


def test_a_child_that_never_ends_is_ended_at_the_wall_with_its_best_plan():
    """Searching for 0.5 s and a wall of 0.5 s: over after 1 s and what a look takes."""
    for start, failed in ((plan_of_base(), False), (None, True)):
        wanted = task(seconds=0.5) if start is None else task(seconds=0.5, start=start)
        with started(wanted, how="loop", wall_s=0.5) as child:
            while not any(said.what == "searching" for said in child.listen(1)):
                pass
            began = time.monotonic()
            heard(child)
            failure = child.failure
            assert time.monotonic() - began < 10
            assert child.was_cut_short
        assert (failure is not None) is failed
        assert child.best == start
        if failure:
            assert failure.code == "timed_out"


def test_a_child_that_does_not_listen_is_ended_all_the_same():
    with started(task(seconds=60, start=plan_of_base()), how="deaf") as child:
        while child.best is None:
            child.listen(0.1)
        child.end()
        began = time.monotonic()
        heard(child)
        assert time.monotonic() - began < 10
        assert child.failure is None
        assert child.was_cut_short


def _pinned_twice() -> dict:
    pin = {"technician": "t1", "start": "2026-03-02T10:00:00+01:00"}
    one = changed(BASE, (("jobs", 0, "pin"), pin))["jobs"][0]
    return changed(BASE, (("jobs",), [one, one | {"id": "j2"}]))
