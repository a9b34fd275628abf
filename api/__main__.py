"""`python -m api`: serve the API. `dispatch serve` is the same, and says more."""

import argparse
import os
import sys
from collections.abc import Sequence

from api.server import serve
from dispatch import settings
from dispatch.errors import DispatchError


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until a signal says stop; how this installation runs is read from the environment."""
    parser = argparse.ArgumentParser(prog="python -m api", description="Serve the API of a database.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="the port (8000)")
    parser.add_argument("--threads", type=int, default=32, help="requests and streams at once, in each process (32)")
    parser.add_argument("--processes", type=int, default=1, help="processes; limits of requests and metrics are those of one (1)")
    arguments = parser.parse_args(argv)
    try:
        read = settings.read(os.environ)
    except DispatchError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    serve(read, arguments.host, arguments.port, threads=arguments.threads, processes=arguments.processes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
