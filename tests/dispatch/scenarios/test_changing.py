"""Changes laid over a day: each does what it says, to a copy; what it names and is not there is found at its place."""

import copy
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dispatch import wire
from dispatch.errors import Code, InputError
from dispatch.scenarios import Known, changed
from dispatch.wire.clock import shift_span
from dispatch.wire.places import Site
from dispatch.wire.scenarios import Change
from dispatch.wire.staff import Shift
from tests.dispatch.days import BASE, Raw

BERLIN = ZoneInfo("Europe/Berlin")
NOON = "2026-03-02T12:00:00+01:00"
JOB = {"id": "j2", "name": "Boiler", "customer": "Kim", "location": {"lat": 52.51, "lon": 13.4}, "duration_min": 30}
DEPOT = {"id": "depot", "location": {"lat": 52.5, "lon": 13.4}}


def day(**more: Any) -> wire.Day:
    return wire.day_of(copy.deepcopy(BASE) | more)


def after(*changes: Raw, base: wire.Day | None = None, known: Known | None = None) -> wire.Day:
    return changed(base or day(), [Change.model_validate(each) for each in changes], known)


def findings(*changes: Raw, base: wire.Day | None = None) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as caught:
        after(*changes, base=base)
    return [(each.pointer, each.code) for each in caught.value.findings]


def plain(record: Any) -> Any:
    return record.model_dump(mode="json", exclude_unset=True)


def test_no_change_is_the_day_itself() -> None:
    assert after() == day()


def test_the_base_stays_as_it_is() -> None:
    base = day()
    after({"jobs_added": [JOB]}, {"technician_absent": {"technician": "t1"}}, base=base)
    assert base == day()


def test_who_is_absent_has_an_absence_over_all_of_their_shifts() -> None:
    (shift,) = after({"technician_absent": {"technician": "t1"}}).technicians[0].shifts
    assert [plain(each) for each in shift.absences] == [{"start": BASE["horizon"]["start"], "end": BASE["horizon"]["end"]}]


def test_who_is_absent_for_a_while_has_an_absence_beside_those_there_are() -> None:
    """Away from 10 to 11 already, and now from 9 to 12: an hour before it, an hour after it."""
    base = copy.deepcopy(BASE["technicians"])
    base[0]["shifts"][0]["absences"] = [{"start": "2026-03-02T10:00:00+01:00", "end": "2026-03-02T11:00:00+01:00"}]
    away = {"technician": "t1", "start": "2026-03-02T09:00:00+01:00", "end": NOON}
    (shift,) = after({"technician_absent": away}, base=day(technicians=base)).technicians[0].shifts
    assert [(each.start.hour, each.end.hour) for each in shift.absences] == [(10, 11), (9, 10), (11, 12)]


def test_an_absence_that_touches_no_shift_changes_nothing() -> None:
    away = {"technician": "t1", "start": "2026-03-02T18:00:00+01:00", "end": "2026-03-02T19:00:00+01:00"}
    assert after({"technician_absent": away}).technicians == day().technicians


def test_a_new_technician_stands_behind_the_others_without_a_name() -> None:
    new = BASE["technicians"][0] | {"id": "t2", "skills": {"water": 2}}
    found = after({"technician_added": new}).technicians
    assert [each.id for each in found] == ["t1", "t2"]
    assert (found[1].name, found[1].skills["water"].level) == (None, 2)


def test_a_technician_like_another_has_all_of_them_but_the_absences() -> None:
    absent = {"technician_absent": {"technician": "t1"}}
    one, other = after(absent, {"technician_like": {"id": "t2", "like": "t1", "name": "Ben"}}).technicians
    assert one.shifts[0].absences
    as_it_was = day().technicians[0]
    assert (other.id, other.name, other.home, other.skills) == ("t2", None, as_it_was.home, as_it_was.skills)
    assert [(each.absences, shift_span(each, BERLIN)) for each in other.shifts] == [((), shift_span(as_it_was.shifts[0], BERLIN))]


def test_a_skill_is_had_beside_the_others_until_its_day() -> None:
    (one,) = after({"skill_added": {"technician": "t1", "skill": "water", "level": 3, "until": "2026-12-31"}}).technicians
    assert {name: (held.level, held.until) for name, held in one.skills.items()} == {
        "gas": (1, None),
        "water": (3, date(2026, 12, 31)),
    }


def test_more_jobs_stand_behind_the_others_without_what_is_for_people() -> None:
    found = after({"jobs_added": [JOB]}).jobs
    assert [each.id for each in found] == ["j1", "j2"]
    assert plain(found[1]) == {name: JOB[name] for name in ("id", "location", "duration_min")}


def test_more_jobs_may_be_at_sites_that_nothing_else_is_at() -> None:
    known = Known({"depot": Site.model_validate(DEPOT)})
    job = {"id": "j2", "site": "depot", "duration_min": 30}
    assert [plain(each) for each in after({"jobs_added": [job]}, known=known).sites] == [DEPOT]
    assert findings({"jobs_added": [job]}) == [("/changes/0/jobs_added/0/site", Code.UNKNOWN_REFERENCE)]


def test_jobs_that_are_dropped_are_gone() -> None:
    assert after({"jobs_dropped": ["j1"]}).jobs == ()


def test_a_job_that_was_added_may_be_dropped_again() -> None:
    assert after({"jobs_added": [JOB]}, {"jobs_dropped": ["j2"]}).jobs == day().jobs


@pytest.mark.parametrize("local", [False, True])
def test_a_shift_begins_earlier_and_ends_later_by_minutes(*, local: bool) -> None:
    people = copy.deepcopy(BASE["technicians"])
    if local:
        people[0]["shifts"] = [{"date": "2026-03-02", "local_start": "08:00", "local_end": "16:00"}]
    change = {"shift_changed": {"technician": "t1", "shift": 0, "start_min": -30, "end_min": 90}}
    (shift,) = after(change, base=day(technicians=people)).technicians[0].shifts
    assert isinstance(shift, Shift)
    was = shift_span(day().technicians[0].shifts[0], BERLIN)
    assert (shift.start, shift.end) == (was.start - timedelta(minutes=30), was.end + timedelta(minutes=90))


def test_prices_are_laid_over_those_of_the_base() -> None:
    base = day(policy={"late_fixed": 5, "wish_missed": 6})
    found = after({"policy_changed": {"overrides": {"late_fixed": 7}}}, base=base).policy
    assert plain(found) == {"late_fixed": 7, "wish_missed": 6}


def test_another_policy_stands_instead_of_that_of_the_base() -> None:
    known = Known(policies={("winter", 2): wire.Policy(wish_missed=9)})
    change = {"policy_changed": {"policy": {"name": "winter", "number": 2}, "overrides": {"late_fixed": 7}}}
    assert plain(after(change, base=day(policy={"late_fixed": 5}), known=known).policy) == {"wish_missed": 9, "late_fixed": 7}


FACT = {"technician": "t1", "start": "2026-03-02T09:00:00+01:00", "end": "2026-03-02T10:00:00+01:00"}

REFUSED: list[tuple[Raw, str, Code]] = [
    ({}, "", Code.REQUIRED),
    ({"jobs_dropped": ["j1"], "jobs_added": [JOB]}, "", Code.CONFLICT),
    ({"technician_absent": {"technician": "t9"}}, "/technician_absent/technician", Code.UNKNOWN_REFERENCE),
    ({"technician_absent": {"technician": "t1", "start": NOON, "end": NOON}}, "/technician_absent/end", Code.WINDOW_INVERTED),
    ({"technician_added": BASE["technicians"][0]}, "/technician_added/id", Code.DUPLICATE_ID),
    ({"technician_like": {"id": "t1", "like": "t1"}}, "/technician_like/id", Code.DUPLICATE_ID),
    ({"technician_like": {"id": "t2", "like": "t9"}}, "/technician_like/like", Code.UNKNOWN_REFERENCE),
    ({"skill_added": {"technician": "t9", "skill": "gas"}}, "/skill_added/technician", Code.UNKNOWN_REFERENCE),
    ({"jobs_added": [JOB | {"id": "j1"}]}, "/jobs_added/0/id", Code.DUPLICATE_ID),
    ({"jobs_added": [JOB | {"fact": FACT}]}, "/jobs_added/0/fact", Code.CONFLICT),
    ({"jobs_added": [JOB | {"technicians": {"required": ["t9"]}}]}, "/jobs_added/0/technicians/required/0", Code.UNKNOWN_REFERENCE),
    ({"jobs_added": [{"id": "j2", "location": DEPOT["location"]}]}, "/jobs_added/0/duration_min", Code.REQUIRED),
    ({"jobs_dropped": ["j9"]}, "/jobs_dropped/0", Code.UNKNOWN_REFERENCE),
    ({"shift_changed": {"technician": "t9"}}, "/shift_changed/technician", Code.UNKNOWN_REFERENCE),
    ({"shift_changed": {"technician": "t1", "shift": 1}}, "/shift_changed/shift", Code.UNKNOWN_REFERENCE),
    ({"shift_changed": {"technician": "t1", "end_min": -480}}, "/shift_changed", Code.WINDOW_INVERTED),
    ({"policy_changed": {"policy": {"name": "winter"}}}, "/policy_changed/policy/name", Code.UNKNOWN_REFERENCE),
]


@pytest.mark.parametrize(("change", "where", "code"), REFUSED)
def test_what_a_change_cannot_say_is_found_at_its_place(change: Raw, where: str, code: Code) -> None:
    assert findings({"skill_added": {"technician": "t1", "skill": "x"}}, change) == [(f"/changes/1{where}", code)]


def test_every_finding_is_in_one_answer() -> None:
    assert len(findings({"jobs_dropped": ["j8", "j9"]}, {"technician_absent": {"technician": "t9"}})) == 3


def test_what_has_begun_is_not_dropped() -> None:
    base = day(jobs=[BASE["jobs"][0] | {"fact": FACT}])
    assert findings({"jobs_dropped": ["j1"]}, base=base) == [("/changes/0/jobs_dropped/0", Code.UNDER_WAY)]
