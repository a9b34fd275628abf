"""A workbook says what its CSV tables would say, and what cannot be known for sure is refused."""

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from dispatch.cli import main
from dispatch.errors import Code, InputError
from dispatch.imports import imported, read_workbook
from dispatch.imports.workbook import MOST_UNPACKED
from dispatch.wire import Day
from tests.sheets import workbook

DAY = date(2026, 3, 2)
HEADER = ["id", "lat", "lon", "duration_min", "window_start", "window_end", "mandatory", "skills"]
JOB = ["j1", 37.556, 127, 7.125, datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 11, 30), True, "gas:2"]
CSV = ",".join(HEADER) + "\nj1,37.556,127,7.1250,2026-03-02 09:00,11:30,yes,gas:2\n"


def take(data: bytes, **sections: Any) -> Day:
    grids: dict[str, Any] = dict(read_workbook(data).grids)
    return imported(zone="Asia/Seoul", day=DAY, currency="KRW", **grids)


def refusals(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as refused:
        take(data)
    return [(finding.pointer, finding.code) for finding in refused.value.findings]


def test_a_workbook_says_what_its_table_would_say() -> None:
    assert take(workbook({"Jobs": [HEADER, JOB]})) == imported(zone="Asia/Seoul", day=DAY, currency="KRW", jobs=CSV.encode())


@pytest.mark.parametrize("title", ["jobs", "Jobs ", "작업"])
def test_sheets_are_known_by_their_titles_and_others_are_named_as_ignored(title: str) -> None:
    book = read_workbook(workbook({title: [HEADER, JOB], "Notes": [["hello"]]}))
    assert [*book.grids] == ["jobs"]
    assert [(each.code, each.pointer) for each in book.warnings] == [(Code.IGNORED, "sheet Notes")]


def test_both_tables_may_stand_in_one_workbook() -> None:
    crew = [["id", "lat", "lon", "shift_start", "shift_end"], ["t1", 37.5, 127, time(8), time(17)]]
    day = take(workbook({"jobs": [HEADER, JOB], "technicians": crew}))
    assert (len(day.jobs), [technician.id for technician in day.technicians]) == (1, ["t1"])


def test_blank_rows_and_cells_around_a_table_are_no_part_of_it() -> None:
    rows = [[], [*HEADER, None, None], [], [*JOB, None], [None] * 12]
    assert take(workbook({"jobs": rows})) == take(workbook({"jobs": [HEADER, JOB]}))


def test_a_cell_beside_the_table_is_refused_in_its_line() -> None:
    assert refusals(workbook({"jobs": [HEADER, JOB, [*JOB, "note"]]})) == [("jobs line 3", Code.DIMENSION_MISMATCH)]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("duration_min", "=1+1", Code.STRING_INVALID),  # nobody has reckoned it
        ("duration_min", "#N/A", Code.STRING_INVALID),
        ("duration_min", -5, Code.OUT_OF_RANGE),
        ("lat", "52,5", Code.NUMBER_INVALID),
        ("window_start", "03/04/2026", Code.DATETIME_INVALID),
        ("id", "a/b", Code.STRING_INVALID),
    ],
)
def test_a_cell_that_is_wrong_is_refused_where_it_stands(column: str, value: Any, code: Code) -> None:
    job = [value if name == column else cell for name, cell in zip(HEADER, JOB, strict=True)]
    where = f"jobs line 2, column {'D' if code is Code.STRING_INVALID and column == 'duration_min' else column}"
    assert (where, code) in refusals(workbook({"jobs": [HEADER, job]}))


def test_every_wrong_row_is_named_and_nothing_is_taken() -> None:
    rows = [HEADER, *([f"j{n}", *JOB[1:]] for n in range(300))]
    rows[5], rows[200] = ["j4", 91, *JOB[2:]], ["j199", 37, 127, "sixty", *JOB[4:]]
    assert refusals(workbook({"jobs": rows})) == [
        ("jobs line 201, column duration_min", Code.NUMBER_INVALID),
        ("jobs line 6, column lat", Code.OUT_OF_RANGE),
    ]


def test_ids_that_are_numbers_are_what_the_cell_shows() -> None:
    assert [job.id for job in take(workbook({"jobs": [HEADER, [4711, *JOB[1:]]]})).jobs] == ["4711"]


# ---------------------------------------------------------------- files that are no workbooks


def packed(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize("data", [b"PK\x03\x04 broken", packed(a=b"x"), workbook({"jobs": [HEADER, JOB]})[:-200]])
def test_what_only_looks_like_a_workbook_is_refused(data: bytes) -> None:
    assert refusals(data) == [("the workbook", Code.ENCODING_INVALID)]


def test_a_workbook_that_would_fill_the_memory_is_refused_unread() -> None:
    assert refusals(packed(bomb=bytes(MOST_UNPACKED + 1))) == [("the workbook", Code.TOO_LARGE)]


def test_a_sheet_of_too_many_rows_or_columns_is_refused() -> None:
    for rows in ([HEADER, *([["j"]] * 10_001)], [["id"] * 201]):
        assert refusals(workbook({"jobs": rows})) == [("the workbook", Code.LIMIT_EXCEEDED)]


def test_a_workbook_without_a_table_says_what_sheets_are_called() -> None:
    assert refusals(workbook({"Sheet1": [HEADER]})) == [("the workbook", Code.COLUMN_MISSING)]
    assert refusals(workbook({"jobs": [HEADER], "작업": [HEADER]})) == [("the workbook", Code.COLUMN_DUPLICATE)]
    assert [*read_workbook(workbook({"Sheet1": [HEADER, JOB]}), "jobs").grids] == ["jobs"]


def test_the_command_takes_a_workbook_for_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, other = tmp_path / "jobs.xlsx", tmp_path / "crew.xlsx"
    book.write_bytes(workbook({"Sheet1": [HEADER, JOB]}))
    other.write_bytes(workbook({"jobs": [HEADER], "Notes": [["?"]]}))
    where = ["--timezone", "Asia/Seoul", "--date", "2026-03-02"]
    assert main(["import", "--jobs", str(book), *where]) == 0
    assert '"id": "j1"' in capsys.readouterr().out
    assert main(["import", "--technicians", str(other), *where]) == 2
    assert "has no sheet called technicians" in capsys.readouterr().err
