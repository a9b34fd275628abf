"""From the units of the dialect to those of the solver, and back: exact, halves rounded up."""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

MICRO = 1_000_000


def seconds(minutes: float) -> int:
    """Whole seconds of some minutes."""
    return _rounded(Decimal(repr(minutes)) * 60)


def micro(price: float) -> int:
    """Micro-units of a price in money."""
    return _rounded(Decimal(repr(price)) * MICRO)


def per_second(price_per_hour: float) -> int:
    """Micro-units per second of a price per hour."""
    return _rounded(Decimal(repr(price_per_hour)) * MICRO / 3600)


def per_second_of_minute(price_per_minute: float) -> int:
    """Micro-units per second of a price per minute."""
    return _rounded(Decimal(repr(price_per_minute)) * MICRO / 60)


def per_metre(price_per_km: float) -> int:
    """Micro-units per metre of a price per kilometre."""
    return _rounded(Decimal(repr(price_per_km)) * MICRO / 1000)


def money(micro_units: int) -> float:
    """The price in money that reads as the exact decimal; true for less than a thousand million in money."""
    return micro_units / MICRO


def since(origin: datetime, instant: datetime) -> int:
    """Whole seconds from one aware instant to another, counted in UTC: two times of one zone subtract by their wall times."""
    return int((instant.astimezone(UTC) - origin.astimezone(UTC)).total_seconds())


def after(origin: datetime, count: int) -> datetime:
    """The instant, in UTC, so many seconds after another."""
    return origin.astimezone(UTC) + timedelta(seconds=count)


def _rounded(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_HALF_UP))
