"""Workers on other machines: those of a Dask scheduler, as an executor of `concurrent.futures`. Needs the extra [distributed]."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from dispatch.errors import DispatchError

PATIENCE_S = 10.0
"""Seconds a scheduler is waited for."""


class ClusterError(DispatchError):
    """There is no cluster to be had: a package is missing, nobody answers, or nobody works there."""


@contextmanager
def workers_of(address: str) -> Iterator[tuple[Executor, int]]:
    """The workers of a scheduler, and how many tasks they do at a time; what they are given is done again if one of them dies.

    Parameters
    ----------
    address
        As the scheduler prints it: `tcp://10.0.0.5:8786`.

    Raises
    ------
    ClusterError
        The package of the extra [distributed] is not installed, no scheduler answers, or it has no workers.
    """
    try:
        from distributed import Client
    except ImportError as missing:
        message = f"a cluster needs the package {missing.name}: install the extra, pip install 'field-dispatch[distributed]'"
        raise ClusterError(message) from missing
    try:
        client: Any = Client(address, timeout=PATIENCE_S, set_as_default=False)
    except (OSError, ValueError) as failure:
        raise ClusterError(f"cluster {address}: no scheduler answers ({failure})") from failure
    try:
        threads = sum(client.nthreads().values())
        if not threads:
            raise ClusterError(f"cluster {address}: the scheduler has no workers")
        yield client.get_executor(pure=False), threads
    finally:
        client.close()
