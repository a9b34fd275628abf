"""What is handed out in the forms of other programs."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from dispatch import exports, generate, wire
from dispatch.exports import Issue, Label
from dispatch.wire.places import Point
from tests.dispatch.days import BASE, Raw, changed
from tests.dispatch.schedules.boards import solved

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ISSUE = Issue("north", NOON, version=3, changed_at=NOON, published=True)


def day_and_plan(raw: Raw = BASE) -> tuple[wire.Day, wire.PlanFile]:
    day = wire.day_of(raw)
    return day, solved(wire.write(day), iterations=50)


def features(day: wire.Day, plan: wire.PlanFile) -> list[Raw]:
    parsed = json.loads(wire.write_line(exports.geojson(day, plan)))
    assert parsed["type"] == "FeatureCollection"
    return list(parsed["features"])


def only_event(**options: object) -> icalendar.Event:
    _, plan = day_and_plan()
    text = exports.calendar_of(plan, "t1", ISSUE, options.get("labels", {}), options.get("points", {}))  # type: ignore[arg-type]
    parsed = icalendar.Calendar.from_ical(text)
    (event,) = parsed.walk("VEVENT")
    return event  # type: ignore[return-value]


# ---------------------------------------------------------------- GeoJSON


def test_a_route_is_a_line_from_home_over_its_stops_and_home_again_longitude_first() -> None:
    line, stop = features(*day_and_plan())
    assert line["geometry"] == {"type": "LineString", "coordinates": [[13.405, 52.52], [13.39, 52.5], [13.405, 52.52]]}
    assert line["properties"]["technician"] == "t1"
    assert stop["geometry"] == {"type": "Point", "coordinates": [13.39, 52.5]}
    assert (stop["properties"]["job"], stop["properties"]["kind"]) == ("j1", "job")


def test_a_job_left_out_is_a_point_with_its_reason() -> None:
    (point,) = features(*day_and_plan(changed(BASE, (("jobs", 0, "skills"), ["water"]))))
    assert point["properties"] == {"what": "unassigned", "job": "j1", "reason": "no_skilled_technician"}


def test_an_open_route_ends_where_its_last_stop_is() -> None:
    line, _ = features(*day_and_plan(changed(BASE, (("technicians", 0, "shifts", 0, "end_place"), "open"))))
    assert line["geometry"]["coordinates"] == [[13.405, 52.52], [13.39, 52.5]]


def test_a_line_over_the_antimeridian_is_cut_there() -> None:
    """From 179.9 east to 179.9 west: it crosses half way, at the middle latitude."""
    raw = changed(
        BASE,
        (("technicians", 0, "home"), {"lat": 1.0, "lon": 179.9}),
        (("jobs", 0, "location"), {"lat": 1.2, "lon": -179.9}),
        (("technicians", 0, "shifts", 0, "end_place"), "open"),
    )
    line, _ = features(*day_and_plan(raw))
    assert line["geometry"]["type"] == "MultiLineString"
    (first, second) = line["geometry"]["coordinates"]
    assert first == [[179.9, 1.0], [180.0, pytest.approx(1.1)]]
    assert second == [[-180.0, pytest.approx(1.1)], [-179.9, 1.2]]


def test_the_map_of_a_rich_day_has_every_stop_and_every_job() -> None:
    day = generate.day("city", jobs=30, technicians=4, seed=2)
    plan = solved(wire.write(day), 200)
    found = features(day, plan)
    jobs = [each["properties"]["job"] for each in found if "job" in each["properties"]]
    assert sorted(jobs) == sorted(job.id for job in day.jobs)
    assert sum(each["properties"]["what"] == "route" for each in found) == len(plan.routes)
    assert sum(each["properties"]["what"] == "stop" for each in found) == sum(len(route.visits) for route in plan.routes)


# ---------------------------------------------------------------- iCalendar


def test_a_visit_is_an_event_in_the_zone_of_the_day() -> None:
    event = only_event()
    assert event["uid"] == "j1@north.schedules.dispatch"
    assert event["dtstart"].params["TZID"] == "Europe/Berlin"
    assert event.start.isoformat() == "2026-03-02T09:00:00+01:00"
    assert event.end - event.start == timedelta(hours=1)
    assert (event["status"], event["summary"]) == ("CONFIRMED", "j1")


def test_the_zone_is_part_of_the_calendar() -> None:
    _, plan = day_and_plan()
    parsed = icalendar.Calendar.from_ical(exports.calendar_of(plan, "t1", ISSUE, {}, {}))
    assert [str(zone["tzid"]) for zone in parsed.walk("VTIMEZONE")] == ["Europe/Berlin"]


def test_the_number_of_an_event_grows_with_each_change_and_each_schedule() -> None:
    """A schedule made a minute later, changed twice less, has the next number but one."""
    later = Issue("north", NOON + timedelta(minutes=3), version=1, changed_at=NOON, published=False)
    assert only_event()["sequence"] == ISSUE.sequence
    assert ISSUE.sequence < Issue("north", NOON, version=4, changed_at=NOON, published=True).sequence <= later.sequence


def test_texts_of_people_stay_texts() -> None:
    label = Label(kind="repair", name="Boiler; hot, \\ old\x00", customer="Frau Weiß", address="Ring 2\r\nEND:VEVENT")
    event = only_event(labels={"j1": label}, points={"j1": Point(lat=52.5, lon=13.39)})
    assert event["summary"] == "Boiler; hot, \\ old · repair"
    assert event["location"] == "Ring 2\nEND:VEVENT"
    assert "Weiß" not in event.to_ical().decode()  # a calendar is shown on many screens
    assert event["geo"].to_ical() == "52.5;13.39"


def test_a_calendar_is_only_about_its_technician() -> None:
    _, plan = day_and_plan()
    assert icalendar.Calendar.from_ical(exports.calendar_of(plan, "t2", ISSUE, {}, {})).walk("VEVENT") == []


# ---------------------------------------------------------------- CSV


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_table_has_a_row_per_stop_and_per_job_left_out() -> None:
    raw = changed(BASE, (("jobs",), [BASE["jobs"][0], {**BASE["jobs"][0], "id": "j2", "skills": ["water"]}]))
    found = rows(exports.table(day_and_plan(raw)[1], {}))
    assert [(row["technician"], row["kind"], row["job"], row["start"], row["reason"]) for row in found] == [
        ("t1", "job", "j1", "2026-03-02T09:00:00+01:00", ""),
        ("", "unassigned", "j2", "", "no_skilled_technician"),
    ]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(text: str) -> None:
    (row,) = rows(exports.table(day_and_plan()[1], {"j1": Label(name=text, customer="Frau Weiß")}))
    assert (row["name"], row["customer"]) == (f"'{text}", "Frau Weiß")


def test_the_byte_order_mark_is_there_when_asked_for() -> None:
    _, plan = day_and_plan()
    plain, marked = exports.table(plan, {}), exports.table(plan, {}, bom=True)
    assert marked == b"\xef\xbb\xbf" + plain
    assert b"\r\n" in plain
