"""Random numbers of our own, so that a seed means the same plan in every process and on every thread.

The generator is SplitMix64 (Steele, Lea & Flood 2014, doi 10.1145/2660193.2660195); its state is one uint64 in an array that the
caller owns.
"""

import numpy as np

from solver.kernels.compile import entry, inlined


@entry
def draw(chance):  # type: ignore[no-untyped-def]
    """The next 64 random bits."""
    chance[0] += np.uint64(0x9E3779B97F4A7C15)
    z = chance[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@inlined
def uniform(chance):  # type: ignore[no-untyped-def]
    """A float in [0, 1)."""
    return np.float64(draw(chance) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inlined
def below(chance, n):  # type: ignore[no-untyped-def]
    """An integer in `0 … n-1`."""
    return np.int64(uniform(chance) * n)
