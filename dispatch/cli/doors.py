"""Files in and out: whatever is wrong with one is said as a finding, and none is left half written."""

import os
import secrets
import shutil
import sys
from pathlib import Path

from dispatch import wire
from dispatch.errors import Finding, InputError

STDIN = "-"
"""The name that means: read standard input."""


def read(name: str) -> bytes:
    """The bytes of a file, or of standard input for `-`.

    Raises
    ------
    InputError : the file is missing or cannot be read
    """
    try:
        return sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
    except OSError as error:
        raise unusable(name, "file_unreadable", f"cannot be read: {error.strerror}") from None


def require_readable(name: str) -> None:
    """Refuse a file that cannot be read, without reading it whole."""
    try:
        with Path(name).open("rb"):
            pass
    except OSError as error:
        raise unusable(name, "file_unreadable", f"cannot be read: {error.strerror}") from None


def read_day(name: str) -> wire.Day:
    """The day in a file. Raises `InputError` with every finding."""
    return wire.read_day(read(name))


def read_plan(name: str) -> wire.PlanFile:
    """The plan in a file. Raises `InputError` with every finding."""
    return wire.read_plan(read(name))


def require_writable(*names: str | None) -> None:
    """Refuse, before any work is done, what could not be written after it.

    Raises
    ------
    InputError : the folder of a file is missing or read-only, a file is a folder, or two files are one
    """
    paths = [Path(name).resolve() for name in names if name]
    for path in paths:
        _require_writable(path)
        if paths.count(path) > 1:
            raise unusable(str(path), "file_unwritable", "is asked for twice")


def write(name: str, data: bytes) -> None:
    """Write a file whole or not at all: beside it first, then in its place. A device or pipe is written as it is.

    Raises
    ------
    InputError : it cannot be written
    """
    path = Path(name).resolve()
    try:
        if _is_stream(path):
            path.write_bytes(data)
        else:
            _replace(path, data)
    except OSError as error:
        raise unusable(name, "file_unwritable", f"cannot be written: {error.strerror}") from None


def unusable(name: str, code: str, message: str) -> InputError:
    """The refusal of a file, as the one finding about it."""
    return InputError([Finding(name, code, message)])


def _require_writable(path: Path) -> None:
    if path.is_dir():
        raise unusable(str(path), "file_unwritable", "is a folder")
    if _is_stream(path):
        return
    trial = _beside(path)
    try:
        trial.touch(exist_ok=False)
        trial.unlink()
    except OSError as error:
        raise unusable(str(path), "file_unwritable", f"cannot be written: {error.strerror}") from None


def _replace(path: Path, data: bytes) -> None:
    part = _beside(path)
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")


def _is_stream(path: Path) -> bool:
    return path.exists() and not path.is_file()
