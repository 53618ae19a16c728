"""The graphs in public: networkx with OSMnx's conventions, worked on by OSMnx itself."""

from __future__ import annotations

import math
from pathlib import Path

import networkx as nx
import osmnx
import pytest

from corridors.cli import main
from corridors.errors import CorridorsError
from corridors.measure import line_graph, shortest_from
from corridors.public_graph import graph_features, network_to_networkx, to_networkx, write_graphml
from corridors.request import Request
from geodata.network import Network
from geodata.vocabulary import Mode, Status

GILAN = (48.0, 36.0, 52.0, 38.0)
"""Rasht, Qazvin, Tehran: a corner of Iran with some hundred rail links at most."""


@pytest.fixture(scope="module")
def request_graph() -> tuple[Request, nx.MultiDiGraph[int]]:
    request = Request(corridor=("china-lianyungang-dostyk",))
    planner = request.planner
    return request, to_networkx(planner.graph, planner.pricing)


@pytest.fixture(scope="module")
def network() -> Network:
    return Network()


@pytest.fixture(scope="module")
def rail(network: Network) -> nx.MultiDiGraph[int]:
    return network_to_networkx(network, Mode.RAIL, box=GILAN, country="IR")


def test_osmnx_reads_it(request_graph: tuple[Request, nx.MultiDiGraph[int]]) -> None:
    _, graph = request_graph
    nodes, edges = osmnx.convert.graph_to_gdfs(graph)
    assert nodes.crs == edges.crs == "EPSG:4326"
    assert (len(nodes), len(edges)) == (len(graph), graph.number_of_edges())
    assert {"x", "y", "vertex", "place", "mode", "gauge_mm"} <= set(nodes.columns)
    assert (edges["length"] >= 0).all()


def test_networkx_finds_the_same_best_route(
    request_graph: tuple[Request, nx.MultiDiGraph[int]],
) -> None:
    request, graph = request_graph
    planner = request.planner
    (origin,), (destination,) = planner.ends()

    def generalised(tail: int, head: int, parallel: dict[int, dict[str, int]]) -> int:
        per_cent, per_min, per_g = planner.consignment.weights
        return min(
            arc["cost_cents"] * per_cent + arc["time_min"] * per_min + arc["co2e_g"] * per_g
            for arc in parallel.values()
        )

    (best,) = planner.route().itineraries
    expected = nx.dijkstra_path_length(graph, origin, destination, weight=generalised)
    assert planner.pricing.generalised(best.criteria) == expected
    path = osmnx.routing.shortest_path(graph, origin, destination, weight="cost_cents")
    assert path is not None
    assert (path[0], path[-1]) == (origin, destination)


def test_features_are_the_arcs(request_graph: tuple[Request, nx.MultiDiGraph[int]]) -> None:
    request, graph = request_graph
    planner = request.planner
    features = graph_features(planner.graph, planner.pricing)["features"]
    assert len(features) == graph.number_of_edges()
    assert {"cost_cents", "time_min", "co2e_g", "operation"} <= set(features[0]["properties"])
    ids = {vertex.vertex_id for vertex in planner.graph.vertices}
    assert {feature["properties"]["u"] for feature in features} <= ids


@pytest.mark.parametrize("which", ["corridor graph", "rail network"])
def test_osmnx_saves_and_loads_it(
    which: str,
    request_graph: tuple[Request, nx.MultiDiGraph[int]],
    rail: nx.MultiDiGraph[int],
    tmp_path: Path,
) -> None:
    graph = rail if which == "rail network" else request_graph[1]
    write_graphml(graph, tmp_path / "graph.graphml")
    again = osmnx.load_graphml(tmp_path / "graph.graphml")
    assert set(again.nodes) == set(graph.nodes)
    assert set(again.edges(keys=True)) == set(graph.edges(keys=True))
    for edge in graph.edges(keys=True):
        ours, theirs = graph.edges[edge], again.edges[edge]
        assert (ours["length"], ours["osmid"]) == (theirs["length"], theirs["osmid"])
        assert ours["geometry"].equals(theirs["geometry"])


def test_edges_are_drawn_from_tail_to_head(rail: nx.MultiDiGraph[int]) -> None:
    for tail, head, edge in rail.edges(data=True):
        for node, spot in ((tail, edge["geometry"].coords[0]), (head, edge["geometry"].coords[-1])):
            at = rail.nodes[node]
            assert math.dist((at["x"], at["y"]), spot) < 1e-6


def test_osmnx_finds_the_same_distances(network: Network, rail: nx.MultiDiGraph[int]) -> None:
    """OSMnx's routes on the public graph are as long as ours on the arrays of the same links."""
    layer = network.layer(Mode.RAIL)
    links = sorted({edge["osmid"] for _, _, edge in rail.edges(data=True)})
    names = ("from_node_id", "to_node_id", "length_m")
    start, end, length = (layer.links[name][links] for name in names)
    import numpy as np

    graph = line_graph(start, end, length, np.array(links), layer.node_count)
    origin = min(rail)
    distance, _ = shortest_from(graph, np.array([origin]))
    reached = [node for node in rail if node != origin and np.isfinite(distance[0][node])]
    assert reached
    for node in reached:
        path = osmnx.routing.shortest_path(rail, origin, node, weight="length")
        assert path is not None
        frame = osmnx.routing.route_to_gdf(rail, path, weight="length")
        assert frame["length"].sum() == distance[0][node]


def test_osmnx_finds_the_node_of_a_station(rail: nx.MultiDiGraph[int]) -> None:
    stations = {at["places"].split(" ")[0]: node for node, at in rail.nodes(data=True)}
    node = stations["IRQAZ"]
    at = rail.nodes[node]
    assert osmnx.distance.nearest_nodes(rail, at["x"], at["y"]) == node
    flat = osmnx.projection.project_graph(rail)
    spot = flat.nodes[node]
    assert osmnx.distance.nearest_nodes(flat, spot["x"], spot["y"]) == node


def test_osmnx_plots_it(rail: nx.MultiDiGraph[int], tmp_path: Path) -> None:
    import matplotlib as mpl

    mpl.use("agg")
    figure, _ = osmnx.plot_graph(
        rail, show=False, save=True, filepath=tmp_path / "rail.png", close=True
    )
    assert figure is not None
    assert (tmp_path / "rail.png").stat().st_size > 1000


def test_a_part_is_the_part_that_was_asked_for(
    network: Network, rail: nx.MultiDiGraph[int]
) -> None:
    west, south, east, north = GILAN
    layer = network.layer(Mode.RAIL)
    for tail, head, edge in rail.edges(data=True):
        assert (edge["country"], edge["status"]) == ("IR", "operational")
        assert edge["length"] == layer.links["length_m"][edge["osmid"]]
        assert any(
            west <= rail.nodes[node]["x"] <= east and south <= rail.nodes[node]["y"] <= north
            for node in (tail, head)
        )
    more = network_to_networkx(network, Mode.RAIL, box=GILAN, country="IR", statuses=tuple(Status))
    ours = {edge["osmid"] for _, _, edge in rail.edges(data=True)}
    theirs = {edge["osmid"]: edge["status"] for _, _, edge in more.edges(data=True)}
    assert ours < set(theirs)
    assert {theirs[link] for link in set(theirs) - ours} <= set(Status) - {Status.OPERATIONAL}


def test_an_empty_part_is_an_error(network: Network) -> None:
    with pytest.raises(CorridorsError, match="no rail link"):
        network_to_networkx(network, Mode.RAIL, box=(0.0, 0.0, 1.0, 1.0))


def test_the_command_line_writes_graphml(tmp_path: Path) -> None:
    assert main(["network", "export", "air", "-o", str(tmp_path / "air.graphml")]) == 0
    air = osmnx.load_graphml(tmp_path / "air.graphml")
    assert air.number_of_edges() > 0
    assert main(["network", "graph", "-o", str(tmp_path / "graph.graphml")]) == 0
    graph = osmnx.load_graphml(tmp_path / "graph.graphml")
    assert {"vertex", "place"} <= set(next(iter(graph.nodes(data=True)))[1])
