"""Why a job is left out, in the words of the wire: one word from the rules that block it on every shift."""

from collections.abc import Iterable, Iterator
from typing import Any, TypedDict

import solver
from dispatch.day.areas import works_in
from dispatch.day.desks import ON_THE_ROAD, at_desk
from dispatch.day.layers import work_of
from dispatch.day.planning import Planning
from dispatch.day.units import money
from dispatch.wire.answer import Block, Holder, PromiseBroken, ReasonCode, Unassigned
from dispatch.wire.rules.times import close_of
from solver.evaluation import service_times
from solver.reasons import Reason
from solver.reasons import ReasonCode as Status
from solver.together import worker_of
from solver.violations import Cause

_NEARNESS = (
    Cause.SKILL,
    Cause.TAG,
    Cause.REQUIRED,
    Cause.EXCLUDED,
    Cause.TOOLS,
    Cause.PARTS,
    Cause.STOCK_VISITS,
    Cause.MAX_JOBS,
    Cause.UNREACHABLE,
    Cause.SHIFT_HOURS,
    Cause.BREAK,
    Cause.WINDOW,
    Cause.MAX_LEG,
    Cause.MAX_TRAVEL,
    Cause.MAX_DURATION,
)
"""How near a shift came to serving a job, by the rule that blocked it: the reason given is that of the nearest shift."""

_REASONS = {
    Cause.SKILL: ReasonCode.NO_SKILLED_TECHNICIAN,
    Cause.TAG: ReasonCode.NO_SKILLED_TECHNICIAN,
    Cause.REQUIRED: ReasonCode.TECHNICIAN_EXCLUDED,
    Cause.EXCLUDED: ReasonCode.TECHNICIAN_EXCLUDED,
    Cause.TOOLS: ReasonCode.CAPACITY_EXCEEDED,
    Cause.PARTS: ReasonCode.CAPACITY_EXCEEDED,
    Cause.STOCK_VISITS: ReasonCode.CAPACITY_EXCEEDED,
    Cause.MAX_JOBS: ReasonCode.CAPACITY_EXCEEDED,
    Cause.UNREACHABLE: ReasonCode.UNREACHABLE,
    Cause.MAX_LEG: ReasonCode.TRAVEL_TOO_LONG,
    Cause.MAX_TRAVEL: ReasonCode.TRAVEL_TOO_LONG,
    Cause.MAX_DURATION: ReasonCode.TRAVEL_TOO_LONG,
}

_TIES = {
    Cause.BUNDLE: ReasonCode.LEG_UNSERVED,
    Cause.CREW: ReasonCode.CREW_TOO_LARGE,
    Cause.NEEDED: ReasonCode.PRECEDENCE_BLOCKED,
    Cause.LINK: ReasonCode.PRECEDENCE_BLOCKED,
}

_SENTENCES = {
    ReasonCode.NO_SKILLED_TECHNICIAN: "No technician who works has the skills and tags it needs.",
    ReasonCode.OUTSIDE_AREA: "Every technician who has the skills and tags it needs works in other areas.",
    ReasonCode.NO_DESK: "Nobody who could serve it works at its desk, or travels if it is at none.",
    ReasonCode.TECHNICIAN_EXCLUDED: "Every technician who could serve it is excluded, or not among the required ones.",
    ReasonCode.NO_SHIFT_OVERLAPS_WINDOW: "No technician who could serve it is at work in its time, with the drives there and back.",
    ReasonCode.WINDOW_SHORTER_THAN_DURATION: "It takes longer than any of its windows, within which it has to be finished.",
    ReasonCode.OUTSIDE_HORIZON: "All its windows lie outside the horizon.",
    ReasonCode.UNREACHABLE: "There is no way to its place and back.",
    ReasonCode.TRAVEL_TOO_LONG: "The drives to its place take longer than a limit or the shift allows.",
    ReasonCode.CAPACITY_EXCEEDED: "The parts or tools it needs cannot be had, or the shift may serve no more jobs.",
    ReasonCode.PIN_CONFLICT: "What is pinned cannot be kept within the rules.",
    ReasonCode.OUTSIDE_SCOPE: "The scope of what may be moved lets it in nowhere.",
    ReasonCode.MOVES_LIMITED: "To make room for it more visits of the plan in force would be moved than may be.",
    ReasonCode.CREW_TOO_LARGE: "Not so many different technicians who could serve it are at work at once.",
    ReasonCode.LEG_UNSERVED: "Nobody can serve another part of it, and it is served wholly or not at all.",
    ReasonCode.PRECEDENCE_BLOCKED: "The job that has to end before is left out, or leaves no time for it.",
    ReasonCode.HELD: "Jobs that are pinned, frozen or outside the scope hold its place.",
    ReasonCode.OUTRANKED: "It would fit alone, but other jobs hold its place, or serving it costs more than leaving it out.",
    ReasonCode.TIME_BUDGET: "It would fit; the search ended before it was placed.",
    ReasonCode.TAKEN_OUT: "A dispatcher has taken it out of the plan.",
    ReasonCode.CHANGED_SINCE: "It, or who was to serve it, has changed since the plan was made.",
}


class _Whose(TypedDict):
    technician: str
    shift: int


def unassigned(planning: Planning, reason: Reason) -> Unassigned:
    """A job left out, with the reason as a word, a sentence and its proof."""
    code = reason_code(planning, reason)
    return Unassigned(
        job=planning.day.jobs[reason.job].id,
        status="impossible" if reason.code is Status.IMPOSSIBLE else "displaced",
        reason=code,
        blocks=tuple(Block(**_whose(planning, block.shift), cause=block.cause.value) for block in reason.blocks),
        holders=tuple(
            Holder(
                **_whose(planning, holder.shift),
                jobs=_names(planning, holder.jobs),
                price=money(holder.price),
                **_in_the_way(planning, holder),
            )
            for holder in reason.holders
        ),
        because=_names(planning, reason.because),
        message=" ".join([_SENTENCES[code], *(_SENTENCES[each] for each in _also(reason) if each != code)]),
    )


def _names(planning: Planning, rows: Iterable[int]) -> tuple[str, ...]:
    return tuple(planning.day.jobs[row].id for row in rows)


def _in_the_way(planning: Planning, holder: solver.Holder) -> dict[str, Any]:
    """What else stands in the way of leaving out the holders of a place; what does not is left out."""
    promises = tuple(PromiseBroken(job=planning.day.jobs[row].id, price=money(price)) for row, price in holder.promises)
    found = {
        "pinned": _names(planning, holder.pinned),
        "promises": promises,
        "limits": tuple(cause.value for cause in holder.limits),
    }
    return {name: value for name, value in found.items() if value}


def _also(reason: Reason) -> Iterator[ReasonCode]:
    """What else stands in the way: of every room for a displaced job, or other jobs."""
    yield from dict.fromkeys(_TIES[cause] for cause in reason.ties)
    if reason.holders and all(holder.pinned for holder in reason.holders):
        yield ReasonCode.HELD
    if reason.holders and all(holder.limits for holder in reason.holders):
        yield ReasonCode.MOVES_LIMITED


def left_out(job: str, code: ReasonCode) -> Unassigned:
    """A job left out for a reason that is not the solver's."""
    return Unassigned(job=job, status="displaced", reason=code, message=_SENTENCES[code])


def reason_code(planning: Planning, reason: Reason) -> ReasonCode:
    """Why a job is left out, in one word.

    A job that is pinned, or whose windows all lie outside the horizon, has that reason. An impossible one has that of the shift
    that came nearest to serving it; a displaced one is outranked, unless there is room that pays, or something stands
    in the way of all the room there is.
    """
    job = planning.day.jobs[reason.job]
    if job.pin is not None:
        return ReasonCode.PIN_CONFLICT
    if _is_closed(planning, reason.job):
        return ReasonCode.OUTSIDE_SCOPE
    if reason.ties and not reason.blocks:
        return _TIES[reason.ties[0]]
    if reason.code is Status.DISPLACED:
        blocked = next(_also(reason), None)
        if blocked is not None:
            return blocked
        rooms = [holder for holder in reason.holders if not holder.jobs and holder.price < 0]
        outranked = planning.problem.coupled or (reason.holders and not rooms)
        return ReasonCode.OUTRANKED if outranked else ReasonCode.TIME_BUDGET
    horizon = planning.day.horizon
    if job.windows and all(close_of(window) < horizon.start or window.start > horizon.end for window in job.windows):
        return ReasonCode.OUTSIDE_HORIZON
    causes = {block.cause for block in reason.blocks}
    nearest = max(causes, key=lambda cause: _NEARNESS.index(cause) if cause in _NEARNESS else len(_NEARNESS), default=Cause.SKILL)
    if nearest is Cause.TAG:
        return _about_tags(planning, reason)
    return _REASONS.get(nearest) or _about_time(planning, reason)


def _about_tags(planning: Planning, reason: Reason) -> ReasonCode:
    """What of a job's tags is lacking where least is: a desk, an area, or what people ask for."""
    problem, job = planning.problem, planning.problem.jobs[reason.job]
    blocks = [problem.shifts[block.shift] for block in reason.blocks if block.cause is Cause.TAG]
    lacking = [job.tags - worker_of(problem, shift).tags for shift in blocks]
    wanted = work_of(planning.day, planning.day.jobs[reason.job])
    desk = at_desk(job.place) if wanted.desk else ON_THE_ROAD
    area = works_in(wanted.area) if wanted.area else ""
    if any(tags == {area} for tags in lacking):
        return ReasonCode.OUTSIDE_AREA
    return ReasonCode.NO_DESK if any(tags <= {desk, area} for tags in lacking) else ReasonCode.NO_SKILLED_TECHNICIAN


def _is_closed(planning: Planning, row: int) -> bool:
    """Whether the scope of the day, and not the job itself, excludes every technician."""
    if planning.day.options.scope is None:
        return False
    everybody = {technician.id for technician in planning.problem.technicians}
    return planning.problem.jobs[row].excluded >= everybody and not everybody <= {*planning.day.jobs[row].technicians.excluded}


def _about_time(planning: Planning, reason: Reason) -> ReasonCode:
    """Why there is no time for a job: its windows are too short, the drives too long, or nobody is at work then."""
    problem = planning.problem
    job = problem.jobs[reason.job]
    shifts = [problem.shifts[block.shift] for block in reason.blocks if block.cause not in _REASONS]
    lasts = min((service_times(job, problem.technicians[shift.technician])[1] for shift in shifts), default=job.duration)
    if job.windows and all(window.finish and window.close - window.open < lasts for window in job.windows):
        return ReasonCode.WINDOW_SHORTER_THAN_DURATION
    too_far = all(_drives_exceed(problem, shift, job) for shift in shifts)
    return ReasonCode.TRAVEL_TOO_LONG if shifts and too_far else ReasonCode.NO_SHIFT_OVERLAPS_WINDOW


def _drives_exceed(problem: solver.Problem, shift: solver.Shift, job: solver.Job) -> bool:
    """Whether the drives to a job and back alone are longer than the shift."""
    there = int(problem.travel.durations[shift.start_place, job.place])
    back = 0 if shift.end_place is None else int(problem.travel.durations[job.place, shift.end_place])
    free = (there if shift.first_drive_outside else 0) + (back if shift.last_drive_outside else 0)
    return there + back - free > shift.latest - shift.start


def _whose(planning: Planning, shift: int) -> _Whose:
    owner, number = planning.numbers[shift]
    return {"technician": planning.day.technicians[owner].id, "shift": number}
