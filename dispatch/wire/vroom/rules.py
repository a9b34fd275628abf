"""What has to fit together in a VROOM document: ids, windows, amounts, matrices, places, steps."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from dispatch.errors import Code, Finding, pointer
from dispatch.wire.vroom.asked import Asked, Task, Vehicle
from dispatch.wire.vroom.fields import Cells, Span

Path = tuple[str | int, ...]


def broken(asked: Asked) -> Iterator[Finding]:
    """Every rule that a document breaks."""
    for rule in (_ids, _windows, _amounts, _matrices, _places, _prices, _steps):
        yield from rule(asked)


def tasks_of(asked: Asked) -> Iterator[tuple[Path, str, Task]]:
    """Every task with its place in the document and its kind: job, pickup or delivery."""
    for row, job in enumerate(asked.jobs):
        yield ("jobs", row), "job", job
    for row, shipment in enumerate(asked.shipments):
        yield ("shipments", row, "pickup"), "pickup", shipment.pickup
        yield ("shipments", row, "delivery"), "delivery", shipment.delivery


def _ids(asked: Asked) -> Iterator[Finding]:
    """No two jobs, pickups, deliveries, vehicles, or breaks of a vehicle have one id."""
    yield from _twice((("vehicles", row), vehicle.id) for row, vehicle in enumerate(asked.vehicles))
    for kind in ("job", "pickup", "delivery"):
        yield from _twice((path, task.id) for path, name, task in tasks_of(asked) if name == kind)
    for row, vehicle in enumerate(asked.vehicles):
        yield from _twice((("vehicles", row, "breaks", number), pause.id) for number, pause in enumerate(vehicle.breaks))


def _twice(ids: Iterable[tuple[Path, int]]) -> Iterator[Finding]:
    seen: dict[int, Path] = {}
    for path, name in ids:
        if seen.setdefault(name, path) != path:
            yield Finding(pointer(*path, "id"), Code.DUPLICATE_ID, f"is also that of {pointer(*seen[name])}", name)


def _windows(asked: Asked) -> Iterator[Finding]:
    """A window ends after it starts, and does not overlap another."""
    for path, _, task in tasks_of(asked):
        yield from _spans(task.time_windows or (), (*path, "time_windows"))
    for row, vehicle in enumerate(asked.vehicles):
        if vehicle.time_window:
            yield from _inverted(vehicle.time_window, ("vehicles", row, "time_window"))
        for number, pause in enumerate(vehicle.breaks):
            yield from _spans(pause.time_windows or (), ("vehicles", row, "breaks", number, "time_windows"))


def _spans(spans: Sequence[Span], path: Path) -> Iterator[Finding]:
    for number, span in enumerate(spans):
        yield from _inverted(span, (*path, number))
    for one, other in pairwise(sorted(spans)):
        if other[0] <= one[1]:
            yield Finding(pointer(*path), Code.WINDOWS_OVERLAP, f"[{other[0]}, {other[1]}] overlaps [{one[0]}, {one[1]}]")


def _inverted(span: Span, path: Path) -> Iterator[Finding]:
    if span[1] < span[0]:
        yield Finding(pointer(*path), Code.WINDOW_INVERTED, f"[{span[0]}, {span[1]}] ends before it starts")


def _amounts(asked: Asked) -> Iterator[Finding]:
    """Every list of amounts has as many entries as the capacity of the first vehicle."""
    size = len(asked.vehicles[0].capacity)
    for path, amounts in _all_amounts(asked):
        if len(amounts) != size:
            message = f"has {len(amounts)} entries, the capacity of the first vehicle {size}"
            yield Finding(pointer(*path), Code.DIMENSION_MISMATCH, message)


def _all_amounts(asked: Asked) -> Iterator[tuple[Path, Sequence[int]]]:
    for row, vehicle in enumerate(asked.vehicles):
        yield ("vehicles", row, "capacity"), vehicle.capacity
        for number, pause in enumerate(vehicle.breaks):
            if pause.max_load is not None:
                yield ("vehicles", row, "breaks", number, "max_load"), pause.max_load
    for row, job in enumerate(asked.jobs):
        for name in ("delivery", "pickup", "amount"):
            if getattr(job, name) is not None:
                yield ("jobs", row, name), getattr(job, name)
    for row, shipment in enumerate(asked.shipments):
        if shipment.amount is not None:
            yield ("shipments", row, "amount"), shipment.amount


def _matrices(asked: Asked) -> Iterator[Finding]:
    """Each profile in use has durations; matrices are square, of one size, and nothing is far from itself."""
    tables = asked.tables
    for profile in sorted({vehicle.profile for vehicle in asked.vehicles}) if tables else ():
        if profile not in tables or tables[profile].durations is None:
            yield Finding(pointer("matrices", profile, "durations"), Code.REQUIRED, "is missing: a vehicle has this profile")
    size = max((len(cells) for _, cells in _cells(asked)), default=0)
    for path, cells in _cells(asked):
        if len(cells) != size or any(len(line) != size for line in cells):
            yield Finding(pointer(*path), Code.DIMENSION_MISMATCH, f"is not {size} by {size}, as the largest matrix is")
        elif any(cells[place][place] for place in range(size)):
            yield Finding(pointer(*path), Code.OUT_OF_RANGE, "has a diagonal that is not zero")


def _cells(asked: Asked) -> Iterator[tuple[Path, Cells]]:
    for profile, tables in asked.tables.items():
        for name in ("durations", "distances", "costs"):
            cells = getattr(tables, name)
            if cells is not None:
                path: Path = ("matrix",) if asked.matrices is None else ("matrices", profile, name)
                yield path, cells


def _places(asked: Asked) -> Iterator[Finding]:
    """Every place is given: by its index if there are matrices, else by its coordinates. A vehicle has a start or an end."""
    size = max((len(cells) for _, cells in _cells(asked)), default=0)
    for path, _, task in tasks_of(asked):
        yield from _place(asked, task, path, "location", "location_index", size)
    for row, vehicle in enumerate(asked.vehicles):
        ends = [name for name in ("start", "end") if _has(vehicle, name) or _has(vehicle, f"{name}_index")]
        if not ends:
            yield Finding(pointer("vehicles", row), Code.REQUIRED, "has neither a start nor an end")
        for name in ends:
            yield from _place(asked, vehicle, ("vehicles", row), name, f"{name}_index", size)


def _has(record: Task | Vehicle, name: str) -> bool:
    return getattr(record, name) is not None


def _place(asked: Asked, record: Task | Vehicle, path: Path, point: str, index: str, size: int) -> Iterator[Finding]:
    if not asked.tables:
        if not _has(record, point):
            yield Finding(pointer(*path, point), Code.REQUIRED, "is missing, and there are no matrices")
    elif not _has(record, index):
        yield Finding(pointer(*path, index), Code.REQUIRED, "is missing: with matrices places are given by their index")
    elif getattr(record, index) >= size:
        row = getattr(record, index)
        yield Finding(pointer(*path, index), Code.UNKNOWN_REFERENCE, f"is no row of the matrices, which have {size}", row)


def _prices(asked: Asked) -> Iterator[Finding]:
    """Metres that are priced or limited are known; a matrix of costs takes the place of the prices of driving."""
    for row, vehicle in enumerate(asked.vehicles):
        table = asked.tables.get(vehicle.profile)
        if table is None:
            continue
        if table.distances is None and vehicle.costs.per_km:
            message = f"needs /matrices/{vehicle.profile}/distances"
            yield Finding(pointer("vehicles", row, "costs", "per_km"), Code.CONFLICT, message, vehicle.costs.per_km)
        if table.distances is None and vehicle.max_distance is not None:
            message = f"needs /matrices/{vehicle.profile}/distances"
            yield Finding(pointer("vehicles", row, "max_distance"), Code.CONFLICT, message, vehicle.max_distance)
        if table.costs is not None and (vehicle.costs.per_hour != 3_600 or vehicle.costs.per_km):
            message = f"prices driving, which /matrices/{vehicle.profile}/costs does already"
            yield Finding(pointer("vehicles", row, "costs"), Code.CONFLICT, message)


def _steps(asked: Asked) -> Iterator[Finding]:
    """Steps name tasks and breaks that exist, each once; `start` comes first and `end` last."""
    tasks = {(kind, task.id) for _, kind, task in tasks_of(asked)}
    used: dict[tuple[str, int], Path] = {}
    for row, vehicle in enumerate(asked.vehicles):
        breaks = {("break", pause.id) for pause in vehicle.breaks}
        held: dict[tuple[str, int], Path] = {}
        for number, step in enumerate(vehicle.steps):
            path: Path = ("vehicles", row, "steps", number)
            if step.type in {"start", "end"}:
                if number != (0 if step.type == "start" else len(vehicle.steps) - 1):
                    yield Finding(pointer(*path, "type"), Code.CONFLICT, "must be the first or the last step", step.type)
                continue
            if step.id is None:
                yield Finding(pointer(*path, "id"), Code.REQUIRED, "is missing")
                continue
            name = (step.type, step.id)
            if name not in tasks | breaks:
                yield Finding(pointer(*path, "id"), Code.UNKNOWN_REFERENCE, f"is no {step.type}", step.id)
            elif (held if step.type == "break" else used).setdefault(name, path) != path:
                yield Finding(pointer(*path, "id"), Code.DUPLICATE_ID, f"is the second step for this {step.type}", step.id)
