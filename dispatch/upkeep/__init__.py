"""Maintenance: what is due again and again, by the calendar or by meters, and the jobs that are made of it ahead of time."""

from dispatch.upkeep.forecast import forecast
from dispatch.upkeep.making import jobs_of, make, make_due, shown_job
from dispatch.upkeep.readings import read, readings_of, shown_reading, state_of

__all__ = ["forecast", "jobs_of", "make", "make_due", "read", "readings_of", "shown_job", "shown_reading", "state_of"]
