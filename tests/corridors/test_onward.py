"""The backward search beside the forward one, on random multigraphs."""

from __future__ import annotations

import random

import pytest

from corridors.onward import onward
from corridors.pareto import arcs_into
from corridors.search import Digraph, shortest_path


@pytest.mark.parametrize("seed", range(60))
def test_backward_finds_what_forward_finds(seed: int) -> None:
    chance = random.Random(seed)
    size = chance.randint(4, 14)
    arcs = [
        (chance.randrange(size), chance.randrange(size), chance.randint(0, 20))
        for _ in range(chance.randint(size, 5 * size))
    ]
    tails, heads, weights = (list(column) for column in zip(*arcs, strict=True))
    graph = Digraph.of(size, tails, heads)
    stages = [
        frozenset(chance.sample(range(size), chance.randint(1, 3)))
        for _ in range(chance.randint(1, 3))
    ]
    banned = [frozenset(chance.sample(range(size), chance.choice([0, 0, 1, 2]))) for _ in stages]
    tree = onward(heads, arcs_into(graph), weights, stages, banned)
    for origin in range(size):
        path = shortest_path(graph, weights, [origin], stages, banned)
        assert tree.weight(origin) == (None if path is None else path.weight)
        if path is None:
            continue
        way = tree.way(origin)
        assert sum(weights[arc] for arc in way) == path.weight
        at = origin
        for arc in way:
            assert tails[arc] == at
            at = heads[arc]
        assert at in stages[-1]
