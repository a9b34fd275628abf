"""What-ifs: ask, compare, make real or throw away."""

from typing import Final

from api.door import DISPATCHERS, PLANNERS, READERS, Call, Reply, endpoint
from dispatch import runs, scenarios, schedules, wire
from dispatch.access import Act

SCENARIO: Final = "/scenarios/<scenario>"

QUEUE_FULL: Final = {429: "As many runs of the caller are queued or running as may be.", 503: "So many are of all together."}
OVER: Final = "It was adopted or thrown away."


@endpoint(
    "POST",
    "/territories/<territory>/scenarios",
    may=PLANNERS,
    body=wire.NewScenario,
    answer=wire.Scenario,
    status=202,
    writes=True,
    errors=QUEUE_FULL,
    long=True,
)
def ask_what_if(act: Act, call: Call) -> Reply:
    """Ask what if: changes on a schedule, or on what is known now of a horizon.

    Nothing live is changed. `run` (and `base_run`) say how far it is; then there is a comparison.
    """
    row = scenarios.request(act, call.path["territory"], call.body, limits=_limits(call))
    return Reply(scenarios.shown(act, row), location=f"/scenarios/{row.id}", version=row.version)


@endpoint("GET", "/territories/<territory>/scenarios", may=READERS, query=wire.ScenarioQuery, answer=wire.Page[wire.Scenario])
def list_what_ifs(act: Act, call: Call) -> Reply:
    """The what-ifs of a territory, the newest first."""
    rows = scenarios.listed(act, call.path["territory"], call.query)
    return Reply(wire.Page[wire.Scenario](items=tuple(scenarios.shown(act, row) for row in rows.items), next=rows.next))


@endpoint("GET", SCENARIO, may=READERS, answer=wire.Scenario)
def look_at_what_if(act: Act, call: Call) -> Reply:
    """A what-if: what was asked, its runs, and the schedules they ended in."""
    row = scenarios.find(act, call.path["scenario"])
    return Reply(scenarios.shown(act, row), version=row.version)


@endpoint("GET", SCENARIO + "/comparison", may=READERS, answer=wire.Comparison, errors={409: "It is not planned yet."}, long=True)
def compare_what_if(act: Act, call: Call) -> Reply:
    """A what-if beside its base: cost terms, figures, and the jobs that are served, dropped, moved.

    Both are priced by the base's policy.
    """
    return Reply(scenarios.compared(act, schedules.desk_of(call.settings), call.path["scenario"]))


@endpoint(
    "POST",
    SCENARIO + "/adopt",
    may=DISPATCHERS,
    body=wire.Adoption,
    answer=wire.Adopted,
    status=202,
    writes=True,
    if_match=True,
    errors={409: f"{OVER} Or it has no plan yet, or a change cannot be made real as things stand.", **QUEUE_FULL},
    long=True,
)
def adopt_what_if(act: Act, call: Call) -> Reply:
    """Make a what-if real: its changes become records, and a run that begins with its plan ends in a draft.

    All of it happens, or nothing. docs/scenarios.md says what becomes of each change.
    """
    row, made = scenarios.adopt(act, call.path["scenario"], call.body, call.version or 0, limits=_limits(call))
    answer = wire.Adopted(scenario=scenarios.shown(act, row), run=row.adopted_run_id or "", records=tuple(made))
    return Reply(answer, location=f"/runs/{row.adopted_run_id}", version=row.version)


@endpoint("POST", SCENARIO + "/discard", may=PLANNERS, answer=wire.Scenario, writes=True, if_match=True, errors={409: OVER})
def discard_what_if(act: Act, call: Call) -> Reply:
    """Throw a what-if away: its runs end, and its schedules go."""
    row = scenarios.discard(act, call.path["scenario"], call.version or 0)
    return Reply(scenarios.shown(act, row), version=row.version)


def _limits(call: Call) -> runs.Limits:
    return runs.Limits(call.settings.queued_per_caller, call.settings.queued_in_all)
