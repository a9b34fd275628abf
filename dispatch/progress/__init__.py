"""The technician's side of a schedule: my jobs, what I report, what that does to the rest of the day and to the next plan."""

from dispatch.progress.feeds import feed_shown, make_feed, my_feeds, read_feed, revoke_feed
from dispatch.progress.jobs import my_jobs
from dispatch.progress.reports import report
from dispatch.progress.view import event_shown, events, visits

__all__ = [
    "event_shown",
    "events",
    "feed_shown",
    "make_feed",
    "my_feeds",
    "my_jobs",
    "read_feed",
    "report",
    "revoke_feed",
    "visits",
]
