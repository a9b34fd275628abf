"""What a problem asks for, and what each peer says it lacks."""

import pytest

from benchmarks.peers import PEERS, Feature, Peer, features_of
from solver import Ask, Bundle, Group, Link, Pin, Stock, Technician, Tier
from tests.factories import job, line_problem, pause, shift, window

PEER = Peer(
    "adept", "numpy", {Feature.BREAKS: "nobody rests"}, lambda problem, terms: [], {Feature.LOADS: "by weight"}, (Feature.PINS,)
)
"""A peer that is installed, since numpy is."""


@pytest.mark.parametrize(
    ("feature", "problem"),
    [
        (Feature.PRICED_ABSENCE, line_problem([job("a", unserved=1), job("b", unserved=2)])),
        (Feature.SEVERAL_WINDOWS, line_problem([job(windows=(window(0, 1), window(3, 4)))])),
        (Feature.FINISH, line_problem([job(windows=(window(0, 9_000, finish=True),))])),
        (Feature.SETUP, line_problem([job(setup=60)])),
        (Feature.LATENESS, line_problem([job(due=100, late_rate=1)])),
        (Feature.URGENCY, line_problem([job(urgency=1)])),
        (Feature.WHO_MAY, line_problem([job(skills={"gas": 1})])),
        (Feature.WHO_MAY, line_problem([job(tools=frozenset({"ladder"}))])),
        (Feature.WHO_SHOULD, line_problem([job(wishes={"english": 5})])),
        (Feature.PACES, line_problem([job()], technicians=(Technician("t0", pace=90),))),
        (Feature.PINS, line_problem([job(pin=Pin(shift=0))])),
        (Feature.LOADS, line_problem([job(parts={"pipe": 1})])),
        (Feature.STOCK, line_problem([job()], [shift(stock=Stock(0))])),
        (Feature.BREAKS, line_problem([job()], [shift(breaks=(pause(0, 100),))])),
        (Feature.OPEN_END, line_problem([job()], [shift(end_place=None)])),
        (Feature.OVERTIME, line_problem([job()], [shift(hard_end=30_000, overtime=(Tier(0, 1),))])),
        (Feature.DRIVES_OUTSIDE, line_problem([job()], [shift(first_drive_outside=True)])),
        (Feature.MOST_JOBS, line_problem([job()], [shift(max_jobs=3)])),
        (Feature.LONGEST_DRIVE, line_problem([job()], [shift(max_leg=4_199)])),
        (Feature.MOST_TRAVEL, line_problem([job()], [shift(max_travel=9_000)])),
        (Feature.LONGEST_ROUTE, line_problem([job()], [shift(max_duration=9_000)])),
        (Feature.PRICE_USE, line_problem([job()], [shift(price_use=1)])),
        (Feature.PRICE_DISTANCE, line_problem([job()], [shift(price_metre=1)])),
        (Feature.PRICE_TIME, line_problem([job()], [shift(price_second=1)])),
        (Feature.PRICE_JOB, line_problem([job()], [shift(price_job=1)])),
        (Feature.PAID_WHOLE, line_problem([job()], [shift(paid_whole=True)])),
        (Feature.LINKS, line_problem([job(), job("b")], links=(Link(0, 1),))),
        (Feature.BUNDLES, line_problem([job(), job("b")], bundles=(Bundle("ab", ((0, 1),)),))),
        (Feature.GROUPS, line_problem([job(), job("b")], groups=(Group((0, 1), Ask.SAME_DAY),))),
        (Feature.CREWS, line_problem([job()], [shift(crew=(1,))], technicians=(Technician("t0"), Technician("t1")))),
        (Feature.WORST_LATENESS, line_problem([job()], worst_late_rate=1)),
        (Feature.PLAN_IN_FORCE, line_problem([job()], max_moves=1)),
        (Feature.WHOLE_MINUTES, line_problem([job()], snap=60)),
        (Feature.PREFERRED_TIMES, line_problem([job(due=100, slack=60, slack_rate=1)])),
    ],
)
def test_a_problem_that_uses_one_feature_asks_for_that_one_alone(feature: Feature, problem: object) -> None:
    # The longest drive on the line is 7 gaps of 600 s: 4,200.
    assert features_of(problem) == {feature}


def test_a_plain_problem_asks_for_nothing() -> None:
    assert features_of(line_problem([job(), job("b")])) == frozenset()


def test_a_peer_says_what_it_lacks_and_why() -> None:
    assert PEER.why_not(line_problem([job()], [shift(breaks=(pause(0, 100),))])) == "lacks breaks (nobody rests)"


def test_what_an_adapter_does_not_tell_is_not_said_to_be_the_peers_fault() -> None:
    assert PEER.why_not(line_problem([job(pin=Pin(shift=0))])) == "its adapter does not tell it what is already decided about a job"


def test_what_a_peer_is_told_only_nearly_is_noted_and_no_reason_against_it() -> None:
    problem = line_problem([job(parts={"pipe": 1})])
    assert PEER.why_not(problem) is None
    assert PEER.notes(problem) == ["loads: by weight"]


def test_a_peer_that_is_absent_is_listed_so() -> None:
    absent = PEER._replace(package="no-such-package-anywhere")
    assert absent.version is None
    assert absent.why_not(line_problem([job()])) == (
        "not installed: pip install field-dispatch[bench] brings no-such-package-anywhere"
    )


@pytest.mark.parametrize("peer", PEERS.values(), ids=PEERS.keys())
def test_a_peer_lacks_a_feature_or_its_adapter_does_but_not_both(peer: Peer) -> None:
    lists = [*peer.cannot, *peer.untold, *peer.roughly]
    assert len(lists) == len(set(lists))
