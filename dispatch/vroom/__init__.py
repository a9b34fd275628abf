"""The door for VROOM's users: its JSON in, its JSON out, planned by this solver."""

from dispatch.vroom.apart import Apart, apart_of
from dispatch.vroom.door import Answered, Search, answered

__all__ = ["Answered", "Apart", "Search", "answered", "apart_of"]
