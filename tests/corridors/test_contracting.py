"""A contracted network has the lengths of the whole one, to the metre."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.sparse.csgraph import dijkstra

from corridors import contracting
from corridors.contracting import Contracted, Lengths, contract
from corridors.measure import Ints, LineGraph, Spots, between_spots, line_graph, spots_of

Links = tuple[Ints, Ints, Ints]


def grid(side: int, seed: int) -> Links:
    """Return a grid with a third of its links gone, dead ends, loops and links of no length."""
    chance = np.random.default_rng(seed)
    at = np.arange(side * side).reshape(side, side)
    tails = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel(), [0, 0]])
    heads = np.concatenate([at[:, 1:].ravel(), at[1:].ravel(), [0, side * side - 1]])
    kept = chance.random(len(tails)) < 0.67
    return tails[kept], heads[kept], chance.integers(0, 50, len(tails))[kept]


def drawn(kind: str, seed: int) -> tuple[LineGraph, Links]:
    chance = np.random.default_rng(seed)
    if kind == "grid":
        count = 144
        links = grid(12, seed)
    else:
        count = 40
        size = {"sparse": 45, "dense": 400}[kind]
        links = (
            chance.integers(0, count, size),
            chance.integers(0, count, size),
            chance.integers(0, 9, size),
        )
    return line_graph(*links, np.arange(len(links[0])), count), links


def spots_on(links: Links, count: int, chance: np.random.Generator) -> Spots:
    """Return spots on links, on one of them several, and at nodes."""
    chosen = chance.integers(0, len(links[0]), count)
    chosen[: count // 4] = chosen[0]
    rows = []
    for link in chosen.tolist():
        whole = int(links[2][link])
        along = int(chance.integers(0, whole + 1))
        tail, head = int(links[0][link]), int(links[1][link])
        is_node = chance.random() < 0.2
        rows.append((-1, tail, tail, 0, 0) if is_node else (link, tail, head, along, whole - along))
    return spots_of(rows)


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


def split_oracle(links: Links, count: int, sources: Spots, targets: Spots) -> list[list[float]]:
    """Return the metres over a graph in which every spot is a node and its link is cut there."""
    rows = [*zip(*(column.tolist() for column in links), strict=True)]
    stops: dict[int, list[tuple[int, int]]] = {}
    number = count
    names: list[list[int]] = []
    for side in (sources, targets):
        names.append([])
        for at in range(len(side)):
            if side.link[at] < 0:
                names[-1].append(int(side.tail[at]))
                continue
            stops.setdefault(int(side.link[at]), []).append((int(side.to_tail_m[at]), number))
            names[-1].append(number)
            number += 1
    for link, here in stops.items():
        tail, head, whole = rows[link]
        chain = [(0, tail), *sorted(here), (whole, head)]
        rows += [(a, b, end - start) for (start, a), (end, b) in itertools.pairwise(chain)]
    table = np.array(rows)
    cut = line_graph(table[:, 0], table[:, 1], table[:, 2], np.arange(len(rows)), number)
    distance = dijkstra(cut.matrix, indices=names[0])
    found: list[list[float]] = distance[:, names[1]].tolist()
    return found


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
