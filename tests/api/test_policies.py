"""Policies through the API."""

from dispatch.store.tables import Role
from tests.api.service import Service

MANY = "/territories/seoul/policies"


def test_a_policy_is_made_used_and_told_in_minutes_of_travel(service: Service) -> None:
    default = service.get("/territories/seoul/rates").json
    made = service.post(MANY, {"name": "winter", "policy": {"late_per_hour": 90_000, "costs": {"per_hour": 40_000, "per_km": 500}}})
    assert (made.status, made.json["number"], made.headers["Location"]) == (201, 1, f"/api/v1{MANY}/winter/1")
    assert service.get("/territories/seoul/rates").json == default
    used = service.patch("/territories/seoul", {"policy": "winter"}, role=Role.ADMINISTRATOR, version=1)
    assert used.json["policy"] == "winter"
    # a minute of travel: (40,000 + 500 × 40) / 60 = 1,000
    rates = service.get("/territories/seoul/rates").json
    assert rates == service.get(f"{MANY}/winter/1/rates").json
    assert {rate["name"]: rate["travel_min"] for rate in rates["rates"]}["late_hour"] == 90
    assert [each["number"] for each in service.get(f"{MANY}?name=winter").json["items"]] == [1]
    assert service.get(f"{MANY}/winter").json["policy"]["late_per_hour"] == 90_000


def test_a_policy_that_is_not_there_cannot_be_used(service: Service) -> None:
    refused = service.patch("/territories/seoul", {"policy": "sumer"}, role=Role.ADMINISTRATOR, version=1)
    assert (refused.status, refused.places) == (422, [("unknown_reference", "/policy")])
    for path in ("summer", "summer/1", "summer/one", "summer/1/rates"):
        assert service.get(f"{MANY}/{path}").status == 404


def test_a_policy_that_is_wrong_is_refused_where_it_is(service: Service) -> None:
    tiers = [{"after_min": 9, "per_hour": 1}, {"after_min": 9, "per_hour": 1}]
    for policy, code, pointer in (
        ({"late_fixed": -1}, "out_of_range", "/policy/late_fixed"),
        ({"rules_off": ["gravity"]}, "unknown_value", "/policy/rules_off/0"),
        ({"costs": {"overtime": tiers}}, "conflict", "/policy/costs/overtime/1/after_min"),
    ):
        assert service.post(MANY, {"name": "winter", "policy": policy}).places == [(code, pointer)]


def test_only_dispatchers_make_policies(service: Service) -> None:
    for role in (Role.PLANNER, Role.READER, Role.TECHNICIAN):
        assert service.post(MANY, {"name": "winter", "policy": {}}, role=role).status == 403
    assert service.get("/territories/busan/policies").status == 404
