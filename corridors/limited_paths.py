"""Paths that differ in where they go. Plain arrays; knows nothing about freight.

Each path after the first is the lightest that stays under a limit of shared metres with every path
before. Exact: labels come out of the heap by weight so far plus lower bound; a label carries how
many metres of each earlier path it has used, is dropped as soon as it cannot stay under a limit,
and is dominated by an earlier label at its vertex that has used no more of any.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from corridors.pareto import SearchLimitError, arcs_along, arcs_into, least_from
from corridors.search import Digraph, Path

MOST_LABELS: Final = 1_000_000
"""Labels that the search for one alternative may make before it gives up."""

MOST_COMPARISONS: Final = 10_000_000
"""Comparisons of labels that it may need before it gives up: with many earlier paths few labels
dominate each other, and each is held against thousands."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many metres of an earlier path every arc runs on, and how many are allowed in all."""

    shared_m: Sequence[int]
    most_m: int


@dataclass(frozen=True, slots=True)
class Staged:
    """A graph unrolled over stages: every path in it passes them in order."""

    graph: Digraph
    arc_of: Sequence[int]
    origins: tuple[int, ...]
    destinations: tuple[int, ...]


def in_stages(
    graph: Digraph, origins: Collection[int], stages: Sequence[Collection[int]]
) -> Staged:
    """Return the graph with one copy for every stage; the last stage holds the destinations.

    A path enters the next copy where it arrives at a vertex of the stage it is bound for, and may
    pass several stages at one vertex. ``arc_of`` leads back to the arcs of `graph`.
    """
    size, last = len(graph.out), len(stages) - 1
    goals = [frozenset(stage) for stage in stages]

    def arrive(copy: int, vertex: int) -> int:
        while copy < last and vertex in goals[copy]:
            copy += 1
        return copy * size + vertex

    arcs = [(copy, arc) for copy in range(len(stages)) for arc in range(len(graph.tails))]
    return Staged(
        Digraph.of(
            size * len(stages),
            [copy * size + graph.tails[arc] for copy, arc in arcs],
            [arrive(copy, graph.heads[arc]) for copy, arc in arcs],
        ),
        [arc for _, arc in arcs],
        tuple(arrive(0, vertex) for vertex in sorted(set(origins))),
        tuple(last * size + vertex for vertex in sorted(goals[last])),
    )


def lightest_within(
    graph: Digraph,
    weight: Sequence[int],
    origins: Collection[int],
    destinations: Collection[int],
    limits: Sequence[Limit],
    accept: Callable[[tuple[int, ...]], bool],
    *,
    most_labels: int = MOST_LABELS,
    most_comparisons: int = MOST_COMPARISONS,
) -> Path | None:
    """Return the lightest path that stays under every limit and is accepted.

    A path that is not accepted still stands in the way of those that it dominates at a vertex.

    Raises
    ------
    SearchLimitError
        If more than `most_labels` labels or `most_comparisons` of them would be needed.
    """
    into = arcs_into(graph)
    ahead = least_from(into, weight, destinations)
    lows = [least_from(into, limit.shared_m, destinations) for limit in limits]
    goals = frozenset(destinations)
    closed: list[list[tuple[int, ...]]] = [[] for _ in graph.out]
    labels: list[tuple[int, int]] = []
    heap: list[tuple[int, int, int, tuple[int, ...]]] = []
    for vertex in sorted(set(origins)):
        low = ahead[vertex]
        if low is not None:
            heap.append((low, len(labels), vertex, (0,) * len(limits)))
            labels.append((-1, -1))
    heapq.heapify(heap)
    count = range(len(limits))
    comparisons = 0
    while heap:
        total, label, vertex, used = heapq.heappop(heap)
        if vertex in goals:
            arcs = arcs_along(label, labels)
            if accept(arcs):
                return Path(total, arcs)
            continue
        before = closed[vertex]
        comparisons += len(before)
        if any(_no_more(other, used) for other in before):
            continue
        before.append(used)
        here = ahead[vertex] or 0
        for arc, head in graph.out[vertex]:
            low = ahead[head]
            if low is None:
                continue
            now = tuple([used[j] + limits[j].shared_m[arc] for j in count])
            if any(now[j] + (lows[j][head] or 0) > limits[j].most_m for j in count):
                continue
            comparisons += len(closed[head])
            if any(_no_more(other, now) for other in closed[head]):
                continue
            heapq.heappush(heap, (total - here + weight[arc] + low, len(labels), head, now))
            labels.append((arc, label))
        if len(labels) > most_labels or comparisons > most_comparisons:
            most = (
                f"{most_labels} labels"
                if len(labels) > most_labels
                else f"{most_comparisons} comparisons of labels"
            )
            raise SearchLimitError(
                f"alternative {len(limits) + 1} needs more than {most}: ask for fewer alternatives "
                "or another --max-overlap, or exclude countries"
            )
    return None


def _no_more(other: tuple[int, ...], used: tuple[int, ...]) -> bool:
    return all(a <= b for a, b in zip(other, used, strict=True))
