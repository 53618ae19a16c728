"""Peers on one network: each library's own graph of it, built as its documentation has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import igraph
import networkx as nx
import numpy as np
import rustworkx
from scgraph import GeoGraph
from scipy.sparse.csgraph import dijkstra

from corridors.measure import LineGraph, path_to

Search = Callable[[int, int], float]
Table = Callable[[Sequence[int]], Any]


@dataclass(frozen=True)
class Peer:
    """One library's search on a network: metres from node to node, and among nodes."""

    single: Search
    matrix: Table | None = None
    rows: int = 0
    """So many rows of a matrix are measured, and scaled: it would take minutes. 0 is all."""


def edges_of(graph: LineGraph) -> tuple[list[int], list[int], list[float]]:
    """Return every link once."""
    once = graph.tails < graph.heads
    return (
        graph.tails[once].tolist(),
        graph.heads[once].tolist(),
        graph.matrix.data[once].tolist(),
    )


def scgraph_graph(graph: LineGraph, lat: Any, lon: Any) -> GeoGraph:
    links: list[dict[int, float]] = [{} for _ in range(graph.node_count)]
    for a, b, metres in zip(*edges_of(graph), strict=True):
        links[a][b] = links[b][a] = metres / 1000
    return GeoGraph(graph=links, nodes=np.column_stack([lat, lon]).tolist())


def scipy_peer(graph: LineGraph) -> Peer:
    def single(a: int, b: int) -> float:
        distance, before = dijkstra(graph.matrix, indices=a, return_predecessors=True)
        path_to(before, b)
        return float(distance[b])

    return Peer(single, lambda nodes: dijkstra(graph.matrix, indices=nodes)[:, nodes])


def igraph_peer(graph: LineGraph) -> Peer:
    tails, heads, metres = edges_of(graph)
    built = igraph.Graph(graph.node_count, list(zip(tails, heads, strict=True)))

    def single(a: int, b: int) -> float:
        path = built.get_shortest_path(a, b, weights=metres, output="epath")
        return sum(metres[edge] for edge in path)

    return Peer(single, lambda nodes: built.distances(nodes, nodes, weights=metres))


def networkx_peer(graph: LineGraph) -> Peer:
    built: nx.Graph[int] = nx.Graph()
    built.add_nodes_from(range(graph.node_count))
    built.add_weighted_edges_from(zip(*edges_of(graph), strict=True))

    def table(nodes: Sequence[int]) -> Any:
        found = [nx.single_source_dijkstra_path_length(built, node) for node in nodes[:3]]
        return [[each.get(node, np.inf) for node in nodes] for each in found]

    return Peer(lambda a, b: float(nx.bidirectional_dijkstra(built, a, b)[0]), table, 3)


def rustworkx_peer(graph: LineGraph) -> Peer:
    built = rustworkx.PyGraph()
    built.add_nodes_from(range(graph.node_count))
    built.extend_from_weighted_edge_list(list(zip(*edges_of(graph), strict=True)))

    def single(a: int, b: int) -> float:
        path = rustworkx.dijkstra_shortest_paths(built, a, target=b, weight_fn=float)[b]
        return sum(built.get_edge_data(u, v) for u, v in zip(path, path[1:]))  # noqa: B905, RUF007

    def table(nodes: Sequence[int]) -> Any:
        found = [rustworkx.dijkstra_shortest_path_lengths(built, node, float) for node in nodes]
        return [
            [0.0 if a == b else each[b] if b in each else np.inf for b in nodes]  # noqa: SIM401
            for a, each in zip(nodes, found, strict=True)
        ]

    return Peer(single, table)


GRAPHS: Final = {
    "scipy": scipy_peer,
    "igraph": igraph_peer,
    "rustworkx": rustworkx_peer,
    "networkx": networkx_peer,
}
