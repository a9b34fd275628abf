"""Travel over the roads of an OpenStreetMap extract: needs the extra [roads]."""

from dispatch.travel.roads.provider import HourProfile, Roads, open_extract

__all__ = ["HourProfile", "Roads", "open_extract"]
