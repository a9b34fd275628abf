"""Solvers to compare with: each is told a problem in its own words and answers in ours. `python -m benchmarks compare`."""

from collections.abc import Mapping
from types import MappingProxyType

from benchmarks.peers.features import Feature, features_of
from benchmarks.peers.ortools import ORTOOLS
from benchmarks.peers.peer import NoPlan, Orders, Peer, Terms
from benchmarks.peers.pyvrp import PYVRP
from benchmarks.peers.vroom import VROOM
from benchmarks.peers.vrp_cli import VRP_CLI

__all__ = ["PEERS", "Feature", "NoPlan", "Orders", "Peer", "Terms", "features_of"]

PEERS: Mapping[str, Peer] = MappingProxyType({peer.name: peer for peer in (PYVRP, ORTOOLS, VROOM, VRP_CLI)})
"""Every peer there is an adapter for, by its name."""
