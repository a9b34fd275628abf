"""What planners do with what-ifs: ask, look, throw away."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from dispatch import paging, policies, records, runs, schedules, wire
from dispatch.access import Act
from dispatch.errors import Code, Conflict, Finding, InputError, NotFound, VersionMismatch
from dispatch.records import Basis
from dispatch.scenarios.changing import Known, changed
from dispatch.store import new_id
from dispatch.store.tables import Run, RunKind, Scenario, ScenarioState, Schedule, ScheduleState, Site
from dispatch.wire import places
from dispatch.wire.places import AtSite
from dispatch.wire.scenarios import Change, NewScenario
from dispatch.wire.whereabouts import places_of

_BUDGET = ("seconds", "iterations")


def request(act: Act, territory: str, ask: NewScenario, *, limits: runs.Limits | None = None) -> Scenario:
    """Ask what if: its run, and that of its base where it needs one, go into the queue.

    A schedule is compared as it is, and the what-if has its budget, seed and start. A horizon, or a schedule for which another
    budget or seed is asked, is planned as well: under the same budget, from the same seed and start.

    Raises
    ------
    NotFound : there is no such territory
    InputError : the base is none or there are several, a change names what is not there, or the changed day breaks a rule
    TooMany, Busy : there are as many runs as may be
    """
    act.territory(territory)
    _require_one_base(ask)
    ask, known = _settled(act, territory, ask)
    base = None if ask.schedule is None else _base(act, territory, ask.schedule)
    request = _of_horizon(ask) if base is None else _as_planned(act, base, ask)
    run = runs.request(act, territory, request, kind=RunKind.SCENARIO, limits=limits)
    day, basis = _day(act, run, request) if base is None else (schedules.day_in(base), base.basis)
    again = base is None or _is_otherwise(act, base, request)
    row = Scenario(
        id=new_id(),
        territory_id=territory,
        state=ScenarioState.OPEN,
        caller=act.caller.id,
        created_at=act.now,
        updated_at=act.now,
        ask=ask.model_dump(mode="json", exclude_unset=True),
        base_id=base.id if base else None,
        start_id=_start(act, run, base),
        day=wire.write_line(day).decode(),
        changed=wire.write_line(changed(day, ask.changes, known)).decode(),
        basis=basis,
        run_id=run.id,
        base_run_id=runs.request(act, territory, request, kind=RunKind.SCENARIO, limits=limits).id if again else None,
        adopted_run_id=None,
    )
    act.session.add(row)
    act.session.flush()
    act.note("requested", "scenario", row.id, territory=territory, changes={"run": [None, run.id]})
    return row


def find(act: Act, name: str) -> Scenario:
    """A what-if of a territory that the caller may see. Raises `NotFound`."""
    row = act.session.get(Scenario, name)
    if row is None or not act.caller.sees(row.territory_id):
        raise NotFound("scenario", name)
    return row


def held(act: Act, name: str, version: int) -> Scenario:
    """A what-if that is about to be decided about, and nobody has yet.

    Raises
    ------
    NotFound : there is no such what-if
    VersionMismatch : somebody has changed it since the version that the caller saw
    Conflict : it was adopted or thrown away
    """
    find(act, name)
    row = act.session.get_one(Scenario, name, with_for_update=True, populate_existing=True)
    if row.version != version:
        raise VersionMismatch("scenario", name, row.version)
    if row.state is not ScenarioState.OPEN:
        raise Conflict(Code.SCENARIO_OVER, f"the what-if is {row.state} already", {"state": str(row.state)})
    return row


def listed(act: Act, territory: str, query: wire.ScenarioQuery) -> paging.Rows[Scenario]:
    """The what-ifs of a territory, the newest first. Raises `NotFound`, `InputError`."""
    found = select(Scenario).where(Scenario.territory_id == act.territory(territory).id)
    if query.state is not None:
        found = found.where(Scenario.state == ScenarioState(query.state))
    return paging.page(act, found, [Scenario.created_at, Scenario.id], query.limit, query.cursor, newest_first=True)


def discard(act: Act, name: str, version: int) -> Scenario:
    """Throw a what-if away: its runs end, and its schedules go. Raises as `held`."""
    row = held(act, name, version)
    row.state, row.updated_at = ScenarioState.DISCARDED, act.now
    for run in filter(None, (row.run_id, row.base_run_id)):
        if runs.find(act, run, change=True).state not in runs.OVER:
            runs.cancel(act, run)
    drafts = select(Schedule).where(Schedule.run_id.in_([row.run_id, row.base_run_id]), Schedule.state == ScheduleState.DRAFT)
    for draft in act.session.scalars(drafts.with_for_update()):
        draft.state, draft.updated_at = ScheduleState.DISCARDED, act.now
    act.session.flush()
    act.note("discarded", "scenario", row.id, territory=row.territory_id, changes={"state": ["open", "discarded"]})
    return row


def shown(act: Act, row: Scenario) -> wire.Scenario:
    """A what-if as it is answered."""
    run = act.session.get_one(Run, row.run_id)
    given = {
        "id": row.id,
        "territory": row.territory_id,
        "state": str(row.state),
        "ask": NewScenario.model_validate(row.ask),
        "caller": row.caller,
        "created_at": row.created_at.replace(microsecond=0),
        "horizon": wire.Horizon(start=run.horizon_start, end=run.horizon_end),
        "base_run": row.base_run_id,
        "run": row.run_id,
        "base_schedule": base_schedule(act, row),
        "schedule": run.schedule_id,
        "adopted_run": row.adopted_run_id,
        "version": row.version,
    }
    return wire.Scenario.model_validate({name: value for name, value in given.items() if value is not None})


def base_schedule(act: Act, row: Scenario) -> str | None:
    """The schedule that a what-if is compared with; None if there is none yet."""
    return act.session.get_one(Run, row.base_run_id).schedule_id if row.base_run_id else row.base_id


# ---------------------------------------------------------------- the base


def _require_one_base(ask: NewScenario) -> None:
    given = [name for name in ("schedule", "horizon", "date") if getattr(ask, name) is not None]
    if not given:
        raise InputError([Finding("/schedule", Code.REQUIRED, "is missing; or horizon, or date")])
    if len(given) > 1:
        raise InputError([Finding(f"/{name}", Code.CONFLICT, f"stands beside {given[0]}") for name in given[1:]])


def _base(act: Act, territory: str, name: str) -> Schedule:
    row = act.session.get(Schedule, name)
    if row is None or row.territory_id != territory:
        raise InputError([Finding("/schedule", Code.UNKNOWN_REFERENCE, "is no schedule of the territory", name)])
    run = act.session.get(Run, row.run_id) if row.run_id else None
    if run is not None and run.kind is RunKind.SCENARIO:
        raise InputError([Finding("/schedule", Code.CONFLICT, "is that of a what-if: add its changes to these", name)])
    return row


def _of_horizon(ask: NewScenario) -> wire.RunRequest:
    """What is asked of the runs of a horizon; a job that cannot be planned as it is kept is in neither."""
    raw = ask.model_dump(exclude_unset=True, include={"horizon", "date", "seed", *_BUDGET})
    return wire.RunRequest.model_validate(raw | {"on_invalid": "skip"})


def _as_planned(act: Act, base: Schedule, ask: NewScenario) -> wire.RunRequest:
    """What was asked of the run of a schedule, with another budget or seed if one is wanted."""
    run = act.session.get(Run, base.run_id) if base.run_id else None
    raw: dict[str, Any] = {} if run is None else dict(run.ask)
    for name in ("date", "validate_only", *(_BUDGET if ask.model_fields_set & set(_BUDGET) else ())):
        raw.pop(name, None)
    if run is not None and run.policy_name:
        raw["policy"] = {"name": run.policy_name, "number": run.policy_number}
    raw["horizon"] = {"start": base.horizon_start, "end": base.horizon_end}
    raw |= ask.model_dump(exclude_unset=True, include={"seed", *_BUDGET})
    return wire.RunRequest.model_validate(raw | {"on_invalid": "skip"})


def _is_otherwise(act: Act, base: Schedule, request: wire.RunRequest) -> bool:
    """Whether a schedule was searched for another time or from another seed than is asked for now."""
    run = act.session.get(Run, base.run_id) if base.run_id else None
    was = wire.RunRequest.model_validate(run.ask if run else {})
    return any(getattr(was, name) != getattr(request, name) for name in ("seed", *_BUDGET))


def _day(act: Act, run: Run, request: wire.RunRequest) -> tuple[wire.Day, Basis]:
    """What is known now of the horizon of a run."""
    horizon = wire.Horizon(start=run.horizon_start, end=run.horizon_end)
    policy = policies.of_run(act, run, request.overrides)
    snapshot = records.snapshot(act, run.territory_id, horizon, policy=policy)
    return snapshot.day, snapshot.basis


def _start(act: Act, run: Run, base: Schedule | None) -> str | None:
    """The schedule with which the search for the base began, or begins."""
    if base is None:
        row = schedules.in_force(act, run.territory_id, wire.Horizon(start=run.horizon_start, end=run.horizon_end))
        return row.id if row else None
    rows = [act.session.get_one(Schedule, name) for name in base.based_on]
    best = max(
        rows, key=lambda row: min(row.horizon_end, base.horizon_end) - max(row.horizon_start, base.horizon_start), default=None
    )
    return best.id if best else None


# ---------------------------------------------------------------- what is known beside the base


def _settled(act: Act, territory: str, ask: NewScenario) -> tuple[NewScenario, Known]:
    """The ask with the numbers of its policies, which stay what they are, and what its changes refer to."""
    found: dict[tuple[str, int | None], wire.Policy] = {}
    changes = tuple(_with_number(act, territory, change, found) for change in ask.changes)
    given = {"changes": changes} if ask.changes else {}
    return ask.model_copy(update=given), Known(_sites(act, territory, ask.changes), found)


def _with_number(act: Act, territory: str, change: Change, found: dict[tuple[str, int | None], wire.Policy]) -> Change:
    given = change.policy_changed
    if given is None or given.policy is None:
        return change
    chosen = given.policy
    try:
        row = policies.find(act, territory, chosen.name, None if chosen.number is None else str(chosen.number))
    except NotFound:
        return change
    found[row.name, row.number] = wire.Policy.model_validate(row.body)
    numbered = wire.PolicyChoice(name=row.name, number=row.number)
    return change.model_copy(update={"policy_changed": given.model_copy(update={"policy": numbered})})


def _sites(act: Act, territory: str, changes: Sequence[Change]) -> Mapping[str, places.Site]:
    """The sites, by id, that what is added is at, as far as it is known where they are."""
    names = set(_named(changes))
    rows = act.session.scalars(select(Site).where(Site.territory_id == territory, Site.id.in_(names), Site.lat.is_not(None)))
    return {row.id: places.Site.model_validate({"id": row.id, "location": {"lat": row.lat, "lon": row.lon}}) for row in rows}


def _named(changes: Sequence[Change]) -> Iterator[str]:
    people = [change.technician_added for change in changes if change.technician_added]
    jobs = [job for change in changes for job in change.jobs_added or ()]
    yield from (place.site for _, place in places_of((), enumerate(people), enumerate(jobs)) if isinstance(place, AtSite))
    yield from (each.stock.site for one in people for each in (one, *one.shifts) if each.stock)
