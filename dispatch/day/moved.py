"""Every visit that is not where the plan in force has it, and what caused that."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import solver
from dispatch.day.planning import Planning
from dispatch.day.standing import GONE, Standing
from dispatch.day.units import money, seconds
from dispatch.wire.answer import MoveCause, MoveCode, MovedVisit, Spot
from dispatch.wire.work import Current
from solver.evaluation import change_price, moved_price, promise_price

_SENTENCES = {
    MoveCode.RUNNING_LATE: "Its technician is late or early: it has moved without being touched.",
    MoveCode.CHEAPER: "Nothing forced it: the plan costs less so.",
}


def moved(planning: Planning, plan: solver.Plan) -> tuple[MovedVisit, ...]:
    """The visits of the plan in force that a plan moves or leaves out, told customers first, then by the time they had."""
    standing = planning.standing
    if standing is None:
        return ()
    beside = Beside(planning, standing, _places(standing.plan), _places(plan))
    found = [each for row in standing.starts if (each := beside.moved(row)) is not None]
    return tuple(sorted(found, key=lambda each: (not each.told, each.kept, each.before.start, each.job)))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a plan has a job: the row of the shift, which one of its jobs it is, and when it starts."""

    shift: int
    rank: int
    start: int


@dataclass(frozen=True, slots=True)
class Beside:
    """A plan beside the one in force, as far as that can stay."""

    planning: Planning
    standing: Standing
    was: Mapping[int, Place]
    now: Mapping[int, Place]

    def moved(self, row: int) -> MovedVisit | None:
        """What has become of a job of the plan in force; None if it is where it was."""
        current, place = self.planning.day.jobs[row].current, self.now.get(row)
        assert current is not None  # it has a start in the plan in force
        if place is not None and self._is_at(row, place, current):
            return None
        job = self.planning.problem.jobs[row]
        after = {} if place is None else {"after": self._spot(place)}
        kept = job.promise is None or (place is not None and job.promise.keeps(place.start))
        technician = None if place is None else self._technician(place)
        changes = (
            job.dropped if place is None or technician is None else change_price(job, technician) + moved_price(job, place.start)
        )
        return MovedVisit(
            job=job.id,
            before=Spot(technician=current.technician, shift=current.shift, start=self.planning.shown(self.standing.starts[row])),
            told=job.promise is not None,
            kept=kept,
            change_price=money(changes),
            promise_price=0 if place is None else money(promise_price(job, place.start)),
            causes=tuple(self._causes(row, place)),
            **after,
        )

    def _is_at(self, row: int, place: Place, current: Current) -> bool:
        tolerance = seconds(self.planning.setting.policy.move_tolerance_min or 0)
        near = abs(place.start - self.standing.starts[row]) <= tolerance
        return near and self._technician(place).id == current.technician

    def _causes(self, row: int, place: Place | None) -> Iterator[MoveCause]:
        """What caused a move: that it cannot stay; or that its technician is late, and what has come and gone on its route."""
        rule = self.standing.lost.get(row)
        if rule is not None:
            sentence = "Its technician is not planned any more." if rule == GONE else f"Where it was it breaks a rule: {rule}."
            yield MoveCause(code=MoveCode.CANNOT_STAY, rule=rule, message=sentence)
            return
        was = self.was[row]
        tolerance = self.planning.problem.jobs[row].current
        late = tolerance is not None and abs(was.start - self.standing.starts[row]) > tolerance.tolerance
        if late:
            yield MoveCause(code=MoveCode.RUNNING_LATE, message=_SENTENCES[MoveCode.RUNNING_LATE])
        if late and place is not None and (place.shift, place.start) == (was.shift, was.start):
            return
        others = [*self._others(was, place)]
        yield from others
        if not others:
            yield MoveCause(code=MoveCode.CHEAPER, message=_SENTENCES[MoveCode.CHEAPER])

    def _others(self, was: Place, place: Place | None) -> Iterator[MoveCause]:
        """What has come into its route, and gone from it; of a route that it is still on, only before it."""
        stays = place is not None and place.shift == was.shift
        limit = place.rank if stays and place is not None else len(self.now)
        now = [row for row, each in self.now.items() if each.shift == was.shift and each.rank < limit]
        came = [row for row in now if row not in self.was or self.was[row].shift != was.shift]
        if came:
            names = self._names(came)
            yield MoveCause(code=MoveCode.MADE_ROOM, jobs=names, message=f"{', '.join(names)} came into its route.")
        before = [row for row, each in self.was.items() if each.shift == was.shift and each.rank < was.rank]
        gone = [row for row in before if row not in self.now or self.now[row].shift != was.shift]
        if gone and stays:
            names = self._names(gone)
            yield MoveCause(code=MoveCode.LEFT_BEHIND, jobs=names, message=f"{', '.join(names)} went from its route.")

    def _names(self, rows: list[int]) -> tuple[str, ...]:
        return tuple(self.planning.day.jobs[row].id for row in sorted(rows))

    def _technician(self, place: Place) -> solver.Technician:
        return self.planning.problem.technicians[self.planning.problem.shifts[place.shift].technician]

    def _spot(self, place: Place) -> Spot:
        owner, number = self.planning.numbers[place.shift]
        technician = self.planning.day.technicians[owner].id
        return Spot(technician=technician, shift=number, start=self.planning.shown(place.start))


def _places(plan: solver.Plan) -> dict[int, Place]:
    found = {}
    for route in plan.routes:
        visits = [visit for visit in route.visits if visit.stop.kind is solver.StopKind.JOB]
        found.update({visit.stop.row: Place(route.shift, rank, visit.start) for rank, visit in enumerate(visits)})
    return found
