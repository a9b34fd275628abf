"""What workers do with the queue: claim a run, keep it by giving signs, end it.

A claim gives a lease and a number, the fence, that grows with every claim. Whoever does not renew the lease in time has lost the
run: it goes back into the queue, and what they still say about it is refused, because the fence has moved on or nobody has the run.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from dispatch import wire
from dispatch.access import Act
from dispatch.errors import Code, Conflict, Finding
from dispatch.store.tables import Run, RunState

OVER = frozenset({RunState.DONE, RunState.FAILED, RunState.CANCELLED})
"""States that a run stays in."""

MOST_PROGRESS = 200
"""Improvements kept of one run; of longer curves every second one is forgotten."""

MOST_SAID = 4_000
"""Characters of an error that are kept."""


class Lost(Conflict):
    """The run is no longer this worker's: its lease has run out, or the run is over."""

    def __init__(self, run: str) -> None:
        super().__init__(Code.RUN_LOST, f"run {run} is no longer this worker's")


def claim(act: Act, worker: str, *, lease_s: float) -> Run | None:
    """Take the next run, if there is one: for `lease_s` seconds nobody else gets it.

    Fair among callers: whoever has fewest runs running comes first, then whoever has waited longest since a run of theirs was
    begun; among the runs of one caller the oldest.
    """
    other = aliased(Run)
    running = select(func.count()).where(other.caller == Run.caller, other.state == RunState.RUNNING).scalar_subquery()
    served = select(func.max(other.started_at)).where(other.caller == Run.caller).scalar_subquery()
    waiting = select(Run).where(Run.state == RunState.QUEUED)
    ordered = waiting.order_by(running, served.asc().nulls_first(), Run.queued_at, Run.id)
    run = act.session.scalar(ordered.limit(1).with_for_update(skip_locked=True, of=Run))
    if run is None:
        return None
    run.state, run.worker, run.started_at = RunState.RUNNING, worker, act.now
    run.attempts += 1
    run.fence += 1
    run.lease_until = act.now + timedelta(seconds=lease_s)
    return run


def beat(act: Act, name: str, fence: int, *, lease_s: float, progress: Iterable[wire.RunProgress] = ()) -> bool:
    """Give a sign: the lease is renewed, progress is written down. Returns whether somebody asked to cancel. Raises `Lost`."""
    run = _held(act, name, fence)
    run.lease_until = act.now + timedelta(seconds=lease_s)
    told = [each.model_dump(mode="json") for each in progress]
    if told:
        run.progress = _thinned([*run.progress, *told])
    return run.cancel_asked


def is_cancel_asked(act: Act, name: str, fence: int) -> bool:
    """Whether somebody asked to cancel a run; reads only. Raises `Lost`."""
    return _mine(act.session.get(Run, name), name, fence).cancel_asked


def finish(act: Act, name: str, fence: int, *, schedule: str | None, warnings: Sequence[Finding] = ()) -> Run:
    """The run is done; `schedule` is the draft it ended in. Raises `Lost`."""
    run = _ended(act, name, fence, RunState.DONE, warnings)
    run.schedule_id = schedule
    return run


def cancelled(act: Act, name: str, fence: int, *, schedule: str | None, warnings: Sequence[Finding] = ()) -> Run:
    """The run has stopped because somebody asked for it; `schedule` is the best plan so far, if there was one. Raises `Lost`."""
    run = _ended(act, name, fence, RunState.CANCELLED, warnings)
    run.schedule_id = schedule
    return run


def fail(act: Act, name: str, fence: int, *, code: str, message: str, warnings: Sequence[Finding] = ()) -> Run:
    """The run has failed, and will not be tried again. Raises `Lost`."""
    run = _ended(act, name, fence, RunState.FAILED, warnings)
    run.error_code, run.error = code, message[:MOST_SAID]
    return run


def give_back(act: Act, name: str, fence: int) -> Run:
    """Put a run back into the queue because the worker stops: the attempt does not count. Raises `Lost`."""
    run = _held(act, name, fence)
    run.attempts -= 1
    _requeue(act, run)
    return run


def take_back_lost(act: Act, *, attempts: int) -> list[Run]:
    """Take runs from workers that have given no sign: into the queue again, or failed if they have been tried `attempts` times."""
    gone = select(Run).where(Run.state == RunState.RUNNING, Run.lease_until < act.now).order_by(Run.id)
    lost = list(act.session.scalars(gone.with_for_update(skip_locked=True)))
    for run in lost:
        if run.attempts >= attempts and not run.cancel_asked:
            _over(act, run, RunState.FAILED)
            run.error_code = Code.WORKER_LOST
            run.error = f"the process that solved it has vanished {run.attempts} times"
        else:
            _requeue(act, run)
    return lost


def _held(act: Act, name: str, fence: int) -> Run:
    """A run that the worker still has, locked. Raises `Lost`."""
    return _mine(act.session.get(Run, name, with_for_update=True, populate_existing=True), name, fence)


def _mine(run: Run | None, name: str, fence: int) -> Run:
    if run is None or run.state is not RunState.RUNNING or run.fence != fence:
        raise Lost(name)
    return run


def _ended(act: Act, name: str, fence: int, state: RunState, warnings: Sequence[Finding]) -> Run:
    run = _held(act, name, fence)
    run.warnings = [_plain(finding) for finding in warnings]
    _over(act, run, state)
    return run


def _over(act: Act, run: Run, state: RunState) -> None:
    act.note("ended", "run", run.id, territory=run.territory_id, changes={"state": [run.state, state]})
    run.state, run.ended_at, run.lease_until = state, act.now, None


def _requeue(act: Act, run: Run) -> None:
    """Let somebody else try, unless it was to be cancelled anyway."""
    if run.cancel_asked:
        _over(act, run, RunState.CANCELLED)
        return
    act.note("requeued", "run", run.id, territory=run.territory_id, changes={"state": [run.state, RunState.QUEUED]})
    run.state, run.worker, run.lease_until = RunState.QUEUED, None, None


def _plain(finding: Finding) -> dict[str, Any]:
    return {"pointer": finding.pointer, "code": str(finding.code), "message": finding.message, "value": finding.value}


def _thinned(curve: list[Any]) -> list[Any]:
    """A curve that is not too long: its first and last points stay."""
    return curve if len(curve) <= MOST_PROGRESS else [*curve[:-1:2], curve[-1]]
