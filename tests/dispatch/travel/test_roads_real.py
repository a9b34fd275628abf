"""Roads of real extracts, beside the repository; each test says so when they are not there."""

import csv
import heapq
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from dispatch.travel import Place
from dispatch.travel.great_circle import EARTH_RADIUS_M, unit_vectors
from dispatch.travel.provider import coordinates
from dispatch.travel.roads import HourProfile, Roads, open_extract
from dispatch.travel.roads.shortest import PlainDijkstra
from dispatch.travel.roads.snapping import Snapper
from dispatch.travel.store import read_arrays
from solver import UNREACHABLE

EXTRACTS = Path(__file__).parents[3].parent / "shared" / "benchmarks" / "osm"
COUNTRIES = ["liechtenstein", "helsinki"]


@pytest.fixture(scope="module", params=COUNTRIES)
def country(request):
    if not (EXTRACTS / f"{request.param}.osm.pbf").exists():
        pytest.skip(f"the extract {request.param}.osm.pbf is not beside the repository")
    return request.param


@pytest.fixture(scope="module")
def roads(country):
    return open_extract(EXTRACTS / f"{country}.osm.pbf")


@pytest.fixture(scope="module")
def addresses(country):
    with (EXTRACTS / f"{country}.addresses.csv").open(encoding="utf-8") as file:
        return [Place(float(row["lat"]), float(row["lon"])) for row in csv.DictReader(file)]


def some(addresses, count, seed=0):
    rows = np.random.default_rng(seed).choice(len(addresses), count, replace=False)
    return [addresses[row] for row in rows]


def test_every_address_reaches_every_other(roads, addresses):
    table = roads.matrix(some(addresses, 300), hours=(8, 12))
    assert int(table.durations.max()) < UNREACHABLE
    assert not [note for note in table.notes if note.code == "unreachable"]


def test_both_engines_agree_to_the_last_integer(roads, addresses):
    plain = Roads(roads._graph, PlainDijkstra(roads._graph), "plain", "1")
    places = some(addresses, 60)
    ours, theirs = roads.matrix(places, hours=(8, 12)), plain.matrix(places, hours=(8, 12))
    assert (ours.durations == theirs.durations).all()
    assert (ours.distances == theirs.distances).all()


def test_the_seconds_are_those_of_a_naive_search(roads, addresses):
    # Every address of a few streets, so that many share one, in the wrong order, too.
    steady = Roads(roads._graph, PlainDijkstra(roads._graph), "plain", "1", HourProfile((1.0,) * 24, (1.0,) * 24))
    places = some(addresses, 4) + addresses[:8]
    snapped = steady._snapper.snap(coordinates(places), 2_000)
    found = steady.matrix(places, hours=(12,)).durations[0]
    assert found.tolist() == [[naive_seconds(roads._graph, snapped, i, j) for j in range(12)] for i in range(12)]


def naive_seconds(graph, snapped, start, goal):
    """Dijkstra with a heap over arcs: leave over the rest of an arc, arrive from a turn into an arc of the goal."""
    if start == goal:
        return 0
    ahead = {}
    for row in (start, goal):
        street, length = snapped.street[row], graph.along[graph.first[snapped.street[row] + 1] - 1]
        share = snapped.along[row] / length
        sides = [(graph.arc_of[street, 0], 1 - share), (graph.arc_of[street, 1], share)]
        ahead[row] = {int(arc): round(part * graph.arc_ms[arc]) for arc, part in sides if arc >= 0}
    best = min((ahead[start][arc] - left for arc, left in ahead[goal].items() if ahead[start].get(arc, -1) >= left), default=10**12)
    heap, done = [(left, arc) for arc, left in ahead[start].items()], set()
    heapq.heapify(heap)
    while heap and heap[0][0] < best:
        cost, arc = heapq.heappop(heap)
        if arc in done:
            continue
        done.add(arc)
        for turn in range(*np.searchsorted(graph.before, [arc, arc + 1])):
            after = int(graph.after[turn])
            arrival = cost + int(graph.turn_ms[turn] + max(1, graph.arc_ms[after]))
            best = min(best, arrival - ahead[goal].get(after, -(10**12)))
            heapq.heappush(heap, (arrival, after))
    return -(-best // 1000)


def test_the_metres_are_those_of_the_fastest_way(roads):
    """Where ways as good as tie, the metres may lie between theirs: less than one pair in a hundred, and never outside."""
    graph, engine = roads._graph, roads._engine
    rng = np.random.default_rng(1)
    pairs = rng.integers(0, graph.arcs, (300, 2))
    whole = np.maximum(1, graph.arc_ms)
    fast = engine.weighted(whole[graph.after] + graph.turn_ms)
    ways = [fast.path(int(a), int(b)) for a, b in pairs]
    lengths = np.array([sum(graph.arc_dm[arc] for arc in arcs[1:]) for _, arcs in ways])
    least = np.array([cost for cost, _ in ways])
    scale = 500
    mixed = engine.weighted(scale * (whole[graph.after] + graph.turn_ms) + graph.arc_dm[graph.after])
    decimetres = np.diagonal(mixed.costs(pairs[:, 0], pairs[:, 1])) - scale * least
    assert (decimetres <= lengths).all()
    assert np.mean(decimetres != lengths) < 0.01


def test_snapping_finds_what_trying_every_segment_finds(roads, addresses):
    graph = roads._graph
    places = some(addresses, 25, seed=2)
    snapped = Snapper(graph).snap(coordinates(places), 2_000)
    kept = np.flatnonzero((graph.arc_of >= 0).any(axis=1))
    starts = np.concatenate([np.arange(graph.first[s], graph.first[s + 1] - 1) for s in kept])
    xyz = EARTH_RADIUS_M * unit_vectors(graph.points)
    for row, place in enumerate(EARTH_RADIUS_M * unit_vectors(coordinates(places))):
        a, way = xyz[starts], xyz[starts + 1] - xyz[starts]
        share = np.clip(np.einsum("ij,ij->i", place - a, way) / np.maximum(np.einsum("ij,ij->i", way, way), 1e-12), 0, 1)
        assert snapped.off[row] == pytest.approx(np.linalg.norm(a + share[:, None] * way - place, axis=1).min(), abs=1e-3)


def test_the_metres_are_never_less_than_the_crow_flies_between_the_roads(roads, addresses):
    places = some(addresses, 100)
    snapped = roads._snapper.snap(coordinates(places), 2_000)
    metres = roads.matrix(places, hours=(12,)).distances
    xyz = EARTH_RADIUS_M * unit_vectors(coordinates(places))
    crow = np.linalg.norm(xyz[:, None] - xyz, axis=2) - snapped.off[:, None] - snapped.off
    assert (metres + 1 >= crow - 1e-4 * crow).all()  # projections on segments bend the sphere a little


def test_the_rush_hour_is_slower_than_noon_and_the_night_is_faster(roads, addresses):
    night, rush, noon = roads.matrix(some(addresses, 50), hours=(3, 8, 13)).durations
    assert (night <= noon).all()
    assert (noon <= rush).all()
    assert night.sum() < noon.sum() < rush.sum()


def test_a_second_start_from_the_kept_graph_answers_the_same(country, addresses, tmp_path):
    places = some(addresses, 40)
    tables = [open_extract(EXTRACTS / f"{country}.osm.pbf", tmp_path).matrix(places, hours=(8,)) for _ in range(2)]
    assert len(list(tmp_path.iterdir())) == 2
    for first, second in pairwise(tables):
        assert (first.durations == second.durations).all()
        assert (first.distances == second.distances).all()
        assert first.version == second.version


def test_a_damaged_kept_graph_is_built_again(country, addresses, tmp_path):
    places = some(addresses, 10)
    right = open_extract(EXTRACTS / f"{country}.osm.pbf", tmp_path).matrix(places, hours=(8,))
    whole = {file: file.read_bytes() for file in tmp_path.iterdir()}
    for file, content in whole.items():
        middle = len(content) // 2
        file.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    again = open_extract(EXTRACTS / f"{country}.osm.pbf", tmp_path).matrix(places, hours=(8,))
    assert (again.durations == right.durations).all()
    assert {file: len(file.read_bytes()) for file in tmp_path.iterdir()} == {file: len(content) for file, content in whole.items()}
    assert all(read_arrays(file) is not None for file in whole)


def test_a_folder_that_cannot_be_written_to_costs_only_time(country, addresses, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    table = open_extract(EXTRACTS / f"{country}.osm.pbf", blocked).matrix(some(addresses, 5), hours=(8,))
    assert int(table.durations.max()) < UNREACHABLE


WITHOUT_HIERARCHIES = """
import sys
sys.modules["pyroutingkit"] = None
from pathlib import Path
from dispatch.travel import Place, open_roads
roads = open_roads(Path(sys.argv[1]))
places = [Place(*map(float, at.split(","))) for at in sys.argv[2:]]
print(type(roads._engine).__name__, roads.matrix(places, hours=(8,)).durations.tolist())
"""


def test_without_hierarchies_the_plain_search_stands_in(country, roads, addresses):
    places = some(addresses, 5)
    command = [
        sys.executable,
        "-c",
        WITHOUT_HIERARCHIES,
        str(EXTRACTS / f"{country}.osm.pbf"),
        *(f"{lat},{lon}" for lat, lon in places),
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    assert said.strip() == f"PlainDijkstra {roads.matrix(places, hours=(8,)).durations.tolist()}"
