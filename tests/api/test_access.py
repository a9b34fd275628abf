"""Who asks: browsers with sessions, programs with tokens, users made and disabled."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from dispatch.store.tables import Audit, BrowserSession, KeptAnswer, Token
from tests.api.service import PASSWORD, Answer, Service

NEW: dict[str, Any] = {"name": "kim", "role": "planner", "territories": ["seoul"], "password": PASSWORD}


def made(service: Service, **changes: Any) -> dict[str, Any]:
    answer = service.post("/users", NEW | changes, role="administrator")
    assert answer.status == 201
    user: dict[str, Any] = answer.json
    return user


def sign_in(service: Service, client: FlaskClient, name: str = "kim", password: str = PASSWORD) -> Answer:
    return service.post("/session", {"name": name, "password": password}, role=None, key=None, client=client)


# ---------------------------------------------------------------- browsers


def test_a_browser_signs_in_looks_and_signs_out(service: Service) -> None:
    user = made(service)
    browser = service.app.test_client()
    begun = sign_in(service, browser)
    assert (begun.status, begun.json["user"]) == (201, user)
    assert service.get("/me", role=None, client=browser).json == user
    assert service.get("/session", role=None, client=browser).json == begun.json
    ended = service.delete("/session", role=None, client=browser, headers={"X-CSRF-Token": begun.json["csrf"]})
    assert ended.status == 204
    assert service.get("/me", role=None, client=browser).status == 401
    with service.store.reading() as session:
        assert session.scalars(select(BrowserSession)).all() == []


def test_pages_cannot_read_the_cookie_and_other_sites_cannot_send_it(service: Service) -> None:
    made(service)
    cookie = sign_in(service, service.app.test_client()).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_a_browser_that_changes_something_must_bring_the_csrf_token_along(service: Service) -> None:
    made(service, role="administrator", territories=[])
    browser = service.app.test_client()
    csrf = sign_in(service, browser).json["csrf"]
    without = service.post("/users", NEW | {"name": "lee"}, role=None, client=browser)
    wrong = service.post("/users", NEW | {"name": "lee"}, role=None, client=browser, headers={"X-CSRF-Token": "a" + csrf})
    right = service.post("/users", NEW | {"name": "lee"}, role=None, client=browser, headers={"X-CSRF-Token": csrf})
    assert [(without.status, without.code), (wrong.status, wrong.code), right.status] == [*[(403, "csrf_invalid")] * 2, 201]


def test_a_session_ends_after_its_hours(service: Service) -> None:
    made(service)
    browser = service.app.test_client()
    sign_in(service, browser)
    service.clock.now += timedelta(hours=12) - timedelta(seconds=1)  # the default of `session_hours` is 12
    assert service.get("/me", role=None, client=browser).status == 200
    service.clock.now += timedelta(seconds=1)
    assert service.get("/me", role=None, client=browser).status == 401


def test_a_wrong_name_and_a_wrong_password_cannot_be_told_apart(service: Service) -> None:
    made(service)
    answers = [
        sign_in(service, service.app.test_client(), *who) for who in [("kim", "wrong"), ("lim", PASSWORD), ("dispatcher", "x")]
    ]
    assert {(each.status, each.json["detail"]) for each in answers} == {(401, "the name or the password is wrong")}


@pytest.mark.parametrize("change", [{"password": PASSWORD + "!"}, {"disabled": True}])
def test_a_new_password_and_being_disabled_end_every_session(service: Service, change: dict[str, Any]) -> None:
    user = made(service)
    browser = service.app.test_client()
    sign_in(service, browser)
    assert service.patch(f"/users/{user['id']}", change, role="administrator", version=1).status == 200
    assert service.get("/me", role=None, client=browser).status == 401


def test_a_token_has_no_session(service: Service) -> None:
    assert service.get("/session").status == 404


# ---------------------------------------------------------------- tokens


def token_of(service: Service, user: str, **body: Any) -> dict[str, Any]:
    answer = service.post(f"/users/{user}/tokens", {"name": "phone", **body}, role="administrator")
    assert answer.status == 201
    token: dict[str, Any] = answer.json
    return token


def asked_with(service: Service, secret: str) -> int:
    return service.get("/me", role=None, headers={"Authorization": f"Bearer {secret}"}).status


def test_a_token_works_until_it_is_revoked(service: Service) -> None:
    user = made(service)["id"]
    token = token_of(service, user)
    assert asked_with(service, token["secret"]) == 200
    path = f"/users/{user}/tokens/{token['id']}"
    assert [service.delete(path, role="administrator").status for _ in range(2)] == [204, 204]
    assert asked_with(service, token["secret"]) == 401
    listed = service.get(f"/users/{user}/tokens", role="administrator").json["items"]
    assert [(each["id"], "secret" in each, "revoked_at" in each) for each in listed] == [(token["id"], False, True)]


def test_a_token_works_until_it_ends(service: Service) -> None:
    token = token_of(service, made(service)["id"], expires_at="2026-03-02T12:00:01Z")
    assert asked_with(service, token["secret"]) == 200
    service.clock.now += timedelta(seconds=1)
    assert asked_with(service, token["secret"]) == 401


def test_a_token_that_has_ended_already_is_not_made(service: Service) -> None:
    body = {"name": "phone", "expires_at": "2026-03-02T12:00:00Z"}
    answer = service.post(f"/users/{made(service)['id']}/tokens", body, role="administrator")
    assert (answer.status, answer.places) == (422, [("conflict", "/expires_at")])


def test_a_token_of_a_disabled_user_does_not_work(service: Service) -> None:
    user = made(service)["id"]
    secret = token_of(service, user)["secret"]
    service.patch(f"/users/{user}", {"disabled": True}, role="administrator", version=1)
    assert asked_with(service, secret) == 401


def test_secrets_are_stored_nowhere_and_told_once(service: Service) -> None:
    user = made(service)["id"]
    first, again = (service.post(f"/users/{user}/tokens", {"name": "phone"}, role="administrator", key="one") for _ in range(2))
    secret = first.json["secret"]
    assert again.json == {key: value for key, value in first.json.items() if key != "secret"}
    with service.store.reading() as session:
        kept = [each.body for each in session.scalars(select(KeptAnswer))] + [each.hash for each in session.scalars(select(Token))]
    assert not [text for text in kept if secret in text or PASSWORD in text]


@pytest.mark.parametrize("header", ["Basic a2ltOmtpbQ==", "Bearer", "Bearer ", "Bearer dsp_unknown", "Bearer \udcff", "dsp_x"])
def test_what_is_no_token_of_ours_is_nobody(service: Service, header: str) -> None:
    answer = service.get("/me", role=None, headers={"Authorization": header.encode("utf-8", "surrogateescape").decode("latin-1")})
    assert (answer.status, answer.code) == (401, "not_signed_in")


# ---------------------------------------------------------------- users


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"territories": ["nowhere"]}, ("unknown_reference", "/territories/0")),
        ({"role": "technician", "territories": []}, ("required", "/technician")),
        (
            {"role": "technician", "territories": [], "technician": {"territory": "seoul", "id": "t9"}},
            ("unknown_reference", "/technician"),
        ),
        ({"technician": {"territory": "seoul", "id": "t1"}}, ("conflict", "/technician")),
        ({"role": "administrator"}, ("conflict", "/territories")),
        ({"role": "boss"}, ("unknown_value", "/role")),
        ({"password": "short"}, ("password_weak", "/password")),
        ({"name": "a/b"}, ("string_invalid", "/name")),
        ({"version": 3}, ("read_only", "/version")),
        ({"admin": True}, ("unknown_field", "/admin")),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_user_that_makes_no_sense_is_refused_where_it_stands(
    service: Service, change: dict[str, Any], place: tuple[str, str]
) -> None:
    answer = service.post("/users", NEW | change, role="administrator")
    assert (answer.status, answer.places) == (422, [place])


def test_a_password_is_never_echoed(service: Service) -> None:
    answer = service.post("/users", NEW | {"password": 12345678901234}, role="administrator")
    assert answer.status == 422
    assert b"12345678901234" not in answer.data


def test_a_name_is_taken_once(service: Service) -> None:
    made(service)
    answer = service.post("/users", NEW, role="administrator")
    assert (answer.status, answer.code) == (409, "exists_already")


def test_a_user_changes_role_and_what_they_see(service: Service) -> None:
    user = made(service)["id"]
    changed = service.patch(
        f"/users/{user}", {"role": "reader", "territories": ["busan", "seoul"]}, role="administrator", version=1
    )
    assert (changed.json["role"], changed.json["territories"], changed.json["version"]) == ("reader", ["busan", "seoul"], 2)
    kept = service.patch(f"/users/{user}", {"role": "dispatcher"}, role="administrator", version=2)
    assert kept.json["territories"] == ["busan", "seoul"]


def test_somebody_who_may_make_users_is_always_left(service: Service) -> None:
    me = service.users["administrator"]  # type: ignore[index]
    for change in ({"disabled": True}, {"role": "reader"}):
        answer = service.patch(f"/users/{me}", change, role="administrator", version=1)
        assert (answer.status, answer.code) == (409, "last_administrator")
    assert service.get("/me", role="administrator").json["version"] == 1


def test_the_trail_says_who_did_what_and_no_names(service: Service) -> None:
    user = made(service)["id"]
    service.patch(f"/users/{user}", {"role": "reader", "password": PASSWORD + "!"}, role="administrator", version=1)
    entry = service.get(f"/audit?kind=user&id={user}", role="administrator").json["items"][0]
    assert (entry["action"], entry["caller"]) == ("changed", service.users["administrator"])  # type: ignore[index]
    assert entry["changes"] == {"role": ["planner", "reader"], "password": "changed"}
    with service.store.reading() as session:
        assert not [row for row in session.scalars(select(Audit)) if "kim" in str(row.changes)]


def test_whoever_sees_one_territory_sees_its_trail_only(service: Service) -> None:
    assert service.get("/audit").json["items"] == []
    assert len(service.get("/audit", role="administrator").json["items"]) == 10  # 5 users and their tokens
    assert service.get("/audit?territory=busan").status == 404
