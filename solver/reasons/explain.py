"""The reasons: is a job impossible, or only displaced; and who holds its place at what price.

What is left out for a job is searched among single jobs, pairs and runs of jobs of one route, in the order of their price, and the
job put into what remains without reordering it. Every answer is a legal route, timed and checked; a cheaper one by rearranging the
route may exist.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace

from solver.evaluation import route_cost, timed
from solver.plan import Plan, Route, Stop, StopKind
from solver.problem import Departure, Job, Problem
from solver.reasons.alone import alone
from solver.reasons.answers import Block, Holder, Reason, ReasonCode
from solver.reasons.rooms import Room, positions, rooms_of
from solver.violations import check_route, first_misfit

BEST = 3  #: holders named per job
LOOK = 12  #: shifts searched for holders: the nearest of those where the job fits alone
PAIRS = 2_000  #: jobs times shifts searched for holders; on days with more, fewer shifts are looked at, but never less than `BEST`
TRIES = 4  #: positions timed per room
ROOMS_TRIED = 12  #: rooms timed per job and shift


def explain(problem: Problem, plan: Plan) -> tuple[Reason, ...]:
    """Why each job is left out, in the order of `plan.unassigned`.

    Parameters
    ----------
    problem
        What was to be planned.
    plan
        A legal plan.

    Returns
    -------
    tuple of Reason
        `impossible` with a block for every shift, each proved by trying every order of the job, the breaks and up to two stops for
        stock; or `displaced` with up to three holders. A holder with a negative price is an improvement that the search had not
        found.
    """
    look = max(BEST, min(LOOK, PAIRS // max(1, len(plan.unassigned))))
    prompt = replace(problem, departure=Departure.KEEP_STARTS)
    desk = Desk(problem, prompt, {route.shift: route for route in plan.routes}, look)
    return tuple(desk.reason(row) for row in plan.unassigned)


@dataclass(frozen=True, slots=True)
class Desk:
    """A plan under question, and what has been asked once: the rooms of its routes, the shifts that no job of a kind fits."""

    problem: Problem
    prompt: Problem  #: with the departure that moves no start
    routes: dict[int, Route]
    look: int  #: shifts searched for holders per job
    rooms: dict[int, list[Room]] = field(default_factory=dict)
    misfits: dict[Hashable, dict[int, Block]] = field(default_factory=dict)

    def reason(self, row: int) -> Reason:
        """The reason of one job left out."""
        blocks = self._misfits(self.problem.jobs[row]).copy()
        fits: dict[int, Route] = {}
        for shift in self._nearest(row, [shift for shift in range(len(self.problem.shifts)) if shift not in blocks]):
            route, cause = alone(self.problem, shift, row)
            if cause is not None:
                blocks[shift] = Block(shift, cause)
            elif route is not None:
                fits[shift] = route
                if len(fits) == self.look:
                    break
        if not fits:
            return Reason(row, ReasonCode.IMPOSSIBLE, tuple(blocks[shift] for shift in sorted(blocks)), ())
        return Reason(row, ReasonCode.DISPLACED, (), self._holders(row, fits))

    def _misfits(self, job: Job) -> dict[int, Block]:
        """Blocks of the shifts that may not serve a job whatever else they do: looked for once per kind of job."""
        pin = job.pin.shift if job.pin else None
        kind = (frozenset(job.skills.items()), job.tags, job.required, job.excluded, pin)
        if kind not in self.misfits:
            causes = ((shift, first_misfit(self.problem, shift, job)) for shift in range(len(self.problem.shifts)))
            self.misfits[kind] = {shift: Block(shift, cause) for shift, cause in causes if cause is not None}
        return self.misfits[kind]

    def _nearest(self, row: int, shifts: list[int]) -> list[int]:
        drive, place = self.problem.travel.durations.item, self.problem.jobs[row].place
        return sorted(shifts, key=lambda shift: (drive(self.problem.shifts[shift].start_place, place), shift))

    def _holders(self, row: int, fits: dict[int, Route]) -> tuple[Holder, ...]:
        """The cheapest holders on the shifts where a job fits alone, at most `BEST`."""
        found: list[Holder] = []
        for shift in sorted(fits, key=lambda shift: (self._floor(shift), shift)):
            limit = found[BEST - 1].price if len(found) >= BEST else None
            holder = self._holder(row, shift, fits[shift], limit)
            if holder is not None:
                found = sorted([*found, holder], key=lambda each: (each.price, each.shift))[:BEST]
        return tuple(found)

    def _floor(self, shift: int) -> int:
        """What room on a shift costs at least."""
        return self._rooms(shift)[0].price if shift in self.routes else self.problem.shifts[shift].price_use

    def _holder(self, row: int, shift: int, single: Route, limit: int | None) -> Holder | None:
        """The cheapest holder on one shift; None if none was found below the limit."""
        everyone = self.routes[shift].jobs if shift in self.routes else ()
        if everyone:
            best = self._with_room(row, shift, limit)
            if best is not None or limit is not None:
                return best
        return Holder(shift, everyone, self._price(row, shift, everyone, single))

    def _with_room(self, row: int, shift: int, limit: int | None) -> Holder | None:
        """The cheapest holder by the rooms of a route; if there is room without leaving anybody out, that."""
        gain, tried = self.problem.jobs[row].price_unserved, 0
        best: Holder | None = None
        for room in sorted(self._rooms(shift), key=lambda room: len(room.removed) > 0):
            if tried == ROOMS_TRIED or (room.removed and limit is not None and room.price - gain >= limit):
                break
            routes = list(self._candidates(row, shift, room))
            tried += len(routes) > 0
            for route in routes:
                price = self._price(row, shift, room.removed, route)
                if (limit is None or price < limit) and not check_route(self.problem, route):
                    best, limit = Holder(shift, room.removed, price), price
            if best is not None and not room.removed:
                break
        return best

    def _candidates(self, row: int, shift: int, room: Room) -> Iterator[Route]:
        """Routes with the job put into a room where it may fit by a look; with a stop for stock before it, too, if it uses any."""
        job, stop = self.problem.jobs[row], Stop(StopKind.JOB, row)
        fetches = self.problem.shifts[shift].stock is not None and bool(job.tools or job.parts)
        for _, at in positions(self.problem, shift, room, job)[:TRIES]:
            before, after = room.stops[:at], room.stops[at:]
            yield timed(self.problem, shift, (*before, stop, *after))
            if fetches:
                yield timed(self.problem, shift, (*before, Stop(StopKind.STOCK), stop, *after))

    def _price(self, row: int, shift: int, removed: tuple[int, ...], route: Route) -> int:
        """The change of `Cost.total` when a route takes the place of that of its shift."""
        left_out = sum(self.problem.jobs[each].price_unserved for each in removed)
        before = route_cost(self.problem, self.routes[shift]).total if shift in self.routes else 0
        return route_cost(self.problem, route).total - before + left_out - self.problem.jobs[row].price_unserved

    def _rooms(self, shift: int) -> list[Room]:
        if shift not in self.rooms:
            self.rooms[shift] = rooms_of(self.problem, self.prompt, self.routes[shift])
        return self.rooms[shift]
