"""The reasons: is a job impossible, or only displaced; and who holds its place at what price."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from solver.arrays import build
from solver.kernels.compile import compiling
from solver.plan import Plan
from solver.problem import Job, Problem
from solver.reasons.alone import alone
from solver.reasons.answers import Block, Holder, Reason, ReasonCode
from solver.reasons.coupled import explain_together
from solver.reasons.desk import BEST, DEAREST, Desk, Offer, looked_at
from solver.violations import first_misfit

PROOFS = 10_000  #: jobs times shifts whose blocks are named; on days with more impossible jobs, those of the nearest shifts


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
        found. Where hundreds of jobs are left out, blocks that have to be proved so are named for the nearest shifts only. Where
        jobs are coupled, holders are not looked for, but what of other jobs keeps one out; jobs of a bundle that is served have no
        reason.
    """
    left = len(plan.unassigned)
    if not left:
        return ()
    inquiry = Inquiry(Desk.of(problem, build(problem, search=False), plan), looked_at(left), max(BEST, PROOFS // left))
    with compiling():
        if problem.coupled:
            return explain_together(problem, plan, inquiry.alone)
        return tuple(inquiry.reason(row) for row in plan.unassigned)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Questions about the jobs left out of a plan, and what has been asked once: the shifts that no job of a kind fits."""

    desk: Desk
    look: int  #: shifts searched for holders per job
    proofs: int  #: shifts whose blocks are proved per job
    misfits: dict[Hashable, dict[int, Block]] = field(default_factory=dict)

    def reason(self, row: int) -> Reason:
        """The reason of one job left out."""
        blocks = self._misfits(self.desk.problem.jobs[row])
        others = [shift for shift in self.desk.nearest(row) if shift not in blocks]
        fits = self.desk.fits(row, others, self.look)
        if fits:
            return Reason(row, ReasonCode.DISPLACED, (), self._holders(row, fits))
        return self._impossible(row, blocks, others)

    def alone(self, row: int) -> Reason:
        """The same without a look at who holds its place."""
        blocks = self._misfits(self.desk.problem.jobs[row])
        others = [shift for shift in self.desk.nearest(row) if shift not in blocks]
        if self.desk.fits(row, others, 1):
            return Reason(row, ReasonCode.DISPLACED, (), ())
        return self._impossible(row, blocks, others)

    def _impossible(self, row: int, misfits: dict[int, Block], others: Sequence[int]) -> Reason:
        """The rule that blocks a job on every shift."""
        blocks = misfits.copy()
        for shift in others[: self.proofs]:
            cause = alone(self.desk.problem, shift, row).cause
            if cause is not None:
                blocks[shift] = Block(shift, cause)
        return Reason(row, ReasonCode.IMPOSSIBLE, tuple(blocks[shift] for shift in sorted(blocks)), ())

    def _misfits(self, job: Job) -> dict[int, Block]:
        """Blocks of the shifts that may not serve a job whatever else they do: looked for once per kind of job."""
        problem, pin = self.desk.problem, job.pin.shift if job.pin else None
        kind = (frozenset(job.skills.items()), frozenset(job.staff.items()), job.tags, job.required, job.excluded, pin)
        if kind not in self.misfits:
            causes = ((shift, first_misfit(problem, shift, job)) for shift in range(len(problem.shifts)))
            self.misfits[kind] = {shift: Block(shift, cause) for shift, cause in causes if cause is not None}
        return self.misfits[kind]

    def _holders(self, row: int, fits: dict[int, tuple[int, ...]]) -> tuple[Holder, ...]:
        """The cheapest holders on the shifts where a job fits alone, at most `BEST`."""
        offers: list[Offer] = []
        for shift, single in fits.items():
            limit = offers[BEST - 1].price if len(offers) >= BEST else DEAREST
            offer = self.desk.offer(row, shift, single, limit)
            offers = sorted([*offers, *([offer] if offer else [])], key=lambda each: (each.price, each.shift))
        proved = (self._proved(row, offer) for offer in offers[:BEST])
        return tuple(sorted((holder for holder in proved if holder), key=lambda holder: (holder.price, holder.shift)))

    def _proved(self, row: int, offer: Offer) -> Holder | None:
        """The holder of an offer, its route timed, checked and priced by the definition; None if that finds it illegal."""
        route = self.desk.route(offer)
        if route is None:
            return None
        jobs, price = self.desk.problem.jobs, self.desk.price(row, offer.shift, offer.removed, route)
        pinned = tuple(each for each in offer.removed if jobs[each].pin is not None)
        promises, limits = self.desk.promises(offer, route), self.desk.limits(offer, route)
        return Holder(offer.shift, offer.removed, price, pinned, promises, limits)
