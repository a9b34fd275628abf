"""The service as tests use it: in this process, without a socket, at a time the test sets.

Every answer is looked at: it must be in the OpenAPI document, with its status, medium and form, and hold no NaN.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from api import app as api_app
from api.door import FORM
from api.routes import ENDPOINTS
from dispatch import sessions, users, wire
from dispatch.access import Act, program
from dispatch.settings import Settings
from dispatch.store import Store
from dispatch.store.tables import Role, Technician, Territory

OURS, FOREIGN = "seoul", "busan"
"""The territory that all users see, and the one that only administrators see."""

OWN_ERRORS = "/api/v1/compat/"
"""Where failures are said as another program says them; the document declares how."""

PAGES = {(endpoint.method, endpoint.rule) for endpoint in ENDPOINTS if endpoint.page}
"""They are not in the document."""

HOME = {"lat": 37.57, "lon": 126.98}
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    data: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.data, parse_constant=_no_such_number)

    @property
    def code(self) -> str:
        """The code of a problem."""
        return str(self.json["code"])

    @property
    def places(self) -> list[tuple[str, str]]:
        """The code and pointer of every finding of a problem."""
        return [(each["code"], each["pointer"]) for each in self.json["errors"]]


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Service:
    """The service, its database, its clock, and a token for each role."""

    app: Flask
    store: Store
    clock: Clock
    tokens: Mapping[Role, str]
    users: Mapping[Role, str]
    document: dict[str, Any] = field(repr=False)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        role: Role | str | None = Role.DISPATCHER,
        key: str | None = "",
        version: int | str | None = None,
        media: str = "application/json",
        headers: Mapping[str, str] | None = None,
        client: FlaskClient | None = None,
    ) -> Answer:
        """Ask, and look at the answer.

        Parameters
        ----------
        path : below `/api/v1`, or from the root on if it begins with two slashes
        body : is sent as JSON or, if `media` says so, as a form with a new `key`; bytes as they are
        role : whose token is sent; None: nobody's
        key : `Idempotency-Key` of a POST; "": a new one, None: none
        version : `If-Match`, as a version or as the whole header
        """
        sent = dict(headers or {})
        if role is not None:
            sent.setdefault("Authorization", f"Bearer {self.tokens[Role(role)]}")
        if method == "POST" and key is not None:
            sent["Idempotency-Key"] = key or secrets.token_hex(8)
        if version is not None:
            sent["If-Match"] = f'"{version}"' if isinstance(version, int) else version
        data = (
            body
            if isinstance(body, bytes)
            else None
            if body is None
            else _form(body)
            if media == FORM
            else json.dumps(body).encode()
        )
        url = path[1:] if path.startswith("//") else "/api/v1" + path
        if data is not None:
            sent.setdefault("Content-Type", media)
        response = (client or self.app.test_client()).open(url, method=method, data=data, headers=sent)
        answer = Answer(response.status_code, dict(response.headers), response.get_data())
        self._look_at(method, url, answer)
        return answer

    def get(self, path: str, **options: Any) -> Answer:
        return self.ask("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        return self.ask("POST", path, body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> Answer:
        return self.ask("PUT", path, body, **options)

    def patch(self, path: str, body: Any = None, **options: Any) -> Answer:
        return self.ask("PATCH", path, body, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        return self.ask("DELETE", path, **options)

    def _look_at(self, method: str, url: str, answer: Answer) -> None:
        media = answer.headers.get("Content-Type", "").partition(";")[0]
        if answer.status >= 400 and media != "text/html" and not url.startswith(OWN_ERRORS):
            assert media == "application/problem+json", (answer.status, media)
        if media.endswith("json"):
            assert "errors" not in (parsed := answer.json) or isinstance(parsed["errors"], list)
        operation = self._operation(method, url)
        if operation is None or answer.status == 304 or (answer.status == 500 and not self.app.testing):
            return
        declared = operation["responses"].get(str(answer.status))
        assert declared, f"{method} {url} answered {answer.status}, which its operation does not declare: {answer.data[:300]!r}"
        if "content" in declared:
            assert media in declared["content"], f"{method} {url} answered {media}"
            if media.endswith("json"):
                _validate(json.dumps(declared["content"][media]["schema"]), self, answer.json)

    def _operation(self, method: str, url: str) -> dict[str, Any] | None:
        adapter = self.app.url_map.bind("localhost")
        path = url.partition("?")[0]
        if not adapter.test(path, method):
            return None
        rule = adapter.match(path, method, return_rule=True)[0].rule
        if (method, rule) in PAGES:
            return None
        operation: dict[str, Any] = self.document["paths"][rule.replace("<", "{").replace(">", "}")][method.lower()]
        return operation


def _form(body: Mapping[str, Any]) -> bytes:
    texts = {name: "true" if value is True else "false" if value is False else value for name, value in body.items()}
    return urlencode({"key": secrets.token_hex(8), **texts}, doseq=True).encode()


def start(store: Store, settings: Settings, now: datetime) -> Service:
    """The service on an empty database, with its users."""
    clock = Clock(now)
    app = api_app.create_app(store, settings, clock)
    app.testing = True
    tokens, names = _people(store, now)
    return Service(app, store, clock, tokens, names, _document(app.extensions["openapi"]))


def _people(store: Store, now: datetime) -> tuple[dict[Role, str], dict[Role, str]]:
    with store.writing() as session:
        for name in (OURS, FOREIGN):
            session.add(Territory(id=name, timezone="Asia/Seoul", currency="KRW", calendar={}, updated_at=now))
            session.add(Technician(territory_id=name, id="t1", name="Ada", home=HOME, body={}, updated_at=now))
        session.flush()
        act = Act(session, program("test"), now)
        people = {role: users.create(act, wire.NewUser(name=role.value, role=role.value, **_reach(role))) for role in Role}
        made = {role: sessions.make_token(act, user, wire.NewToken(name="test"))[1] for role, user in people.items()}
    return made, {role: user.id for role, user in people.items()}


def _reach(role: Role) -> dict[str, Any]:
    if role is Role.ADMINISTRATOR:
        return {}
    return {"technician": wire.TechnicianId(territory=OURS, id="t1")} if role is Role.TECHNICIAN else {"territories": (OURS,)}


@cache
def _document(text: bytes) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(text)
    return parsed


@cache
def _validator(schema: str, document: bytes) -> Draft202012Validator:
    return Draft202012Validator({**json.loads(schema), "components": json.loads(document)["components"]})


def _validate(schema: str, service: Service, value: Any) -> None:
    errors = [
        f"{each.json_path}: {each.message}" for each in _validator(schema, service.app.extensions["openapi"]).iter_errors(value)
    ]
    assert not errors, errors[:5]


def _no_such_number(text: str) -> float:
    raise AssertionError(f"{text} is no JSON")
