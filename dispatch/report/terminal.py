"""A plan on a terminal: a table per question, in plain text when it is piped.

Every string of a user is a `rich.text.Text`, so nothing in it is read as markup, and its control characters become pictures,
so nothing in it steers the terminal.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from dispatch.report import words
from dispatch.report.comparison import Change, Comparison, Moved, Pair, Place
from dispatch.report.facts import Facts, Lane, LeftOut, Tally, Term, Visit, Work

NARROW, WIDE = 95, 120
"""Columns of a terminal from which on the table of technicians has more columns."""

SHARES = (
    ("travel", "travel", "▒", "bright_black"),
    ("wait", "wait", "·", "bright_black"),
    ("setup", "set-up", "▓", "cyan"),
    ("service", "service", "█", "cyan"),
    ("pause", "break", "░", "yellow"),
    ("stock", "stock", "□", "yellow"),
)
"""Where time goes: field of a tally, name, character and style in a bar."""


def plan(facts: Facts, width: int = WIDE) -> Group:
    """Everything a dispatcher asks about a plan, the outcome last, where the eye is when a command ends."""
    parts: list[RenderableType] = [heading(facts)]
    if facts.routes:
        parts += [hours(facts, width), *([_key()] if width >= WIDE else []), visits(facts)]
    if facts.unassigned:
        parts.append(unassigned(facts))
    if facts.moved:
        parts.append(shifted(facts))
    parts.append(cost(facts.terms, facts.total, facts.currency))
    parts += [said("! ", warning, style="yellow") for warning in facts.warnings]
    return Group(*parts, summary(facts))


def said(*parts: str, style: str = "") -> Text:
    """Text as it is: nothing in it is markup or steers the terminal."""
    return Text(words.harmless("".join(parts)), style=style)


def table(title: str, *columns: str, rows: Iterable[Sequence[RenderableType]], total: Sequence[RenderableType] = ()) -> Table:
    """A table; columns whose name begins with `>` are numbers. `total` is set apart as the last row."""
    heads = (
        Column(name.lstrip(">"), justify="right" if name.startswith(">") else "left", no_wrap=name.startswith(">"))
        for name in columns
    )
    drawn = Table(
        *heads, title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False
    )
    for row in rows:
        drawn.add_row(*row)
    if total:
        drawn.add_section()
        drawn.add_row(*total, style="bold")
    return drawn


def heading(facts: Facts) -> Text:
    """What was planned, in a line."""
    return said(f"{facts.title} · {words.date(facts.span.start, facts.zone)} · times in {facts.zone.key}", style="bold")


def hours(facts: Facts, width: int) -> Table:
    """A row per route, its seconds in columns that add up to the total; overtime is a part of it."""
    stock = [">stock"] if facts.stocked else []
    spent = [">travel", ">wait", ">set-up", ">service", ">break", *stock, ">= total", ">overtime"]
    when = ["out", "back"] if width >= NARROW else []
    more = [">km", "shares"] if width >= WIDE else []
    columns = ["", "technician", ">jobs", *when, *spent, *more]
    most = max(lane.tally.duration for lane in facts.routes) or 1
    rows = [_hours(lane, facts, most, len(when), len(more)) for lane in facts.routes]
    total = ["", "all", str(facts.served), *[""] * len(when), *_seconds(facts.tally, facts.stocked)]
    return table("Technicians", *columns, rows=rows, total=[*total, words.kilometres(facts.tally.distance), ""][: len(columns)])


def visits(facts: Facts) -> Table:
    """A row per visit, route after route."""
    drawn = table("Visits", "", "start", "end", "job", "name", "kind", "window", ">travel", ">wait", rows=[])
    for lane in facts.routes:
        for visit in lane.visits:
            drawn.add_row(*_visit(lane, visit, facts.zone), style="" if visit.work else "dim")
        drawn.add_section()
    return drawn


def unassigned(facts: Facts) -> Table:
    """A row per job left out, with its reason."""
    return table(
        f"Unassigned: {len(facts.unassigned):,}",
        *("job", "name", "kind", "window", "status", "why"),
        rows=[_left_out(left, facts.zone) for left in facts.unassigned],
    )


def shifted(facts: Facts) -> Table:
    """A row per visit that is not where the plan in force has it."""
    rows: list[list[RenderableType]] = [
        [
            said(each.work.id),
            _name(each.work),
            said(each.before),
            said(each.after),
            said(each.promise, style="bold red" if each.told == "broken" else ""),
            words.money(each.price, facts.currency),
            said("; ".join(each.causes)),
        ]
        for each in facts.moved
    ]
    return table(f"Moved: {len(facts.moved):,}", "job", "name", "in force", "now", "customer", ">price", "why", rows=rows)


def cost(terms: Sequence[Term], total: Decimal, currency: str) -> Table:
    """The cost term by term, in money; terms of nothing are left out."""
    rows = [(words.sentence(term.name), words.money(term.amount, currency)) for term in terms if term.amount]
    return table("Cost", "term", ">amount", rows=rows, total=("total", words.money(total, currency)))


def summary(facts: Facts) -> Text:
    """How it came out, in two lines, and what was proved in a third."""
    tally, used = facts.tally, f"{len(facts.routes):,} of {len(facts.lanes):,} shifts used"
    left = f"{len(facts.unassigned):,} unassigned" if facts.unassigned else "none unassigned"
    late = f", {facts.late:,} late" if facts.late else ""
    proof = ", proved optimal" if facts.optimal else ""
    lines = (
        f"{facts.served:,} of {facts.jobs_total:,} jobs served, {left}{late} · {used} · {words.hours(tally.travel)} travel, "
        f"{words.distance(tally.distance)} · {words.money(facts.total, facts.currency)}",
        f"travel: {facts.provider} · ended: {facts.ended}{proof} · {facts.iterations:,} iterations · seed {facts.seed}",
    )
    proved = f"\n{words.harmless(words.proof(facts.proof, facts.currency))}" if facts.proof else ""
    return Text.assemble((words.harmless(lines[0]), "bold"), "\n", (words.harmless(lines[1]), "dim"), (proved, "dim"))


def shares(tally: Tally, most: int, columns: int = 20) -> Text:
    """Where the time goes, as a bar: travel, wait, set-up, service, break."""
    bar, used, drawn = Text(), 0, 0
    for field, _, character, style in SHARES:
        used += getattr(tally, field)
        until = round(columns * used / most)
        bar.append(character * (until - drawn), style=style)
        drawn = until
    return bar


def _key() -> Text:
    return Text("shares: " + ", ".join(f"{character} {name}" for _, name, character, _ in SHARES) + "\n", style="dim")


def _hours(lane: Lane, facts: Facts, most: int, when: int, more: int) -> list[RenderableType]:
    """A row of `hours`, with so many of its optional columns."""
    far = (words.kilometres(lane.tally.distance), shares(lane.tally, most))
    times = _times(lane, facts.zone)[:when]
    return [lane.letter, said(lane.name), str(len(lane.jobs)), *times, *_seconds(lane.tally, facts.stocked), *far[:more]]


def _times(lane: Lane, zone: ZoneInfo) -> list[RenderableType]:
    return [_clock(instant, lane, zone) for instant in (lane.depart, lane.back)]


def _clock(instant: datetime | None, lane: Lane, zone: ZoneInfo) -> str:
    return words.clock_beside(instant, lane.shift.start, zone) if instant else ""


def _seconds(tally: Tally, stocked: bool) -> list[RenderableType]:
    stock = (tally.stock,) if stocked else ()
    parts = (tally.travel, tally.wait, tally.setup, tally.service, tally.pause, *stock, tally.duration, tally.overtime)
    return [words.length(part) if part else "–" for part in parts]


def _visit(lane: Lane, visit: Visit, zone: ZoneInfo) -> list[RenderableType]:
    late = Text(f" late {words.length(visit.late)}", style="bold red") if visit.late else Text()
    number = f"{lane.letter}{visit.number}" if visit.work else ""
    times = [_clock(instant, lane, zone) for instant in (visit.start, visit.end)]
    spent = [words.length(part) if part else "" for part in (visit.travel, visit.wait)]
    if visit.work is None:
        return [number, *times, "", visit.kind, "", "", *spent]
    return [number, *times, said(visit.work.id), _name(visit.work), said(visit.work.kind), _limits(visit.work, zone) + late, *spent]


def _left_out(left: LeftOut, zone: ZoneInfo) -> list[RenderableType]:
    work = left.work
    why = said(words.sentence(left.reason), ": ", left.details[0] if left.details else left.message)
    return [said(work.id), _name(work), said(work.kind), _limits(work, zone), said(left.status), why]


def _name(work: Work) -> Text:
    return said(work.label) if work.label != work.id else Text()


def _limits(work: Work, zone: ZoneInfo) -> Text:
    windows = [f"{words.clock(window.start, zone)}–{words.clock_beside(window.end, window.start, zone)}" for window in work.windows]
    due = [f"due {words.clock(work.due, zone)}"] if work.due else []
    return Text(", ".join([*windows, *due]))


def compared(found: Comparison, facts: Facts) -> Group:
    """Two plans side by side: money, hours, and every job that the second one treats differently."""
    money = [_beside(pair, lambda amount: words.money(amount, facts.currency)) for pair in found.terms if pair.before or pair.after]
    total = _beside(found.total, lambda amount: words.money(amount, facts.currency))
    time = [_beside(pair, lambda seconds: words.length(int(seconds))) for pair in found.seconds]
    parts = [table("Cost", "term", ">first", ">second", ">difference", rows=money, total=total)]
    parts.append(table("Hours", "", ">first", ">second", ">difference", rows=time))
    if found.moved:
        rows = [_moved(moved, facts.zone) for moved in found.moved]
        parts.append(table("Jobs", "job", "name", "change", "first", "second", ">minutes", rows=rows))
    changes = [f"{found.count(change):,} {change}" for change in Change]
    return Group(*parts, said(f"{found.same:,} jobs stay as they are, {', '.join(changes)}", style="bold"))


def _beside(pair: Pair, say: Callable[[Decimal], str]) -> list[RenderableType]:
    sign = "+" if pair.difference > 0 else ""
    return [
        said(words.sentence(pair.name)),
        say(pair.before),
        say(pair.after),
        sign + say(pair.difference) if pair.difference else "=",
    ]


def _moved(moved: Moved, zone: ZoneInfo) -> list[RenderableType]:
    minutes = "" if moved.minutes is None else f"{moved.minutes:+,}"
    return [
        said(moved.work.id),
        _name(moved.work),
        said(moved.change),
        _where(moved.before, zone),
        _where(moved.after, zone),
        minutes,
    ]


def _where(place: Place | None, zone: ZoneInfo) -> Text:
    return said(f"{place.name}, {words.clock(place.start, zone)}") if place else Text("–")
