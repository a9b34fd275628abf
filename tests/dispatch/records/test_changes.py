"""Records are added, changed and retired; what does not make sense beside the others is refused, and nothing is written."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from dispatch import records
from dispatch.errors import Code, Conflict, InputError, NotFound, VersionMismatch
from dispatch.records import KINDS
from dispatch.store import Store
from dispatch.store.tables import Audit, Job, Schedule, Visit, VisitState
from dispatch.wire.paging import PageQuery
from dispatch.wire.reading import read_record
from tests.databases import contents
from tests.dispatch.records.kept import NOW, acting, area

HOME = {"lat": 52.52, "lon": 13.405}
DAY = "2026-03-02"


def at(clock: str) -> str:
    return f"{DAY}T{clock}:00+01:00"


GOOD: dict[str, dict[str, Any]] = {
    "customers": {"id": "weiss", "name": "Frau Weiß", "phone": "030 1"},
    "sites": {"id": "mall", "customer": "weiss", "location": HOME},
    "assets": {"id": "boiler-7", "site": "mall", "serial": "7"},
    "meters": {"id": "hours", "asset": "boiler-7", "unit": "h", "per_day": 6},
    "parts": {"id": "valve", "name": "Valve"},
    "technicians": {"id": "ada", "name": "Ada", "skills": {"gas": {"level": 1}}, "home": {"site": "mall"}},
    "shifts": {"id": "s1", "technician": "ada", "start": at("08:00"), "end": at("16:00")},
    "absences": {"id": "a1", "technician": "ada", "start": at("10:00"), "end": at("11:00")},
    "jobs": {"id": "j1", "kind": "repair", "site": "mall", "customer": "weiss", "asset": "boiler-7", "skills": ["gas"]},
    "upkeeps": {"id": "u1", "asset": "boiler-7", "use": {"meter": "hours", "every": 500}, "skills": ["gas"]},
}
"""One record of each kind, each after those it refers to."""


@pytest.fixture
def filled(store: Store) -> Iterator[Store]:
    """A territory with one record of each kind."""
    area(store)
    for kind in GOOD:
        add(store, kind, GOOD[kind])
    return store


def add(store: Store, kind: str, raw: dict[str, Any]) -> None:
    with acting(store) as act:
        records.create(act, KINDS[kind], "north", read_record(KINDS[kind].new, raw))


def alter(store: Store, kind: str, name: str, version: int = 1, /, **given: Any) -> None:
    with acting(store) as act:
        records.change(act, KINDS[kind], "north", name, version, given)


def drop(store: Store, kind: str, name: str, version: int = 1) -> None:
    with acting(store) as act:
        records.retire(act, KINDS[kind], "north", name, version)


def look(store: Store, kind: str, name: str) -> dict[str, Any]:
    with acting(store) as act:
        row = records.find(act, KINDS[kind], "north", name)
        return records.shown(act, KINDS[kind], row).model_dump(mode="json", exclude_unset=True)


@pytest.mark.parametrize("kind", GOOD)
def test_what_is_kept_is_answered_with_a_version(filled: Store, kind: str) -> None:
    answer = look(filled, kind, GOOD[kind]["id"])
    given = read_record(KINDS[kind].new, GOOD[kind]).model_dump(mode="json", exclude_unset=True)
    assert {name: answer[name] for name in given} == given
    assert (answer["version"], answer["updated_at"]) == (1, "2026-03-01T13:00:00+01:00")


@pytest.mark.parametrize("kind", GOOD)
def test_a_second_one_with_the_same_id_is_refused(filled: Store, kind: str) -> None:
    before = contents(filled)
    with pytest.raises(Conflict) as refused:
        add(filled, kind, GOOD[kind])
    assert refused.value.code == Code.DUPLICATE_ID
    assert contents(filled) == before


def test_a_change_replaces_what_is_given_takes_away_what_is_null_and_keeps_the_rest(filled: Store) -> None:
    alter(filled, "jobs", "j1", duration_min=50, asset=None)
    answer = look(filled, "jobs", "j1")
    assert (answer["duration_min"], answer["skills"], answer["version"]) == (50, {"gas": 1}, 2)
    assert "asset" not in answer


def test_a_change_that_changes_nothing_makes_no_version(filled: Store) -> None:
    alter(filled, "jobs", "j1", skills=["gas"])
    assert look(filled, "jobs", "j1")["version"] == 1


def test_a_change_of_skills_alone_makes_a_version(filled: Store) -> None:
    alter(filled, "technicians", "ada", skills={"gas": 2, "electric": {"level": 3, "until": "2026-12-31"}})
    answer = look(filled, "technicians", "ada")
    assert answer["skills"] == {"gas": {"level": 2}, "electric": {"level": 3, "until": "2026-12-31"}}
    assert answer["version"] == 2


def test_who_changes_an_old_version_is_told_the_new_one(filled: Store) -> None:
    alter(filled, "parts", "valve", name="Gas valve")
    with pytest.raises(VersionMismatch) as refused:
        alter(filled, "parts", "valve", name="Water valve")
    assert refused.value.version == 2
    assert look(filled, "parts", "valve")["name"] == "Gas valve"


def test_a_site_whose_address_changes_is_to_be_looked_up_again(filled: Store) -> None:
    add(filled, "sites", {"id": "shop", "address": "Ring 1"})
    assert look(filled, "sites", "shop")["located"] == "waiting"
    alter(filled, "sites", "shop", location=HOME)
    assert look(filled, "sites", "shop")["located"] == "given"
    alter(filled, "sites", "shop", 2, location=None, address="Ring 2")
    answer = look(filled, "sites", "shop")
    assert (answer["located"], "location" in answer) == ("waiting", False)


# ---------------------------------------------------------------- references and rules

REFUSED: list[tuple[str, dict[str, Any], Code, str]] = [
    ("sites", {"customer": "weis"}, Code.UNKNOWN_REFERENCE, "/customer"),
    ("sites", {"location": None}, Code.REQUIRED, "/location"),
    ("sites", {"location": {"lat": 0, "lon": 0}}, Code.NULL_ISLAND, "/location"),
    ("assets", {"site": "moll"}, Code.UNKNOWN_REFERENCE, "/site"),
    ("assets", {"site": None}, Code.REQUIRED, "/site"),
    ("technicians", {"home": {"site": "moll"}}, Code.UNKNOWN_REFERENCE, "/home/site"),
    ("technicians", {"home": {"lat": 0, "lon": 0}}, Code.NULL_ISLAND, "/home"),
    ("technicians", {"stock": {"site": "moll"}}, Code.UNKNOWN_REFERENCE, "/stock/site"),
    ("technicians", {"costs": {"overtime": [{"after_min": 5, "per_hour": 1}] * 2}}, Code.CONFLICT, "/costs/overtime/1/after_min"),
    ("shifts", {"technician": "adda"}, Code.UNKNOWN_REFERENCE, "/technician"),
    ("shifts", {"end": at("07:00")}, Code.WINDOW_INVERTED, "/end"),
    ("shifts", {"start_place": {"site": "moll"}}, Code.UNKNOWN_REFERENCE, "/start_place/site"),
    ("shifts", {"breaks": [{"start": at("07:00"), "duration_min": 30}]}, Code.OUTSIDE_SHIFT, "/breaks/0"),
    ("absences", {"end": at("09:00")}, Code.WINDOW_INVERTED, "/end"),
    ("absences", {"place": {"site": "moll"}}, Code.UNKNOWN_REFERENCE, "/place/site"),
    ("jobs", {"site": "moll"}, Code.UNKNOWN_REFERENCE, "/site"),
    ("jobs", {"site": None}, Code.REQUIRED, "/location"),
    ("jobs", {"location": HOME}, Code.CONFLICT, "/site"),
    ("jobs", {"customer": "weis"}, Code.UNKNOWN_REFERENCE, "/customer"),
    ("jobs", {"asset": "boiler-8"}, Code.UNKNOWN_REFERENCE, "/asset"),
    ("jobs", {"kind": "repiar"}, Code.UNKNOWN_REFERENCE, "/kind"),
    ("jobs", {"kind": None}, Code.REQUIRED, "/duration_min"),
    ("jobs", {"technicians": {"preferred": ["ada", "adda"]}}, Code.UNKNOWN_REFERENCE, "/technicians/preferred/1"),
    ("jobs", {"pin": {"technician": "adda"}}, Code.UNKNOWN_REFERENCE, "/pin/technician"),
    ("jobs", {"pin": {"technician": "ada", "shift": "s2"}}, Code.UNKNOWN_REFERENCE, "/pin/shift"),
    ("jobs", {"pin": {"shift": "s1"}}, Code.REQUIRED, "/pin/technician"),
    ("jobs", {"pin": {"technician": "ada", "order": 0}}, Code.REQUIRED, "/pin/shift"),
    ("jobs", {"windows": [{"start": at("09:00"), "end": at("08:00")}]}, Code.WINDOW_INVERTED, "/windows/0/end"),
    ("jobs", {"due": at("09:00"), "release": at("10:00")}, Code.WINDOW_INVERTED, "/due"),
]


@pytest.mark.parametrize(("kind", "given", "code", "pointer"), REFUSED)
def test_what_makes_no_sense_beside_the_others_is_refused_where_it_stands(
    filled: Store, kind: str, given: dict[str, Any], code: Code, pointer: str
) -> None:
    before = contents(filled)
    with pytest.raises(InputError) as changed:
        alter(filled, kind, GOOD[kind]["id"], **given)
    raw = {name: value for name, value in (GOOD[kind] | given | {"id": "new"}).items() if value is not None}
    if kind in {"shifts", "absences"}:
        drop(filled, kind, GOOD[kind]["id"])
        before = contents(filled)
    with pytest.raises(InputError) as added:
        add(filled, kind, raw)
    assert [(each.code, each.pointer) for each in changed.value.findings] == [(code, pointer)]
    assert [(each.code, each.pointer) for each in added.value.findings] == [(code, pointer)]
    assert contents(filled) == before


def test_an_unknown_reference_names_the_nearest_known_one(filled: Store) -> None:
    with pytest.raises(InputError, match="did you mean ada"):
        alter(filled, "shifts", "s1", technician="adda")


@pytest.mark.parametrize("kind", ["shifts", "absences"])
def test_shifts_and_absences_of_one_technician_do_not_overlap(filled: Store, kind: str) -> None:
    for start, end in (("07:00", "10:30"), ("10:30", "10:45"), ("09:00", "20:00")):
        with pytest.raises(InputError) as refused:
            add(filled, kind, {"id": "x", "technician": "ada", "start": at(start), "end": at(end)})
        assert [(each.code, each.pointer) for each in refused.value.findings] == [(Code.WINDOWS_OVERLAP, "/start")]
    add(filled, kind, {"id": "x", "technician": "ada", "start": at("16:00"), "end": at("17:00")})


def test_a_retired_record_can_be_referred_to_no_more(filled: Store) -> None:
    add(filled, "customers", {"id": "gone"})
    drop(filled, "customers", "gone")
    with pytest.raises(InputError) as refused:
        alter(filled, "jobs", "j1", customer="gone")
    assert [(each.code, each.pointer) for each in refused.value.findings] == [(Code.RETIRED, "/customer")]


# ---------------------------------------------------------------- retiring


@pytest.mark.parametrize(
    ("kind", "used_by"),
    [
        ("customers", {("sites", "mall"), ("jobs", "j1")}),
        ("sites", {("assets", "boiler-7"), ("technicians", "ada"), ("jobs", "j1")}),
        ("assets", {("meters", "hours"), ("jobs", "j1"), ("upkeeps", "u1")}),
        ("meters", {("upkeeps", "u1")}),
        ("technicians", {("shifts", "s1"), ("absences", "a1"), ("jobs", "j1")}),
        ("shifts", {("jobs", "j1")}),
    ],
)
def test_what_is_in_use_is_not_retired(filled: Store, kind: str, used_by: set[tuple[str, str]]) -> None:
    alter(filled, "jobs", "j1", pin={"technician": "ada", "shift": "s1"})
    before = contents(filled)
    with pytest.raises(Conflict) as refused:
        drop(filled, kind, GOOD[kind]["id"])
    assert refused.value.code == Code.IN_USE
    assert {(each["kind"], each["id"]) for each in refused.value.details["used_by"]} == used_by
    assert contents(filled) == before


def test_what_nobody_uses_is_retired_and_no_more_listed_or_changed(filled: Store) -> None:
    drop(filled, "jobs", "j1")
    assert "retired_at" in look(filled, "jobs", "j1")
    with acting(filled) as act:
        assert records.listed(act, KINDS["jobs"], "north", PageQuery()).items == ()
    with pytest.raises(Conflict, match="not used any more"):
        alter(filled, "jobs", "j1", 2, priority=1)
    for kind, name in (("upkeeps", "u1"), ("meters", "hours"), ("assets", "boiler-7")):
        drop(filled, kind, name)


def visit(store: Store, state: VisitState) -> None:
    """A visit for the job, without the schedule it would come from."""
    with acting(store) as act:
        plain = {"day": "{}", "plan": "{}", "basis": {}, "quality": {}, "cost": 0, "unassigned": 0, "updated_at": NOW}
        when = {"horizon_start": NOW, "horizon_end": NOW, "created_at": NOW}
        act.session.add(Schedule(id="plan", territory_id="north", **plain, **when))
        where = {"territory_id": "north", "job_id": "j1", "schedule_id": "plan", "technician_id": "ada"}
        act.session.add(Visit(**where, state=state, position=0, arrive=NOW, start=NOW, end=NOW, updated_at=NOW))


def test_a_cancelled_job_is_done_no_more_and_its_visit_is_withdrawn(filled: Store) -> None:
    visit(filled, VisitState.PLANNED)
    with acting(filled) as act:
        assert records.cancel(act, "north", "j1", 1).state == "cancelled"
    with acting(filled) as act:
        assert act.session.scalars(select(Visit.state)).one() is VisitState.WITHDRAWN
    with pytest.raises(Conflict, match="is cancelled"), acting(filled) as act:
        records.cancel(act, "north", "j1", 2)


def test_a_job_somebody_is_working_on_is_neither_cancelled_nor_retired(filled: Store) -> None:
    visit(filled, VisitState.STARTED)
    with pytest.raises(Conflict) as refused, acting(filled) as act:
        records.cancel(act, "north", "j1", 1)
    assert refused.value.code == Code.UNDER_WAY
    with pytest.raises(Conflict) as refused:
        drop(filled, "jobs", "j1")
    assert refused.value.code == Code.IN_USE


# ---------------------------------------------------------------- who did it, and territories


def test_every_change_is_in_the_audit_and_personal_fields_only_as_changed(filled: Store) -> None:
    alter(filled, "jobs", "j1", priority=2, note="The key is under the mat")
    with acting(filled) as act:
        last = act.session.scalars(select(Audit).where(Audit.action == "change")).one()
        assert (last.caller, last.territory_id, last.subject_kind, last.subject_id) == ("test", "north", "job", "j1")
        assert last.changes == {"priority": [None, 2], "note": []}
        assert len(act.session.scalars(select(Audit).where(Audit.action == "create")).all()) == len(GOOD) + 1  # and the territory


def test_what_was_never_there_is_not_found(filled: Store) -> None:
    for kind in GOOD:
        with pytest.raises(NotFound):
            alter(filled, kind, "nobody")
    with pytest.raises(NotFound), acting(filled) as act:
        records.listed(act, KINDS["jobs"], "south", PageQuery())


def test_kinds_that_open_jobs_are_of_stay(filled: Store) -> None:
    with acting(filled) as act:
        records.territories.change(act, "north", 1, {"kinds": {"inspection": {"duration_min": 20}}})
    alter(filled, "jobs", "j1", kind="inspection")
    for kinds in ({}, {"inspection": {"priority": 1}}):
        with pytest.raises(InputError) as refused, acting(filled) as act:
            records.territories.change(act, "north", 2, {"kinds": kinds})
        assert [(each.code, each.pointer) for each in refused.value.findings] == [(Code.CONFLICT, "/kinds/inspection")]


def test_a_territory_with_open_jobs_is_not_retired(filled: Store) -> None:
    with pytest.raises(Conflict), acting(filled) as act:
        records.territories.retire(act, "north", 1)
    with acting(filled) as act:
        act.session.get_one(Job, ("north", "j1")).state = "done"  # type: ignore[assignment]
    with acting(filled) as act:
        records.territories.retire(act, "north", 1)
    with pytest.raises(NotFound), acting(filled) as act:
        act.territory("north")


# ---------------------------------------------------------------- at the same moment


def outcome(work: Callable[[], None]) -> bool:
    """Whether something could be done."""
    try:
        work()
    except (InputError, Conflict):
        return False
    return True


@pytest.mark.parametrize("number", range(10))
def test_of_two_who_contradict_each_other_at_the_same_moment_one_is_refused(filled: Store, number: int) -> None:
    """A site is retired while a job is put there; two shifts of one technician overlap."""
    add(filled, "sites", {"id": "shop", "location": HOME})
    shifts = [{"technician": "ada", "start": at("18:00"), "end": at("20:00")}] * 2
    works: list[Callable[[], None]] = [
        lambda: drop(filled, "sites", "shop"),
        lambda: add(filled, "jobs", {"id": "late", "kind": "repair", "site": "shop"}),
        lambda: add(filled, "shifts", {"id": "one", **shifts[0]}),
        lambda: add(filled, "shifts", {"id": "two", **shifts[1]}),
    ]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(outcome, works if number % 2 else works[::-1]))
    assert (sum(done[:2]), sum(done[2:])) == (1, 1)
