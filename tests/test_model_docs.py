"""Every row of the model names the test that would fail without it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "model.md"


def rows() -> Iterator[tuple[str, str]]:
    """The first cell of each row of every table, and the cell that names its test; "" if the table has no such column."""
    column: int | None = None
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]] if line.startswith("|") else []
        if not cells:
            column = None
        elif column is None:
            column = cells.index("test") if "test" in cells else len(cells)
        elif not set(line) <= set("| -"):
            yield cells[0], cells[column] if column < len(cells) else ""


ROWS = [*rows()]


@cache
def functions(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(("field", "named"), ROWS, ids=[field for field, _ in ROWS])
def test_every_row_of_the_model_names_a_test_that_is_there(field: str, named: str) -> None:
    names = named.split("`")[1::2]
    assert names, f"{field} names no test"
    for name in names:
        path, _, test = name.removeprefix("tests/").partition("::")
        files = [TESTS / path] if "/" in path else sorted(TESTS.rglob(path))
        assert any(file.is_file() and (not test or test in functions(file)) for file in files), f"{field}: {name}"


def test_there_are_tables_of_jobs_of_live_days_and_of_shifts() -> None:
    fields = {field for field, _ in ROWS}
    assert len(ROWS) > 40
    assert {"windows, finish_by", "promise", "current", "max_told_moves", "stock point"} <= fields
