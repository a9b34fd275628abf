"""What couples the jobs of a day: legs and recipes, what comes after what, groups. What has happened binds nobody any more."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations

import solver
from dispatch.day.setting import Setting
from dispatch.day.units import micro, seconds
from dispatch.wire.model import Day
from dispatch.wire.together import After, Part


def coupled(day: Day, problem: solver.Problem, setting: Setting) -> solver.Problem:
    """The problem with the links, bundles and groups of its jobs; what it had of them is forgotten."""
    if not any(job.part or job.after or job.groups for job in day.jobs):
        return problem
    coupling = _Coupling(day, problem, setting)
    jobs = tuple(coupling.job(row, job) for row, job in enumerate(problem.jobs))
    links = (*coupling.joint_links(), *coupling.links_after())
    groups = (*coupling.joint_groups(), *coupling.groups_after(), *coupling.named_groups())
    return replace(problem, jobs=jobs, links=links, bundles=tuple(coupling.bundles()), groups=groups)


def day_of_shift(start: int, setting: Setting) -> int:
    """The local day on which a shift starts, as a number."""
    return _local(start, setting).toordinal()


def rows_beside(day: Day, some: Iterable[int]) -> set[int]:
    """The rows of some jobs, and of all other parts of the jobs they are part of."""
    rows = set(some)
    wholes = {part.job for row in rows for part in [day.jobs[row].part] if part}
    return {*rows, *(row for row, job in enumerate(day.jobs) if job.part and job.part.job in wholes)}


def missed(day: Day, problem: solver.Problem, left: Sequence[int]) -> list[int]:
    """Of the rows that no route serves those that are left out: of a job with legs one way to staff it, if no other is used."""
    if not any(job.part for job in day.jobs):
        return list(left)
    absent, everybody = set(left), {technician.id for technician in problem.technicians}
    spared = {
        row for row in left if day.jobs[row].part and problem.jobs[row].unserved == 0 and problem.jobs[row].excluded == everybody
    }
    for bundle in problem.bundles:
        spared.update(bundle.rows if not absent.issuperset(bundle.rows) else set(bundle.rows) - set(bundle.alternatives[0]))
    return [row for row in left if row not in spared]


def _local(start: int, setting: Setting) -> date:
    return (setting.origin + timedelta(seconds=start)).astimezone(setting.zone).date()


@dataclass(frozen=True)
class _Coupling:
    """The jobs of a day by what couples them."""

    day: Day
    problem: solver.Problem
    setting: Setting

    @cached_property
    def wholes(self) -> Mapping[str, Mapping[int, Sequence[int]]]:
        """Of each job with legs, by recipe, the rows of its legs."""
        found: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for row, job in enumerate(self.day.jobs):
            if job.part:
                found[job.part.job][job.part.recipe].append(row)
        return found

    @cached_property
    def begun(self) -> frozenset[int]:
        """The rows of what has happened or goes on."""
        return frozenset(row for row, job in enumerate(self.day.jobs) if job.fact is not None)

    @cached_property
    def staffed(self) -> Mapping[str, Sequence[Sequence[int]]]:
        """Of each job with legs the recipes that are still open: once a leg is pinned or has begun, those that have it."""
        found = {}
        for whole, recipes in self.wholes.items():
            fixed = {row for legs in recipes.values() for row in legs if self.problem.jobs[row].pin}
            most = max(len(fixed.intersection(legs)) for legs in recipes.values())
            found[whole] = [legs for _, legs in sorted(recipes.items()) if len(fixed.intersection(legs)) == most]
            if most:
                found[whole] = found[whole][:1]
        return found

    def job(self, row: int, job: solver.Job) -> solver.Job:
        """A job, closed to everybody if it is a leg of a recipe that is not open any more."""
        part = self.day.jobs[row].part
        if part is None or row in self.begun or any(row in legs for legs in self.staffed[part.job]):
            return job
        everybody = frozenset(technician.id for technician in self.problem.technicians)
        return replace(job, excluded=everybody, pin=None, unserved=0)

    def bundles(self) -> Iterator[solver.Bundle]:
        """A job with legs as a bundle; once one of them has begun, the others are planned as jobs of their own."""
        for whole, recipes in self.staffed.items():
            several = len(recipes) > 1 or len(recipes[0]) > 1
            if several and not any(row in self.begun for legs in recipes for row in legs):
                price = self.problem.jobs[recipes[0][0]].unserved
                yield solver.Bundle(whole, tuple(tuple(legs) for legs in recipes), price)

    def joint_links(self) -> Iterator[solver.Link]:
        """Each leg starts so long after the first; where only one of two has begun, not before, and as soon as it can."""
        for recipes in self.staffed.values():
            for first, *others in recipes:
                for row in others:
                    low, high = (seconds(each) if each >= 0 else -seconds(-each) for each in self._part(row).offset_min)
                    if row not in self.begun:
                        bound = solver.FOREVER if first in self.begun else high
                        yield solver.Link(first, row, low, bound, from_start=True)

    def joint_groups(self) -> Iterator[solver.Group]:
        """The legs of a job are served by different technicians."""
        for recipes in self.staffed.values():
            for legs in recipes:
                for pair in combinations(legs, 2):
                    if not self.begun.issuperset(pair):
                        yield solver.Group(pair, solver.Ask.DIFFERENT_TECHNICIANS)

    def links_after(self) -> Iterator[solver.Link]:
        """A job that comes after another starts within the lags, or on a later working day, and not without it."""
        for before, row, after in self._afters():
            lag = solver.FOREVER if after.max_lag_min is None else seconds(after.max_lag_min)
            mornings = self.mornings if after.next_working_day else ()
            needs = before not in self.begun
            yield solver.Link(before, row, seconds(after.min_lag_min), lag, mornings=mornings, needs=needs)

    def groups_after(self) -> Iterator[solver.Group]:
        """A job that comes after another may want the same technician."""
        for before, row, after in self._afters():
            if after.same_technician:
                yield solver.Group((before, row), solver.Ask.SAME_TECHNICIAN)

    def named_groups(self) -> Iterator[solver.Group]:
        """Groups by name; of what has happened the last counts where the group is hard."""
        rows: dict[str, list[int]] = defaultdict(list)
        said = {}
        for row, job in enumerate(self.day.jobs):
            for group in job.groups:
                rows[group.name].append(row)
                said[group.name] = group
        for name, group in said.items():
            price = None if group.price is None else micro(group.price)
            yield solver.Group(tuple(rows[name] if price is not None else self._bound(rows[name])), solver.Ask(group.ask), price)

    @cached_property
    def mornings(self) -> tuple[int, ...]:
        """When the first shift of each working day starts."""
        starts: dict[date, int] = {}
        for shift in self.problem.shifts:
            day = _local(shift.start, self.setting)
            starts[day] = min(shift.start, starts.get(day, shift.start))
        return tuple(sorted(starts.values()))

    def _bound(self, rows: Sequence[int]) -> list[int]:
        """The rows of a hard group without what has happened, but for the last of it."""
        over = sorted((row for row in rows if row in self.begun), key=lambda row: self._start(row))
        return [row for row in rows if row not in over[:-1]]

    def _start(self, row: int) -> int:
        fact = self.day.jobs[row].fact
        return self.setting.at(fact.start) if fact else 0

    def _afters(self) -> Iterator[tuple[int, int, After]]:
        """Rows of a job before and of one after, which has not begun, with what is asked."""
        known = {job.id: [row] for row, job in enumerate(self.day.jobs)}
        known |= {whole: [row for legs in recipes for row in legs] for whole, recipes in self.staffed.items()}
        for row, job in enumerate(self.day.jobs):
            for after in job.after if row not in self.begun else ():
                for before in known.get(after.job, ()):
                    yield before, row, after

    def _part(self, row: int) -> Part:
        return self.day.jobs[row].part or Part(job="")
