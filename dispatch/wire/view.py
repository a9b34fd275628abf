"""What of a day file can be judged by rules that span records, also when other records of it are broken.

All independent findings belong in one answer. So the rules do not look at a `Day`, which exists only if every field is right, but
at a `View`: the records that can be read, each with its index, and the ids of all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from dispatch.wire.defaults import KINDS
from dispatch.wire.fields import MOST_JOBS, MOST_SITES, MOST_TECHNICIANS, Zone
from dispatch.wire.model import Horizon, Travel
from dispatch.wire.places import Site
from dispatch.wire.prices import Policy
from dispatch.wire.scope import Scope
from dispatch.wire.staff import Technician
from dispatch.wire.work import Job, Kind

T = TypeVar("T")

_SITE, _TECHNICIAN, _JOB = TypeAdapter(Site), TypeAdapter(Technician), TypeAdapter(Job)
_KIND, _POLICY, _HORIZON, _TRAVEL = TypeAdapter(Kind), TypeAdapter(Policy), TypeAdapter(Horizon), TypeAdapter(Travel)
_ZONE, _SCOPE = TypeAdapter[str](Zone), TypeAdapter(Scope)

Numbered = tuple[tuple[int, T], ...]
"""Records with their index in the list of the file."""


@dataclass(frozen=True)
class View:
    """The readable records of a day file; what cannot be read is None, or not in its list."""

    raw: Mapping[str, Any]

    @cached_property
    def sites(self) -> Numbered[Site]:
        return self._records(_SITE, "sites", MOST_SITES)

    @cached_property
    def technicians(self) -> Numbered[Technician]:
        return self._records(_TECHNICIAN, "technicians", MOST_TECHNICIANS)

    @cached_property
    def jobs(self) -> Numbered[Job]:
        return self._records(_JOB, "jobs", MOST_JOBS)

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        kinds = self.raw.get("kinds")
        read = {name: _read(_KIND, kind) for name, kind in kinds.items()} if isinstance(kinds, dict) else {}
        return {name: kind for name, kind in read.items() if kind is not None}

    @cached_property
    def kind_names(self) -> frozenset[str]:
        """Also of kinds that cannot be read."""
        kinds = self.raw.get("kinds")
        return frozenset(KINDS) | frozenset(kinds if isinstance(kinds, dict) else ())

    @cached_property
    def policy(self) -> Policy | None:
        return _read(_POLICY, self.raw.get("policy", {}))

    @cached_property
    def horizon(self) -> Horizon | None:
        return _read(_HORIZON, self.raw.get("horizon"))

    @cached_property
    def zone(self) -> ZoneInfo | None:
        zone = _read(_ZONE, self.raw.get("timezone"))
        return None if zone is None else ZoneInfo(zone)

    @cached_property
    def travel(self) -> Travel | None:
        return _read(_TRAVEL, self.raw.get("travel"))

    @cached_property
    def scope(self) -> Scope | None:
        options = self.raw.get("options")
        return _read(_SCOPE, options.get("scope")) if isinstance(options, dict) else None

    @cached_property
    def allow_zero(self) -> bool:
        options = self.raw.get("options")
        return isinstance(options, dict) and options.get("allow_zero") is True

    def ids(self, section: str) -> Iterator[tuple[int, str]]:
        """Index and id of every record of a section, also of those that cannot be read."""
        items = self.raw.get(section)
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict) and isinstance(item.get("id"), str):
                yield index, item["id"]

    def names(self, section: str) -> frozenset[str]:
        """The ids of a section."""
        return frozenset(name for _, name in self.ids(section))

    def _records(self, reader: TypeAdapter[T], section: str, most: int) -> Numbered[T]:
        items = self.raw.get(section)
        if not isinstance(items, list) or len(items) > most:
            return ()
        read = ((index, _read(reader, item)) for index, item in enumerate(items))
        return tuple((index, record) for index, record in read if record is not None)


def _read(reader: TypeAdapter[T], value: object) -> T | None:
    try:
        return reader.validate_python(value)
    except ValidationError:
        return None
