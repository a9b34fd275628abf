"""The command `dispatch`: plan a day, check a plan, compare two. Documented in docs/cli.md."""

from dispatch.cli.command import main

__all__ = ["main"]
