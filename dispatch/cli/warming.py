"""`dispatch warm`: the search compiled ahead of time, so that nobody waits for it later; for an image, or after an installation."""

import argparse
import time

import solver
from dispatch.cli import options, screen
from solver.kernels.compile import cache_folder


def add(commands: options.Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "warm",
        help="compile the search for this machine",
        description="Compile the search ahead of time and keep it on disk, in NUMBA_CACHE_DIR or the user's cache.",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:  # noqa: ARG001
    """Compile the search, or read it from disk; returns the exit code."""
    began = time.process_time()
    solver.warm()
    screen.note(f"ready after {time.process_time() - began:.1f} s of a processor, kept in {cache_folder()}")
    return options.DONE
