"""When everything happens, as a picture: a lane per shift, drawn on the hours of its day.

A lane shows the shift as a pale background and the overtime after it, the route as blocks in a row, and below them one thin bar
per window of each visit, with a dot where the visit starts: how long a job takes and when it may start are two different things.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dispatch.report import words
from dispatch.report.facts import Facts, Lane, Span, Visit
from dispatch.report.language import ENGLISH, Language

WIDTH = 1000.0
BLOCK_TOP, BLOCK_HEIGHT = 5.0, 30.0
BAR_STEP = 6.0
EM = 5.8  #: pixels per column of the text in a block


class Tick(NamedTuple):
    """A full hour: where, and what it is called."""

    x: float
    label: str


class Area(NamedTuple):
    """A stretch of the background: shift, overtime or absence."""

    css: str
    x: float
    width: float
    title: str


class Block(NamedTuple):
    """A stretch of the route; `kind` of a job's set-up and service is the kind of work."""

    css: str
    kind: str
    x: float
    width: float
    y: float
    height: float
    title: str
    label: str
    caption: str


class Bar(NamedTuple):
    """A window of a visit; `dot` is where the visit starts, None when in another window. `due` draws a flag."""

    css: str
    kind: str
    x: float
    width: float
    y: float
    dot: float | None
    title: str


class Row(NamedTuple):
    """A lane as drawn."""

    lane: Lane
    route: int | None  #: its position among the routes, as on the map; None: no route
    height: float
    areas: tuple[Area, ...]
    blocks: tuple[Block, ...]
    bars: tuple[Bar, ...]


class Board(NamedTuple):
    """The lanes whose shifts begin on one date, on one scale."""

    date: date
    heading: str
    span: Span
    ticks: tuple[Tick, ...]
    rows: tuple[Row, ...]
    width: float = WIDTH


@dataclass(frozen=True, slots=True)
class Scale:
    """From instants to pixels."""

    span: Span

    def x(self, instant: datetime) -> float:
        """Where an instant is drawn; what is off the board is drawn at its edge."""
        share = (instant - self.span.start) / (self.span.end - self.span.start)
        return round(min(max(share, 0.0), 1.0) * WIDTH, 2)

    def stretch(self, span: Span) -> tuple[float, float]:
        """Left edge and width of a span."""
        x = self.x(span.start)
        return x, round(self.x(span.end) - x, 2)


@dataclass(frozen=True, slots=True)
class _Said:
    """How everything on the boards is said: in a language, and in the zone of the plan."""

    language: Language
    zone: ZoneInfo

    def say(self, key: str, **values: object) -> str:
        return self.language.say(key, **values)

    def clock(self, instant: datetime) -> str:
        return words.clock(instant, self.zone)

    def between(self, span: Span) -> str:
        return f"{self.clock(span.start)}–{words.clock_beside(span.end, span.start, self.zone)}"

    def label(self, visit: Visit) -> str:
        """What a stop is called."""
        return visit.label if visit.work else self.language.word("stop", visit.kind)


def boards(facts: Facts, language: Language = ENGLISH) -> tuple[Board, ...]:
    """The timeline of a plan: a board per date on which shifts begin."""
    said = _Said(language, facts.zone)
    routes = {id(lane): index for index, lane in enumerate(facts.routes)}
    ordered = sorted(facts.lanes, key=lambda lane: _day(lane, facts.zone))
    groups = groupby(ordered, key=lambda lane: _day(lane, facts.zone))
    return tuple(_board(day, tuple(lanes), routes, said) for day, lanes in groups)


def full_hours(span: Span, zone: ZoneInfo) -> Iterator[datetime]:
    """The instants in a span at which a clock in the zone shows a full hour: one more or less on the days when clocks change."""
    quarter = timedelta(minutes=15)  # the offsets of all zones are multiples of it
    instant = datetime.fromtimestamp(-(-span.start.timestamp() // 900) * 900, UTC)
    while instant <= span.end:
        if instant.astimezone(zone).minute == 0:
            yield instant
        instant += quarter


def _day(lane: Lane, zone: ZoneInfo) -> date:
    return lane.shift.start.astimezone(zone).date()


def _board(day: date, lanes: Sequence[Lane], routes: dict[int, int], said: _Said) -> Board:
    span = _span(lanes)
    scale = Scale(span)
    every = 1 if span.seconds <= 16 * 3600 else 2 if span.seconds <= 32 * 3600 else 4
    ticks = tuple(Tick(scale.x(hour), said.clock(hour)) for hour in list(full_hours(span, said.zone))[::every])
    rows = tuple(_row(lane, routes.get(id(lane)), scale, said) for lane in lanes)
    return Board(day, said.language.date_of(lanes[0].shift.start, said.zone), span, ticks, rows)


def _span(lanes: Sequence[Lane]) -> Span:
    """All there is to see and a quarter of an hour on either side; of possible overtime, the first two hours."""
    starts = [lane.shift.start for lane in lanes] + [lane.depart for lane in lanes if lane.depart]
    ends = [min(lane.latest, lane.shift.end + timedelta(hours=2)) for lane in lanes] + [lane.back for lane in lanes if lane.back]
    margin = timedelta(minutes=15)
    return Span(min(starts) - margin, max(ends) + margin)


def _row(lane: Lane, route: int | None, scale: Scale, said: _Said) -> Row:
    bars = tuple(_bars(lane, scale, said))
    lowest = max((bar.y + BAR_STEP for bar in bars), default=BLOCK_TOP + BLOCK_HEIGHT)
    height = lowest + 4 if lane.visits else BLOCK_HEIGHT
    return Row(lane, route, height, tuple(_areas(lane, scale, said)), tuple(_blocks(lane, scale, said)), bars)


def _areas(lane: Lane, scale: Scale, said: _Said) -> Iterator[Area]:
    yield Area("shift", *scale.stretch(lane.shift), said.say("area.shift", span=said.between(lane.shift)))
    if lane.latest > lane.shift.end:
        overtime = Span(lane.shift.end, lane.latest)
        yield Area("overtime", *scale.stretch(overtime), said.say("area.overtime", end=said.clock(lane.latest)))
    for absence in lane.absences:
        yield Area("absence", *scale.stretch(absence), said.say("area.absence", span=said.between(absence)))


def _blocks(lane: Lane, scale: Scale, said: _Said) -> Iterator[Block]:
    for visit in lane.visits:
        yield from _visit(lane, visit, scale, said)
    if lane.travel_home and lane.back:
        yield _travel(Span(lane.visits[-1].end, lane.back), said.say("block.home"), scale, said)


def _visit(lane: Lane, visit: Visit, scale: Scale, said: _Said) -> Iterator[Block]:
    if visit.travel:
        leave = visit.arrive - timedelta(seconds=visit.travel)
        yield _travel(
            Span(leave, visit.arrive),
            said.say("block.to", distance=words.distance(visit.distance), place=said.label(visit)),
            scale,
            said,
        )
    if visit.wait:
        wait = Span(visit.arrive, visit.start)
        title = said.say("block.wait", length=words.length(visit.wait), span=said.between(wait))
        yield Block("wait", "", *scale.stretch(wait), BLOCK_TOP + 9, BLOCK_HEIGHT - 18, title, "", "")
    begun = visit.start + timedelta(seconds=visit.setup)
    kind = visit.work.kind if visit.work else visit.kind
    if visit.setup:
        setup = Span(visit.start, begun)
        title = said.say("block.setup", length=words.length(visit.setup), span=said.between(setup), place=said.label(visit))
        yield Block("setup", kind, *scale.stretch(setup), BLOCK_TOP, BLOCK_HEIGHT, title, "", "")
    x, width = scale.stretch(Span(begun, visit.end))
    number = f"{lane.letter}{visit.number}" if visit.work else ""
    css = "service late" if visit.late else "service" if visit.work else visit.kind
    label, caption = _label(number, said.label(visit), width), _caption(visit, kind, width, said)
    yield Block(css, kind, x, width, BLOCK_TOP, BLOCK_HEIGHT, _title(number, visit, said), label, caption)


def _travel(span: Span, whither: str, scale: Scale, said: _Said) -> Block:
    title = said.say("block.travel", length=words.length(span.seconds), span=said.between(span), whither=whither)
    return Block("travel", "", *scale.stretch(span), BLOCK_TOP + 11, BLOCK_HEIGHT - 22, title, "", "")


def _label(number: str, name: str, width: float) -> str:
    """As much as fits of the visit's number and its name."""
    most = int((width - 5) / EM)
    whole = f"{number} {name}".strip()
    if words.columns(whole) <= most or most >= len(number) + 5 or not number:
        return words.shortened(whole, most)
    return number if len(number) <= most else ""


def _caption(visit: Visit, kind: str, width: float, said: _Said) -> str:
    """The second line of a block: start and kind, or only the start, or nothing."""
    most = int((width - 5) / EM * 1.15)  # in a smaller font
    start = said.clock(visit.start)
    if visit.work is None or most < len(start):
        return ""
    late, kind = said.say("block.late") if visit.late else "", said.language.word("kind", kind)
    return next((text for text in (f"{late}{start} {kind}", f"{late}{start}") if words.columns(text) <= most), start)


def _title(number: str, visit: Visit, said: _Said) -> str:
    lines = [f"{number} {said.label(visit)}".strip(), said.between(Span(visit.start, visit.end))]
    if visit.work:
        lines[1] += f" · {said.language.word('kind', visit.work.kind)}"
        lines += [visit.work.customer] if visit.work.customer else []
        lines += [said.say("block.window", span=said.between(window)) for window in visit.work.windows]
        lines += [said.say("block.due", clock=said.clock(visit.work.due))] if visit.work.due else []
        lines += [said.say("block.late_by", length=words.length(visit.late))] if visit.late else []
    return "\n".join(lines)


def _bars(lane: Lane, scale: Scale, said: _Said) -> Iterator[Bar]:
    """The windows of a lane's visits, each on the first line where it is clear of the bars before it."""
    free: list[float] = []
    for css, visit, span in _limits(lane.jobs):
        x, width = scale.stretch(span)
        if width <= 0 and css == "window" and span.seconds > 0:
            continue  # wholly off the board
        line = next((line for line, end in enumerate(free) if end + 4 <= x), len(free))
        free[line:] = [max(x + width, x + 4), *free[line + 1 :]]
        y = BLOCK_TOP + BLOCK_HEIGHT + 5 + line * BAR_STEP
        dot = scale.x(visit.start) if css == "window" and span.start <= visit.start <= span.end else None
        kind = visit.work.kind if visit.work else ""
        yield Bar(css, kind, x, width, y, dot, _limit(lane, css, visit, span, said))


def _limits(visits: Iterable[Visit]) -> Iterator[tuple[str, Visit, Span]]:
    for visit in visits:
        if visit.work:
            for window in visit.work.windows:
                yield "window", visit, window
            if visit.work.due:
                yield "due", visit, Span(visit.work.due, visit.work.due)


def _limit(lane: Lane, css: str, visit: Visit, span: Span, said: _Said) -> str:
    whose = f"{lane.letter}{visit.number} {visit.label}"
    if css == "due":
        return said.say("bar.due", whose=whose, due=said.clock(span.start), end=said.clock(visit.end))
    key = "bar.window_finish" if span.finish else "bar.window"
    return said.say(key, whose=whose, span=said.between(span), start=said.clock(visit.start))
