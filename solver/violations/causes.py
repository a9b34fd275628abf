"""What can be wrong with a plan: the hard rules by name, and one broken rule with its place and amount."""

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """The hard rule that is broken, in the order in which rules are asked when one of several must be named."""

    PIN_SHIFT = "pin_shift"  #: served by another shift than the pinned one
    SKILL = "skill"  #: a skill is missing, too low or no longer valid
    TAG = "tag"  #: the technician lacks a tag
    REQUIRED = "required"  #: not one of the technicians it must be
    EXCLUDED = "excluded"  #: one of the technicians it must not be
    TOOLS = "tools"  #: a tool is neither on the van nor fetched before
    PARTS = "parts"  #: more parts are used than are on the van
    STOCK_VISITS = "stock_visits"  #: more stops at the stock point than allowed, or no stock point
    UNREACHABLE = "unreachable"  #: there is no way from one place to the next
    MAX_JOBS = "max_jobs"
    MAX_LEG = "max_leg"
    WINDOW = "window"  #: service starts in no window, or ends after the window it should finish in
    PIN_START = "pin_start"  #: starts at another instant than the pinned one
    SHIFT_HOURS = "shift_hours"  #: leaves before the shift starts or is back after it ends
    BREAK = "break"  #: a break is not held, or not as stated
    MAX_TRAVEL = "max_travel"
    MAX_DURATION = "max_duration"
    PIN_RANK = "pin_rank"  #: ranked jobs out of order
    MAX_MOVES = "max_moves"  #: more visits of the plan in force are moved than may be
    MAX_TOLD_MOVES = "max_told_moves"  #: more told customers are moved than may be
    CREW = "crew"  #: a technician works in two shifts at once, one of them with a crew
    LINK = "link"  #: starts too soon or too late after another job
    NEEDED = "needed"  #: served though a job that it needs is not
    BUNDLE = "bundle"  #: jobs that belong together are served in part
    GROUP = "group"  #: served by technicians, or on days, that a group of jobs rules out
    COVERAGE = "coverage"  #: served twice, or neither served nor listed as left out, or out of order
    TIMES = "times"  #: times that do not follow from each other, the job or the travel matrices
    TIMING_RULE = "timing_rule"  #: a stop starts later than it could, or the departure is not where the problem wants it


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule. `shift` and `job` are rows, None where they do not apply."""

    cause: Cause
    shift: int | None
    job: int | None
    amount: int  #: seconds, metres or count over the rule
    message: str
