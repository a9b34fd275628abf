"""The process that solves: a task on standard input, what it says about it on standard output, a line each.

A worker starts one for each run, so that whatever happens in here (a crash of a library, memory that runs out, a loop without end)
is one failed run. SIGTERM asks it to end with the best plan it has. `--prepare` compiles the search, and nothing else.
"""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

import solver
from dispatch import day as days
from dispatch import settings, travel
from dispatch.day.units import money
from dispatch.errors import Code, Finding, InputError
from dispatch.schedules import carried
from dispatch.wire.answer import PlanFile
from dispatch.wire.solving import Moment, Said, Task, read_task, write_said

Say = Callable[[Said], None]

PREPARE = "--prepare"


def main(arguments: Sequence[str]) -> int:
    """Solve what comes in on standard input; returns the exit code."""
    cancelled = solver.Cancelled()

    def end(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001
        cancelled.cancel()

    signal.signal(signal.SIGTERM, end)
    solver.warm()
    if PREPARE in arguments:
        return 0
    say = _own_output()
    say(Said(what="ready"))
    Solving(settings.read(os.environ), say, cancelled).answer(read_task(sys.stdin.buffer.read()))
    return 0


@dataclass(frozen=True, slots=True)
class Solving:
    """What a task is solved with: how this installation runs, whom to tell, and whether to go on."""

    settings: settings.Settings
    say: Say
    cancelled: solver.Cancelled

    def answer(self, task: Task) -> None:
        """Say how the search goes, and at last `done`, `refused` or `failed`."""
        try:
            self._answer(task)
        except InputError as refusal:
            self.say(Said(what="refused", findings=tuple(days.named(task.day, each) for each in refusal.findings)))
        except travel.TravelError as error:
            self.say(Said(what="failed", code=Code.NO_TRAVEL, message=f"travel times: {error}"))
        except solver.BrokenPlan as error:
            self.say(Said(what="failed", code=Code.DEFECT, message=f"a defect of this program, please report it: {error}"))
        except MemoryError:
            self.say(
                Said(what="failed", code=Code.OUT_OF_MEMORY, message=f"{self.settings.memory_mb:,} MB of memory are not enough")
            )

    def _answer(self, task: Task) -> None:
        planning, skipped = _planned(task, days.provider_of(self.settings, task.day))
        findings = (*skipped, *(days.named(planning.day, each) for each in planning.warnings))
        if task.validate_only:
            self.say(Said(what="done", findings=findings))
            return
        start = days.start_of(planning, carried(planning, task.start) if task.start else None)
        self.say(Said(what="searching", findings=findings))
        result = solver.solve(
            planning.problem,
            _budget(task, self.cancelled),
            seed=task.seed,
            start=start,
            threads=task.threads,
            progress=self._tell,
            prove=task.day.options.prove,
            keep=lambda best: self.say(Said(what="plan", plan=_file(planning, task, best))),
        )
        self.say(Said(what="plan", plan=_file(planning, task, result)))
        reasons = solver.explain(planning.problem, result.plan)
        self.say(Said(what="done", plan=days.answer(planning, result, reasons, seed=task.seed)))

    def _tell(self, progress: solver.Progress) -> None:
        moment = Moment(
            seconds=round(progress.seconds, 2),
            iterations=progress.iterations,
            cost=money(progress.money),
            unassigned=progress.unassigned,
        )
        self.say(Said(what="moment", moment=moment))


def _planned(task: Task, provider: travel.Provider) -> tuple[days.Planning, tuple[Finding, ...]]:
    """The problem of a task, and the jobs that were left out to make it one. Raises `InputError`, `TravelError`."""
    day, skipped = task.day, list[Finding]()
    while True:
        try:
            return days.problem_of(day, provider), tuple(skipped)
        except InputError as refusal:
            smaller = days.without(day, refusal.findings)
            if not task.skip_invalid or len(smaller.jobs) == len(day.jobs):
                raise
            skipped.extend(days.named(day, each) for each in refusal.findings)
            day = smaller


def _budget(task: Task, cancelled: solver.Cancelled) -> solver.AnyOf:
    iterations = [] if task.iterations is None else [solver.Iterations(task.iterations)]
    return solver.any_of(*iterations, solver.Seconds(task.seconds), cancelled)


def _file(planning: days.Planning, task: Task, result: solver.Result) -> PlanFile:
    """A plan without reasons: they take their time, and somebody may be waiting."""
    return days.answer(planning, result, (), seed=task.seed)


def _own_output() -> Say:
    """Standard output for us alone: whatever a library prints goes to standard error."""
    lines = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def say(said: Said) -> None:
        lines.write(write_said(said))
        lines.flush()

    return say


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
