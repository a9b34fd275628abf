"""A service of its own for a soak: the demo's database, and the process that serves it, started again whenever it was killed."""

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dispatch import up
from dispatch.settings import Settings
from dispatch.store import Store
from tests.databases import fresh
from tests.dispatch.runs.works import environment, settings_of, until

PATIENCE_S = 60.0


@dataclass
class Serving:
    """A service that can be killed.

    Attributes
    ----------
    tokens : by role
    """

    store: Store
    settings: Settings
    port: int
    tokens: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api", "--port", str(self.port)],
            env=environment(self.settings.environment),
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until(self._answers, seconds=PATIENCE_S)

    def kill(self) -> None:
        """Kill it, whatever it does; its worker processes end with it."""
        if self.process is not None:
            subprocess.run(["kill", "-9", "--", f"-{self.process.pid}"], check=False)
            self.process.wait()

    def ask(self, method: str, path: str, role: str, body: Any = None, **headers: str) -> tuple[int, Mapping[str, str], Any]:
        """Status, headers and document of what is answered. Raises `OSError` or `HTTPException` if nothing is."""
        sent = {"Authorization": f"Bearer {self.tokens[role]}"} | {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            sent["Content-Type"] = "application/merge-patch+json" if method == "PATCH" else "application/json"
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)) as line:
            line.request(method, "/api/v1" + path, None if body is None else json.dumps(body), sent)
            answer = line.getresponse()
            data = answer.read()
        return answer.status, dict(answer.headers), json.loads(data) if data else None

    def _answers(self) -> bool:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)) as line:
                line.request("GET", "/healthz")
                return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
            return False


@contextmanager
def serving(folder: Path) -> Iterator[Serving]:
    """The demo, served; gone at the end."""
    with fresh(folder) as store, closing(socket.create_server(("127.0.0.1", 0))) as place:
        up.fill(store, datetime.now(UTC), str(folder / "tokens.json"), print)
        port = place.getsockname()[1]
        place.close()
        settings = replace(settings_of(store), requests_per_s=1e6, strangers_per_min=1e6)
        one = Serving(store, settings, port, json.loads((folder / "tokens.json").read_text()))
        one.start()
        try:
            yield one
        finally:
            one.kill()
