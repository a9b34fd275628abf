"""What a peer is to the comparison: a name, a package, what it has no word for, and a function that asks it for a plan."""

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import NamedTuple

from benchmarks.peers.features import Feature, features_of
from solver import Problem, Stop

Orders = list[tuple[int, list[Stop]]]
"""For each shift used, by its row, the stops in their order: what a plan is made of."""


class Terms(NamedTuple):
    """What a solver may spend: the same for all."""

    seconds: float
    threads: int
    seed: int


class NoPlan(Exception):
    """A peer ended without a plan."""


COUPLED = (Feature.LINKS, Feature.BUNDLES, Feature.GROUPS, Feature.CREWS, Feature.WORST_LATENESS)
"""What depends on several routes at once: no peer but OR-Tools has words for it."""


def lacking(*features: Feature, **because: str) -> Mapping[Feature, str]:
    """Features a peer has no word for, those named last with the reason."""
    return MappingProxyType(dict.fromkeys(features, "") | {Feature[name]: why for name, why in because.items()})


def _nothing(_: Problem) -> Sequence[Feature]:
    return ()


class Peer(NamedTuple):
    """A solver to compare with."""

    name: str  #: on the command line
    package: str  #: of the registry, in the extra `[bench]`
    cannot: Mapping[Feature, str]  #: what it has no word for, and why
    solve: Callable[[Problem, Terms], Orders]  #: raises `NoPlan`
    roughly: Mapping[Feature, str] = {}  #: what it can only be told nearly, and how: it is asked all the same
    untold: Sequence[Feature] = ()  #: what it could be told, but this adapter does not
    also_untold: Callable[[Problem], Sequence[Feature]] = _nothing  #: the same, of what a problem asks in an unusual way

    @property
    def version(self) -> str | None:
        """The version that is installed, if any."""
        try:
            return version(self.package)
        except PackageNotFoundError:
            return None

    def why_not(self, problem: Problem) -> str | None:
        """Why this peer cannot be asked for a plan, in words; None: it can."""
        if self.version is None:
            return f"not installed: pip install field-dispatch[bench] brings {self.package}"
        asked = features_of(problem)
        lacks = [f"{feature} ({why})" if why else str(feature) for feature, why in self.cannot.items() if feature in asked]
        untold = [str(feature) for feature in (*self.untold, *self.also_untold(problem)) if feature in asked]
        told = [f"lacks {', '.join(lacks)}"] if lacks else []
        told += [f"its adapter does not tell it {', '.join(untold)}"] if untold else []
        return "; ".join(told) or None

    def notes(self, problem: Problem) -> list[str]:
        """What this peer is told only nearly, in words."""
        return [f"{feature}: {how}" for feature, how in self.roughly.items() if feature in features_of(problem)]
