"""Whom an installation asks for travel times: what its settings say."""

from pathlib import Path

import numpy as np
import pytest

from dispatch import day as days
from dispatch import travel
from dispatch.settings import Settings
from tests.dispatch.travel.networks import at, write_osm

DATABASE = "sqlite:///{}/dispatch.db"
FIFTY = {"highway": "residential", "maxspeed": "50"}


def provider(folder: Path, **chosen: str) -> travel.Provider:
    return days.provider_for(Settings(database=DATABASE.format(folder), **chosen), None)  # type: ignore[arg-type]


def test_nothing_set_is_the_great_circle(tmp_path: Path) -> None:
    assert isinstance(provider(tmp_path), travel.GreatCircle)


def test_roads_of_an_extract_are_driven_and_their_table_is_kept_beside_the_database(tmp_path: Path) -> None:
    """Two steps east and two north on the roads: 4 · 111.2 m, where the great circle would take a short cut."""
    pytest.importorskip("pyroutingkit")
    extract = write_osm(tmp_path / "small.osm", {"a": (0, 0), "b": (2, 0), "c": (2, 2)}, [("abc", FIFTY)])
    found = provider(tmp_path, roads=str(extract)).matrix([at(0, 0), at(2, 2)], hours=(12,))
    assert found.distances[0, 1] == 445
    assert list((tmp_path / "travel").iterdir())


def test_an_osrm_server_that_is_not_there_is_replaced_by_the_great_circle_which_says_so(tmp_path: Path) -> None:
    places = [travel.Place(47.1, 9.5), travel.Place(47.2, 9.6)]
    asked = provider(tmp_path, osrm="http://127.0.0.1:9")
    assert isinstance(asked, travel.Chain)
    found = asked.matrix(places, hours=(12,))
    expected = days.great_circle(None).matrix(places, hours=(12,))
    assert np.array_equal(found.durations, expected.durations)
    assert found.notes


def test_an_extract_that_is_not_there_is_an_error_with_its_name(tmp_path: Path) -> None:
    pytest.importorskip("pyroutingkit")
    with pytest.raises(travel.TravelError, match=r"nowhere\.osm"):
        provider(tmp_path, roads=str(tmp_path / "nowhere.osm")).matrix([at(0, 0), at(1, 0)], hours=(12,))
