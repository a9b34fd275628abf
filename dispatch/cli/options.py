"""What the commands have in common: exit codes, kinds of numbers, where travel times come from."""

import argparse
import math
from collections.abc import Callable
from typing import TypeAlias

DONE, BROKEN, REFUSED, NO_TRAVEL, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes: done; `check` found violations; the input is refused; no travel times; Ctrl-C before there was a plan."""

EXIT_CODES = """\
exit codes:
  0    done, also when jobs stay unassigned: the plan says why
  1    check found violations
  2    the input is refused; every finding is on a line of its own
  3    the travel provider failed
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
