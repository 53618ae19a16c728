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

import networkx as nx
import numpy as np
import pytest
from cold import measure_cold, run_cold, run_python
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from corridors.pricing import By
from corridors.request import Request
from corridors.search import shortest_path

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


@pytest.fixture(scope="module")
def case() -> dict[str, Any]:
    """Return the shipped case as plain arrays: the same arcs and weights for every library."""
    planner = Request(by=By.COST).planner
    graph = planner.graph
    weights = [planner.pricing.criteria(number).cost_cents for number in range(len(graph.arcs))]
    (origin,), (destination,) = planner.ends()
    return {
        "graph": graph.digraph,
        "weights": weights,
        "count": len(graph.vertices),
        "origin": origin,
        "destination": destination,
        "best": planner.route().itineraries[0].criteria.cost_cents,
    }


@pytest.mark.benchmark(group="single best, warm")
def test_single_best_corridors(benchmark: Any, case: dict[str, Any]) -> None:
    found = benchmark(
        shortest_path, case["graph"], case["weights"], [case["origin"]], [{case["destination"]}]
    )
    assert found.weight == case["best"]


@pytest.mark.benchmark(group="single best, warm")
@pytest.mark.parametrize("way", ["dijkstra", "bidirectional_dijkstra"])
def test_single_best_networkx(benchmark: Any, case: dict[str, Any], way: str) -> None:
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    arcs = case["graph"]
    graph.add_weighted_edges_from(zip(arcs.tails, arcs.heads, case["weights"], strict=True))
    search = {
        "dijkstra": nx.single_source_dijkstra,
        "bidirectional_dijkstra": nx.bidirectional_dijkstra,
    }[way]
    weight, _ = benchmark(search, graph, case["origin"], case["destination"])
    assert weight == case["best"]


@pytest.mark.benchmark(group="single best, warm")
def test_single_best_scipy(benchmark: Any, case: dict[str, Any]) -> None:
    """Scipy knows neither parallel arcs nor a weight of nothing, and always searches to all ends.

    Parallel arcs are reduced to the lightest; every arc weighs one thousandth of a cent more than
    its tally, which a path of fewer than a thousand arcs cannot turn into a cent.
    """
    arcs, count = case["graph"], case["count"]
    lightest: dict[tuple[int, int], int] = {}
    for ends, weight in zip(zip(arcs.tails, arcs.heads, strict=True), case["weights"], strict=True):
        lightest[ends] = min(weight, lightest.get(ends, weight))
    tails, heads = (np.array(side) for side in zip(*lightest, strict=True))
    weights = np.array(list(lightest.values())) + 1e-3
    matrix = csr_array((weights, (tails, heads)), shape=(count, count))

    def search() -> Any:
        return dijkstra(matrix, indices=case["origin"], return_predecessors=True)

    distance, _ = benchmark(search)
    assert int(distance[case["destination"]]) == case["best"]


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
