"""A named tuple handed to kernels by reference reads as the tuple itself."""

from typing import NamedTuple

import numpy as np
import pytest

from solver.kernels.compile import entry, jit
from solver.kernels.held import held


@held
class Some(NamedTuple):
    """Numbers, a flag and arrays of several shapes and types."""

    count: int
    flag: bool
    share: float
    row: np.ndarray
    table: np.ndarray
    small: np.ndarray


@jit
def told(some):
    """Reads every field one call deeper."""
    cells = 0
    for i in range(some.table.shape[0]):
        for k in range(some.table.shape[1]):
            cells += some.table[i, k] * (i + 1)
    return cells + some.row[some.count] + some.small[0], some.flag, some.share


@entry
def tell(some):
    return told(some)


@entry
def write(some, value):
    some.row[0] = value


def some(seed: int) -> Some:
    rng = np.random.default_rng(seed)
    table, small = rng.integers(0, 99, (3, 4)), rng.integers(0, 99, 2).astype(np.int32)
    return Some(int(rng.integers(0, 5)), bool(seed % 2), float(rng.random()), rng.integers(0, 99, 5), table, small)


@pytest.mark.parametrize("seed", range(6))
def test_kernels_read_the_fields_of_a_held_tuple(seed):
    one = some(seed)
    weights = np.arange(1, 4)[:, None]
    assert tell(one) == (int((one.table * weights).sum() + one.row[one.count] + one.small[0]), one.flag, one.share)


def test_what_a_kernel_writes_into_an_array_of_a_held_tuple_is_written():
    one = some(0)
    write(one, 1_234)
    assert one.row[0] == 1_234
    other = one._replace(row=np.zeros(5, np.int64))
    write(other, 5)
    assert (one.row[0], other.row[0]) == (1_234, 5)
