"""Travel times and distances between places: who can say them, and what an answer looks like."""

from dispatch.travel.errors import TravelError, TravelUnavailable
from dispatch.travel.great_circle import GreatCircle, SpeedBand
from dispatch.travel.provider import WORKING_HOURS, Note, NoteCode, Place, Provider, TravelTable, hours_between

__all__ = [
    "WORKING_HOURS",
    "GreatCircle",
    "Note",
    "NoteCode",
    "Place",
    "Provider",
    "SpeedBand",
    "TravelError",
    "TravelTable",
    "TravelUnavailable",
    "hours_between",
]
