import numpy as np
import pytest

from dispatch.travel import WORKING_HOURS, TravelError, TravelTable, hours_between
from dispatch.travel.provider import CELLS
from solver import UNREACHABLE


def table(*slices, bands=None, distances=None):
    durations = np.array(slices)
    metres = np.zeros(durations.shape[1:], dtype=np.int64) if distances is None else distances
    return TravelTable(durations, metres, tuple(range(len(durations))) if bands is None else bands, "given")


def test_the_mean_of_the_bands_is_rounded_up():
    # (10 + 11) / 2 = 10.5 → 11; (7 + 7) / 2 = 7.
    mean = table([[0, 10], [7, 0]], [[0, 11], [7, 0]]).mean()
    assert mean.tolist() == [[0, 11], [7, 0]]
    assert mean.dtype == np.int64


def test_unreachable_in_one_band_is_unreachable_in_the_mean():
    assert table([[0, 10], [7, 0]], [[0, UNREACHABLE], [7, 0]]).mean().tolist() == [[0, UNREACHABLE], [7, 0]]


def test_the_mean_of_one_band_is_the_band():
    assert table([[0, 10], [7, 0]]).mean().tolist() == [[0, 10], [7, 0]]


def test_the_description_says_over_which_hours_the_mean_is_taken():
    one = [[0]]
    assert table(one, one, one, bands=(8, 9, 10)).description == "given, mean of the hours 8–10"
    assert table(one, one, bands=(8, 17)).description == "given, mean of the hours 8, 17"
    assert table(one, bands=(8,)).description == "given"


def test_a_table_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        table([[0, 10], [7, 0]]).durations[0, 0, 1] = 5


def test_a_table_leaves_the_arrays_it_was_made_of_writable():
    cells = np.zeros((1, 2, 2), dtype=np.int64)
    TravelTable(cells, cells[0], (8,), "given")
    cells[0, 0, 1] = 1
    assert cells[0, 0, 1] == 1


def test_a_table_of_no_places_is_legal():
    assert table(np.zeros((0, 0), dtype=np.int64), bands=(8,)).mean().shape == (0, 0)


@pytest.mark.parametrize(
    ("slices", "bands", "message"),
    [
        ([[[0, -1], [7, 0]]], (8,), "negative"),
        ([[[0, UNREACHABLE + 1], [7, 0]]], (8,), "above"),
        ([[[1, 5], [7, 0]]], (8,), "diagonal"),
        ([[[0, 5.5], [7, 0]]], (8,), "whole number"),
        ([[[0, 5], [7, 0]]], (8, 9), "shape"),
        ([[[0, 5, 6], [7, 0, 8]]], (8,), "not square"),
        ([[[0, 5], [7, 0]]], (24,), "hours"),
        ([[[0, 5], [7, 0]]] * 2, (9, 8), "hours"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(slices, bands, message):
    with pytest.raises(TravelError, match=message):
        table(*slices, bands=bands)


def test_all_hours_between_two_are_asked_for_a_small_day():
    assert hours_between(8, 17, 100) == WORKING_HOURS


def test_hours_run_over_midnight():
    assert hours_between(22, 2) == (0, 1, 2, 22, 23)


def test_a_table_for_many_places_gets_fewer_hours():
    # 5,000² = 25 million cells, so 4 bands fit into 100 million; of ten hours every third from the second on is taken.
    hours = hours_between(8, 17, 5_000)
    assert hours == (9, 12, 15)
    assert len(hours) * 5_000**2 <= CELLS


def test_there_is_always_an_hour():
    assert len(hours_between(8, 17, 50_000)) == 1
