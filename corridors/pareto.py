"""The exact, complete Pareto front over three whole-numbered criteria. Knows nothing about freight.

NAMOA*dr: label setting in lexicographic order of cost so far plus lower bound, with dimensionality
reduction (Pulido, Mandow and Perez de la Cruz 2015; Maristany de las Casas et al. 2021). Labels
come out of the heap by their first criterion, so a later label can only be better in the other two:
what closed the vertex before is kept as a staircase in two dimensions, and a label is dominated
exactly if the one step of the staircase left of it is no higher. Lower bounds are exact: one
backward Dijkstra per criterion.

Inside, the three criteria of a label are one integer, side by side, with room enough that none can
run into the next; a lower bound is spread over the arcs as a potential, so that extending a label
is one addition.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from corridors.errors import CorridorsError
from corridors.search import Digraph

MOST_LABELS: Final = 2_000_000
"""Labels a search may make before it gives up: about a gigabyte."""

Vector = tuple[int, int, int]


class SearchLimitError(CorridorsError):
    """A search that would grow beyond its limit; nothing is left out in silence."""


@dataclass(frozen=True, slots=True)
class FrontPath:
    """One point of the front: its three totals, and the arcs of one path that has them."""

    totals: Vector
    arcs: tuple[int, ...]


def pareto_front(
    graph: Digraph,
    weights: Sequence[Sequence[int]],
    origins: Collection[int],
    destinations: Collection[int],
    *,
    without: Collection[int] = (),
    most_labels: int = MOST_LABELS,
) -> tuple[FrontPath, ...]:
    """Return every non-dominated total of paths from an origin to a destination, one path for each.

    Sorted by totals. Of several paths with equal totals the one found through earlier arcs stands
    for all.

    Parameters
    ----------
    graph, weights
        Arcs, and three lists with the non-negative whole weight of each.
    origins, destinations
        Vertices to start from and to end at.
    without
        Arcs not to use.
    most_labels
        How many labels may be made.

    Raises
    ------
    SearchLimitError
        If more labels would be needed.
    """
    if without:
        kept = [[way for way in ways if way[0] not in without] for ways in graph.out]
        graph = Digraph(graph.tails, graph.heads, kept)
    bounds = _lower_bounds(graph, weights, destinations)
    starts = [vertex for vertex in sorted(set(origins)) if bounds[0][vertex] is not None]
    if not starts:
        return ()
    packing = _Packing.of(len(graph.out), weights)
    potential = [None if low[0] is None else packing.pack(low) for low in zip(*bounds, strict=True)]
    packed = list(map(packing.pack, zip(*weights, strict=True)))
    found, labels = _search(
        graph, packed, potential, starts, frozenset(destinations), packing, most_labels
    )
    front = [
        FrontPath(packing.unpack(totals), arcs_along(label, labels)) for totals, label in found
    ]
    return tuple(sorted(front, key=lambda point: point.totals))


def non_dominated(totals: Iterable[Vector]) -> list[Vector]:
    """Return the vectors that no other beats, sorted."""
    kept: list[Vector] = []
    for one in sorted(set(totals)):
        if not any(other[1] <= one[1] and other[2] <= one[2] for other in kept):
            kept.append(one)
    return kept


@dataclass(frozen=True, slots=True)
class _Packing:
    """Three criteria side by side in one integer."""

    bits_2: int
    bits_3: int

    @staticmethod
    def of(vertex_count: int, weights: Sequence[Sequence[int]]) -> _Packing:
        """Return a packing in which no path without a loop can run over."""
        _, bits_2, bits_3 = (
            ((vertex_count + 1) * max(weight, default=0)).bit_length() + 1 for weight in weights
        )
        return _Packing(bits_2, bits_3)

    def pack(self, vector: Vector) -> int:
        return (vector[0] << self.bits_2 | vector[1]) << self.bits_3 | vector[2]

    def unpack(self, packed: int) -> Vector:
        last = packed & ((1 << self.bits_3) - 1)
        rest = packed >> self.bits_3
        return rest >> self.bits_2, rest & ((1 << self.bits_2) - 1), last


def _search(
    graph: Digraph,
    packed: Sequence[int],
    potential: Sequence[int | None],
    starts: Sequence[int],
    goals: frozenset[int],
    packing: _Packing,
    most_labels: int,
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return (packed totals, label) of every front point, and (arc, label before) of all labels."""
    low_two = (1 << (packing.bits_2 + packing.bits_3)) - 1
    low_one = (1 << packing.bits_3) - 1
    push, pop = heapq.heappush, heapq.heappop
    stairs: list[list[int]] = [[] for _ in potential]
    reached: list[int] = []  # the staircase of all destinations together
    for vertex in goals:
        stairs[vertex] = reached
    ways: list[list[tuple[int, int, int, list[int]]] | None] = [None] * len(potential)
    labels: list[tuple[int, int]] = [(-1, -1)] * len(starts)
    heap = [(potential[vertex] or 0, label, vertex) for label, vertex in enumerate(starts)]
    heapq.heapify(heap)
    found: list[tuple[int, int]] = []
    while heap:
        total, label, vertex = pop(heap)
        two = total & low_two
        one = two & low_one
        at = bisect_right(reached, two)
        if at and reached[at - 1] & low_one <= one:
            continue
        steps = stairs[vertex]
        at = bisect_right(steps, two)
        if at and steps[at - 1] & low_one <= one:
            continue
        _insert(steps, two, one, low_one)
        if vertex in goals:
            found.append((total, label))
            continue
        onward = ways[vertex]
        if onward is None:
            onward = ways[vertex] = _ways_from(graph, packed, potential, vertex, stairs)
        for more, arc, head, there in onward:
            extended = total + more
            two = extended & low_two
            one = two & low_one
            at = bisect_right(reached, two)
            if at and reached[at - 1] & low_one <= one:
                continue
            at = bisect_right(there, two)
            if at and there[at - 1] & low_one <= one:
                continue
            push(heap, (extended, len(labels), head))
            labels.append((arc, label))
        if len(labels) > most_labels:
            raise SearchLimitError(
                f"the front needs more than {most_labels} labels: exclude countries or close "
                "places to narrow the search"
            )
    return found, labels


def _ways_from(
    graph: Digraph,
    packed: Sequence[int],
    potential: Sequence[int | None],
    vertex: int,
    stairs: list[list[int]],
) -> list[tuple[int, int, int, list[int]]]:
    """Return (what it adds to a label, arc, head, staircase there) of arcs that lead to a goal."""
    here = potential[vertex] or 0
    return [
        (packed[arc] + low - here, arc, head, stairs[head])
        for arc, head in graph.out[vertex]
        if (low := potential[head]) is not None
    ]


def _insert(steps: list[int], two: int, one: int, low_one: int) -> None:
    """Put a label that nothing dominates into a staircase and take out what it dominates."""
    start = end = bisect_left(steps, two)
    while end < len(steps) and steps[end] & low_one >= one:
        end += 1
    steps[start:end] = [two]


def arcs_along(label: int, labels: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Return the arcs that led to a label; labels are (arc, label before), (-1, -1) at a start."""
    arcs = []
    arc, label = labels[label]
    while arc >= 0:
        arcs.append(arc)
        arc, label = labels[label]
    return tuple(reversed(arcs))


def _lower_bounds(
    graph: Digraph, weights: Sequence[Sequence[int]], destinations: Collection[int]
) -> list[list[int | None]]:
    """Return for each criterion the least total from every vertex on, None where none leads on."""
    into = arcs_into(graph)
    return [least_from(into, weight, destinations) for weight in weights]


def arcs_into(graph: Digraph) -> list[list[tuple[int, int]]]:
    """Return (arc, tail) of the arcs that end at each vertex."""
    into: list[list[tuple[int, int]]] = [[] for _ in graph.out]
    for arc, (tail, head) in enumerate(zip(graph.tails, graph.heads, strict=True)):
        into[head].append((arc, tail))
    return into


def least_from(
    onward: Sequence[Sequence[tuple[int, int]]], weight: Sequence[int], starts: Collection[int]
) -> list[int | None]:
    """Return the least total weight from any start to every vertex, None where none leads."""
    push, pop = heapq.heappush, heapq.heappop
    best: list[int | None] = [None] * len(onward)
    for vertex in starts:
        best[vertex] = 0
    heap = [(0, vertex) for vertex in sorted(set(starts))]
    while heap:
        total, vertex = pop(heap)
        if total != best[vertex]:
            continue
        for arc, head in onward[vertex]:
            reach = total + weight[arc]
            known = best[head]
            if known is None or reach < known:
                best[head] = reach
                push(heap, (reach, head))
    return best
