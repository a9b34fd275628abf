import pytest

from dispatch.travel.roads.tags import blocks, drive_on, limit_kmh


@pytest.mark.parametrize(
    ("value", "kmh"),
    [
        ("50", 50),
        ("30 mph", 48.28032),
        ("30mph", 48.28032),
        ("60 km/h", 60),
        ("AT:urban", 50),
        ("none", 140),
        ("walk", 10),
        ("50;70", 50),
        ("signals", None),
        ("", None),
        (None, None),
        ("0", None),
        ("-50", None),
        ("٥٠", None),
        ("9999", None),
        ("50 knots", None),
    ],
)
def test_a_limit_is_read_as_it_is_written(value, kmh):
    assert limit_kmh(value) == (None if kmh is None else pytest.approx(kmh))


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({"highway": "residential"}, 25, 25),
        ({"highway": "residential", "maxspeed": "30"}, 24, 24),  # 0.8 · 30
        ({"highway": "primary", "maxspeed:forward": "100", "maxspeed": "50"}, 80, 40),
        ({"highway": "primary", "maxspeed": "signals"}, 65, 65),
        ({"highway": "residential", "oneway": "yes"}, 25, 0),
        ({"highway": "residential", "oneway": "-1"}, 0, 25),
        ({"highway": "motorway"}, 90, 0),
        ({"highway": "motorway", "oneway": "no"}, 90, 90),
        ({"highway": "residential", "junction": "roundabout"}, 25, 0),
        ({"highway": "service", "service": "driveway"}, 5, 5),
        ({"highway": "tertiary", "surface": "cobblestone"}, 30, 30),
        ({"highway": "residential", "access": "private"}, 10, 10),
        ({"highway": "residential", "access": "no", "motor_vehicle": "yes"}, 25, 25),
        ({"highway": "track", "motor_vehicle": "yes"}, 10, 10),
    ],
)
def test_a_car_drives_as_the_tags_say(tags, forward, backward):
    drive = drive_on(tags)
    assert (drive.forward, drive.backward) == (pytest.approx(forward), pytest.approx(backward))


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"highway": "footway"},
        {"highway": "cycleway", "maxspeed": "30"},
        {"highway": "track"},
        {"highway": "pedestrian"},
        {"highway": "construction"},
        {"highway": "residential", "access": "no"},
        {"highway": "residential", "motor_vehicle": "no", "access": "yes"},
        {"highway": "service", "vehicle": "forestry"},
        {"highway": "motorway", "oneway": "reversible"},
        {"highway": "service", "area": "yes"},
    ],
)
def test_a_car_does_not_drive_where_it_may_not(tags):
    assert drive_on(tags) is None


@pytest.mark.parametrize(
    ("tags", "closed"),
    [
        ({}, False),
        ({"barrier": "bollard"}, True),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, False),
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "access": "no"}, True),
        ({"barrier": "gate", "access": "private"}, False),
        ({"barrier": "border_control"}, False),
        ({"highway": "crossing"}, False),
    ],
)
def test_a_barrier_stops_a_car_or_does_not(tags, closed):
    assert blocks(tags) is closed
