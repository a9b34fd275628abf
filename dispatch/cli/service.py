"""`dispatch worker`, `clock`, `serve` and `up`: the processes of the service."""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from dispatch import settings, ticks, up, worker
from dispatch.cli import options, screen
from dispatch.errors import DispatchError
from dispatch.settings import Settings
from dispatch.store import Store, migrations, opened

PORT = 8000

Work = Callable[[Store, Settings, Callable[[str], None]], None]


def add(commands: options.Commands) -> None:
    """Add the commands to the parser."""
    working = commands.add_parser(
        "worker",
        help="solve what is in the queue",
        description="Solve runs one at a time, each in a process of its own. Start as many as the machine has processors for.",
    )
    working.set_defaults(run=run_worker)
    ticking = commands.add_parser(
        "clock",
        help="plan at night, watch, sweep",
        description="Plan each territory's next working day at its local time, watch SLAs and visits, take back lost runs.",
    )
    ticking.set_defaults(run=run_clock)
    _add_serve(commands)
    _add_up(commands)


def _add_serve(commands: options.Commands) -> None:
    serving = commands.add_parser(
        "serve", help="serve the API", description="Serve the API. The worker and the clock are processes of their own."
    )
    _add_address(serving)
    serving.add_argument("--threads", type=options.whole(1, 1_000), default=32, metavar="N", help="requests at once (32)")
    serving.add_argument("--processes", type=options.whole(1, 64), default=1, metavar="N", help="processes (1)")
    serving.set_defaults(run=run_serve)


def _add_up(commands: options.Commands) -> None:
    together = commands.add_parser(
        "up",
        help="run everything: for one small company",
        description="Bring the database up to date and run web, worker and clock together, until Ctrl-C.",
    )
    _add_address(together)
    together.add_argument("--demo", action="store_true", help="fill an empty database with a believable week first")
    together.add_argument("--tokens", metavar="FILE", help="write the demo users' bearer tokens here, as JSON by role")
    together.set_defaults(run=run_up)


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="listen here (127.0.0.1: this machine only)")
    parser.add_argument("--port", type=options.whole(1, 65_535), default=PORT, metavar="P", help=f"the port ({PORT})")


def run_worker(arguments: argparse.Namespace) -> int:  # noqa: ARG001
    """Work until a signal says stop; returns the exit code. Raises `DispatchError`."""
    return _run(worker.main)


def run_clock(arguments: argparse.Namespace) -> int:  # noqa: ARG001
    """Be the clock until a signal says stop; returns the exit code. Raises `DispatchError`."""
    return _run(ticks.main)


def run_serve(arguments: argparse.Namespace) -> int:
    """Become the web server: this process is replaced by it."""
    with migrations.opened(settings.read(os.environ).database):
        pass  # the web itself looks again, and says so less plainly
    sys.stdout.flush()
    wanted = {"host": arguments.host, "port": arguments.port, "threads": arguments.threads, "processes": arguments.processes}
    os.execv(sys.executable, [*up.WEB, *(f"--{name}={value}" for name, value in wanted.items())])


def run_up(arguments: argparse.Namespace) -> int:
    """Run everything until a signal says stop; returns the exit code. Raises `DispatchError`."""
    if arguments.tokens and not arguments.demo:
        raise DispatchError("--tokens writes the tokens of the demo's users: it needs --demo")
    read = settings.read(os.environ)
    with opened(read.database) as store:
        migrations.upgrade(store)
        if arguments.demo:
            up.fill(store, datetime.now(UTC), arguments.tokens, screen.note)
    return up.run(arguments.host, arguments.port, screen.note)


def _run(work: Work) -> int:
    read = settings.read(os.environ)
    with migrations.opened(read.database) as store:
        work(store, read, screen.note)
    return options.DONE
