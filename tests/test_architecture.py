"""One direction of imports; a search that knows no freight; nothing heavy in a cold comparison."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import corridors
import geodata
import maps

ROOT = Path(geodata.__file__).parent.parent
FORBIDDEN = {"geodata": {"corridors", "maps"}, "maps": {"corridors"}, "corridors": {"maps"}}
DOORS = {
    "asking.py",
    "cli.py",
    "cli_chart.py",
    "cli_network.py",
    "cli_results.py",
    "cli_sweep.py",
    "page.py",
}
DOORS |= {"page_own.py", "page_stops.py", "page_story.py", "page_whatif.py", "sweep_page.py"}
"""The modules of `corridors` that hand results to `maps`, or ask it for looks."""


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("package", FORBIDDEN)
def test_imports_run_in_one_direction(package: str) -> None:
    for path in sorted((ROOT / package).rglob("*.py")):
        if package == "corridors" and path.name in DOORS:
            continue
        assert not imported(path) & FORBIDDEN[package], path.name


def test_search_knows_nothing_but_the_standard_library() -> None:
    modules = imported(ROOT / "corridors" / "search.py")
    assert modules <= sys.stdlib_module_names | {"__future__"}


@pytest.mark.parametrize("package", [corridors, geodata, maps])
def test_public_names_are_sorted_and_there(package: object) -> None:
    names = package.__all__  # type: ignore[attr-defined]
    assert list(names) == sorted(names)
    assert all(hasattr(package, name) for name in names)


def test_a_cold_comparison_leaves_heavy_packages_alone() -> None:
    heavy = ["geopandas", "pandas", "folium", "osmnx", "scipy", "pyarrow", "shapely", "networkx"]
    code = (
        "import sys; from corridors.cli import main; main(['compare', '--format', 'csv']);"
        f"print([m for m in {heavy!r} if m in sys.modules], len(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found, count = done.stderr.strip().rsplit(" ", 1)
    assert found.endswith("[]"), done.stderr
    assert int(count) < 700


def test_a_cold_map_draws_its_charts_without_the_packages_that_made_them(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    code = (
        f"import sys; from corridors.cli import main; main(['map', '-o', {str(page)!r}]);"
        "print([m for m in ('altair', 'narwhals', 'vl_convert') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert page.stat().st_size < 3_000_000
