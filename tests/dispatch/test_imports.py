from datetime import date
from pathlib import Path as File

import pytest

from dispatch import travel, wire
from dispatch.day import problem_of
from dispatch.errors import Code, InputError
from dispatch.imports import JOBS, TECHNICIANS, imported
from dispatch.wire import Day

DAY = date(2026, 3, 2)

ENGLISH = """id,Customer,latitude,longitude,Duration,skills,window start,Window-End,priority,parts,mandatory
j1,Kim,37.50,127.00,60,gas:2|korean,09:00,12:00,3,valve:2,yes
j2,"Lee, Ann",37.51,127.01,7.5,,2026-03-02 9:30,2026-03-02T11:00:00+09:00,1,,
"""
KOREAN = """번호;고객;위도;경도;소요시간(분);필요기술;희망시작;희망종료;우선순위;부품;필수
j1;Kim;37.50;127.00;60;gas:2|korean;09:00;12:00;3;valve:2;예
j2;Lee, Ann;37.51;127.01;7.5;;2026-03-02 9:30;2026-03-02T11:00:00+09:00;1;;
"""
PEOPLE = """id,name,skills,lat,lon,shift_start,shift_end,break_start,break_latest,break_min,date
t1,김철수,gas:3;korean,37.5,127,08:00,17:00,12:00,13:00,60,
t2,Ada,,37.5,127,22:00,06:00,,,,2026-03-01
"""


def take(jobs: str | bytes | None = None, technicians: str | bytes | None = None, into: Day | None = None) -> Day:
    data = [table.encode() if isinstance(table, str) else table for table in (jobs, technicians)]
    return imported(zone="Asia/Seoul", day=DAY, jobs=data[0], technicians=data[1], into=into, currency="KRW")


def refusals(jobs: str | bytes) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as refused:
        take(jobs)
    return [(finding.pointer, finding.code) for finding in refused.value.findings]


def table(header: str, *rows: str) -> str:
    return "\n".join((header, *rows, ""))


PLAIN = "id,lat,lon,duration_min"


def test_a_table_becomes_a_day_from_midnight_to_midnight() -> None:
    day = take(ENGLISH, PEOPLE)
    assert (day.timezone, day.currency) == ("Asia/Seoul", "KRW")
    assert (day.horizon.start.isoformat(), day.horizon.end.isoformat()) == (
        "2026-03-02T00:00:00+09:00",
        "2026-03-03T00:00:00+09:00",
    )
    first, second = day.jobs
    assert (first.id, first.customer, first.duration_min, first.skills, first.parts, first.mandatory) == (
        *("j1", "Kim", 60, {"gas": 2, "korean": 1}, {"valve": 2}, True),
    )
    assert (second.customer, second.duration_min, second.skills, second.mandatory) == ("Lee, Ann", 7.5, None, None)
    assert [window.start.isoformat() for job in day.jobs for window in job.windows] == [
        "2026-03-02T09:00:00+09:00",
        "2026-03-02T09:30:00+09:00",
    ]


def test_technicians_have_their_shift_on_the_day_or_on_the_one_they_name() -> None:
    day = take(ENGLISH, PEOPLE)
    shift = problem_of(day, travel.GreatCircle()).problem.shifts[0]
    assert (shift.start, shift.end, shift.breaks[0].open, shift.breaks[0].close) == (8 * 3600, 17 * 3600, 12 * 3600, 13 * 3600)
    assert [getattr(shift, "date", None) for person in day.technicians for shift in person.shifts] == [DAY, date(2026, 3, 1)]


@pytest.mark.parametrize(
    "data",
    [
        ENGLISH.encode(),
        ENGLISH.encode("utf-8-sig"),
        ENGLISH.replace("\n", "\r\n").encode(),
        ("\r\n\n" + ENGLISH + "\n,,,,,,,,,,\n").encode(),
        KOREAN.encode(),
        KOREAN.encode("cp949"),
        KOREAN.replace(";", "\t").encode("cp949"),
    ],
)
def test_encodings_line_ends_separators_and_languages_say_the_same(data: bytes) -> None:
    assert take(data) == take(ENGLISH)


def test_the_same_table_twice_changes_nothing() -> None:
    day = take(ENGLISH, PEOPLE)
    assert take(ENGLISH, PEOPLE, into=day) == day
    assert wire.write(take(ENGLISH, PEOPLE, into=day)) == wire.write(day)


def test_a_record_replaces_the_one_with_its_id_and_others_stay() -> None:
    day = take(table(PLAIN, "j2,1,1,5", "j9,1,1,9"), into=take(ENGLISH, PEOPLE))
    assert {job.id: job.duration_min for job in day.jobs} == {"j1": 60, "j2": 5, "j9": 9}
    assert len(day.technicians) == 2


def test_a_header_without_rows_is_a_table_of_nothing() -> None:
    assert take(PLAIN + "\n").jobs == ()
    assert take(PLAIN).jobs == ()


# ---------------------------------------------------------------- headers


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert refusals(data) == [("jobs line 1", Code.COLUMN_MISSING)]


def test_columns_that_are_unknown_missing_or_there_twice_are_named() -> None:
    with pytest.raises(InputError) as refused:
        take("id,lat,lon,duraton_min,위도\n")
    assert [(finding.code, finding.value, finding.message) for finding in refused.value.findings] == [
        (Code.COLUMN_UNKNOWN, "duraton_min", "is no column of a table of jobs; did you mean duration_min?"),
        (Code.COLUMN_DUPLICATE, "위도", "means lat, as lat does already"),
        (Code.COLUMN_MISSING, None, "has no column duration_min or kind"),
    ]


def test_the_headers_of_all_tables_are_judged_at_once() -> None:
    with pytest.raises(InputError) as refused:
        take("id\n", "id\n")
    assert {finding.pointer for finding in refused.value.findings} == {"jobs line 1", "technicians line 1"}


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_other_encodings_are_refused_and_never_guessed(encoding: str) -> None:
    assert refusals(table(PLAIN + ",name", "1,1,1,1,Müßé").encode(encoding)) == [("jobs line 1", Code.ENCODING_INVALID)]


# ---------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("lat", '"52,5"', Code.NUMBER_INVALID),
        ("lat", "N52.5", Code.NUMBER_INVALID),
        ("lat", "91", Code.OUT_OF_RANGE),
        ("duration_min", "1.234", Code.NUMBER_INVALID),
        ("duration_min", '"1,234"', Code.NUMBER_INVALID),
        ("duration_min", "1e3", Code.NUMBER_INVALID),
        ("duration_min", "nan", Code.NUMBER_INVALID),
        ("duration_min", "60분", Code.NUMBER_INVALID),
        ("duration_min", "-5", Code.OUT_OF_RANGE),
        ("duration_min", "9" * 500, Code.OUT_OF_RANGE),
        ("due", "03/04/2026", Code.DATETIME_INVALID),
        ("due", "2026.03.04", Code.DATETIME_INVALID),
        ("due", "2026-02-30 09:00", Code.DATETIME_INVALID),
        ("due", "25:00", Code.DATETIME_INVALID),
        ("due", "2026-03-02T09:00:00+25:00", Code.DATETIME_INVALID),
        ("mandatory", "maybe", Code.UNKNOWN_VALUE),
        ("priority", "11", Code.OUT_OF_RANGE),
        ("kind", "repiar", Code.UNKNOWN_REFERENCE),
        ("required", "t9", Code.UNKNOWN_REFERENCE),
        ("skills", "gas:0", Code.OUT_OF_RANGE),
        ("parts", "valve:1|valve:2", Code.DUPLICATE_KEY),
        ("id", "a/b", Code.STRING_INVALID),
        ("id", "", Code.REQUIRED),
        ("name", "\u200b", Code.REQUIRED),
    ],
)
def test_a_cell_that_is_wrong_or_could_be_read_in_two_ways_is_refused_where_it_stands(column: str, cell: str, code: Code) -> None:
    good = {"id": "j1", "lat": "52.5", "lon": "13.4", "duration_min": "60", column: cell}
    assert refusals(table(",".join(good), ",".join(good.values()))) == [(f"jobs line 2, column {column}", code)]


def test_a_local_time_that_clocks_skip_or_repeat_is_refused_in_a_window() -> None:
    for clock, code in (("2026-03-29 02:30", Code.NONEXISTENT_TIME), ("2026-10-25 02:30", Code.AMBIGUOUS_TIME)):
        with pytest.raises(InputError) as refused:
            imported(zone="Europe/Berlin", day=DAY, jobs=table(PLAIN + ",due", f"j1,1,1,5,{clock}").encode())
        assert [finding.code for finding in refused.value.findings] == [code]


def test_all_rows_are_judged_at_once_and_nothing_is_taken() -> None:
    rows = [f"j{n},1,1,60" for n in range(1_000)]
    rows[2] = "j2,1,1,sixty"
    rows[7] = "j7,91,181,60"
    rows[9] = "j8,1,1,60"
    rows[11] = "j11,1,1"
    assert refusals(table(PLAIN, *rows)) == [
        ("jobs line 4, column duration_min", Code.NUMBER_INVALID),
        ("jobs line 13", Code.DIMENSION_MISMATCH),
        ("jobs line 9, column lat", Code.OUT_OF_RANGE),
        ("jobs line 9, column lon", Code.OUT_OF_RANGE),
        ("jobs line 11, column id", Code.DUPLICATE_ID),
    ]


def test_a_finding_about_two_rows_names_the_line_of_the_other() -> None:
    with pytest.raises(InputError, match="is also the id of jobs line 2"):
        take(table(PLAIN, "j1,1,1,5", "j1,1,1,6"))


def test_lines_are_counted_through_cells_of_several_lines() -> None:
    assert refusals(table(PLAIN + ",note", 'j1,1,1,5,"two\nlines"', "j2,1,1,x,")) == [
        ("jobs line 4, column duration_min", Code.NUMBER_INVALID)
    ]


@pytest.mark.parametrize("row", ['j1,1,1,5,"open', 'j1,1,1,5,"a"b', "j1,1,1,5," + "n" * 200_000])
def test_a_table_that_is_no_csv_is_refused_at_its_line(row: str) -> None:
    assert refusals(table(PLAIN + ",note", row)) == [("jobs line 2", Code.STRING_INVALID)]


def test_personal_cells_are_never_echoed() -> None:
    with pytest.raises(InputError) as refused:
        take(table(PLAIN + ",customer", "j1,1,1,5," + "Lovelace" * 30))
    assert refused.value.findings[0].value is None
    assert "Lovelace" not in str(refused.value)


def test_what_looks_like_a_formula_or_html_is_text() -> None:
    day = take(table(PLAIN + ",name,customer", "j1,1,1,5,=cmd|' /C calc'!A0,<script>", "j2,1,1,5,@x,+1"))
    assert [(job.name, job.customer) for job in day.jobs] == [("=cmd|' /C calc'!A0", "<script>"), ("@x", "+1")]


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(InputError, match="timezone_unknown"):
        imported(zone="Mars/Olympus", day=DAY)


def test_every_column_is_documented() -> None:
    text = (File(__file__).parents[2] / "docs" / "day-file.md").read_text(encoding="utf-8")
    names = {name for layout in (JOBS, TECHNICIANS) for column in layout.columns for name in (column.name, *column.aliases)}
    assert {name for name in names if f"`{name}`" not in text} == set()
