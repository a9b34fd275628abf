"""How long cancelling takes: `python -m tests.soak.cancels --rounds 100`."""

import argparse
import sys
import tempfile
from pathlib import Path

from dispatch.store.tables import RunState
from tests.databases import fresh
from tests.dispatch.days import crowded
from tests.dispatch.runs.works import asked, asked_again, cancel, has_progress, is_in, process, run_of, settings_of, until

PROMISED_S = 2.0


def main() -> int:
    """Cancel runs that have just begun to search; returns 1 if the promise was broken."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=100)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder, fresh(Path(folder)) as store:
        took, kept = [], 0
        name = asked(store, crowded(100))
        with process(settings_of(store, lease_s=20.0), "worker"):
            for _ in range(rounds):
                until(has_progress(store, name))
                cancel(store, name)
                took.append(until(is_in(store, name, RunState.CANCELLED)))
                kept += run_of(store, name).schedule_id is not None
                name = asked_again(store)
    took.sort()
    p50, p99 = took[len(took) // 2], took[min(len(took) - 1, int(len(took) * 0.99))]
    sys.stdout.write(f"{rounds} cancels, {kept} with a draft: p50 {p50:.2f} s, p99 {p99:.2f} s, worst {took[-1]:.2f} s\n")
    return int(p99 > PROMISED_S or kept < rounds)


if __name__ == "__main__":
    sys.exit(main())
