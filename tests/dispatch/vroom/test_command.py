"""`dispatch plan --format vroom`: a document in, an answer out, with VROOM's exit codes."""

import io
import json
import re
from pathlib import Path

import pytest

import solver
from dispatch.cli import main
from dispatch.errors import Code
from dispatch.wire.vroom.asked import Asked, Break, Costs, Job, Matrices, Options, Shipment, Task, Vehicle, VehicleStep
from tests.dispatch.vroom.documents import document, job, steps, vehicle

DOCS = Path(__file__).parents[3] / "docs/vroom.md"


def briefly(problem, stop, *, seed=0, start=None, threads=1, progress=None):
    """The search, with a budget that time does not change."""
    return solver.solve(problem, solver.Iterations(1_000), seed=seed, start=start)


def never(problem, stop, **more):
    raise AssertionError("the search was begun")


@pytest.fixture
def run(tmp_path, capsys):
    """Plans a document: exit code, standard output, standard error."""

    def plan(asked, *options, solve=briefly):
        path = tmp_path / "asked.json"
        path.write_text(json.dumps(asked))
        code = main(["plan", "--format", "vroom", str(path), *options], solve=solve)
        return code, *capsys.readouterr()

    return plan


def test_the_answer_is_all_there_is_on_standard_output(run):
    code, out, err = run(document([vehicle(1)], [job(7, 1)]))
    assert (code, json.loads(out)["summary"]["cost"], err) == (0, 200, "")


def test_a_warning_is_said_beside_the_answer_unless_it_should_be_quiet(run):
    asked = document([vehicle(1, speedfactor=3)], [job(7, 1)])
    code, out, err = run(asked)
    assert code == 0
    assert err == "/vehicles/0/speedfactor: is not known here, and was ignored; did you mean speed_factor? [unknown_field]\n"
    assert json.loads(out)["warnings"][0]["pointer"] == "/vehicles/0/speedfactor"
    assert run(asked, "--quiet")[2] == ""


def test_a_refusal_is_an_answer_and_a_line_for_each_finding(run):
    code, out, err = run({"vehicles": []}, solve=never)
    assert code == json.loads(out)["code"] == 2
    assert err == "/vehicles: must have 1 entry or more [required]\n"


def test_the_routes_of_a_document_are_timed(run):
    code, out, _ = run(document([vehicle(1, steps=steps(7))], [job(7, 1)]), "--choose-eta", solve=never)
    assert code == 0
    assert [step["type"] for step in json.loads(out)["routes"][0]["steps"]] == ["start", "job", "end"]


def test_the_answer_is_written_to_a_file(run, tmp_path):
    path = tmp_path / "told.json"
    code, out, _ = run(document([vehicle(1)], [job(7, 1)]), "--out", str(path))
    assert (code, out, json.loads(path.read_text())["code"]) == (0, "", 0)


def test_a_document_is_read_from_standard_input(monkeypatch, capsys):
    data = json.dumps(document([vehicle(1)], [job(7, 1)])).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert main(["plan", "--format", "vroom", "-"], solve=briefly) == 0
    assert json.loads(capsys.readouterr().out)["code"] == 0


@pytest.mark.parametrize("options", [["--html", "r.html"], ["--start", "p.json"]])
def test_what_is_for_day_files_is_refused(run, options):
    code, _, err = run(document([vehicle(1)], []), *options, solve=never)
    assert code == 2
    assert f"{options[0]}: cannot be had together with --format vroom [conflict]" in err


def test_plan_mode_is_for_vroom_only(capsys):
    assert main(["plan", "day.json", "--choose-eta"], solve=never) == 2
    assert "--choose-eta: is for --format vroom only [conflict]" in capsys.readouterr().err


# ---------------------------------------------------------------- the documentation


@pytest.mark.parametrize("model", [Asked, Task, Job, Shipment, Vehicle, VehicleStep, Break, Costs, Matrices, Options])
def test_every_field_is_documented(model):
    text = DOCS.read_text()
    assert [name for name in model.model_fields if not re.search(rf"`(\w+\.|\w*\W)?{name}\b[^`]*`", text)] == []


@pytest.mark.parametrize(
    "code", [Code.UNSUPPORTED, Code.ROUTE_INFEASIBLE, Code.UNKNOWN_FIELD, Code.BREAK_ABSENT, Code.LIMIT_EXCEEDED]
)
def test_every_code_of_its_own_is_documented(code):
    assert f"`{code}`" in DOCS.read_text()
