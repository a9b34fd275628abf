"""Addresses are looked up outside of transactions, once, and whoever is not surely the place is a guess."""

import csv
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from geopy.exc import GeocoderQueryError, GeocoderTimedOut
from sqlalchemy import select

from dispatch import geocode, records
from dispatch.errors import Busy, InputError
from dispatch.geocode import Found, Geocoder, judged
from dispatch.records import KINDS
from dispatch.settings import Settings
from dispatch.store import Store
from dispatch.store.tables import Audit, GeocodeAnswer, Site
from dispatch.wire.records import NewSite
from tests.dispatch.records.kept import NOW, acting, area

BENCHMARK = Path(__file__).parents[3] / "shared" / "benchmarks" / "geocoding"
RING = "Ringstraße 12, 10115 Berlin"


def is_sure(address: str, *matched: str) -> bool:
    answer = judged(address, [Found(52 + n, 13, text) for n, text in enumerate(matched)])
    assert answer is not None
    return answer.sure


@pytest.mark.parametrize(
    ("matched", "sure"),
    [
        ("12, Ringstraße, Mitte, Berlin, 10115, Deutschland", True),
        ("12, Ringstrasse, Mitte, Berlin, 10115", True),
        ("Ringstraße, Mitte, Berlin, 10115", False),  # the house number is not known
        ("12a, Ringstraße, Berlin, 10115", False),
        ("12, Ringstraße, Berlin, 10117", False),
        ("12, Ringstraße, Potsdam, 10115", False),
        ("12, Gartenstraße, Berlin, 10115", False),
    ],
)
def test_every_number_and_every_word_of_the_address_has_to_be_there(matched: str, sure: bool) -> None:
    assert is_sure(RING, matched) is sure


def test_short_forms_accents_and_a_misspelt_word_are_no_doubt() -> None:
    assert is_sure("ringstr. 12 10115 berlin", "Ringstraße 12, 10115 Berlin")
    assert is_sure("34 av del'opera 75002", "34 Avenue de l'Opéra, 75002 Paris")
    assert is_sure("12 Rue d'Amandieres 93220", "12 Rue des Amandiers 93220 Gagny")


def test_two_places_that_fit_as_well_are_a_guess() -> None:
    assert not is_sure("Hauptstraße 1", "Hauptstraße 1, Bonn", "Hauptstraße 1, Ulm")
    assert is_sure("Hauptstraße 1 Ulm", "Hauptstraße 1, Bonn", "Hauptstraße 1, Ulm")


@pytest.mark.parametrize("point", [(0.0, 0.0), (91.0, 0.0), (float("nan"), 1.0), (1.0, float("inf"))])
def test_a_point_that_is_none_is_no_answer(point: tuple[float, float]) -> None:
    assert judged(RING, [Found(*point, RING)]) is None


# ---------------------------------------------------------------- sites


def site(store: Store, name: str, address: str) -> None:
    with acting(store) as act:
        records.create(act, KINDS["sites"], "north", NewSite(id=name, address=address))


def look(store: Store, name: str = "ring") -> tuple[str, float | None]:
    with acting(store) as act:
        row = act.session.get_one(Site, ("north", name))
        return row.located.value, row.lat


class Asked:
    """A geocoder that answers what it is told, and remembers what it was asked; nobody holds a transaction meanwhile."""

    def __init__(self, store: Store, *answers: Sequence[Found] | Exception) -> None:
        self.store, self.answers, self.asked = store, list(answers), list[str]()

    def __call__(self, address: str) -> Sequence[Found]:
        with self.store.writing() as session:  # would wait for ever for whoever holds one
            session.execute(select(Site.id))
        self.asked.append(address)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def look_up(store: Store, asked: Asked) -> int:
    return geocode.look_up_waiting(store, Geocoder("fake", asked), NOW, wait=lambda _: None)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([Found(52.5, 13.4, RING)], ("found", 52.5)),
        ([Found(52.5, 13.4, "Ringstraße, Berlin")], ("unsure", 52.5)),
        ([], ("unknown", None)),
        (GeocoderQueryError("what?"), ("unknown", None)),
    ],
)
def test_a_site_that_waits_is_found_a_guess_or_unknown(
    store: Store, found: Sequence[Found] | Exception, expected: tuple[str, float | None]
) -> None:
    area(store)
    site(store, "ring", RING)
    assert look(store) == ("waiting", None)
    assert look_up(store, Asked(store, found)) == 1
    assert look(store) == expected
    with acting(store) as act:
        assert act.session.scalars(select(Audit.changes).where(Audit.action == "geocode")).one() == {
            "located": ["waiting", expected[0]]
        }
    assert look_up(store, Asked(store)) == 0


def test_an_address_is_asked_for_once_however_it_is_written(store: Store) -> None:
    area(store)
    site(store, "a", RING)
    site(store, "b", "ringstr. 12  10115 BERLIN")
    asked = Asked(store, [Found(52.5, 13.4, RING)])
    assert look_up(store, asked) == 2
    assert asked.asked == [RING]
    assert look(store, "a") == look(store, "b") == ("found", 52.5)
    with acting(store) as act:
        assert RING not in str(act.session.scalars(select(GeocodeAnswer.query)).all())


def test_what_was_found_before_the_geocoder_failed_is_kept_and_the_rest_waits(store: Store) -> None:
    area(store)
    site(store, "a", RING)
    site(store, "b", "Gartenweg 1 Ulm")
    with pytest.raises(Busy):
        look_up(store, Asked(store, [Found(52.5, 13.4, RING)], GeocoderTimedOut("late")))
    assert (look(store, "a")[0], look(store, "b")[0]) == ("found", "waiting")


def test_a_site_that_was_changed_while_it_was_looked_up_stays_as_it_was_changed(store: Store) -> None:
    area(store)
    site(store, "ring", RING)

    def ask(_: str) -> Sequence[Found]:
        with acting(store) as act:
            records.change(act, KINDS["sites"], "north", "ring", 1, {"location": {"lat": 1, "lon": 1}})
        return [Found(52.5, 13.4, RING)]

    geocode.look_up_waiting(store, Geocoder("fake", ask), NOW)
    assert look(store) == ("given", 1)


# ---------------------------------------------------------------- settings


def test_every_geocoder_of_geopy_can_be_chosen_and_no_other() -> None:
    assert geocode.from_settings(Settings()) is None
    for name, key in (("nominatim", ""), ("photon", ""), ("opencage", "k"), ("here", "k"), ("geonames", "k")):
        found = geocode.from_settings(Settings(geocoder=name, geocoder_key=key, geocoder_url="geo.example"))
        assert found is not None
        assert found.pause_s > 1
    for name in ("atlas", "opencage"):
        with pytest.raises(InputError):
            geocode.from_settings(Settings(geocoder=name))


# ---------------------------------------------------------------- addresses people typed


def typed(name: str) -> Iterator[dict[str, str]]:
    file = BENCHMARK / name
    if not file.exists():
        pytest.skip("the public address queries are not here")
    text = file.read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines(), delimiter=";" if text.partition("\n")[0].count(";") > 2 else ",")


def _place(row: Mapping[str, str]) -> tuple[str, str]:
    return row.get("expected_housenumber") or "", (row.get("expected_street") or row.get("expected_name") or "").strip()


def _whole(rows: Sequence[Mapping[str, str]]) -> dict[tuple[str, str], str]:
    """The whole address of each place: a query that names the city expects the postcode, and the other way round."""
    known = defaultdict[tuple[str, str], dict[str, str]](dict)
    for row in rows:
        known[_place(row)] |= {name: value for name, value in row.items() if value and str(name).startswith("expected_")}
    order = ("name", "housenumber", "street", "postcode", "city", "country")
    return {place: " ".join(row.get(f"expected_{part}", "") for part in order) for place, row in known.items()}


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("france_iledefrance_test_addresses.csv", 0.97),
        ("france_alsace_test_addresses.csv", 0.95),
        ("france_iledefrance_fuzzy_test_addresses_fuzzy.csv", 0.88),  # a letter too few, too many, or another one
    ],
)
def test_addresses_that_people_typed_are_known_again_and_never_taken_for_another(name: str, least: float) -> None:
    rows = list(typed(name))
    whole = _whole(rows)
    right = sum(is_sure(row["query"], whole[_place(row)]) for row in rows)
    assert right / len(rows) >= least
    dice = random.Random(1)
    others = [(row, other) for row in rows for other in dice.sample(rows, 5) if _place(other) != _place(row)]
    wrong = [(row["query"], whole[_place(other)]) for row, other in others if is_sure(row["query"], whole[_place(other)])]
    assert len(others) > 1_000
    assert wrong == []


def test_a_street_is_a_guess_for_a_house_number_it_has_not() -> None:
    rows = list(typed("germany_test_missing_housenumber.csv"))
    assert not any(is_sure(row["query"], f"{row['expected_name']} {row['expected_country']}") for row in rows)
