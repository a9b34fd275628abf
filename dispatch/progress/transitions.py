"""The one table of what a report does to a visit: which state it leads to, or why it leads nowhere.

A technician need not press every button: steps may be left out, but nothing is completed that was not started. A report that comes
after a later one is overtaken: it does nothing, and nobody has to do anything about it.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from dispatch.store.tables import EventKind, VisitState


class Nowhere(StrEnum):
    """What a report that leads to no state is."""

    SUPERSEDED = "superseded"  #: the visit is there already, or further
    SUPERSEDED_IF_EARLIER = "superseded if earlier"  #: so, if it happened before the visit came to its end; illegal otherwise
    ILLEGAL = "illegal"  #: it contradicts what was reported before


Cell = VisitState | Nowhere

_BACK, _LATE, _NO = Nowhere.SUPERSEDED, Nowhere.SUPERSEDED_IF_EARLIER, Nowhere.ILLEGAL
_ACCEPTED, _EN_ROUTE, _ARRIVED, _STARTED = VisitState.ACCEPTED, VisitState.EN_ROUTE, VisitState.ARRIVED, VisitState.STARTED
_COMPLETED, _FAILED = VisitState.COMPLETED, VisitState.FAILED

_ROWS: Mapping[VisitState, tuple[Cell, ...]] = {
    #                      accepted   en_route   arrived   started   completed   failed
    VisitState.PLANNED: (_ACCEPTED, _EN_ROUTE, _ARRIVED, _STARTED, _NO, _FAILED),
    VisitState.ACCEPTED: (_BACK, _EN_ROUTE, _ARRIVED, _STARTED, _NO, _FAILED),
    VisitState.EN_ROUTE: (_BACK, _BACK, _ARRIVED, _STARTED, _NO, _FAILED),
    VisitState.ARRIVED: (_BACK, _BACK, _BACK, _STARTED, _NO, _FAILED),
    VisitState.STARTED: (_BACK, _BACK, _BACK, _BACK, _COMPLETED, _FAILED),
    VisitState.COMPLETED: (_LATE, _LATE, _LATE, _LATE, _BACK, _NO),
    VisitState.FAILED: (_LATE, _LATE, _LATE, _LATE, _NO, _BACK),
    VisitState.WITHDRAWN: (_NO, _NO, _NO, _NO, _NO, _NO),
}

TABLE: Mapping[VisitState, Mapping[EventKind, Cell]] = MappingProxyType(
    {state: MappingProxyType(dict(zip(EventKind, row, strict=True))) for state, row in _ROWS.items()}
)
"""What each kind of report does to a visit in each state."""

FINISHED = frozenset({VisitState.COMPLETED, VisitState.FAILED})
UNDER_WAY = frozenset({VisitState.EN_ROUTE, VisitState.ARRIVED, VisitState.STARTED})
