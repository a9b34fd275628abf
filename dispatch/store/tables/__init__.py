"""The tables, by subject. Typed, with what the database itself can hold true; no logic.

What people refer to inside a territory (technicians, jobs, sites …) has the id they gave it, unique in the territory and part of
the primary key, so that no row can refer to another territory's. What the service makes (runs, schedules, users …) has a random id.
"""

from dispatch.store.db import Base
from dispatch.store.tables.access import BrowserSession, CalendarFeed, KeptAnswer, Role, Token, User, UserTerritory
from dispatch.store.tables.places import Asset, Customer, GeocodeAnswer, Located, Part, Site
from dispatch.store.tables.plans import Promise, Schedule, ScheduleState, ScheduleStep, Visit, VisitState
from dispatch.store.tables.runs import Run, RunKind, RunState
from dispatch.store.tables.scenarios import Scenario, ScenarioState
from dispatch.store.tables.staff import Absence, Shift, Technician, TechnicianSkill
from dispatch.store.tables.territories import Policy, Territory
from dispatch.store.tables.trail import Alert, AlertKind, Audit, Event, EventKind
from dispatch.store.tables.upkeep import Meter, MeterReading, Upkeep, UpkeepJob
from dispatch.store.tables.work import Job, JobState

__all__ = [
    "Absence",
    "Alert",
    "AlertKind",
    "Asset",
    "Audit",
    "BrowserSession",
    "CalendarFeed",
    "Customer",
    "Event",
    "EventKind",
    "GeocodeAnswer",
    "Job",
    "JobState",
    "KeptAnswer",
    "Located",
    "Meter",
    "MeterReading",
    "Part",
    "Policy",
    "Promise",
    "Role",
    "Run",
    "RunKind",
    "RunState",
    "Scenario",
    "ScenarioState",
    "Schedule",
    "ScheduleState",
    "ScheduleStep",
    "Shift",
    "Site",
    "Technician",
    "TechnicianSkill",
    "Territory",
    "Token",
    "Upkeep",
    "UpkeepJob",
    "User",
    "UserTerritory",
    "Visit",
    "VisitState",
]

for _table in Base.metadata.tables.values():
    for _reference in _table.foreign_key_constraints:
        # the rows of a transaction may be written in any order: references are looked at when it ends
        _reference.deferrable, _reference.initially = True, "DEFERRED"
