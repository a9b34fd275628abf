"""What of a plan in force may be moved."""

from typing import Annotated

from pydantic import Field

from dispatch.wire.fields import Given, Id, Ids, Number, Record
from dispatch.wire.places import Point


class Circle(Record):
    """Everything within so many kilometres, as the crow flies."""

    location: Given[Point] = None
    """Of a point; or `job`."""
    job: Given[Id] = None
    """Of the place of a job."""
    km: Annotated[Number, Field(gt=0, le=1_000)]
    """How far."""


class Scope(Record):
    """What may be moved: the visits for which everything holds that is given. Outside of it the plan in force stays as it is."""

    technicians: Given[Annotated[Ids, Field(min_length=1)]] = None
    """Visits of these technicians; nobody else gets another job."""
    within: Given[Circle] = None
    """Visits in this circle."""
    jobs: Given[Annotated[Ids, Field(min_length=1)]] = None
    """These jobs."""
    displace: bool = False
    """Besides these jobs also those that are less important than any of them, by priority: an emergency may take their place."""
