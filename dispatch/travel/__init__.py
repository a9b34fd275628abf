"""Travel times and distances between places: who can say them, and what an answer looks like."""

from dispatch.travel.cache import Cached
from dispatch.travel.chain import Chain
from dispatch.travel.errors import TravelError, TravelUnavailable
from dispatch.travel.extras import open_roads
from dispatch.travel.great_circle import GreatCircle, SpeedBand, metres_between
from dispatch.travel.http import Patience
from dispatch.travel.osrm import Osrm
from dispatch.travel.provider import WORKING_HOURS, Note, NoteCode, Place, Provider, TravelTable, described, hours_between

__all__ = [
    "WORKING_HOURS",
    "Cached",
    "Chain",
    "GreatCircle",
    "Note",
    "NoteCode",
    "Osrm",
    "Patience",
    "Place",
    "Provider",
    "SpeedBand",
    "TravelError",
    "TravelTable",
    "TravelUnavailable",
    "described",
    "hours_between",
    "metres_between",
    "open_roads",
]
