"""A customer is forgotten: nothing in the database says who they were."""

from typing import Any

import pytest
from sqlalchemy import select

from dispatch import geocode, records
from dispatch.errors import Conflict, VersionMismatch
from dispatch.records import KINDS
from dispatch.store import Store
from dispatch.store.db import Base
from dispatch.store.tables import Event, EventKind, GeocodeAnswer, Site
from dispatch.wire.reading import read_record
from tests.dispatch.records.kept import NOW, acting, area

CANARY = "Kanarienvogel"
POINT = {"lat": 52.523456, "lon": 13.405678}
GIVEN: dict[str, list[dict[str, Any]]] = {
    "customers": [
        {"id": "c", "name": CANARY, "phone": "030 4711", "email": "x@kanarienvogel.de", "note": CANARY},
        {"id": "other", "name": "Weiß"},
    ],
    "sites": [{"id": "s", "customer": "c", "name": CANARY, "address": f"{CANARY}weg 1", "access": CANARY, "location": POINT}],
    "assets": [{"id": "a", "site": "s", "name": CANARY, "serial": CANARY, "note": CANARY}],
    "technicians": [{"id": "ada", "home": POINT}],
    "jobs": [
        {"id": "at-site", "kind": "repair", "site": "s", "note": CANARY, "name": CANARY},
        {"id": "elsewhere", "kind": "repair", "customer": "c", "location": POINT, "address": CANARY, "case": CANARY},
    ],
}


@pytest.fixture
def filled(store: Store) -> Store:
    area(store)
    for kind, several in GIVEN.items():
        for raw in several:
            with acting(store) as act:
                records.create(act, KINDS[kind], "north", read_record(KINDS[kind].new, raw))
    with acting(store) as act:
        plain = {"kind": EventKind.FAILED, "at": NOW, "happened_at": NOW, "received_at": NOW, "clock": "kept", "outcome": "gone"}
        act.session.add(Event(territory_id="north", technician_id="ada", id="e", job_id="at-site", note=CANARY, **plain))
        act.session.add(GeocodeAnswer(geocoder="x", query=digest_of("s", act), answer={"matched": CANARY}, asked_at=NOW))
    return store


def digest_of(site: str, act: Any) -> str:
    return geocode.digest(act.session.get_one(Site, ("north", site)).address)


def cancel_all(store: Store) -> None:
    for job in ("at-site", "elsewhere"):
        with acting(store) as act:
            records.cancel(act, "north", job, 1)


def everything(store: Store) -> str:
    with store.reading() as session:
        return "\n".join(repr(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table)))


def test_nothing_says_who_they_were(filled: Store) -> None:
    cancel_all(filled)
    assert CANARY in everything(filled)
    with acting(filled) as act:
        records.erase(act, "north", "c", 1)
    left = everything(filled)
    for trace in (CANARY, CANARY.lower(), "4711"):
        assert trace not in left
    with filled.reading() as session:
        site = session.get_one(Site, ("north", "s"))
    assert (site.lat, site.lon) == (52.52, 13.41)


def test_others_are_not_touched(filled: Store) -> None:
    cancel_all(filled)
    with acting(filled) as act:
        records.erase(act, "north", "c", 1)
        other = records.find(act, KINDS["customers"], "north", "other")
    assert (other.name, other.version, other.retired_at) == ("Weiß", 1, None)


def test_what_is_still_to_be_done_stands_in_the_way(filled: Store) -> None:
    with pytest.raises(Conflict) as refused, acting(filled) as act:
        records.erase(act, "north", "c", 1)
    assert refused.value.code == "in_use"
    assert [each["id"] for each in refused.value.details["used_by"]] == ["at-site", "elsewhere"]
    assert CANARY in everything(filled)


def test_an_old_version_is_not_erased(filled: Store) -> None:
    with pytest.raises(VersionMismatch), acting(filled) as act:
        records.erase(act, "north", "c", 7)
