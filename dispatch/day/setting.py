"""What all records of a day share when they are translated."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dispatch.day.desks import has_desks
from dispatch.day.layers import policy_of, work_of
from dispatch.day.past import Past, past_of
from dispatch.day.places import Atlas, atlas_of
from dispatch.day.units import since
from dispatch.wire.defaults import CAR
from dispatch.wire.model import Day, Horizon
from dispatch.wire.prices import Policy
from dispatch.wire.staff import AnyShift, Technician


@dataclass(frozen=True)
class Setting:
    """When a day begins, its zone, its places, its prices, and what of it is past."""

    horizon: Horizon
    zone: ZoneInfo
    atlas: Atlas
    policy: Policy
    past: Past
    modes: tuple[str, ...]  #: ways of moving that somebody uses: those of the problem
    areas: tuple[str, ...] = ()  #: those that jobs lie in
    desks: bool = False  #: whether some shift or job is at a desk

    @property
    def origin(self) -> datetime:
        """What the solver's seconds are counted from."""
        return self.horizon.start

    def at(self, instant: datetime) -> int:
        """Seconds from the origin to an instant."""
        return since(self.origin, instant)


def setting_of(day: Day) -> Setting:
    """The setting of a day."""
    modes = {mode_of(technician, shift) for technician in day.technicians for shift in technician.shifts} or {CAR}
    areas = {area for job in day.jobs if (area := work_of(day, job).area) is not None}
    zone, policy = ZoneInfo(day.timezone), policy_of(day)
    return Setting(
        day.horizon, zone, atlas_of(day), policy, past_of(day), tuple(sorted(modes)), tuple(sorted(areas)), has_desks(day)
    )


def mode_of(technician: Technician, shift: AnyShift) -> str:
    """How a technician moves on a shift."""
    return shift.mode or technician.mode or CAR
