"""Why a job is left out: impossible, with the rule that blocks it on every shift, or displaced, with those who hold its place."""

from solver.reasons.answers import Block, Holder, Reason, ReasonCode
from solver.reasons.explain import explain
from solver.reasons.holes import Fit, Hole, holes

__all__ = ["Block", "Fit", "Holder", "Hole", "Reason", "ReasonCode", "explain", "holes"]
