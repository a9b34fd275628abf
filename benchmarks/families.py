"""Which families of instances there are, where their files lie, how to read and write them, and who judges their solutions."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import hhcrsp, kovacs, mdvrptw, pcvrptw, routes, sdvrptw, toptw, trsp, vrptw
from benchmarks.case import Case
from benchmarks.judge import ROOT, Verdict, checked, judged
from solver import Plan

SHARED = ROOT.parent / "shared" / "benchmarks"


class UnknownInstance(LookupError):
    """There is no instance of that name, and no such file."""


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of instance: its reader, its solution format, and where its best known costs stand."""

    name: str
    read: Callable[[Path], Case]
    write: Callable[[Case, Plan], str]
    plan_in: Callable[[Case, str], Plan]
    known: Callable[[dict[str, str]], float | None]  #: the best known cost, from the instance's row of `BKS.csv`
    solutions: str = "solutions"
    kept_in: str = "instances"  #: the folder of the instances
    pattern: str = "*"  #: what the names of those that can be stated are like
    may_leave_out: bool = False  #: serving fewer jobs than all is no broken rule
    has_judge: bool = True  #: whether the independent judge knows it; else our own checker has to do

    @property
    def folder(self) -> Path:
        return SHARED / self.name

    def instances(self, subset: str | None = None) -> list[Path]:
        """Every instance at hand, by name, of the whole family or of one set (a folder of `instances`)."""
        root = self.folder / self.kept_in
        return sorted(path for path in (root / subset if subset else root).rglob(self.pattern) if path.is_file())

    def find(self, name: str) -> Path:
        """The file of an instance given by path or by name; a name may stop before the first dot.

        Raises
        ------
        UnknownInstance
            Neither a file nor an instance of that name.
        """
        if Path(name).is_file():
            return Path(name)
        for path in self.instances():
            if name in (path.name, path.stem, path.name.partition(".")[0]):
                return path
        raise UnknownInstance(f"{self.name} has no instance {name} (looked in {self.folder / self.kept_in})")

    def published(self, instance: Path) -> Path:
        """Where the published solution of an instance lies, if there is one."""
        root = self.folder / self.solutions
        return next(iter(sorted(root.rglob(f"{instance.stem}.sol*"))), root / f"{instance.stem}.sol")

    def verdict(self, case: Case, plan: Plan, instance: Path, solution: Path) -> Verdict:
        """What the judge makes of a plan and its solution file.

        Raises
        ------
        JudgeFailed
            The judge is absent, or cannot read the file.
        """
        if self.has_judge:
            return judged(self.name, instance, solution)
        return checked(case, plan, self.best_known(instance))

    def best_known(self, instance: Path) -> float | None:
        """The published cost of an instance; None if the table is absent or does not list it."""
        table = self.folder / "BKS.csv"
        rows = csv.DictReader(table.read_text().splitlines()) if table.is_file() else ()
        found = next((row for row in rows if row["instance"] == instance.stem), None)
        return self.known(found) if found else None


def nothing(row: dict[str, str]) -> None:
    """No best cost is known."""


def column(name: str) -> Callable[[dict[str, str]], float]:
    """The cost in a column of `BKS.csv`."""
    return lambda row: float(row[name])


FAMILIES = {
    family.name: family
    for family in (
        Family("vrptw", vrptw.read, routes.routes_in_turn, routes.plan_in, column("dimacs_cost"), "solutions/dimacs"),
        Family("sdvrptw", sdvrptw.read, routes.routes_of_vehicles, routes.plan_in, column("cost_unscaled")),
        Family("mdvrptw", mdvrptw.read, routes.routes_of_vehicles, routes.plan_in, column("cost_unscaled")),
        Family("pcvrptw", pcvrptw.read, routes.routes_in_turn, routes.plan_in, column("cost_unscaled")),
        Family("trsp-pillac", trsp.read, trsp.write, trsp.plan_in, column("best_total_duration")),
        Family("trsp-praxedo", trsp.read, trsp.write, trsp.plan_in, column("best_total_duration_min"), may_leave_out=True),
        Family("hhcrsp", hhcrsp.read, hhcrsp.write, hhcrsp.plan_in, column("cost"), pattern="[Ii]nstan*"),
        Family("toptw", toptw.read, routes.routes_in_turn, routes.plan_in, toptw.best_known, has_judge=False),
        Family(
            "mctopmtw", toptw.read_constrained, routes.routes_in_turn, routes.plan_in, nothing, pattern="*-1-*", has_judge=False
        ),
        Family(
            "strsp-kovacs",
            kovacs.read,
            routes.routes_of_vehicles,
            routes.plan_in,
            nothing,
            kept_in=".",
            pattern="tasks_*/*_*x*_*eam.txt",
            has_judge=False,
        ),
    )
}
