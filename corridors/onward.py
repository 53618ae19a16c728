"""The best ways of a corridor from everywhere to one destination: one search for many origins.

`search.shortest_path` grows stage by stage from an origin; here the same stages are grown from the
destination backwards, so that what is found holds for every origin. Whole weights, exact.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Arrivals = Sequence[Sequence[tuple[int, int]]]
"""(arc, tail) of the arcs that end at each vertex; see `pareto.arcs_into`."""

PASSED: Final = -1
"""In place of an arc: the stage is passed here, and the next one begins."""


@dataclass(frozen=True, slots=True)
class Onward:
    """Least weights to the destination, and the arc to take, by vertex; one table per stage."""

    heads: Sequence[int]
    least: tuple[Mapping[int, int], ...]
    arcs: tuple[Mapping[int, int], ...]
    banned: frozenset[int]
    """Vertices not to enter before the first stage."""

    def weight(self, vertex: int) -> int | None:
        """Return the least weight from a vertex through all stages, None if there is no way."""
        return self.least[0].get(vertex)

    def way(self, vertex: int) -> list[int]:
        """Return the arcs of the lightest way from a vertex through all stages."""
        found: list[int] = []
        for arcs in self.arcs:
            while (arc := arcs[vertex]) != PASSED:
                found.append(arc)
                vertex = self.heads[arc]
        return found


def onward(
    heads: Sequence[int],
    into: Arrivals,
    weights: Sequence[int],
    stages: Sequence[Collection[int]],
    banned: Sequence[Collection[int]],
) -> Onward:
    """Return the lightest ways from all vertices through one vertex of every stage, in order.

    Parameters
    ----------
    heads, into, weights
        The graph: the end of every arc, the arcs into every vertex, non-negative weights.
    stages, banned
        As in `search.shortest_path`.
    """
    least: list[dict[int, int]] = []
    arcs: list[dict[int, int]] = []
    ahead: Mapping[int, int] = dict.fromkeys(stages[-1], 0)
    for position in range(len(stages) - 1, -1, -1):
        starts = {vertex: ahead[vertex] for vertex in sorted(stages[position]) if vertex in ahead}
        wanted = stages[position - 1] if position else None
        found, taken = _grow(into, weights, starts, frozenset(banned[position]), wanted)
        least.append(found)
        arcs.append(taken)
        ahead = found
    return Onward(heads, tuple(reversed(least)), tuple(reversed(arcs)), frozenset(banned[0]))


def _grow(
    into: Arrivals,
    weights: Sequence[int],
    starts: Mapping[int, int],
    banned: frozenset[int],
    wanted: Collection[int] | None,
) -> tuple[dict[int, int], dict[int, int]]:
    """Run Dijkstra backwards until what is wanted is settled; all if nothing is named."""
    push, pop = heapq.heappush, heapq.heappop
    missing = None if wanted is None else set(wanted)
    best = dict(starts)
    arcs = dict.fromkeys(starts, PASSED)
    heap = [(total, vertex) for vertex, total in starts.items()]
    heapq.heapify(heap)
    settled: dict[int, int] = {}
    while heap and missing != set():
        total, vertex = pop(heap)
        if vertex in settled:
            continue
        settled[vertex] = total
        if missing is not None:
            missing.discard(vertex)
        if vertex in banned:
            continue  # nothing may enter it; a way may start here
        for arc, tail in into[vertex]:
            if tail in settled:
                continue
            reach = total + weights[arc]
            known = best.get(tail)
            if known is None or reach < known:
                best[tail] = reach
                arcs[tail] = arc
                push(heap, (reach, tail))
    return settled, arcs
