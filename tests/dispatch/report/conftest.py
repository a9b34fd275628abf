"""A morning that can be added up by hand.

Ada leaves home at 08:40, drives 20 min to j1 (set-up 5, service 60, until 10:05), drives 15 min to j2, waits 40 min for its window
(service 11:00 to 12:00), has a break of 30 min, drives 10 min to j3 (service 12:40 to 13:20, due 13:00) and 25 min home (13:45).
Travel 70 + wait 40 + set-up 5 + service 160 + break 30 = 305 min = 08:40 to 13:45. Bo is not used, and j4 is left out.
"""

import copy
from typing import Any

import pytest

from dispatch import wire
from dispatch.report import figures
from dispatch.report.facts import Facts

Document = dict[str, Any]


def at(clock: str) -> str:
    return f"2026-03-02T{clock}:00+01:00"


def job(key: str, lat: float, lon: float, **more: Any) -> Document:
    return {"id": key, "kind": "repair", "location": {"lat": lat, "lon": lon}, "duration_min": 60, **more}


def technician(name: str, shown: str) -> Document:
    shift = {"start": at("08:00"), "end": at("16:00"), "overtime_limit_min": 60}
    return {"id": name, "name": shown, "home": {"lat": 52.52, "lon": 13.405}, "shifts": [shift]}


def visit(name: str, travel: int, arrive: str, start: str, setup: int, service: int, end: str) -> Document:
    times = {"arrive": at(arrive), "start": at(start), "end": at(end)}
    return {
        "kind": "job",
        "job": name,
        "travel_s": travel * 60,
        "distance_m": travel * 500,
        "setup_s": setup * 60,
        "service_s": service * 60,
    } | times


DAY: Document = {
    "name": "Berlin by hand",
    "timezone": "Europe/Berlin",
    "currency": "EUR",
    "horizon": {"start": at("00:00"), "end": "2026-03-03T00:00:00+01:00"},
    "technicians": [technician("t1", "Ada"), technician("t2", "Bo")],
    "jobs": [
        job("j1", 52.50, 13.39, name="Boiler leak", windows=[{"start": at("09:00"), "end": at("12:00")}]),
        job("j2", 52.48, 13.42, kind="install", windows=[{"start": at("11:00"), "finish_by": at("12:30")}]),
        job("j3", 52.51, 13.45, due=at("13:00"), customer="홍길동", note="ring twice"),
        job("j4", 52.55, 13.30, name="Chimney", priority=2, skills=["sweep"]),
    ],
}

BREAK: Document = {
    "kind": "break",
    "pause": 0,
    "travel_s": 0,
    "distance_m": 0,
    "arrive": at("12:00"),
    "start": at("12:00"),
    "service_s": 1800,
    "end": at("12:30"),
}

PLAN: Document = {
    "day": "Berlin by hand",
    "timezone": "Europe/Berlin",
    "currency": "EUR",
    "travel": {"provider": "great circle"},
    "seed": 7,
    "iterations": 1000,
    "ended": "limit of 1,000 iterations",
    "optimal": False,
    "cost": {"travel": 12.5, "work": 152.5, "lateness": 20, "unserved": 300, "total": 485},
    "routes": [
        {
            "technician": "t1",
            "shift": 0,
            "depart": at("08:40"),
            "visits": [
                visit("j1", 20, "09:00", "09:00", 5, 60, "10:05"),
                visit("j2", 15, "10:20", "11:00", 0, 60, "12:00"),
                BREAK,
                visit("j3", 10, "12:40", "12:40", 0, 40, "13:20"),
            ],
            "travel_home_s": 1500,
            "distance_home_m": 12500,
            "back": at("13:45"),
            "totals": {
                "duration_s": 18300,
                "travel_s": 4200,
                "wait_s": 2400,
                "setup_s": 300,
                "service_s": 9600,
                "break_s": 1800,
                "stock_s": 0,
                "overtime_s": 0,
                "distance_m": 35000,
            },
            "cost": {"total": 185},
        }
    ],
    "unassigned": [
        {
            "job": "j4",
            "status": "impossible",
            "reason": "no_skilled_technician",
            "blocks": [{"technician": "t1", "shift": 0, "cause": "skill"}, {"technician": "t2", "shift": 0, "cause": "skill"}],
            "message": "Nobody holds the skill sweep.",
        }
    ],
    "warnings": [{"pointer": "/jobs/3", "code": "default_prices", "message": "prices are the defaults of EUR"}],
}


@pytest.fixture
def day_document() -> Document:
    return copy.deepcopy(DAY)


@pytest.fixture
def plan_document() -> Document:
    return copy.deepcopy(PLAN)


@pytest.fixture
def facts(day_document: Document, plan_document: Document) -> Facts:
    return figures.of(wire.Day.model_validate(day_document), wire.PlanFile.model_validate(plan_document))
