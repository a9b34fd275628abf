"""The command through its front door: what it prints, what it writes, what it answers."""

import argparse
import io
import json
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

import solver
from dispatch import wire
from dispatch.cli import main, progress
from dispatch.cli.plan import budget
from dispatch.report import words
from solver import Stop, StopKind

NAME = "[bold]Boiler[/bold] \x1b[2J <script> 보일러"
SHOWN = "[bold]Boiler[/bold] ␛[2J <script> 보일러"


def at(clock: str) -> str:
    return f"2026-03-02T{clock}:00+01:00"


def day(**more):
    """One technician from 8 to 16; j1 fits, nobody has the skill for j2."""
    place = {"lat": 52.5, "lon": 13.39}
    return {
        "horizon": {"start": at("00:00"), "end": "2026-03-03T00:00:00+01:00"},
        "timezone": "Europe/Berlin",
        "technicians": [
            {
                "id": "t1",
                "name": "Ada",
                "home": {"lat": 52.52, "lon": 13.405},
                "shifts": [{"start": at("08:00"), "end": at("16:00")}],
            }
        ],
        "jobs": [
            {"id": "j1", "location": place, "duration_min": 60, "windows": [{"start": at("09:00"), "end": at("12:00")}]},
            {"id": "j2", "location": place, "duration_min": 60, "skills": ["sweep"]},
        ],
    } | more


@pytest.fixture
def day_file(tmp_path):
    path = tmp_path / "day.json"
    path.write_text(json.dumps(day()))
    return str(path)


def first_job_only(problem, stop, *, seed=0, start=None, threads=1, progress=None):
    """A stand-in for the search: the first shift serves the first job."""
    plan = solver.plan_of(problem, [(0, [Stop(StopKind.JOB, 0)])])
    cost = solver.evaluate(problem, plan)
    if progress:
        progress(solver.Progress(0.5, 1_000, cost.total, len(plan.unassigned)))
    return solver.Result(plan, cost, False, 1_000, 0.5, str(stop), ())


def never(problem, stop, **more):
    raise AssertionError("the search was begun")


def written(path: Path) -> wire.PlanFile:
    return wire.read_plan(path.read_bytes())


@pytest.fixture
def plan_file(day_file, tmp_path, capsys):
    path = tmp_path / "plan.json"
    assert main(["plan", day_file, "--out", str(path), "--quiet"], solve=first_job_only) == 0
    return str(path)


# ---------------------------------------------------------------- plan


def test_a_plan_is_printed_with_its_tables_reasons_and_source(day_file, capsys):
    assert main(["plan", day_file], solve=first_job_only) == 0
    out, err = capsys.readouterr()
    assert "Ada" in out
    assert "09:00  10:00  j1" in out
    assert "no skilled technician" in out
    assert "1 of 2 jobs served, 1 unassigned" in out
    assert "travel: great circle" in out
    assert "ended: time limit of 10 s" in out
    assert "\x1b" not in out + err
    assert "iterations/s" in err


def test_the_seconds_of_a_row_add_up(day_file, capsys):
    main(["plan", day_file], solve=first_job_only)
    row = next(line for line in capsys.readouterr().out.splitlines() if line.split()[:2] == ["A", "Ada"])
    seconds = [_seconds(cell) for cell in row.split()[5:11]]
    assert sum(seconds[:5]) == seconds[5] > 3600


def _seconds(cell: str) -> int:
    if cell == "–":
        return 0
    hours, minutes, *rest = map(int, cell.split(":"))
    return 3600 * hours + 60 * minutes + sum(rest)


def test_json_is_the_plan_file_and_nothing_else(day_file, capsys):
    assert main(["plan", day_file, "--json", "--seed", "5"], solve=first_job_only) == 0
    plan = wire.read_plan(capsys.readouterr().out.encode())
    assert [visit.job for route in plan.routes for visit in route.visits] == ["j1"]
    assert [left.job for left in plan.unassigned] == ["j2"]
    assert plan.seed == 5


def test_quiet_is_silent(day_file, capsys):
    assert main(["plan", day_file, "--quiet"], solve=first_job_only) == 0
    assert capsys.readouterr() == ("", "")


def test_files_are_written_and_nothing_is_left_beside_them(day_file, tmp_path):
    out, html = tmp_path / "계획.json", tmp_path / "report.html"
    html.write_text("an older one")
    assert main(["plan", day_file, "--quiet", "--out", str(out), "--html", str(html)], solve=first_job_only) == 0
    assert written(out).iterations == 1_000
    assert html.read_text().startswith("<!doctype html>")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["day.json", "report.html", "계획.json"]


@pytest.mark.parametrize("option", ["--out", "--html"])
@pytest.mark.parametrize("target", ["missing/plan.json", ".", "day.json/plan.json"])
def test_what_cannot_be_written_is_refused_before_the_search(option, target, day_file, tmp_path, capsys):
    assert main(["plan", day_file, option, str(tmp_path / target)], solve=never) == 2
    assert "[file_unwritable]" in capsys.readouterr().err


def test_one_file_for_two_outputs_is_refused(day_file, tmp_path, capsys):
    name = str(tmp_path / "both")
    assert main(["plan", day_file, "--out", name, "--html", name], solve=never) == 2
    assert "asked for twice" in capsys.readouterr().err
    assert not (tmp_path / "both").exists()


def test_a_plan_can_begin_with_another(day_file, plan_file, capsys):
    begun = []

    def begin(problem, stop, **more):
        begun.append(more["start"])
        return first_job_only(problem, stop)

    assert main(["plan", day_file, "--quiet", "--start", plan_file], solve=begin) == 0
    assert [route.jobs for route in begun[0].routes] == [(0,)]


def test_names_are_shown_as_they_are_and_steer_no_terminal(tmp_path, capsys):
    document = day(name=NAME)
    document["technicians"][0]["name"] = NAME
    for job in document["jobs"]:
        job["name"] = NAME
    path = tmp_path / "day.json"
    path.write_text(json.dumps(document))
    assert main(["plan", str(path), "--html", str(tmp_path / "report.html")], solve=first_job_only) == 0
    out = capsys.readouterr().out
    assert out.count(SHOWN) >= 3
    assert "\x1b" not in out


def test_an_empty_day_has_an_empty_plan(tmp_path, capsys):
    path = tmp_path / "day.json"
    path.write_text(json.dumps(day(technicians=[], jobs=[])))
    assert main(["plan", str(path), "--html", str(tmp_path / "report.html")]) == 0
    assert "0 of 0 jobs served" in capsys.readouterr().out


# ---------------------------------------------------------------- how long, how often


def asked(**given):
    return argparse.Namespace(**{"seconds": None, "iterations": None, "threads": 2, "seed": None, "prove": False} | given)


def options(**given):
    return wire.Day.model_validate(day(options=given)).options


def test_ten_seconds_unless_somebody_says_otherwise():
    assert budget(asked(), options())[:2] == (10.0, None)
    assert budget(asked(), options(time_limit_s=5))[:2] == (5.0, None)
    assert budget(asked(seconds=3), options(time_limit_s=5))[:2] == (3, None)


def test_iterations_alone_know_no_time_limit():
    assert budget(asked(iterations=100), options(time_limit_s=5))[:2] == (None, 100)
    assert budget(asked(), options(iterations=200))[:2] == (None, 200)
    assert budget(asked(iterations=100, seconds=3), options())[:2] == (3, 100)


def test_seconds_on_the_command_line_outweigh_iterations_in_the_file():
    assert budget(asked(seconds=3), options(iterations=200))[:2] == (3, None)


def test_the_seed_is_that_of_the_command_then_of_the_day():
    assert budget(asked(seed=0), options(seed=4)).seed == 0
    assert budget(asked(), options(seed=4)).seed == 4
    assert budget(asked(), options()).seed == 0


@pytest.mark.parametrize(
    "arguments",
    [["--seconds", each] for each in ("0", "-1", "nan", "inf", "x", "1e400", "")]
    + [["--threads", each] for each in ("0", "65", "1.5", "²", "9" * 5000)]
    + [["--seed", "-1"], ["--iterations", "0"], ["--roads", "a", "--osrm", "b"], ["--speed", "3"]],
)
def test_numbers_out_of_range_are_refused(arguments, day_file, capsys):
    with pytest.raises(SystemExit) as end:
        main(["plan", day_file, *arguments], solve=never)
    assert end.value.code == 2
    assert "error:" in capsys.readouterr().err


# ---------------------------------------------------------------- bad input


def refused(tmp_path, text: bytes, *more: str) -> int:
    path = tmp_path / "bad.json"
    path.write_bytes(text)
    return main(["plan", str(path), *more], solve=never)


def test_every_finding_is_on_a_line_of_its_own(tmp_path, capsys):
    document = day(timezone="Europe/Atlantis")
    document["jobs"][0] |= {"duration_min": -5, "skils": ["gas"]}
    assert refused(tmp_path, json.dumps(document).encode()) == 2
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == ""
    assert [line.split(":")[0] for line in sorted(lines)] == ["/jobs/0/duration_min", "/jobs/0/skils", "/timezone"]
    assert any("[out_of_range]" in line and "-5" in line for line in lines)


def test_findings_as_a_document(tmp_path, capsys):
    document = day()
    document["jobs"][0]["duration_min"] = -5
    assert refused(tmp_path, json.dumps(document).encode(), "--json") == 2
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert err == ""
    assert answer["more"] == 0
    assert [(each["pointer"], each["code"], each["value"]) for each in answer["errors"]] == [
        ("/jobs/0/duration_min", "out_of_range", -5)
    ]


def test_at_most_a_hundred_findings_are_listed(tmp_path, capsys):
    document = day(jobs=[{"id": f"j{n}", "location": {"lat": 91, "lon": 0}, "duration_min": 5} for n in range(150)])
    assert refused(tmp_path, json.dumps(document).encode()) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 101
    assert lines[-1] == "… and 50 more"


@pytest.mark.parametrize("text", [b"", b"{", b"null", b'{"a":NaN}', b"\xff", b"[" * 100_000, b'{"a":1,"a":2}'])
def test_what_is_no_day_is_refused_without_a_traceback(text, tmp_path, capsys):
    assert refused(tmp_path, text) == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_file_that_cannot_be_read_is_a_finding(name, tmp_path, capsys):
    assert main(["plan", str(tmp_path / name)], solve=never) == 2
    assert "[file_unreadable]" in capsys.readouterr().err


def test_a_missing_extract_of_roads_is_a_finding(day_file, tmp_path, capsys):
    assert main(["plan", day_file, "--roads", str(tmp_path / "none.osm.pbf")], solve=never) == 2
    assert "[file_unreadable]" in capsys.readouterr().err


def test_without_travel_times_the_exit_code_is_three(day_file, capsys):
    assert main(["plan", day_file, "--osrm", "ftp://nowhere"], solve=never) == 3
    assert capsys.readouterr().err.startswith("travel: ")


# ---------------------------------------------------------------- Ctrl-C


def test_the_first_interrupt_ends_the_search_with_its_best_plan(day_file, capsys):
    def interrupted(problem, stop, **more):
        assert stop(solver.Effort(0, 0, 0.0)) == 0
        signal.raise_signal(signal.SIGINT)
        assert stop(solver.Effort(0, 0, 0.0)) >= 1
        return first_job_only(problem, stop, **more)

    before = signal.getsignal(signal.SIGINT)
    assert main(["plan", day_file], solve=interrupted) == 0
    assert "1 of 2 jobs served" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) is before


def test_the_engines_leave_ctrl_c_to_the_caller():
    # CP-SAT has a handler of its own; whoever installed one before must still have it afterwards
    heard = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        solver.warm()
        signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == [signal.SIGINT]


def test_the_second_interrupt_ends_the_command(day_file, capsys):
    def stubborn(problem, stop, **more):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        raise AssertionError("not interrupted")

    assert main(["plan", day_file], solve=stubborn) == 130
    assert capsys.readouterr().err.endswith("interrupted\n")


# ---------------------------------------------------------------- progress


def test_progress_is_said_in_money_and_speed():
    # 12.5 million micro-units are 12.50; 1,000 iterations in 0.5 s are 2,000 a second
    assert (
        progress.said(solver.Progress(0.5, 1_000, 12_500_000, 3), "EUR")
        == "  0.5 s · cost 12.50 EUR · 3 unassigned · 2,000 iterations/s"
    )


def test_away_from_a_terminal_a_line_comes_every_two_seconds(capsys):
    with progress.line("EUR", warm=True) as report:
        for seconds in (0.0, 0.5, 1.9, 2.1, 3.0, 4.2):
            report(solver.Progress(seconds, 1, 1, 0))
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "preparing the search"
    assert [line.split()[0] for line in said[1:]] == ["0.0", "2.1", "4.2"]


def test_the_first_run_says_that_it_compiles(capsys):
    with progress.line("EUR", warm=False):
        pass
    assert "compiling" in capsys.readouterr().err


def test_money_has_the_decimals_of_its_currency():
    assert words.money(Decimal("1234.5"), "EUR") == "1,234.50 EUR"
    assert words.money(Decimal("1234.5"), "KRW") == "1,234 KRW"  # half to even


# ---------------------------------------------------------------- check, compare


def tampered(plan_file: str, **change) -> str:
    """The plan with another start of its first visit, ten minutes late, say."""
    document = json.loads(Path(plan_file).read_text())
    document["routes"][0]["visits"][0] |= change
    Path(plan_file).write_text(json.dumps(document))
    return plan_file


def test_a_legal_plan_is_legal(day_file, plan_file, capsys):
    assert main(["check", day_file, plan_file]) == 0
    assert capsys.readouterr() == ("legal: no rule is broken\n", "")


def test_a_broken_plan_says_which_rule(day_file, plan_file, capsys):
    # the window closes at 12:00
    tampered(plan_file, start=at("12:30"), end=at("13:30"))
    assert main(["check", day_file, plan_file]) == 1
    out = capsys.readouterr().out
    assert "window: 1" in out
    assert "not legal" in out


def test_violations_as_a_document(day_file, plan_file, capsys):
    tampered(plan_file, start=at("12:30"), end=at("13:30"))
    assert main(["check", day_file, plan_file, "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["legal"] is False
    window = next(each for each in answer["violations"] if each["cause"] == "window")
    assert (window["technician"], window["shift"], window["job"], window["amount"]) == ("t1", 0, "j1", 1800)


def test_another_source_of_travel_is_pointed_out(day_file, plan_file, capsys):
    document = json.loads(Path(plan_file).read_text())
    document["travel"]["provider"] = "roads of somewhere"
    Path(plan_file).write_text(json.dumps(document))
    assert main(["check", day_file, plan_file]) == 0
    assert "made with travel by roads of somewhere" in capsys.readouterr().err


def test_a_plan_of_another_day_is_refused(day_file, plan_file, capsys):
    tampered(plan_file, job="j9")
    assert main(["check", day_file, plan_file]) == 2
    assert main(["compare", day_file, plan_file, plan_file]) == 2
    assert capsys.readouterr().err.count("/routes/0/visits/0/job") == 2


def test_plans_are_compared_job_by_job(day_file, plan_file, tmp_path, capsys):
    later = tmp_path / "later.json"
    later.write_text(Path(plan_file).read_text())
    tampered(str(later), start=at("10:00"), end=at("11:00"))
    assert main(["compare", day_file, plan_file, str(later)]) == 0
    out = capsys.readouterr().out
    assert "moved in time" in out
    assert "+60" in out
    assert main(["compare", day_file, plan_file, str(later), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [(each["job"], each["change"]) for each in answer["changes"]] == [("j1", "moved")]
    assert answer["cost"]["total"]["difference"] == 0


# ---------------------------------------------------------------- the rest


def test_the_schema_is_a_json_schema(capsys):
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert "technicians" in schema["properties"]


def test_help_says_the_exit_codes(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    out = capsys.readouterr().out
    assert all(f"  {code}" in out for code in (0, 1, 2, 3, 130))


def test_the_version_is_said(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.startswith("field-dispatch ")


def run(*arguments: str, data: str = "", encoding: str = "utf-8") -> subprocess.Popen[bytes]:
    """The command in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-X", "utf8=0", "-m", "dispatch", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={"PATH": "", "PYTHONIOENCODING": encoding},
    )
    assert process.stdin
    process.stdin.write(data.encode())
    process.stdin.close()
    process.stdin = None
    return process


def test_a_reader_that_goes_away_is_no_error():
    process = run("schema")
    assert process.stdout
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate()
    assert (process.returncode, err) == (0, b"")


def test_a_day_comes_from_standard_input_and_any_terminal_can_show_it(plan_file):
    process = run("check", "-", plan_file, data=json.dumps(day(name="보일러")), encoding="ascii")
    out, err = process.communicate()
    assert (process.returncode, out, err) == (0, b"legal: no rule is broken\n", b"")


def test_output_goes_where_it_is_sent():
    buffer = io.StringIO()
    progress.screen.console(buffer).print("[x]", markup=False)
    assert buffer.getvalue() == "[x]\n"


# ---------------------------------------------------------------- import

TABLE = "id,lat,lon,duration_min,window_start,window_end\nj1,52.5,13.39,60,09:00,12:00\nj3,52.6,13.39,30,,\n"


def table(tmp_path, text: str = TABLE) -> str:
    path = tmp_path / "jobs.csv"
    path.write_text(text)
    return str(path)


def test_tables_become_a_day(tmp_path, capsys):
    assert main(["import", "--jobs", table(tmp_path), "--timezone", "Europe/Berlin", "--date", "2026-03-02"]) == 0
    made = wire.read_day(capsys.readouterr().out.encode())
    assert [job.id for job in made.jobs] == ["j1", "j3"]
    assert made.jobs[0].windows[0].start.isoformat() == at("09:00")


def test_tables_are_added_to_a_day(day_file, tmp_path, capsys):
    out = tmp_path / "more.json"
    assert main(["import", "--jobs", table(tmp_path), "--into", day_file, "--out", str(out)]) == 0
    made = wire.read_day(out.read_bytes())
    assert sorted(job.id for job in made.jobs) == ["j1", "j2", "j3"]
    assert capsys.readouterr() == ("", f"{out}: 3 jobs, 1 technicians\n")


def test_a_table_with_errors_is_refused_whole(tmp_path, capsys):
    bad = table(tmp_path, TABLE.replace("60", "sixty").replace("52.6", "91"))
    assert main(["import", "--jobs", bad, "--timezone", "Europe/Berlin", "--date", "2026-03-02"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 2


@pytest.mark.parametrize(
    "more", [[], ["--timezone", "Europe/Berlin"], ["--date", "2026-03-02"], ["--timezone", "x", "--date", "2026-03-02"]]
)
def test_a_new_day_needs_a_zone_and_a_date(more, tmp_path, capsys):
    assert main(["import", "--jobs", table(tmp_path), *more]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_an_import_of_nothing_is_refused(capsys):
    assert main(["import", "--timezone", "Europe/Berlin", "--date", "2026-03-02"]) == 2
    assert "[required]" in capsys.readouterr().err


# ---------------------------------------------------------------- who searches


def test_a_day_is_planned_in_pieces_by_workers_that_are_asked_for(tmp_path, monkeypatch):
    path, asked = tmp_path / "day.json", []

    def in_pieces(problem, stop, *, workers, executor, **more):
        asked.append((workers, executor))
        return solver.solve(problem, stop)

    monkeypatch.setattr(solver, "solve_in_pieces", in_pieces)
    path.write_text(json.dumps(day()))
    assert main(["plan", str(path), "--workers", "3", "--iterations", "1", "--quiet"], solve=never) == 0
    assert asked == [(3, None)]


def test_workers_of_this_machine_and_of_a_cluster_are_not_had_together(day_file, capsys):
    assert main(["plan", day_file, "--workers", "2", "--cluster", "tcp://127.0.0.1:9"], solve=never) == 2
    assert capsys.readouterr().err.startswith("--workers: cannot be had together with --cluster")


def test_the_search_is_compiled_ahead_of_time_and_says_where_it_is_kept(capsys):
    assert main(["warm"]) == 0
    assert "field-dispatch-kernels-" in capsys.readouterr().err
