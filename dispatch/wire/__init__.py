"""JSON ↔ plain data: the one dialect of day files, plan files, fixtures and the command line."""

from dispatch.wire.answer import (
    Block,
    Holder,
    PlanCost,
    PlanFile,
    PlanRoute,
    PlanVisit,
    ReasonCode,
    Terms,
    Totals,
    TravelSource,
    Unassigned,
)
from dispatch.wire.door import read_json
from dispatch.wire.model import Day, Horizon
from dispatch.wire.prices import Costs, Policy
from dispatch.wire.reading import day_of, read_day, read_plan, write
from dispatch.wire.runs import PolicyChoice, Run, RunError, RunProgress, RunQuery, RunRequest, Scope
from dispatch.wire.schema import day_schema, plan_schema
from dispatch.wire.staff import Technician
from dispatch.wire.work import Job, Kind

__all__ = [
    "Block",
    "Costs",
    "Day",
    "Holder",
    "Horizon",
    "Job",
    "Kind",
    "PlanCost",
    "PlanFile",
    "PlanRoute",
    "PlanVisit",
    "Policy",
    "PolicyChoice",
    "ReasonCode",
    "Run",
    "RunError",
    "RunProgress",
    "RunQuery",
    "RunRequest",
    "Scope",
    "Technician",
    "Terms",
    "Totals",
    "TravelSource",
    "Unassigned",
    "day_of",
    "day_schema",
    "plan_schema",
    "read_day",
    "read_json",
    "read_plan",
    "write",
]
