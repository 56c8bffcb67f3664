"""Knowledge runs one way: the page knows the events and the map, and neither knows the page or the other."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FORBIDDEN = {
    "events": {"dashboard", "geodata", "dash", "plotly", "geopandas", "shapely", "flask"},
    "geodata": {"dashboard", "events", "dash", "plotly", "flask"},
    "dashboard": set[str](),
}
PURE = [
    *("events/dates.py", "events/model.py", "events/selection.py", "events/queries.py", "events/cube.py"),
    *("dashboard/view.py", "dashboard/view_model", "dashboard/figures", "dashboard/panels"),
]
EDGES = {
    *("events.dossier.read", "events.store.Store", "events.formats"),
    *("dashboard.server", "dashboard.cli", "dashboard.app"),
    *("dash", "flask", "duckdb", "requests", "socket", "subprocess"),
}


def imports(path: Path) -> set[str]:
    """Give every dotted name that a file imports, with the names of its parents."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {".".join(name.split(".")[: i + 1]) for name in found for i in range(name.count(".") + 1)}


def modules(place: Path) -> list[Path]:
    """Give the modules of a package, or the one module; there is at least one."""
    found = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    assert [path for path in found if path.exists()], f"{place} holds no module"
    return found


@pytest.mark.parametrize("package", FORBIDDEN)
def test_a_package_imports_only_what_it_may_know(package: str) -> None:
    wrong = {str(path.relative_to(ROOT)): imports(path) & FORBIDDEN[package] for path in modules(ROOT / package)}
    assert {path: names for path, names in wrong.items() if names} == {}


@pytest.mark.parametrize("place", PURE)
def test_a_pure_module_imports_no_edge(place: str) -> None:
    wrong = {str(path.relative_to(ROOT)): imports(path) & EDGES for path in modules(ROOT / place)}
    assert {path: names for path, names in wrong.items() if names} == {}


OUTSIDE = {
    *("connect", "iterdir", "mkdir", "open", "read_bytes", "read_file", "read_text", "rglob", "unlink"),
    *("write_bytes", "write_table", "write_text", "ParquetFile", "ParquetWriter"),
}
"""What a module calls that touches files, databases or the network."""


def calls(path: Path) -> set[str]:
    """Give the last name of everything that a module calls."""
    called = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    return {getattr(one, "attr", getattr(one, "id", "")) for one in called}


@pytest.mark.parametrize("package", FORBIDDEN)
def test_a_module_that_touches_the_world_outside_says_so_in_its_first_word(package: str) -> None:
    touching = [path for path in modules(ROOT / package) if calls(path) & OUTSIDE]
    unsaid = [path for path in touching if not path.read_text("utf-8").startswith('"""EDGE')]
    assert [str(path.relative_to(ROOT)) for path in unsaid] == []


SERVED = """
import sys
from dashboard.app import create_app
from dashboard.cli import BUNDLED
from dashboard.library import Library
from events.dossier import read
from geodata.places import COUNTRY_IDS

client = create_app(Library({"one": read(BUNDLED, COUNTRY_IDS)})).server.test_client()
answers = [client.get(address).status_code for address in ("/", "/data/one/view/light/wide", "/data/one/cubes")]
print(answers, sorted({"pandas", "pyarrow", "geopandas", "shapely", "sqlglot"} & sys.modules.keys()))
"""


def test_a_server_loads_nothing_that_only_an_import_needs() -> None:
    command = [sys.executable, "-c", SERVED]
    found = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert found.stdout == "[200, 200, 200] []\n"
