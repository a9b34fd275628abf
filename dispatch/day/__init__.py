"""The translation between the two worlds: a day becomes a problem, a plan becomes an answer. Times become seconds here only."""

from dispatch.day.answers import answer
from dispatch.day.layers import work_of
from dispatch.day.places import Atlas, great_circle
from dispatch.day.planning import Planning, problem_of
from dispatch.day.plans import pinned, plan_of

__all__ = [
    "Atlas",
    "Planning",
    "answer",
    "great_circle",
    "pinned",
    "plan_of",
    "problem_of",
    "work_of",
]
