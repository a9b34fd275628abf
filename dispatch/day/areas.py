"""Territories of the field: in which areas technicians work, first of all or also, and what a job outside of them costs.

The solver knows tags and wishes only, and needs no more: whoever works in an area has a tag of it, whoever does so first of all a
second one. The names are none that a person could give: they end with a space.
"""

from collections.abc import Iterable

from dispatch.day.units import micro
from dispatch.wire.prices import Policy
from dispatch.wire.staff import Technician


def works_in(area: str) -> str:
    """The tag of everybody who works in an area."""
    return f"work in {area} "


def first_of_all_in(area: str) -> str:
    """The tag of everybody whose own area it is."""
    return f"work first of all in {area} "


def area_tags(technician: Technician, areas: Iterable[str]) -> frozenset[str]:
    """The tags of a technician's areas; one without any works everywhere.

    Parameters
    ----------
    areas : all that jobs name
    """
    own = technician.areas or dict.fromkeys(areas, "primary")
    return frozenset(
        [*(works_in(area) for area in own), *(first_of_all_in(area) for area, rank in own.items() if rank == "primary")]
    )


def tags_wanted(area: str | None, policy: Policy) -> frozenset[str]:
    """What a technician must have for a job in an area; nothing where areas are only preferred."""
    return frozenset() if area is None or "areas" in policy.rules_off else frozenset([works_in(area)])


def area_prices(area: str | None, policy: Policy) -> dict[str, int]:
    """What lacking the tags of an area costs: one price where it is not the first, another one outside of all."""
    if area is None:
        return {}
    secondary, outside = micro(policy.area_secondary or 0), micro(policy.area_outside or 0)
    prices = {first_of_all_in(area): min(secondary, outside), works_in(area): max(outside - secondary, 0)}
    return {tag: price for tag, price in prices.items() if price}
