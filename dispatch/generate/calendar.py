"""The hours of a sample day, in minutes after its midnight that really pass: an hour the clocks skip is no hour."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.generate.presets import Hours, Preset
from dispatch.wire.clock import instant_of

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A day in a zone.

    Attributes
    ----------
    day : the local day
    zone : where
    opens, closes : between which minutes customers let somebody in
    """

    day: date
    zone: ZoneInfo
    opens: int
    closes: int

    def at(self, minutes: int) -> str:
        """The instant so many minutes after midnight."""
        return (_midnight(self.day, self.zone) + timedelta(minutes=minutes)).astimezone(self.zone).isoformat()

    def hour_of(self, day: date, hour: int) -> str:
        """A full hour of a local day."""
        return instant_of(datetime.combine(day, time(hour)), self.zone).astimezone(self.zone).isoformat()

    def span(self, hours: Hours) -> tuple[int, int]:
        """The first and the last minute of a form of shift; of an hour that comes twice it lasts through both."""
        start = _minutes(self.day, hours.start, self.zone)
        return start, _following(self.day, hours.end, start, self.zone, second=True)

    def pause(self, hours: Hours, minutes: int) -> tuple[int, int] | None:
        """Between which minutes the break of a shift starts; None if there is no break."""
        if hours.lunch is None or minutes == 0:
            return None
        start = _minutes(self.day, hours.start, self.zone)
        first, last = (_following(self.day, wall, start, self.zone) for wall in hours.lunch)
        return first, last


def calendar_of(preset: Preset, day: date) -> Calendar:
    """The hours of a preset on a day."""
    zone = ZoneInfo(preset.zone)
    opens = _minutes(day, preset.opens, zone)
    return Calendar(day, zone, opens, _following(day, preset.closes, opens, zone, second=True))


def horizon_of(preset: Preset, calendar: Calendar) -> dict[str, Any]:
    """A day from the hour at which the preset's begins."""
    return {
        "start": calendar.hour_of(calendar.day, preset.horizon),
        "end": calendar.hour_of(calendar.day + _DAY, preset.horizon),
    }


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return instant_of(datetime.combine(day, time()), zone)


def _minutes(day: date, wall: str, zone: ZoneInfo, *, since: date | None = None, second: bool = False) -> int:
    """Minutes from the midnight of `since`, or of the same day, to the instant at which the clocks show `wall`."""
    instant = instant_of(datetime.combine(day, time.fromisoformat(wall)), zone, second=second)
    return int((instant - _midnight(since or day, zone)).total_seconds()) // 60


def _following(day: date, wall: str, start: int, zone: ZoneInfo, *, second: bool = False) -> int:
    """The first time after `start` that shows `wall`, on the day or the next one, in minutes after the midnight of the day."""
    same = _minutes(day, wall, zone, second=second)
    return same if same >= start else _minutes(day + _DAY, wall, zone, since=day, second=second)
