"""Where things are, and what can be referred to."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Tag

from dispatch.wire.fields import Given, Id, Latitude, Longitude, Name, Note, Record


class Identified(Record):
    """What can be referred to."""

    id: Id
    """What it is referred to by; unique among its like."""
    name: Given[Name] = None
    """What people call it."""


class Point(Record):
    """A point on the earth, in degrees (WGS 84)."""

    lat: Latitude
    """Degrees north; -90 to 90."""
    lon: Longitude
    """Degrees east; -180 to 180."""


class AtSite(Record):
    """The place of a site."""

    site: Id
    """The id of one of the day's sites."""


class Site(Identified):
    """A place which jobs and technicians can refer to."""

    location: Point
    """Where it is."""
    address: Given[Note] = None
    """For people; not looked up."""


def _place_form(value: object) -> str:
    return "\0site" if isinstance(value, AtSite) or (isinstance(value, Mapping) and "site" in value) else "\0point"


def _end_form(value: object) -> str:
    return "\0open" if isinstance(value, str) else _place_form(value)


Place = Annotated[Annotated[AtSite, Tag("\0site")] | Annotated[Point, Tag("\0point")], Discriminator(_place_form)]
"""`{"lat": …, "lon": …}` or `{"site": …}`."""

EndPlace = Annotated[
    Annotated[Literal["open"], Tag("\0open")] | Annotated[AtSite, Tag("\0site")] | Annotated[Point, Tag("\0point")],
    Discriminator(_end_form),
]
"""A place, or `"open"`: the route ends where its last visit does."""
