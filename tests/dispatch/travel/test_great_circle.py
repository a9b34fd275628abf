import math

import numpy as np
import pytest
from geopy.distance import geodesic, great_circle
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.travel import GreatCircle, Place, SpeedBand, TravelError
from dispatch.travel.great_circle import great_circle_m
from dispatch.travel.provider import coordinates

STEADY = (1.0,) * 24
places = st.builds(Place, st.floats(-90, 90), st.floats(-180, 180))
cities = st.builds(Place, st.floats(37.4, 37.7), st.floats(126.8, 127.2))

BERLIN, SEOUL, QUITO, SYDNEY, NUUK = (
    Place(52.52, 13.405),
    Place(37.57, 126.98),
    Place(-0.18, -78.47),
    Place(-33.87, 151.21),
    Place(64.18, -51.72),
)
WORLD = [BERLIN, SEOUL, QUITO, SYDNEY, NUUK, Place(90, 0), Place(-90, 0), Place(0, 179.99), Place(0, -179.99), Place(52.53, 13.41)]


def one_drive(metres_of_road, **settings):
    """Seconds over `metres_of_road`, laid along a meridian where a degree is 6,371,008.8 · π / 180 = 111,195.08 m."""
    provider = GreatCircle(circuity=1.0, hour_factors=STEADY, **settings)
    return provider.matrix([Place(0, 0), Place(metres_of_road / 111_195.0802, 0)], hours=(12,)).durations[0, 0, 1]


def test_great_circles_are_those_of_geopy():
    metres = great_circle_m(coordinates(WORLD))
    for i, a in enumerate(WORLD):
        for j, b in enumerate(WORLD):
            assert metres[i, j] == pytest.approx(great_circle(a, b).m, rel=1e-6, abs=0.1)


def test_great_circles_are_within_six_per_mille_of_the_ellipsoid():
    metres = great_circle_m(coordinates(WORLD))
    for i, a in enumerate(WORLD):
        for j, b in enumerate(WORLD):
            assert metres[i, j] == pytest.approx(geodesic(a, b).m, rel=0.006, abs=0.1)


def test_a_step_over_the_antimeridian_is_short():
    # 0.02° on the equator: 0.02 · 111,195.08 = 2,223.9 m.
    assert great_circle_m(coordinates([Place(0, 179.99), Place(0, -179.99)]))[0, 1] == pytest.approx(2_223.9, abs=0.1)


def test_every_longitude_is_the_same_point_at_a_pole():
    table = GreatCircle().matrix([Place(90, -180), Place(90, 0), Place(90, 77.7)])
    assert not table.durations.any()
    assert not table.distances.any()


def test_antipodes_are_half_a_circumference_apart():
    # π · 6,371,008.8 m = 20,015,115 m.
    assert great_circle_m(coordinates([Place(12, 30), Place(-12, -150)]))[0, 1] == pytest.approx(20_015_115, abs=1)


def test_a_thousand_jobs_at_one_place_are_no_travel_apart():
    table = GreatCircle().matrix([Place(37.5665, 126.978)] * 1_000, hours=(8,))
    assert not table.durations.any()
    assert not table.distances.any()


def test_the_two_writings_of_the_antimeridian_are_one_place():
    assert GreatCircle().matrix([Place(10, 180), Place(10, -180)]).mean()[0, 1] == 0


@pytest.mark.parametrize(
    ("metres", "seconds"),
    [
        (1_000, 164),  # 1 km at 22 km/h: 3600 / 22 = 163.6
        (2_000, 328),  # 2 km at 22 km/h: 327.3
        (5_000, 568),  # 327.3 + 3 km at 45 km/h: 240 = 567.3
        (20_000, 1_348),  # 327.3 + 6 km at 45: 480 + 12 km at 80: 540 = 1,347.3 (53 km/h)
        (100_000, 4_548),  # 1,347.3 + 80 km at 90: 3,200 = 4,547.3
    ],
)
def test_a_longer_drive_reaches_faster_roads(metres, seconds):
    assert one_drive(metres) == seconds


def test_circuity_stretches_seconds_and_metres():
    # One degree north with circuity 1.5: 1.5 · 111,195.08 = 166,793 m; 10 m/s throughout: 16,679.3 s.
    provider = GreatCircle(1.5, (SpeedBand(math.inf, 36),), STEADY)
    table = provider.matrix([Place(0, 0), Place(1, 0)], hours=(12,))
    assert table.distances[0, 1] == 166_793
    assert table.durations[0, 0, 1] == 16_680


def test_the_rush_hour_takes_longer():
    # The factors are 0.90 at 3 h and 1.25 at 8 h: 1,000 s · 0.9 and · 1.25. 10 km at 36 km/h are 1,000 s.
    provider = GreatCircle(1.0, (SpeedBand(math.inf, 36),))
    table = provider.matrix([Place(0, 0), Place(10_000 / 111_195.0802, 0)], hours=(3, 8))
    assert table.bands == (3, 8)
    assert table.durations[:, 0, 1].tolist() == [900, 1_250]


def test_no_places_make_an_empty_table():
    assert GreatCircle().matrix([]).durations.shape == (10, 0, 0)


@settings(max_examples=40, deadline=None)
@given(st.lists(places, min_size=2, max_size=8))
def test_travel_is_symmetric_not_negative_and_zero_to_itself(points):
    table = GreatCircle().matrix(points, hours=(8,))
    for cells in (table.durations[0], table.distances):
        assert (cells == cells.T).all()
        assert (cells >= 0).all()
        assert not np.diagonal(cells).any()


@settings(max_examples=40, deadline=None)
@given(st.lists(cities, min_size=3, max_size=8))
def test_no_detour_is_shorter(points):
    seconds = GreatCircle().matrix(points, hours=(8,)).durations[0]
    assert (seconds <= (seconds[:, :, None] + seconds[None, :, :]).min(axis=1)).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(cities, min_size=3, max_size=8))
def test_what_is_farther_takes_no_less_time(points):
    table = GreatCircle().matrix(points, hours=(8,))
    metres, seconds = great_circle_m(coordinates(points)).ravel(), table.durations[0].ravel()
    assert (np.diff(seconds[np.argsort(metres, kind="stable")]) >= 0).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(cities, min_size=2, max_size=6), st.integers(0, 23))
def test_every_hour_asked_alone_is_its_slice_of_the_day(points, hour):
    provider = GreatCircle()
    day = provider.matrix(points, hours=range(24))
    assert (provider.matrix(points, hours=(hour,)).durations[0] == day.durations[hour]).all()


@pytest.mark.parametrize("place", [Place(90.1, 0), Place(-91, 0), Place(0, 180.5), Place(math.nan, 0), Place(0, math.inf)])
def test_what_is_no_point_on_earth_is_refused(place):
    with pytest.raises(TravelError, match="no point on Earth"):
        GreatCircle().matrix([BERLIN, place])


@pytest.mark.parametrize(
    "settings",
    [
        {"circuity": 0.9},
        {"circuity": math.nan},
        {"bands": ()},
        {"bands": (SpeedBand(1_000, 20),)},
        {"bands": (SpeedBand(1_000, 50), SpeedBand(math.inf, 40))},
        {"bands": (SpeedBand(math.inf, 0),)},
        {"hour_factors": (1.0,) * 23},
        {"hour_factors": (0.0,) * 24},
    ],
)
def test_parameters_that_are_none_are_refused(settings):
    with pytest.raises(TravelError):
        GreatCircle(**settings)


def test_other_parameters_are_another_version():
    assert GreatCircle().version == GreatCircle().version
    assert GreatCircle().version != GreatCircle(1.4).version


def test_drives_worked_out_where_they_are_read_are_those_of_the_table():
    places = [Place(52.5 + n / 100, 13.4 - n / 70) for n in range(12)]
    estimate = GreatCircle()
    table, drives = estimate.matrix(places, hours=(7, 8, 9)), estimate.roads(places, hours=(7, 8, 9))
    rows, columns = np.array([3, 0, 11]), np.array([5, 3])
    seconds, metres = drives(rows, columns)
    assert np.array_equal(seconds, table.mean()[np.ix_(rows, columns)])
    assert np.array_equal(metres, table.distances[np.ix_(rows, columns)])
