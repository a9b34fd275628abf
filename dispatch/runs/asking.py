"""What callers do with the queue: ask for a run within their limits, look at it, cancel it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from dispatch import paging, records, wire
from dispatch.access import Act
from dispatch.errors import Busy, Code, Conflict, Finding, InputError, NotFound, TooMany
from dispatch.runs.queue import OVER
from dispatch.store import new_id, one_at_a_time
from dispatch.store.tables import Job, Policy, Run, RunKind, RunState, Schedule, Technician, Territory
from dispatch.wire.clock import instant_of
from dispatch.wire.rules.references import a_scope_names_what_is_there
from dispatch.wire.rules.times import horizon_is_not_inverted_nor_too_long
from dispatch.wire.view import View

_AT_WORK = (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many runs may be queued or running.

    Attributes
    ----------
    per_caller : of one caller; the next one is `TooMany`
    in_all : of everybody together; the next one is `Busy`
    retry_after : seconds after which it is worth asking again
    """

    per_caller: int = 10
    in_all: int = 200
    retry_after: int = 30


def request(
    act: Act,
    territory: str,
    ask: wire.RunRequest,
    *,
    kind: RunKind = RunKind.REQUESTED,
    local_date: date | None = None,
    limits: Limits | None = None,
) -> Run:
    """Put a run into the queue.

    Nightly runs know no limits: they are asked for once a night, and nobody would ask again.

    Raises
    ------
    NotFound : there is no such territory
    InputError : there is no such policy, technician or schedule, the horizon is none, or a job cannot be planned as it is kept
    TooMany, Busy : there are as many runs as may be
    """
    where = act.territory(territory)
    horizon = horizon_of(where, ask)
    policy = _policy(act, where, ask)
    _require_known(act, where, ask.scope)
    _require_schedule(act, where, ask.schedule)
    if ask.on_invalid == "reject":
        _require_valid(act, where, horizon)
    if kind is not RunKind.NIGHTLY:
        _require_room(act, limits or Limits())
    run = Run(
        id=new_id(),
        territory_id=where.id,
        kind=kind,
        local_date=local_date,
        caller=act.caller.id,
        ask=ask.model_dump(mode="json", exclude_unset=True),
        horizon_start=horizon.start,
        horizon_end=horizon.end,
        policy_name=policy.name if policy else None,
        policy_number=policy.number if policy else None,
        state=RunState.QUEUED,
        queued_at=act.now,
    )
    act.session.add(run)
    act.session.flush()
    act.note("requested", "run", run.id, territory=where.id, changes={"state": [None, RunState.QUEUED]})
    return run


def cancel(act: Act, name: str) -> Run:
    """End a run: at once if nobody has begun it, else soon, with the best plan so far. Asking twice is asking once.

    Raises
    ------
    NotFound : there is no such run
    Conflict : it is done or has failed
    """
    run = find(act, name, change=True)
    if run.state in OVER - {RunState.CANCELLED}:
        raise Conflict(Code.RUN_OVER, f"the run is over: it is {run.state}", {"state": str(run.state)})
    if run.cancel_asked or run.state is RunState.CANCELLED:
        return run
    act.note("cancel_asked", "run", run.id, territory=run.territory_id, changes={"cancel_asked": [False, True]})
    run.cancel_asked = True
    if run.state is RunState.QUEUED:
        run.state, run.ended_at = RunState.CANCELLED, act.now
    return run


def find(act: Act, name: str, *, change: bool = False) -> Run:
    """A run of a territory that the caller may see; locked if it is to be changed. Raises `NotFound`."""
    run = act.session.get(Run, name, with_for_update=change or None, populate_existing=change)
    if run is None or not act.caller.sees(run.territory_id):
        raise NotFound("run", name)
    return run


def listed(act: Act, territory: str, query: wire.RunQuery) -> paging.Rows[Run]:
    """The runs of a territory, the newest first. Raises `NotFound`, `InputError`."""
    found = select(Run).where(Run.territory_id == act.territory(territory).id)
    if query.state is not None:
        found = found.where(Run.state == RunState(query.state))
    return paging.page(act, found, [Run.queued_at, Run.id], query.limit, query.cursor, newest_first=True)


def standing(act: Act) -> dict[str, int]:
    """How many runs of all territories are queued, and how many running."""
    counted = act.session.execute(select(Run.state, func.count()).where(Run.state.in_(_AT_WORK)).group_by(Run.state)).all()
    return {state.value: 0 for state in _AT_WORK} | {state.value: number for state, number in counted}


def shown(run: Run) -> wire.Run:
    """A run as it is answered."""
    found = {
        "id": run.id,
        "territory": run.territory_id,
        "kind": str(run.kind),
        "caller": run.caller,
        "state": str(run.state),
        "cancel_asked": run.cancel_asked,
        "horizon": wire.Horizon(start=run.horizon_start, end=run.horizon_end),
        "local_date": run.local_date,
        "policy": _choice(run),
        "ask": wire.RunRequest.model_validate(run.ask),
        "attempts": run.attempts,
        "queued_at": _second(run.queued_at),
        "started_at": _second(run.started_at),
        "ended_at": _second(run.ended_at),
        "progress": [wire.RunProgress.model_validate(each) for each in run.progress],
        "warnings": run.warnings,
        "error": wire.RunError(code=run.error_code, message=run.error or "") if run.error_code else None,
        "schedule": run.schedule_id,
    }
    return wire.Run.model_validate({name: value for name, value in found.items() if value is not None})


def horizon_of(territory: Territory, ask: wire.RunRequest) -> wire.Horizon:
    """What is planned: as it was said, or a local day of the territory from midnight to midnight. Raises `InputError`."""
    if (ask.horizon is None) == (ask.date is None):
        code, message = (Code.REQUIRED, "is missing; or date") if ask.date is None else (Code.CONFLICT, "stands beside date")
        raise InputError([Finding("/horizon", code, message)])
    horizon = ask.horizon or _day(ask.date or date.min, ZoneInfo(territory.timezone))
    found = [*horizon_is_not_inverted_nor_too_long(View({"horizon": horizon}))]
    if found:
        raise InputError(found)
    return horizon


def _day(local: date, zone: ZoneInfo) -> wire.Horizon:
    midnights = (instant_of(datetime.combine(local + timedelta(days=n), time()), zone) for n in (0, 1))
    start, end = midnights
    return wire.Horizon(start=start, end=end)


def _policy(act: Act, territory: Territory, ask: wire.RunRequest) -> Policy | None:
    """The version of the policy that the run is made by: it keeps it whatever becomes the newest. None: the default prices."""
    name, number = (ask.policy.name, ask.policy.number) if ask.policy else (territory.policy, None)
    if name is None:
        return None
    wanted = select(Policy).where(Policy.territory_id == territory.id, Policy.name == name)
    if number is not None:
        wanted = wanted.where(Policy.number == number)
    found = act.session.scalar(wanted.order_by(Policy.number.desc()).limit(1))
    if found is None:
        field, value = ("name", name) if number is None else ("number", number)
        raise InputError([Finding(f"/policy/{field}", Code.UNKNOWN_REFERENCE, "is no policy of the territory", value)])
    return found


def _require_known(act: Act, territory: Territory, scope: wire.Scope | None) -> None:
    """Refuse a scope that names who or what is not there, or says nothing."""
    if scope is None:
        return
    people = select(Technician.id).where(Technician.territory_id == territory.id, Technician.retired_at.is_(None))
    named = {*(scope.jobs or ()), *([scope.within.job] if scope.within and scope.within.job else [])}
    work = select(Job.id).where(Job.territory_id == territory.id, Job.retired_at.is_(None), Job.id.in_(named))
    raw = {"technicians": [{"id": name} for name in act.session.scalars(people)]}
    raw |= {"jobs": [{"id": name} for name in act.session.scalars(work)]}
    found = a_scope_names_what_is_there(View({**raw, "options": {"scope": scope.model_dump(exclude_unset=True)}}))
    unknown = [replace(each, pointer=each.pointer.removeprefix("/options")) for each in found]
    if unknown:
        raise InputError(unknown)


def _require_valid(act: Act, territory: Territory, horizon: wire.Horizon) -> None:
    """Refuse what the worker would refuse later, as far as it can be seen without travel times."""
    left_out = records.snapshot(act, territory.id, horizon, policy=wire.Policy()).left_out
    if left_out:
        raise InputError(left_out)


def _require_schedule(act: Act, territory: Territory, name: str | None) -> None:
    row = act.session.get(Schedule, name) if name is not None else None
    if name is not None and (row is None or row.territory_id != territory.id):
        raise InputError([Finding("/schedule", Code.UNKNOWN_REFERENCE, "is no schedule of the territory", name)])


def _require_room(act: Act, limits: Limits) -> None:
    one_at_a_time(act.session, "runs.request")
    if _count(act, act.caller.id) >= limits.per_caller:
        message = f"{limits.per_caller} runs of yours are queued or running: as many as may be"
        raise TooMany(message, retry_after=limits.retry_after)
    if _count(act) >= limits.in_all:
        raise Busy(f"{limits.in_all} runs are queued or running: as many as may be", retry_after=limits.retry_after)


def _count(act: Act, caller: str | None = None) -> int:
    counted = select(func.count()).select_from(Run).where(Run.state.in_(_AT_WORK))
    return act.session.scalar(counted if caller is None else counted.where(Run.caller == caller)) or 0


def _choice(run: Run) -> wire.PolicyChoice | None:
    if run.policy_name is None:
        return None
    return wire.PolicyChoice(name=run.policy_name, number=run.policy_number)


def _second(instant: datetime | None) -> datetime | None:
    """The answers know whole seconds."""
    return instant.replace(microsecond=0) if instant else None
