"""The corridor graph in public: networkx with OSMnx's conventions, readable by OSMnx itself."""

from __future__ import annotations

import networkx as nx
import osmnx
import pytest

from corridors.public_graph import graph_features, to_networkx
from corridors.request import Request


@pytest.fixture(scope="module")
def request_graph() -> tuple[Request, nx.MultiDiGraph[str]]:
    request = Request(corridor=("china-lianyungang-dostyk",))
    planner = request.planner
    return request, to_networkx(planner.graph, planner.pricing)


def test_osmnx_reads_it(request_graph: tuple[Request, nx.MultiDiGraph[str]]) -> None:
    _, graph = request_graph
    nodes, edges = osmnx.convert.graph_to_gdfs(graph)
    assert nodes.crs == edges.crs == "EPSG:4326"
    assert (len(nodes), len(edges)) == (len(graph), graph.number_of_edges())
    assert {"x", "y", "place", "mode", "gauge_mm"} <= set(nodes.columns)
    assert (edges["length"] >= 0).all()


def test_networkx_finds_the_same_best_route(
    request_graph: tuple[Request, nx.MultiDiGraph[str]],
) -> None:
    request, graph = request_graph
    planner = request.planner
    (origin,), (destination,) = (
        [planner.graph.vertices[at].vertex_id for at in ends] for ends in planner.ends()
    )

    def generalised(tail: str, head: str, parallel: dict[int, dict[str, int]]) -> int:
        per_cent, per_min, per_g = planner.consignment.weights
        return min(
            arc["cost_cents"] * per_cent + arc["time_min"] * per_min + arc["co2e_g"] * per_g
            for arc in parallel.values()
        )

    (best,) = planner.route().itineraries
    expected = nx.dijkstra_path_length(graph, origin, destination, weight=generalised)
    assert planner.pricing.generalised(best.criteria) == expected


def test_features_are_the_arcs(request_graph: tuple[Request, nx.MultiDiGraph[str]]) -> None:
    request, graph = request_graph
    planner = request.planner
    features = graph_features(planner.graph, planner.pricing)["features"]
    assert len(features) == graph.number_of_edges()
    assert {"cost_cents", "time_min", "co2e_g", "operation"} <= set(features[0]["properties"])
