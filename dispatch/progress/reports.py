"""What a technician reports: taken in once, in the order it happened, and kept whatever came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from sqlalchemy import select

from dispatch import wire
from dispatch.access import Act
from dispatch.errors import NotAllowed
from dispatch.progress.order import claim, in_order
from dispatch.progress.retiming import retime
from dispatch.progress.transitions import TABLE, Nowhere
from dispatch.store.tables import Event, EventKind, Job, JobState, Schedule, Technician, Visit, VisitState
from dispatch.wire.visits import CouldNot, Events, Failure, Outcome, Outcomes, Step

CLOSES: Final = frozenset({CouldNot.NOT_NEEDED, CouldNot.REFUSED})
"""Why a technician could not, so that nobody needs to come again: the job is cancelled. After any other it is open again."""

REMEMBERED: Final = timedelta(days=14)
"""A job that was on a technician's route in a schedule no older than this was theirs."""

_MESSAGES: Mapping[str, str] = {
    "applied": "The visit is now {after}.",
    "superseded": "It came after a later one and does nothing: the visit is {before}.",
    "illegal_transition": "A visit that is {before} cannot be {kind}.",
    "reassigned": "Somebody else has the job now. What was reported is kept for the dispatcher.",
    "withdrawn": "The job is not on any schedule now. What was reported is kept for the dispatcher.",
    "cancelled": "The job was cancelled. What was reported is kept for the dispatcher.",
    "gone": "There is no such job, or it was never yours.",
    "id_reused": "Another event has this id.",
}
_GONE, _CONFLICT, _OK = 410, 409, 200

_HELD: Final = {"key_share": True}
"""Nobody else changes the row until the transaction ends; rows that refer to it may be written."""


@dataclass(frozen=True, slots=True)
class Me:
    """The technician who asks."""

    territory: str
    technician: str


def me(act: Act) -> Me:
    """The technician who asks. Raises `NotAllowed` for somebody who is none."""
    if act.caller.technician is None:
        raise NotAllowed("only a technician has visits")
    return Me(*act.caller.technician)


def report(act: Act, sent: Events) -> Outcomes:
    """Take in what a phone has to report, and move what it moves: the visits, their jobs, the rest of the technician's day.

    Events that are known already do nothing. The others are taken in as they happened, whatever their order; what cannot be is
    kept, and says why. One that is refused keeps none of the others back.

    Raises
    ------
    NotAllowed : whoever asks is no technician
    """
    who = me(act)
    act.session.get_one(Technician, (who.territory, who.technician), with_for_update=_HELD)  # one batch of theirs at a time
    ids = {said.id for said in sent.events}
    mine = (Event.territory_id == who.territory, Event.technician_id == who.technician)
    kept = {event.id: event for event in act.session.scalars(select(Event).where(*mine, Event.id.in_(ids)))}
    moved: set[str] = set()
    for said in in_order(sent.events):
        if said.id not in kept:
            event = kept[said.id] = _event(act, who, said, sent.sent_at)
            _take_in(act, who, event)
            act.session.add(event)
            moved |= {event.job_id} if event.outcome == "applied" else set()
    act.session.flush()
    if moved:
        retime(act, who.territory, who.technician)
    return Outcomes(outcomes=tuple(_outcome(kept[said.id], said) for said in sent.events))


def _event(act: Act, who: Me, said: Step | Failure, sent_at: datetime | None) -> Event:
    when = claim(said.at, act.now, sent_at)
    return Event(
        territory_id=who.territory,
        technician_id=who.technician,
        id=said.id,
        job_id=said.job,
        schedule_id=said.schedule,
        kind=EventKind(said.kind),
        at=said.at,
        sequence=said.sequence,
        happened_at=when.at,
        clock=when.clock,
        received_at=act.now,
        reason=said.reason.value if isinstance(said, Failure) else None,
        note=said.note,
    )


# ---------------------------------------------------------------- one event


def _take_in(act: Act, who: Me, event: Event) -> None:
    """Judge one event and do what it says."""
    visit = act.session.get(Visit, (who.territory, event.job_id), with_for_update=_HELD)
    job = act.session.get(Job, (who.territory, event.job_id), with_for_update=_HELD)
    event.outcome, event.before, event.after = _barred(act, who, job, visit) or "", None, None
    if event.outcome or job is None or visit is None:
        return
    event.before = visit.state.value
    cell = TABLE[visit.state][event.kind]
    earlier = visit.since is not None and event.happened_at < visit.since
    match cell:
        case Nowhere.ILLEGAL:
            event.outcome = "illegal_transition"
        case Nowhere.SUPERSEDED_IF_EARLIER:
            event.outcome = "superseded" if earlier else "illegal_transition"
        case Nowhere.SUPERSEDED:
            event.outcome = "superseded"
        case _ if earlier and visit.state is VisitState.PLANNED:
            event.outcome = "superseded"  # it is about the visit that failed, before this one was planned
        case VisitState() as state:
            event.outcome, event.after = "applied", state.value
            _advance(act, event, visit, job, state)


def _barred(act: Act, who: Me, job: Job | None, visit: Visit | None) -> str | None:
    """Why nothing can be reported on a job, whatever it is."""
    if job is None or job.retired_at is not None:
        return "gone"
    theirs = visit is not None and visit.technician_id == who.technician
    if not theirs and not _was_theirs(act, who, job.id):
        return "gone"
    if job.state is JobState.CANCELLED and not (visit is not None and theirs and visit.state is VisitState.FAILED):
        return "cancelled"
    if not theirs:
        return "withdrawn" if visit is None or visit.state is VisitState.WITHDRAWN else "reassigned"
    return "withdrawn" if visit is not None and visit.state is VisitState.WITHDRAWN else None


def _was_theirs(act: Act, who: Me, job: str) -> bool:
    """Whether a job was on a route of the technician in a schedule that was published lately."""
    lately = (Schedule.territory_id == who.territory, Schedule.published_at > act.now - REMEMBERED)
    plans = act.session.scalars(select(Schedule.plan).where(*lately).order_by(Schedule.published_at.desc()).limit(50))
    return any((who.technician, job) in _served(plan) for plan in plans)


@lru_cache(maxsize=64)
def _served(plan: str) -> frozenset[tuple[str, str | None]]:
    """The technicians of a plan with the jobs on their routes; phones that come late ask about the same few plans."""
    routes = wire.read_plan(plan.encode()).routes
    return frozenset((route.technician, visit.job) for route in routes for visit in route.visits)


def _advance(act: Act, event: Event, visit: Visit, job: Job, state: VisitState) -> None:
    """Bring a visit into a state, and its job with it."""
    moment = event.happened_at if visit.since is None else max(event.happened_at, visit.since)
    event.happened_at = moment
    before, visit.state, visit.since, visit.updated_at = visit.state, state, moment, act.now
    match state:
        case VisitState.EN_ROUTE:
            visit.left_at = moment
        case VisitState.ARRIVED:
            visit.arrived_at = moment
        case VisitState.STARTED:
            visit.started_at = moment
        case VisitState.COMPLETED:
            visit.ended_at = moment
            _close(act, job, JobState.DONE)
        case VisitState.FAILED:
            visit.ended_at = moment
            if event.reason in CLOSES:
                _close(act, job, JobState.CANCELLED)
    act.note(event.kind.value, "visit", job.id, territory=job.territory_id, changes={"state": [before.value, state.value]})


def _close(act: Act, job: Job, state: JobState) -> None:
    before, job.state, job.updated_at = job.state, state, act.now
    act.note("change", "job", job.id, territory=job.territory_id, changes={"state": [before.value, state.value]})


# ---------------------------------------------------------------- what is answered


def outcome_of(event: Event) -> dict[str, object]:
    """The fields of `wire.Outcome` for an event as it is kept."""
    code = None if event.outcome in {"applied", "superseded"} else event.outcome
    return {
        "id": event.id,
        "job": event.job_id,
        "outcome": "rejected" if code else event.outcome,
        **({"code": code} if code else {}),
        "status": _OK if code is None else _GONE if code == "gone" else _CONFLICT,
        "message": _MESSAGES[event.outcome].format(before=event.before, after=event.after, kind=event.kind.value),
        **({"state": state} if (state := event.after or event.before) else {}),
        "happened_at": event.happened_at.astimezone(UTC),
        "clock": event.clock,
    }


def _outcome(event: Event, said: Step | Failure) -> Outcome:
    """What an event is answered; one that says something else than the one kept under its id is refused."""
    if (event.job_id, event.kind.value, event.at) == (said.job, said.kind, said.at):
        return Outcome.model_validate(outcome_of(event))
    return Outcome(id=said.id, job=said.job, outcome="rejected", code="id_reused", status=_CONFLICT, message=_MESSAGES["id_reused"])
