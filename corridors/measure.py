"""Shortest lines over a mode's links: scipy graphs, and the links along what they find."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SOURCES_AT_ONCE: Final = 128
"""How many searches are held in memory together."""
FIRST_REACH_M: Final = 50_000.0
"""How far searches for gateways go at first; twice as far where that is not enough."""


@dataclass(frozen=True)
class LineGraph:
    """A directed view of some links in which every gateway absorbs what arrives.

    Each gateway is split in two: searches start at its *out* node and end at *in* nodes, which
    lead nowhere. A shortest path between two gateways thus never runs through a third.
    Without gateways it is the plain undirected graph.
    """

    matrix: csr_array
    node_count: int
    tails: Ints
    heads: Ints
    links: Ints

    def links_along(self, path: list[int]) -> list[int]:
        """Return the signed link ids (-1 - id when reversed) along a path of graph nodes."""
        nodes = np.array(path, dtype=np.int64)
        found: list[int] = self.links_between(nodes[:-1], nodes[1:]).tolist()
        return found

    def links_between(self, tails: Ints, heads: Ints) -> Ints:
        """Return the signed ids of the links that join nodes of the graph."""
        found: Ints = self.links[np.searchsorted(self._keys, tails * self.matrix.shape[0] + heads)]
        return found

    @cached_property
    def _keys(self) -> Ints:
        """One number per arc, ascending."""
        return self.tails * self.matrix.shape[0] + self.heads


def line_graph(
    link_from: Ints,
    link_to: Ints,
    length_m: Ints,
    link_ids: Ints,
    node_count: int,
    absorbing: Ints | None = None,
) -> LineGraph:
    """Build the graph of some undirected links between nodes ``0..node_count``.

    `absorbing` lists nodes to split; the out node of ``absorbing[i]`` is ``node_count + i``. Of
    parallel links the shortest is kept, the lowest id on a tie. Lengths of zero are kept as edges.
    """
    out_of = np.arange(node_count)
    size = node_count
    if absorbing is not None:
        out_of[absorbing] = node_count + np.arange(len(absorbing))
        size += len(absorbing)
    tails = np.concatenate([out_of[link_from], out_of[link_to]])
    heads = np.concatenate([link_to, link_from])
    signed = np.concatenate([link_ids, -1 - link_ids])
    lengths = np.concatenate([length_m, length_m])
    ends = tails * size + heads
    order = np.argsort(ends, kind="stable")
    first = np.diff(ends[order], prepend=-1) > 0
    again = np.flatnonzero(~first)
    parallel = np.union1d(again - 1, again)
    few = order[parallel]
    ids = np.concatenate([link_ids, link_ids])[few]  # the same of a link in both directions
    order[parallel] = few[np.lexsort((ids, lengths[few], ends[few]))]
    kept = order[first]
    kept = kept[tails[kept] != heads[kept]]
    tails, heads, signed, lengths = tails[kept], heads[kept], signed[kept], lengths[kept]
    starts = np.searchsorted(tails, np.arange(size + 1))
    matrix = csr_array(
        (lengths.astype(np.float64), heads.astype(np.int32), starts.astype(np.int32)),
        shape=(size, size),
    )
    return LineGraph(matrix=matrix, node_count=node_count, tails=tails, heads=heads, links=signed)


def shortest_from(graph: LineGraph, sources: Ints, limit_m: float = np.inf) -> tuple[Floats, Ints]:
    """Return distances in metres and predecessors, one row per source node.

    What is farther than the limit counts as out of reach.
    """
    distance, predecessor = dijkstra(
        graph.matrix, indices=sources, return_predecessors=True, limit=limit_m
    )
    return distance, predecessor.astype(np.int64)


@dataclass(frozen=True)
class Spots:
    """Spots on links of a graph, by the nodes at a link's two ends and the metres to each.

    A spot at a node has that node for both, no metres away. ``link`` is -1 there.
    """

    link: Ints
    tail: Ints
    head: Ints
    to_tail_m: Ints
    to_head_m: Ints

    def __len__(self) -> int:
        return len(self.link)

    def some(self, chosen: Ints | slice) -> Spots:
        """Return some of them."""
        return Spots(
            self.link[chosen], self.tail[chosen], self.head[chosen],
            self.to_tail_m[chosen], self.to_head_m[chosen],
        )  # fmt: skip


def spots_of(rows: Iterable[tuple[int, int, int, int, int]]) -> Spots:
    """Return spots from rows of (link, tail, head, metres to the tail, metres to the head)."""
    return Spots(*np.array(list(rows), dtype=np.int64).reshape(-1, 5).T)


def joined_spots(first: Spots, second: Spots) -> Spots:
    """Return the spots of two sets, one after the other."""
    pairs = ((getattr(first, f.name), getattr(second, f.name)) for f in fields(Spots))
    return Spots(*(np.concatenate(pair) for pair in pairs))


def from_spots(matrix: csr_array, spots: Spots, per_m: int = 1) -> csr_array:
    """Return a graph with a node behind its own for every spot, which leads to the link's ends.

    ``per_m`` is how many of its units the matrix has to the metre.
    """
    size, count = matrix.shape[0], len(spots)
    heads = np.stack([spots.tail, spots.head], axis=1).ravel()
    metres = np.stack([spots.to_tail_m, spots.to_head_m], axis=1).ravel()
    starts = matrix.indptr[-1] + 2 * np.arange(1, count + 1)
    return csr_array(
        (
            np.concatenate([matrix.data, (metres * per_m).astype(np.float64)]),
            np.concatenate([matrix.indices, heads.astype(matrix.indices.dtype)]),
            np.concatenate([matrix.indptr, starts.astype(matrix.indptr.dtype)]),
        ),
        shape=(size + count, size + count),
    )


def to_spots(distance: Floats, sources: Spots, targets: Spots) -> Floats:
    """Return the metres from every source to every target spot.

    Parameters
    ----------
    distance
        From every source (rows) to every node of the graph.
    """
    found = np.minimum(
        distance[:, targets.tail] + targets.to_tail_m, distance[:, targets.head] + targets.to_head_m
    )
    return straight_on_one_link(found, sources, targets)


def straight_on_one_link(found: Floats, sources: Spots, targets: Spots) -> Floats:
    """Return metres from sources (rows) to targets, less where both lie on one link and near."""
    both = (sources.link[:, None] == targets.link) & (sources.link[:, None] >= 0)
    row, column = np.nonzero(both)
    straight = np.abs(sources.to_tail_m[row] - targets.to_tail_m[column])
    found[row, column] = np.minimum(found[row, column], straight)
    return found


def between_spots(matrix: csr_array, sources: Spots, targets: Spots) -> Floats:
    """Return the metres of the shortest ways from every source to every target; infinite if none.

    A block of searches at a time bounds the memory.
    """
    rows = [np.empty((0, len(targets)))]
    for first in range(0, len(sources), SOURCES_AT_ONCE):
        block = sources.some(slice(first, first + SOURCES_AT_ONCE))
        starting = from_spots(matrix, block)
        starts = matrix.shape[0] + np.arange(len(block))
        rows.append(to_spots(dijkstra(starting, indices=starts), block, targets))
    return np.concatenate(rows)


def needed_pairs(graph: LineGraph, gates: Ints, places: Flags) -> tuple[Ints, Ints, Ints]:
    """Return the pairs of gateways that a line joins, and the metres between.

    The line passes no third gateway, and no line that passes junctions alone is shorter: a junction
    cannot be closed, so that a way through some is as good. `places` says which of the gateways
    cannot be passed.

    Passing a junction costs 1 and a metre more than all junctions together: so one search orders
    ways by length and then by the junctions passed, and those of a pair that is needed are none.

    Returns
    -------
    tuple
        Positions of the two gateways in `gates`, the first lower than the second, and metres.
    """
    scale = float(len(gates) + 1)
    matrix = _with_passages(graph, gates, np.flatnonzero(~places), scale)
    onward = np.asarray(matrix.max(axis=1).todense()).ravel()  # the longest link from each node
    onward[gates] = 0.0  # passing a junction leads nowhere that is needed
    joins = np.diff(matrix.indptr) > 0
    joins[gates] = False
    found: list[tuple[Ints, Ints, Ints]] = []
    sources = np.arange(len(gates))
    reach_m = FIRST_REACH_M if len(gates) > SOURCES_AT_ONCE else np.inf
    while len(sources):
        farther = []
        for first in range(0, len(sources), SOURCES_AT_ONCE):
            block = sources[first : first + SOURCES_AT_ONCE]
            cost = dijkstra(matrix, indices=graph.node_count + block, limit=reach_m * scale)
            row, node = np.nonzero(np.isfinite(cost))
            here = cost[row, node]
            direct = here % scale == 0
            row, node, here = row[direct], node[direct], here[direct]
            open_ended = joins[node] & (here + onward[node] > reach_m * scale)
            again = np.zeros(len(block), dtype=bool)
            again[row[open_ended]] = True
            farther.append(block[again])
            found.append(_pairs_met(block, again, gates, row, node, here / scale))
        sources = np.concatenate(farther)
        reach_m *= 2
    tail, head, metres = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((head, tail))
    return tail[order], head[order], metres[order]


def _with_passages(graph: LineGraph, gates: Ints, passed: Ints, scale: float) -> csr_array:
    """Return the matrix of a graph, its metres scaled, in which some gateways can be passed."""
    tails = np.concatenate([graph.tails, gates[passed]])
    heads = np.concatenate([graph.heads, graph.node_count + passed])
    costs = np.concatenate([graph.matrix.data * scale, np.ones(len(passed))])
    order = np.argsort(tails, kind="stable")
    size = graph.matrix.shape[0]
    starts = np.searchsorted(tails[order], np.arange(size + 1)).astype(np.int32)
    return csr_array((costs[order], heads[order].astype(np.int32), starts), shape=(size, size))


def _pairs_met(
    block: Ints, again: Flags, gates: Ints, row: Ints, node: Ints, metres: Floats
) -> tuple[Ints, Ints, Ints]:
    """Return the pairs of sources that need not be looked at again and the gateways they met."""
    at = np.minimum(np.searchsorted(gates, node), len(gates) - 1)
    met = (gates[at] == node) & (at > block[row]) & ~again[row]
    return block[row[met]], at[met], metres[met].round().astype(np.int64)


def gate_paths(
    graph: LineGraph, gates: Ints, tails: Ints, heads: Ints, metres: Ints
) -> list[list[int]]:
    """Return the nodes of the shortest way of some pairs of gateways, so many metres long.

    The tails ascend.
    """
    paths: list[list[int]] = [[] for _ in tails]
    sources, starts = np.unique(tails, return_index=True)
    longest = np.maximum.reduceat(metres, starts) if len(tails) else starts
    starts = np.append(starts, len(tails))
    order = np.argsort(longest, kind="stable")
    for first in range(0, len(sources), SOURCES_AT_ONCE):
        block = order[first : first + SOURCES_AT_ONCE]
        limit_m = float(longest[block].max())
        _, predecessor = shortest_from(graph, graph.node_count + sources[block], limit_m)
        for row, source in enumerate(block.tolist()):
            for pair in range(int(starts[source]), int(starts[source + 1])):
                paths[pair] = path_to(predecessor[row], int(gates[heads[pair]]))
    return paths


def have_shorter_chains(tails: Ints, heads: Ints, metres: Ints, count: int) -> Flags:
    """Return the mask of the pairs between which a chain of other pairs is shorter.

    Parameters
    ----------
    tails, heads, metres
        Pairs of gateways, numbered below `count`, and the metres between; they run both ways.
    """
    chains = line_graph(tails, heads, metres, np.arange(len(tails)), count)
    longest = np.zeros(count)
    np.maximum.at(longest, tails, metres)
    order = np.argsort(longest, kind="stable")
    by_tail = np.argsort(tails, kind="stable")
    starts = np.searchsorted(tails[by_tail], np.arange(count + 1))
    found = np.zeros(len(tails), dtype=bool)
    for first in range(0, count, SOURCES_AT_ONCE):
        sources = order[first : first + SOURCES_AT_ONCE]
        limit_m = float(longest[sources].max())
        distance = dijkstra(chains.matrix, indices=sources, limit=limit_m)
        for row, source in enumerate(sources.tolist()):
            mine = by_tail[starts[source] : starts[source + 1]]
            found[mine] = distance[row, heads[mine]] < metres[mine]
    return found


def path_to(predecessor: npt.NDArray[Any], target: int) -> list[int]:
    """Return the nodes from the source to `target` along one row of predecessors."""
    path = [target]
    while (before := int(predecessor[path[-1]])) >= 0:
        path.append(before)
    path.reverse()
    return path
