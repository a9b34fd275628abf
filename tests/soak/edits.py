"""No edit is lost: `python -m tests.soak.edits --clients 50 --increments 40`.

Clients count up one number at once: each reads it with its `ETag`, writes the next one with `If-Match`, and begins again when
somebody else was faster. In the end it has been counted up as often as they were told it was.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.soak.serving import Serving, serving

MANY = "/territories/seoul/customers"
ONE = f"{MANY}/counted"
REST_S = 0.3


def main() -> int:
    """Count; returns 1 if the number is not what it should be."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--increments", type=int, default=40)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as one:
        one.ask("POST", MANY, "dispatcher", {"id": "counted", "note": "0"}, Idempotency_Key="first")
        with ThreadPoolExecutor(arguments.clients) as crew:
            tasks = [crew.submit(_count, one, arguments.increments, seed) for seed in range(arguments.clients)]
            statuses = sum((task.result() for task in tasks), Counter[int]())
        found = one.ask("GET", ONE, "dispatcher")[2]
    wanted = arguments.clients * arguments.increments
    sys.stdout.write(f"{wanted} increments of {arguments.clients} clients: counted to {found['note']}, answered {dict(statuses)}\n")
    return int((int(found["note"]), found["version"], statuses[200]) != (wanted, wanted + 1, wanted))


def _count(one: Serving, increments: int, seed: int) -> Counter[int]:
    """Count up so often; how it was answered."""
    chance, statuses = random.Random(seed), Counter[int]()
    while statuses[200] < increments:
        _, headers, customer = one.ask("GET", ONE, "dispatcher")
        body = {"note": str(int(customer["note"]) + 1)}
        status = one.ask("PATCH", ONE, "dispatcher", body, If_Match=headers["ETag"])[0]
        statuses[status] += 1
        time.sleep(chance.uniform(0, REST_S))
    return statuses


if __name__ == "__main__":
    sys.exit(main())
