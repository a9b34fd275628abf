"""How kernels are compiled, and where the machine code is kept."""

import gc
import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba

_P = ParamSpec("_P")
_R = TypeVar("_R")
_ONE_AT_A_TIME = threading.RLock()


def cache_folder() -> Path:
    """The folder of compiled kernels: `NUMBA_CACHE_DIR`, or the user's cache; one folder per state of the sources."""
    home = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / f"field-dispatch-kernels-{_state_of_sources()}"


def is_warm() -> bool:
    """Whether kernels have been compiled here before: if not, the first solve takes some seconds more."""
    settings: Any = numba.config
    return bool(settings.DISABLE_JIT) or any(cache_folder().rglob("step.search*.nbc"))


def entry(kernel: Callable[_P, _R]) -> Callable[_P, _R]:
    """Compile a kernel that the interpreter calls; it releases the interpreter lock, and is kept on disk with all that it calls.

    Kernels allocate nothing, so numba's reference counting is left out; it would cost more than the work.
    """
    settings: Any = numba.config
    before, settings.CACHE_DIR = settings.CACHE_DIR, str(cache_folder())
    try:
        return _compiled(kernel, cache=True, no_cfunc_wrapper=True, forceinline=False)
    finally:
        settings.CACHE_DIR = before


def jit(kernel: Callable[_P, _R]) -> Callable[_P, _R]:
    """The same for a kernel that only kernels call: nothing unpacks named tuples for it.

    Inlining is ruled out by name: numba would take it over from the first kernel that calls this one.
    """
    return _compiled(kernel, no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=False)


def inlined(kernel: Callable[_P, _R]) -> Callable[_P, _R]:
    """The same for a short kernel: it is compiled once, and copied into its callers."""
    return _compiled(kernel, no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True)


def pasted(kernel: Callable[_P, _R]) -> Callable[_P, _R]:
    """The same for a kernel of one caller: it becomes part of that before anything is compiled.

    Every other kernel is linked, optimized and translated again together with all that it calls, so a chain of long ones costs the
    square of its length.
    """
    return _compiled(kernel, inline="always")


@contextmanager
def compiling() -> Iterator[None]:
    """Look for garbage seldom while kernels are compiled, which makes a million objects that stay: a tenth less time."""
    if is_warm():
        yield
        return
    with _ONE_AT_A_TIME:
        before = gc.get_threshold()
        gc.set_threshold(20_000, 20, 20)
        try:
            yield
        finally:
            gc.set_threshold(*before)


def _compiled(kernel: Callable[_P, _R], **options: Any) -> Callable[_P, _R]:
    compiler: Any = numba.njit
    return cast(Callable[_P, _R], compiler(kernel, nogil=True, error_model="numpy", _nrt=False, **options))


@cache
def _state_of_sources() -> str:
    folder = Path(__file__).parent
    digest = hashlib.sha256(numba.__version__.encode())
    for source in [*sorted(folder.glob("*.py")), folder.parent / "arrays.py", folder.parent / "ties.py"]:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]
