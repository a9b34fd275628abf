"""The process that serves: gunicorn with threads, because streams of events hold one each."""

import gc
import json
import sys
from http import HTTPStatus
from socket import socket
from typing import Any, Final

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker

from api import logs
from api.app import create_app
from dispatch.settings import Settings
from dispatch.store import open_store

GRACE_S: Final = 10
"""Seconds that requests under way are given when the process is to stop; streams are cut then."""


SWITCH_S: Final = 0.001
"""Seconds that one thread may compute while others wait for it: what takes long delays what is short by that, again and again."""


class Lines(Logger):  # type: ignore[misc]
    """What gunicorn says, said as everything else is: lines of JSON on standard error."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class Worker(ThreadWorker):  # type: ignore[misc]
    """Also what is no HTTP is answered with a problem document."""

    def handle_error(self, req: Any, client: socket, addr: Any, exc: Exception) -> None:
        if isinstance(exc, ParseException):
            client.sendall(_not_http(exc))
        else:
            super().handle_error(req, client, addr, exc)


class Server(BaseApplication):  # type: ignore[misc]
    """The service of a database on an address."""

    def __init__(self, settings: Settings, bind: str, *, threads: int, processes: int) -> None:
        self._settings, self._threads = settings, threads
        self._options = {
            "bind": bind,
            "workers": processes,
            "threads": threads,
            "worker_class": Worker,
            "logger_class": Lines,
            "graceful_timeout": GRACE_S,
            "keepalive": 75,
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, made in each process: connections to a database are not inherited.

        A request may need two connections at once: one that reads, and one that then writes.
        """
        app = create_app(open_store(self._settings.database, pool_size=2 * self._threads), self._settings)
        _be_prompt()
        return app


def _be_prompt() -> None:
    """Let nobody wait for what can be avoided: a thread that computes for long, a search for garbage in everything imported."""
    sys.setswitchinterval(SWITCH_S)
    gc.collect()
    gc.freeze()


def serve(settings: Settings, host: str, port: int, *, threads: int, processes: int) -> None:
    """Serve until a signal says stop; then exits the process."""
    logs.install()
    Server(settings, f"{host}:{port}", threads=threads, processes=processes).run()


def _not_http(error: ParseException) -> bytes:
    status = {
        LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
        LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    }.get(type(error), HTTPStatus.BAD_REQUEST)
    problem = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "code": "bad_request",
        "detail": "the server could not make a request out of what came",
        "request": "",
    }
    body = json.dumps(problem).encode() + b"\n"
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Connection: close",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body
