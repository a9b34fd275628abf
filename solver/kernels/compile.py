"""How kernels are compiled, and where the machine code is kept."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba

_P = ParamSpec("_P")
_R = TypeVar("_R")


def cache_folder() -> Path:
    """The folder of compiled kernels: `NUMBA_CACHE_DIR`, or the user's cache; one folder per state of the sources."""
    home = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / f"field-dispatch-kernels-{_state_of_sources()}"


def is_warm() -> bool:
    """Whether kernels have been compiled here before: if not, the first solve takes some seconds more."""
    settings: Any = numba.config
    return bool(settings.DISABLE_JIT) or any(cache_folder().rglob("step.search*.nbc"))


def entry(kernel: Callable[_P, _R]) -> Callable[_P, _R]:
    """Compile a kernel that the interpreter calls; it releases the interpreter lock, and is kept on disk.

    Kernels allocate nothing, so numba's reference counting is left out; it would cost more than the work.
    """
    return _compiled(kernel)


def jit(kernel: Callable[_P, _R]) -> Callable[_P, _R]:
    """The same for a kernel that only kernels call: without the code that unpacks named tuples, half the compiling time."""
    return _compiled(kernel, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def inlined(kernel: Callable[_P, _R]) -> Callable[_P, _R]:
    """The same for a kernel that is copied into its callers: passing the named tuples costs more than a short kernel does."""
    return _compiled(kernel, no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True)


def _compiled(kernel: Callable[_P, _R], **options: bool) -> Callable[_P, _R]:
    settings: Any = numba.config
    compiler: Any = numba.njit
    before, settings.CACHE_DIR = settings.CACHE_DIR, str(cache_folder())
    try:
        return cast(Callable[_P, _R], compiler(kernel, cache=True, nogil=True, error_model="numpy", _nrt=False, **options))
    finally:
        settings.CACHE_DIR = before


def _state_of_sources() -> str:
    folder = Path(__file__).parent
    digest = hashlib.sha256(numba.__version__.encode())
    for source in [*sorted(folder.glob("*.py")), folder.parent / "arrays.py"]:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]
