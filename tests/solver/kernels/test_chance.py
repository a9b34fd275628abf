"""Random numbers are SplitMix64's, on every machine and with or without the compiler."""

from fractions import Fraction

import numpy as np

from solver.kernels.chance import draw
from tests.solver.kernels import doors
from tests.solver.kernels.twins import splitmix


def test_chance_is_splitmix64():
    # the first three numbers of the published generator from the state 1234567
    chance = np.array([1234567], np.uint64)
    assert [int(draw(chance)) for _ in range(3)] == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_every_draw_is_that_of_integers_without_end():
    for seed in (0, 1, 2**63, 2**64 - 1):
        chance, state = np.array([seed], np.uint64), seed
        for _ in range(200):
            state, number = splitmix(state)
            assert int(draw(chance)) == number
            assert int(chance[0]) == state


def test_fractions_and_numbers_below_a_bound_are_the_upper_53_bits():
    one, other, state = np.array([7], np.uint64), np.array([7], np.uint64), 7
    for bound in (1, 2, 3, 10, 1_000, 5_000_000) * 40:
        state, number = splitmix(state)
        fraction = Fraction(number >> 11, 2**53)
        assert 0 <= fraction < 1
        assert Fraction(doors.uniform(one)) == fraction
        assert doors.below(other, bound) == int(float(fraction) * bound) < bound
