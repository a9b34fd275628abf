"""The route table: every endpoint there is."""

from typing import Final

from api import access, compat, policies, records, runs, scenarios, schedules, system, upkeep, visits
from api.door import Endpoint, endpoints_of
from api.pages import comparing, day, entrance, publishing, watching
from api.pages import visits as my_visits

PAGES: Final = (entrance, day, watching, publishing, comparing, my_visits)
MODULES: Final = (system, access, policies, records, upkeep, runs, scenarios, schedules, visits, compat, *PAGES)

ENDPOINTS: Final[tuple[Endpoint, ...]] = tuple(endpoint for module in MODULES for endpoint in endpoints_of(module))
"""All of them; Flask's rules, the OpenAPI document and the tests of who may do what are taken from here."""
