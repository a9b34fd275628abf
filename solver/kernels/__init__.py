"""The compiled core: jitted functions on `arrays.Arrays` and `state.State`; numpy and numba only, no classes.

A kernel takes the named tuples first, then small integers. Integers are int64; a cost of `ILLEGAL` says that a rule is broken.
Compiled code is kept on disk under a name made of all kernel sources: numba itself looks at one file's date only, and would go
on using a kernel after another one that it calls has changed.
"""

from solver.arrays import Arrays
from solver.kernels.compile import cache_folder, is_warm
from solver.kernels.held import held

held(Arrays)

__all__ = ["cache_folder", "is_warm"]
