"""The queue of solves: asked for, claimed by one worker, watched, ended. What is queued survives any process."""

from dispatch.runs.asking import Limits, cancel, find, horizon_of, listed, request, shown, standing
from dispatch.runs.forgetting import forget
from dispatch.runs.queue import (
    OVER,
    Lost,
    beat,
    cancelled,
    claim,
    fail,
    finish,
    give_back,
    is_cancel_asked,
    take_back_lost,
)

__all__ = [
    "OVER",
    "Limits",
    "Lost",
    "beat",
    "cancel",
    "cancelled",
    "claim",
    "fail",
    "find",
    "finish",
    "forget",
    "give_back",
    "horizon_of",
    "is_cancel_asked",
    "listed",
    "request",
    "shown",
    "standing",
    "take_back_lost",
]
