"""What an installation decides: read from the environment once, by the entry points, and handed on as one frozen value."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeVar

from dispatch.errors import Code, Finding, InputError

PREFIX = "DISPATCH_"

LEAST_MEMORY_MB = 1_024
"""A process that solves does not even start with much less: a library of linear algebra then tries for ever to get its buffers."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs; each field is read from `DISPATCH_` and its name in capitals.

    Attributes
    ----------
    database : SQLAlchemy URL; SQLite in the working folder by default, `postgresql+psycopg://…` in production
    queued_per_caller : runs a caller may have waiting or running at once; the next one is answered 429
    queued_in_all : runs that may wait or run in all; the next one is answered 503
    lease_s : seconds after which a worker that gives no sign has lost its run
    heartbeat_s : seconds between two signs of a worker
    attempts : how often a run is tried before it has failed
    memory_mb : megabytes of memory that a child process which solves may have
    threads : threads of one solve
    session_hours : hours after which a browser session ends
    geocoder : name of a geocoder of geopy, as `nominatim`, or empty: addresses are not looked up
    geocoder_url : domain of the geocoder, if it is not the public one
    geocoder_key : key of the geocoder, if it needs one
    osrm : URL of an OSRM server, or empty: travel by great circle
    roads : file of an OpenStreetMap extract, or empty
    requests_per_s : requests that a caller may send each second, five times as many at once; more are answered 429
    strangers_per_min : requests that one address may send each minute without being signed in: also attempts to sign in
    stream_s : seconds after which a stream of events ends; a browser then asks for the rest by itself
    secure_cookies : whether browsers send the session cookie over HTTPS only
    behind_proxy : whether all requests come through one proxy, which says in `X-Forwarded-For` and `-Proto` who asks it, and how
    keep_days : days after which runs that came to nothing, and drafts that nobody published, are forgotten
    """

    database: str = "sqlite:///dispatch.db"
    queued_per_caller: int = 10
    queued_in_all: int = 200
    lease_s: float = 20.0
    heartbeat_s: float = 4.0
    attempts: int = 3
    memory_mb: int = 4_096
    threads: int = min(os.cpu_count() or 1, 8)
    session_hours: int = 12
    geocoder: str = ""
    geocoder_url: str = ""
    geocoder_key: str = ""
    osrm: str = ""
    roads: str = ""
    requests_per_s: float = 50.0
    strangers_per_min: float = 60.0
    stream_s: float = 300.0
    secure_cookies: bool = False
    behind_proxy: bool = False
    keep_days: int = 90

    @property
    def is_sqlite(self) -> bool:
        return self.database.startswith("sqlite:")

    @property
    def folder(self) -> Path:
        """Where the SQLite file is; the working folder otherwise."""
        return Path(self.database.removeprefix("sqlite:///")).resolve().parent if self.is_sqlite else Path.cwd()

    @property
    def environment(self) -> dict[str, str]:
        """The variables that say these settings, for a process of ours."""
        return {PREFIX + field.name.upper(): str(getattr(self, field.name)) for field in fields(self)}


def read(environment: Mapping[str, str]) -> Settings:
    """The settings of an environment.

    Raises
    ------
    InputError
        A variable of ours is no setting, or its value is not of its kind: every finding.
    """
    findings: list[Finding] = []
    known = {PREFIX + field.name.upper(): field for field in fields(Settings)}
    values: dict[str, object] = {}
    for name in sorted(environment):
        if name in known:
            field = known[name]
            values[field.name] = _value(name, environment[name], type(field.default), findings)
        elif name.startswith(PREFIX):
            findings.append(Finding(name, Code.UNKNOWN_FIELD, "is no setting of this program"))
    memory = values.get("memory_mb")
    if isinstance(memory, int) and memory < LEAST_MEMORY_MB:
        findings.append(Finding(PREFIX + "MEMORY_MB", Code.OUT_OF_RANGE, f"must be {LEAST_MEMORY_MB} or more", memory))
    if findings:
        raise InputError(findings)
    return Settings(**values)  # type: ignore[arg-type]


def _value(name: str, text: str, kind: type, findings: list[Finding]) -> object:
    readers: Mapping[type, Callable[[str], object]] = {str: str, int: _positive(int), float: _positive(float), bool: _yes_or_no}
    try:
        return readers[kind](text.strip())
    except ValueError:
        expected = "must be yes or no" if kind is bool else "must be a number above 0"
        findings.append(Finding(name, Code.WRONG_TYPE, expected, text[:100]))
        return None


def _positive(kind: Callable[[str], T]) -> Callable[[str], T]:
    def read(text: str) -> T:
        value = kind(text)
        if not 0 < value < 10**9:  # type: ignore[operator]
            raise ValueError
        return value

    return read


def _yes_or_no(text: str) -> bool:
    if text.lower() not in {"yes", "no", "1", "0", "true", "false"}:
        raise ValueError
    return text.lower() in {"yes", "1", "true"}
