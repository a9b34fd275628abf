"""The commands about a day that goes on: advance, plan around what is in force, gaps."""

import json
from pathlib import Path

import pytest

from dispatch.cli.command import main
from tests.dispatch.days import crowded


@pytest.fixture
def day(tmp_path: Path) -> Path:
    file = tmp_path / "day.json"
    file.write_text(json.dumps(crowded(40) | {"options": {}}))
    return file


@pytest.fixture
def plan(day: Path) -> Path:
    file = day.parent / "plan.json"
    assert main(["plan", str(day), "--iterations", "50", "--threads", "1", "--quiet", "--out", str(file)]) == 0
    return file


def test_a_day_is_advanced_and_planned_again_with_every_move_listed(
    day: Path, plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later, jobs, again = (str(day.parent / name) for name in ("later.json", "jobs.json", "again.json"))
    job = {"id": "new", "priority": 1, "duration_min": 60, "location": {"lat": 52.5, "lon": 13.39}}
    Path(jobs).write_text(json.dumps(job))
    to = "2026-03-02T10:00:00+01:00"
    assert main(["advance", str(day), str(plan), "--to", to, "--told", "120", "--add", jobs, "--out", later]) == 0
    search = ["--iterations", "300", "--threads", "1", "--freeze", "15", "--max-told-moves", "1"]
    assert main(["plan", later, *search, "--out", again, "--html", str(day.parent / "again.html")]) == 0
    shown = capsys.readouterr().out
    moved = json.loads(Path(again).read_text())["moved"]
    assert moved
    assert f"Moved: {len(moved)}" in shown
    assert "makes room for new" in shown.replace("\n", " ")
    assert "Moved visits" in (day.parent / "again.html").read_text()
    assert sum(each["told"] and not each["kept"] for each in moved) <= 1


def test_a_plan_in_force_can_be_named_and_kept(day: Path, plan: Path) -> None:
    again = day.parent / "again.json"
    search = ["--iterations", "300", "--threads", "1", "--quiet", "--max-moves", "0"]
    assert main(["plan", str(day), "--in-force", str(plan), *search, "--out", str(again)]) == 0
    assert json.loads(again.read_text())["moved"] == []


def test_gaps_are_listed_with_what_fits(day: Path, plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sparse = json.loads(plan.read_text())
    sparse["routes"] = [route for route in sparse["routes"] if route["technician"] != "t0"]
    served = {visit.get("job") for route in sparse["routes"] for visit in route["visits"]}
    sparse["unassigned"] = [
        {"job": f"j{n}", "status": "displaced", "reason": "time_budget", "message": "-"} for n in range(40) if f"j{n}" not in served
    ]
    plan.write_text(json.dumps(sparse))
    assert main(["gaps", str(day), str(plan), "t0", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [len(gap["jobs"]) > 0 for gap in found["gaps"]] == [True]
    prices = [each["price"] for each in found["gaps"][0]["jobs"]]
    assert prices == sorted(prices)
    assert main(["gaps", str(day), str(plan), "t0"]) == 0
    assert found["gaps"][0]["jobs"][0]["job"] in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["gaps", "DAY", "PLAN", "nobody"], ["advance", "DAY", "PLAN", "--to", "2026-03-09T10:00:00+01:00"]]
)
def test_who_is_not_there_and_when_is_not_the_day_is_refused(day: Path, plan: Path, arguments: list[str]) -> None:
    files = {"DAY": str(day), "PLAN": str(plan)}
    assert main([files.get(each, each) for each in arguments]) == 2


def test_an_instant_without_an_offset_is_refused(day: Path, plan: Path) -> None:
    with pytest.raises(SystemExit):
        main(["advance", str(day), str(plan), "--to", "2026-03-02T10:00:00"])
