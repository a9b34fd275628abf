"""Days for tests: the smallest that is valid, one that uses every field, and ways to change one thing in them."""

import copy
from collections.abc import Iterator
from typing import Any

from dispatch import travel, wire
from dispatch.day import Planning, problem_of

Raw = dict[str, Any]
Path = tuple[str | int, ...]

BASE: Raw = {
    "horizon": {"start": "2026-03-02T00:00:00+01:00", "end": "2026-03-03T00:00:00+01:00"},
    "timezone": "Europe/Berlin",
    "technicians": [
        {
            "id": "t1",
            "name": "Ada",
            "skills": ["gas"],
            "home": {"lat": 52.52, "lon": 13.405},
            "shifts": [{"start": "2026-03-02T08:00:00+01:00", "end": "2026-03-02T16:00:00+01:00"}],
        }
    ],
    "jobs": [
        {
            "id": "j1",
            "location": {"lat": 52.50, "lon": 13.39},
            "duration_min": 60,
            "skills": ["gas"],
            "priority": 3,
            "windows": [{"start": "2026-03-02T09:00:00+01:00", "end": "2026-03-02T12:00:00+01:00"}],
        }
    ],
    "options": {"time_limit_s": 5, "seed": 1},
}

RICH: Raw = {
    "name": "A full day",
    "note": "Every field once",
    "timezone": "Europe/Berlin",
    "currency": "EUR",
    "horizon": {"start": "2026-03-02T00:00:00+01:00", "end": "2026-03-04T00:00:00+01:00"},
    "now": "2026-03-02T07:30:00+01:00",
    "sites": [{"id": "depot", "name": "Depot", "location": {"lat": 52.5, "lon": 13.4}, "address": "Hafenstraße 1"}],
    "kinds": {"repair": {"duration_min": 50}, "inspection": {"duration_min": 20, "priority": 8, "tools": ["camera"]}},
    "policy": {
        "name": "winter",
        "priority_prices": {"1": 9000},
        "late_fixed": 20,
        "late_per_hour": 30.5,
        "urgency_per_hour": 1,
        "overqualified_per_level": 2,
        "preference_per_rank": 4,
        "wish_missed": 6,
        "area_secondary": 5,
        "area_outside": 20,
        "promise_fixed": 11,
        "promise_per_minute": 0.5,
        "promise_reminded_percent": 150,
        "promise_wait_min": 20,
        "preferred_per_minute": 0.25,
        "slack_min": 30,
        "slack_per_hour": 3,
        "change_technician": 7,
        "move_per_minute": 0.2,
        "move_tolerance_min": 10,
        "drop": 13,
        "level_paces": [100, 90],
        "departure": "keep_end",
        "starts_every_min": 5,
        "rules_off": ["skill_dates"],
        "costs": {
            "per_use": 10,
            "per_hour": 36,
            "per_km": 0.5,
            "per_job": 1,
            "overtime": [{"after_min": 0, "per_hour": 18}, {"after_min": 60, "per_hour": 36}],
            "paid": "shift",
        },
    },
    "technicians": [
        {
            "id": "t1",
            "name": "Ada",
            "skills": {"gas": 2, "electric": {"level": 3, "until": "2026-03-02"}, "lift": {}},
            "tags": ["korean"],
            "areas": {"north": "primary", "east": "secondary"},
            "tools": ["ladder"],
            "mode": "van",
            "parts": {"valve": 3},
            "pace_percent": 80,
            "home": {"lat": 52.52, "lon": 13.405},
            "costs": {"per_hour": 40},
            "limits": {"jobs": 8, "leg_min": 90, "travel_min": 240, "duration_min": 600},
            "stock": {"site": "depot", "duration_min": 5, "visits": 2, "refill": {"valve": 5}},
            "shifts": [
                {
                    "start": "2026-03-02T08:00:00+01:00",
                    "end": "2026-03-02T16:00:00+01:00",
                    "start_place": {"site": "depot"},
                    "end_place": "open",
                    "overtime_limit_min": 60,
                    "desk": False,
                    "travel": {"first": "outside", "last": "inside"},
                    "breaks": [
                        {"start": "2026-03-02T12:00:00+01:00", "end": "2026-03-02T13:00:00+01:00", "duration_min": 30},
                        {"local_start": "15:00", "duration_min": 10, "place": {"site": "depot"}},
                    ],
                    "absences": [
                        {
                            "start": "2026-03-02T10:00:00+01:00",
                            "end": "2026-03-02T10:30:00+01:00",
                            "place": {"lat": 52.51, "lon": 13.41},
                        }
                    ],
                    "costs": {"paid": "worked"},
                    "limits": {"jobs": 6},
                    "parts": {"valve": 1},
                    "tools": [],
                    "stock": {"site": "depot"},
                },
                {"date": "2026-03-03", "local_start": "08:00", "local_end": "16:00:00", "crew": ["t2"]},
            ],
        },
        {"id": "t2", "home": {"site": "depot"}},
    ],
    "jobs": [
        {
            "id": "j1",
            "kind": "inspection",
            "name": "Boiler",
            "customer": "Frau Weiß",
            "address": "Ring 2",
            "note": "Ring twice",
            "location": {"lat": 52.50, "lon": 13.39},
            "duration_min": 60,
            "setup_min": 7.5,
            "windows": [
                {"start": "2026-03-02T09:00:00+01:00", "end": "2026-03-02T12:00:00+01:00"},
                {"start": "2026-03-03T09:00:00+01:00", "finish_by": "2026-03-03T12:00:00+01:00"},
            ],
            "due": "2026-03-02T17:00:00+01:00",
            "release": "2026-03-02T08:00:00+01:00",
            "slack_min": 45,
            "slack_per_hour": 2.5,
            "preferred_windows": [
                {
                    "start": "2026-03-02T09:30:00+01:00",
                    "end": "2026-03-02T10:30:00+01:00",
                    "early_per_minute": 0.1,
                    "late_per_minute": 0.3,
                }
            ],
            "promise": {
                "start": "2026-03-02T09:00:00+01:00",
                "end": "2026-03-02T11:00:00+01:00",
                "told": "2026-02-27T15:00:00+01:00",
                "reminded": True,
                "fixed": 12,
                "per_minute": 0.6,
            },
            "current": {"technician": "t1", "shift": 0, "start": "2026-03-02T09:45:00+01:00"},
            "late_fixed": 5,
            "late_per_hour": 6,
            "urgency_per_hour": 7,
            "priority": 2,
            "value": 800,
            "mandatory": False,
            "early_percent": 30,
            "skills": {"gas": 1},
            "overqualified_per_level": 1,
            "level_paces": [100, 80],
            "tags": ["korean"],
            "area": "north",
            "desk": False,
            "wishes": {"lift": None, "english": 3},
            "technicians": {"required": ["t1"], "excluded": ["t2"], "preferred": ["t1"]},
            "parts": {"valve": 1},
            "tools": ["camera"],
            "pin": {"technician": "t1", "shift": 0, "start": "2026-03-02T11:00:00+01:00", "order": 0},
        },
        {"id": "j2", "kind": "repair", "site": "depot"},
        {
            "id": "j3",
            "kind": "repair",
            "site": "depot",
            "fact": {"technician": "t1", "shift": 1, "start": "2026-03-03T08:20:00+01:00", "end": "2026-03-03T09:00:00+01:00"},
        },
        {
            "id": "j4",
            "kind": "repair",
            "site": "depot",
            "crew": 2,
            "after": [
                {"job": "j2", "min_lag_min": 10, "max_lag_min": 900, "same_technician": False, "next_working_day": False},
            ],
            "groups": [{"name": "g", "ask": "same_day", "price": 3}],
        },
        {"id": "j5", "kind": "repair", "site": "depot", "legs": [{"id": "a"}, {"offset_min": [0, 15]}]},
        {"id": "j6", "kind": "repair", "site": "depot", "recipes": [[{}], [{}, {}]]},
        {"id": "j7", "kind": "repair", "site": "depot", "part": {"job": "w", "recipe": 0, "offset_min": 0}},
    ],
    "travel": {
        "circuity": 1.4,
        "speeds": [{"up_to_km": 5, "kmh": 25}, {"kmh": 60}],
        "hour_factors": [1] * 24,
        "by_hour": True,
        "modes": {
            "van": {
                "buffers": {
                    "exit_min": 1,
                    "padding_min": 2.5,
                    "percent": 105,
                    "hours": [{"from_hour": 7, "until_hour": 9, "percent": 130}],
                }
            }
        },
    },
    "options": {
        "time_limit_s": 5,
        "seed": 1,
        "threads": 2,
        "iterations": 1000,
        "prove": False,
        "freeze_min": 15,
        "scope": {"technicians": ["t1"], "within": {"job": "j1", "km": 50}, "jobs": ["j1"], "displace": True},
        "max_moves": 3,
        "max_told_moves": 1,
        "allow_zero": False,
    },
}


def changed(raw: Raw, *changes: tuple[Path, Any]) -> Raw:
    """A copy with fields set; `...` takes a field away."""
    raw = copy.deepcopy(raw)
    for path, value in changes:
        node: Any = raw
        for step in path[:-1]:
            node = node[step]
        if value is ...:
            del node[path[-1]]
        else:
            node[path[-1]] = value
    return raw


def crowded(jobs: int = 40) -> Raw:
    """Four technicians and many jobs that may begin at any time: a search that goes on."""
    one = {key: value for key, value in BASE["jobs"][0].items() if key != "windows"}
    places = ({"lat": 52.4 + n % 7 * 0.03, "lon": 13.2 + n % 9 * 0.04} for n in range(jobs))
    many = [one | {"id": f"j{n}", "location": place} for n, place in enumerate(places)]
    crew = [BASE["technicians"][0] | {"id": f"t{n}"} for n in range(4)]
    return changed(BASE, (("jobs",), many), (("technicians",), crew))


def paths(node: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every field and entry, the whole one first."""
    yield path
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, member in members:
        yield from paths(member, (*path, step))


def planning(raw: Raw, provider: travel.Provider | None = None) -> Planning:
    """The problem of a day, its travel times estimated."""
    return problem_of(wire.day_of(raw), provider or travel.GreatCircle())
