"""Documents in VROOM's dialect, small enough to be reckoned by hand, and the door they go through."""

import json
from typing import Any

import solver
from dispatch import vroom
from dispatch.travel import GreatCircle

Document = dict[str, Any]

LINE = [[abs(a - b) for b in (0, 100, 250, 450)] for a in (0, 100, 250, 450)]
"""Seconds between four places on a line, at 0, 100, 250 and 450."""


def never(problem, start):
    raise AssertionError("the search was begun")


def search(problem, start):
    """A search so small that its answer is proved, or as good as: 2,000 iterations."""
    return solver.solve(problem, solver.Iterations(2_000), start=start)


def job(name: int, place: int, **more) -> Document:
    return {"id": name, "location_index": place} | more


def vehicle(name: int, **more) -> Document:
    return {"id": name, "start_index": 0, "end_index": 0} | more


def document(vehicles: list[Document], jobs: list[Document], durations=LINE, **more) -> Document:
    return {"vehicles": vehicles, "jobs": jobs, "matrices": {"car": {"durations": durations} | more}}


def answer(asked: Document, *, choose_eta: bool = False, search=search) -> Document:
    """The answer to a document that is acceptable."""
    told = vroom.answered(json.dumps(asked).encode(), search, provider=GreatCircle(), choose_eta=choose_eta)
    assert told.code == 0, told.document.decode()
    return json.loads(told.document)


def refusal(asked: Document | bytes, *, choose_eta: bool = False) -> Document:
    """The answer to a document that is refused before anything is searched."""
    data = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
    told = vroom.answered(data, never, provider=GreatCircle(), choose_eta=choose_eta)
    assert told.code == 2
    return json.loads(told.document)


def warned(told: Document) -> set[tuple[str, str]]:
    return {(each["pointer"], each["code"]) for each in told.get("warnings", ())}


def served(told: Document) -> dict[int, list[int]]:
    """The jobs of each vehicle, in order."""
    return {route["vehicle"]: [step["id"] for step in route["steps"] if step["type"] == "job"] for route in told["routes"]}


def steps(*names: int | str) -> list[Document]:
    """Steps of a route: a number is a job, `break 7` a break, and so on."""
    kinds = [("job", name) if isinstance(name, int) else name.split() for name in names]
    return [{"type": "start"}, *({"type": kind, "id": int(name)} for kind, name in kinds), {"type": "end"}]


def with_steps(asked: Document, told: Document) -> Document:
    """A document with the routes of an answer as the steps of its vehicles."""
    given = {
        route["vehicle"]: [{k: step[k] for k in ("type", "id") if k in step} for step in route["steps"]] for route in told["routes"]
    }
    return asked | {"vehicles": [each | {"steps": given.get(each["id"], [])} for each in asked["vehicles"]]}
