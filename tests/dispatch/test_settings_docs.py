"""docs/operations.md lists every setting, its default, and no other."""

import re
from pathlib import Path

from dispatch.settings import PREFIX, Settings

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
ROWS = {name: row for row in PAGE.splitlines() if row.startswith(f"| `{PREFIX}") for name in re.findall(rf"{PREFIX}[A-Z_]+", row)}


def test_every_setting_is_in_the_table_and_nothing_else() -> None:
    assert ROWS.keys() == Settings().environment.keys()


def test_the_table_says_the_defaults() -> None:
    for name, value in Settings().environment.items():
        said = ROWS[name].split("|")[2].strip().strip("`")
        number = re.fullmatch(r"[\d.]+", value)
        if number and name != f"{PREFIX}THREADS":
            assert float(said) == float(value), name
        elif value not in {"True", "False"} and name != f"{PREFIX}THREADS":
            assert said == value, name
