"""The life of a schedule: a draft that a run ends in, changed move by move, published, superseded, rolled back."""

from dispatch.schedules.carrying import adapted, carried, pins_carried
from dispatch.schedules.comparing import diff
from dispatch.schedules.desk import Desk, desk_of
from dispatch.schedules.drafts import discard, draft, evaluate, make, pin, undo
from dispatch.schedules.kept import day_in, find, head, in_force, jobs_in, listed, plan_in, plan_in_force, points_in, quality, shown
from dispatch.schedules.publishing import publish, roll_back

__all__ = [
    "Desk",
    "adapted",
    "carried",
    "day_in",
    "desk_of",
    "diff",
    "discard",
    "draft",
    "evaluate",
    "find",
    "head",
    "in_force",
    "jobs_in",
    "listed",
    "make",
    "pin",
    "pins_carried",
    "plan_in",
    "plan_in_force",
    "points_in",
    "publish",
    "quality",
    "roll_back",
    "shown",
    "undo",
]
