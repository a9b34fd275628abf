"""What is sent, by example: one for each record that a body can be. They are in the OpenAPI document, and the tests send them."""

from collections.abc import Mapping
from typing import Any, Final

from dispatch import wire
from dispatch.records import KINDS

_RECORDS: Final[Mapping[str, tuple[Any, Any]]] = {
    "territories": (
        {
            "id": "gangnam",
            "name": "Gangnam",
            "timezone": "Asia/Seoul",
            "currency": "KRW",
            "nightly_at": "18:00",
            "promise_min": 120,
        },
        {"nightly_at": "19:00", "policy": None},
    ),
    "customers": (
        {"id": "kim", "name": "Kim Narae", "phone": "+82 2 555 0199", "email": "kim@example.com"},
        {"phone": "+82 2 555 0100", "note": None},
    ),
    "sites": (
        {"id": "mall", "name": "Mall", "customer": "kim", "location": {"lat": 37.51, "lon": 127.06}, "access": "Ask at the gate"},
        {"access": "Ring twice"},
    ),
    "assets": ({"id": "boiler-1", "site": "mall", "model": "Heatwell 300", "serial": "HW-0077"}, {"serial": "HW-0078"}),
    "meters": ({"id": "boiler-1-hours", "asset": "boiler-1", "unit": "h", "per_day": 6}, {"per_day": 8}),
    "parts": ({"id": "valve", "name": "Valve 3/4"}, {"name": "Valve, 3/4 inch"}),
    "technicians": (
        {"id": "ada", "name": "Ada", "skills": {"gas": 2}, "home": {"lat": 37.55, "lon": 127.0}, "parts": {"valve": 2}},
        {"skills": {"gas": 2, "electric": 1}},
    ),
    "shifts": (
        {"id": "ada-mon", "technician": "ada", "start": "2026-03-02T08:00:00+09:00", "end": "2026-03-02T17:00:00+09:00"},
        {"end": "2026-03-02T18:00:00+09:00"},
    ),
    "absences": (
        {"id": "ada-dentist", "technician": "ada", "start": "2026-03-02T10:00:00+09:00", "end": "2026-03-02T11:00:00+09:00"},
        {"end": "2026-03-02T11:30:00+09:00"},
    ),
    "jobs": (
        {
            "id": "case-4711",
            "kind": "repair",
            "site": "mall",
            "duration_min": 60,
            "skills": {"gas": 1},
            "windows": [{"start": "2026-03-02T09:00:00+09:00", "end": "2026-03-02T12:00:00+09:00"}],
            "due": "2026-03-02T17:00:00+09:00",
            "priority": 2,
        },
        {"priority": 1, "due": None},
    ),
    "upkeeps": (
        {
            "id": "boiler-1-service",
            "asset": "boiler-1",
            "interval": {"count": 6, "unit": "months"},
            "first_due": "2026-03-31",
            "duration_min": 45,
            "skills": {"gas": 1},
        },
        {"early_days": 21},
    ),
}
"""By kind: a new record, and a change of it. Each refers to those before it."""

EXAMPLES: Final[Mapping[type[wire.Record], Any]] = {
    wire.SignIn: {"name": "kim", "password": "correct horse battery"},
    wire.NewUser: {"name": "kim", "role": "reader", "password": "correct horse battery"},
    wire.UserChange: {"role": "planner"},
    wire.NewPolicy: {"name": "winter", "policy": {"late_per_hour": 60, "rules_off": []}},
    wire.Day: {
        "timezone": "Asia/Seoul",
        "currency": "KRW",
        "horizon": {"start": "2026-03-03T00:00:00+09:00", "end": "2026-03-04T00:00:00+09:00"},
        "technicians": [{"id": "ada", "skills": ["gas"], "home": {"lat": 37.55, "lon": 127.0}}],
        "jobs": [{"id": "case-4711", "location": {"lat": 37.51, "lon": 127.06}, "duration_min": 60, "skills": ["gas"]}],
    },
    wire.Form: {},
    wire.SignInForm: {"name": "kim", "password": "correct horse battery", "next": "/day"},
    wire.PlanForm: {"date": "2026-03-03", "seconds": 10},
    wire.VersionForm: {"version": 1},
    wire.PublishForm: {"version": 1},
    wire.EventForm: {"id": "e-1", "kind": "en_route"},
    wire.RunRequest: {"date": "2026-03-03", "seconds": 10, "seed": 1},
    wire.NewToken: {"name": "Kim's phone", "expires_at": "2030-01-01T00:00:00Z"},
    **{KINDS[name].new: new for name, (new, _) in _RECORDS.items()},
    **{KINDS[name].change: change for name, (_, change) in _RECORDS.items()},
    wire.NewReadings: {"readings": [{"at": "2026-03-01T18:00:00+09:00", "shows": 1204.5}]},
    wire.Events: {
        "sent_at": "2026-03-02T09:05:00+09:00",
        "events": [{"id": "e-1", "job": "case-4711", "kind": "en_route", "at": "2026-03-02T09:04:00+09:00"}],
    },
    wire.Move: {"job": "j1", "technician": "t1", "position": 0},
    wire.PinRequest: {"job": "j1", "start": True},
    wire.Publication: {"accept_violations": False},
    wire.RollBack: {},
    wire.NewScenario: {
        "name": "Ada is ill",
        "date": "2026-03-03",
        "changes": [{"technician_absent": {"technician": "t1"}}],
        "iterations": 1000,
    },
    wire.Adoption: {},
}
