"""`dispatch schema`, `dispatch import`, `dispatch generate`: day files, and where they come from."""

import argparse

from dispatch import wire
from dispatch.cli import options, screen


def add(commands: options.Commands) -> None:
    """Add the commands to the parser."""
    schema = commands.add_parser(
        "schema", help="the JSON Schema of the day file", description="Print the JSON Schema of the day file."
    )
    schema.set_defaults(run=run_schema)


def run_schema(arguments: argparse.Namespace) -> int:  # noqa: ARG001
    """Print the JSON Schema of the day file."""
    screen.show_json(wire.day_schema())
    return options.DONE
