"""Retrying is safe: `python -m tests.soak.retries --keys 1000 --retries 10`.

Every key is sent by ten clients at once, to make a token: something that could be made again and again. In the end there is one for
each key, and whoever was not told that the same request is being worked on was answered the same.
"""

import argparse
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from sqlalchemy import func, select

from dispatch.store.tables import Token
from tests.soak.serving import Serving, serving

PATH = "/users/{user}/tokens"


def main() -> int:
    """Race; returns 1 if anything was done twice, not at all, or answered otherwise."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--keys", type=int, default=1000)
    parser.add_argument("--retries", type=int, default=10)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as one:
        user = one.ask("GET", "/me", "administrator")[2]["id"]
        before, statuses, odd = _tokens(one), Counter[int](), 0
        with ThreadPoolExecutor(arguments.retries) as crew:
            for number in range(arguments.keys):
                answers = _race(one, crew, PATH.format(user=user), f"key-{number}", arguments.retries)
                statuses.update(status for status, _ in answers)
                odd += len({told for status, told in answers if status == 201}) != 1
        made = _tokens(one) - before
    sys.stdout.write(
        f"{arguments.keys} keys, each sent {arguments.retries} times at once: {made} effects, answered {dict(statuses)}, "
        f"{odd} keys answered otherwise\n"
    )
    return int(made != arguments.keys or odd > 0 or not set(statuses) <= {201, 409})


def _race(one: Serving, crew: ThreadPoolExecutor, path: str, key: str, retries: int) -> list[tuple[int, str]]:
    """Status of each answer, and which token it is about."""
    start = Barrier(retries)

    def send() -> tuple[int, str]:
        start.wait()
        status, _, told = one.ask("POST", path, "administrator", {"name": key}, Idempotency_Key=key)
        return status, told.get("id", "")

    return [task.result() for task in [crew.submit(send) for _ in range(retries)]]


def _tokens(one: Serving) -> int:
    with one.store.reading() as session:
        return session.scalar(select(func.count()).select_from(Token)) or 0


if __name__ == "__main__":
    sys.exit(main())
