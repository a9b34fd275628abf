"""A request's way through the door: who asks, what is sent, one transaction, what is answered."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

from flask import Request, Response, g
from werkzeug.exceptions import UnsupportedMediaType

from api import auth, conditional, forms
from api.door import FORM, JSON, ROOT, Call, Endpoint, Reply
from api.limits import Buckets
from api.turns import Turns
from dispatch import retries, wire
from dispatch.access import Act, Caller
from dispatch.errors import Code, Finding, InputError, NotFound, NotSignedIn
from dispatch.settings import Settings
from dispatch.store import Store
from dispatch.store.tables import Role

LONGEST_KEY: Final = 255
LONGEST_SEGMENT: Final = 200

ANYBODY: Final = Caller("anybody", Role.READER, frozenset())
"""Who asks where nobody has to sign in: sees nothing."""


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """What answers requests: the database, how this installation runs, the clock, who has asked how often, and whose turn it is."""

    store: Store
    settings: Settings
    clock: Callable[[], datetime]
    callers: Buckets
    strangers: Buckets
    turns: Turns = field(default_factory=Turns)

    def answer(self, endpoint: Endpoint, request: Request, path: Mapping[str, str]) -> Response:
        """The answer to a request for an endpoint. Raises `DispatchError`s and werkzeug's errors."""
        g.if_match = endpoint.if_match
        with self._turn(endpoint):
            caller = self._admitted(endpoint, request)
            g.caller = caller.id
            call = self._call(endpoint, request, path, caller)
        if endpoint.ready is not None:
            with self._act(caller) as act:
                get = endpoint.ready(act, call)
            get()
        with self._act(caller, writes=endpoint.writes) as act, self._turn(endpoint):
            response = (
                self._answer_once(endpoint, request, act, call) if endpoint.keyed else self._view(endpoint, request, act, call)
            )
            act.session.flush()  # the turn is over before the transaction is: nobody waits for a disk
        return response

    def _turn(self, endpoint: Endpoint) -> AbstractContextManager[None]:
        return self.turns.one(wanted=not endpoint.long)

    def _view(self, endpoint: Endpoint, request: Request, act: Act, call: Call) -> Response:
        return _written(endpoint, endpoint.view(act, call), request, self.settings)

    def _answer_once(self, endpoint: Endpoint, request: Request, act: Act, call: Call) -> Response:
        """The answer, the first time; what was answered then, every time after."""
        key = _key(endpoint, request)
        kept = retries.claim(act, key, retries.fingerprint(*_facts(request)))
        if kept is not None:
            return _said_again(kept)
        reply = endpoint.view(act, call)
        response = _written(endpoint, reply, request, self.settings)
        body = response.get_data() if reply.kept is None else wire.write_line(reply.kept)
        headers = {name: response.headers[name] for name in ("Content-Type", "Location", "ETag") if name in response.headers}
        retries.keep(act, key, retries.Answer(response.status_code, headers, body.decode()))
        return response

    def _admitted(self, endpoint: Endpoint, request: Request) -> Caller:
        """Who asks, if they may, and have not asked too often."""
        now = self.clock()
        address = request.remote_addr or ""
        if not endpoint.may:
            if not endpoint.at_root or request.method not in auth.SAFE:
                self.strangers.take(address, now.timestamp())
            return ANYBODY
        try:
            caller = auth.who(request, self.store, now)
        except NotSignedIn:
            self.strangers.take(address, now.timestamp())
            raise
        self.callers.take(caller.id, now.timestamp())
        auth.require(caller, endpoint.may)
        return caller

    def _call(self, endpoint: Endpoint, request: Request, path: Mapping[str, str], caller: Caller) -> Call:
        _require_seen(path, caller)
        raw, body = _sent(endpoint, request)
        return Call(
            path=path,
            again=partial(self._act, caller),
            settings=self.settings,
            query=_query(endpoint, request),
            body=body,
            raw=raw,
            media=request.mimetype,
            here=request.full_path.rstrip("?"),
            version=conditional.wanted_version(request.headers.get("If-Match")) if endpoint.if_match else None,
            headers=dict(request.headers),
            cookies=dict(request.cookies),
        )

    @contextmanager
    def _act(self, caller: Caller, *, writes: bool = False) -> Iterator[Act]:
        transaction: AbstractContextManager[Any] = self.store.writing() if writes else self.store.reading()
        with transaction as session:
            yield Act(session, caller, self.clock())


# ---------------------------------------------------------------- what is sent


def _require_seen(path: Mapping[str, str], caller: Caller) -> None:
    """Refuse, before anything is read, what cannot be the name of anything, and foreign territories. Raises `NotFound`."""
    for kind, name in path.items():
        if len(name) > LONGEST_SEGMENT or not name.isprintable() or (kind == "territory" and not caller.sees(name)):
            raise NotFound(kind, name)


def _query(endpoint: Endpoint, request: Request) -> wire.Record | None:
    texts = dict(request.args.lists())
    return wire.read_query(endpoint.query or wire.Record, texts) if texts or endpoint.query else None


def _sent(endpoint: Endpoint, request: Request) -> tuple[object, Any]:
    """What was sent, as parsed JSON and as the endpoint declares it."""
    data = request.get_data(cache=True)
    if not endpoint.takes:
        if data:
            raise InputError([Finding("", Code.UNKNOWN_FIELD, "must be empty: nothing can be sent here")])
        return None, None
    if request.mimetype not in endpoint.takes or request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedMediaType(f"Content-Type must be {' or '.join(endpoint.takes)}, and not compressed")
    record = endpoint.takes[request.mimetype]
    if record is None:
        return None, data
    if request.mimetype == FORM:
        return None, wire.read_form(record, forms.of_the_page(request))
    raw = wire.read_json(data)
    return raw, wire.read_record(record, raw)


def _key(endpoint: Endpoint, request: Request) -> str:
    """The `Idempotency-Key`, of a form its `key`. Raises `InputError`."""
    key = forms.field(request, forms.KEY) or None if endpoint.page else request.headers.get("Idempotency-Key")
    if key is None:
        raise InputError(
            [Finding("Idempotency-Key", Code.KEY_MISSING, "is missing: a random text, new for each new thing to be done")]
        )
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise InputError([Finding("Idempotency-Key", Code.KEY_INVALID, f"must be 1 to {LONGEST_KEY} printable ASCII characters")])
    return key


def _facts(request: Request) -> tuple[bytes, ...]:
    """What makes two requests the same one."""
    return (
        request.method.encode(),
        request.full_path.encode("utf-8", "surrogatepass"),
        request.mimetype.encode(),
        request.get_data(),
    )


# ---------------------------------------------------------------- what is answered


def _written(endpoint: Endpoint, reply: Reply, request: Request, settings: Settings) -> Response:
    status = reply.status or (204 if endpoint.answer is None else endpoint.status)
    body = wire.write_line(reply.body) if isinstance(reply.body, wire.Record) else reply.body
    headers = dict(reply.headers) | (
        {} if reply.location is None else {"Location": ("" if endpoint.page else ROOT) + reply.location}
    )
    media = None if body is None else reply.media or (JSON if isinstance(reply.body, wire.Record) else endpoint.media)
    response = Response(body, status, headers, content_type=media)
    for name, value in reply.cookies.items():
        response.set_cookie(
            name, value or "", max_age=None if value else 0, httponly=True, samesite="Strict", secure=settings.secure_cookies
        )
    if isinstance(body, bytes):
        response.set_etag(conditional.tag(reply.version, body))
        if endpoint.method == "GET":
            response.make_conditional(request.environ)
    return response


def _said_again(kept: retries.Answer) -> Response:
    return Response(kept.body, kept.status, {**kept.headers, "Idempotency-Replayed": "true"})
