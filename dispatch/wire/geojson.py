"""A plan as GeoJSON (RFC 7946): longitude first."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field

from dispatch.wire.fields import Given, Id, Instant, Record, Several, Whole

Position = Annotated[Several[float], Field(min_length=2, max_length=2)]
"""Degrees: longitude, latitude."""


class PointGeometry(Record):
    """A point."""

    type: Literal["Point"] = "Point"
    """What it is."""
    coordinates: Position
    """Longitude and latitude."""


class LineGeometry(Record):
    """A line."""

    type: Literal["LineString"] = "LineString"
    """What it is."""
    coordinates: Several[Position]
    """Two positions or more."""


class LinesGeometry(Record):
    """A line that is cut where it crosses the meridian of 180 degrees."""

    type: Literal["MultiLineString"] = "MultiLineString"
    """What it is."""
    coordinates: Several[Several[Position]]
    """Its pieces."""


Geometry = Annotated[PointGeometry | LineGeometry | LinesGeometry, Discriminator("type")]


class Properties(Record):
    """What a line or point is: ids and times, no names."""

    what: Literal["route", "stop", "unassigned"]
    """A route, one of its stops, or a job that has none."""
    technician: Given[Id] = None
    """Whose route it is."""
    shift: Given[Whole] = None
    """Which of their shifts."""
    kind: Given[Literal["job", "break", "stock"]] = None
    """Of a stop: what it is for."""
    job: Given[Id] = None
    """The job."""
    position: Given[Whole] = None
    """Of a stop: its place on the route, counted from 0."""
    arrive: Given[Instant] = None
    """Of a stop: when the technician is there."""
    start: Given[Instant] = None
    """When it begins; of a route: when the technician leaves."""
    end: Given[Instant] = None
    """When it is done; of a route: when it is over."""
    reason: Given[str] = None
    """Why a job has no stop."""


class Feature(Record):
    """A line or point with what it is."""

    type: Literal["Feature"] = "Feature"
    """What it is."""
    geometry: Geometry
    """Where it is."""
    properties: Properties
    """What it is."""


class FeatureCollection(Record):
    """Routes as lines, stops and jobs left out as points."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    """What it is."""
    features: Several[Feature]
    """Route by route, the line and then its stops; then the jobs left out."""
