"""What the commands have in common: exit codes, kinds of numbers, where travel times come from."""

import argparse
import math
import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TypeAlias

from dispatch import day as days
from dispatch import travel
from dispatch.cli import doors
from dispatch.wire.fields import YEARS
from dispatch.wire.model import Travel

DONE, BROKEN, REFUSED, NO_TRAVEL, DEFECT, INTERRUPTED = 0, 1, 2, 3, 4, 130
"""Exit codes: done; `check` found violations; the input is refused; no travel times; a
defect of this program; Ctrl-C before there was a plan."""

EXIT_CODES = """\
exit codes:
  0    done, also when jobs stay unassigned: the plan says why
  1    check found violations
  2    the input is refused; every finding is on a line of its own
  3    the travel provider failed
  4    this program made a plan that breaks a rule: a defect, please report it; nothing is written
  130  interrupted before there was a plan
"""

LONGEST = 86_400.0
"""Seconds of the longest search."""

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def seconds(text: str) -> float:
    """A number of seconds, more than none."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= LONGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0 and up to {LONGEST:,.0f}")
    return value


def day(text: str) -> date:
    """A date in ISO 8601, in the years of the dialect."""
    try:
        value = date.fromisoformat(text)
    except ValueError:
        value = date.min
    if value.year not in YEARS:
        raise argparse.ArgumentTypeError(f"{text!r} is no date as 2026-03-02 is, from {YEARS[0]} to {YEARS[-1]}")
    return value


def instant(text: str) -> datetime:
    """An instant in RFC 3339, with its offset."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        value = datetime.min
    if value.tzinfo is None or value.microsecond or value.year not in YEARS:
        raise argparse.ArgumentTypeError(f"{text!r} is no instant as 2026-03-02T11:00:00+01:00 is")
    return value


def whole(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number in a range."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 18 and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least:,} to {most:,}")
        return int(text)

    return read


positive = whole(1, 10**12)
threads = whole(1, 64)
seed = whole(0, 2**31 - 1)


def add_travel(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where travel times come from."""
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--roads", metavar="FILE.osm.pbf", help="travel on the roads of an OpenStreetMap extract (extra [roads])")
    source.add_argument("--osrm", metavar="URL", help="travel as an OSRM server says, such as http://localhost:5000")


def provider(arguments: argparse.Namespace, wishes: Travel | None) -> travel.Provider:
    """Who says the travel times, unless the day brings its own; `wishes` are those for an estimate.

    Raises
    ------
    InputError : the file of roads cannot be read
    TravelError : there are no roads in it, or the server's address is none
    """
    if arguments.roads:
        doors.require_readable(arguments.roads)
        return travel.open_roads(Path(arguments.roads), cache_folder())
    if arguments.osrm:
        return travel.Osrm(arguments.osrm)
    return days.great_circle(wishes)


def cache_folder() -> Path:
    """Where what took long to prepare is kept for the next start."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "field-dispatch"
