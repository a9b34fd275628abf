"""What the user sees: results on standard output, everything else on standard error."""

import json
import sys
from typing import TextIO

from rich.console import Console, RenderableType

from dispatch.errors import Finding, InputError
from dispatch.report.words import harmless

PIPED_WIDTH = 160
"""Columns of a table that is not drawn on a terminal."""


def console(stream: TextIO) -> Console:
    """A console that colours terminals only, and not even those when NO_COLOR is set."""
    return Console(file=stream, width=None if stream.isatty() else PIPED_WIDTH, highlight=False, soft_wrap=False)


def width() -> int:
    """Columns of the result."""
    return console(sys.stdout).width


def show(result: RenderableType) -> None:
    """Print a result.

    It is drawn first and written by us after: rich ends the process by itself when the reader of a pipe has gone.
    """
    target = console(sys.stdout)
    with target.capture() as drawn:
        target.print(result)
    sys.stdout.write(drawn.get())
    sys.stdout.flush()


def show_json(document: object) -> None:
    """Print a result for programs."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """Say something beside the result."""
    sys.stderr.write(harmless(text) + "\n")
    sys.stderr.flush()


def refuse(error: InputError, *, as_json: bool) -> None:
    """Say every finding on a line of its own, or all of them as a document."""
    if as_json:
        show_json({"errors": [_document(finding) for finding in error.findings], "more": error.more})
        return
    for finding in error.findings:
        note(str(finding))
    if error.more:
        note(f"… and {error.more:,} more")


def _document(finding: Finding) -> dict[str, object]:
    return {"pointer": finding.pointer, "code": str(finding.code), "message": finding.message, "value": finding.value}
