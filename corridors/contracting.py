"""Networks without most of their nodes: exact shortest lengths between many spots, quickly.

Nodes with few neighbours are taken out (`eliminating`). Lengths between those left, the core, stay
what they were. A search begins with the few ways that lead from a spot up into the core, goes on in
the core alone, and ends with the few that lead down to another spot; ways that never come to the
core meet below it.

Links are undirected and whole metres long, so that sums are exact and equal those of any search.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from corridors.eliminating import eliminated
from corridors.measure import (
    SOURCES_AT_ONCE,
    Floats,
    Ints,
    LineGraph,
    Spots,
    between_spots,
    straight_on_one_link,
)

MOST_NEIGHBOURS: Final = 9
"""A node with more stays: taking it out would put in more links than it is worth."""
LEAST_SHARE: Final = 0.01
"""A round that takes out a smaller share of the nodes is the last."""

CONTRACTS_FROM: Final = 64
"""So many searches cost what contracting the network does: below that, plain ones are quicker."""

Reach = dict[int, float]
"""Metres to nodes, by their number."""


class Lengths:
    """Shortest lengths over one graph; it is contracted when that is worth it, then used again."""

    def __init__(self, graph: LineGraph) -> None:
        self.graph = graph
        self._contracted: Contracted | None = None

    def between(self, sources: Spots, targets: Spots) -> Floats:
        """Return the metres of the shortest ways from every source to every target spot.

        Infinite where there is none.
        """
        if self._contracted is None:
            graph = self.graph
            if len(sources) < CONTRACTS_FROM:
                return between_spots(graph.matrix, sources, targets)
            metres = graph.matrix.data.astype(np.int64)
            self._contracted = contract(graph.tails, graph.heads, metres, graph.node_count)
        return self._contracted.between(sources, targets)


@dataclass(frozen=True)
class Contracted:
    """A core, and for every node outside it the links up to nodes taken out later, or of the core.

    ``rank`` is the round in which a node was taken out, the last and highest for the core;
    ``in_core`` its number in the core, -1 outside.
    """

    core: csr_array
    in_core: Ints
    rank: list[int]
    start: list[int]
    head: list[int]
    metres: list[float]

    @property
    def core_nodes(self) -> int:
        """Number of nodes of the core."""
        return int(self.core.shape[0])

    def between(self, sources: Spots, targets: Spots) -> Floats:
        """Return the metres from every source to every target; see `measure.between_spots`."""
        below: dict[int, list[tuple[int, float]]] = {}
        down: list[tuple[int, int, float]] = []
        for at, reach in enumerate(self._ups(targets)):
            for node, metres in reach.items():
                if self.in_core[node] >= 0:
                    down.append((at, int(self.in_core[node]), metres))
                else:
                    below.setdefault(node, []).append((at, metres))
        ups = self._ups(sources)
        blocks = [np.empty((0, len(targets)))]
        for first in range(0, len(sources), SOURCES_AT_ONCE):
            block = ups[first : first + SOURCES_AT_ONCE]
            blocks.append(self._through_core(block, down, len(targets)))
        found = np.concatenate(blocks)
        for row, reach in zip(found, ups, strict=True):
            for node, metres in reach.items():
                for at, further in below.get(node, ()):
                    row[at] = min(row[at], metres + further)
        return straight_on_one_link(found, sources, targets)

    def _ups(self, spots: Spots) -> list[Reach]:
        columns = (spots.tail, spots.head, spots.to_tail_m, spots.to_head_m)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return [self._up(*row) for row in rows]

    def _up(self, tail: int, head: int, to_tail_m: int, to_head_m: int) -> Reach:
        """Return the metres of the ways up from a spot: right for the nodes where ways turn."""
        reach: Reach = {tail: float(to_tail_m)}
        reach[head] = min(float(to_head_m), reach.get(head, np.inf))
        rank, start, heads, metres = self.rank, self.start, self.head, self.metres
        heap = [(rank[node], node) for node in reach]
        heapq.heapify(heap)
        while heap:
            _, node = heapq.heappop(heap)
            so_far = reach[node]
            for arc in range(start[node], start[node + 1]):
                above, further = heads[arc], so_far + metres[arc]
                known = reach.get(above)
                if known is None:
                    heapq.heappush(heap, (rank[above], above))
                    reach[above] = further
                elif further < known:
                    reach[above] = further
        return reach

    def _through_core(
        self, ups: list[Reach], down: list[tuple[int, int, float]], count: int
    ) -> Floats:
        """Return the metres of the shortest ways over the core."""
        size = self.core_nodes
        nodes = np.array([node for reach in ups for node in reach], dtype=np.int64)
        metres = np.array([far for reach in ups for far in reach.values()], dtype=np.float64)
        row = np.repeat(np.arange(len(ups)), [len(reach) for reach in ups])
        enters = self.in_core[nodes] >= 0
        heads, metres = self.in_core[nodes[enters]], metres[enters]
        ends = self.core.indptr[-1] + np.cumsum(np.bincount(row[enters], minlength=len(ups)))
        starting = csr_array(
            (
                np.concatenate([self.core.data, metres]),
                np.concatenate([self.core.indices, heads.astype(np.int32)]),
                np.concatenate([self.core.indptr, ends.astype(np.int32)]),
            ),
            shape=(size + len(ups), size + len(ups)),
        )
        found = np.full((len(ups), count), np.inf)
        if not down:
            return found
        distance = dijkstra(starting, indices=size + np.arange(len(ups)))
        who, gate, further = (np.array(column) for column in zip(*down, strict=True))
        firsts = np.flatnonzero(np.r_[True, who[1:] != who[:-1]])
        found[:, who[firsts]] = np.minimum.reduceat(distance[:, gate] + further, firsts, axis=1)
        return found


def contract(tails: Ints, heads: Ints, metres: Ints, node_count: int) -> Contracted:
    """Return the contracted network of some undirected links between nodes ``0..node_count``."""
    left = eliminated(tails, heads, metres, node_count, MOST_NEIGHBOURS, LEAST_SHARE)
    rank = np.where(left.rank < 0, node_count, left.rank)
    core = np.flatnonzero(rank == node_count)
    in_core = np.full(node_count, -1, dtype=np.int64)
    in_core[core] = np.arange(len(core))
    a, b = in_core[left.low], in_core[left.high]
    matrix = csr_array(
        (np.tile(left.length, 2).astype(np.float64), (np.r_[a, b], np.r_[b, a])),
        shape=(len(core), len(core)),
    )
    return Contracted(
        core=matrix,
        in_core=in_core,
        rank=rank.tolist(),
        start=np.searchsorted(left.node, np.arange(node_count + 1)).tolist(),
        head=left.above.tolist(),
        metres=left.far.astype(np.float64).tolist(),
    )
