"""When everything happens on a route, and what a plan costs: the one definition of both.

Timing is one rule. *Every stop starts as early as its route, windows and breaks allow; the shift leaves its start place as late
as possible without moving any start* (`Departure.KEEP_STARTS`) *or without moving the end* (`Departure.KEEP_END`). A drive takes
what it takes at the instant it begins. Readable before fast: `solver.kernels` computes the same numbers on flat arrays, and the
tests hold the two together to the last integer.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import NamedTuple

from solver.coupling import Link
from solver.openings import Opening as Opening
from solver.openings import earliest_start
from solver.openings import openings_of as openings_of
from solver.plan import Plan, Route, Stop, StopKind, Visit
from solver.problem import FOREVER, MANDATORY_PRICE, Break, Departure, Job, Problem, Shift, Technician
from solver.together import groups_price, is_mandatory, left_out_bundles, linked_rows, unbundled, worker_of, worst_lateness

NO_FLOORS: Mapping[int, int] = MappingProxyType({})
"""No visit has to wait for another one."""

ROUNDS = 1_000
"""How often routes are timed again for the links between them."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a plan costs, term by term, in micro-units; `mandatory` counts the mandatory jobs left out."""

    travel: int = 0  #: metres driven
    work: int = 0  #: seconds paid
    use: int = 0  #: shifts used
    jobs: int = 0  #: visits made
    overtime: int = 0
    lateness: int = 0  #: ending after `due`
    urgency: int = 0  #: starting after `release`
    overqualified: int = 0
    preference: int = 0  #: not the preferred technician
    wishes: int = 0  #: tags and skills wished for and not had
    promises: int = 0  #: starting outside the window the customer was told
    preferred_windows: int = 0  #: starting outside the windows that are preferred
    slack: int = 0  #: ending so near to `due` that slack is missing
    changes: int = 0  #: another technician or start than in the plan in force, or left out
    unserved: int = 0  #: jobs left out that may be
    worst_late: int = 0  #: the largest lateness of the plan
    groups: int = 0  #: technicians or days that groups of jobs have too many of, or too few
    mandatory: int = 0

    @property
    def money(self) -> int:
        """The sum of the terms in money."""
        return sum(int(getattr(self, term.name)) for term in fields(self)) - self.mandatory

    @property
    def total(self) -> int:
        """What the solver makes as small as it can: `money`, and `MANDATORY_PRICE` for every mandatory job left out."""
        return self.money + self.mandatory * MANDATORY_PRICE

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(*(getattr(self, term.name) + getattr(other, term.name) for term in fields(self)))

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(*(getattr(self, term.name) - getattr(other, term.name) for term in fields(self)))


class Worked(NamedTuple):
    """The time of a route that is work: from departure to return, less a first or last drive outside the shift."""

    start: int
    end: int


def evaluate(problem: Problem, plan: Plan) -> Cost:
    """The cost of a plan, by the times it states."""
    cost = Cost()
    for route in plan.routes:
        cost += route_cost(problem, route)
    for row in unbundled(problem, plan.unassigned):
        cost += _left_out(problem.jobs[row].mandatory, problem.jobs[row].unserved or 0) + Cost(changes=problem.jobs[row].dropped)
    for bundle in left_out_bundles(problem, plan):
        cost += _left_out(is_mandatory(problem, bundle), bundle.unserved or 0)
    return cost + Cost(worst_late=problem.worst_late_rate * worst_lateness(problem, plan), groups=groups_price(problem, plan))


def plan_of(problem: Problem, orders: Iterable[tuple[int, Sequence[Stop]]]) -> Plan:
    """The plan that serves each given shift's stops in the given order; shifts without a job are left out.

    Breaks missing from an order are an illegal plan, which `violations.check` says; this function judges nothing.
    """
    kept = {shift: stops for shift, stops in sorted(orders) if any(s.kind is StopKind.JOB for s in stops)}
    floors = meetings(problem, kept) if problem.links else NO_FLOORS
    routes = [timed(problem, shift, stops, floors) for shift, stops in kept.items()]
    served = {row for route in routes for row in route.jobs}
    return Plan(tuple(routes), tuple(row for row in range(len(problem.jobs)) if row not in served))


# ---------------------------------------------------------------- times


def timed(problem: Problem, shift_row: int, stops: Sequence[Stop], floors: Mapping[int, int] = NO_FLOORS) -> Route:
    """The route that serves `stops` in this order, each as early as possible; a window that is missed is started on arrival.

    `floors`: per row of a job what it may not start before, as its links to others want it; see `meetings`.
    Breaks without a place that lead or trail are the technician's own time and get no visit, unless a trailing one has to start
    before the technician could be back.
    """
    shift = problem.shifts[shift_row]
    leading, stops = _split_leading(shift, stops)
    ready = shift.start
    for pause in leading:
        ready = max(ready, pause.open) + pause.duration
    if shift.first_drive_outside and not leading:
        ready = _leaves_for(problem, shift, stops, ready)
    visits, _ = _walk(problem, shift, stops, ready, floors)
    if problem.departure is Departure.KEEP_STARTS:
        depart = problem.travel.latest(shift.mode, shift.start_place, visits[0].place, visits[0].start) if visits else ready
    elif problem.bent:
        depart = _put_off(problem, shift, visits, ready, lambda leave: _walk(problem, shift, stops, leave, floors)[0])
    else:
        depart = ready + _delay(problem, shift, visits)
    visits, back = _walk(problem, shift, stops, depart, floors)
    last = visits[-1] if visits else None
    home = _home(problem, shift, last.place if last else shift.start_place, last.end if last else depart)
    return Route(shift_row, depart, tuple(visits), *home, back)


def meetings(problem: Problem, orders: Mapping[int, Sequence[Stop]]) -> dict[int, int]:
    """Per linked job, what it may not start before, if every visit is to start as early as all links allow.

    The least solution: from no bound at all, each link lifts the bound of one job to what the times of the other ask for, and
    routes are timed again, until nothing moves. A maximum lag lifts the bound of the job before. Where visits push each other on
    without an end it stops once a bound lies after all shifts, or after `ROUNDS`; the links of such a plan are not kept.
    """
    floors: dict[int, int] = {}
    rounds, end = 0, max(problem.shifts[shift].latest for shift in orders) if orders else 0
    route_of = {stop.row: shift for shift, stops in orders.items() for stop in stops if stop.kind is StopKind.JOB}
    stale, visits = set(orders), dict[int, Visit]()
    while stale and rounds < ROUNDS and max(floors.values(), default=end) <= end:
        rounds += 1
        for shift in stale:
            route = timed(problem, shift, orders[shift], floors)
            visits |= {visit.stop.row: visit for visit in route.visits if visit.stop.kind is StopKind.JOB}
        stale = set()
        for row, floor in _asked(problem.links, visits):
            if floor > floors.get(row, -FOREVER) and floor > visits[row].start:
                floors[row] = floor
                stale.add(route_of[row])
    return floors


def _asked(links: Iterable[Link], visits: Mapping[int, Visit]) -> Iterator[tuple[int, int]]:
    """What the links ask of the starts of the jobs served: rows, and what they may not start before."""
    for link in links:
        if link.before in visits and link.after in visits:
            before, after = visits[link.before], visits[link.after]
            since = before.start if link.from_start else before.end
            morning = next((each for each in link.mornings if each > before.end), FOREVER) if link.mornings else -FOREVER
            yield link.after, max(since + link.low, morning)
            if link.high < FOREVER:
                yield link.before, before.start + after.start - since - link.high


def whole_order(problem: Problem, route: Route) -> tuple[Stop, ...]:
    """The stops of a route, with the breaks held before its departure and after its return: what `timed` makes the route of."""
    breaks = [Stop(StopKind.BREAK, row) for row in range(len(problem.shifts[route.shift].breaks))]
    on_route = [stop for stop in route.stops if stop.kind is StopKind.BREAK]
    missing = [stop for stop in breaks if stop not in on_route]
    if on_route:
        before = [stop for stop in missing if stop.row < on_route[0].row]
        return (*before, *route.stops, *(stop for stop in missing if stop.row > on_route[0].row))
    orders = [(*missing[:first], *route.stops, *missing[first:]) for first in range(len(missing) + 1)]
    linked = linked_rows(problem)
    held = {visit.stop.row: visit.start for visit in route.visits if visit.stop.kind is StopKind.JOB and visit.stop.row in linked}
    return next((order for order in orders if timed(problem, route.shift, order, held) == route), orders[0])


def worked(problem: Problem, route: Route) -> Worked:
    """The working time of a route; the drives outside the shift are not in it."""
    shift = problem.shifts[route.shift]
    start = route.depart + (route.visits[0].travel if shift.first_drive_outside and route.visits else 0)
    return Worked(start, route.back - (route.travel_home if shift.last_drive_outside else 0))


def service_times(job: Job, technician: Technician) -> tuple[int, int]:
    """Seconds of set-up and of service of a job by a technician, rounded up."""
    percent = pace(job, technician)
    return -(-job.setup * percent // 10_000), -(-job.duration * percent // 10_000)


def pace(job: Job, technician: Technician) -> int:
    """How long a technician takes for a job, in ten-thousandths: percent of the technician times percent of the level."""
    held = technician.skills
    surplus = min((held[name].level - need for name, need in job.skills.items() if name in held), default=0)
    return technician.pace * job.paces[min(max(surplus, 0), len(job.paces) - 1)]


def _split_leading(shift: Shift, stops: Sequence[Stop]) -> tuple[list[Break], Sequence[Stop]]:
    n = 0
    while n < len(stops) and _is_placeless(shift, stops[n]):
        n += 1
    return [shift.breaks[stop.row] for stop in stops[:n]], stops[n:]


def _split_trailing(shift: Shift, stops: Sequence[Stop]) -> tuple[Sequence[Stop], Sequence[Stop]]:
    n = len(stops)
    while n and _is_placeless(shift, stops[n - 1]):
        n -= 1
    return stops[:n], stops[n:]


def _is_placeless(shift: Shift, stop: Stop) -> bool:
    return stop.kind is StopKind.BREAK and shift.breaks[stop.row].place is None


def _leaves_for(problem: Problem, shift: Shift, stops: Sequence[Stop], at: int) -> int:
    """The first instant at which the first drive can begin if it must not end before another one."""
    place = _place(problem, shift, stops[0], shift.start_place) if stops else shift.start_place
    return problem.travel.latest(shift.mode, shift.start_place, place, at - 1) + 1


def _walk(problem: Problem, shift: Shift, stops: Sequence[Stop], depart: int, floors: Mapping[int, int]) -> tuple[list[Visit], int]:
    """The visits, and the return, of a shift that leaves at `depart` (leading breaks held)."""
    body, trailing = _split_trailing(shift, stops)
    visits: list[Visit] = []
    now, here, site = depart, shift.start_place, None
    worker = worker_of(problem, shift)
    for stop in body:
        visits.append(_visit(problem, shift, stop, now, (here, site), worker, floors))
        now, here = visits[-1].end, visits[-1].place
        if stop.kind is StopKind.JOB:
            site = here
        elif not _is_placeless(shift, stop):
            site = None
    for stop in trailing:
        if now + _home(problem, shift, here, now)[0] <= shift.breaks[stop.row].close:
            break
        visits.append(_visit(problem, shift, stop, now, (here, site), worker, floors))
        now = visits[-1].end
    return visits, now + _home(problem, shift, here, now)[0]


def _visit(
    problem: Problem,
    shift: Shift,
    stop: Stop,
    now: int,
    before: tuple[int, int | None],
    worker: Technician,
    floors: Mapping[int, int],
) -> Visit:
    """A stop reached from a place left at `now`; the site before is where the last job was, if nothing else came between."""
    here, site = before
    place = _place(problem, shift, stop, here)
    travel = problem.travel.seconds(shift.mode, here, place, now)
    arrive = now + travel
    setup = service = 0
    start = arrive
    match stop.kind:
        case StopKind.JOB:
            job = problem.jobs[stop.row]
            setup, service = service_times(job, worker)
            setup = 0 if site == place else setup
            ready = max(arrive, floors.get(stop.row, arrive))
            start = earliest_start(problem, openings_of(job), ready, setup + service)
        case StopKind.BREAK:
            start, service = max(arrive, shift.breaks[stop.row].open), shift.breaks[stop.row].duration
        case StopKind.STOCK:
            service = shift.stock.duration if shift.stock else 0
    return Visit(stop, place, travel, problem.travel.metres(shift.mode, here, place), arrive, start, setup, service)


def _place(problem: Problem, shift: Shift, stop: Stop, here: int) -> int:
    match stop.kind:
        case StopKind.JOB:
            return problem.jobs[stop.row].place
        case StopKind.STOCK:
            return shift.stock.place if shift.stock else here
    place = shift.breaks[stop.row].place
    return here if place is None else place


def _home(problem: Problem, shift: Shift, here: int, now: int) -> tuple[int, int]:
    """Seconds and metres of the last drive."""
    if shift.end_place is None:
        return 0, 0
    drive = shift.mode, here, shift.end_place
    return problem.travel.seconds(*drive, now), problem.travel.metres(*drive)


def _put_off(problem: Problem, shift: Shift, visits: Sequence[Visit], ready: int, walk: Callable[[int], list[Visit]]) -> int:
    """The latest departure that moves neither the last start nor any visit out of its window: found by halving."""
    closes = [_closes(problem, shift, visit) for visit in visits[:-1]] + [visit.start for visit in visits[-1:]]
    low, high = ready, max(ready, visits[-1].start) if visits else ready
    while low < high:
        middle = (low + high + 1) // 2
        moved = walk(middle)
        kept = len(moved) == len(closes) and all(visit.start <= latest for visit, latest in zip(moved, closes, strict=True))
        low, high = (middle, high) if kept else (low, middle - 1)
    return low


def _delay(problem: Problem, shift: Shift, visits: Sequence[Visit]) -> int:
    """By how much the departure can be put off without moving the end: the waiting, as far as no window closes meanwhile."""
    waited, slack = 0, FOREVER
    for visit in visits:
        waited += visit.wait
        slack = min(slack, waited + _closes(problem, shift, visit) - visit.start)
    return max(0, min(waited, slack))


def _closes(problem: Problem, shift: Shift, visit: Visit) -> int:
    """The latest start of a visit within the window it is in; its start, if it is in none."""
    if visit.stop.kind is StopKind.STOCK:
        return FOREVER
    if visit.stop.kind is StopKind.BREAK:
        return max(visit.start, shift.breaks[visit.stop.row].close)
    if problem.links and visit.stop.row in linked_rows(problem):
        return visit.start
    lasts = visit.setup + visit.service
    for each in openings_of(problem.jobs[visit.stop.row]):
        if each.open <= visit.start <= each.latest(lasts):
            return each.latest(lasts)
    return visit.start


# ---------------------------------------------------------------- money


def route_cost(problem: Problem, route: Route) -> Cost:
    """The cost terms of one route, by the times it states."""
    shift = problem.shifts[route.shift]
    work, worker = worked(problem, route), worker_of(problem, shift)
    cost = Cost(
        travel=route.distance * shift.price_metre,
        work=_paid_seconds(shift, work) * shift.price_second,
        use=shift.price_use,
        jobs=len(route.jobs) * shift.price_job,
        overtime=_overtime_price(shift, work.end - shift.end),
    )
    for visit in route.visits:
        if visit.stop.kind is StopKind.JOB:
            cost += visit_cost(problem.jobs[visit.stop.row], worker, visit)
    return cost


def visit_cost(job: Job, technician: Technician, visit: Visit) -> Cost:
    """The cost terms of serving a job at a time by a technician, apart from the route's."""
    late = visit.end - job.due
    return Cost(
        lateness=job.late_fixed + late * job.late_rate if late > 0 else 0,
        urgency=max(0, visit.start - job.release) * job.urgency,
        overqualified=overqualified_price(job, technician),
        preference=preference_price(job, technician),
        wishes=wishes_price(job, technician),
        promises=promise_price(job, visit.start),
        preferred_windows=preferred_windows_price(job, visit.start),
        slack=slack_price(job, visit.end),
        changes=change_price(job, technician) + moved_price(job, visit.start),
    )


def overqualified_price(job: Job, technician: Technician) -> int:
    """The price of the levels that a technician is above the need, summed over the skills needed."""
    held = technician.skills
    return job.overqualified * sum(max(0, held[name].level - need) for name, need in job.skills.items() if name in held)


def preference_price(job: Job, technician: Technician) -> int:
    """The price of a technician's rank among the preferred ones; those who are not preferred rank last."""
    ranks = job.preferred
    return job.preference * (ranks.index(technician.id) if technician.id in ranks else len(ranks))


def wishes_price(job: Job, technician: Technician) -> int:
    """The price of the tags and skills wished for that a technician has not."""
    return sum(price for wish, price in job.wishes.items() if wish not in technician.tags and wish not in technician.skills)


def promise_price(job: Job, start: int) -> int:
    """The price of starting outside the window that the customer was told."""
    told = job.promise
    if told is None or told.keeps(start):
        return 0
    return told.fixed + max(told.open - start, start - told.close) * told.rate


def preferred_windows_price(job: Job, start: int) -> int:
    """The price of starting outside the preferred windows: that of the one which asks the least."""
    outside = (max(0, each.open - start) * each.early + max(0, start - each.close) * each.late for each in job.preferred_windows)
    return min(outside, default=0)


def slack_price(job: Job, end: int) -> int:
    """The price of the slack that is missing before `due`."""
    return job.slack_rate * min(job.slack, max(0, end - (job.due - job.slack)))


def change_price(job: Job, technician: Technician) -> int:
    """The price of another technician than in the plan in force."""
    return job.current.other if job.current and job.current.technician != technician.id else 0


def moved_price(job: Job, start: int) -> int:
    """The price of the seconds by which a start is moved beyond the tolerance."""
    was = job.current
    return was.rate * max(0, abs(start - was.start) - was.tolerance) if was else 0


def _paid_seconds(shift: Shift, work: Worked) -> int:
    if shift.paid_whole:
        return max(work.end, shift.end) - min(work.start, shift.start)
    return work.end - work.start


def _overtime_price(shift: Shift, overtime: int) -> int:
    ends = [*(tier.after for tier in shift.overtime), FOREVER][1:]
    return sum(tier.rate * max(0, min(overtime, end) - tier.after) for tier, end in zip(shift.overtime, ends, strict=False))


def _left_out(mandatory: bool, price: int) -> Cost:
    return Cost(mandatory=1) if mandatory else Cost(unserved=price)
