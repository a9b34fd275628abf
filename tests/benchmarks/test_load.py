"""The load is open: who should have been served while the server stood still is charged to it."""

import itertools
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.load import Answered, Ask, percentile, sent, table

ASK = Ask("look", "GET", "/", {})


class _Standing(BaseHTTPRequestHandler):
    """Answers at once, but not in the second second of its life: then everybody waits for its end."""

    protocol_version = "HTTP/1.1"
    still: threading.Event

    def do_GET(self) -> None:
        self.still.wait()
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[tuple[str, threading.Event]]:
    running = threading.Event()
    running.set()
    handler = type("Handler", (_Standing,), {"still": running})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        listening.daemon_threads = True
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}", running
        listening.shutdown()


def test_a_server_that_stands_still_for_a_second_shows_in_the_99th_percentile(server: tuple[str, threading.Event]) -> None:
    """100 a second for 2 s: 50 of 200 should have been sent in the half second in which nothing is answered."""
    url, running = server

    def stand_still() -> None:
        time.sleep(0.7)
        running.clear()
        time.sleep(0.5)
        running.set()

    pause = threading.Thread(target=stand_still)
    pause.start()
    answers = sent(url, itertools.repeat(ASK), 100, 2)
    pause.join()
    assert [each.status for each in answers] == [200] * 200
    assert percentile([each.seconds for each in answers], 0.99) > 0.4
    assert sum(each.seconds > 0.1 for each in answers) > 30


def test_nobody_there_is_no_answer() -> None:
    answers = sent("http://127.0.0.1:1", itertools.repeat(ASK), 100, 0.1)
    assert [each.status for each in answers] == [0] * 10


@pytest.mark.parametrize(("share", "value"), [(0.5, 5), (0.99, 10), (0.0, 1), (1.0, 10)])
def test_a_percentile_is_the_nearest_rank(share: float, value: float) -> None:
    assert percentile(range(1, 11), share) == value


def test_the_table_counts_what_was_refused() -> None:
    answers = [Answered("look", 0.010, 200), Answered("look", 0.020, 503), Answered("tell", 0.030, 0)]
    assert table(answers).splitlines()[2:] == [
        "| look | 2 | 10 | 20 | 20 | 0, 1, 0 |",
        "| tell | 1 | 30 | 30 | 30 | 0, 0, 1 |",
        "| all | 3 | 20 | 30 | 30 | 0, 1, 1 |",
    ]
