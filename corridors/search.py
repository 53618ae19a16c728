"""Shortest itineraries over plain arrays. Knows nothing about freight."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_UNREACHED: Final = 1 << 256
"""Above every total, those with forbidden arcs (`simple_paths.FORBIDDEN`) among them."""
_SHUT: Final = -1
"""Below every total: nothing reaches such a vertex more lightly."""


@dataclass(frozen=True, slots=True)
class Digraph:
    """A directed multigraph: ``out[v]`` lists ``(arc, head)`` in the order that breaks ties."""

    tails: Sequence[int]
    heads: Sequence[int]
    out: Sequence[Sequence[tuple[int, int]]]

    @staticmethod
    def of(vertex_count: int, tails: Sequence[int], heads: Sequence[int]) -> Digraph:
        """Build the graph of arcs ``tails[i] -> heads[i]``."""
        out: list[list[tuple[int, int]]] = [[] for _ in range(vertex_count)]
        for arc, (tail, head) in enumerate(zip(tails, heads, strict=True)):
            out[tail].append((arc, head))
        return Digraph(tails, heads, out)


@dataclass(frozen=True, slots=True)
class Path:
    """A chain of arcs and its total weight."""

    weight: int
    arcs: tuple[int, ...]


def shortest_path(
    graph: Digraph,
    weight: Sequence[int],
    origins: Collection[int],
    stages: Sequence[Collection[int]],
    banned: Sequence[Collection[int]] | None = None,
) -> Path | None:
    """Return the lightest path from any origin through one vertex of every stage, in order.

    The last stage holds the destinations. A path may pass several stages at one vertex. On equal
    weight the path found through lower vertex numbers and earlier arcs wins.

    Parameters
    ----------
    graph, weight
        Arcs, and the non-negative whole weight of each.
    origins, stages
        Vertices to start from, and the vertices of which one must be passed, stage by stage.
    banned
        For every stage the vertices that may not be entered on the way to it.

    Returns
    -------
    Path or None
        None if some stage cannot be reached.
    """
    frontier: dict[int, int] = dict.fromkeys(sorted(origins), 0)
    trees: list[dict[int, int]] = []
    for stage, shut in zip(stages, banned or [()] * len(stages), strict=True):
        frontier, tree = _grow(graph, weight, frontier, stage, shut)
        trees.append(tree)
        if not frontier:
            return None
    total, vertex = min((total, vertex) for vertex, total in frontier.items())
    return Path(total, _arcs_to(graph, trees, vertex))


def shortest_paths(
    graph: Digraph, weight: Sequence[int], origins: Collection[int], targets: Collection[int]
) -> dict[int, Path]:
    """Return the lightest path to every target that can be reached, in one search.

    Each is the very path that `shortest_path` finds to it.
    """
    frontier = dict.fromkeys(sorted(origins), 0)
    reached, tree = _grow(graph, weight, frontier, targets, ())
    return {
        vertex: Path(total, _arcs_to(graph, [tree], vertex)) for vertex, total in reached.items()
    }


def first_of_lightest(
    graph: Digraph, weight: Sequence[int], ahead: Sequence[int | None], start: int, goal: int
) -> Path | None:
    """Return the very path that `shortest_path` finds, out of the least weights ahead.

    A search from the start, along the arcs of lightest paths alone. It settles their vertices in
    the order in which a search along all arcs does: what first reaches a vertex at its least weight
    is such an arc, and what else that search looks at does not come between two of them.

    Parameters
    ----------
    ahead
        The least weight from every vertex to the goal, None where none leads there; above that of
        any path where it is only to be had along an arc not to use.
    """
    total = ahead[start]
    if total is None:
        return None
    tree = {start: -1}
    heap = [(0, start)]
    while heap:
        reach, vertex = heapq.heappop(heap)
        if vertex == goal:
            return Path(total, _arcs_to(graph, [tree], goal))
        left = total - reach
        for arc, head in graph.out[vertex]:
            further = ahead[head]
            if further is not None and head not in tree and weight[arc] + further == left:
                tree[head] = arc
                heapq.heappush(heap, (total - further, head))
    return None


def _arcs_to(graph: Digraph, trees: Sequence[Mapping[int, int]], vertex: int) -> tuple[int, ...]:
    """Return the arcs to a vertex through the trees of some stages, in order."""
    arcs: list[int] = []
    for tree in reversed(trees):
        while (arc := tree[vertex]) >= 0:
            arcs.append(arc)
            vertex = graph.tails[arc]
    arcs.reverse()
    return tuple(arcs)


def failed_stage(
    graph: Digraph,
    weight: Sequence[int],
    origins: Collection[int],
    stages: Sequence[Collection[int]],
    banned: Sequence[Collection[int]] | None = None,
) -> int | None:
    """Return the position of the first stage that cannot be reached, None if all can."""
    frontier = dict.fromkeys(origins, 0)
    for position, stage in enumerate(stages):
        frontier, _ = _grow(graph, weight, frontier, stage, banned[position] if banned else ())
        if not frontier:
            return position
    return None


def _grow(
    graph: Digraph,
    weight: Sequence[int],
    frontier: Mapping[int, int],
    targets: Collection[int],
    banned: Collection[int],
) -> tuple[dict[int, int], dict[int, int]]:
    """Run Dijkstra until every target is settled; return reached targets and the tree of arcs."""
    missing = set(targets)
    out = graph.out
    best = [_UNREACHED] * len(out)
    for vertex in banned:
        best[vertex] = _SHUT
    for vertex, total in frontier.items():
        best[vertex] = min(best[vertex], total)
    tree = dict.fromkeys(frontier, -1)
    heap = [(total, vertex) for vertex, total in frontier.items()]
    heapq.heapify(heap)
    settled = bytearray(len(out))
    reached: dict[int, int] = {}
    while heap and missing:
        total, vertex = heapq.heappop(heap)
        if settled[vertex]:
            continue
        settled[vertex] = True
        if vertex in missing:
            missing.discard(vertex)
            reached[vertex] = total
        # the loop that decides how long a search takes: one comparison tells all heads apart
        for arc, head in out[vertex]:
            reach = total + weight[arc]
            if reach < best[head]:
                best[head] = reach
                tree[head] = arc
                heapq.heappush(heap, (reach, head))
    return reached, tree
