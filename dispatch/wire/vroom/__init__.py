"""The dialect of VROOM 1.15: what it is asked and what it answers, as strict records."""

from dispatch.wire.vroom.asked import Asked, Break, Job, Matrices, Task, Vehicle, VehicleStep
from dispatch.wire.vroom.query import VroomQuery
from dispatch.wire.vroom.reading import read, unknown_fields, write
from dispatch.wire.vroom.told import Point, Remark, Route, Step, StepType, Summary, Told, Totals, Unassigned, Violation

__all__ = [
    "Asked",
    "Break",
    "Job",
    "Matrices",
    "Point",
    "Remark",
    "Route",
    "Step",
    "StepType",
    "Summary",
    "Task",
    "Told",
    "Totals",
    "Unassigned",
    "Vehicle",
    "VehicleStep",
    "Violation",
    "VroomQuery",
    "read",
    "unknown_fields",
    "write",
]
