"""My jobs: what a phone shows, in order, with all that is needed on the spot; and the calendar of them."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from dispatch import progress, users, wire
from dispatch.access import Act, Caller, program
from dispatch.errors import Conflict, NotAllowed, NotFound
from dispatch.progress.feeds import MOST
from dispatch.progress.links import call_link, map_links
from dispatch.store import Store
from dispatch.store.tables import Asset, CalendarFeed, Job, JobState, Promise, Role, Site, User, Visit, VisitState
from dispatch.wire.visits import EventQuery, MyJobs
from tests.dispatch.progress.world import ADA, BO, MORNING, TERRITORY, acting, at, event, publish, report

DAY = date(2026, 3, 2)


def my_jobs(store: Store, technician: str = ADA, day: date | None = DAY, now: datetime = MORNING) -> MyJobs:
    with acting(store, now, technician) as act:
        return progress.my_jobs(act, day)


def text(store: Store) -> bytes:
    return wire.write(my_jobs(store))


def test_my_jobs_are_mine_in_order(store: Store) -> None:
    publish(store)
    assert [each.job for each in my_jobs(store).jobs] == ["a", "b", "c", "d"]
    assert [each.job for each in my_jobs(store, BO).jobs] == ["e", "f"]
    assert [each.position for each in my_jobs(store).jobs] == [0, 1, 2, 3]


def test_a_job_says_all_that_is_needed_on_the_spot(store: Store) -> None:
    publish(store)
    with store.writing() as session:
        session.add(Asset(territory_id=TERRITORY, id="boiler", site_id="mill", model="T800", serial="42", updated_at=MORNING))
        session.flush()
        session.get_one(Job, (TERRITORY, "a")).asset_id = "boiler"
    found = my_jobs(store).jobs[0]
    shown = found.model_dump(mode="json", exclude_unset=True, exclude={"site": {"links"}, "schedule": True, "promise": True})
    assert shown == {
        "job": "a",
        "name": "Boiler",
        "kind": "repair",
        "state": "planned",
        "position": 0,
        "arrive": "2026-03-02T07:30:00+00:00",
        "start": "2026-03-02T07:30:00+00:00",
        "end": "2026-03-02T08:40:00+00:00",
        "duration_min": 60,
        "windows": [{"start": "2026-03-02T08:30:00+01:00", "end": "2026-03-02T09:30:00+01:00"}],
        "customer": {"name": "Frau Weiß", "phone": "+49 30 123-456", "call": "tel:+4930123456"},
        "site": {"name": "The mill", "address": "Mühle 1", "access": "Key at the baker's", "lat": 52.54, "lon": 13.4},
        "asset": {"model": "T800", "serial": "42"},
        "skills": {"gas": 2},
        "parts": {"valve": 1},
        "tools": [],
        "note": "Ring twice",
        "events": ["accepted", "en_route", "arrived", "started", "failed"],
    }


def test_a_job_without_a_site_has_its_own_address(store: Store) -> None:
    publish(store)
    site = my_jobs(store).jobs[1].site
    assert (site.address, site.lat, site.lon) == ("Ring 2", 52.55, 13.42)
    assert site.links is not None


def test_a_place_nobody_has_found_yet_has_no_links(store: Store) -> None:
    publish(store)
    with store.writing() as session:
        row = session.get_one(Site, (TERRITORY, "mill"))
        row.lat = row.lon = None
    assert my_jobs(store).jobs[0].site.links is None


def test_a_promise_that_will_be_broken_shows(store: Store) -> None:
    # c was promised for 10:30 to 11:30; b goes on until 11:45.
    publish(store)
    assert [each.promise.late for each in my_jobs(store).jobs if each.promise] == [False] * 4
    report(store, "09:40", event("started", "a", "08:30"), event("completed", "a", "09:40"))
    report(store, "11:45", event("started", "b", "10:00"), event("completed", "b", "11:45"))
    assert {each.job: each.promise.late for each in my_jobs(store).jobs if each.promise}["c"]
    with store.reading() as session:
        visits = progress.visits(Act(session, program("test"), at("11:45")), TERRITORY, DAY)
    assert [each.job for each in visits.items if each.promise and each.promise.late] == ["c", "d"]


def test_a_promise_is_kept_by_who_arrives_in_it(store: Store) -> None:
    publish(store)
    report(store, "11:40", event("arrived", "c", "11:20"), event("started", "c", "11:40"))
    late = {each.job: each.promise.late for each in my_jobs(store).jobs if each.promise}
    assert not late["c"]


def test_what_is_withdrawn_is_gone_and_what_is_cancelled_says_so(store: Store) -> None:
    publish(store)
    with store.writing() as session:
        session.get_one(Visit, (TERRITORY, "b")).state = VisitState.WITHDRAWN
        session.get_one(Job, (TERRITORY, "c")).state = JobState.CANCELLED
    found = {each.job: (each.state, each.events) for each in my_jobs(store).jobs}
    assert found.keys() == {"a", "c", "d"}
    assert found["c"] == ("cancelled", ())


def test_the_day_is_the_local_one(store: Store) -> None:
    publish(store)
    assert my_jobs(store, day=None, now=datetime.fromisoformat("2026-03-01T23:30:00Z")).date == DAY
    assert my_jobs(store, day=DAY + timedelta(days=1)).jobs == ()


def test_the_list_is_small(store: Store) -> None:
    publish(store)
    assert len(text(store)) < 2_500 * len(my_jobs(store).jobs)


@pytest.mark.parametrize("what", ["report", "customer", "site", "promise", "plan"])
def test_the_list_changes_when_anything_in_it_does(store: Store, what: str) -> None:
    publish(store)
    before = text(store)
    assert text(store) == before
    if what == "report":
        report(store, "08:00", event("accepted", "a", "08:00"))
    with store.writing() as session:
        job = session.get_one(Job, (TERRITORY, "a"))
        match what:
            case "customer":
                job.customer_id = None
            case "site":
                session.get_one(Site, (TERRITORY, "mill")).access = "Key under the mat"
            case "promise":
                session.query(Promise).filter_by(job_id="a").one().close = at("12:00")
            case "plan":
                session.get_one(Visit, (TERRITORY, "a")).start = at("08:31")
    assert text(store) != before


def test_only_technicians_have_jobs(store: Store) -> None:
    publish(store)
    with store.reading() as session, pytest.raises(NotAllowed):
        progress.my_jobs(Act(session, program("test"), MORNING))


# ---------------------------------------------------------------- links


def test_links_open_the_place_in_map_programs() -> None:
    links = map_links(37.5665, 126.978, "시청 & <b>")
    label = "%EC%8B%9C%EC%B2%AD%20%26%20%3Cb%3E"
    assert links.geo == f"geo:37.566500,126.978000?q=37.566500,126.978000({label})"
    assert links.google == "https://www.google.com/maps/dir/?api=1&destination=37.566500%2C126.978000"
    assert links.apple == "https://maps.apple.com/?daddr=37.566500%2C126.978000"
    assert links.naver == f"nmap://route/car?dlat=37.566500&dlng=126.978000&dname={label}&appname=dispatch"
    assert links.kakao == f"https://map.kakao.com/link/to/{label},37.566500,126.978000"


@pytest.mark.parametrize(
    ("phone", "link"),
    [("+82 2-120", "tel:+822120"), ("(030) 12 34", "tel:0301234"), ("ask", None), ("javascript:alert(1)", "tel:1")],
)
def test_a_number_becomes_a_link(phone: str, link: str | None) -> None:
    assert call_link(phone) == link


# ---------------------------------------------------------------- calendar


def user(store: Store) -> Caller:
    """Ada's user."""
    with store.writing() as session:
        act = Act(session, program("test"), MORNING)
        wanted = wire.NewUser(name="ada", role="technician", technician=wire.TechnicianId(territory=TERRITORY, id=ADA))
        return users.caller(users.create(act, wanted))


def feed(store: Store, caller: Caller) -> tuple[str, str]:
    with store.writing() as session:
        made, secret = progress.make_feed(Act(session, caller, MORNING))
        return made.id, secret


def read(store: Store, secret: str, now: datetime = MORNING) -> bytes:
    with store.reading() as session:
        return progress.read_feed(Act(session, Caller("anybody", Role.READER, frozenset()), now), secret)


def entries(data: bytes) -> dict[str, Any]:
    """The entries of a calendar, as a program reads them."""
    return {str(each["uid"]): each for each in Calendar.from_ical(data).walk("VEVENT")}


def test_a_calendar_program_reads_my_visits(store: Store) -> None:
    publish(store)
    _, secret = feed(store, user(store))
    found = entries(read(store, secret))
    assert list(found) == [f"north.{job}@dispatch" for job in "abcd"]
    first = found["north.a@dispatch"]
    assert first["dtstart"].dt == at("08:30")
    assert first["dtstart"].params["TZID"] == "Europe/Berlin"
    assert (str(first["summary"]), str(first["location"]), str(first["description"])) == (
        "Boiler · repair",
        "Mühle 1",
        "08:00–09:00",
    )
    assert (first["geo"].latitude, first["geo"].longitude) == (52.54, 13.4)
    assert b"BEGIN:VTIMEZONE" in read(store, secret)


def test_a_calendar_says_nothing_of_people_nor_how_to_get_in(store: Store) -> None:
    publish(store)
    _, secret = feed(store, user(store))
    shown = read(store, secret).decode()
    assert not any(word in shown for word in ("Weiß", "123-456", "baker", "Ring twice"))


def test_a_visit_that_moves_is_the_same_entry_with_a_higher_number(store: Store) -> None:
    publish(store)
    _, secret = feed(store, user(store))

    def entry() -> tuple[datetime, int]:
        found = entries(read(store, secret))["north.b@dispatch"]
        return found["dtstart"].dt, int(found["sequence"])

    (start, number), _ = entry(), report(store, "10:30", event("started", "a", "08:30"), event("completed", "a", "10:30"))
    assert entry() > (start, number)
    assert entry()[1] == number + 1


def test_a_cancelled_job_is_shown_as_cancelled(store: Store) -> None:
    publish(store)
    _, secret = feed(store, user(store))
    with store.writing() as session:
        session.get_one(Job, (TERRITORY, "a")).state = JobState.CANCELLED
    assert b"STATUS:CANCELLED" in read(store, secret)


def test_only_the_hash_of_an_address_is_kept(store: Store) -> None:
    publish(store)
    _, secret = feed(store, user(store))
    with store.reading() as session:
        row = session.query(CalendarFeed).one()
        assert secret not in {row.id, row.hash}
        assert len(row.hash) == 64


def test_a_feed_ends_when_it_is_revoked(store: Store) -> None:
    publish(store)
    caller = user(store)
    (name, secret), (_, other) = feed(store, caller), feed(store, caller)
    for _ in range(2):
        with store.writing() as session:
            progress.revoke_feed(Act(session, caller, MORNING), name)
    with pytest.raises(NotFound):
        read(store, secret)
    assert read(store, other)
    with store.reading() as session:
        assert len(progress.my_feeds(Act(session, caller, MORNING))) == 1


def test_a_feed_ends_with_its_user(store: Store) -> None:
    publish(store)
    caller = user(store)
    _, secret = feed(store, caller)
    with store.writing() as session:
        session.get_one(User, caller.id).technician_id = BO
    with pytest.raises(NotFound):
        read(store, secret)
    with store.writing() as session:
        row = session.get_one(User, caller.id)
        row.technician_id, row.disabled_at = ADA, MORNING
    with pytest.raises(NotFound):
        read(store, secret)


def test_an_address_nobody_made_leads_nowhere(store: Store) -> None:
    for secret in ("", "cal_", "cal_" + 43 * "A"):
        with pytest.raises(NotFound):
            read(store, secret)


def test_nobody_revokes_the_feed_of_another(store: Store) -> None:
    publish(store)
    name, secret = feed(store, user(store))
    with acting(store, MORNING, BO) as act, pytest.raises(NotFound):
        progress.revoke_feed(act, name)
    assert read(store, secret)


def test_feeds_are_not_without_number(store: Store) -> None:
    publish(store)
    caller = user(store)
    for _ in range(MOST):
        feed(store, caller)
    with pytest.raises(Conflict):
        feed(store, caller)


# ---------------------------------------------------------------- what the dispatcher sees


def test_the_dispatcher_sees_what_was_refused_with_its_note(store: Store) -> None:
    publish(store)
    report(store, "09:00", event("started", "a", "08:30"), event("completed", "b", "08:50", note="All done"))
    with store.reading() as session:
        act = Act(session, program("test"), at("09:00"))
        rows = progress.events(act, TERRITORY, EventQuery(outcome="rejected"))
        every = progress.events(act, TERRITORY, EventQuery(limit=1))
        rest = progress.events(act, TERRITORY, EventQuery(limit=1, cursor=every.next))
        of_b = progress.events(act, TERRITORY, EventQuery(job="b", technician=ADA))
    (refused,) = map(progress.event_shown, rows.items)
    assert (refused.job, refused.code, refused.note, refused.technician) == ("b", "illegal_transition", "All done", ADA)
    assert of_b.items == rows.items
    assert {row.job_id for row in (*every.items, *rest.items)} == {"a", "b"}
    assert rest.next is None


def test_the_dispatcher_sees_all_visits_of_a_day(store: Store) -> None:
    publish(store)
    report(store, "09:00", event("started", "a", "08:30"))
    with store.reading() as session:
        found = progress.visits(Act(session, program("test"), at("09:00")), TERRITORY)
    assert [(each.technician, each.job) for each in found.items] == [*((ADA, job) for job in "abcd"), (BO, "e"), (BO, "f")]
    assert (found.items[0].state, found.items[0].started_at, found.items[0].ended_at) == ("started", at("08:30"), None)
