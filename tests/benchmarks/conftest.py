"""Small instances of our own making, one per format, and whether the public ones are at hand."""

from pathlib import Path

import pytest

from benchmarks.families import SHARED
from benchmarks.judge import JUDGE

DATA = Path(__file__).parent / "data"


@pytest.fixture
def data() -> Path:
    return DATA


@pytest.fixture
def public() -> Path:
    """The folder of the public instances; without it the test says so and skips."""
    if not SHARED.is_dir():
        pytest.skip(f"the public instances are not at {SHARED}")
    return SHARED


@pytest.fixture
def judge() -> Path:
    """The independent judge; without it the test says so and skips."""
    if not JUDGE.is_file():
        pytest.skip(f"the judge is not at {JUDGE}")
    return JUDGE
