"""The technician's side of a schedule: my jobs, what I report, what that does to the rest of the day and to the next plan."""

from dispatch.progress.reports import report

__all__ = ["report"]
