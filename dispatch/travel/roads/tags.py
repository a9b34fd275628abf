"""What OpenStreetMap's tags say to a driver: may a car go here, which way, how fast.

The choice of classes, their speeds and the treatment of access follows the public description of OSRM's car profile, whose
travel times are the yardstick of docs/travel.md; the reading of the tags is that of the OpenStreetMap wiki.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

LIMIT_SHARE = 0.8
"""A speed limit is driven at this share of it, on average."""

RESTRICTED_KMH = 10.0
"""On private ground and roads for residents a car creeps, so that routes lead through them only where they end there."""

CLASS_KMH = {
    "motorway": 90.0,
    "motorway_link": 45.0,
    "trunk": 85.0,
    "trunk_link": 40.0,
    "primary": 65.0,
    "primary_link": 30.0,
    "secondary": 55.0,
    "secondary_link": 25.0,
    "tertiary": 40.0,
    "tertiary_link": 20.0,
    "unclassified": 25.0,
    "residential": 25.0,
    "road": 25.0,
    "living_street": 10.0,
    "service": 15.0,
}
"""Mean speed of a class of roads where no limit is known."""

MAIN_CLASSES = frozenset(
    {"motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link"}
)

SERVICE_KMH = {"alley": 5.0, "driveway": 5.0, "drive-through": 5.0, "parking_aisle": 5.0}

SURFACE_KMH = {
    "cobblestone": 30.0,
    "unhewn_cobblestone": 20.0,
    "sett": 40.0,
    "compacted": 80.0,
    "fine_gravel": 80.0,
    "gravel": 40.0,
    "pebblestone": 40.0,
    "unpaved": 40.0,
    "ground": 40.0,
    "dirt": 40.0,
    "earth": 40.0,
    "grass": 40.0,
    "sand": 40.0,
    "mud": 20.0,
}
"""No faster than this on such a surface."""

IMPLIED_LIMITS = {
    "urban": 50.0,
    "rural": 90.0,
    "trunk": 100.0,
    "motorway": 120.0,
    "living_street": 10.0,
    "walk": 10.0,
    "none": 140.0,
}
"""Limits given by name, also behind a country (`AT:urban`)."""

KMH_PER_MPH = 1.609344

CLOSED = frozenset({"no", "agricultural", "forestry", "agricultural;forestry", "emergency", "psv", "bus", "military", "permit"})
RESTRICTED = frozenset({"private", "destination", "customers", "delivery", "residents"})
OPEN_BARRIERS = frozenset(
    {
        "border_control",
        "cattle_grid",
        "entrance",
        "gate",
        "height_restrictor",
        "lift_gate",
        "no",
        "sally_port",
        "swing_gate",
        "toll_booth",
    }
)
PASSING = frozenset({"yes", "permissive", "designated", "destination", "customers", "private"})

Tags = Mapping[str, str]


class Drive(NamedTuple):
    """How a car may use a way: km/h along it and against it, zero for not at all."""

    forward: float
    backward: float
    main: bool  #: a road whose traffic follows the hour of the day


def drive_on(tags: Tags) -> Drive | None:
    """How a car may use a way with these tags, None if it may not."""
    road = tags.get("highway", "")
    access = _access(tags)
    if tags.get("area") == "yes" or access in CLOSED or tags.get("oneway") in {"reversible", "alternating"}:
        return None
    kmh = CLASS_KMH.get(road)
    if kmh is None and road in {"track", "pedestrian"} and tags.get("motor_vehicle", tags.get("motorcar")) in PASSING:
        kmh = RESTRICTED_KMH
    if kmh is None:
        return None
    kmh = SERVICE_KMH.get(tags.get("service", ""), kmh)
    forward, backward = _directions(road, tags)
    return Drive(
        forward * _speed(tags, kmh, "maxspeed:forward", access),
        backward * _speed(tags, kmh, "maxspeed:backward", access),
        road in MAIN_CLASSES,
    )


def blocks(tags: Tags) -> bool:
    """Whether a point on a way with these tags stops a car."""
    barrier = tags.get("barrier")
    if barrier is None:
        return False
    access = _access(tags)
    if access is None:
        return barrier not in OPEN_BARRIERS
    return access not in PASSING


def limit_kmh(value: str | None) -> float | None:
    """A speed limit as the wiki spells it, in km/h: `50`, `30 mph`, `none`, `AT:urban`; None for what is no limit."""
    word = (value or "").split(";")[0].strip()
    named = IMPLIED_LIMITS.get(word.rpartition(":")[2])
    if named is not None:
        return named
    written = re.fullmatch(r"([0-9]{1,3}) ?(mph|km/h|kmh)?", word)
    if written is None or int(written[1]) == 0:
        return None
    return int(written[1]) * (KMH_PER_MPH if written[2] == "mph" else 1.0)


def _access(tags: Tags) -> str | None:
    """The most specific word on access that speaks of cars."""
    for key in ("motorcar", "motor_vehicle", "vehicle", "access"):
        value = tags.get(key)
        if value is not None:
            return value
    return None


def _directions(road: str, tags: Tags) -> tuple[bool, bool]:
    oneway = tags.get("oneway")
    if oneway in {"-1", "reverse"}:
        return False, True
    implied = road == "motorway" or tags.get("junction") in {"roundabout", "circular"}
    return True, not (oneway in {"yes", "true", "1"} or (implied and oneway != "no"))


def _speed(tags: Tags, class_kmh: float, limit_key: str, access: str | None) -> float:
    limit = limit_kmh(tags.get(limit_key)) or limit_kmh(tags.get("maxspeed"))
    kmh = class_kmh if limit is None else LIMIT_SHARE * limit
    kmh = min(kmh, SURFACE_KMH.get(tags.get("surface", ""), kmh))
    return min(kmh, RESTRICTED_KMH) if access in RESTRICTED else kmh
