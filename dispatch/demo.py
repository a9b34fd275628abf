"""A believable company to try things on."""

from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dispatch import generate, records, users, wire
from dispatch.access import Act
from dispatch.store.tables import Role, Territory

USERS = {role: f"demo-{role.value}" for role in Role}
"""The name of the demo's user of each role."""

TERRITORY = "city"


def fill(act: Act) -> None:
    """Fill an empty database: a territory with a week of work, and a user of each role."""
    sample = generate.day("city", seed=1)
    act.session.add(
        Territory(
            id=TERRITORY,
            name=sample.name,
            timezone=sample.timezone,
            currency=sample.currency,
            calendar={},
            nightly_at=time(2, 30),
            updated_at=act.now,
        )
    )
    act.session.flush()
    tomorrow = act.now.astimezone(ZoneInfo(sample.timezone)).date() + timedelta(days=1)
    records.load_day(act, TERRITORY, generate.day("city", seed=1, date=tomorrow), dry_run=False)
    for role, name in USERS.items():
        users.create(act, wire.NewUser(name=name, role=role.value, **_reach(role)))


def _reach(role: Role) -> dict[str, Any]:
    if role is Role.ADMINISTRATOR:
        return {}
    if role is Role.TECHNICIAN:
        return {"technician": wire.TechnicianId(territory=TERRITORY, id="t01")}
    return {"territories": (TERRITORY,)}
