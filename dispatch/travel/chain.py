"""A provider, and who stands in when it does not answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dispatch.travel.errors import TravelUnavailable
from dispatch.travel.provider import WORKING_HOURS, Note, NoteCode, Place, Provider, TravelTable


@dataclass(frozen=True, slots=True)
class Chain:
    """Asks `first`; if it is unavailable the `others`, one after another, and says so in the answer.

    Only `TravelUnavailable` passes the question on: an answer that is wrong in itself is an error and not a reason to estimate.
    """

    first: Provider
    others: tuple[Provider, ...]

    @property
    def name(self) -> str:
        return " → ".join(provider.name for provider in (self.first, *self.others))

    @property
    def version(self) -> str:
        return " → ".join(provider.version for provider in (self.first, *self.others))

    def matrix(self, places: Sequence[Place], *, hours: Sequence[int] = WORKING_HOURS) -> TravelTable:
        """The table of the first provider that answers; raises the last one's `TravelUnavailable` if none does."""
        failures: list[str] = []
        for provider in (self.first, *self.others):
            try:
                return _told(provider.matrix(places, hours=hours), failures)
            except TravelUnavailable as failure:
                failures.append(f"{provider.name}: {failure}")
        raise TravelUnavailable("; ".join(failures))


def _told(table: TravelTable, failures: list[str]) -> TravelTable:
    if not failures:
        return table
    message = f"travel times are an estimate by {table.provider}, since {'; '.join(failures)}"
    return replace(table, provider=f"{table.provider} (estimate)", notes=(Note(NoteCode.ESTIMATE, message), *table.notes))
