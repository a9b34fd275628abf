"""The facts of a report, from a morning added up by hand (see conftest)."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice

from dispatch import wire
from dispatch.report import figures
from dispatch.report.comparison import Change, compare
from dispatch.report.facts import Span, Tally


def test_the_seconds_of_a_route_add_up_to_departure_to_return(facts):
    route = facts.routes[0]
    assert route.tally == Tally(travel=4200, wait=2400, setup=300, service=9600, pause=1800, distance=35000)
    assert route.tally.duration == Span(route.depart, route.back).seconds == 18300  # 305 min


def test_each_visit_says_its_own_times(facts):
    first, second, pause, third = facts.routes[0].visits
    assert [visit.number for visit in (first, second, pause, third)] == [1, 2, 0, 3]
    assert (first.wait, second.wait) == (0, 2400)
    assert first.start == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # 09:00 in Berlin
    assert pause.work is None
    assert facts.routes[0].travel_home == 1500


def test_a_job_that_ends_after_it_is_due_is_late(facts):
    assert [visit.late for visit in facts.routes[0].jobs] == [0, 0, 1200]  # 13:20 instead of 13:00
    assert facts.late == 1


def test_a_finish_by_window_ends_when_service_must(facts):
    window = facts.routes[0].jobs[1].work.windows[0]
    assert window.finish
    assert window.seconds == 5400  # 11:00 to 12:30


def test_an_unused_shift_is_a_lane_without_a_letter(facts):
    assert [(lane.letter, lane.name, len(lane.visits)) for lane in facts.lanes] == [("A", "Ada", 4), ("", "Bo", 0)]


def test_served_and_unassigned_jobs_are_all_jobs(facts):
    assert (facts.served, len(facts.unassigned), facts.jobs_total) == (3, 1, 4)


def test_utilisation_is_time_on_site_by_the_shifts_used(facts):
    assert facts.utilisation == (300 + 9600) / (8 * 3600)


def test_blocks_are_told_by_rule(facts):
    assert facts.unassigned[0].details == ("skill: Ada, Bo",)
    assert facts.unassigned[0].message == "Nobody holds the skill sweep."


def test_holders_are_told_with_their_price(day_document, plan_document):
    plan_document["unassigned"][0] |= {
        "status": "displaced",
        "reason": "outranked",
        "blocks": [],
        "holders": [{"technician": "t1", "shift": 0, "jobs": ["j1", "j2"], "price": 12.5}],
    }
    facts = figures.of(wire.Day.model_validate(day_document), wire.PlanFile.model_validate(plan_document))
    assert facts.unassigned[0].details == ("Ada: instead of Boiler leak (j1), j2, 12.50 EUR more",)


def test_money_is_exact(facts):
    assert facts.total == Decimal("485")
    assert sum(term.amount for term in facts.terms) == facts.total
    assert figures.money(0.1) + figures.money(0.2) == Decimal("0.3")


def test_road_data_is_attributed_and_reckoned_travel_is_not():
    assert "OpenStreetMap" in figures.attribution("roads of liechtenstein.osm.pbf")
    assert "OpenStreetMap" in figures.attribution("OSRM at localhost:5000 (driving)")
    assert figures.attribution("great circle × 1.3") == ""


def test_a_shift_by_the_wall_clock_over_the_spring_change_is_seven_hours_long(day_document, plan_document):
    # 22:00 +01:00 to 06:00 +02:00 on the night to 29 March 2026 in Berlin
    day_document["technicians"][1]["shifts"] = [{"date": "2026-03-28", "local_start": "22:00", "local_end": "06:00"}]
    facts = figures.of(wire.Day.model_validate(day_document), wire.PlanFile.model_validate(plan_document))
    assert facts.lanes[1].shift.seconds == 7 * 3600


def test_routes_have_names_after_z():
    assert list(islice(figures.letters(), 25, 29)) == ["Z", "AA", "AB", "AC"]


def test_an_empty_day_has_facts(day_document, plan_document):
    day_document |= {"technicians": [], "jobs": []}
    plan_document |= {"routes": [], "unassigned": [], "cost": {}}
    facts = figures.of(wire.Day.model_validate(day_document), wire.PlanFile.model_validate(plan_document))
    assert (facts.served, facts.utilisation, facts.late, facts.tally) == (0, 0.0, 0, Tally())


def _other(day_document, plan_document):
    """The same day planned otherwise: j1 dropped, j2 an hour later with Bo, j3 as it was, j4 served by nobody."""
    moved = plan_document["routes"][0]["visits"].pop(1)
    plan_document["routes"][0]["visits"].pop(0)
    moved |= {"arrive": "2026-03-02T12:00:00+01:00", "start": "2026-03-02T12:00:00+01:00", "end": "2026-03-02T13:00:00+01:00"}
    second = plan_document["routes"][0] | {"technician": "t2", "visits": [moved]}
    plan_document["routes"].append(second)
    plan_document["cost"] |= {"travel": 10.25, "total": 482.75}
    return figures.of(wire.Day.model_validate(day_document), wire.PlanFile.model_validate(plan_document))


def test_a_comparison_says_who_is_dropped_and_who_is_moved(facts, day_document, plan_document):
    comparison = compare(facts, _other(day_document, plan_document))
    assert [(moved.change, moved.work.id) for moved in comparison.moved] == [(Change.DROPPED, "j1"), (Change.REASSIGNED, "j2")]
    assert comparison.moved[1].minutes == 60
    assert comparison.same == 1  # j3
    assert comparison.total.difference == Decimal("-2.25")
    assert comparison.count(Change.ADDED) == 0


def test_a_plan_compared_with_itself_has_no_difference(facts):
    comparison = compare(facts, facts)
    assert comparison.moved == ()
    assert comparison.same == 3
    assert all(pair.difference == 0 for pair in (*comparison.terms, *comparison.seconds, comparison.total))
