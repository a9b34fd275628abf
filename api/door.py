"""The door: how a route is declared, what its view is handed, and what it hands back.

One declaration says everything about a route. Flask's rules, who may ask, how strictly the request is read, the OpenAPI document
and the test that walks every role over every route are all taken from it.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Final

from dispatch import wire
from dispatch.access import Act
from dispatch.settings import Settings
from dispatch.store.tables import Role

ROOT: Final = "/api/v1"
"""Where the paths of endpoints begin, unless they are `at_root`."""

JSON: Final = "application/json"
HTML: Final = "text/html; charset=utf-8"
FORM: Final = "application/x-www-form-urlencoded"
MERGE_PATCH: Final = "application/merge-patch+json"

PUBLIC: Final[frozenset[Role]] = frozenset()
"""Whoever asks, also without having signed in."""
SIGNED_IN: Final = frozenset(Role)
READERS: Final = SIGNED_IN - {Role.TECHNICIAN}
PLANNERS: Final = frozenset({Role.PLANNER, Role.DISPATCHER, Role.ADMINISTRATOR})
DISPATCHERS: Final = frozenset({Role.DISPATCHER, Role.ADMINISTRATOR})
ADMINISTRATORS: Final = frozenset({Role.ADMINISTRATOR})

Body = wire.Record | bytes | Iterator[bytes] | None


@dataclass(frozen=True, slots=True)
class Call:
    """What a view is handed beside its `Act`.

    Attributes
    ----------
    path : the values of the path's parameters; each could be an id
    again : opens another transaction for the same caller, at its own moment: `with call.again() as act`, or `again(writes=True)`;
        for streams, and for what must not hold the first one while it takes its time
    settings : how this installation runs
    query : the record of the parameters behind the path, as the endpoint declares it
    body : what was sent: the record that the endpoint declares, or bytes of a medium without one
    raw : the parsed JSON that the body was read from
    media : the media type of what was sent
    here : the path and query that was asked for
    version : the version that `If-Match` names, if the endpoint needs it
    """

    path: Mapping[str, str]
    again: Callable[..., AbstractContextManager[Act]]
    settings: Settings
    query: Any = None
    body: Any = None
    raw: object = None
    media: str = ""
    here: str = "/"
    version: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a view hands back.

    Attributes
    ----------
    body : a record is written as JSON; bytes and streams as they are, in the medium the endpoint declares
    status : if it is not the one the endpoint declares
    version : of what is answered: becomes its `ETag`
    location : path below `/api/v1` of what was made; of a page the path where the browser goes on
    cookies : to be set; None: to be removed
    kept : what a retry with the same `Idempotency-Key` is answered, if not the same: secrets are told once
    """

    body: Body = None
    status: int | None = None
    version: int | None = None
    location: str | None = None
    media: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str | None] = field(default_factory=dict)
    kept: wire.Record | None = None


View = Callable[[Act, Call], Reply]

Ready = Callable[[Act, Call], Callable[[], object]]
"""Says what has to be at hand before the view: the first reads, what it returns is then called outside of any transaction."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route, and all there is to know about it.

    Attributes
    ----------
    method, path : `POST`, `/territories/<territory>/runs`; below `/api/v1` unless `at_root`
    may : the roles that may ask; `PUBLIC`: anybody
    body : the record that is to be sent as JSON, or a tuple of what may be sent: records, and media types that are taken as bytes;
        None: nothing may be sent
    query : the record of the query's parameters
    answer : the record that is answered as JSON, or the media type; None: nothing
    status : of the answer, if all is well
    writes : whether the transaction may write
    if_match : whether `If-Match` must say which version is meant
    long : it may take long: it does not take turns with others (see `api.turns`)
    ready : what has to be got from elsewhere first, so that nobody waits for a network in a transaction (see `Ready`)
    page : it is for people: forms are sent, with `csrf` and `key` as hidden fields; it is not in the OpenAPI document
    errors : codes beyond those that every route of its kind can answer, with their status
    own : statuses of failures that are answered in the medium of the answer, because another program's users expect them so
    """

    method: str
    path: str
    view: View
    may: frozenset[Role]
    body: type[wire.Record] | tuple[type[wire.Record] | str, ...] | None = None
    query: type[wire.Record] | None = None
    answer: type[wire.Record] | str | None = None
    status: int = 200
    writes: bool = False
    if_match: bool = False
    at_root: bool = False
    errors: Mapping[int, str] = field(default_factory=dict)
    own: Mapping[int, str] = field(default_factory=dict)
    page: bool = False
    long: bool = False
    ready: Ready | None = None

    @property
    def name(self) -> str:
        """Unique among endpoints; the operation id."""
        return self.view.__name__

    @property
    def rule(self) -> str:
        """The whole path, as Flask writes it."""
        return self.path if self.at_root else ROOT + self.path

    @property
    def keyed(self) -> bool:
        """Whether it needs an `Idempotency-Key`, a form its `key`: what is sent twice shall happen once."""
        return self.method == "POST" and self.writes and bool(self.may)

    @property
    def media(self) -> str:
        """The media type of what is answered."""
        return self.answer if isinstance(self.answer, str) else JSON

    @property
    def takes(self) -> Mapping[str, type[wire.Record] | None]:
        """The media types that may be sent, each with the record that is read from it; None: it is taken as bytes."""
        bodies = self.body if isinstance(self.body, tuple) else () if self.body is None else (self.body,)
        taken = {
            (each if isinstance(each, str) else FORM if self.page else JSON): (None if isinstance(each, str) else each)
            for each in bodies
        }
        return taken | ({MERGE_PATCH: taken[JSON]} if self.method == "PATCH" and JSON in taken else {})

    @property
    def summary(self) -> str:
        """The first line of the view's docstring."""
        return self._words.partition("\n")[0]

    @property
    def description(self) -> str:
        """The rest of it."""
        return self._words.partition("\n")[2].strip()

    @property
    def _words(self) -> str:
        return inspect.cleandoc(self.view.__doc__ or "")


def endpoint(
    method: str,
    path: str,
    *,
    may: frozenset[Role],
    body: type[wire.Record] | tuple[type[wire.Record] | str, ...] | None = None,
    query: type[wire.Record] | None = None,
    answer: type[wire.Record] | str | None = None,
    status: int = 200,
    writes: bool = False,
    if_match: bool = False,
    at_root: bool = False,
    errors: Mapping[int, str] | None = None,
    own: Mapping[int, str] | None = None,
    long: bool = False,
    ready: Ready | None = None,
) -> Callable[[View], Endpoint]:
    """Declare what a view answers: the name then stands for the `Endpoint` (see there), its view is `.view`."""

    def declare(view: View) -> Endpoint:
        given = (method, path, view, may, body, query, answer, status, writes, if_match, at_root, errors or {}, own or {})
        return Endpoint(*given, long=long, ready=ready)

    return declare


def page(
    method: str,
    path: str,
    *,
    may: frozenset[Role],
    form: type[wire.Record] | None = None,
    query: type[wire.Record] | None = None,
    writes: bool = False,
    long: bool = False,
) -> Callable[[View], Endpoint]:
    """Declare a page, as `endpoint` does: from the root on, answered in HTML, sent a form."""

    def declare(view: View) -> Endpoint:
        return Endpoint(method, path, view, may, form, query, HTML, writes=writes, at_root=True, page=True, long=long)

    return declare


def endpoints_of(module: ModuleType) -> tuple[Endpoint, ...]:
    """The endpoints that a module declares, in their order; it may also list some in a tuple `ENDPOINTS`."""
    declared = [value for value in vars(module).values() if isinstance(value, Endpoint)]
    return (*declared, *getattr(module, "ENDPOINTS", ()))
