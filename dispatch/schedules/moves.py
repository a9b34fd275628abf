"""One job moved in a plan: what that does to its two routes, to the price, to the rules. Pure: no database, no clock.

A moved job goes where it is told, and the other jobs keep their order. Only the routes it leaves and joins are timed anew, by
`solver.timed`; the figures afterwards are those of the whole plan, by `solver.evaluate` and `solver.check`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import solver
from dispatch import day as days
from dispatch.day import Planning
from dispatch.day.settling import Stops, Tried, settled, tried
from dispatch.errors import Code, Finding, InputError
from dispatch.wire.answer import PlanFile, ReasonCode
from dispatch.wire.findings import nearest
from dispatch.wire.schedules import Broken, Move
from dispatch.wire.work import Pin
from solver import Stop, StopKind
from solver.evaluation import whole_order
from solver.violations import Violation

SETTLED = 2
"""Places for a job, the best ones at first sight, for which breaks are settled, too."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A plan with what is known of it: its file, and the rules it breaks."""

    planning: Planning
    plan: solver.Plan
    file: PlanFile
    broken: tuple[Broken, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A plan after one job was moved, pinned or unpinned."""

    job: str
    move: Move | None  #: with the shift, and the position unless there is a time; None: it was pinned or unpinned
    planning: Planning  #: with the job pinned as it then is
    plan: solver.Plan
    before: PlanFile
    after: PlanFile
    broken: tuple[Broken, ...]

    @property
    def legal(self) -> bool:
        """Whether no rule is broken that was kept before."""
        return not any(each.new for each in self.broken)

    @property
    def pin(self) -> Pin | None:
        """What the job is pinned to."""
        return self.planning.day.jobs[self.planning.job_rows[self.job]].pin

    @property
    def standing(self) -> Standing:
        """The plan as it is then, to be moved on."""
        known = tuple(each.model_copy(update={"new": False}) for each in self.broken)
        return Standing(self.planning, self.plan, self.after, known)


def standing(planning: Planning, file: PlanFile) -> Standing:
    """A plan file with the rules it breaks. Raises `InputError` if it names what is not in the day."""
    plan = days.plan_of(planning, file)
    return Standing(planning, plan, file, tuple(said(planning, each) for each in solver.check(planning.problem, plan)))


def moved(was: Standing, move: Move) -> Moved:
    """The plan in which a job is where a move puts it.

    A job that is pinned stays pinned: to its new shift, and to its old time unless the move says another. Taken out, it is pinned
    no more. A move that breaks a rule and is forced pins the job to its new shift.

    Raises
    ------
    InputError
        The move names a job, technician or shift that is not planned, a position beyond the route, or contradicts itself.
    """
    planning, plan = was.planning, was.plan
    row, target = _meant(planning, plan, move)
    after = _repinned(planning, move.job, _pin_after(planning, move, target), "technician" if move.start is None else "start")
    routes = {route.shift: whole_order(planning.problem, route) for route in plan.routes}
    source = _shift_of(plan, row)
    changed: dict[int, Tried | None] = {}
    if source is not None:
        routes[source] = tuple(stop for stop in routes[source] if stop != Stop(StopKind.JOB, row))
        changed[source] = settled(after.problem, source, routes[source]) if _jobs(routes[source]) else None
    if target is not None:
        changed[target] = _joined(after.problem, target, routes.get(target) or _breaks(after.problem, target), row, move.position)
    found = _found(was, after, _replanned(after.problem, plan, changed), move.job)
    found = replace(found, move=_completed(found, move, target, row))
    return _forced(found, target) if move.force and not found.legal and target is not None else found


def pinned(was: Standing, job: str, pin: Pin | None) -> Moved:
    """The plan with a job pinned to something, or to nothing any more; the times of its route may change with that.

    Raises
    ------
    InputError
        There is no such job, or another one is pinned to the technician at that time.
    """
    planning, plan = was.planning, was.plan
    shift = _shift_of(plan, row_of(planning, job))
    after = _repinned(planning, job, pin, "start")
    changed: dict[int, Tried | None] = {}
    if shift is not None:
        route = next(route for route in plan.routes if route.shift == shift)
        changed[shift] = tried(after.problem, shift, whole_order(planning.problem, route))
    return _found(was, after, _replanned(after.problem, plan, changed), job)


def row_of(planning: Planning, job: str) -> int:
    """The row of a job that may be moved. Raises `InputError`."""
    row = planning.job_rows.get(job)
    if row is None:
        message = f"is the id of none of the jobs of the schedule{nearest(job, planning.job_rows)}"
        raise _refused("job", Code.UNKNOWN_REFERENCE, message, job)
    if planning.day.jobs[row].fact is not None:
        raise _refused("job", Code.UNDER_WAY, "has been begun: it stays where it is", job)
    return row


def said(planning: Planning, violation: Violation) -> Broken:
    """A violation in the words of the wire."""
    given: dict[str, str | int] = {}
    if violation.shift is not None and 0 <= violation.shift < len(planning.numbers):
        owner, number = planning.numbers[violation.shift]
        given |= {"technician": planning.day.technicians[owner].id, "shift": number}
    if violation.job is not None:
        given["job"] = planning.day.jobs[violation.job].id
    given |= {"cause": violation.cause.value, "amount": violation.amount, "message": violation.message}
    return Broken.model_validate(given)


def file_of(planning: Planning, plan: solver.Plan, was: Standing, why: ReasonCode) -> PlanFile:
    """The file of a plan made from another one by hand.

    Jobs left out before keep the reason the run gave; those that were not have the reason `why`.
    """
    reasons = {left.job: left for left in was.file.unassigned}
    left_out = [planning.day.jobs[row].id for row in days.missed(planning.day, planning.problem, plan.unassigned)]
    files = {(each.technician, each.shift): each for each in was.file.routes}
    known = {route: files[_whose(was.planning, route)] for route in was.plan.routes}
    changes = {
        "optimal": False,
        "cost": days.priced(solver.evaluate(planning.problem, plan)),
        "routes": tuple(known.get(route) or days.route_file(planning, route) for route in plan.routes),
        **({"moved": days.moved(planning, plan)} if planning.standing else {}),
        "unassigned": tuple(reasons.get(job) or days.left_out(job, why) for job in left_out),
        "warnings": planning.warnings,
    }
    return was.file.model_copy(update=changes)


def _whose(planning: Planning, route: solver.Route) -> tuple[str, int]:
    owner, number = planning.numbers[route.shift]
    return planning.day.technicians[owner].id, number


# ---------------------------------------------------------------- what is meant


def _meant(planning: Planning, plan: solver.Plan, move: Move) -> tuple[int, int | None]:
    """The row of the job, and of the shift it goes to."""
    row = row_of(planning, move.job)
    extra = [name for name in ("shift", "position", "start") if getattr(move, name) is not None]
    if move.technician is None:
        if extra:
            raise _refused(extra[0], Code.CONFLICT, "stands beside no technician")
        return row, None
    if move.position is not None and move.start is not None:
        raise _refused("position", Code.CONFLICT, "stands beside start: one of the two", move.position)
    target = _target(planning, plan, move, row)
    route = next((route for route in plan.routes if route.shift == target), None)
    others = 0 if route is None else sum(job != row for job in route.jobs)
    if (move.position or 0) > others:
        raise _refused("position", Code.OUT_OF_RANGE, f"the route has {others} other jobs", move.position)
    return row, target


def _target(planning: Planning, plan: solver.Plan, move: Move, row: int) -> int:
    """The row of the shift a move goes to: the one named, the only one, the one at that time, or the one the job is on."""
    owned = {number: each for (name, number), each in planning.shift_rows.items() if name == move.technician}
    if not owned:
        known = {name: 0 for name, _ in planning.shift_rows}
        message = f"is no technician with a planned shift{nearest(move.technician or '', known)}"
        raise _refused("technician", Code.UNKNOWN_REFERENCE, message, move.technician)
    if move.shift is not None:
        if move.shift not in owned:
            raise _refused("shift", Code.UNKNOWN_REFERENCE, f"is no planned shift of technician {move.technician}", move.shift)
        return owned[move.shift]
    rows = list(owned.values())
    if len(rows) > 1 and move.start is not None:
        at = planning.seconds(move.start)
        shifts = planning.problem.shifts
        rows = [each for each in rows if shifts[each].start <= at < shifts[each].latest]
    if len(rows) > 1 and _shift_of(plan, row) in rows:
        rows = [each for each in rows if each == _shift_of(plan, row)]
    if len(rows) != 1:
        raise _refused("shift", Code.REQUIRED, f"technician {move.technician} has {len(owned)} shifts: which one is it?")
    return rows[0]


def _refused(field: str, code: Code, message: str, value: str | int | None = None) -> InputError:
    return InputError([Finding(f"/{field}", code, message, value)])


def _pin_after(planning: Planning, move: Move, target: int | None) -> Pin | None:
    """What a job is pinned to when a move is made."""
    pin = planning.day.jobs[planning.job_rows[move.job]].pin
    if target is None:
        return None
    if move.start is not None:
        return pin_to(planning, target, start=move.start)
    if pin is None or pin.technician is None:
        return pin
    return pin_to(planning, target, start=pin.start)


def pin_to(planning: Planning, shift: int, **fields: object) -> Pin:
    """A pin to a shift, and to what else is given and not None."""
    owner, number = planning.numbers[shift]
    given = {name: value for name, value in fields.items() if value is not None}
    return Pin.model_validate({"technician": planning.day.technicians[owner].id, "shift": number, **given})


def _repinned(planning: Planning, job: str, pin: Pin | None, field: str) -> Planning:
    """The planning with a job pinned otherwise; if that cannot be, `field` of what was asked is to blame."""
    if planning.day.jobs[planning.job_rows[job]].pin == pin:
        return planning
    try:
        return days.repinned(planning, {job: pin})
    except InputError as error:
        raise InputError(Finding(f"/{field}", each.code, each.message, each.value) for each in error.findings) from error


# ---------------------------------------------------------------- what becomes of it


def _shift_of(plan: solver.Plan, row: int) -> int | None:
    return next((route.shift for route in plan.routes if row in route.jobs), None)


def _jobs(stops: Stops) -> int:
    return sum(stop.kind is StopKind.JOB for stop in stops)


def _breaks(problem: solver.Problem, shift: int) -> Stops:
    return tuple(Stop(StopKind.BREAK, number) for number in range(len(problem.shifts[shift].breaks)))


def _joined(problem: solver.Problem, shift: int, stops: Stops, row: int, position: int | None) -> Tried:
    """The route of a shift with a job put in at a position among its jobs, or at the best one; of equally good ones the first."""
    places = [at for at in range(len(stops) + 1) if position is None or _jobs(stops[:at]) == position]
    options = [tried(problem, shift, (*stops[:at], Stop(StopKind.JOB, row), *stops[at:])) for at in places]
    options.sort(key=lambda option: option.rank)
    best = options[0]
    for option in options[:SETTLED] if best.broken else ():
        best = min(best, settled(problem, shift, option.stops), key=lambda each: each.rank)
        if not best.broken:
            break
    return best


def _replanned(problem: solver.Problem, plan: solver.Plan, changed: Mapping[int, Tried | None]) -> solver.Plan:
    """The plan with some routes in place of those of their shifts; None: the shift has no job any more."""
    routes = {route.shift: route for route in plan.routes if route.shift not in changed}
    routes |= {shift: each.route for shift, each in changed.items() if each is not None}
    served = {row for route in routes.values() for row in route.jobs}
    left_out = (row for row in range(len(problem.jobs)) if row not in served)
    return solver.Plan(tuple(routes[shift] for shift in sorted(routes)), tuple(left_out))


def _found(was: Standing, planning: Planning, plan: solver.Plan, job: str) -> Moved:
    """A move weighed up: prices and rules before and after."""
    return Moved(
        job=job,
        move=None,
        planning=planning,
        plan=plan,
        before=was.file,
        after=file_of(planning, plan, was, ReasonCode.TAKEN_OUT),
        broken=tuple(_broken(was.broken, planning, plan)),
    )


def _broken(before: tuple[Broken, ...], planning: Planning, plan: solver.Plan) -> Iterator[Broken]:
    """The rules broken afterwards; new are those that were not broken before at that shift and job, or by less."""
    now = tuple(said(planning, each) for each in solver.check(planning.problem, plan))
    known, amounts = _amounts(before), _amounts(now)
    for each in now:
        yield each.model_copy(update={"new": True}) if amounts[_subject(each)] > known[_subject(each)] else each


def _amounts(broken: tuple[Broken, ...]) -> Counter[tuple[object, ...]]:
    found = Counter[tuple[object, ...]]()
    for each in broken:
        found[_subject(each)] += each.amount
    return found


def _subject(broken: Broken) -> tuple[object, ...]:
    return broken.cause, broken.technician, broken.shift, broken.job


def _completed(found: Moved, move: Move, target: int | None, row: int) -> Move:
    """The move with its shift, and its position unless it says a time."""
    given: dict[str, object] = {"job": move.job, "technician": move.technician}
    if target is not None:
        given["shift"] = found.planning.numbers[target][1]
        route = next(route for route in found.plan.routes if route.shift == target)
        given |= {"position": route.jobs.index(row)} if move.start is None else {"start": move.start}
    return Move.model_validate(given | ({"force": True} if move.force else {}))


def _forced(found: Moved, target: int) -> Moved:
    """A move that breaks a rule and is made all the same: the job is pinned to its shift."""
    pin = found.pin
    if pin is not None and pin.technician is not None:
        return found
    start = None if pin is None else pin.start
    planning = _repinned(found.planning, found.job, pin_to(found.planning, target, start=start), "start")
    return replace(found, planning=planning, after=found.after.model_copy(update={"warnings": planning.warnings}))
