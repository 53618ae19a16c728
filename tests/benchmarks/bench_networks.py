"""Single routes and matrices over the detailed network of a mode, beside the peers on the same one.

All get the links that `corridors distance` uses, border crossings and gauge interchanges among
them, and have to find its length to the metre. Ours finds coordinates on the network, draws the
line and says how far points were moved; of the peers only scgraph takes coordinates, which it moves
to the nearest node, and those given lie on nodes.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import searoute
from benchmarks.peers import GRAPHS, Peer, scgraph_graph
from scipy.sparse.csgraph import connected_components

from corridors import two_ended
from corridors.distance import Measurer
from corridors.distances import find_spot, measurer_of
from corridors.graph import Spot
from corridors.request import Request
from corridors.two_ended import SingleWays
from geodata.vocabulary import Mode

ENDS = {
    Mode.ROAD: ("CNLYG", "Almaty-1"),
    Mode.RAIL: ("IRSRP", "Astana"),
    Mode.SEA: ("INMUN", "RUNVS"),
}
POINTS = 100
ROUTES = 40
SCGRAPH_ROADS = ("bidirectional_buckets", "dijkstra", "bidirectional_dijkstra")


class Case:
    """One mode's network, the ends of a route on it, and points all over its largest part."""

    def __init__(self, mode: Mode) -> None:
        request = Request()
        self.request = request
        self.layer = request.network.layer(mode)
        self.measurer: Measurer = measurer_of(mode, request.world, request.network)
        self.graph = self.measurer.lengths.graph
        self.spots = [find_spot(text, request.world) for text in ENDS[mode]]
        stand = {p.place_id: p.node_id for p in request.network.place_nodes if p.mode is mode}
        self.nodes = [stand[spot.place_id] for spot in self.spots]
        self.metres = self.measurer.measure(self.spots).length_km * 1000
        _, part = connected_components(self.graph.matrix, directed=False)
        largest = np.flatnonzero(part == np.bincount(part).argmax())
        chosen = np.random.default_rng(20261125).choice(largest, POINTS, replace=False)
        self.many: list[int] = chosen.tolist()
        lat, lon = self.layer.node_lat, self.layer.node_lon
        self.points = [Spot(f"node {n}", float(lat[n]), float(lon[n])) for n in self.many]

    @cache  # noqa: B019 - a case lives as long as the run
    def peer(self, name: str) -> Peer:
        return GRAPHS[name](self.graph)

    @cache  # noqa: B019
    def scgraph(self) -> Any:
        return scgraph_graph(self.graph, self.layer.node_lat, self.layer.node_lon)


@cache
def case_of(mode: Mode) -> Case:
    return Case(mode)


@pytest.fixture(params=list(ENDS), ids=str)
def case(request: Any) -> Case:
    request.node.user_properties.append(("mode", str(request.param)))
    return case_of(request.param)


def grouped(benchmark: Any, case: Case, what: str) -> None:
    benchmark.group = f"{what} by {case.layer.mode}, warm"
    benchmark.extra_info["links"] = case.graph.matrix.nnz // 2


def test_route_corridors(benchmark: Any, case: Case) -> None:
    """Between places, with the line drawn; the nodes were taken out before."""
    grouped(benchmark, case, "single route")
    case.measurer.ways.prepare()
    found = benchmark(case.measurer.measure, case.spots)
    assert found.length_km * 1000 == case.metres


def test_route_corridors_first(benchmark: Any, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same as long as a process has asked for few: searches look at most of the nodes."""
    grouped(benchmark, case, "single route")
    monkeypatch.setattr(two_ended, "CLIMBS_FROM", np.inf)
    measurer = measurer_of(case.layer.mode, case.request.world, case.request.network)
    found = benchmark(measurer.measure, case.spots)
    assert found.length_km * 1000 == case.metres


def test_route_corridors_prepares(benchmark: Any, case: Case) -> None:
    """Taking the nodes out, once in a process, after as many routes as pay for it."""
    benchmark.group = f"single route by {case.layer.mode}, taking the nodes out"
    found = benchmark.pedantic(lambda: SingleWays(case.graph).prepare(), rounds=3)
    assert len(found.keys) >= case.graph.matrix.nnz // 2


@pytest.mark.parametrize("name", GRAPHS)
def test_route(benchmark: Any, case: Case, name: str) -> None:
    grouped(benchmark, case, "single route")
    peer = case.peer(name)
    assert round(benchmark(peer.single, *case.nodes)) == round(case.metres)


@pytest.mark.parametrize("way", SCGRAPH_ROADS)
def test_route_scgraph(benchmark: Any, case: Case, way: str) -> None:
    grouped(benchmark, case, "single route")
    graph = case.scgraph()
    ends = [{"latitude": s.lat, "longitude": s.lon} for s in map(case_spot(case), case.nodes)]
    found = benchmark(
        graph.get_shortest_path, *ends, algorithm_fn=way, node_addition_type="kdclosest"
    )
    assert found["length"] * 1000 == pytest.approx(case.metres, rel=0.01)


def test_routes_corridors(benchmark: Any, case: Case) -> None:
    """Between points all over, which are found on the network; the lines are drawn."""
    grouped(benchmark, case, f"{ROUTES} routes")
    case.measurer.ways.prepare()

    def routes() -> list[float]:
        return [case.measurer.measure([a, b]).length_km for a, b in pairs(case.points)]

    assert all(benchmark(routes))


@pytest.mark.parametrize("way", SCGRAPH_ROADS)
def test_routes_scgraph(benchmark: Any, case: Case, way: str) -> None:
    grouped(benchmark, case, f"{ROUTES} routes")
    graph = case.scgraph()
    points = [{"latitude": spot.lat, "longitude": spot.lon} for spot in case.points]

    def routes() -> list[float]:
        return [
            graph.get_shortest_path(a, b, algorithm_fn=way, node_addition_type="kdclosest")[
                "length"
            ]
            for a, b in pairs(points)
        ]

    found = benchmark(routes)
    right = [case.measurer.measure([a, b]).length_km for a, b in pairs(case.points)]
    close(np.array(found) * 1000, np.array(right) * 1000)


def pairs(points: list[Any]) -> list[tuple[Any, Any]]:
    return [*zip(points[:ROUTES], points[ROUTES:], strict=False)]


def case_spot(case: Case) -> Any:
    lat, lon = case.layer.node_lat, case.layer.node_lon
    return lambda node: Spot("", float(lat[node]), float(lon[node]))


def test_route_searoute(benchmark: Any) -> None:
    """On a network of its own, a coarser Marnet."""
    case = case_of(Mode.SEA)
    grouped(benchmark, case, "single route")
    ends = [[spot.lon, spot.lat] for spot in case.spots]
    found = benchmark(searoute.searoute, *ends)
    assert found["properties"]["length"] * 1000 == pytest.approx(case.metres, rel=0.1)


MATRIX = f"matrix {POINTS} x {POINTS} by road"


def expected(case: Case) -> Any:
    return case.measurer.between(case.points, case.points).length_m


@pytest.mark.benchmark(group=MATRIX)
def test_matrix_corridors(benchmark: Any) -> None:
    case = case_of(Mode.ROAD)
    expected(case)  # contracted once
    found = benchmark.pedantic(case.measurer.between, args=(case.points, case.points), rounds=5)
    small = case.measurer.lengths
    benchmark.extra_info["links"] = small.graph.matrix.nnz // 2
    assert np.isfinite(found.length_m).all()


@pytest.mark.benchmark(group=MATRIX)
def test_matrix_corridors_first(benchmark: Any) -> None:
    """The first one of a process: the graph is put together and contracted; lines are indexed."""
    case = case_of(Mode.ROAD)

    def first() -> Any:
        measurer = measurer_of(Mode.ROAD, case.request.world, case.request.network)
        return measurer.between(case.points, case.points)

    found = benchmark.pedantic(first, rounds=3)
    assert found.length_m.tolist() == expected(case).tolist()


@pytest.mark.benchmark(group=MATRIX)
def test_matrix_scgraph(benchmark: Any) -> None:
    """With its cached trees, emptied before each round."""
    case = case_of(Mode.ROAD)
    graph = case.scgraph()
    points = [{"latitude": spot.lat, "longitude": spot.lon} for spot in case.points]
    found = benchmark.pedantic(
        graph.distance_matrix, args=(points,), kwargs={"silent": True}, rounds=3,
        setup=graph.graph_object.reset_cache,
    )  # fmt: skip
    close(np.array(found, dtype=float) * 1000, expected(case))


@pytest.mark.benchmark(group=MATRIX)
@pytest.mark.parametrize("name", GRAPHS)
def test_matrix(benchmark: Any, name: str) -> None:
    case = case_of(Mode.ROAD)
    peer = case.peer(name)
    assert peer.matrix is not None
    found = benchmark.pedantic(peer.matrix, args=(case.many,), rounds=1 if peer.rows else 3)
    if peer.rows:
        benchmark.extra_info["scale"] = POINTS / peer.rows
        benchmark.extra_info["measured"] = f"{peer.rows} rows, scaled"
    table = np.array(found, dtype=float)
    close(table, expected(case)[: len(table)])


def close(found: Any, right: Any) -> None:
    """Check lengths: ours may lie beside a node that several links pass, a metre or two away."""
    assert np.median(np.abs(found - right)) < 5
    assert np.abs(found - right).max() < 0.01 * right.max()
