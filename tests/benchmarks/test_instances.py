"""Reading: what each format's numbers become in a problem. The instances in `data/` are our own; their sums are done here."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import hhcrsp, kovacs, mdvrptw, pcvrptw, sdvrptw, toptw, trsp, vrptw
from benchmarks.case import UnreadableInstance
from solver import Ask, Departure, Group, Link, Window


def spoilt(path: Path, tmp_path: Path, old: str, new: str) -> Path:
    """A copy of an instance with one piece of text replaced."""
    text = path.read_text()
    assert old in text
    copy = tmp_path / path.name
    copy.write_text(text.replace(old, new))
    return copy


# ---------------------------------------------------------------- vrptw


def test_solomon_arcs_are_tenths_cut_off_and_not_rounded(data: Path) -> None:
    travel = vrptw.read(data / "three.txt").problem.travel
    # 0-1: (3, 4) is 5 away; 0-3: the root of 2, 1.414; 2-3: (5, 7), the root of 74, 8.602; 1-3: (2, 3), 3.606
    assert [travel.durations[a, b] for a, b in ((0, 1), (0, 3), (2, 3), (1, 3))] == [50, 14, 86, 36]
    assert np.array_equal(travel.durations, travel.distances)


def test_a_solomon_customer_becomes_a_mandatory_job_in_tenths(data: Path) -> None:
    job = vrptw.read(data / "three.txt").problem.jobs[1]
    assert (job.id, job.place, job.duration, job.windows, job.parts["load"]) == ("2", 2, 50, (Window(100, 600),), 6)
    assert job.mandatory


def test_every_vehicle_of_a_solomon_fleet_is_a_shift_at_the_depot(data: Path) -> None:
    shifts = vrptw.read(data / "three.txt").problem.shifts
    assert len(shifts) == 2
    assert {(s.start, s.end, s.start_place, s.end_place, s.parts["load"], s.price_metre, s.price_second) for s in shifts} == {
        (0, 1000, 0, 0, 10, 1, 0)
    }


def test_a_solomon_file_without_a_fleet_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableInstance, match="NUMBER CAPACITY"):
        vrptw.read(spoilt(data / "three.txt", tmp_path, "NUMBER", "COUNT"))


# ---------------------------------------------------------------- sdvrptw


def test_equal_vehicles_are_shifts_of_one_technician(data: Path) -> None:
    problem = sdvrptw.read(data / "four.vrp").problem
    assert [shift.technician for shift in problem.shifts] == [0, 0, 1]
    assert [shift.parts["load"] for shift in problem.shifts] == [10, 10, 20]
    assert {shift.max_duration for shift in problem.shifts} == {12_000}
    assert problem.departure is Departure.KEEP_END


def test_a_client_requires_a_vehicle_that_may_serve_it(data: Path) -> None:
    problem = sdvrptw.read(data / "four.vrp").problem
    # Client 1 (node 2) is in the lists of the first two vehicles, client 4 (node 5) in that of the third, the others in all.
    required = [sorted(job.required) for job in problem.jobs]
    assert required == [["vehicle type 1"], [], [], ["vehicle type 2"]]


def test_site_dependent_numbers_are_rounded_to_thousandths(data: Path) -> None:
    case = sdvrptw.read(data / "four.vrp")
    # 0-1: (0, 1.5); 0-3: the root of 2, 1.41421; 1-2: (2, 1.5) is 2.5; 1-3: (1, 0.5), the root of 1.25, 1.11803
    assert [case.problem.travel.durations[a, b] for a, b in ((0, 1), (0, 3), (1, 2), (1, 3))] == [1500, 1414, 2500, 1118]
    assert case.problem.jobs[3].windows == (Window(20_000, 30_000),)
    assert case.unit == 1000


def test_a_client_no_vehicle_may_serve_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableInstance, match="no vehicle may serve client 4"):
        sdvrptw.read(spoilt(data / "four.vrp", tmp_path, "3\t3\t4\t5", "3\t3\t4"))


def test_a_section_that_is_too_short_is_refused_by_name(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableInstance, match="CAPACITY_SECTION has 2 rows, not 3"):
        sdvrptw.read(spoilt(data / "four.vrp", tmp_path, "2\t10\n3\t20\n", "2\t10\n"))


def test_a_missing_value_is_refused_by_name(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableInstance, match="VEHICLES_MAX_DURATION is missing"):
        sdvrptw.read(spoilt(data / "four.vrp", tmp_path, "VEHICLES_MAX_DURATION: 12\n", ""))


# ---------------------------------------------------------------- prizes and depots


def test_a_client_with_a_prize_may_be_left_out_for_it(data: Path) -> None:
    problem = pcvrptw.read(data / "prizes.vrp").problem
    # Prizes are whole (3.9 is 3) and count ten times, as distances do; 50.57 is cut off to 505 tenths.
    assert [job.unserved for job in problem.jobs] == [120, 30, 900]
    assert problem.jobs[0].windows == (Window(0, 505),)
    assert not problem.jobs[0].mandatory
    assert [problem.travel.durations[a, b] for a, b in ((0, 1), (1, 2), (0, 3))] == [50, 36, 500]


def test_a_file_without_prizes_is_refused_by_name(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableInstance, match="PRIZE_SECTION has 0 rows, not 4"):
        pcvrptw.read(spoilt(data / "prizes.vrp", tmp_path, "PRIZE_SECTION", "PRICE_SECTION"))


def test_vehicles_of_several_depots_start_and_end_at_their_own(data: Path) -> None:
    problem = mdvrptw.read(data / "depots.vrp").problem
    assert [(shift.start_place, shift.end_place, shift.end, shift.max_duration) for shift in problem.shifts] == [
        (0, 0, 100_000, 12_000),
        (0, 0, 100_000, 12_000),
        (1, 1, 90_000, 12_000),
    ]
    assert [(job.id, job.place, job.parts["load"]) for job in problem.jobs] == [("2", 2, 4), ("3", 3, 5), ("4", 4, 6)]


def test_a_vehicle_whose_depot_is_a_client_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableInstance, match="is none of the first 2 nodes"):
        mdvrptw.read(spoilt(data / "depots.vrp", tmp_path, "3\t2\nDEPOT", "3\t3\nDEPOT"))


# ---------------------------------------------------------------- home care


def test_a_patients_two_services_are_linked_by_their_starts_and_go_to_different_caregivers(data: Path) -> None:
    problem = hhcrsp.read(data / "home.json").problem
    assert [(job.id, job.place, job.duration, dict(job.skills)) for job in problem.jobs] == [
        ("p1/s1", 1, 5_000, {"s1": 1}),
        ("p2/s1", 2, 2_000, {"s1": 1}),
        ("p2/s2", 2, 4_000, {"s2": 1}),
    ]
    assert problem.links == (Link(1, 2, low=4_000, high=9_000, from_start=True),)
    assert [bundle.alternatives for bundle in problem.bundles] == [((1, 2),)]
    assert problem.groups == (Group((1, 2), Ask.DIFFERENT_TECHNICIANS),)


def test_a_visit_is_due_to_begin_by_the_end_of_its_window_cut_off_to_whole_numbers(data: Path) -> None:
    job = hhcrsp.read(data / "home.json").problem.jobs[0]
    # The window from 10.99999 to 20 is one from 10; 5 of service after 20 end at 25.
    assert (job.windows[0].open, job.due, job.late_rate, job.mandatory) == (10_000, 25_000, 1, True)


def test_the_same_time_is_no_time_apart(data: Path, tmp_path: Path) -> None:
    copy = spoilt(data / "home.json", tmp_path, '"sequential", "distance": [4, 9]', '"simultaneous"')
    assert hhcrsp.read(copy).problem.links == (Link(1, 2, low=0, high=0, from_start=True),)


def test_a_file_without_caregivers_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableInstance, match="no instance of home health care"):
        hhcrsp.read(spoilt(data / "home.json", tmp_path, '"caregivers"', '"nurses"'))


# ---------------------------------------------------------------- scores


def test_a_team_has_as_many_tours_as_can_visit_every_point(data: Path) -> None:
    case = toptw.read(data / "c1.txt")
    assert [(shift.start, shift.end) for shift in case.problem.shifts] == [(0, 4_000)] * 2
    assert [(job.id, job.duration, job.windows) for job in case.problem.jobs[:2]] == [
        ("1", 200, (Window(0, 1_000),)),
        ("2", 100, (Window(500, 2_000),)),
    ]
    assert case.whole == 35
    # 0-2: the root of 2, cut off to 1.4
    assert case.problem.travel.durations[0, 2] == 140


def test_points_of_cordeau_are_a_hundredth_apart(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "pr1.txt"
    copy.write_text((data / "c1.txt").read_text())
    assert toptw.read(copy).problem.travel.durations[0, 2] == 141


def test_a_tour_is_shorter_than_the_price_of_a_point(data: Path) -> None:
    case = toptw.read(data / "c1.txt")
    assert sum(shift.end * shift.price_metre for shift in case.problem.shifts) < case.unit


def test_a_point_open_four_times_is_open_in_the_first_tour_by_its_sign(data: Path) -> None:
    problem = toptw.read_constrained(data / "MCTOPMTW-1-c1.txt").problem
    assert problem.jobs[0].windows == (Window(0, 500), Window(900, 3_000))
    assert problem.jobs[1].windows == (Window(500, 900), Window(3_000, 4_000))
    assert {name: amount for name, amount in problem.jobs[2].parts.items() if amount} == {"fee": 3, "kind 2": 1}
    assert (problem.shifts[0].parts["fee"], problem.shifts[0].parts["kind 10"]) == (8, 2)


def test_a_budget_that_several_tours_share_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableInstance, match="2 tours share one budget"):
        toptw.read_constrained(spoilt(data / "MCTOPMTW-1-c1.txt", tmp_path, "1 3 8", "2 3 8"))


# ---------------------------------------------------------------- technicians


def test_a_task_needs_the_highest_level_it_asks_for(data: Path) -> None:
    problem = kovacs.read(data / "crews/tasks_noTeam/S1_2x2_noTeam.txt").problem
    assert [dict(job.skills) for job in problem.jobs] == [
        {"domain 1": 2},
        {"domain 1": 1, "domain 2": 1},
        {"domain 1": 1, "domain 2": 2},
    ]
    # 200 and the root of 2, or of 3, to the third: 202.828427 and 205.196152
    assert [job.unserved for job in problem.jobs] == [2_028_284, 2_028_284, 2_051_962]
    assert [{name: skill.level for name, skill in each.skills.items()} for each in problem.technicians] == [
        {"domain 1": 2},
        {"domain 1": 1, "domain 2": 1},
    ]


def test_people_may_form_the_crews_that_can_do_more_than_each_of_them(data: Path) -> None:
    problem = kovacs.read(data / "crews/tasks_Team/R1_2x2_Team.txt").problem
    # Task 2 asks for two people at level 1 of domain 1, one of them at level 2, and one of domain 2: only the first two together.
    # Task 4 asks for three at level 2, of whom there is one.
    assert [(shift.technician, shift.crew) for shift in problem.shifts] == [(0, ()), (1, ()), (2, ()), (0, (1,))]
    assert dict(problem.jobs[0].staff) == {"domain 1": (2, 1), "domain 2": (1, 0)}


def test_straight_lines_are_rounded_up_to_ten_thousandths_and_whole_ones_stay(data: Path) -> None:
    durations = trsp.read(data / "depot.txt").problem.travel.durations
    # 0-1: (3, 4) is 5, exactly; 1-5: (1, 1), 1.41421356, up to 1.4143; 5-3: (2, 3), 3.60555128, up to 3.6056
    assert [durations[a, b] for a, b in ((0, 1), (1, 5), (5, 3))] == [50_000, 14_143, 36_056]


def test_technicians_have_what_their_lists_say(data: Path) -> None:
    problem = trsp.read(data / "depot.txt").problem
    assert [sorted(technician.skills) for technician in problem.technicians] == [["skill 0"], ["skill 0", "skill 1"]]
    assert [(set(shift.tools), dict(shift.parts)) for shift in problem.shifts] == [(set(), {"part 0": 1}), ({"tool 1"}, {})]
    assert [(shift.start_place, shift.end_place, shift.stock and shift.stock.place) for shift in problem.shifts] == [
        (1, 1, 0),
        (2, 2, 0),
    ]


def test_requests_need_what_their_lists_say(data: Path) -> None:
    job = trsp.read(data / "depot.txt").problem.jobs[1]
    assert (job.id, dict(job.skills), set(job.tools), dict(job.parts)) == ("4", {"skill 1": 1}, {"tool 0"}, {"part 1": 2})
    assert (job.duration, job.windows) == (40_000, (Window(0, 500_000),))


def test_matrices_are_read_as_far_as_the_ids_go(data: Path) -> None:
    travel = trsp.read(data / "matrix.txt").problem.travel
    # Nine rows stand in the file: depot, two technicians, three requests, and copies of the first three.
    assert travel.places == 6
    assert [travel.durations[a, b] for a, b in ((1, 3), (4, 2), (3, 4))] == [105_000, 70_167, 22_500]
    assert travel.distances[1, 3] == 52_500


def test_technicians_who_start_at_one_spot_share_its_place(data: Path) -> None:
    shifts = trsp.read(data / "matrix.txt").problem.shifts
    assert [(shift.start_place, shift.end_place, shift.stock) for shift in shifts] == [(0, 0, None), (0, 0, None)]


def test_a_matrix_with_a_short_row_is_refused_by_name(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableInstance, match="TRAVEL TIMES are missing or not 6 by 6"):
        trsp.read(spoilt(data / "matrix.txt", tmp_path, "4;7.0167;7.0167;7.0167;2.2500;0.0000;3.0000", "4;7.0167;7.0167"))


def test_a_depot_that_closes_during_a_shift_is_refused(data: Path, tmp_path: Path) -> None:
    # The solver's stock point is always open, so an instance in which that matters cannot be stated.
    with pytest.raises(UnreadableInstance, match="not open all their shifts"):
        trsp.read(spoilt(data / "depot.txt", tmp_path, "0    0     0     0      100", "0    0     0     0      99"))
