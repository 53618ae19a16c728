"""A contracted network has the lengths of the whole one, to the metre."""

from __future__ import annotations

import numpy as np
import pytest
from spotted import drawn, split_oracle, spots_on

from corridors import contracting
from corridors.contracting import Contracted, Lengths, contract
from corridors.measure import Ints, LineGraph, between_spots


def contracted(graph: LineGraph) -> Contracted:
    metres = graph.matrix.data.astype(np.int64)
    return contract(graph.tails, graph.heads, metres, graph.node_count)


@pytest.mark.parametrize("kind", ["grid", "sparse", "dense"])
@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("most", [2, 9])
def test_lengths_stay(kind: str, seed: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against plain searches over all nodes, which are checked against links split at the spots."""
    monkeypatch.setattr(contracting, "MOST_NEIGHBOURS", most)
    graph, links = drawn(kind, seed)
    chance = np.random.default_rng(seed + 1000)
    sources, targets = (spots_on(links, 12, chance) for _ in range(2))
    small = contracted(graph)
    found = small.between(sources, targets)
    assert found.tolist() == between_spots(graph.matrix, sources, targets).tolist()
    assert found.tolist() == split_oracle(links, graph.node_count, sources, targets)
    assert small.core_nodes < graph.node_count or kind == "dense"


def test_it_is_contracted_for_many_and_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    graph, links = drawn("grid", 3)
    chance = np.random.default_rng(3)
    few, many = (spots_on(links, count, chance) for count in (5, contracting.CONTRACTS_FROM))
    lengths = Lengths(graph)
    expected = lengths.between(few, many).tolist()
    made: list[int] = []
    plain = contracting.contract

    def counted(*args: Ints) -> Contracted:
        made.append(1)
        return plain(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(contracting, "contract", counted)
    assert lengths.between(few, many).tolist() == expected
    assert not made
    lengths.between(many, few)
    assert lengths.between(few, many).tolist() == expected
    assert len(made) == 1
