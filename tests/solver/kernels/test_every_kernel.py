"""Every kernel has a naive twin: here stands which test compares it, or the kernel it is a part of, with it."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from solver import kernels
from tests.solver import test_bounds
from tests.solver.kernels import (
    test_chance,
    test_coupled,
    test_driving,
    test_enumerate,
    test_held,
    test_insertion,
    test_moves,
    test_pool,
    test_room,
    test_ruin,
    test_state,
    test_step,
    test_timing,
)

FOLDER = Path(kernels.__file__).parent
DECORATORS = {"entry", "jit", "inlined", "pasted"}

TWINS: dict[Callable[..., None], str] = {
    test_chance.test_every_draw_is_that_of_integers_without_end: "chance.draw",
    test_chance.test_fractions_and_numbers_below_a_bound_are_the_upper_53_bits: "chance.uniform chance.below",
    test_timing.test_the_price_of_any_order_is_that_of_the_definition: """
        timing.price timing.fitting timing.supplied timing.lead timing.walk timing.begin timing.held_at_home timing.timed_price
        timing.late_or_waiting
        timing.overtime timing.departs timing.put_off timing.is_kept timing.is_placeless
        timing.place_of timing.travel timing.metres""",
    test_driving.test_a_drive_takes_what_the_line_between_two_knots_says: "driving.drive driving.in_traffic driving.length",
    test_driving.test_the_last_second_to_leave_is_the_last_of_all_that_arrive_in_time: """
        driving.last_leave driving.last_leave_in_traffic""",
    test_timing.test_the_opening_of_a_job_is_the_first_second_at_which_it_may_start: "timing.opening",
    test_timing.test_the_latest_start_of_a_job_is_the_last_second_at_which_it_may_start_and_be_left_in_time: "state.latest_start",
    test_state.test_places_times_and_metres_are_those_of_driving_the_route: "state.derive state.derive_plain",
    test_state.test_the_latest_arrival_is_never_before_the_last_second_that_keeps_what_follows_on_time: "state.latest_arrivals",
    test_state.test_segments_say_how_long_a_chain_of_stops_takes_whenever_it_begins: "state.segments state.alone state.joined",
    test_state.test_jobs_are_located_and_what_they_use_before_the_first_stock_stop_is_counted: "state.locate",
    test_state.test_a_refreshed_route_has_the_price_of_its_stops: "state.refresh state.time_of state.first_leave",
    test_state.test_whatever_a_step_did_the_state_is_that_of_its_stops_loaded_afresh: """
        step.search step.recreate step.commit insertion.apply""",
    test_state.test_a_step_that_gains_nothing_is_undone_to_the_last_number: """
        state.undo state.touch state.copy_spots timing.copy""",
    test_state.test_the_absent_are_listed_once_each_and_the_best_plan_is_kept: """
        state.attend state.leave_out state.keep_best""",
    test_state.test_a_plan_goes_into_a_state_and_comes_out_the_same: "state.load",
    test_insertion.test_an_absent_job_is_put_where_trying_all_says_that_it_is_cheapest: """
        insertion.find insertion.on_route insertion.scan insertion.try_at insertion.least_for_time insertion.plain_time
        insertion.next_placed""",
    test_insertion.test_a_job_for_which_the_van_has_nothing_finds_the_cheapest_way_by_the_stock_point: """
        insertion.scan_with_stock insertion.try_with_stock insertion.front_holds insertion.stock_stops""",
    test_ruin.test_a_cut_removes_the_jobs_counted_but_for_the_piece_kept: "ruin.cut ruin.take",
    test_ruin.test_a_string_without_a_hole_holds_the_job_it_is_cut_about: "ruin.string_at ruin.ordinal",
    test_ruin.test_a_whole_route_goes_and_a_single_job_goes_alone: "ruin.remove_route ruin.single",
    test_ruin.test_neighbouring_routes_go_whole_the_one_of_the_seed_first: "ruin.remove_routes",
    test_ruin.test_scattered_jobs_are_the_seed_and_jobs_near_it: "ruin.remove_scattered",
    test_ruin.test_after_a_ruin_every_route_is_legal_and_the_total_counts_what_is_out: """
        ruin.ruin ruin.a_served_job ruin.remove_strings""",
    test_ruin.test_stock_stops_that_are_not_needed_are_dropped_the_last_one_first: "ruin.drop_needless_stock timing.without",
    test_step.test_jobs_are_arranged_by_their_keys_and_equal_ones_stay_in_line: "step.arrange",
    test_step.test_all_absent_jobs_are_queued_or_a_run_of_so_many_that_begins_anywhere: "step.queue_absent",
    test_step.test_breaks_and_stock_stops_settle_where_the_route_costs_least: """
        step.settle step.settle_touched step.stock_anywhere step.insert_at""",
    test_pool.test_a_pool_holds_what_a_dictionary_would: "pool.remember pool.write",
    test_enumerate.test_every_set_of_jobs_has_the_cheapest_route_that_trying_all_orders_finds: """
        enumerate.enumerate_routes enumerate.is_next enumerate.reach enumerate.hold enumerate.keep enumerate.dominates""",
    test_enumerate.test_the_stops_of_a_route_are_those_of_its_jobs_and_its_price: "enumerate.trace",
    test_room.test_room_on_a_route_costs_what_trying_all_says: """
        room.make_room room.list_choices room.leave room.place room.least""",
    test_room.test_a_job_fits_alone_just_when_some_order_with_breaks_and_stock_stops_is_legal: "room.fits_alone",
    test_moves.test_the_moves_of_routes_and_of_the_absent_are_those_of_the_plan: """
        moves.moves_in_all moves.dropped step.keeps_limits""",
    test_moves.test_no_step_moves_more_than_may_be_and_the_plan_still_gets_better: "moves.is_kept moves.weight",
    test_moves.test_a_route_of_any_order_moves_what_its_visits_say: "moves.moves_on moves.move_of",
    test_moves.test_soft_prices_are_those_of_the_definition_and_a_later_start_saves_no_more_than_the_whole: """
        timing.soft_price timing.least_timed_price""",
    test_bounds.test_no_plan_costs_less_than_the_bound: """
        pricing.grow pricing.look_ahead pricing.prepare pricing.may_follow pricing.extended pricing.latest_of_all pricing.hold
        pricing.count_time pricing.worked_least pricing.carry pricing.kept pricing.queue_of pricing.dominates pricing.finished
        outlook.spot_of outlook.least_price outlook.complete outlook.ending""",
    test_bounds.test_a_proof_that_is_ended_early_is_true_too: "pricing.least_unfinished",
    test_bounds.test_routes_of_a_proof_are_priced_as_the_naive_twin_prices_them: "pricing.price_all",
    test_coupled.test_after_a_step_linked_jobs_are_served_when_the_definition_says_and_the_total_is_its_price: """
        coupled.search_coupled coupled.load_coupled coupled.ruin_coupled coupled.take_with coupled.take_one coupled.recreate_coupled
        coupled.settle_coupled coupled.moves_enough coupled.count_moves
        links.renew links.touches_links links.raise_all links.go links.push_others links.floor_by links.ceil_by links.lower_all
        links.look_back links.ceiling links.ceil_of links.mirrored links.bound links.price_extra links.surplus links.meets
        links.allowed links.fits_all
        units.best_position units.place_unit units.leg_of units.is_ready units.spot_for units.meet_up units.suppose units.asked
        units.carry_out units.put_in units.pull_out units.put_back units.any_ready timing.meeting""",
    test_coupled.test_a_step_that_gains_nothing_leaves_stops_and_meeting_times_as_they_were: "coupled.save coupled.undo_coupled",
    test_coupled.test_units_left_out_are_listed_once_and_the_best_plan_costs_what_was_least: """
        coupled.commit_coupled coupled.heads_only units.is_served""",
    test_coupled.test_only_routes_that_nothing_couples_are_remembered: "coupled.is_free",
    test_held.test_kernels_read_the_fields_of_a_held_tuple: "held.held",
}
"""Which kernels a test holds to their naive twins."""

TWINNED = {kernel for kernels_of_a_test in TWINS.values() for kernel in kernels_of_a_test.split()}


def kernels_of(path: Path) -> set[str]:
    """The kernels of a module, as `module.name`."""
    functions = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
    return {f"{path.stem}.{each.name}" for each in functions if DECORATORS & {ast.unparse(mark) for mark in each.decorator_list}}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_every_kernel_has_a_test_that_holds_it_to_a_naive_twin(path):
    assert kernels_of(path) - TWINNED == set()


def test_no_test_is_named_for_a_kernel_that_is_gone():
    every = {kernel for path in FOLDER.glob("*.py") for kernel in kernels_of(path)}
    assert {kernel for kernel in TWINNED - every if kernel != "held.held"} == set()
