"""Policies: rules and prices in versions, and what things are worth by them."""

from typing import Final

from api.door import DISPATCHERS, READERS, Call, Reply, endpoint
from dispatch import policies, wire
from dispatch.access import Act

MANY: Final = "/territories/<territory>/policies"
ONE: Final = f"{MANY}/<policy>"


@endpoint("GET", MANY, may=READERS, query=wire.PolicyQuery, answer=wire.Page[wire.PolicyRecord])
def list_policies(act: Act, call: Call) -> Reply:
    """Every version of every policy, by name and number."""
    rows = policies.listed(act, call.path["territory"], call.query)
    return Reply(wire.Page[wire.PolicyRecord](items=tuple(policies.shown(act, row) for row in rows.items), next=rows.next))


@endpoint(
    "POST",
    MANY,
    may=DISPATCHERS,
    body=wire.NewPolicy,
    answer=wire.PolicyRecord,
    status=201,
    writes=True,
    errors={409: "Somebody made a version in the same moment."},
)
def add_policy(act: Act, call: Call) -> Reply:
    """Make a policy, or a new version of one.

    What says the same as the newest version is that version. A territory plans by the newest version of the policy it names.
    """
    row = policies.create(act, call.path["territory"], call.body)
    return Reply(policies.shown(act, row), location=f"/territories/{row.territory_id}/policies/{row.name}/{row.number}")


@endpoint("GET", ONE, may=READERS, answer=wire.PolicyRecord)
def look_at_policy(act: Act, call: Call) -> Reply:
    """The newest version of a policy."""
    return Reply(policies.shown(act, policies.find(act, call.path["territory"], call.path["policy"])))


@endpoint("GET", f"{ONE}/<number>", may=READERS, answer=wire.PolicyRecord)
def look_at_policy_version(act: Act, call: Call) -> Reply:
    """A version of a policy."""
    return Reply(policies.shown(act, policies.find(act, call.path["territory"], call.path["policy"], call.path["number"])))


@endpoint("GET", f"{ONE}/<number>/rates", may=READERS, answer=wire.ExchangeRates)
def look_at_policy_rates(act: Act, call: Call) -> Reply:
    """What things are worth by a version of a policy: one late hour = … minutes of travel."""
    row = policies.find(act, call.path["territory"], call.path["policy"], call.path["number"])
    return Reply(policies.exchange_rates(wire.Policy.model_validate(row.body), act.territory(row.territory_id).currency))


@endpoint("GET", "/territories/<territory>/rates", may=READERS, answer=wire.ExchangeRates)
def look_at_rates(act: Act, call: Call) -> Reply:
    """What things are worth by the policy that a territory uses: one late hour = … minutes of travel."""
    return Reply(policies.rates_in_use(act, call.path["territory"]))
