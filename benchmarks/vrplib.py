"""The VRPLIB dialect of PyVRP's instances: `NAME: value` lines, then sections of one row per node or vehicle."""

from pathlib import Path
from typing import NamedTuple

from benchmarks.case import UnreadableInstance


class File(NamedTuple):
    """What a file says, as text: values by name, and rows of fields by section."""

    path: Path
    values: dict[str, str]
    sections: dict[str, list[list[str]]]

    def value(self, name: str) -> str:
        """A single value; raises `UnreadableInstance` if the file has it not."""
        if name not in self.values:
            raise UnreadableInstance(f"{self.path}: {name} is missing")
        return self.values[name]

    def section(self, name: str, rows: int) -> list[list[str]]:
        """The rows of a section without their numbers; raises `UnreadableInstance` if there are not so many."""
        found = self.sections.get(name, [])
        if len(found) != rows:
            raise UnreadableInstance(f"{self.path}: {name} has {len(found)} rows, not {rows}")
        return [row[1:] for row in found]


def read_file(path: Path) -> File:
    """A file taken apart; the numbers in it are not looked at."""
    file, rows = File(path, {}, {}), None
    for line in path.read_text().splitlines():
        fields = line.split()
        if fields and fields[0].endswith("_SECTION"):
            rows = file.sections.setdefault(fields[0], [])
        elif rows is not None and fields and fields != ["EOF"]:
            rows.append(fields)
        elif rows is None and ":" in line:
            name, _, value = line.partition(":")
            file.values[name.strip()] = value.strip()
    return file
