"""What is known: customers, sites, technicians, shifts, jobs; kept, loaded from files, and handed out to be planned."""

from dispatch.records.gathering import Basis
from dispatch.records.kinds import KINDS
from dispatch.records.loading import load_day
from dispatch.records.snapshot import Snapshot, changed_since, snapshot

__all__ = ["KINDS", "Basis", "Snapshot", "changed_since", "load_day", "snapshot"]
