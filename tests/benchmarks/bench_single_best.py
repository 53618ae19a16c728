"""The best itinerary by cost on the corridor graph: the same arcs and cents for every library.

Twice: *warm*, each with its own graph put together beforehand, and *new prices*, from a list of the
arcs' cents, which is what another tariff, draw, cargo or scenario gives. Ours takes the list as it
is; ties, gates and bans are part of its search, and it settles sums beyond 2^53, which a double
does not hold. What a library does not know of parallel arcs, it gets the lightest of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, Final

import igraph
import networkx as nx
import numpy as np
import pytest
import rustworkx
from scgraph import Graph
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from corridors.pricing import By
from corridors.request import Request
from corridors.search import Digraph, shortest_path

Search = Callable[[], int]
"""Returns the cents of the best path, having found the path."""
Build = Callable[[Digraph, Sequence[int], int, int], Search]
TINY: Final = 1e-3
"""Of a cent, added to every arc for scipy, to which no weight is no arc; a path has fewer arcs than
would make a cent of it."""


def build_ours(graph: Digraph, cents: Sequence[int], start: int, end: int) -> Search:
    def search() -> int:
        path = shortest_path(graph, cents, [start], [{end}])
        assert path is not None
        return path.weight

    return search


def lightest(graph: Digraph, cents: Sequence[int]) -> dict[tuple[int, int], int]:
    """Return the cents between two vertices, of parallel arcs the least."""
    found: dict[tuple[int, int], int] = {}
    for ends, weight in zip(zip(graph.tails, graph.heads, strict=True), cents, strict=True):
        found[ends] = min(weight, found.get(ends, weight))
    return found


def build_scipy(graph: Digraph, cents: Sequence[int], start: int, end: int) -> Search:
    count = len(graph.out)
    tails, heads, weights = (np.asarray(column) for column in (graph.tails, graph.heads, cents))
    order = np.lexsort((weights, heads, tails))
    tails, heads, weights = tails[order], heads[order], weights[order]
    first = np.r_[True, (np.diff(tails) != 0) | (np.diff(heads) != 0)]
    matrix = csr_array((weights[first] + TINY, (tails[first], heads[first])), shape=(count, count))

    def search() -> int:
        distance, before = dijkstra(matrix, indices=start, return_predecessors=True)
        at = end
        while at != start:
            at = int(before[at])
        return int(distance[end])

    return search


def build_scgraph(graph: Digraph, cents: Sequence[int], start: int, end: int) -> Search:
    nodes: list[dict[int, float]] = [{} for _ in graph.out]
    for (tail, head), weight in lightest(graph, cents).items():
        nodes[tail][head] = float(weight)
    built = Graph(nodes)
    return lambda: round(built.dijkstra(start, end)["length"])


@cache
def igraph_of_case() -> Any:
    """Return igraph's graph, which keeps no weights: other prices need no other one."""
    (graph, *_), _ = case()
    pairs = list(zip(graph.tails, graph.heads, strict=True))
    return igraph.Graph(len(graph.out), pairs, directed=True)


def build_igraph(_: Digraph, cents: Sequence[int], start: int, end: int) -> Search:
    built = igraph_of_case()

    def search() -> int:
        path = built.get_shortest_path(start, end, weights=cents, output="epath")
        return sum(cents[arc] for arc in path)

    return search


def build_networkx(graph: Digraph, cents: Sequence[int], start: int, end: int) -> Search:
    built: nx.DiGraph[int] = nx.DiGraph()
    pairs = lightest(graph, cents).items()
    built.add_weighted_edges_from((tail, head, weight) for (tail, head), weight in pairs)
    return lambda: int(nx.bidirectional_dijkstra(built, start, end)[0])


def build_rustworkx(graph: Digraph, cents: Sequence[int], start: int, end: int) -> Search:
    built = rustworkx.PyDiGraph()
    built.add_nodes_from(range(len(graph.out)))
    pairs = lightest(graph, cents)
    built.extend_from_weighted_edge_list([(*ends, weight) for ends, weight in pairs.items()])

    def search() -> int:
        path = rustworkx.dijkstra_shortest_paths(built, start, target=end, weight_fn=float)[end]
        return sum(pairs[ends] for ends in pairwise(path))

    return search


BUILD: Final[dict[str, Build]] = {
    "corridors": build_ours,
    "scipy": build_scipy,
    "scgraph": build_scgraph,
    "igraph": build_igraph,
    "rustworkx": build_rustworkx,
    "networkx": build_networkx,
}


@cache
def case() -> tuple[tuple[Digraph, list[int], int, int], int]:
    """Return arcs, their cents and the ends of the shipped case, and the cents of the best."""
    planner = Request(by=By.COST).planner
    cents = [planner.pricing.criteria(arc).cost_cents for arc in range(len(planner.graph.arcs))]
    (start,), (end,) = planner.ends()
    best = planner.route().itineraries[0].criteria.cost_cents
    return (planner.graph.digraph, cents, start, end), best


@pytest.mark.benchmark(group="single best, warm")
@pytest.mark.parametrize("name", BUILD)
def test_single_best(benchmark: Any, name: str) -> None:
    given, best = case()
    assert benchmark(BUILD[name](*given)) == best


@pytest.mark.benchmark(group="single best, new prices")
@pytest.mark.parametrize("name", BUILD)
def test_new_prices(benchmark: Any, name: str) -> None:
    given, best = case()

    def anew() -> int:
        return BUILD[name](*given)()

    assert benchmark(anew) == best
