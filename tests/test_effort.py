"""Guards against slow growth: counts of what is done, not seconds, which depend on the machine.

Beside every bound stands what was measured when it was set; a bound leaves room for new data, and
none for a doubling. Who needs more may raise it, and says why.
"""

from __future__ import annotations

import heapq
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from corridors import pareto, search
from corridors.compiled import COMPILED, PATHS, load_compiled
from corridors.contracting import contract
from corridors.distances import find_spot, measurer_of
from corridors.many import optimum_many
from corridors.planner import Planner
from corridors.request import Request
from geodata.network import NETWORK
from geodata.vocabulary import Mode

MEASURED_AND_BOUND = {
    "gateways": (766, 1_000),
    "compiled arcs": (8_923, 12_000),
    "bytes of the graph": (67_156, 95_000),
    "bytes of its paths": (369_554, 520_000),
    "bytes of the network": (6_209_851, 9_000_000),
    "vertices": (1_534, 2_100),
    "arcs": (14_377, 19_000),
    "front: labels settled": (4_272, 6_000),
    "front: labels made": (16_979, 24_000),
    "route: pops": (2_126, 3_000),
    "route: pushes": (2_545, 3_600),
    "8 x 8: searches": (8, 12),
    "roads: nodes of the core": (15_130, 21_000),
    "roads: arcs of the core": (195_972, 270_000),
    "roads: arcs up into it": (356_370, 500_000),
    "roads: arcs up, all nodes out": (697_626, 950_000),
    "roads: nodes climbed to": (579, 800),
    "cold: bytes of data": (411_021, 600_000),
    "cold: files of data": (14, 20),
    "cold: modules": (466, 640),
    "cold: modules of ours": (57, 80),
    "cold: bytes read in all": (8_222_205, 13_000_000),
}
"""What was measured on 2026-11-25, and what it may come to."""


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Request().planner


class Counted:
    """Counts calls by name."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()

    def of(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.calls[name] += 1
            return function(*args, **kwargs)

        return counted

    def heap(self) -> SimpleNamespace:
        return SimpleNamespace(
            heapify=heapq.heapify,
            heappop=self.of("pops", heapq.heappop),
            heappush=self.of("pushes", heapq.heappush),
        )


def within(measured: float, what: str) -> None:
    """Check a count against its bound."""
    _, bound = MEASURED_AND_BOUND[what]
    assert measured <= bound, f"{what}: {measured} of at most {bound}"


def test_bounds_would_see_a_doubling() -> None:
    for measured, bound in MEASURED_AND_BOUND.values():
        assert measured < bound < 2 * measured


def test_the_shipped_graph_is_small() -> None:
    compiled = load_compiled()
    within(len(compiled.gateway_place), "gateways")
    within(len(compiled.arc_from), "compiled arcs")
    within(COMPILED.stat().st_size, "bytes of the graph")
    within(PATHS.stat().st_size, "bytes of its paths")
    within(sum(path.stat().st_size for path in NETWORK.iterdir()), "bytes of the network")


def test_the_graph_of_a_request(planner: Planner) -> None:
    within(len(planner.graph.vertices), "vertices")
    within(len(planner.graph.arcs), "arcs")


def test_the_front_settles_few_labels(planner: Planner, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted()
    monkeypatch.setattr(pareto, "_insert", counted.of("settled", pareto._insert))
    monkeypatch.setattr(pareto, "heapq", counted.heap())
    front = planner.front()
    assert front.routes > 1
    within(counted.calls["settled"], "front: labels settled")
    within(counted.calls["pushes"], "front: labels made")


def test_one_search_settles_each_vertex_once(
    planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted()
    monkeypatch.setattr(search, "heapq", counted.heap())
    assert planner.best_path() is not None
    within(counted.calls["pops"], "route: pops")
    within(counted.calls["pushes"], "route: pushes")


def test_many_pairs_take_a_search_per_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one per pair, but for the few whose best way would return to a place."""
    request = Request()
    texts = ("INOSC", "INMUN", "IRSRP", "CNLYG", "KZUKT", "Astana", "UZTAS", "INVTZ")
    spots = [find_spot(text, request.world) for text in texts]
    origins, destinations = request.finder.many(spots, spots)
    counted = Counted()
    monkeypatch.setattr(search, "_grow", counted.of("searches", search._grow))
    found = list(optimum_many(request.planner, origins, destinations, explain=False))  # type: ignore[arg-type]
    assert len(found) == len(texts) ** 2
    within(counted.calls["searches"], "8 x 8: searches")


def test_the_contracted_roads_are_a_fraction() -> None:
    request = Request()
    graph = measurer_of(Mode.ROAD, request.world, request.network).lengths.graph
    metres = graph.matrix.data.astype(int)
    small = contract(graph.tails, graph.heads, metres, graph.node_count)
    within(small.core_nodes, "roads: nodes of the core")
    within(small.core.nnz, "roads: arcs of the core")
    within(len(small.head), "roads: arcs up into it")


def test_a_single_way_looks_at_few_nodes() -> None:
    """Of the 118 732 by road, from both ends; a plain search looks at half of them."""
    request = Request()
    measurer = measurer_of(Mode.ROAD, request.world, request.network)
    spots = [find_spot(text, request.world) for text in ("CNLYG", "Almaty-1")]
    plain = measurer.measure(spots)
    climbs = measurer.ways.prepare()
    assert measurer.measure(spots) == plain
    within(len(climbs.keys), "roads: arcs up, all nodes out")
    stands = {p.place_id: p.node_id for p in request.network.place_nodes if p.mode is Mode.ROAD}
    nodes = [stands[spot.place_id] for spot in spots]
    within(sum(climbs.reached(node) for node in nodes), "roads: nodes climbed to")


WATCHED = """
import json, os, sys
read, opened = {}, 0
def watch(event, args):
    global opened
    if event == "open" and isinstance(args[0], (str, bytes)) and args[1] in (None, "r", "rb"):
        opened += 1
        try:
            read[os.fspath(args[0])] = os.path.getsize(args[0])
        except OSError:
            pass
sys.addaudithook(watch)
from corridors.cli import main
main(["compare", "--format", "csv", "-o", os.devnull])
ours = {name: size for name, size in read.items() if "/data/" in str(name)}
heavy = sorted({name.split(".")[0] for name in sys.modules})
told = {
    "modules": len(sys.modules), "ours": sum(name.startswith(("corridors.", "geodata.", "maps."))
    for name in sys.modules), "data_bytes": sum(ours.values()), "data_files": len(ours),
    "bytes": sum(read.values()), "top": heavy,
}
sys.stderr.write(json.dumps(told))
"""


@pytest.fixture(scope="module")
def cold() -> dict[str, Any]:
    """What a comparison in a process of its own imports and opens for reading."""
    done = subprocess.run(
        [sys.executable, "-c", WATCHED], capture_output=True, text=True, check=True
    )
    told: dict[str, Any] = json.loads(done.stderr)
    return told


def test_a_cold_comparison_reads_little(cold: dict[str, Any]) -> None:
    """Only tables and the compiled graph: never the detailed network, which is ten times larger."""
    within(cold["data_bytes"], "cold: bytes of data")
    within(cold["data_files"], "cold: files of data")


def test_a_cold_comparison_imports_little(cold: dict[str, Any]) -> None:
    within(cold["modules"], "cold: modules")
    within(cold["ours"], "cold: modules of ours")
    within(cold["bytes"], "cold: bytes read in all")
    assert not FORBIDDEN & set(cold["top"])


FORBIDDEN = {
    "dask", "distributed", "folium", "geopandas", "jinja2", "networkx", "osmnx", "pandas",
    "pyarrow", "pyogrio", "pyproj", "requests", "scipy", "shapely",
}  # fmt: skip
