"""Benchmarks of the front and of risk, beside what peers can do of them.

No graph library has an exact front over three criteria: what stands beside ours is the usual way
out, a sweep of weighted sums, with the share of the front that it comes within 1 % of. None has
draws of parameters either.
"""

from __future__ import annotations

import heapq
import time
from itertools import product
from operator import add, le
from typing import Any

import networkx as nx
import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from corridors.draws import draw_values
from corridors.exposures import exposures_of
from corridors.pareto import pareto_front
from corridors.request import Request
from corridors.risk import assess

STEPS = 10
WITHIN = 1.01
DRAWS = 10_000


@pytest.fixture(scope="module")
def planner() -> Any:
    return Request().planner


@pytest.fixture(scope="module")
def criteria(planner: Any) -> list[list[int]]:
    found = [planner.pricing.criteria(number) for number in range(len(planner.graph.arcs))]
    return [
        list(column)
        for column in zip(*((c.cost_cents, c.time_min, c.co2e_g) for c in found), strict=True)
    ]


@pytest.mark.benchmark(group="front over three criteria, warm")
def test_front_exact(benchmark: Any, planner: Any, criteria: list[list[int]]) -> None:
    front = benchmark(pareto_front, planner.graph.digraph, criteria, *planner.ends())
    benchmark.extra_info["points"] = len(front)


@pytest.mark.benchmark(group="front over three criteria, warm")
def test_front_by_weighted_sums(benchmark: Any, planner: Any, criteria: list[list[int]]) -> None:
    exact = np.array(
        [p.totals for p in pareto_front(planner.graph.digraph, criteria, *planner.ends())]
    )
    scale = exact.min(axis=0)
    arcs, count = planner.graph.digraph, len(planner.graph.vertices)
    ends = np.stack([arcs.tails, arcs.heads])
    amounts = np.array(criteria, dtype=float)
    (start,), (end,) = planner.ends()
    grid = [w for w in product(range(STEPS + 1), repeat=2) if sum(w) <= STEPS]

    def sweep() -> set[tuple[float, ...]]:
        found = set()
        for a, b in grid:
            share = np.array([a, b, STEPS - a - b]) / STEPS / scale
            weights = share @ amounts + 1e-12
            order = np.lexsort((weights, ends[1], ends[0]))
            first = np.ones(len(order), dtype=bool)
            first[1:] = (np.diff(ends[:, order], axis=1) != 0).any(axis=0)
            kept = order[first]
            matrix = csr_array((weights[kept], ends[:, kept]), shape=(count, count))
            _, before = dijkstra(matrix, indices=start, return_predecessors=True)
            arc_of = {(int(ends[0, k]), int(ends[1, k])): k for k in kept}
            at, total = end, np.zeros(3)
            while at != start:
                total += amounts[:, arc_of[int(before[at]), at]]
                at = int(before[at])
            found.add(tuple(total))
        return found

    found = np.array(sorted(benchmark.pedantic(sweep, rounds=3)))
    near = (found[None] <= WITHIN * exact[:, None]).all(axis=2).any(axis=1)
    benchmark.extra_info["sums"] = len(grid)
    benchmark.extra_info["covered_within_1_percent"] = round(float(near.mean()), 2)


MOST_MARTINS_S = 60.0


@pytest.mark.benchmark(group="front over three criteria, warm")
def test_front_by_martins_over_networkx(
    benchmark: Any, planner: Any, criteria: list[list[int]]
) -> None:
    """Martins' label setting as its paper has it, over a graph of networkx; stopped after a minute.

    Without bounds: a label is kept unless one of its own vertex beats it.
    """
    arcs = planner.graph.digraph
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    amounts = list(zip(*criteria, strict=True))
    for arc, (tail, head) in enumerate(zip(arcs.tails, arcs.heads, strict=True)):
        graph.add_edge(tail, head, amounts=amounts[arc])
    (start,), (end,) = planner.ends()

    def search() -> tuple[set[tuple[int, ...]], int, bool]:
        until = time.process_time() + MOST_MARTINS_S
        settled: dict[int, list[tuple[int, ...]]] = {vertex: [] for vertex in graph}
        heap: list[tuple[tuple[int, ...], int]] = [((0, 0, 0), start)]
        count = 0
        while heap:
            label, vertex = heapq.heappop(heap)
            if any(all(map(le, other, label)) for other in settled[vertex]):
                continue
            settled[vertex].append(label)
            count += 1
            if time.process_time() > until:
                return set(settled[end]), count, False
            for _, head, more in graph.out_edges(vertex, data="amounts"):
                further = tuple(map(add, label, more))
                if not any(all(map(le, other, further)) for other in settled[head]):
                    heapq.heappush(heap, (further, head))
        return set(settled[end]), count, True

    found, labels, complete = benchmark.pedantic(search, rounds=1)
    benchmark.extra_info |= {"labels": labels, "points": len(found)}
    if complete:
        exact = pareto_front(planner.graph.digraph, criteria, *planner.ends())
        assert found == {point.totals for point in exact}
    else:
        benchmark.extra_info["measured"] = f"unfinished, stopped after {MOST_MARTINS_S:g} s"


@pytest.mark.benchmark(group="10 000 draws")
@pytest.mark.parametrize("part", ["drawing", "totals"])
def test_draws_fixed(benchmark: Any, part: str) -> None:
    request = Request()
    planner = request.planner
    found = planner.compare(request.corridors)
    model = exposures_of(found.itineraries, planner.parameters, planner.consignment)
    values = draw_values(model.rows, DRAWS, 1)
    if part == "drawing":
        benchmark(draw_values, model.rows, DRAWS, 1)
    else:
        benchmark(model.totals, values)


@pytest.mark.benchmark(group="10 000 draws")
@pytest.mark.parametrize("again", [False, True], ids=["held", "reoptimised"])
def test_risk(benchmark: Any, again: bool) -> None:
    request = Request()
    planner = request.planner
    benchmark.pedantic(
        assess,
        args=(planner, request.corridors),
        kwargs={"draws": DRAWS, "seed": 1, "anew": again},
        rounds=3,
    )
