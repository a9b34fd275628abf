"""Hard rules that a policy switches off do not hold."""

from typing import Any, get_args

import pytest

import solver
from dispatch.wire.prices import RuleName
from tests.dispatch.bad_inputs import day_at
from tests.dispatch.days import BASE, Raw, changed, planning

JOB, TECHNICIAN = ("jobs", 0), ("technicians", 0)

IMPOSSIBLE: dict[str, list[tuple[tuple[str | int, ...], Any]]] = {
    "skills": [((*JOB, "skills"), {"gas": 2})],
    "skill_dates": [((*TECHNICIAN, "skills"), {"gas": {"until": "2026-03-01"}})],
    "tags": [((*JOB, "tags"), ["korean"])],
    "areas": [((*JOB, "area"), "north"), ((*TECHNICIAN, "areas"), ["south"])],
    "tools": [((*JOB, "tools"), ["ladder"])],
    "parts": [((*JOB, "parts"), {"valve": 1})],
    "windows": [((*JOB, "windows"), [{"start": day_at("20:00"), "end": day_at("21:00")}])],
    "technicians": [((*JOB, "technicians"), {"excluded": ["t1"]})],
    "breaks": [((*TECHNICIAN, "shifts", 0, "breaks"), [{"start": day_at("08:00"), "end": day_at("08:00"), "duration_min": 420}])],
    "limits": [((*TECHNICIAN, "limits"), {"duration_min": 30})],
    "pins": [((*JOB, "pin"), {"technician": "t1", "start": day_at("15:59")})],
}
"""What makes the only job of a day impossible, by the rule it is."""


def served(raw: Raw) -> int:
    found = planning(raw)
    result = solver.solve(found.problem, solver.Iterations(50), seed=1)
    assert solver.check(found.problem, result.plan) == ()
    return len(found.problem.jobs) - len(result.plan.unassigned)


def test_every_rule_that_can_be_switched_off_is_tried() -> None:
    assert set(get_args(RuleName)) == IMPOSSIBLE.keys()


@pytest.mark.parametrize("rule", IMPOSSIBLE)
def test_a_rule_that_is_off_keeps_no_job_out(rule: str) -> None:
    day = changed(BASE, *IMPOSSIBLE[rule])
    others = [name for name in IMPOSSIBLE if name not in {rule, "skills"}]  # without skills their dates do not matter either
    assert served(day) == 0
    assert served({**day, "policy": {"rules_off": [rule]}}) == 1
    assert served({**day, "policy": {"rules_off": others}}) == 0
