"""What holds where a day file says nothing: templates of the five kinds, and the prices of a policy.

Prices are believable for a service company that pays 40 euros an hour: a job is worth several times what serving it costs, and
most of all an important one. In other currencies they are the same purchasing power, roughly and in round factors.
"""

from collections.abc import Mapping
from types import MappingProxyType

from dispatch.wire.model import Mode, Speed
from dispatch.wire.prices import Costs, Policy, PriorityPrices, Tier
from dispatch.wire.work import Kind

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "repair": Kind(duration_min=60, setup_min=10, priority=3),
        "install": Kind(duration_min=120, setup_min=15, priority=5),
        "consultation": Kind(duration_min=45, setup_min=0, priority=6),
        "maintenance": Kind(duration_min=60, setup_min=5, priority=7),
        "delivery": Kind(duration_min=15, setup_min=0, priority=5),
    }
)
"""The kinds that need no definition; a day's own kind of that name changes the fields it gives."""

CAR = "car"
"""The way of moving of whoever says nothing."""

MODES: Mapping[str, Mode] = MappingProxyType(
    {
        "bicycle": Mode(circuity=1.3, speeds=(Speed(kmh=15),), hour_factors=(1,) * 24),
        "foot": Mode(circuity=1.3, speeds=(Speed(kmh=5),), hour_factors=(1,) * 24),
    }
)
"""Ways of moving that need no definition; a day's own mode of that name changes the fields it gives."""

PRIORITY = 5
"""Of a job whose priority nobody gives."""

FACTORS: Mapping[str, float] = MappingProxyType(
    {"EUR": 1, "USD": 1, "GBP": 1, "CHF": 1, "CAD": 1.5, "AUD": 1.5, "CNY": 5, "SEK": 10, "NOK": 10, "DKK": 8, "PLN": 4, "CZK": 25}
    | {"JPY": 100, "INR": 25, "KRW": 1_000, "VND": 10_000, "IDR": 6_000, "BRL": 4, "MXN": 12, "ZAR": 12, "TRY": 25, "THB": 20}
)
"""What a price in euros is multiplied with; 1 for any other currency, with a warning."""

_PRIORITY_PRICES: PriorityPrices = {
    "1": 4_000,
    "2": 2_600,
    "3": 1_700,
    "4": 1_100,
    "5": 750,
    "6": 500,
    "7": 330,
    "8": 220,
    "9": 150,
    "10": 100,
}


def policy_in(currency: str) -> Policy:
    """The default policy, every field given, at the prices of a currency."""
    factor = FACTORS.get(currency, 1)
    return Policy(
        name="default",
        priority_prices={priority: price * factor for priority, price in _PRIORITY_PRICES.items()},
        late_fixed=50 * factor,
        late_per_hour=60 * factor,
        urgency_per_hour=0,
        overqualified_per_level=0,
        preference_per_rank=5 * factor,
        wish_missed=10 * factor,
        area_secondary=10 * factor,
        area_outside=40 * factor,
        promise_fixed=30 * factor,
        promise_per_minute=0.5 * factor,
        promise_reminded_percent=200,
        promise_wait_min=30,
        preferred_per_minute=0.2 * factor,
        slack_min=0,
        slack_per_hour=0,
        change_technician=5 * factor,
        move_per_minute=0.1 * factor,
        move_tolerance_min=15,
        drop=50 * factor,
        level_paces=(100,),
        departure="keep_starts",
        costs=Costs(
            per_use=0,
            per_hour=40 * factor,
            per_km=0.4 * factor,
            per_job=0,
            overtime=(Tier(after_min=0, per_hour=20 * factor),),
            paid="worked",
        ),
    )
