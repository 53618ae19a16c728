"""Benchmarks of files in and out: a large project of an analyst, and the network there and back.

Budget of the design: 10 000 features checked and imported in 5 s and 600 MB, the whole command.
`compare` measures the corridor graph anew in every zone that the file touches, on top of that.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from cold import measure_cold, run_cold, run_python
from plausible import write_plausible

ROUNDS = 3
FEATURES = 10_000
LAYERS = ("rail", "sea", "air", "places", "crossings")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("project") / "project.geojson"
    write_plausible(path, FEATURES)
    return path


@pytest.mark.benchmark(group="10 000 new features, cold", timer=time.perf_counter)
@pytest.mark.parametrize("command", ["check", "compare"])
def test_ten_thousand_features(benchmark: Any, project: Path, tmp_path: Path, command: str) -> None:
    """The check ends with 1: it finds lines that end near others, as drawn projects have them."""
    argv, code = {
        "check": (("network", "check", str(project)), 1),
        "compare": (("compare", "--with", str(project)), 0),
    }[command]
    output = tmp_path / "result.txt"
    measure_cold(benchmark, lambda: run_cold(*argv, "-o", str(output), code=code), ROUNDS)
    benchmark.extra_info["file_mb"] = round(project.stat().st_size / 1e6, 1)
    assert output.stat().st_size > 0


READ = "import sys, geopandas; print(len(geopandas.read_file(sys.argv[1])))"


@pytest.mark.benchmark(group="10 000 new features, cold", timer=time.perf_counter)
def test_ten_thousand_features_geopandas(benchmark: Any, project: Path) -> None:
    """Geopandas only reads the file: nothing is checked, and nothing joined."""
    measure_cold(benchmark, lambda: run_python("-c", READ, str(project)), ROUNDS)


@pytest.mark.benchmark(group="network out, cold", timer=time.perf_counter)
@pytest.mark.parametrize("ending", ["gpkg", "geojson", "parquet", "fgb"])
def test_out(benchmark: Any, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"net.{ending}"
    argv = ("network", "export", *LAYERS, "-o", str(path))
    measure_cold(benchmark, lambda: run_cold(*argv), ROUNDS)
    benchmark.extra_info["file_mb"] = round(path.stat().st_size / 1e6, 1)


@pytest.mark.benchmark(group="network back in, cold", timer=time.perf_counter)
@pytest.mark.parametrize("ending", ["gpkg", "geojson", "parquet", "fgb"])
def test_back_in(benchmark: Any, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"net.{ending}"
    run_cold("network", "export", *LAYERS, "-o", str(path))
    measure_cold(benchmark, lambda: run_cold("network", "check", str(path)), ROUNDS)
