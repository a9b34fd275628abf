"""`traffic`: a day in Liechtenstein planned with travel by the hour and without, both driven through the same rush hours.

Addresses are real, the rest is drawn: half the jobs have a window of an hour. Travel is that of the roads, main ones two and a
half times as slow at eight and at five. Whoever drives leaves as planned, takes as long as the hour says, and starts nothing before
it is planned. The driving is reckoned here, from the provider's tables, and not by the solver.
"""

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import numpy as np

import solver
from benchmarks.case import UnreadableInstance
from benchmarks.families import SHARED
from dispatch import travel, wire
from dispatch.day import Planning, problem_of

EXTRACT = SHARED / "osm" / "liechtenstein.osm.pbf"
ADDRESSES = SHARED / "osm" / "liechtenstein.addresses.csv"
DAY, HOURS = date(2026, 3, 3), range(7, 19)
RUSH = {7: 1.8, 8: 2.5, 9: 1.6, 16: 1.7, 17: 2.5, 18: 1.8}
"""What the time on main roads is multiplied with; others half of the excess."""


class Driven(NamedTuple):
    """A plan as it was driven."""

    visits: int
    late: int  #: visits begun after their planned start
    very_late: int  #: five minutes or more
    worst: int  #: seconds
    missed: int  #: visits begun after their window
    overtime: int  #: routes back after the end of the shift


@dataclass(frozen=True)
class Clock:
    """Travel times as they are: tables by the hour, each in force at half past, and what lies evenly between."""

    table: travel.TravelTable
    midnight: int  #: seconds of the problem

    def seconds(self, here: int, there: int, leave: int) -> int:
        """Seconds of a drive that begins at an instant of the problem, rounded up."""
        at = [self.midnight + 3_600 * hour + 1_800 for hour in self.table.bands]
        return int(np.ceil(np.interp(leave, at, self.table.durations[:, here, there]) - 1e-6))


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    command.add_argument("--jobs", type=int, default=130, help="(130)")
    command.add_argument("--technicians", type=int, default=9, help="(9)")
    command.add_argument("--iterations", type=int, default=100_000, help="of each solve: the same plans every time (100,000)")
    command.add_argument("--seeds", type=lambda text: [int(seed) for seed in text.split(",")], default=[1, 2, 3], metavar="1,2,3")
    command.set_defaults(command=run)


def run(args: argparse.Namespace) -> int:
    """Plan and drive, and print a table; 1 if a plan made by the hour did not keep its times."""
    roads = rush_hour_roads()
    print("| seed | planned with | jobs served | price | started late | by 5 min or more | worst | windows missed | back late |")
    print("|---|---|---|---|---|---|---|---|---|")
    kept = True
    for seed in args.seeds:
        for by_hour in (True, False):
            planning = problem_of(day_of(addresses(), args.jobs, args.technicians, seed, by_hour), roads)
            result = solver.solve(planning.problem, solver.Iterations(args.iterations), seed=seed)
            found = driven(planning, result.plan, clock_of(planning, roads))
            kept = kept and not (by_hour and (found.late or found.missed or found.overtime))
            print(line(seed, by_hour, result, found), flush=True)
    return 0 if kept else 1


def line(seed: int, by_hour: bool, result: solver.Result, found: Driven) -> str:
    """A row of the table."""
    share = f"{found.late} ({100 * found.late / max(1, found.visits):.0f} %)"
    return (
        f"| {seed} | {'the hour' if by_hour else 'the mean'} | {found.visits} | {result.cost.total / 1e6:,.2f} | {share} | "
        f"{found.very_late} | {found.worst / 60:.1f} min | {found.missed} | {found.overtime} |"
    )


def rush_hour_roads() -> travel.Provider:
    """The roads of Liechtenstein in rush hours; raises `UnreadableInstance` where they, or what reads them, are missing."""
    main = tuple(RUSH.get(hour, 1.0) for hour in range(24))
    try:
        return travel.open_roads(EXTRACT, profile=(main, tuple(1 + (factor - 1) / 2 for factor in main)))
    except travel.TravelError as missing:
        raise UnreadableInstance(str(missing)) from missing


def addresses() -> list[travel.Place]:
    """The addresses of the extract."""
    try:
        with ADDRESSES.open(encoding="utf-8") as file:
            return [travel.Place(float(row["lat"]), float(row["lon"])) for row in csv.DictReader(file)]
    except OSError as missing:
        raise UnreadableInstance(f"{ADDRESSES}: {missing.strerror}") from missing


def day_of(places: Sequence[travel.Place], jobs: int, technicians: int, seed: int, by_hour: bool) -> wire.Day:
    """A day of jobs and technicians at random addresses."""
    dice = np.random.default_rng(seed)
    chosen = [{"lat": place.lat, "lon": place.lon} for place in (places[row] for row in dice.permutation(len(places)))]
    shift = {"date": DAY.isoformat(), "local_start": "07:30", "local_end": "17:30"}
    crew = [{"id": f"t{row}", "home": chosen[row], "shifts": [shift]} for row in range(technicians)]
    work = [_job(dice, row, chosen[technicians + row]) for row in range(jobs)]
    horizon = {"start": _at(0).isoformat(), "end": _at(24 * 60).isoformat()}
    raw = {"timezone": "Europe/Vaduz", "currency": "CHF", "horizon": horizon, "technicians": crew, "jobs": work}
    return wire.day_of({**raw, "travel": {"by_hour": by_hour}})


def _job(dice: np.random.Generator, row: int, place: dict[str, float]) -> dict[str, Any]:
    job: dict[str, Any] = {"id": f"j{row}", "location": place, "duration_min": int(dice.integers(15, 46)), "setup_min": 0}
    if dice.random() < 0.5:
        opens = 30 * int(dice.integers(15, 33))
        job["windows"] = [{"start": _at(opens).isoformat(), "end": _at(opens + 60).isoformat()}]
    return job


def _at(minutes: int) -> datetime:
    """Minutes after midnight of the day; Vaduz is an hour ahead of UTC in winter."""
    return datetime.combine(DAY, time(), UTC) + timedelta(minutes=minutes - 60)


# ---------------------------------------------------------------- driving


def clock_of(planning: Planning, roads: travel.Provider) -> Clock:
    """The travel times of the day as they are."""
    return Clock(roads.matrix(planning.places.places, hours=tuple(HOURS)), planning.seconds(_at(0)))


def driven(planning: Planning, plan: solver.Plan, clock: Clock) -> Driven:
    """A plan driven through the hours of the day."""
    late = [each for route in plan.routes for each in _lateness(planning, route, clock)]
    behind = [seconds for _, seconds, _ in late]
    return Driven(
        visits=len(late),
        late=sum(seconds > 0 for seconds in behind),
        very_late=sum(seconds >= 300 for seconds in behind),
        worst=max(behind, default=0),
        missed=sum(missed for _, _, missed in late),
        overtime=sum(_back(planning, route, clock) > planning.problem.shifts[route.shift].latest for route in plan.routes),
    )


def _lateness(planning: Planning, route: solver.Route, clock: Clock) -> Iterator[tuple[int, int, bool]]:
    """Of each visit when it ends, by how many seconds it starts late, and whether that is after its window."""
    now, here = route.depart, planning.problem.shifts[route.shift].start_place
    for visit in route.visits:
        start = max(now + clock.seconds(here, visit.place, now), visit.start)
        windows = planning.problem.jobs[visit.stop.row].windows
        now, here = start + visit.setup + visit.service, visit.place
        yield now, start - visit.start, bool(windows) and start > windows[-1].close


def _back(planning: Planning, route: solver.Route, clock: Clock) -> int:
    """When a route that is driven ends."""
    end, home = planning.problem.shifts[route.shift].end_place, [now for now, _, _ in _lateness(planning, route, clock)][-1]
    return home if end is None else home + clock.seconds(route.visits[-1].place, end, home)
