"""Is a plan legal? `check` states every hard rule again, from the words of `problem`, and shares no code with what plans."""

from solver.violations.causes import Cause, Violation
from solver.violations.judge import check, check_route
from solver.violations.pairing import first_misfit

__all__ = ["Cause", "Violation", "check", "check_route", "first_misfit"]
