"""Children that do not do what they should: `python -m tests.dispatch.solving.misbehaving HOW`, with a task on standard input."""

import ctypes
import os
import signal
import sys
import time

from dispatch.wire.solving import Moment, Said, read_task, write_said


def say(said: Said) -> None:
    sys.stdout.buffer.write(write_said(said))
    sys.stdout.buffer.flush()


def main(how: str) -> None:
    """Begin like a good child, and then misbehave."""
    if how == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    task = read_task(sys.stdin.buffer.read())
    say(Said(what="ready"))
    say(Said(what="searching"))
    say(Said(what="moment", moment=Moment(seconds=0.1, iterations=1, cost=5, unassigned=0)))
    if task.start:
        say(Said(what="plan", plan=task.start))
    match how:
        case "segfault":
            ctypes.string_at(0)
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "abort":
            os.abort()
        case "hungry":
            hoard = []
            while True:
                hoard.append(bytearray(2**24))
        case "exit":
            sys.exit(7)
        case "quiet":
            sys.exit(0)
        case "babble":
            sys.stdout.buffer.write(b"no json\n{}\n\xff\n" * 1_000)
            sys.stdout.buffer.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        case _:
            while True:
                time.sleep(1)


if __name__ == "__main__":
    main(sys.argv[1])
