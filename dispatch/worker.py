"""The worker: takes runs from the queue, one at a time, and has each solved in a process of its own.

It may be killed at any moment: its child goes with it, its lease runs out, and somebody else takes the run up. So it catches only
what it can answer; anything else ends it, and whoever started it starts it again.
"""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from dispatch import child as children
from dispatch import runs, solves, wire
from dispatch.access import Act, program
from dispatch.child import Child
from dispatch.day.sources import tables_of
from dispatch.errors import Busy, Code, Finding, InputError, NotFound
from dispatch.settings import Settings
from dispatch.store import Store
from dispatch.store.tables import Run
from dispatch.travel.store import forget_oldest
from dispatch.wire.solving import Moment
from solver.kernels.compile import is_warm

LOOK_S = 0.25
"""Seconds between two looks: at the queue when it was empty, at the child and at whether somebody cancels."""

TELL_S = 1.0
"""Seconds between two writings of progress."""

SWEEP_S = 2.0
"""Seconds between two looks for runs that others have lost."""

TABLES = 50
"""Tables of travel times that are kept on disk."""

Log = Callable[[str], None]


@dataclass(slots=True)
class Worker:
    """One worker.

    Attributes
    ----------
    name : what it is called in the queue: host and process
    command : what solves
    say : who is told what it does
    stopping : it was asked to stop
    """

    store: Store
    settings: Settings
    say: Log
    name: str = f"{socket.gethostname()}:{os.getpid()}"
    command: Sequence[str] = children.COMMAND
    stopping: bool = False
    _swept: float = 0.0

    def work(self) -> None:
        """Work until `stop` is called; the search is compiled first, if it never was on this machine."""
        if not is_warm():
            self.say("compiling the search for this machine: the first time only, about a minute")
            self._prepare()
        self.say(f"worker {self.name} takes runs")
        while not self.stopping:
            if not self.turn():
                time.sleep(LOOK_S)

    def stop(self) -> None:
        """Stop as soon as possible: a run that is being solved goes back into the queue."""
        self.stopping = True

    def turn(self) -> bool:
        """Take the next run and see it through; returns whether there was one."""
        try:
            self._sweep()
            with self.acting() as act:
                run = runs.claim(act, self.name, lease_s=self.settings.lease_s)
        except Busy:
            return False
        if run is None:
            return False
        self.say(f"run {run.id}: attempt {run.attempts}")
        try:
            _Attempt(self, run).see_through()
        except runs.Lost:
            self.say(f"run {run.id}: lost to somebody else")
        except Busy:
            self.say(f"run {run.id}: the database is busy; it is taken up again once its lease is over")
        forget_oldest(tables_of(self.settings), most=TABLES)
        return True

    @contextmanager
    def acting(self, *, writes: bool = True) -> Iterator[Act]:
        """The worker does something, now, in one transaction."""
        with self.store.writing() if writes else self.store.reading() as session:
            yield Act(session, program("worker"), datetime.now(UTC))

    def _prepare(self) -> None:
        preparing = children.prepare(self.settings)
        while preparing.poll() is None and not self.stopping:
            time.sleep(LOOK_S)
        preparing.kill()
        preparing.wait()

    def _sweep(self) -> None:
        if time.monotonic() >= self._swept + SWEEP_S:
            self._swept = time.monotonic()
            with self.acting() as act:
                runs.take_back_lost(act, attempts=self.settings.attempts)


@dataclass(slots=True)
class _Attempt:
    """One run while this worker has it."""

    worker: Worker
    run: Run
    told_at: float = 0.0
    untold: tuple[wire.RunProgress, ...] = ()
    number: int = 0
    best: tuple[int, float] | None = None

    def see_through(self) -> None:
        """Solve it, and write down how it ended. Raises `runs.Lost`."""
        try:
            with self.worker.acting(writes=False) as act:
                basis = solves.prepare(act, self.run, self.worker.settings)
        except InputError as refusal:
            self._fail(
                children.Failure(Code.INVALID_INPUT, "there is nothing that can be planned: see the warnings", refusal.findings)
            )
            return
        except NotFound as error:
            self._fail(children.Failure(Code.INVALID_INPUT, str(error)))
            return
        self.number = self.run.progress[-1]["number"] if self.run.progress else 0
        with closing(Child.start(basis.task, self.worker.settings, self.worker.command)) as child:
            if self._follow(child):
                self._end(child, basis)
            else:
                self._write(lambda act: runs.give_back(act, self.run.id, self.run.fence))

    def _follow(self, child: Child) -> bool:
        """Listen to the child until it is over; false if the worker stops before."""
        self.told_at = time.monotonic()
        while not child.over and not self.worker.stopping:
            for said in child.listen(LOOK_S):
                if said.moment:
                    self._note(said.moment)
            if self._is_to_end():
                child.end()
        return child.over

    def _note(self, moment: Moment) -> None:
        """Remember an improvement."""
        standing = (moment.unassigned, moment.cost)
        if standing != self.best:
            self.best = standing
            self.number += 1
            point = wire.RunProgress(number=self.number, attempt=self.run.attempts, **moment.model_dump())
            self.untold = (*self.untold, point)

    def _is_to_end(self) -> bool:
        """Give a sign of life if it is time, and see whether somebody wants the run to end. Raises `runs.Lost`."""
        due = TELL_S if self.untold else self.worker.settings.heartbeat_s
        try:
            if time.monotonic() >= self.told_at + due:
                return self._beat()
            with self.worker.acting(writes=False) as act:
                return runs.is_cancel_asked(act, self.run.id, self.run.fence)
        except Busy:
            return False

    def _beat(self) -> bool:
        with self.worker.acting() as act:
            asked = runs.beat(act, self.run.id, self.run.fence, lease_s=self.worker.settings.lease_s, progress=self.untold)
        self.told_at, self.untold = time.monotonic(), ()
        return asked

    def _end(self, child: Child, basis: solves.Basis) -> None:
        if self.untold:
            self._write(lambda act: self._tell_rest(act))
        failure = child.failure
        if child.asked_to_end:
            self._write(lambda act: self._keep(act, child, basis, runs.cancelled))
        elif failure:
            self._fail(failure)
        else:
            self._write(lambda act: self._keep(act, child, basis, runs.finish))

    def _tell_rest(self, act: Act) -> None:
        runs.beat(act, self.run.id, self.run.fence, lease_s=self.worker.settings.lease_s, progress=self.untold)

    def _keep(self, act: Act, child: Child, basis: solves.Basis, end: Callable[..., Run]) -> None:
        """End the run, and keep its plan as a draft, in one transaction."""
        warnings = (*basis.warnings, *child.findings, *_cut_short(child))
        run = end(act, self.run.id, self.run.fence, schedule=None, warnings=warnings)
        if child.best is not None:
            run.schedule_id = solves.keep(act, run, basis, child.best)

    def _fail(self, failure: children.Failure) -> None:
        self.worker.say(f"run {self.run.id}: {failure.code}")
        self._write(
            lambda act: runs.fail(
                act, self.run.id, self.run.fence, code=failure.code, message=failure.message, warnings=failure.findings
            )
        )

    def _write(self, change: Callable[[Act], object]) -> None:
        """Write something down, again while the database is busy: the lease says how long that makes sense."""
        until = time.monotonic() + self.worker.settings.lease_s
        while True:
            try:
                with self.worker.acting() as act:
                    change(act)
            except Busy:
                if time.monotonic() >= until:
                    raise
            else:
                return


def _cut_short(child: Child) -> tuple[Finding, ...]:
    if child.best is None or not child.was_cut_short:
        return ()
    message = "the search was ended from outside: this is the best plan it had told of, without the reasons of unassigned jobs"
    return (Finding("", Code.CUT_SHORT, message),)


def main(store: Store, settings: Settings, say: Log) -> None:
    """Work until SIGTERM or SIGINT."""
    worker = Worker(store, settings, say)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    worker.work()
