"""The translation between the two worlds: a day becomes a problem, a plan becomes an answer. Times become seconds here only."""

from dispatch.day.answers import answer, priced, route_file
from dispatch.day.layers import work_of
from dispatch.day.places import Atlas, great_circle
from dispatch.day.planning import Planning, problem_of, repinned, with_pins
from dispatch.day.plans import pinned, plan_of
from dispatch.day.reasons import left_out

__all__ = [
    "Atlas",
    "Planning",
    "answer",
    "great_circle",
    "left_out",
    "pinned",
    "plan_of",
    "priced",
    "problem_of",
    "repinned",
    "route_file",
    "with_pins",
    "work_of",
]
