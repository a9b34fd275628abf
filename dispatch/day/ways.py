"""How long drives take: whoever drives, by car or otherwise, with buffers, and at what hour if that is asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

import solver
from dispatch import travel
from dispatch.day.layers import layered
from dispatch.day.places import Atlas, great_circle
from dispatch.day.setting import Setting
from dispatch.errors import Code, Finding, InputError, pointer
from dispatch.wire.clock import Span, instant_of, shift_span
from dispatch.wire.defaults import CAR, MODES
from dispatch.wire.model import NO_WAY, Buffers, Day, Estimate, Mode, Tables, Travel

Ints = npt.NDArray[np.int64]

MANY = 3_000
"""More places than so many: an estimate of travel times is worked out where it is read, for all of them would be too much."""


@dataclass(frozen=True)
class Way:
    """One way of moving that somebody uses: its name, its wishes, and its tables if the day brings them."""

    name: str
    mode: Mode
    tables: Tables | None

    @property
    def has_own_speed(self) -> bool:
        """Whether it is not driven as a car is."""
        return self.name in MODES or any(getattr(self.mode, field) is not None for field in Estimate.model_fields)


def travel_of(day: Day, setting: Setting, provider: travel.Provider) -> tuple[solver.Travel, tuple[Finding, ...]]:
    """Travel between the places, from the day's own matrices or else from a provider, and what is worth a look about it.

    Raises
    ------
    InputError : travel by the hour or by several modes between too many places
    TravelError : the provider has no answer
    """
    wishes, atlas = day.travel or Travel(), setting.atlas
    ways = [_way(wishes, name) for name in setting.modes]
    hours = _hours(day, len(atlas.rows))
    if isinstance(provider, travel.GreatCircle) and len(atlas.rows) > MANY and not wishes.matrices:
        return _by_blocks(wishes, ways, atlas, provider, _hours(day, 1)), ()
    tables = [_table(way, atlas, provider, hours) for way in ways]
    remarks = dict.fromkeys(remark for table in tables for remark in _remarks(atlas, table))
    timed = _timed_hours(wishes, ways, hours)
    pairs = list(zip(ways, tables, strict=True))
    name = _described(wishes, pairs)
    if len(ways) == 1 and not timed:
        seconds = _slices(wishes, ways[0], tables[0], (hours[0],))
        return solver.Travel(seconds[0], tables[0].distances, name), tuple(remarks)
    modes = [solver.Mode(way.name, _slices(wishes, way, table, timed or hours[:1]), table.distances) for way, table in pairs]
    traffic = solver.Traffic(_knots(setting, timed) if timed else (solver.Knot(0, 0),), tuple(modes))
    return solver.Travel.by_time(traffic, name), (*remarks, *_repaired(traffic))


def estimate_of(day: Day, mode: str) -> travel.GreatCircle:
    """The estimate of travel times for a way of moving."""
    way = _way(day.travel or Travel(), mode)
    return great_circle(way.mode if way.has_own_speed else day.travel)


def _way(wishes: Travel, name: str) -> Way:
    """A way of moving, as the day says or else as is usual; without matrices of its own it is driven as a car is."""
    matrices = wishes.matrices
    own = matrices.modes.get(name) if matrices and name != CAR else None
    mode = layered(Mode, wishes.modes.get(name), MODES.get(name), Mode())
    way = Way(name, mode, own)
    return way if own or way.has_own_speed else Way(name, mode, matrices)


def _by_blocks(
    wishes: Travel, ways: Sequence[Way], atlas: Atlas, provider: travel.GreatCircle, hours: tuple[int, ...]
) -> solver.Travel:
    """An estimate between more places than all drives can be kept for."""
    if wishes.by_hour or len(ways) > 1 or ways[0].has_own_speed or ways[0].mode.buffers != Buffers():
        message = f"by the hour, with buffers or by several modes is reckoned between {MANY:,} places at most"
        raise InputError([Finding("/travel", Code.LIMIT_EXCEEDED, message, len(atlas.rows))])
    drives = provider.roads(atlas.places, hours=hours)
    return solver.Travel.by_blocks(drives, len(atlas.rows), travel.described(provider.name, hours))


# ---------------------------------------------------------------- tables


def _table(way: Way, atlas: Atlas, provider: travel.Provider, hours: tuple[int, ...]) -> travel.TravelTable:
    """What the day or a provider says of a way of moving, without buffers."""
    if way.tables:
        return _given(way.tables)
    if way.has_own_speed:
        return great_circle(way.mode).matrix(atlas.places, hours=hours)
    return provider.matrix(atlas.places, hours=hours)


def _given(tables: Tables) -> travel.TravelTable:
    """The matrices of a day, one if they do not tell of hours."""
    by_hour = [(each.hour, each.durations_s) for each in tables.hours] or [(0, tables.durations_s)]
    durations = np.stack([_cells(cells) for _, cells in by_hour])
    return travel.TravelTable(durations, _cells(tables.distances_m), tuple(hour for hour, _ in by_hour), "matrices of the day file")


def _cells(rows: tuple[tuple[object, ...], ...]) -> Ints:
    known = [[solver.UNREACHABLE if cell is None or cell == NO_WAY else cell for cell in row] for row in rows]
    return np.array(known, dtype=np.int64).reshape(len(rows), len(rows))


def _slices(wishes: Travel, way: Way, table: travel.TravelTable, hours: Sequence[int]) -> Ints:
    """Seconds of a way of moving in each of some hours, buffers included, shape `(hours, places, places)`."""
    buffers = way.mode.buffers
    if way.tables and not way.tables.hours:
        known = _cells(way.tables.durations_s)[None]
    else:
        known = table.durations if wishes.by_hour or way.tables else table.mean()[None]
    bands = table.bands if len(known) > 1 else (0,)
    extra = round(60 * (buffers.exit_min + buffers.padding_min))
    return np.stack([_buffered(_at_hour(known, bands, hour), _percent(buffers, hour), extra) for hour in hours])


def _at_hour(known: Ints, bands: Sequence[int], hour: int) -> Ints:
    """Seconds in an hour: those of its band, or on the way from the band before to the one after, rounded up."""
    after = next((k for k, band in enumerate(bands) if band >= hour), len(bands) - 1)
    before = next((k for k in range(len(bands) - 1, -1, -1) if bands[k] <= hour), 0)
    if before == after or bands[after] <= bands[before]:
        cells: Ints = known[after if bands[after] >= hour else before]
        return cells
    one, other, gap = known[before], known[after], bands[after] - bands[before]
    cells = one - (bands[before] - hour) * (other - one) // gap
    cells[(one == solver.UNREACHABLE) | (other == solver.UNREACHABLE)] = solver.UNREACHABLE
    return cells


def _percent(buffers: Buffers, hour: int) -> int:
    return next((rush.percent for rush in buffers.hours if rush.from_hour <= hour < rush.until_hour), buffers.percent)


def _buffered(cells: Ints, percent: int, extra: int) -> Ints:
    """Seconds of drives with their buffers, rounded up; from a place to itself it stays nothing."""
    longer = np.minimum(-(-cells * percent // 100) + extra, solver.UNREACHABLE - 1)
    longer[cells == solver.UNREACHABLE] = solver.UNREACHABLE
    np.fill_diagonal(longer, 0)
    return longer


# ---------------------------------------------------------------- hours


def _timed_hours(wishes: Travel, ways: Sequence[Way], hours: Sequence[int]) -> tuple[int, ...]:
    """The hours that the travel times are told for; none if they are the same all day."""
    told = {each.hour for way in ways if way.tables for each in way.tables.hours}
    rushes = [rush for way in ways for rush in way.mode.buffers.hours]
    edges = {hour % 24 for rush in rushes for hour in (rush.from_hour - 1, rush.from_hour, rush.until_hour - 1, rush.until_hour)}
    if wishes.by_hour and any(way.tables is None for way in ways):
        told |= set(hours)
    return tuple(sorted(told | edges))


def _knots(setting: Setting, hours: Sequence[int]) -> tuple[solver.Knot, ...]:
    """Half past each of the hours, on every day of the horizon and the ones around it."""
    first, last = (end.astimezone(setting.zone).date() for end in (setting.horizon.start, setting.horizon.end))
    instants: dict[int, int] = {}
    for number in range(-1, (last - first).days + 2):
        for band, hour in enumerate(hours):
            wall = datetime.combine(first + timedelta(days=number), time(hour, 30))
            instants.setdefault(setting.at(instant_of(wall, setting.zone)), band)
    return tuple(solver.Knot(at, band) for at, band in sorted(instants.items()))


def _hours(day: Day, places: int) -> tuple[int, ...]:
    """The local hours from the first to the last in which somebody works; the usual ones if nobody does."""
    zone = ZoneInfo(day.timezone)
    spans = [shift_span(shift, zone) for technician in day.technicians for shift in technician.shifts]
    worked = [hour for span in spans for hour in _hours_of(span, zone)]
    return travel.hours_between(min(worked), max(worked), places) if worked else travel.WORKING_HOURS


def _hours_of(span: Span, zone: ZoneInfo) -> range:
    start, last = span.start.astimezone(zone), (span.end - timedelta(seconds=1)).astimezone(zone)
    return range(start.hour, last.hour + 1) if start.date() == last.date() else range(24)


# ---------------------------------------------------------------- what is said about it


def _described(wishes: Travel, pairs: Sequence[tuple[Way, travel.TravelTable]]) -> str:
    """Whose travel times they are, and what was made of them."""
    said = [_said(wishes, way, table) for way, table in pairs]
    if len(pairs) == 1:
        return said[0]
    return "; ".join(f"{way.name}: {each}" for (way, _), each in zip(pairs, said, strict=True))


def _said(wishes: Travel, way: Way, table: travel.TravelTable) -> str:
    name = table.description
    if len(table.bands) > 1 and (wishes.by_hour or way.tables):
        name = f"{table.provider}, hour by hour"
    return name if way.mode.buffers == Buffers() else f"{name}, with buffers"


def _repaired(traffic: solver.Traffic) -> Iterator[Finding]:
    if traffic.repaired:
        message = "has drives that would arrive earlier by leaving later: whoever is ready earlier is reckoned to wait"
        yield Finding("/travel", Code.FIFO_REPAIRED, message, traffic.repaired)


def _remarks(atlas: Atlas, table: travel.TravelTable) -> Iterator[Finding]:
    """What a provider says about its answer, at the first place of the file that it is about."""
    for note in table.notes:
        path = () if note.place is None else atlas.paths[note.place]
        yield Finding(pointer(*path), note.code.value, note.message)
