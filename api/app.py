"""The application: every endpoint behind one door, with what is said about each request afterwards."""

import re
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from api import errors, logs, openapi, routes
from api.door import Endpoint
from api.handling import Doorkeeper
from api.limits import Buckets
from api.metrics import Metrics
from dispatch import wire
from dispatch.settings import Settings
from dispatch.store import Store

HEADERS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
"""What every answer says, unless it says otherwise itself."""


class Application(Flask):
    """Flask, but it does not write into the log what an error quotes."""

    def log_exception(self, exc_info: Any) -> None:
        logs.defect(exc_info[1], g.get("request_id", ""))


@cache
def _document() -> bytes:
    """The OpenAPI document of all endpoints."""
    return openapi.written(routes.ENDPOINTS)


def now() -> datetime:
    """The moment."""
    return datetime.now(UTC)


def create_app(store: Store, settings: Settings, clock: Callable[[], datetime] = now) -> Flask:
    """The application of a database, as a WSGI application."""
    app = Application("dispatch", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = wire.LARGEST
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False
    keeper = Doorkeeper(
        store,
        settings,
        clock,
        callers=Buckets(settings.requests_per_s, 5 * settings.requests_per_s),
        strangers=Buckets(settings.strangers_per_min / 60, settings.strangers_per_min),
    )
    for endpoint in routes.ENDPOINTS:
        _add(app, endpoint, keeper)
    app.extensions["openapi"] = _document()
    errors.install(app)
    _watch(app, Metrics.of(app))
    if settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    return app


def _add(app: Flask, endpoint: Endpoint, keeper: Doorkeeper) -> None:
    def view(**path: str) -> Response:
        return keeper.answer(endpoint, request, path)

    app.add_url_rule(
        endpoint.rule, endpoint.name, view, methods=[endpoint.method], strict_slashes=True, provide_automatic_options=False
    )


def _watch(app: Flask, metrics: Metrics) -> None:
    """Give each request a name, and say afterwards how it went."""

    @app.before_request
    def begin() -> None:
        g.request_id = secrets.token_hex(8)
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["X-Request-Id"] = g.request_id
        route = re.sub(r"<(\w+:)?(\w+)>", r"{\2}", request.url_rule.rule) if request.url_rule else "none"
        seconds = time.perf_counter() - g.began
        metrics.note(request.method, route, response.status_code, seconds)
        logs.request(
            {
                "request": g.request_id,
                "method": request.method,
                "route": route,
                "status": response.status_code,
                "ms": round(1_000 * seconds, 1),
                "caller": g.get("caller"),
            }
        )
        return response
