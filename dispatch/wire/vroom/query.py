"""What is asked of the VROOM-compatible door beside the document."""

from typing import Annotated

from pydantic import Field

from dispatch.wire.fields import Given, Record, Whole


class VroomQuery(Record):
    """How a VROOM document is planned."""

    seconds: Annotated[Whole, Field(ge=1, le=30)] = 5
    """Seconds to search."""
    iterations: Given[Annotated[Whole, Field(ge=1, le=10**12)]] = None
    """Iterations to search, within the seconds: unlike seconds, the same plan every time."""
    seed: Annotated[Whole, Field(ge=0, lt=2**31)] = 0
    """Where chance begins."""
