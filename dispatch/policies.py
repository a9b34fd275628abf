"""Policies: rules and prices under a name, in versions that never change, so that a plan can say by which it was made."""

from sqlalchemy import select

from dispatch import wire
from dispatch.access import Act
from dispatch.store.tables import Policy

STANDARD = "standard"
"""The name of a policy that came with a day file, where the territory had none."""


def newest(act: Act, territory: str, name: str | None) -> Policy | None:
    """The newest version of a policy; None if there is none."""
    versions = select(Policy).where(Policy.territory_id == territory, Policy.name == name)
    return act.session.scalars(versions.order_by(Policy.number.desc()).limit(1)).first()


def keep(act: Act, territory: str, name: str, policy: wire.Policy) -> Policy:
    """The newest version of a policy, made if the newest one says something else."""
    body = policy.model_dump(mode="json", exclude_unset=True)
    former = newest(act, territory, name)
    if former is not None and former.body == body:
        return former
    number = 1 if former is None else former.number + 1
    row = Policy(territory_id=territory, name=name, number=number, body=body, created_at=act.now, created_by=act.caller.id)
    act.session.add(row)
    act.note("create", "policy", f"{name}/{number}", territory=territory)
    return row
