import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dispatch.travel import Chain, GreatCircle, NoteCode, Osrm, Place, TravelError, TravelUnavailable
from dispatch.travel.http import fetch
from solver import UNREACHABLE
from tests.dispatch.travel.servers import Answers, Clock, answer, asked, flat_earth, patience, table

HERE, THERE = Place(47.1, 9.5), Place(47.2, 9.6)
ROW = [Place(47, 9 + k / 1000) for k in range(7)]


def osrm(*answers, clock=None, most_places=100, **settings):
    fetch = Answers(list(answers))
    return Osrm("http://localhost:5000", most_places=most_places, patience=patience(fetch, clock, **settings)), fetch


def test_the_request_names_points_longitude_first():
    provider, fetch = osrm(answer(table([[0, 1], [2, 0]])))
    provider.matrix([HERE, THERE])
    assert fetch.urls == [
        "http://localhost:5000/table/v1/driving/9.500000,47.100000;9.600000,47.200000?annotations=duration,distance"
    ]


def test_seconds_are_rounded_up_and_metres_to_the_nearest_for_every_hour():
    provider, _ = osrm(answer(table([[0, 10.1], [20.0, 0]], [[0, 99.4], [99.6, 0]])))
    found = provider.matrix([HERE, THERE], hours=(8, 9))
    assert found.durations.tolist() == [[[0, 11], [20, 0]]] * 2
    assert found.distances.tolist() == [[0, 99], [100, 0]]
    assert found.provider == "OSRM at localhost:5000 (driving)"


@pytest.mark.parametrize("most", [2, 3, 4, 6, 7, 100])
def test_tiles_of_any_size_make_the_same_table(most):
    # From place i to place j: 10 s a step east, 20 s a step west, 100 m a step.
    provider, fetch = osrm(lambda url: flat_earth(url, most=most), most_places=most)
    found = provider.matrix(ROW, hours=(8,))
    assert found.durations[0].tolist() == [[10 * (j - i) if j >= i else 20 * (i - j) for j in range(7)] for i in range(7)]
    assert found.distances.tolist() == [[100 * abs(j - i) for j in range(7)] for i in range(7)]
    assert all(len(asked(url)[0]) <= most for url in fetch.urls)


def test_no_places_need_no_request():
    provider, fetch = osrm(OSError("nobody there"))
    assert provider.matrix([]).places == 0
    assert fetch.urls == []


@pytest.mark.parametrize("none", [None, 2_147_483_647, 214_748_364.7])
def test_a_cell_without_a_number_is_an_unreachable_pair(none):
    provider, _ = osrm(answer(table([[0, none], [7, 0]])))
    found = provider.matrix([HERE, THERE], hours=(8,))
    assert found.durations[0].tolist() == [[0, UNREACHABLE], [7, 0]]
    assert found.distances.tolist() == [[0, UNREACHABLE], [7, 0]]


@pytest.mark.parametrize(
    "durations",
    [[[0, 1]], [[0, 1], [2, 0], [3, 3]], [[0, 1, 2], [2, 0, 2]], [[0], [0]], [[0, 1], 7], None, "Ok", {"0": []}],
)
def test_a_table_of_another_shape_is_an_error(durations):
    content = table([[0, 1], [2, 0]]) | {"durations": durations}
    provider, fetch = osrm(answer(content))
    with pytest.raises(TravelError, match="asked for") as caught:
        provider.matrix([HERE, THERE])
    assert not isinstance(caught.value, TravelUnavailable)
    assert len(fetch.urls) == 1


@pytest.mark.parametrize(("worst", "notes"), [(-0.6, 0), (-10, 0), (-11, 1), (-30_000, 1)])
def test_a_negative_distance_is_taken_as_the_crow_flies(worst, notes):
    # A thousandth of a degree at 60° north is 111.195 · cos 60° = 55.6 m long. The seconds are as the server says.
    provider, _ = osrm(answer(table([[0, 5], [7, 0]], [[0, worst], [70, 0]])))
    found = provider.matrix([Place(60, 9), Place(60, 9.001)], hours=(8,))
    assert found.distances.tolist() == [[0, 56], [70, 0]]
    assert found.durations[0].tolist() == [[0, 5], [7, 0]]
    assert [note.code for note in found.notes] == [NoteCode.ESTIMATE] * notes


@pytest.mark.parametrize("cell", [-1, True, "7", [7], {}])
def test_a_cell_that_is_no_length_is_an_error(cell):
    provider, _ = osrm(answer(table([[0, cell], [7, 0]])))
    with pytest.raises(TravelError, match="durations have a cell"):
        provider.matrix([HERE, THERE])


@pytest.mark.parametrize(
    "bad",
    [
        answer({}, 429),
        answer({}, 500),
        answer(b"gateway", 503),
        answer(b"<html>login</html>"),
        answer(b""),
        answer(b'{"code": "Ok", "durations": [[0,'),
        answer(b'{"code": "Ok", "durations": [[NaN]]}'),
        answer(b"[" * 100_000),
        answer([]),
        answer({"code": "NoSegment", "message": "somewhere"}, 400),
        ConnectionRefusedError("refused"),
        TimeoutError("timed out"),
    ],
)
def test_a_passing_trouble_is_asked_again(bad):
    provider, fetch = osrm(bad, bad, bad, answer(table([[0, 1], [2, 0]])))
    assert provider.matrix([HERE, THERE], hours=(8,)).durations[0].tolist() == [[0, 1], [2, 0]]
    assert len(fetch.urls) == 4


def test_after_three_retries_the_server_is_unavailable():
    # Waits double from 0.5 s; jitter in the middle multiplies with 0.5 + 0.5 = 1.
    clock = Clock()
    provider, fetch = osrm(answer({}, 500), clock=clock)
    with pytest.raises(TravelUnavailable, match="HTTP 500"):
        provider.matrix([HERE, THERE])
    assert len(fetch.urls) == 4
    assert clock.naps == [0.5, 1.0, 2.0]


def test_a_server_that_asks_for_time_gets_it():
    clock = Clock()
    provider, _ = osrm(answer({}, 503, retry_after="7"), answer(table([[0, 1], [2, 0]])), clock=clock)
    provider.matrix([HERE, THERE])
    assert clock.naps == [7.0]


def test_a_server_may_ask_for_time_by_a_date():
    # From 05:00:00 on the server's clock to 05:00:09: 9 s.
    clock = Clock()
    busy = answer({}, 503, retry_after="Mon, 02 Mar 2026 05:00:09 GMT", date="Mon, 02 Mar 2026 05:00:00 GMT")
    provider, _ = osrm(busy, answer(table([[0, 1], [2, 0]])), clock=clock)
    provider.matrix([HERE, THERE])
    assert clock.naps == [9.0]


@pytest.mark.parametrize("nonsense", ["soon", "-5", "٣", "Mon, 99 Mar 2026 05:00:09 GMT", ""])
def test_a_wish_for_time_that_cannot_be_read_is_none(nonsense):
    clock = Clock()
    provider, _ = osrm(answer({}, 503, retry_after=nonsense), answer(table([[0, 1], [2, 0]])), clock=clock)
    provider.matrix([HERE, THERE])
    assert clock.naps == [0.5]


def test_nobody_waits_beyond_the_deadline():
    clock = Clock()
    provider, fetch = osrm(answer({}, 429, retry_after="3600"), clock=clock, deadline_s=60)
    with pytest.raises(TravelUnavailable, match="within 60 s"):
        provider.matrix([HERE, THERE])
    assert clock.naps == []
    assert len(fetch.urls) == 1


def test_the_deadline_is_for_all_tiles_together():
    # Each answer takes 4 s: the third is given the 2 s that are left, and there is no fourth.
    clock = Clock()

    def slow(url):
        clock.now += 4
        return flat_earth(url)

    provider, fetch = osrm(slow, clock=clock, most_places=2, deadline_s=10, timeout_s=5)
    with pytest.raises(TravelUnavailable, match="within 10 s"):
        provider.matrix(ROW)
    assert fetch.timeouts == [5, 5, 2]


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "InvalidUrl"), (400, "TooBig"), (404, "NotFound"), (403, None), (200, "InvalidQuery"), (302, None), (200, None)],
)
def test_a_refusal_is_not_asked_again(status, code):
    provider, fetch = osrm(answer({"code": code, "message": "no"}, status))
    with pytest.raises(TravelUnavailable, match=f"HTTP {status}"):
        provider.matrix([HERE, THERE])
    assert len(fetch.urls) == 1


def test_a_place_far_from_its_road_has_a_note():
    provider, _ = osrm(lambda url: flat_earth(url, off=lambda point: 301 if point[0] > 9.0055 else 300))
    found = provider.matrix(ROW, hours=(8,))
    assert [(note.code, note.place) for note in found.notes] == [(NoteCode.SNAPPED_FAR, 6)]
    assert found.durations[0, 0, 6] == 60


def test_a_place_without_a_road_within_two_kilometres_is_unreachable():
    provider, _ = osrm(lambda url: flat_earth(url, off=lambda point: 50_000 if point[0] < 9.0005 else 0), most_places=4)
    found = provider.matrix(ROW, hours=(8,))
    assert [(note.code, note.place) for note in found.notes] == [(NoteCode.UNREACHABLE, 0)]
    assert (found.durations[0, 0, 1:] == UNREACHABLE).all()
    assert (found.durations[0, 1:, 0] == UNREACHABLE).all()
    assert found.durations[0, 1, 6] == 50


@pytest.mark.parametrize("most", [4, 100])
def test_a_place_the_server_finds_no_road_for_does_not_sink_the_others(most):
    def picky(url):
        points, _, _ = asked(url)
        lost = [at for at, (lon, _) in enumerate(points) if lon in (9.002, 9.005)]
        if lost:
            return answer({"code": "NoSegment", "message": f"Could not find a matching segment for coordinate {lost[0]}"}, 400)
        return flat_earth(url)

    provider, _ = osrm(picky, most_places=most)
    found = provider.matrix(ROW, hours=(8,))
    assert [(note.code, note.place) for note in found.notes] == [(NoteCode.UNREACHABLE, 2), (NoteCode.UNREACHABLE, 5)]
    assert found.durations[0, 2].tolist() == [UNREACHABLE, UNREACHABLE, 0] + [UNREACHABLE] * 4
    assert found.durations[0, 0].tolist() == [0, 10, UNREACHABLE, 30, 40, UNREACHABLE, 60]


def test_a_server_that_is_down_all_night_leaves_a_plan_by_estimate_that_says_so():
    provider, _ = osrm(ConnectionRefusedError("refused"))
    estimate = GreatCircle()
    found = Chain(provider, (estimate,)).matrix([HERE, THERE])
    assert (found.durations == estimate.matrix([HERE, THERE]).durations).all()
    assert found.provider == "great circle × 1.3 (estimate)"
    assert [note.code for note in found.notes] == [NoteCode.ESTIMATE]
    assert "ConnectionRefusedError" in found.notes[0].message


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "localhost:5000",
        "ftp://host",
        "http://",
        "http://host?x=1",
        "http://host/#x",
        "http://[",
        "http://a..b",
    ],
)
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(TravelError, match="http or https"):
        Osrm(url)


def test_a_profile_cannot_smuggle_a_path():
    with pytest.raises(TravelError, match="name of a profile"):
        Osrm("http://localhost", profile="../admin")


def test_a_password_in_the_address_is_not_shown():
    assert Osrm("https://ada:secret@maps.example/osrm/").name == "OSRM at maps.example/osrm (driving)"


# A real server on the loopback interface.


@contextmanager
def serving(handle):
    """A server that answers every GET by `handle(handler)`; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            handle(self)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def send(handler, status, body, **headers):
    handler.send_response(status)
    for name, value in ({"Content-Length": str(len(body))} | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def test_a_real_server_answers_in_tiles():
    def handle(handler):
        send(handler, 200, flat_earth(handler.path).body)

    with serving(handle) as url:
        found = Osrm(url, most_places=4).matrix(ROW, hours=(8,))
    assert found.durations[0, 0].tolist() == [0, 10, 20, 30, 40, 50, 60]
    assert found.durations[0, 6].tolist() == [120, 100, 80, 60, 40, 20, 0]


def test_a_real_refusal_is_an_answer_with_its_headers():
    with serving(lambda handler: send(handler, 429, b'{"code": "slow"}', Retry_After="3")) as url:
        response = fetch(url, 5)
    assert (response.status, response.headers["retry-after"], json.loads(response.body)) == (429, "3", {"code": "slow"})


def test_a_server_cannot_send_us_elsewhere():
    with serving(lambda handler: send(handler, 302, b"", Location="file:///etc/passwd")) as url:
        assert fetch(url, 5).status == 302


def test_an_answer_that_breaks_off_is_no_answer():
    with (
        serving(lambda handler: send(handler, 200, b'{"code"', Content_Length="100")) as url,
        pytest.raises(OSError, match="breaks off"),
    ):
        fetch(url, 5)


def test_an_answer_that_drips_in_is_cut_off():
    # A byte each 20 ms would take 20 s; there are 0.1 s.
    stop = threading.Event()

    def drip(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(1000):
            if stop.wait(0.02):
                return
            handler.wfile.write(b" ")

    with serving(drip) as url:
        with pytest.raises(TimeoutError):
            fetch(url, 0.1)
        stop.set()


def test_nobody_listening_is_an_error_of_the_system():
    with serving(lambda handler: None) as url:
        closed = url
    with pytest.raises(OSError, match="refused"):
        fetch(closed, 5)
