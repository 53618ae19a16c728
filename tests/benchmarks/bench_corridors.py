"""Benchmarks: never a verdict on time, only figures and ratios of one run, answers compared.

One command (`pip install -e ".[bench]"` first)::

    python -m tests.benchmarks -o FOLDER

or single files of them, ``python -m pytest tests/benchmarks/bench_points.py``. Budgets are those of
the design: a cold comparison 1.0 s and 250 MB, any-to-any 100 ms warm, the page 4 s and 3 MB.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from cold import measure_cold, run_cold, run_python

from corridors.request import Request

COLD_ROUNDS = 5


COLD = {
    "compare": ["compare"],
    "two scenarios": ["compare", "--scenario", "open", "--scenario", "situation-2026-11"],
    "per content": ["compare", "--per-content"],
    "route": ["route"],
    "route of points": ["route", "22.57,88.36", "43.24,76.95"],
    "front": ["front"],
    "distance by sea": ["distance", "INMUN", "RUNVS", "--mode", "sea"],
    "distance by road": ["distance", "28.6,77.2", "19.1,72.9", "--mode", "road"],
}
SEAROUTE = "import searoute; print(searoute.searoute([69.7, 22.7], [37.8, 44.7]))"
IMPORTS = {
    "python alone": "pass",
    "searoute, a route by sea": SEAROUTE,
    "import networkx": "import networkx",
    "import scgraph": "import scgraph",
    "import scipy.sparse.csgraph": "import scipy.sparse.csgraph",
    "import folium": "import folium",
    "import geopandas": "import geopandas",
}


@pytest.mark.benchmark(group="cold start", timer=time.perf_counter)
@pytest.mark.parametrize("name", COLD)
def test_cold(benchmark: Any, name: str) -> None:
    measure_cold(benchmark, lambda: run_cold(*COLD[name]), COLD_ROUNDS, warmup=1)


@pytest.mark.benchmark(group="cold start", timer=time.perf_counter)
@pytest.mark.parametrize("name", IMPORTS)
def test_cold_peer(benchmark: Any, name: str) -> None:
    measure_cold(benchmark, lambda: run_python("-c", IMPORTS[name]), COLD_ROUNDS, warmup=1)


@pytest.mark.benchmark(group="page, cold", timer=time.perf_counter)
def test_page(benchmark: Any, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    measure_cold(benchmark, lambda: run_cold("map", "-o", str(page)), COLD_ROUNDS, warmup=1)
    benchmark.extra_info["page_mb"] = round(page.stat().st_size / 1e6, 2)


FOLIUM = """
import json, sys, folium
drawn = folium.Map()
folium.GeoJson(json.load(open(sys.argv[1]))).add_to(drawn)
drawn.save(sys.argv[2])
"""


@pytest.mark.benchmark(group="page, cold", timer=time.perf_counter)
def test_page_folium(benchmark: Any, tmp_path: Path) -> None:
    """The same lines, already computed, by Folium alone: no table, no diagrams, not offline."""
    lines, page = tmp_path / "lines.geojson", tmp_path / "page.html"
    run_cold("compare", "-o", str(lines))
    argv = ("-c", FOLIUM, str(lines), str(page))
    measure_cold(benchmark, lambda: run_python(*argv), COLD_ROUNDS, warmup=1)
    benchmark.extra_info["page_mb"] = round(page.stat().st_size / 1e6, 2)


@pytest.mark.benchmark(group="any to any, warm tables")
@pytest.mark.parametrize("what", ["route", "every corridor"])
def test_planning(benchmark: Any, what: str) -> None:
    """A new planner each time: graph put together, priced, searched."""
    request = Request()
    request.compiled, request.corridors, request.resolved_scenario  # noqa: B018 - read once

    def plan() -> Any:
        planner = request.with_cargo(request.cargo).planner
        return planner.route() if what == "route" else planner.compare(request.corridors)

    assert benchmark(plan).itineraries
