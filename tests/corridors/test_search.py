"""Staged shortest paths against brute force on random multigraphs."""

from __future__ import annotations

import random

import pytest

from corridors.search import Digraph, failed_stage, shortest_path


def brute_force(
    size: int,
    arcs: list[tuple[int, int, int]],
    origins: set[int],
    stages: list[set[int]],
    banned: list[set[int]],
) -> int | None:
    """Bellman-Ford over (vertex, stages passed), written without heaps or trees."""
    best: dict[tuple[int, int], int] = {}

    def relax(vertex: int, stage: int, total: int) -> bool:
        changed = False
        while True:
            if total < best.get((vertex, stage), 10**12):
                best[vertex, stage] = total
                changed = True
            if stage < len(stages) and vertex in stages[stage]:
                stage += 1
            else:
                return changed

    for vertex in origins:
        relax(vertex, 0, 0)
    moved = True
    while moved:
        moved = False
        for tail, head, weight in arcs:
            for stage in range(len(stages) + 1):
                if (tail, stage) in best and (stage == len(stages) or head not in banned[stage]):
                    moved |= relax(head, stage, best[tail, stage] + weight)
    ends = [total for (vertex, stage), total in best.items() if stage == len(stages)]
    return min(ends, default=None)


@pytest.mark.parametrize("seed", range(200))
def test_equals_brute_force(seed: int) -> None:
    chance = random.Random(seed)
    size = 9
    arcs = [
        (chance.randrange(size), chance.randrange(size), chance.choice([0, 1, 2, 2, 5]))
        for _ in range(chance.randint(8, 26))
    ]
    origins = set(chance.sample(range(size), 2))
    stages = [set(chance.sample(range(size), 2)) for _ in range(chance.randint(1, 3))]
    banned = [set(chance.sample(range(size), chance.randint(0, 3))) for _ in stages]
    graph = Digraph.of(size, [a for a, _, _ in arcs], [b for _, b, _ in arcs])
    path = shortest_path(graph, [w for _, _, w in arcs], origins, stages, banned)
    expected = brute_force(size, arcs, origins, stages, banned)
    if path is None:
        assert expected is None
        assert failed_stage(graph, [1] * len(arcs), origins, stages, banned) is not None
        return
    assert path.weight == expected == sum(arcs[arc][2] for arc in path.arcs)
    for before, after in zip(path.arcs, path.arcs[1:], strict=False):
        assert arcs[before][1] == arcs[after][0]
    assert not set.intersection(*banned) & {arcs[arc][1] for arc in path.arcs}


def test_parallel_arcs_and_ties_take_the_first() -> None:
    graph = Digraph.of(2, [0, 0, 0], [1, 1, 1])
    assert shortest_path(graph, [3, 2, 2], [0], [[1]]).arcs == (1,)  # type: ignore[union-attr]


def test_a_stage_at_the_origin_takes_no_arc() -> None:
    graph = Digraph.of(2, [0], [1])
    path = shortest_path(graph, [7], [0], [[0], [1]])
    assert path is not None
    assert path.arcs == (0,)


def test_failed_stage_is_the_first_that_nothing_reaches() -> None:
    graph = Digraph.of(3, [0], [1])
    assert failed_stage(graph, [1], [0], [[1], [2], [0]]) == 1
