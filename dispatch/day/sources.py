"""Whom an installation asks for travel times."""

from functools import cache
from pathlib import Path

from dispatch import travel
from dispatch.day.places import great_circle
from dispatch.settings import Settings
from dispatch.wire.model import Day, Travel


def provider_of(settings: Settings, day: Day) -> travel.Provider:
    """Who says the travel times of a day that brings none itself: see `provider_for`. Raises `TravelError`."""
    return provider_for(settings, day.travel)


def provider_for(settings: Settings, wish: Travel | None) -> travel.Provider:
    """Who says travel times that nobody has brought.

    The roads of an extract or an OSRM server if the settings name one, asked once for each set of places; where the server does not
    answer, and where nothing is set, the great circle as it is wished.

    Raises
    ------
    TravelError : the extract cannot be read, or the server's address is none
    """
    folder = tables_of(settings)
    if settings.roads:
        return travel.Cached(_roads(Path(settings.roads), folder), folder)
    if settings.osrm:
        return travel.Chain(travel.Cached(travel.Osrm(settings.osrm), folder), (great_circle(wish),))
    return great_circle(wish)


def tables_of(settings: Settings) -> Path:
    """The folder in which travel times are kept that were asked for before."""
    return settings.folder / "travel"


@cache
def _roads(extract: Path, folder: Path) -> travel.Provider:
    return travel.open_roads(extract, folder)
