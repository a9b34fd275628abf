"""The three problems that VROOM documents, as facts: places near Paris, a matrix of four places, a plan to be timed."""

DEPOT = [2.35044, 48.71764]
PLACES = {
    1: [1.98935, 48.701],
    2: [2.03655, 48.61128],
    3: [2.39719, 49.07611],
    4: [2.41808, 49.22619],
    5: [2.28325, 48.5958],
    6: [2.89357, 48.90736],
}


def van(name: int, **more):
    return {"id": name, "start": DEPOT, "end": DEPOT, "capacity": [4]} | more


def task(name: int, **more):
    return {"id": name, "location": PLACES[name], "service": 300} | more


def first():
    """Two vans with skills and a break each; four deliveries, and a shipment from place 4 to place 3."""
    hours, pause = {"time_window": [28800, 43200]}, {"service": 300, "time_windows": [[36000, 37800]]}
    return {
        "vehicles": [
            van(1, skills=[1, 14], breaks=[{"id": 1} | pause], **hours),
            van(2, skills=[2, 14], breaks=[{"id": 2} | pause], **hours),
        ],
        "jobs": [
            task(1, delivery=[1], skills=[1], time_windows=[[32400, 36000]]),
            task(2, delivery=[1], skills=[1]),
            task(5, delivery=[1], skills=[14]),
            task(6, delivery=[1], skills=[14]),
        ],
        "shipments": [{"amount": [1], "skills": [2], "pickup": task(4), "delivery": task(3)}],
    }


def second():
    """One vehicle from place 0 to place 3, and a matrix under its old name."""
    return {
        "vehicles": [{"id": 0, "start_index": 0, "end_index": 3}],
        "jobs": [{"id": 1414, "location_index": 1}, {"id": 1515, "location_index": 2}],
        "matrix": [[0, 2104, 197, 1299], [2103, 0, 2255, 3152], [197, 2256, 0, 1102], [1299, 3153, 1102, 0]],
    }


def third():
    """A plan with a van that is overloaded (7 on board of 4), and one that leaves 800 s before its time."""
    hours, until = {"time_window": [1600416000, 1600426800]}, {"time_windows": [[1600416000, 1600423200]]}

    def steps(after, *names):
        return [{"type": "start", **after}, *({"type": "job", "id": name} for name in names), {"type": "end"}]

    return {
        "vehicles": [van(1, steps=steps({}, 1, 2, 5), **hours), van(2, steps=steps({"service_at": 1600415200}, 6, 4, 3), **hours)],
        "jobs": [
            task(1, delivery=[2]),
            task(2, delivery=[2]),
            task(3, delivery=[1], **until),
            task(4, delivery=[1], **until),
            task(5, delivery=[3]),
            task(6, delivery=[1], **until),
        ],
    }
