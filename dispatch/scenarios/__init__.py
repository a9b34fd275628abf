"""What-ifs: changes on a base day, solved and compared, then made real or thrown away. The live records stay as they are."""

from dispatch.scenarios.adopting import adopt
from dispatch.scenarios.asking import discard, find, listed, request, shown
from dispatch.scenarios.changing import Known, changed
from dispatch.scenarios.comparing import compared
from dispatch.scenarios.grounds import Ground, ground, settle, start_of

__all__ = [
    "Ground",
    "Known",
    "adopt",
    "changed",
    "compared",
    "discard",
    "find",
    "ground",
    "listed",
    "request",
    "settle",
    "shown",
    "start_of",
]
