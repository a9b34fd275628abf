"""Stand-ins for the outer world: a clock that only moves when told to, and a server that answers what it is given."""

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from dispatch.travel import Patience
from dispatch.travel.http import Response


@dataclass
class Clock:
    now: float = 0.0
    naps: list[float] = field(default_factory=list)

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.naps.append(seconds)
        self.now += seconds


@dataclass
class Answers:
    """Gives the answers one after another, the last one for ever; an exception is raised, a function is asked."""

    answers: list
    urls: list[str] = field(default_factory=list)
    timeouts: list[float] = field(default_factory=list)

    def __call__(self, url, timeout_s):
        self.urls.append(url)
        self.timeouts.append(timeout_s)
        answer = self.answers[min(len(self.urls), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer(url) if callable(answer) else answer


def patience(fetch, clock=None, **settings):
    """Patience in a world without time: jitter always in the middle."""
    clock = clock or Clock()
    return Patience(fetch=fetch, clock=clock, sleep=clock.sleep, jitter=lambda: 0.5, **settings)


def answer(content, status=200, **headers):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def asked(url):
    """The points of a request, and the positions of its sources and destinations among them."""
    parts = urlsplit(url)
    points = [tuple(map(float, point.split(","))) for point in parts.path.rsplit("/", 1)[1].split(";")]
    query = parse_qs(parts.query)
    everyone = list(range(len(points)))
    ends = [[int(i) for i in query[name][0].split(";")] if name in query else everyone for name in ("sources", "destinations")]
    return points, *ends


def table(durations, distances=None, off=0):
    """What OSRM answers."""
    return {
        "code": "Ok",
        "durations": durations,
        "distances": durations if distances is None else distances,
        "sources": [{"distance": off}] * len(durations),
        "destinations": [{"distance": off}] * (len(durations[0]) if durations else 0),
    }


def flat_earth(url, off=lambda point: 0, most=10**9):
    """A server in whose world a thousandth of a degree of longitude takes 10 s east, 20 s west, and has 100 m."""
    points, sources, targets = asked(url)
    if len(points) > most:
        return answer({"code": "TooBig", "message": "Too many table coordinates"}, 400)
    steps = [[round((points[t][0] - points[s][0]) * 1000, 3) for t in targets] for s in sources]
    seconds = [[10 * step if step >= 0 else -20 * step for step in row] for row in steps]
    content = table(seconds, [[100 * abs(step) for step in row] for row in steps])
    content["sources"] = [{"distance": off(points[s])} for s in sources]
    content["destinations"] = [{"distance": off(points[t])} for t in targets]
    return answer(content)
