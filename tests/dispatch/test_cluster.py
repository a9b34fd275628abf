"""Beyond one machine: a scheduler and its workers, one of which is killed half-way, lose nothing."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import solver
from dispatch.cli import main
from dispatch.cluster import ClusterError, workers_of
from tests.solver.test_split import AtOnce, town

pytest.importorskip("distributed", reason="the extra [distributed] is not installed")

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 3
READY_S = 60.0


def started(name: str, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.{name}", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The address of a scheduler on this machine, and its workers."""
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    scheduler = started("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
    alone = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder)]
    workers = [started("dask_worker", "--scheduler-file", str(file), *alone) for _ in range(WORKERS)]
    try:
        address = address_in(file)
        all_there(address)
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def address_in(file: Path) -> str:
    ends = time.monotonic() + READY_S
    while time.monotonic() < ends:
        if file.exists() and file.stat().st_size:
            return str(json.loads(file.read_text())["address"])
        time.sleep(0.1)
    pytest.fail("the scheduler has not started")


def all_there(address: str) -> None:
    """Wait for all workers."""
    ends = time.monotonic() + READY_S
    while time.monotonic() < ends:
        try:
            with workers_of(address) as (_, size):
                if size == WORKERS:
                    return
        except ClusterError:
            pass
        time.sleep(0.2)
    pytest.fail("the workers have not started")


def test_the_command_plans_on_a_cluster(cluster, tmp_path, capsys):
    address, _ = cluster
    day = tmp_path / "day.json"
    assert main(["generate", "--jobs", "30", "--out", str(day)]) == 0
    assert (
        main(["plan", str(day), "--cluster", address, "--iterations", "3000", "--quiet", "--out", str(tmp_path / "plan.json")]) == 0
    )
    assert main(["check", str(day), str(tmp_path / "plan.json")]) == 0


def test_a_worker_is_killed_half_way_and_nothing_is_lost(cluster):
    address, workers = cluster
    stop = solver.Iterations(40_000)

    def kill_one(progress: solver.Progress) -> None:
        if workers[0].poll() is None:
            workers[0].kill()

    with workers_of(address) as (executor, size):
        result = solver.solve_in_pieces(town(), stop, seed=3, workers=size, executor=executor, jobs=12, progress=kill_one)
    assert workers[0].wait() != 0
    alone = solver.solve_in_pieces(town(), stop, seed=3, workers=1, executor=AtOnce(), jobs=12)
    assert result.plan == alone.plan
    assert solver.check(town(), result.plan) == ()


def test_where_nobody_answers_it_says_so(monkeypatch):
    monkeypatch.setattr("dispatch.cluster.PATIENCE_S", 0.2)
    with pytest.raises(ClusterError, match=r"cluster tcp://127.0.0.1:9: no scheduler answers"), workers_of("tcp://127.0.0.1:9"):
        pass
