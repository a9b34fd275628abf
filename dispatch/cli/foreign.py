"""`dispatch plan --format vroom`: the file of another program in, its answer out."""

import argparse
import sys

from dispatch import vroom
from dispatch.cli import doors, options, screen
from dispatch.errors import Code, Finding, InputError

DAY, VROOM = "day", "vroom"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options that say whose file it is."""
    parser.add_argument(
        "--format",
        choices=(DAY, VROOM),
        default=DAY,
        help="whose file it is: a day file, or a VROOM document, answered as VROOM does",
    )
    parser.add_argument(
        "--choose-eta", action="store_true", help="with --format vroom: VROOM's plan mode (-c), the times of the routes given"
    )


def refuse_alone(arguments: argparse.Namespace) -> None:
    """Refuse `--choose-eta` for a day file. Raises `InputError`."""
    if arguments.choose_eta:
        raise InputError([Finding("--choose-eta", Code.CONFLICT, "is for --format vroom only")])


def run(arguments: argparse.Namespace, search: vroom.Search) -> int:
    """Answer a VROOM document; returns the exit code, which is VROOM's. Raises `InputError`."""
    for name in ("html", "start"):
        if getattr(arguments, name):
            raise InputError([Finding(f"--{name}", Code.CONFLICT, "cannot be had together with --format vroom")])
    document = doors.read(arguments.day)
    answer = vroom.answered(document, search, provider=options.provider(arguments, None), choose_eta=arguments.choose_eta)
    for remark in answer.remarks:
        if answer.code or not arguments.quiet:
            screen.note(str(remark))
    if arguments.out and not answer.code:
        doors.write(arguments.out, answer.document)
    else:
        sys.stdout.write(answer.document.decode())
        sys.stdout.flush()
    return answer.code
