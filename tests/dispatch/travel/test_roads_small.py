import subprocess
import sys

import numpy as np
import pytest

from dispatch.travel import NoteCode, TravelError, open_roads
from dispatch.travel.roads import HourProfile, open_extract
from solver import UNREACHABLE
from tests.dispatch.travel.networks import STEP_M, at, roads_of, write_osm

FIFTY = {"highway": "residential", "maxspeed": "50"}
"""Driven at 40 km/h: 0.8 · 50. A step of 111.195 m takes 10.0076 s."""

ONE_WAY = FIFTY | {"oneway": "yes"}


def seconds(roads, *places, hour=12):
    return roads.matrix(places, hours=(hour,)).durations[0].tolist()


def metres(roads, *places):
    return roads.matrix(places, hours=(12,)).distances.tolist()


def test_a_straight_road_takes_its_length_at_eight_tenths_of_the_limit(tmp_path):
    # From 2 to 7 of a road of 10 steps: 5 · 111.195 = 556.0 m, at 40 km/h 50.04 s, rounded up.
    roads = roads_of(tmp_path, {"a": (0, 0), "b": (10, 0)}, [("ab", FIFTY)])
    assert seconds(roads, at(2, 0), at(7, 0)) == [[0, 51], [51, 0]]
    assert metres(roads, at(2, 0), at(7, 0)) == [[0, 556], [556, 0]]


def test_a_bend_costs_nothing(tmp_path):
    # Two steps east, two north, one way of three points: 4 · 10.0076 = 40.03 s.
    roads = roads_of(tmp_path, {"a": (0, 0), "b": (2, 0), "c": (2, 2)}, [("abc", FIFTY)])
    assert seconds(roads, at(0, 0), at(2, 2))[0][1] == 41
    assert metres(roads, at(0, 0), at(2, 2))[0][1] == 445


def test_two_ways_that_just_follow_each_other_cost_no_turn(tmp_path):
    roads = roads_of(tmp_path, {"a": (0, 0), "b": (2, 0), "c": (2, 2)}, [("ab", FIFTY), ("bc", FIFTY)])
    assert seconds(roads, at(0, 0), at(2, 2))[0][1] == 41


def test_a_right_angle_at_a_junction_costs_half_of_the_sharpest_turn(tmp_path):
    # 1 step east and 1 north at a junction of three: 20.015 s + 7.5 / 2 = 23.77 s; straight on 20.015 s + 0.011 s.
    points = {"a": (-2, 0), "m": (0, 0), "c": (2, 0), "d": (0, 2)}
    roads = roads_of(tmp_path, points, [("am", FIFTY), ("mc", FIFTY), ("md", FIFTY)])
    assert seconds(roads, at(-1, 0), at(1, 0), at(0, 1))[0] == [0, 21, 24]


def test_a_traffic_light_costs_two_seconds(tmp_path):
    # 20.015 s + 2 s, within a street and at a junction of ways.
    points = {"a": (0, 0), "m": (1, 0), "b": (2, 0)}
    light = {"m": {"highway": "traffic_signals"}}
    assert seconds(roads_of(tmp_path, points, [("amb", FIFTY)], tagged=light), at(0, 0), at(2, 0)) == [[0, 23], [23, 0]]
    assert seconds(roads_of(tmp_path, points, [("am", FIFTY), ("mb", FIFTY)], tagged=light), at(0, 0), at(2, 0)) == [
        [0, 23],
        [23, 0],
    ]


SQUARE = {"a": (0, 0), "b": (4, 0), "c": (4, 4), "d": (0, 4)}


def test_a_one_way_street_leads_back_around_the_block(tmp_path):
    # A block of 4 by 4 steps, all one way: from the middle of ab to that of bc 4 steps, back 12.
    roads = roads_of(tmp_path, SQUARE, [("ab", ONE_WAY), ("bc", ONE_WAY), ("cd", ONE_WAY), ("da", ONE_WAY)])
    assert metres(roads, at(2, 0), at(4, 2)) == [[0, round(4 * STEP_M)], [round(12 * STEP_M), 0]]


def test_two_places_on_one_one_way_street_are_near_in_one_direction_only(tmp_path):
    # From 1 to 3 on ab: 2 steps; back: 16 − 2 = 14 steps, 140.107 s at 40 km/h.
    roads = roads_of(tmp_path, SQUARE, [("ab", ONE_WAY), ("bc", ONE_WAY), ("cd", ONE_WAY), ("da", ONE_WAY)])
    assert metres(roads, at(1, 0), at(3, 0)) == [[0, round(2 * STEP_M)], [round(14 * STEP_M), 0]]
    assert seconds(roads, at(1, 0), at(3, 0)) == [[0, 21], [141, 0]]


def test_a_roundabout_is_driven_one_way_without_saying_so(tmp_path):
    # The ring a → b → c → d of 16 steps has arms at a and c, 2 steps long; from arm to arm half the ring: 2 + 8 + 2 = 12 steps.
    points = SQUARE | {"w": (-2, 0), "e": (6, 4)}
    ring = {"highway": "tertiary", "junction": "roundabout", "maxspeed": "50"}
    roads = roads_of(tmp_path, points, [("abcda", ring), ("wa", FIFTY), ("ce", FIFTY)])
    assert metres(roads, at(-2, 0), at(6, 4), at(0, 2)) == [
        [0, round(12 * STEP_M), round(16 * STEP_M)],  # to the middle of da: 2 + 14
        [round(12 * STEP_M), 0, round(8 * STEP_M)],  # 2 + 4 + 2
        [round(4 * STEP_M), round(12 * STEP_M), 0],  # 2 + 2; 2 + 8 + 2
    ]


CROSS = {"w": (-4, 0), "m": (0, 0), "e": (4, 0), "n": (0, 4)}
CROSS_WAYS = [("wm", FIFTY), ("me", FIFTY), ("mn", FIFTY)]


@pytest.mark.parametrize("restriction", [("no_left_turn", 0, "m", 2), ("only_straight_on", 0, "m", 1)])
def test_a_forbidden_turn_is_avoided(tmp_path, restriction):
    # West to north: 2 + 2 = 4 steps, but that turn is forbidden; on to the dead end at e, round and back: 2 + 4 + 4 + 2 = 12.
    free = roads_of(tmp_path, CROSS, CROSS_WAYS)
    ruled = roads_of(tmp_path, CROSS, CROSS_WAYS, restrictions=[restriction])
    assert metres(free, at(-2, 0), at(0, 2))[0][1] == round(4 * STEP_M)
    assert metres(ruled, at(-2, 0), at(0, 2)) == [[0, round(12 * STEP_M)], [round(4 * STEP_M), 0]]


def test_nobody_turns_round_where_a_street_goes_on(tmp_path):
    graph = roads_of(tmp_path, CROSS, CROSS_WAYS)._graph
    back = graph.street[graph.before] == graph.street[graph.after]
    ends = graph.points[np.where(graph.against, graph.first[graph.street], graph.first[graph.street + 1] - 1)]
    assert {tuple(np.round(point * 1000)) for point in ends[graph.before[back]]} == {(0, -4), (0, 4), (4, 0)}


def test_a_bollard_makes_a_detour(tmp_path):
    # From 1 to 3 on ab with a bollard at 2: around the block, 1 + 4 + 4 + 4 + 1 = 14 steps.
    points = SQUARE | {"x": (2, 0)}
    block = [("axb", FIFTY), ("bc", FIFTY), ("cd", FIFTY), ("da", FIFTY)]
    roads = roads_of(tmp_path, points, block, tagged={"x": {"barrier": "bollard"}})
    assert metres(roads, at(1, 0), at(3, 0)) == [[0, round(14 * STEP_M)], [round(14 * STEP_M), 0]]


def test_private_ground_is_no_short_cut_but_can_be_reached(tmp_path):
    # Through d–b (10 km/h) 40 s a step; the way round the block by a stays faster: 8 · 10 s against 4√2 · 40 s.
    points = SQUARE | {"p": (2, 2)}
    ways = [("ab", FIFTY), ("bc", FIFTY), ("cd", FIFTY), ("da", FIFTY), ("dpb", FIFTY | {"access": "private"})]
    roads = roads_of(tmp_path, points, ways)
    found = metres(roads, at(0, 3.99), at(3.99, 0), at(2, 2))
    assert found[0][1] == pytest.approx(7.98 * STEP_M, abs=1)
    assert found[0][2] < UNREACHABLE


def test_a_street_that_returns_to_its_start_can_be_driven_through(tmp_path):
    # A stalk of 2 steps and a loop of 16: from the start of the stalk to the far corner of the loop 2 + 8.
    roads = roads_of(tmp_path, SQUARE | {"w": (-2, 0)}, [("wa", FIFTY), ("abcda", FIFTY)])
    assert metres(roads, at(-2, 0), at(4, 4))[0][1] == round(10 * STEP_M)


def test_a_way_of_which_points_are_missing_is_cut_there(tmp_path):
    # The point x is not in the extract: ab and cd are two roads, of which the longer one, cd, is kept.
    points = {"a": (0, 0), "b": (1, 0), "c": (10, 0), "m": (12, 0), "d": (14, 0)}
    roads = roads_of(tmp_path, points, [("abxcm", FIFTY), ("md", FIFTY)])
    found = roads.matrix([at(10, 0), at(14, 0), at(0.5, 0)], hours=(12,))
    assert found.distances[0, 1] == round(4 * STEP_M)
    assert [(note.code, note.place) for note in found.notes] == [(NoteCode.SNAPPED_FAR, 2)]  # 9.5 steps: 1,056 m


def test_a_place_beyond_two_kilometres_is_unreachable_and_named(tmp_path):
    # 17 steps are 1,890 m and 19 steps 2,113 m.
    roads = roads_of(tmp_path, {"a": (0, 0), "b": (10, 0)}, [("ab", FIFTY)])
    found = roads.matrix([at(1, 0), at(5, 19), at(5, 17), at(9, 0)], hours=(8, 12))
    assert [(note.code, note.place) for note in found.notes] == [(NoteCode.UNREACHABLE, 1), (NoteCode.SNAPPED_FAR, 2)]
    assert "0.01900, 0.00500" in found.notes[0].message
    for cells in (*found.durations, found.distances):
        assert cells[1].tolist() == [UNREACHABLE, 0, UNREACHABLE, UNREACHABLE]
        assert cells[:, 1].tolist() == [UNREACHABLE, 0, UNREACHABLE, UNREACHABLE]
    assert found.distances[0, 3] == round(8 * STEP_M)
    assert found.distances[0, 2] == round(4 * STEP_M)


def test_when_no_place_has_a_road_all_are_unreachable(tmp_path):
    roads = roads_of(tmp_path, {"a": (0, 0), "b": (10, 0)}, [("ab", FIFTY)])
    found = roads.matrix([at(500, 0), at(0, 500)], hours=(12,))
    assert found.durations[0].tolist() == [[0, UNREACHABLE], [UNREACHABLE, 0]]
    assert len(found.notes) == 2


def test_no_places_make_an_empty_table(tmp_path):
    roads = roads_of(tmp_path, {"a": (0, 0), "b": (10, 0)}, [("ab", FIFTY)])
    assert roads.matrix([]).durations.shape == (10, 0, 0)


def test_places_that_meet_the_road_at_one_point_are_no_travel_apart(tmp_path):
    roads = roads_of(tmp_path, {"a": (0, 0), "b": (10, 0)}, [("ab", FIFTY)])
    assert seconds(roads, at(5, 0), at(5, 1), at(5, 0)) == [[0, 0, 0]] * 3


def test_a_road_nobody_can_leave_is_not_used(tmp_path):
    # The trap leads one way out of the network; a place on it is snapped to the next road that leads back, 2 steps away.
    points = {"a": (0, 0), "m": (4, 0), "b": (10, 0), "t": (4, 4)}
    roads = roads_of(tmp_path, points, [("am", FIFTY), ("mb", FIFTY), ("mt", ONE_WAY)])
    found = roads.matrix([at(0, 0), at(4, 2)], hours=(12,))
    assert found.distances.tolist() == [[0, round(4 * STEP_M)], [round(4 * STEP_M), 0]]


def test_the_hour_slows_main_roads_more_than_others(tmp_path):
    # Ten steps at 40 km/h: 100.08 s. At 8 h main roads take 1.25 of it, 125.09 s, and others half the excess, 112.58 s.
    profile = HourProfile()
    line = {"a": (0, 0), "b": (10, 0)}
    main = roads_of(tmp_path, line, [("ab", {"highway": "primary", "maxspeed": "50"})], profile=profile)
    other = roads_of(tmp_path, line, [("ab", FIFTY)], profile=profile)
    assert [main.matrix([at(0, 0), at(10, 0)], hours=(8, 9)).durations[k, 0, 1] for k in (0, 1)] == [126, 111]  # 1.10 at 9 h
    assert [other.matrix([at(0, 0), at(10, 0)], hours=(8, 9)).durations[k, 0, 1] for k in (0, 1)] == [113, 106]


def test_another_hour_profile_is_another_version(tmp_path):
    network = ({"a": (0, 0), "b": (10, 0)}, [("ab", FIFTY)])
    assert roads_of(tmp_path, *network).version == roads_of(tmp_path, *network).version
    assert roads_of(tmp_path, *network).version != roads_of(tmp_path, *network, profile=HourProfile()).version


@pytest.mark.parametrize("factors", [(1.0,) * 23, (0.0,) * 24, (float("nan"),) * 24])
def test_a_profile_that_is_none_is_refused(factors):
    with pytest.raises(TravelError, match="24 numbers"):
        HourProfile(factors)


def test_an_extract_without_a_road_is_refused(tmp_path):
    path = write_osm(tmp_path / "paths.osm", {"a": (0, 0), "b": (10, 0)}, [("ab", {"highway": "footway"})])
    with pytest.raises(TravelError, match="no road for cars"):
        open_extract(path)


@pytest.mark.parametrize("content", [b"", b"not a map", b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x01"])
@pytest.mark.parametrize("suffix", [".osm.pbf", ".osm"])
def test_a_file_that_is_no_extract_is_refused(tmp_path, content, suffix):
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(content)
    with pytest.raises(TravelError, match="broken"):
        open_extract(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(TravelError, match="nowhere"):
        open_roads(tmp_path / "nowhere.osm.pbf")


WITHOUT = """
import sys
sys.modules[sys.argv[1]] = None
from pathlib import Path
from dispatch.travel import TravelError, open_roads
try:
    open_roads(Path("x.osm.pbf"))
except TravelError as error:
    print(error)
"""


@pytest.mark.parametrize("package", ["osmium", "scipy"])
def test_a_missing_package_names_the_extra_to_install(package):
    said = subprocess.run([sys.executable, "-c", WITHOUT, package], capture_output=True, text=True, check=True, timeout=60).stdout
    assert package in said
    assert "field-dispatch[roads]" in said
