"""`python -m benchmarks.load`: how soon a running service answers while requests keep coming.

The load is open: requests are sent at the times that a clock says, whether those before them have been answered or not, and the
time of each counts from when it should have been sent. A server that stops for a second is so charged with everybody who would have
come in that second; clients that wait for their answers before they ask again would hide it.

Start `dispatch up --demo --tokens tokens.json`, then `python -m benchmarks.load --tokens tokens.json`. It makes and publishes a
plan of the demo's next working day, so that technicians have visits, and asks as phones and dispatchers do.
"""

import argparse
import http.client
import itertools
import json
import math
import random
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SENDERS = 64
"""Requests that can be under way at once."""

PATIENCE_S = 30.0


@dataclass(frozen=True)
class Ask:
    """A request."""

    name: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass(frozen=True)
class Answered:
    """How it went: seconds from when it should have been sent, and the status; 0: no answer."""

    name: str
    seconds: float
    status: int


def sent(url: str, asks: Iterator[Ask], rate: float, seconds: float) -> list[Answered]:
    """Send requests at a rate for some seconds; the answers, in the order of their intended times."""
    planned = list(itertools.islice(asks, round(rate * seconds)))
    numbers, lock = iter(range(len(planned))), threading.Lock()
    answers: list[Answered | None] = [None] * len(planned)
    began = time.perf_counter() + 0.2

    def work() -> None:
        with _Line(url) as line:
            while True:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                due = began + number / rate
                time.sleep(max(0.0, due - time.perf_counter()))
                status = line.ask(planned[number])
                answers[number] = Answered(planned[number].name, time.perf_counter() - due, status)

    with ThreadPoolExecutor(SENDERS) as pool:
        for task in [pool.submit(work) for _ in range(min(SENDERS, len(planned)))]:
            task.result()
    return [each for each in answers if each is not None]


class _Line:
    """A connection that is kept, and made again if it breaks."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url).netloc
        self._connection = http.client.HTTPConnection(self._address, timeout=PATIENCE_S)

    def __enter__(self) -> "_Line":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(self, ask: Ask) -> int:
        """The status; 0 if there is no answer."""
        return self.read(ask)[0]

    def read(self, ask: Ask) -> tuple[int, bytes]:
        """The status and the body."""
        try:
            self._connection.request(ask.method, ask.path, ask.body, dict(ask.headers))
            response = self._connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return 0, b""


# ---------------------------------------------------------------- figures


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies: the nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def table(answers: Sequence[Answered]) -> str:
    """The figures as a Markdown table."""
    groups = {name: [each for each in answers if each.name == name] for name in sorted({each.name for each in answers})}
    lines = [
        "| request | sent | p50 ms | p99 ms | worst ms | refused (4xx, 5xx, none) |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, group in {**groups, "all": list(answers)}.items():
        times = [1_000 * each.seconds for each in group]
        bad = [sum(low <= each.status < low + 100 for each in group) for low in (400, 500)] + [
            sum(not each.status for each in group)
        ]
        counts = ", ".join(map(str, bad))
        middle, late = percentile(times, 0.5), percentile(times, 0.99)
        lines.append(f"| {name} | {len(group)} | {middle:.0f} | {late:.0f} | {max(times):.0f} | {counts} |")
    return "\n".join(lines)


# ---------------------------------------------------------------- what is asked


class Service:
    """The demo's service, asked as one of its users."""

    def __init__(self, url: str, tokens: Mapping[str, str]) -> None:
        self.url, self.tokens, self._line = url, tokens, _Line(url)

    def ask(self, name: str, method: str, path: str, role: str, body: Any = None, **headers: str) -> Ask:
        """A request as a role."""
        sent = {"Authorization": f"Bearer {self.tokens[role]}", **{key.replace("_", "-"): value for key, value in headers.items()}}
        if method == "POST":
            sent["Idempotency-Key"] = secrets.token_hex(8)
        if body is not None:
            sent["Content-Type"] = "application/json"
        return Ask(name, method, "/api/v1" + path, sent, None if body is None else json.dumps(body).encode())

    def answer(self, method: str, path: str, role: str, body: Any = None, **headers: str) -> Any:
        """What is answered; a refusal ends the program."""
        status, data = self._line.read(self.ask("", method, path, role, body, **headers))
        if not 200 <= status < 300:
            raise SystemExit(f"load: {method} {path} was answered {status}: {data[:500]!r}")
        return json.loads(data) if data else None

    def run(self, territory: str, day: str, seconds: float) -> str:
        """Ask for a run; its id."""
        body = {"date": day, "seconds": seconds, "start": "none"}
        return str(self.answer("POST", f"/territories/{territory}/runs", "dispatcher", body)["id"])

    def wait(self, run: str) -> str:
        """Wait for a run; the id of its draft."""
        while True:
            found = self.answer("GET", f"/runs/{run}", "dispatcher")
            if found["state"] not in {"queued", "running"}:
                return str(found["schedule"])
            time.sleep(0.5)


def prepared(service: Service) -> tuple[str, str, dict[str, Any]]:
    """The technician's territory, a working day of it, and a draft of that day; another is published."""
    technician = service.answer("GET", "/me", "technician")["technician"]["territory"]
    day = next(day for day in _days() if service.answer("GET", _shifts(technician, day), "dispatcher")["items"])
    first, second = (service.wait(service.run(technician, day, 5)) for _ in range(2))
    version = service.answer("GET", f"/schedules/{first}", "dispatcher")["version"]
    service.answer("POST", f"/schedules/{first}/publish", "dispatcher", {}, If_Match=f'"{version}"')
    draft: dict[str, Any] = service.answer("GET", f"/schedules/{second}", "dispatcher")
    return technician, day, draft


def _days() -> Iterator[str]:
    for ahead in range(1, 8):
        yield f"{datetime.now(UTC) + timedelta(days=ahead):%Y-%m-%d}"


def _shifts(territory: str, day: str) -> str:
    return f"/territories/{territory}/shifts?limit=1&after={day}T00:00:00Z&before={day}T12:00:00Z"


def mixed(service: Service, territory: str, day: str, draft: Mapping[str, Any], seed: int = 1) -> Iterator[Ask]:
    """What phones and dispatchers ask, without end: six of ten are phones, one of ten writes."""
    dice = random.Random(seed)
    jobs = [visit["job"] for route in draft["plan"]["routes"] for visit in route["visits"] if "job" in visit]
    technicians = [route["technician"] for route in draft["plan"]["routes"]]
    here = f"/territories/{territory}"

    def report() -> Ask:
        event = {"id": secrets.token_hex(8), "job": dice.choice(jobs), "kind": "accepted", "at": f"{datetime.now(UTC):%FT%TZ}"}
        return service.ask("phone reports", "POST", "/me/events", "technician", {"events": [event]})

    def evaluate() -> Ask:
        move = {"job": dice.choice(jobs), "technician": dice.choice(technicians)}
        return service.ask("move evaluated", "POST", f"/schedules/{draft['id']}/evaluate", "dispatcher", move)

    kinds: list[tuple[int, Callable[[], Ask]]] = [
        (50, lambda: service.ask("phone looks", "GET", f"/me/jobs?date={day}", "technician")),
        (10, report),
        (15, lambda: service.ask("visits of a day", "GET", f"{here}/visits?date={day}", "dispatcher")),
        (15, lambda: service.ask("a job", "GET", f"{here}/jobs/{dice.choice(jobs)}", "dispatcher")),
        (5, lambda: service.ask("jobs, a page", "GET", f"{here}/jobs?limit=50", "dispatcher")),
        (3, lambda: service.ask("a schedule", "GET", f"/schedules/{draft['id']}", "dispatcher")),
        (2, evaluate),
    ]
    while True:
        yield dice.choices([make for _, make in kinds], [weight for weight, _ in kinds])[0]()


def main(argv: Sequence[str] | None = None) -> int:
    """Load a service, and print the figures: at rest, and while it solves."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description="How soon a running service answers.")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="(http://127.0.0.1:8000)")
    parser.add_argument("--tokens", type=Path, required=True, help="what `dispatch up --demo --tokens` wrote")
    parser.add_argument("--rate", type=float, default=60, help="requests a second (60)")
    parser.add_argument("--seconds", type=float, default=20, help="of each measurement (20)")
    parser.add_argument("--seed", type=int, default=1, help="(1)")
    args = parser.parse_args(argv)
    service = Service(args.url, json.loads(args.tokens.read_text()))
    territory, day, draft = prepared(service)
    for solving in (False, True):
        run = service.run(territory, day, args.seconds + 2) if solving else None
        answers = sent(args.url, mixed(service, territory, day, draft, args.seed), args.rate, args.seconds)
        print(f"\n{args.rate:g} requests a second for {args.seconds:g} s, {'with' if run else 'without'} a solve running:\n")
        print(table(answers), flush=True)
        if run:
            service.wait(run)
    return 0


if __name__ == "__main__":
    sys.exit(main())
