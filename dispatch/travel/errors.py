"""What can go wrong with travel times.

TravelError                  the travel times asked for cannot be had: the message says why and what to do
└── TravelUnavailable        they cannot be had now (a server down, a deadline passed): another provider may stand in
"""

from dispatch.errors import DispatchError


class TravelError(DispatchError):
    """Travel times cannot be had; the message is for the person who asked for them."""


class TravelUnavailable(TravelError):
    """A provider does not answer, or answers nothing usable, after all its attempts."""
