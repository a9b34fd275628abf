"""What is known: customers, sites, technicians, shifts, jobs; kept, loaded from files, and handed out to be planned."""

from dispatch.records import territories
from dispatch.records.changes import cancel, change, create, find, listed, retire, shown
from dispatch.records.dayfile import Named, records_of
from dispatch.records.erasing import erase
from dispatch.records.files import File, load, read_file
from dispatch.records.gathering import Basis
from dispatch.records.kinds import KINDS, Kind
from dispatch.records.loading import load_day
from dispatch.records.lookup import rows_of
from dispatch.records.snapshot import Snapshot, changed_since, snapshot

__all__ = [
    "KINDS",
    "Basis",
    "File",
    "Kind",
    "Named",
    "Snapshot",
    "cancel",
    "change",
    "changed_since",
    "create",
    "erase",
    "find",
    "listed",
    "load",
    "load_day",
    "read_file",
    "records_of",
    "retire",
    "rows_of",
    "shown",
    "snapshot",
    "territories",
]
