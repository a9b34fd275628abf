"""Visits that are not where the plan in force has them, as a report says them."""

from collections.abc import Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from dispatch import wire
from dispatch.report import words
from dispatch.report.facts import Shifted, Work
from dispatch.report.language import Language


def shifted(moved: wire.MovedVisit, work: Work, names: Mapping[str, str], zone: ZoneInfo, language: Language) -> Shifted:
    """What is said of a moved visit; `names` are those of the technicians."""

    def spot(place: wire.Spot) -> str:
        return f"{names.get(place.technician, place.technician)}, {words.clock(place.start, zone)}"

    told = "untold" if not moved.told else "kept" if moved.kept else "broken"
    return Shifted(
        work=work,
        before=spot(moved.before),
        after=language.say("moved.left_out") if moved.after is None else spot(moved.after),
        told=told,
        promise=language.say(f"moved.{told}"),
        price=Decimal(repr(moved.change_price)) + Decimal(repr(moved.promise_price)),
        causes=tuple(_cause(cause, language) for cause in moved.causes),
    )


def _cause(cause: wire.MoveCause, language: Language) -> str:
    return language.say(f"moved.{cause.code}", jobs=", ".join(cause.jobs), rule=words.sentence(cause.rule or ""))
