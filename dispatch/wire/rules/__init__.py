"""The rules that span several fields or records: each is a function from a `View` to what it finds."""

from collections.abc import Iterator

from dispatch.errors import Finding
from dispatch.wire.rules import matrices, places, references, times, together, work
from dispatch.wire.view import View

RULES = (
    references.ids_are_unique,
    references.kinds_are_known,
    references.named_technicians_are_known,
    references.ways_of_moving_are_known,
    references.a_scope_names_what_is_there,
    places.sites_are_known,
    places.every_job_has_one_place,
    places.nothing_is_at_null_island,
    times.horizon_is_not_inverted_nor_too_long,
    times.windows_have_one_end_after_their_start,
    times.windows_of_a_job_do_not_overlap,
    times.told_and_preferred_windows_end_after_they_start,
    times.jobs_are_released_before_they_are_due,
    times.shifts_end_after_they_start,
    times.shifts_of_a_technician_do_not_overlap,
    times.breaks_lie_in_their_shift,
    times.breaks_do_not_overlap,
    times.absences_end_after_they_start,
    work.every_job_has_a_duration,
    work.pins_say_whose_shift_they_mean,
    work.facts_end_in_a_shift_that_is_there,
    work.orders_are_pinned_once,
    work.tiers_ascend,
    work.speeds_ascend,
    together.legs_are_given_once,
    together.legs_have_names_of_their_own,
    together.offsets_are_in_order,
    together.jobs_come_after_others_that_are_there,
    together.no_job_waits_for_itself,
    together.groups_ask_for_one_thing,
    together.crews_are_technicians,
    work.rush_hours_do_not_overlap,
    matrices.matrices_are_square_and_fit,
    matrices.cells_are_travel,
    matrices.hours_ascend,
    matrices.every_place_has_a_row,
)


def broken(view: View) -> Iterator[Finding]:
    """What breaks a rule, rule by rule."""
    for rule in RULES:
        yield from rule(view)
