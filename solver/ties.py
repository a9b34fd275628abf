"""What couples routes, as flat arrays: part of `arrays.Arrays`, with the index spaces that are defined there.

A *unit* is a bundle, or a job of none; its *head*, the first job of its first alternative, stands for it where units are listed.
`meet` and what follows belong to one thread of the search: when linked jobs can, and do, start.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.coupling import FOREVER, Ask, Link
from solver.evaluation import openings_of
from solver.problem import Problem
from solver.together import bundle_price, linked_rows

Ints = npt.NDArray[np.int64]

# columns of `Ties.link`: the other job, bounds, whether from the start, whether this job is the one before, whether the one after
# needs the other, and where its mornings are in `Ties.morning`
OTHER, LOW, HIGH, FROM_START, IS_BEFORE, NEEDS, DAWN, DAWN_END = range(8)
# columns of `Ties.group`: what it asks, its price (-1: hard), where its jobs are in `Ties.member`
ASK, PRICE, MEMBERS, MEMBERS_END = range(4)
SAME_TECHNICIAN, SAME_DAY, DIFFERENT_TECHNICIANS = range(3)
# columns of `Ties.meet`: bounds of the start, start and end, latest start that keeps its route, start on the route last priced
FLOOR, CEIL, BEGIN, FINISH, LATEST, TRIED = range(6)
# of `Ties.late`: largest lateness of the route last priced, of the plan; price of what is of no one route; these two before a step
TRIED_WORST, WORST, EXTRA, OLD_WORST, OLD_EXTRA = range(5)


class Ties(NamedTuple):
    """The coupling of a problem. Spans are positions of the first and after the last row, per job or shift."""

    linked: Ints  #: jobs with links, ascending
    link_span: Ints  #: (n_jobs, 2)
    link: Ints  #: (links seen from both ends, 8)
    morning: Ints
    unit_span: Ints  #: (n_jobs, 2) alternatives of a head; of others none
    head: Ints  #: (n_jobs) of the unit of each job
    alternative: Ints  #: (alternatives, 2) where its jobs are in `leg`
    leg: Ints
    group_span: Ints  #: (n_jobs, 2)
    in_group: Ints
    group: Ints  #: (groups, 4)
    member: Ints
    rival_span: Ints  #: (n_shifts, 2)
    rival: Ints  #: shifts that may not be used beside one
    who: Ints  #: (n_shifts, 2) technician who leads, and day
    least: Ints  #: (n_jobs) seconds that a job takes at least
    hint: Ints  #: (n_jobs) latest start that leaves time for the jobs that follow by links
    free: Ints  #: (n_jobs) 1 for jobs that nothing couples
    end: int  #: nothing is later
    meet: Ints  #: (n_jobs, 6)
    before: Ints  #: (n_jobs, 2) bounds before they were worked out again
    saved: Ints  #: (n_jobs, 6) `meet` before a step
    late: Ints  #: (5)
    dirty: Ints  #: (n_shifts) routes changed and not yet timed, 2: and another linked job is served
    stale: Ints  #: (n_shifts) routes to be driven again
    holds: Ints  #: (n_shifts) linked jobs on each route
    option: Ints  #: (n_shifts, 3) price, position of a job and of a stock stop: the best place on each route
    mark: Ints  #: (n_jobs)


def ties_of(problem: Problem, service: Ints) -> Ties:
    """The ties of a problem; `service`: least seconds of each job. Small and empty for one that is not coupled."""
    n = len(problem.jobs) if problem.coupled else 0
    shifts = len(problem.shifts) if problem.coupled else 0
    mornings = [morning for link in problem.links for morning in link.mornings]
    first = [0, *accumulate(len(link.mornings) for link in problem.links)]
    links: list[list[list[int]]] = [[] for _ in range(n)]
    for link, dawn in zip(problem.links, first, strict=False):
        bounds = [link.low, link.high, int(link.from_start)]
        rest = [int(link.needs), dawn, dawn + len(link.mornings)]
        links[link.before].append([link.after, *bounds, 1, *rest])
        links[link.after].append([link.before, *bounds, 0, *rest])
    groups = [[row for row, group in enumerate(problem.groups) if job in group.rows] for job in range(n)]
    rivals: list[list[int]] = [[] for _ in range(shifts)]
    for a, b in problem.rivals() if shifts else ():
        rivals[a].append(b)
        rivals[b].append(a)
    head, units, alternatives = _units(problem, n)
    return Ties(
        linked=_ints(sorted(linked_rows(problem))),
        link_span=_spans(links),
        link=_ints([row for rows in links for row in rows], 8),
        morning=_ints(mornings),
        unit_span=_ints(units, 2),
        head=_ints(head),
        alternative=_spans(alternatives),
        leg=_ints([row for rows in alternatives for row in rows]),
        group_span=_spans(groups),
        in_group=_ints([row for rows in groups for row in rows]),
        group=_groups(problem),
        member=_ints([row for group in problem.groups for row in group.rows]),
        rival_span=_spans(rivals),
        rival=_ints([row for rows in rivals for row in rows]),
        who=_ints([[shift.technician, shift.day] for shift in problem.shifts[:shifts]], 2),
        least=service[:n],
        hint=_hints(problem, service) if n else _ints([]),
        free=_free(problem, n),
        end=max((shift.latest for shift in problem.shifts), default=0),
        meet=np.tile(np.array([-FOREVER, FOREVER, 0, 0, FOREVER, 0], np.int64), (n, 1)),
        before=np.zeros((n, 2), np.int64),
        saved=np.zeros((n, 6), np.int64),
        late=np.zeros(5, np.int64),
        dirty=np.zeros(shifts, np.int64),
        stale=np.zeros(shifts, np.int64),
        holds=np.zeros(shifts, np.int64),
        option=np.zeros((shifts, 3), np.int64),
        mark=np.full(n, -1, np.int64),
    )


def owned(ties: Ties) -> Ties:
    """The ties with a copy of what belongs to a thread."""
    mine = ("meet", "before", "saved", "late", "dirty", "stale", "holds", "option", "mark")
    return ties._replace(**{name: getattr(ties, name).copy() for name in mine})


def prices_of(problem: Problem) -> list[int]:
    """Per job the price of leaving it out: of a bundle its head has that of all, the others nothing."""
    prices = [job.price_unserved for job in problem.jobs]
    for bundle in problem.bundles:
        for row in bundle.rows:
            prices[row] = 0
        prices[bundle.alternatives[0][0]] = bundle_price(problem, bundle)
    return prices


def _units(problem: Problem, n: int) -> tuple[list[int], list[list[int]], list[Sequence[int]]]:
    """Per job its head; per head the span of its alternatives; all alternatives."""
    head = list(range(n))
    choices: dict[int, Sequence[Sequence[int]]] = {row: [[row]] for row in range(n)}
    for bundle in problem.bundles:
        first = bundle.alternatives[0][0]
        for row in bundle.rows:
            head[row] = first
            choices[row] = []
        choices[first] = bundle.alternatives
    spans, alternatives = [], list[Sequence[int]]()
    for row in range(n):
        spans.append([len(alternatives), len(alternatives) + len(choices[row])])
        alternatives.extend(choices[row])
    return head, spans, alternatives


def _groups(problem: Problem) -> Ints:
    spans = _spans([group.rows for group in problem.groups])
    asks = [[list(Ask).index(group.ask), -1 if group.price is None else group.price] for group in problem.groups]
    return np.hstack([_ints(asks, 2), spans])


def _hints(problem: Problem, service: Ints) -> Ints:
    """Per job the latest start that leaves time for what follows it by links, windows and shifts apart from where it is."""
    end = max((shift.latest for shift in problem.shifts), default=0)
    latest = [min([end, *(openings[-1].close for openings in [openings_of(job)] if openings)]) for job in problem.jobs]
    for _ in range(min(len(problem.links), 50)):
        for link in problem.links:
            bound = _before(link, latest[link.after])
            latest[link.before] = min(latest[link.before], bound if link.from_start else bound - int(service[link.before]))
    followed = {link.before for link in problem.links}
    return _ints([each if row in followed else FOREVER for row, each in enumerate(latest)])


def _before(link: Link, latest: int) -> int:
    """The latest end (start) of the job before that lets the one after start by an instant."""
    mornings = [morning - 1 for morning in link.mornings if morning <= latest]
    return min(latest - link.low, mornings[-1]) if mornings else latest - link.low


def _free(problem: Problem, n: int) -> Ints:
    free = np.ones(n, np.int64)
    bundled = (row for bundle in problem.bundles for row in bundle.rows)
    grouped = (row for group in problem.groups for row in group.rows)
    free[[*linked_rows(problem), *bundled, *grouped]] = 0
    return free


def _spans(groups: Sequence[Sequence[object]]) -> Ints:
    ends = list(accumulate(len(group) for group in groups))
    return _ints([[end - len(group), end] for group, end in zip(groups, ends, strict=True)], 2)


def _ints(rows: Iterable[object], width: int = 0) -> Ints:
    found = np.array(list(rows), np.int64)
    return found.reshape(-1, width) if width else found.reshape(-1)
