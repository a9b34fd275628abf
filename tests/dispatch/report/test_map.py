"""Coordinates become a picture, wherever on Earth they are."""

import math
from dataclasses import replace

import pytest

from dispatch.report.facts import Point
from dispatch.report.map import HEIGHTS, MARGIN, WIDTH, apart, picture, project, scale_bar


def drawn(*points: Point) -> list[tuple[float, float]]:
    projection = project(points)
    spots = [projection.at(point) for point in points]
    assert all(MARGIN - 1 <= x <= WIDTH - MARGIN + 1 and MARGIN - 1 <= y <= projection.height - MARGIN + 1 for x, y in spots)
    return spots


def test_north_is_up_and_east_is_right():
    (x1, y1), (x2, y2) = drawn(Point(52.5, 13.3), Point(52.6, 13.5))
    assert x1 < x2
    assert y1 > y2


def test_a_kilometre_is_as_long_to_the_north_as_to_the_east():
    # at 60 degrees a degree of longitude is half as long as one of latitude
    here, north, east = drawn(Point(60, 10), Point(60.1, 10), Point(60, 10.2))
    assert math.dist(here, north) == pytest.approx(math.dist(here, east), rel=0.01)


def test_a_plan_across_the_antimeridian_stays_in_one_piece():
    # 0.02 degrees apart on the equator: 2.2 km, not 40,000
    (west, _), (east, _) = drawn(Point(0, 179.99), Point(0, -179.99))
    assert west < east
    assert scale_bar(project([Point(0, 179.99), Point(0, -179.99)])).label == "200 m"


@pytest.mark.parametrize("points", [[Point(37.5, 127.0)], [Point(37.5, 127.0)] * 1000, [Point(0, 0)], [Point(-0.1, -0.1)] * 2])
def test_places_that_are_all_equal_are_drawn_in_the_middle(points):
    projection = project(points)
    assert projection.at(points[0]) == (WIDTH / 2, projection.height / 2)


@pytest.mark.parametrize("points", [[Point(90, 0), Point(90, 120)], [Point(-90, 0)], [Point(90, 0), Point(-90, 180)]])
def test_poles_are_drawn(points):
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in drawn(*points))


def test_the_westmost_place_is_on_the_left_whatever_the_rounding():
    spots = drawn(Point(10, -0.1), Point(10, 0.1), Point(10, -0.1 + 1e-13))
    assert spots[0][0] < spots[1][0]
    assert abs(spots[0][0] - spots[2][0]) <= 0.1


def test_the_picture_is_neither_flat_nor_a_tower():
    assert project([Point(0, 0), Point(0, 10)]).height == HEIGHTS[0]
    assert project([Point(0, 0), Point(10, 0)]).height == HEIGHTS[1]


@pytest.mark.parametrize(("extent", "label"), [(1.0, "10 km"), (0.1, "1 km"), (10.0, "100 km")])
def test_the_scale_bar_is_a_round_length_of_at_most_a_sixth(extent, label):
    # 928 of 1,000 pixels are drawn on: of 1 degree a sixth of the width is 111.195 / 928 * 1,000 / 6 = 20.0 km less a little
    projection = project([Point(0, 0), Point(0, extent)])
    bar = scale_bar(projection)
    assert bar.label == label
    assert bar.width <= WIDTH / 6
    kilometres = float(label.split()[0])
    assert bar.width / projection.scale * 111.195 == pytest.approx(kilometres, rel=0.01)


def test_every_stop_home_and_unassigned_job_has_its_mark(facts):
    drawn_map = picture(facts)
    assert [mark.text for mark in drawn_map.trails[0].stops] == ["A1", "A2", "A3"]
    assert drawn_map.trails[0].home.text == "A"
    assert [mark.title for mark in drawn_map.crosses] == ["Chimney: Nobody holds the skill sweep."]
    assert len(drawn_map.trails[0].line.split()) == 5  # home, three jobs, home


def test_stops_at_one_place_are_spread_so_that_each_is_seen(facts):
    lane = facts.lanes[0]
    here = Point(52.5, 13.4)
    visits = tuple(replace(visit, point=here) for visit in lane.visits)
    together = replace(facts, lanes=(replace(lane, visits=visits),))
    spots = {(mark.x, mark.y) for mark in picture(together).trails[0].stops}
    assert len(spots) == 3


def test_a_plan_without_any_place_has_no_map(facts):
    assert picture(replace(facts, lanes=(), unassigned=())) is None


def test_marks_that_cover_each_other_are_pushed_apart_and_others_stay():
    near, beside, far = apart([(100.0, 100.0), (104.0, 100.0), (300.0, 300.0)], radius=10)
    assert math.dist(near, beside) == pytest.approx(18, abs=0.2)  # 1.8 times the radius
    assert (near[1], beside[1]) == (100, 100)
    assert far == (300, 300)


def test_a_thousand_marks_on_one_spot_stay_around_it():
    spots = apart([(500.0, 300.0)] * 1000, radius=3)
    assert len(set(spots)) == 1000
    assert max(math.dist(spot, (500, 300)) for spot in spots) < 1.7 * 3 * math.sqrt(1000) + 1  # the spiral's end
