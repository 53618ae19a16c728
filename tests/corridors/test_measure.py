"""Which pairs of gateways an arc joins, against the definition spelt out with networkx."""

from __future__ import annotations

import random

import networkx as nx
import numpy as np
import pytest

from corridors import measure
from corridors.measure import gate_paths, have_shorter_chains, line_graph, needed_pairs

Pairs = dict[tuple[int, int], int]
LINKS = [(100, 40), (150, 60), (60, 59)]
"""How many links between how many nodes: meshes, and something like a tree."""


def drawn(seed: int) -> tuple[nx.Graph, list[int], set[int]]:
    """Draw a network with equal and zero lengths in it, its gateways, and which can be closed."""
    chance = random.Random(seed)
    count, size = chance.choice(LINKS)
    graph = nx.Graph()
    graph.add_nodes_from(range(size))
    for _ in range(count):
        a, b = chance.sample(range(size), 2)
        metres = chance.choice([0, 1, 2, 3, chance.randint(1, 50)])
        if not graph.has_edge(a, b):
            graph.add_edge(a, b, metres=metres, link=graph.number_of_edges())
    gates = sorted(chance.sample(range(size), chance.randint(2, 20)))
    return graph, gates, {gate for gate in gates if chance.random() < 0.4}


def reach(graph: nx.Graph, start: int, shut: set[int]) -> dict[int, int]:
    """Return how far everything is from a node without passing some; they may be arrived at."""
    ways = nx.DiGraph((a, b, data) for a, b, data in graph.to_directed().edges(data=True)
                      if a == start or a not in shut)  # fmt: skip
    ways.add_node(start)
    found: dict[int, int] = nx.single_source_dijkstra_path_length(ways, start, weight="metres")
    return found


def needed_by_definition(graph: nx.Graph, gates: list[int], places: set[int]) -> Pairs:
    found: Pairs = {}
    for a in gates:
        directly = reach(graph, a, set(gates) - {a})
        past_junctions = reach(graph, a, places - {a})
        found |= {
            (a, b): directly[b]
            for b in gates
            if a < b and b in directly and directly[b] == past_junctions[b]
        }
    return found


@pytest.mark.parametrize("reach_m", [1.0, 7.0, 1e9])
@pytest.mark.parametrize("seed", range(40))
def test_pairs_and_their_ways(seed: int, reach_m: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "SOURCES_AT_ONCE", 3)
    monkeypatch.setattr(measure, "FIRST_REACH_M", reach_m)
    graph, gates, places = drawn(seed)
    rows = np.array([(a, b, row["metres"], row["link"]) for a, b, row in graph.edges(data=True)])
    gate = np.array(gates)
    lines = line_graph(*rows.T, graph.number_of_nodes(), absorbing=gate)
    is_place = np.array([each in places for each in gates])
    tails, heads, metres = needed_pairs(lines, gate, is_place)
    pairs = list(zip(gate[tails].tolist(), gate[heads].tolist(), strict=True))
    expected = needed_by_definition(graph, gates, places)
    assert pairs == sorted(expected)
    assert metres.tolist() == [expected[pair] for pair in pairs]
    for pair, way in zip(pairs, gate_paths(lines, gate, tails, heads, metres), strict=True):
        inside = way[1:]
        assert (gates[way[0] - lines.node_count], inside[-1]) == pair
        assert not set(inside[:-1]) & set(gates)
        steps = zip([pair[0], *inside[:-1]], inside, strict=True)
        assert sum(graph.edges[step]["metres"] for step in steps) == expected[pair]
    bypass = have_shorter_chains(tails, heads, metres, len(gates)).tolist()
    freely = {a: reach(graph, a, set()) for a in gates}
    assert bypass == [freely[a][b] < expected[a, b] for a, b in pairs]


def test_of_parallel_links_the_same_is_kept_both_ways() -> None:
    """Also where one is drawn against the other."""
    graph = line_graph(np.array([0, 1]), np.array([1, 0]), np.array([10, 10]), np.arange(2), 2)
    assert graph.links.tolist() == [0, -1]
