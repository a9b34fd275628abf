"""Providers that need more packages than every installation has."""

from pathlib import Path

from dispatch.travel.errors import TravelError
from dispatch.travel.provider import Provider


def open_roads(
    extract: Path, cache: Path | None = None, profile: tuple[tuple[float, ...], tuple[float, ...]] | None = None
) -> Provider:
    """Travel on the roads of an OpenStreetMap extract.

    Parameters
    ----------
    extract
        A file such as `liechtenstein.osm.pbf`.
    cache
        A folder that keeps the road graph for the next start.
    profile
        What the time on main roads and on all others is multiplied with in each of the 24 hours of the day; left out: a mild rush.

    Raises
    ------
    TravelError
        The packages of the extra [roads] are not installed, or the extract cannot be read.
    """
    try:
        from dispatch.travel.roads import HourProfile, open_extract
    except ImportError as missing:
        message = f"travel on roads needs the package {missing.name}: install the extra, pip install 'field-dispatch[roads]'"
        raise TravelError(message) from missing
    return open_extract(extract, cache, HourProfile(*profile) if profile else None)
