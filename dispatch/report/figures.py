"""What a plan comes to: a day and the plan for it, put together into the facts that a report shows."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count, product
from string import ascii_uppercase
from zoneinfo import ZoneInfo

from dispatch import day as days
from dispatch import wire
from dispatch.errors import Code, Finding, InputError, pointer
from dispatch.report.facts import Facts, Lane, LeftOut, Point, Proved, Span, Tally, Term, Visit, Work
from dispatch.report.language import ENGLISH, Language
from dispatch.report.shifted import shifted
from dispatch.wire import clock, places, staff
from dispatch.wire.defaults import PRIORITY
from dispatch.wire.work import Window

ATTRIBUTION = "Travel times: © OpenStreetMap contributors, ODbL"
"""What the Open Database License asks for wherever something made of OpenStreetMap data is shown."""


def of(day: wire.Day, plan: wire.PlanFile, language: Language = ENGLISH) -> Facts:
    """The facts of a plan.

    Parameters
    ----------
    day : what was planned
    plan : the plan for it

    Raises
    ------
    InputError : the plan names jobs, technicians or shifts that the day has not
    """
    unknown = tuple(_unknown(day, plan))
    if unknown:
        raise InputError(unknown)
    book = _Book.of(day)
    return Facts(
        title=day.name or "Service plan",
        zone=book.zone,
        currency=plan.currency,
        span=Span(_utc(day.horizon.start), _utc(day.horizon.end)),
        lanes=tuple(_lanes(day, plan, book)),
        unassigned=tuple(_left_out(left, book, plan.currency, language) for left in plan.unassigned),
        moved=tuple(shifted(each, book.jobs[each.job], book.names, book.zone, language) for each in plan.moved),
        terms=terms(plan),
        total=money(plan.cost.total),
        provider=plan.travel.provider,
        attribution=attribution(plan.travel.provider),
        ended=plan.ended,
        optimal=plan.optimal,
        proof=_proved(plan.proof),
        seed=plan.seed,
        iterations=plan.iterations,
        warnings=tuple(f"{finding.message} ({finding.pointer})" for finding in plan.warnings),
    )


def _proved(proof: wire.Proof | None) -> Proved | None:
    return Proved(money(proof.bound), proof.gap_percent, tuple(proof.relaxed)) if proof else None


def terms(plan: wire.PlanFile) -> tuple[Term, ...]:
    """The terms of a plan's cost, those of nothing too."""
    names = [name for name in wire.Terms.model_fields if name != "total"]
    return tuple(Term(name, money(getattr(plan.cost, name))) for name in names)


def money(amount: float) -> Decimal:
    """An amount as the file writes it: exact to the millionth."""
    return Decimal(repr(amount))


def attribution(provider: str) -> str:
    """What has to be said about the source of travel times; empty when nothing has."""
    return ATTRIBUTION if provider.startswith(("roads of ", "OSRM at ")) else ""


def letters() -> Iterator[str]:
    """Names of routes: A to Z, then AA, AB …"""
    for size in count(1):
        yield from map("".join, product(ascii_uppercase, repeat=size))


def _unknown(day: wire.Day, plan: wire.PlanFile) -> Iterator[Finding]:
    """What a plan names that is not of this day."""
    jobs = {job.id for job in day.jobs}
    shifts = {technician.id: len(technician.shifts) for technician in day.technicians}
    for row, route in enumerate(plan.routes):
        if not 0 <= route.shift < shifts.get(route.technician, 0):
            yield _stranger(pointer("routes", row), f"{route.technician}, shift {route.shift}", "shift")
        for number, visit in enumerate(route.visits):
            if visit.job is not None and visit.job not in jobs:
                yield _stranger(pointer("routes", row, "visits", number, "job"), visit.job, "job")
    for row, left in enumerate(plan.unassigned):
        for name in (left.job, *(job for holder in left.holders for job in holder.jobs)):
            if name not in jobs:
                yield _stranger(pointer("unassigned", row), name, "job")
        for name in (*(block.technician for block in left.blocks), *(holder.technician for holder in left.holders)):
            if name not in shifts:
                yield _stranger(pointer("unassigned", row), name, "technician")

    for row, moved in enumerate(plan.moved):
        if moved.job not in jobs:
            yield _stranger(pointer("moved", row, "job"), moved.job, "job")


def _stranger(where: str, value: str, what: str) -> Finding:
    return Finding(where, Code.UNKNOWN_REFERENCE, f"is no {what} of this day: is it a plan of another one?", value)


@dataclass(frozen=True, slots=True)
class _Book:
    """The records of a day by their ids."""

    zone: ZoneInfo
    sites: Mapping[str, places.Site]
    jobs: Mapping[str, Work]
    names: Mapping[str, str]  #: of technicians

    @classmethod
    def of(cls, day: wire.Day) -> "_Book":
        sites = {site.id: site for site in day.sites}
        jobs = {job.id: _work(day, job, sites) for job in day.jobs}
        names = {technician.id: technician.name or technician.id for technician in day.technicians}
        return cls(ZoneInfo(day.timezone), sites, jobs, names)

    def point(self, place: places.Place) -> Point:
        at = self.sites[place.site].location if isinstance(place, places.AtSite) else place
        return Point(at.lat, at.lon)


def _work(day: wire.Day, job: wire.Job, sites: Mapping[str, places.Site]) -> Work:
    site = sites.get(job.site or "")
    at = site.location if site else job.location
    whole = days.work_of(day, job)
    return Work(
        id=job.id,
        label=job.name or job.id,
        kind=job.kind or "job",
        customer=job.customer or "",
        note=job.note or "",
        address=job.address or (site.address or site.name or site.id if site else ""),
        priority=whole.priority or PRIORITY,
        mandatory=bool(whole.mandatory or job.pin),
        windows=tuple(_window(window) for window in job.windows),
        due=_utc(job.due) if job.due else None,
        point=Point(at.lat, at.lon) if at else None,
    )


def _window(window: Window) -> Span:
    end = window.end or window.finish_by or window.start
    return Span(_utc(window.start), _utc(end), finish=window.finish_by is not None)


def _lanes(day: wire.Day, plan: wire.PlanFile, book: _Book) -> Iterator[Lane]:
    routes = {(route.technician, route.shift): route for route in plan.routes}
    names = letters()
    for technician in day.technicians:
        for row, shift in enumerate(technician.shifts):
            route = routes.get((technician.id, row))
            yield _lane(technician, shift, route, next(names) if route else "", book)


def _lane(technician: wire.Technician, shift: staff.AnyShift, route: wire.PlanRoute | None, letter: str, book: _Book) -> Lane:
    hours = clock.shift_span(shift, book.zone)
    span = Span(_utc(hours.start), _utc(hours.end))
    end_place = shift.end_place or technician.home
    absences = tuple(Span(_utc(absence.start), _utc(absence.end)) for absence in shift.absences)
    stock = shift.stock or technician.stock
    site = book.point(places.AtSite(site=stock.site)) if stock else None
    return Lane(
        letter=letter,
        technician=technician.id,
        name=technician.name or technician.id,
        shift=span,
        latest=span.end + timedelta(minutes=shift.overtime_limit_min),
        absences=absences,
        home=book.point(shift.start_place or technician.home),
        finish=None if end_place == "open" else book.point(end_place),
        depart=_utc(route.depart) if route else None,
        back=_utc(route.back) if route else None,
        visits=tuple(_visits(route, site, absences, book)) if route else (),
        tally=_tally(route.totals) if route else Tally(),
    )


def _visits(route: wire.PlanRoute, stock: Point | None, absences: Sequence[Span], book: _Book) -> Iterator[Visit]:
    number = count(1)
    for visit in route.visits:
        work = book.jobs[visit.job] if visit.job else None
        away = visit.kind == "break" and any(each.start <= visit.start and visit.end <= each.end for each in absences)
        yield Visit(
            kind="absence" if away else visit.kind,
            number=next(number) if work else 0,
            work=work,
            point=work.point if work else stock if visit.kind == "stock" else None,
            travel=visit.travel_s,
            distance=visit.distance_m,
            arrive=_utc(visit.arrive),
            start=_utc(visit.start),
            setup=visit.setup_s,
            service=visit.service_s,
            end=_utc(visit.end),
        )


def _tally(totals: wire.Totals) -> Tally:
    return Tally(
        travel=totals.travel_s,
        wait=totals.wait_s,
        setup=totals.setup_s,
        service=totals.service_s,
        pause=totals.break_s,
        stock=totals.stock_s,
        overtime=totals.overtime_s,
        distance=totals.distance_m,
    )


def _left_out(left: wire.Unassigned, book: _Book, currency: str, language: Language) -> LeftOut:
    details = (*_blocks(left, book, language), *_holders(left, book, currency, language))
    return LeftOut(book.jobs[left.job], left.status, left.reason, left.message, details)


def _blocks(left: wire.Unassigned, book: _Book, language: Language) -> Iterator[str]:
    """Which rule keeps the job from whom: a line per rule."""
    by_cause: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for block in left.blocks:
        by_cause[block.cause][book.names[block.technician]] = None
    for cause, names in by_cause.items():
        yield f"{language.word('cause', cause)}: {', '.join(names)}"


def _holders(left: wire.Unassigned, book: _Book, currency: str, language: Language) -> Iterator[str]:
    """Whose jobs hold its place, at what change of the total: a line per shift."""
    for holder in left.holders:
        labels = ", ".join(book.jobs[job].title for job in holder.jobs)
        key, who = "holder.instead" if labels else "holder.room", book.names[holder.technician]
        yield language.say(key, who=who, jobs=labels, change=_change(holder.price, currency, language))


def _change(price: float, currency: str, language: Language) -> str:
    """What a change does to the total: `12.50 EUR more`."""
    return language.say("change.less" if price < 0 else "change.more", money=language.money(abs(money(price)), currency))


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)
