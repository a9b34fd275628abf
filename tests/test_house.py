"""The house rules that a machine can hold: who may know whom, where a library may be used, how long things are."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import solver

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("solver", "dispatch", "api")
REVISIONS = "dispatch/store/migrations/versions/"
"""Written by Alembic, read once: no room of the house."""
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if REVISIONS not in path.as_posix())
MOST_LINES, MOST_KERNEL_LINES, MOST_FUNCTION_LINES = 450, 80, 60
DRAWERS = {"utils", "util", "common", "helpers", "helper", "core", "manager", "processor", "misc", "base"}

ROOMS = {
    "ortools": ("solver/recombine.py", "solver/bounds.py", "solver/exact.py", "solver/lenient.py"),
    "numba": ("solver/kernels/",),
    "geopy": ("dispatch/travel/", "dispatch/geocode.py"),
    "flask": ("api/",),
    "werkzeug": ("api/",),
    "gunicorn": ("api/",),
    "prometheus_client": ("api/",),
    "sqlalchemy": ("dispatch/",),
    "alembic": ("dispatch/store/migrations/",),
    "apscheduler": ("dispatch/ticks.py",),
    "argon2": ("dispatch/users.py",),
    "icalendar": ("dispatch/exports/",),
    "openpyxl": ("dispatch/imports/",),
    "pydantic": ("dispatch/wire/",),
    "pydantic_core": ("dispatch/wire/",),
    "rich": ("dispatch/cli/", "dispatch/report/terminal.py"),
    "jinja2": ("dispatch/report/html.py", "api/web/"),
    "osmium": ("dispatch/travel/roads/",),
    "pyroutingkit": ("dispatch/travel/roads/",),
    "scipy": ("dispatch/travel/roads/",),
    "distributed": ("dispatch/cluster.py",),
}
"""Where each third-party library may be imported."""


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in FILES:
        yield path.relative_to(ROOT), ast.parse(path.read_text())


def imported(tree: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    first = function.body[1] if ast.get_docstring(function) and len(function.body) > 1 else function.body[0]
    return (function.end_lineno or 0) - first.lineno + 1


def is_kernel(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(each, ast.Name) and each.id in {"jit", "inlined", "entry", "pasted"} for each in function.decorator_list)


def test_the_solver_knows_nothing_of_dispatch_and_dispatch_nothing_of_the_api() -> None:
    for path, tree in trees():
        forbidden = {"solver": ("dispatch", "api"), "dispatch": ("api",), "api": ()}[path.parts[0]]
        assert not [name for name, _ in imported(tree) if name.split(".")[0] in forbidden], path


def test_each_library_is_locked_in_its_rooms() -> None:
    for path, tree in trees():
        for name, _ in imported(tree):
            rooms = ROOMS.get(name.split(".")[0])
            assert rooms is None or str(path).startswith(rooms), f"{path} imports {name}"


def test_only_what_is_optional_is_imported_inside_a_function() -> None:
    """Optional are the libraries of the extras `[roads]` and `[distributed]`, and the room that is built on the former."""
    optional = ("osmium", "pyroutingkit", "scipy", "dispatch.travel.roads", "distributed")
    for path, tree in trees():
        for function in functions(tree):
            assert all(name.startswith(optional) for name, _ in imported(function)), f"{path}: {function.name}"


def test_no_room_is_a_drawer() -> None:
    assert not [path for path in FILES if path.stem in DRAWERS or path.parent.name in DRAWERS]


def test_files_and_functions_read_in_one_sitting() -> None:
    for path, tree in trees():
        lines = len((ROOT / path).read_text().splitlines())
        assert lines <= MOST_LINES, f"{path}: {lines} lines"
        for function in functions(tree):
            most = MOST_KERNEL_LINES if is_kernel(function) else MOST_FUNCTION_LINES
            assert body_lines(function) <= most, f"{path}: {function.name} has {body_lines(function)} lines"


def test_errors_are_caught_by_name() -> None:
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler):
                caught = ast.unparse(node.type) if node.type else "everything"
                assert caught not in {"everything", "Exception", "BaseException"}, f"{path}:{node.lineno}"


def test_only_stop_reads_the_clock_in_the_solver() -> None:
    for path, tree in trees():
        if path.parts[0] == "solver" and path.name != "stop.py":
            assert "time" not in {name for name, _ in imported(tree)}, path
            assert not re.search(r"\bdatetime\.(now|utcnow|today)\b", (ROOT / path).read_text()), path


def test_nothing_is_left_to_be_done_later() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError|# type: ignore(?!\[)|pragma: no cover")
    for path in FILES:
        assert not marks.search(path.read_text()), path


def test_the_front_door_lists_every_public_name() -> None:
    tree = ast.parse((ROOT / "solver/__init__.py").read_text())
    names = {alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert set(solver.__all__) == names
    assert len(solver.__all__) == len(set(solver.__all__))


def test_no_test_is_without_an_assertion() -> None:
    telling = re.compile(r"\bassert\b|\braises\(|\bwarns\(|\bcheck_?\w*\(|\bexpect\w*\(|\bassert_\w+\(")
    for path in (ROOT / "tests").rglob("test_*.py"):
        source = path.read_text()
        for function in functions(ast.parse(source)):
            if function.name.startswith("test"):
                assert telling.search(ast.get_source_segment(source, function) or ""), f"{path}: {function.name}"


def commands_of_the_readme() -> list[str]:
    blocks = re.findall(r"^```\w*\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)
    return [block.strip() for block in blocks]


def test_the_readme_begins_with_two_commands_of_one_line() -> None:
    plan, tests = commands_of_the_readme()[:2]
    assert "\n" not in plan
    assert "\n" not in tests
    assert "dispatch plan fixtures/city_day.json" in plan
    assert "pytest" in tests


def test_nothing_names_a_machine_or_a_registry() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not listed:
        pytest.skip("not a git checkout: there is no list of what belongs to the repository")
    places = re.compile(r"/(?:wo" + r"rk|ro" + r"ot)/[a-z]|files\.python" + r"hosted|pypi\.o" + r"rg")
    for name in listed:
        path = ROOT / name
        if path.is_file() and path.suffix in {".py", ".md", ".toml", ".txt", ".json", ".html", ".css", ".sh", ""}:
            assert not places.search(path.read_text(errors="replace")), name


def test_the_solver_is_imported_without_the_business() -> None:
    code = "import sys, solver; sys.exit(any(name.split('.')[0] in ('dispatch', 'pydantic', 'rich') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
