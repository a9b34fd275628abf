"""What Prometheus asks for: how many requests, how long they took, by route; and how many runs wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

MEDIA: Final = "text/plain; version=0.0.4; charset=utf-8"

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Others are counted together: a caller may not make up series."""

BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; what is promised (0.15, 0.3) is an edge."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """The series of one application."""

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram
    runs: Gauge

    @classmethod
    def of(cls, app: Flask) -> "Metrics":
        """New series, kept by an application."""
        registry = CollectorRegistry()
        metrics = cls(
            registry,
            Counter("dispatch_requests", "Requests that were answered.", ["method", "route", "status"], registry=registry),
            Histogram("dispatch_request_seconds", "How long an answer took.", ["route"], buckets=BUCKETS, registry=registry),
            Gauge("dispatch_runs", "Runs that are queued or running.", ["state"], registry=registry),
        )
        app.extensions["metrics"] = metrics
        return metrics

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self.requests.labels(method if method in METHODS else "other", route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)


def text(runs: Mapping[str, int]) -> bytes:
    """The series of the application that answers; `runs` : how many there are in each state, as the database says now."""
    metrics: Metrics = current_app.extensions["metrics"]
    for state, number in runs.items():
        metrics.runs.labels(state).set(number)
    return generate_latest(metrics.registry)
