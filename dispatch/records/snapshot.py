"""What is to be planned, as it stands now, and what has changed since."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dispatch import wire
from dispatch.access import Act
from dispatch.errors import Finding
from dispatch.records.composing import composed
from dispatch.records.gathering import Basis, gathered
from dispatch.wire.keeping import Changed
from dispatch.wire.model import Horizon


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A territory's work in a horizon, at one moment.

    Attributes
    ----------
    day : what can be planned: ids and points only, everything ordered by id, shifts by start
    basis : which versions it was made of
    left_out : what belongs into it and cannot be planned as it is kept; the pointer begins with `/jobs/ID`, `/technicians/ID` or
        `/shifts/ID`
    warnings : shifts that are not planned because nobody works then: outside a contract, or on a closed day
    """

    day: wire.Day
    basis: Basis
    left_out: tuple[Finding, ...]
    warnings: tuple[Finding, ...] = ()


def snapshot(act: Act, territory: str, horizon: Horizon, *, policy: wire.Policy | None = None) -> Snapshot:
    """What is to be planned in a horizon: every technician with their shifts in it, every open job that may start in it.

    Jobs that are done or going on in it stay in it as facts; if the horizon has begun, nothing is planned before now.

    Parameters
    ----------
    policy : the prices; None: the newest version of the territory's policy, which then belongs to the basis

    Raises
    ------
    NotFound : there is no such territory, or none the caller may see
    InputError : more jobs, technicians or sites than one day may have
    """
    rows = gathered(act, territory, horizon)
    made = composed(rows, horizon, policy, act.now)
    return Snapshot(made.day, _without_policy(rows.basis) if policy else rows.basis, made.left_out, made.warnings)


def changed_since(act: Act, territory: str, horizon: Horizon, basis: Mapping[str, Mapping[str, int]]) -> tuple[Changed, ...]:
    """What a day made some time ago does not know: records that have been added, changed, or belong to it no more.

    Raises
    ------
    NotFound : there is no such territory, or none the caller may see
    """
    now = gathered(act, territory, horizon).basis
    return tuple(_differences(basis, now if "policies" in basis else _without_policy(now)))


def _without_policy(basis: Basis) -> Basis:
    return {kind: versions for kind, versions in basis.items() if kind != "policies"}


def _differences(then: Mapping[str, Mapping[str, int]], now: Basis) -> Iterator[Changed]:
    for kind in sorted(then.keys() | now.keys()):
        before, after = then.get(kind, {}), now.get(kind, {})
        for name in sorted(before.keys() | after.keys()):
            if name not in after:
                yield Changed(kind=kind, id=name, change="removed")
            elif before.get(name) != after[name]:
                yield Changed(kind=kind, id=name, change="changed" if name in before else "added")
