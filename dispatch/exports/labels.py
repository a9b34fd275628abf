"""What people call a job, and where it is: read when a calendar or a table is made, and kept nowhere."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, select

from dispatch.access import Act
from dispatch.store.tables import Customer, Job, Site


@dataclass(frozen=True, slots=True)
class Label:
    """A job in words; empty where nobody has said anything."""

    kind: str = ""
    name: str = ""
    customer: str = ""
    address: str = ""
    note: str = ""


def labels_of(act: Act, territory: str, jobs: Collection[str]) -> dict[str, Label]:
    """The labels of jobs."""
    query = (
        select(Job, Site, Customer)
        .outerjoin(Site, and_(Site.territory_id == Job.territory_id, Site.id == Job.site_id))
        .outerjoin(Customer, and_(Customer.territory_id == Job.territory_id, Customer.id == Job.customer_id))
        .where(Job.territory_id == territory, Job.id.in_(jobs))
    )
    return {job.id: _label(job, site, customer) for job, site, customer in act.session.execute(query)}


def _label(job: Job, site: Site | None, customer: Customer | None) -> Label:
    body = job.body
    return Label(
        kind=job.kind or "",
        name=body.get("name") or "",
        customer=(customer.name or "") if customer is not None else "",
        address=body.get("address") or (None if site is None else site.address or site.name) or "",
        note=body.get("note") or "",
    )
