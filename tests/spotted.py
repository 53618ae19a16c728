"""Small networks drawn at random, spots on them, and lengths between by cutting links there."""

from __future__ import annotations

import itertools

import numpy as np
from scipy.sparse.csgraph import dijkstra

from corridors.measure import Ints, LineGraph, Spots, line_graph, spots_of

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
