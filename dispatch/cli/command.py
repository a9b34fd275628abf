"""The front of the command: which commands there are, and which exit code an error becomes."""

import argparse
import os
import sys
from collections.abc import Sequence

import solver
from dispatch import version
from dispatch.cli import data, database, judge, later, options, plan, sample, screen, service, spare, upkeep, users, warming
from dispatch.errors import DispatchError, InputError
from dispatch.travel import TravelError


def main(argv: Sequence[str] | None = None, *, solve: plan.Solve = solver.solve) -> int:
    """Run the command and return its exit code (see `options.EXIT_CODES`).

    Parameters
    ----------
    argv : the arguments; those of the process if None
    solve : what answers a problem
    """
    _say_anything()
    try:
        arguments = _parser(solve).parse_args(argv)
        return _run(arguments)
    except KeyboardInterrupt:
        screen.note("interrupted")
        return options.INTERRUPTED
    except BrokenPipeError:
        return _reader_has_gone()


def _parser(solve: plan.Solve) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dispatch",
        description="Plan field service: jobs to technicians by skills, windows, parts and travel, explained and checked.",
        epilog=options.EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"field-dispatch {version.installed()}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    plan.add(commands, solve)
    judge.add(commands)
    later.add(commands)
    spare.add(commands)
    data.add(commands)
    database.add(commands)
    sample.add(commands)
    upkeep.add(commands)
    users.add(commands)
    service.add(commands)
    warming.add(commands)
    return parser


def _run(arguments: argparse.Namespace) -> int:
    as_json = getattr(arguments, "json", False)
    try:
        code: int = arguments.run(arguments)
    except solver.BrokenPlan as error:
        screen.note(f"a defect of this program, please report it: {error}")
        return options.DEFECT
    except TravelError as error:
        screen.note(f"travel: {error}")
        return options.NO_TRAVEL
    except InputError as error:
        screen.refuse(error, as_json=as_json)
        return options.REFUSED
    except DispatchError as error:
        screen.note(str(error))
        return options.REFUSED
    return code


def _say_anything() -> None:
    """Let output be written whatever the terminal's encoding: what it lacks is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _reader_has_gone() -> int:
    """`dispatch … | head`: end in silence, also when the interpreter flushes what is left."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return options.DONE
