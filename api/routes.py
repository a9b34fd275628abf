"""The route table: every endpoint there is."""

from typing import Final

from api import access, compat, policies, records, runs, scenarios, schedules, system, visits
from api.door import Endpoint, endpoints_of

MODULES: Final = (system, access, policies, records, runs, scenarios, schedules, visits, compat)

ENDPOINTS: Final[tuple[Endpoint, ...]] = tuple(endpoint for module in MODULES for endpoint in endpoints_of(module))
"""All of them; Flask's rules, the OpenAPI document and the tests of who may do what are taken from here."""
