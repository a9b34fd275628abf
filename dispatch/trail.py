"""The trail: who changed what, and when. Written by `Act.note`, read here, changed by nobody."""

from sqlalchemy import select

from dispatch import paging, wire
from dispatch.access import Act
from dispatch.store.tables import Audit


def listed(act: Act, asked: wire.AuditQuery) -> paging.Rows[Audit]:
    """The entries about the territories that the caller may see, the newest first. Raises `NotFound` for a foreign territory."""
    statement = select(Audit)
    if act.caller.territories is not None:
        statement = statement.where(Audit.territory_id.in_(act.caller.territories))
    if asked.territory is not None:
        statement = statement.where(Audit.territory_id == act.territory(asked.territory).id)
    for column, wanted in ((Audit.subject_kind, asked.kind), (Audit.subject_id, asked.id), (Audit.caller, asked.caller)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    return paging.page(act, statement, [Audit.number], asked.limit, asked.cursor, newest_first=True)


def shown(entry: Audit) -> wire.AuditEntry:
    """An entry as it is answered."""
    territory = {} if entry.territory_id is None else {"territory": entry.territory_id}
    return wire.AuditEntry(
        number=entry.number,
        at=entry.at,
        caller=entry.caller,
        action=entry.action,
        kind=entry.subject_kind,
        id=entry.subject_id,
        changes=entry.changes,
        **territory,
    )
