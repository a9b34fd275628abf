"""Why a task is left out, in a sentence."""

from collections.abc import Iterable, Mapping

from dispatch.wire.vroom import Asked
from solver.reasons import Reason, ReasonCode
from solver.violations import Cause

DISPLACED = "it would fit alone, but other tasks hold its place or count more"
FOUND_NO_PLACE = "it would fit; the search ended before it was placed"
NOT_ON_A_ROUTE = "no step of a route names it"

_SENTENCES = {
    Cause.TAG: "no vehicle has the skills it needs",
    Cause.PARTS: "its amounts are more than a vehicle can hold",
    Cause.MAX_JOBS: "every vehicle that could serve it may serve no task",
    Cause.UNREACHABLE: "there is no way to its place and back",
    Cause.SHIFT_HOURS: "the drives to it and back and its service take longer than a vehicle works",
    Cause.BREAK: "the breaks of the vehicles leave no time for it",
    Cause.WINDOW: "no vehicle can be there in its time windows",
    Cause.MAX_TRAVEL: "the drives to it and back exceed a vehicle's max_travel_time",
}
"""By the rule that blocks it, those that come nearer to serving it last."""


def sentences(asked: Asked, reasons: Iterable[Reason]) -> Mapping[int, str]:
    """Of each job (id) left out, why: what blocks it on the vehicle that comes nearest to serving it."""
    return {asked.jobs[reason.job].id: _sentence(reason) for reason in reasons}


def _sentence(reason: Reason) -> str:
    if reason.code is ReasonCode.DISPLACED:
        room = any(not holder.jobs and holder.price < 0 for holder in reason.holders)
        return FOUND_NO_PLACE if room else DISPLACED
    causes = {block.cause for block in reason.blocks}
    nearest = [sentence for cause, sentence in _SENTENCES.items() if cause in causes]
    return nearest[-1] if nearest else "no vehicle can serve it"
