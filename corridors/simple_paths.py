"""Best paths through the gates of a named corridor that return to no place.

A chain of gates that does not fit a journey can always be run by doubling back: to the far end of
the corridor and home again. That is no answer to "which corridor". A path that returns to a place
is split: one search without the movement that leaves it the first time, one without the movement
that comes back; the lightest result that returns nowhere wins. (A path that needs both movements,
in the other order, is not looked for.)
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Sequence
from itertools import count
from typing import Final

from corridors.graph import CorridorGraph
from corridors.itinerary import Operation
from corridors.pareto import MOST_LABELS, FrontPath, Vector, non_dominated, pareto_front
from corridors.search import Path, shortest_path
from geodata.vocabulary import Mode

MOST_SPLITS: Final = 60
"""So many ways that double back are tried before a search gives up; `hindrance` then says so."""

FORBIDDEN: Final = 1 << 200
"""The weight of an arc not to use: more than any path without one."""


def simple_path(
    graph: CorridorGraph,
    weights: Sequence[int],
    origins: Collection[int],
    stages: Sequence[Collection[int]],
    banned: Sequence[Collection[int]],
) -> Path | None:
    """Return the lightest path found that returns to no place; see `search.shortest_path`."""

    def look(without: frozenset[int]) -> Path | None:
        path = shortest_path(graph.digraph, forbidding(weights, without), origins, stages, banned)
        return path if path is not None and path.weight < FORBIDDEN else None

    return least_simple(graph, look)


def forbidding(weights: Sequence[int], arcs: Collection[int]) -> list[int]:
    """Return weights under which some arcs are not used if there is any other way."""
    usable = list(weights)
    for number in arcs:
        usable[number] = FORBIDDEN
    return usable


def least_simple(
    graph: CorridorGraph, look: Callable[[frozenset[int]], Path | None]
) -> Path | None:
    """Return the lightest path found that returns to no place, by any search.

    Parameters
    ----------
    graph
        The graph that the arcs of paths are of.
    look
        Returns the lightest path without some arcs, None if there is none.
    """
    order = count()
    heap: list[tuple[int, int, Path, frozenset[int]]] = []

    def add(without: frozenset[int]) -> None:
        path = look(without)
        if path is not None:
            heapq.heappush(heap, (path.weight, next(order), path, without))

    add(frozenset())
    for _ in range(MOST_SPLITS):
        if not heap:
            return None
        _, _, path, without = heapq.heappop(heap)
        returning = first_return(graph, path.arcs)
        if returning is None:
            return path
        for number in returning:
            add(without | _parallel(graph, number))
    return None


def simple_front(
    graph: CorridorGraph,
    weights: Sequence[Sequence[int]],
    origins: Collection[int],
    destinations: Collection[int],
    *,
    most_labels: int = MOST_LABELS,
) -> tuple[list[FrontPath], int]:
    """Return the Pareto front of the paths that return to no place; see `pareto.pareto_front`.

    Where a point of the front returns to a place, it may hide others that do not: the search is
    split as in `simple_path` until none does. The number returned with the front is how many
    points were still hiding behind a return after `MOST_SPLITS` searches; they are left out.
    """
    found: dict[Vector, FrontPath] = {}
    waiting = [frozenset[int]()]
    seen = set(waiting)
    hiding: set[Vector] = set()
    for without in waiting:
        points = pareto_front(
            graph.digraph, weights, origins, destinations, without=without, most_labels=most_labels
        )
        split: tuple[int, int] | None = None
        for point in points:
            returning = first_return(graph, point.arcs)
            if returning is None:
                found.setdefault(point.totals, point)
                continue
            split = split or returning
            if len(seen) >= MOST_SPLITS:
                hiding.add(point.totals)
        if split is None or len(seen) >= MOST_SPLITS:
            continue
        for number in split:
            fewer = without | _parallel(graph, number)
            if fewer not in seen:
                seen.add(fewer)
                waiting.append(fewer)
    best = [found[totals] for totals in non_dominated(found)]
    return best, len(hiding - found.keys())


def first_return(graph: CorridorGraph, arcs: Sequence[int]) -> tuple[int, int] | None:
    """Return the arc that leaves a place and the arc that comes back to it, None if none does.

    Coming back is to pass a place again on the same track or road, or to pass one again where the
    cargo is handled before or after. A lorry that passes where the train has passed, and stops
    there as little, comes back to nothing.
    """
    left: dict[str, int] = {}
    arrived: dict[str, int] = {}
    handled: set[str] = set()
    passed: set[tuple[str, Mode | None, int]] = set()
    for number in arcs:
        arc = graph.arcs[number]
        start, end = graph.vertices[arc.tail], graph.vertices[arc.head]
        place = end.place_id
        if start.place_id == place:
            if arc.operation is not Operation.MOVE:
                handled.add(place)
                if place in left:
                    return left[place], arrived[place]
            continue
        passed.add((start.place_id, start.mode, start.gauge_mm))
        again = (place, end.mode, end.gauge_mm) in passed or place in handled
        left[start.place_id] = number
        if place in left and again:
            return left[place], number
        arrived[place] = number
    return None


def _parallel(graph: CorridorGraph, number: int) -> frozenset[int]:
    """Return an arc with all others between its two vertices."""
    arc = graph.arcs[number]
    return frozenset(at for at, head in graph.digraph.out[arc.tail] if head == arc.head)
