"""JSON ↔ plain data: the one dialect of day files, plan files, fixtures, the command line and the API."""

from dispatch.wire.access import (
    AuditEntry,
    AuditQuery,
    BrowserSession,
    NewToken,
    NewUser,
    RoleName,
    SignIn,
    TechnicianId,
    Token,
    User,
    UserChange,
)
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
from dispatch.wire.door import LARGEST, read_json
from dispatch.wire.fields import Record
from dispatch.wire.model import Day, Horizon
from dispatch.wire.paging import Page, PageQuery
from dispatch.wire.prices import Costs, Policy
from dispatch.wire.problem import Health, Problem
from dispatch.wire.query import read_query
from dispatch.wire.reading import day_of, read_day, read_plan, read_record, write, write_line
from dispatch.wire.runs import PolicyChoice, Run, RunError, RunProgress, RunQuery, RunRequest, Scope
from dispatch.wire.schema import Mode, day_schema, plan_schema, record_schema, shared_schemas
from dispatch.wire.staff import Technician
from dispatch.wire.work import Job, Kind, Pin

__all__ = [
    "LARGEST",
    "AuditEntry",
    "AuditQuery",
    "Block",
    "BrowserSession",
    "Costs",
    "Day",
    "Health",
    "Holder",
    "Horizon",
    "Job",
    "Kind",
    "Mode",
    "NewToken",
    "NewUser",
    "Page",
    "PageQuery",
    "Pin",
    "PlanCost",
    "PlanFile",
    "PlanRoute",
    "PlanVisit",
    "Policy",
    "PolicyChoice",
    "Problem",
    "ReasonCode",
    "Record",
    "RoleName",
    "Run",
    "RunError",
    "RunProgress",
    "RunQuery",
    "RunRequest",
    "Scope",
    "SignIn",
    "Technician",
    "TechnicianId",
    "Terms",
    "Token",
    "Totals",
    "TravelSource",
    "Unassigned",
    "User",
    "UserChange",
    "day_of",
    "day_schema",
    "plan_schema",
    "read_day",
    "read_json",
    "read_plan",
    "read_query",
    "read_record",
    "record_schema",
    "shared_schemas",
    "write",
    "write_line",
]
