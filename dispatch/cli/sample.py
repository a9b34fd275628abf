"""`dispatch generate`: a sample day from a seed."""

import argparse

from dispatch import generate
from dispatch.cli import data, doors, options
from dispatch.wire.fields import MOST_JOBS, MOST_TECHNICIANS


def add(commands: options.Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "generate",
        help="make a sample day",
        description="Make a believable day from a seed: the same options give the same file, byte for byte.",
    )
    parser.add_argument("--preset", choices=[*generate.PRESETS], default="city", help="what kind of day (city)")
    parser.add_argument("--jobs", type=options.whole(0, MOST_JOBS), metavar="N", help="how many jobs (the preset's number)")
    parser.add_argument(
        "--technicians",
        type=options.whole(0, MOST_TECHNICIANS),
        metavar="M",
        help="how many technicians (as many as the jobs need)",
    )
    parser.add_argument("--seed", type=options.seed, default=1, metavar="K", help="where chance begins (1)")
    parser.add_argument("--date", type=options.day, metavar="YYYY-MM-DD", help="the local day (the preset's)")
    parser.add_argument("--out", metavar="DAY.json", help="write the day file here instead of printing it")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make a sample day; returns the exit code. Raises `InputError`."""
    doors.require_writable(arguments.out)
    day = generate.day(
        arguments.preset, jobs=arguments.jobs, technicians=arguments.technicians, seed=arguments.seed, date=arguments.date
    )
    data.deliver(day, arguments.out)
    return options.DONE
