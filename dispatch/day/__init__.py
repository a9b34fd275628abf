"""The translation between the two worlds: a day becomes a problem, a plan becomes an answer. Times become seconds here only."""

from dispatch.day.answers import answer, priced, route_file
from dispatch.day.layers import first_said, layered_policy, layers_of, work_of
from dispatch.day.moved import moved
from dispatch.day.naming import named, without
from dispatch.day.places import Atlas, great_circle
from dispatch.day.planning import Planning, problem_of, repinned, with_pins
from dispatch.day.plans import in_force, pinned, plan_of, start_of
from dispatch.day.reasons import left_out
from dispatch.day.setting import mode_of
from dispatch.day.sources import provider_for, provider_of, tables_of
from dispatch.day.together import missed
from dispatch.day.ways import estimate_of

__all__ = [
    "Atlas",
    "Planning",
    "answer",
    "estimate_of",
    "first_said",
    "great_circle",
    "in_force",
    "layered_policy",
    "layers_of",
    "left_out",
    "missed",
    "mode_of",
    "moved",
    "named",
    "pinned",
    "plan_of",
    "priced",
    "problem_of",
    "provider_for",
    "provider_of",
    "repinned",
    "route_file",
    "start_of",
    "tables_of",
    "with_pins",
    "without",
    "work_of",
]
