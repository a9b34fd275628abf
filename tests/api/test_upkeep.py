"""Maintenance through the API: readings in, jobs made, the months ahead."""

from dispatch import upkeep
from tests.api.service import OURS, Service
from tests.api.test_records import GOOD, NORTH

METER = f"{NORTH}/meters/hours"


def test_meters_are_read_and_upkeeps_looked_ahead_to(service: Service) -> None:
    for kind in ("customers", "sites", "assets", "meters", "upkeeps"):
        assert service.post(f"{NORTH}/{kind}", GOOD[kind]).status == 201
    readings = [{"at": f"2026-01-{day}T12:00:00+09:00", "shows": shows} for day, shows in (("01", 100), ("11", 200.5))]
    state = service.post(f"{METER}/readings", {"readings": readings})
    assert (state.status, state.json["per_day"]) == (200, 10.05)
    assert service.get(f"{METER}/state").json == state.json
    assert [each["shows"] for each in service.get(f"{METER}/readings").json["items"]] == [200.5, 100]
    backwards = service.post(f"{METER}/readings", {"readings": [readings[0] | {"at": "2026-01-12T12:00:00+09:00"}]})
    assert (backwards.status, backwards.places) == (422, [("meter_backwards", "/readings/0/shows")])

    upkeep.make_due(service.store, service.clock.now.replace(month=3, day=20))
    (job,) = service.get(f"{NORTH}/upkeeps/service/jobs").json["items"]
    assert job == {"upkeep": "service", "number": 0, "job": "service-1", "due": "2026-03-31", "state": "open"}
    ahead = service.get(f"{NORTH}/forecast?months=24").json
    assert [each.get("job") for each in ahead["items"]][:2] == ["service-1", None]
    assert [month["month"] for month in ahead["months"]][:2] == ["2026-03", "2026-09"]
    assert service.get(f"{NORTH}/forecast?upkeep=other").status == 404
    assert service.get(f"{NORTH}/forecast?months=61").places == [("out_of_range", "?months")]
    assert OURS in NORTH
