"""Chance from a seed.

Only the raw stream of the bit generator is used, which NumPy promises never to change, and only additions and multiplications are
done to it: the same seed gives the same file on any machine, with any version of NumPy.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Dice:
    """A stream of chance, one for each sequence of seeds."""

    def __init__(self, *seeds: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence(seeds))

    def unit(self) -> float:
        """A number from 0 up to, not including, 1: the upper 53 of 64 random bits."""
        return (int(self._bits.random_raw()) >> 11) / (1 << 53)

    def chance(self, share: float) -> bool:
        """Whether something happens that does in this share of cases."""
        return self.unit() < share

    def between(self, low: int, high: int, step: int = 1) -> int:
        """A whole number from low to high, both included, in steps from low on."""
        return low + step * int(self.unit() * ((high - low) // step + 1))

    def bell(self) -> float:
        """A number around 0 with a standard deviation of 1, never beyond 3: the sum of three uniform ones, made to measure."""
        return 2 * (self.unit() + self.unit() + self.unit()) - 3

    def pick(self, options: Sequence[T]) -> T:
        """Any one of them."""
        return options[int(self.unit() * len(options))]

    def weighted(self, options: Sequence[T], weights: Iterable[float]) -> T:
        """One of them, each as likely as its weight says."""
        sums = list(accumulate(weights))
        mark = self.unit() * sums[-1]
        return next(option for option, upto in zip(options, sums, strict=True) if mark < upto)

    def some(self, options: Iterable[T], count: int) -> list[T]:
        """So many different ones, or all if there are fewer, in any order."""
        left = list(options)
        return [left.pop(int(self.unit() * len(left))) for _ in range(min(count, len(left)))]
