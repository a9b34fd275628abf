"""Arrays in files: written in one step, and read as if not there when damaged."""

import hashlib
import io
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

Arrays = Mapping[str, npt.NDArray[np.generic]]

SEAL = hashlib.sha256().digest_size
"""Bytes at the end of a file that say it is whole: the SHA-256 of all before."""


def keep_arrays(path: Path, arrays: Arrays) -> bool:
    """Write `arrays` as `.npz` and its seal; false where that cannot be: what is kept for later saves time and nothing else.

    Whoever reads `path` meanwhile sees all of the old or all of the new.
    """
    memory = io.BytesIO()
    np.savez(memory, allow_pickle=False, **arrays)
    content = memory.getbuffer()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, content, hashlib.sha256(content).digest())
    except OSError:
        return False
    return True


def _replace(path: Path, *parts: bytes | memoryview) -> None:
    handle, draft = tempfile.mkstemp(prefix=path.name, suffix=".draft", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(parts)
        os.replace(draft, path)
    finally:
        Path(draft).unlink(missing_ok=True)


def read_arrays(path: Path) -> dict[str, npt.NDArray[np.generic]] | None:
    """The arrays of a file `keep_arrays` has written; None if there is none or it is not whole."""
    try:
        content = memoryview(path.read_bytes())
    except OSError:
        return None
    if len(content) <= SEAL or hashlib.sha256(content[:-SEAL]).digest() != content[-SEAL:]:
        return None
    with np.load(io.BytesIO(content[:-SEAL]), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def forget_oldest(folder: Path, *, most: int) -> None:
    """Keep the `most` tables that were written last."""
    kept = sorted(folder.glob("travel-*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[most:]:
        path.unlink(missing_ok=True)
