"""The table of transitions, cell by cell: as the code has it, as the documentation shows it, and as the database is left."""

import re
from pathlib import Path

import pytest

from dispatch.progress.transitions import TABLE, Nowhere
from dispatch.store import Store
from dispatch.store.tables import EventKind, Visit, VisitState
from tests.dispatch.progress.world import TERRITORY, at, event, publish, report, visit

TEXT = (Path(__file__).parents[3] / "docs" / "technician.md").read_text(encoding="utf-8")
CELLS = [(state, kind) for state in VisitState for kind in EventKind]

EXPECTED = """
             accepted   en_route   arrived   started   completed   failed
planned      accepted   en_route   arrived   started   illegal     failed
accepted     superseded en_route   arrived   started   illegal     failed
en_route     superseded superseded arrived   started   illegal     failed
arrived      superseded superseded superseded started  illegal     failed
started      superseded superseded superseded superseded completed failed
completed    late       late       late      late      superseded  illegal
failed       late       late       late      late      illegal     superseded
withdrawn    illegal    illegal    illegal   illegal   illegal     illegal
"""
"""`late`: superseded if it happened earlier, else illegal."""


def expected(state: VisitState, kind: EventKind) -> str:
    rows = {words[0]: words[1:] for words in map(str.split, EXPECTED.strip().splitlines()[1:])}
    return rows[state][EXPECTED.split()[:6].index(kind)]


def test_the_table_says_something_of_every_state_and_kind() -> None:
    assert [(state, kind) for state, row in TABLE.items() for kind in row] == CELLS


@pytest.mark.parametrize(("state", "kind"), CELLS)
def test_each_cell_is_what_is_expected_here(state: VisitState, kind: EventKind) -> None:
    cell = TABLE[state][kind]
    assert ("late" if cell is Nowhere.SUPERSEDED_IF_EARLIER else cell) == expected(state, kind)


def test_the_table_of_the_documentation_is_that_of_the_code() -> None:
    lines = [re.split(r"\s*\|\s*", line.strip("| ")) for line in TEXT.splitlines() if line.startswith("| **")]
    shown = {words[0].strip("*"): [word.strip("*") for word in words[1:]] for words in lines}
    assert shown == {state.value: [cell.value for cell in row.values()] for state, row in TABLE.items()}


def put(store: Store, state: VisitState) -> None:
    """Bring the visit of the first job into a state, at nine."""
    with store.writing() as session:
        row = session.get_one(Visit, (TERRITORY, "a"))
        row.state, row.since = state, None if state is VisitState.PLANNED else at("09:00")
        row.started_at = at("08:50") if state in {VisitState.STARTED, VisitState.COMPLETED} else None
        row.ended_at = at("09:00") if state in {VisitState.COMPLETED, VisitState.FAILED} else None


@pytest.mark.parametrize(("state", "kind"), CELLS)
@pytest.mark.parametrize("clock", ["08:55", "09:05"])
def test_an_event_does_to_a_visit_what_its_cell_says(store: Store, state: VisitState, kind: EventKind, clock: str) -> None:
    publish(store)
    put(store, state)
    (answer,) = report(store, "09:30", event(kind, "a", clock))
    cell = expected(state, kind)
    if state is VisitState.WITHDRAWN:
        assert (answer.code, answer.status) == ("withdrawn", 409)
    elif cell == "illegal" or (cell == "late" and clock == "09:05"):
        assert (answer.code, answer.status) == ("illegal_transition", 409)
    elif cell in {"superseded", "late"}:
        assert (answer.outcome, answer.status) == ("superseded", 200)
    else:
        assert (answer.outcome, answer.status, answer.state) == ("applied", 200, cell)
    assert visit(store, "a").state == (answer.state if answer.outcome == "applied" else state)


def test_done_is_not_planned_again_by_a_report() -> None:
    """Bad input K15: no report leads back."""
    order = [*VisitState]
    leads = [(state, cell) for state, row in TABLE.items() for cell in row.values() if isinstance(cell, VisitState)]
    assert all(order.index(cell) > order.index(state) for state, cell in leads)
