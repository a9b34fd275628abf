"""VROOM's door over HTTP: its documents in, its answers out, each from a process of its own."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dispatch import vroom
from dispatch.errors import Busy
from dispatch.settings import Settings
from dispatch.store.tables import Role
from dispatch.vroom.apart import COMMAND
from dispatch.wire.vroom import VroomQuery
from tests.api.service import Service
from tests.dispatch.vroom.documents import document, job, steps, vehicle

ASKED = document([vehicle(1)], [job(7, 1)])


def dying(folder: Path, settings: Settings, code: str) -> vroom.Apart:
    """A place where documents are answered by a process that does something else."""
    script = folder / "dying.py"
    script.write_text(code)
    return vroom.Apart(replace(settings, threads=1), (sys.executable, str(script)), preparing_s=0.5)


def test_a_document_is_answered_as_vroom_does(service: Service) -> None:
    answer = service.post("/compat/vroom?iterations=100", ASKED, role=Role.PLANNER)
    assert (answer.status, answer.json["code"], answer.json["summary"]["cost"]) == (200, 0, 200)
    assert [each["type"] for each in answer.json["routes"][0]["steps"]] == ["start", "job", "end"]


def test_plan_mode_is_an_option_of_the_document(service: Service) -> None:
    asked = document([vehicle(1, steps=steps(7))], [job(7, 1, time_windows=[[0, 1]])]) | {"options": {"c": True}}
    answer = service.post("/compat/vroom", asked)
    assert answer.status == 200
    assert answer.json["summary"]["violations"]


@pytest.mark.parametrize(
    ("sent", "where"), [({"vehicles": []}, "/vehicles"), (ASKED | {"jobs": [job(7, 1), job(7, 1)]}, "/jobs/1/id"), (b"{", "")]
)
def test_what_is_wrong_with_a_document_is_answered_as_vroom_express_does(service: Service, sent: Any, where: str) -> None:
    answer = service.post("/compat/vroom", sent)
    assert (answer.status, answer.headers["Content-Type"], answer.json["code"]) == (400, "application/json", 2)
    assert answer.json["error"]
    assert where in [each["pointer"] for each in answer.json["findings"]]


def test_what_is_wrong_with_the_request_is_a_problem(service: Service) -> None:
    assert service.post("/compat/vroom?seconds=31", ASKED).places == [("out_of_range", "?seconds")]
    assert service.post("/compat/vroom", b"x" * (8 * 2**20 + 1)).code == "too_large"
    assert service.post("/compat/vroom", ASKED, role=Role.READER).code == "not_allowed"


def test_only_so_many_are_answered_at_once(service: Service, settings: Settings) -> None:
    room = vroom.apart_of(settings).room
    for _ in range(2):
        assert room.acquire(blocking=False)
    try:
        answer = service.post("/compat/vroom?seconds=3", ASKED)
    finally:
        room.release(2)
    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (503, "busy", "4")


def test_a_process_that_dies_is_one_answer_of_vroom_s_code_1(tmp_path: Path, settings: Settings) -> None:
    apart = dying(tmp_path, settings, "import os; os.abort()")
    code, answer = apart.answered(json.dumps(ASKED).encode(), VroomQuery())
    assert (code, json.loads(answer)["code"]) == (1, 1)
    assert apart.room.acquire(blocking=False)


def test_a_process_that_does_not_end_is_ended(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dispatch.vroom.apart.WALL_S", 0.0)
    apart = dying(tmp_path, settings, "import time; time.sleep(600)")
    with pytest.raises(Busy):
        apart.answered(json.dumps(ASKED).encode(), VroomQuery(seconds=1))


def test_no_transaction_is_held_while_it_is_answered(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    held = []
    engine = service.store.engine

    def look(self: vroom.Apart, *_: object) -> tuple[int, bytes]:
        held.append(engine.pool.checkedout())  # type: ignore[attr-defined]
        return 0, b"{}"

    monkeypatch.setattr(vroom.Apart, "answered", look)
    service.post("/compat/vroom", ASKED)
    assert held == [0]


def test_a_process_whose_parent_is_gone_answers_nothing() -> None:
    """Process 1 is not its parent: whoever started it had died before it could say that it ends with them."""
    command = [*COMMAND, "--parent", "1", "--cpu", "60", "--seconds", "1"]
    done = subprocess.run(command, input=json.dumps(ASKED).encode(), capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
