"""Single shortest ways over one graph: plain searches at first, then two small ones that meet.

A plain search looks at most of the nodes. When a process has asked for so many ways that it has
paid, all nodes are taken out of the graph (`eliminating`), and a way is found by climbing from both
ends along links that lead to nodes taken out later, until the two meet: a few hundred nodes.

Both have to find the same of equally long ways, lest an answer depend on how many were asked for
before. So every link is made some hairs longer, by chance from a fixed seed, and all together less
than a metre; lengths in hairs are whole numbers, and their sums are exact. Of the 633 places of the
shipped rails where two ways are equally long none is left, of the 763 on the roads one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import floor, inf
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from corridors.eliminating import eliminated
from corridors.measure import Floats, Ints, LineGraph, Spots, from_spots, path_to
from corridors.tracing import Step, along_one_link, ends_of, way_between, with_parts

CLIMBS_FROM: Final = 128
"""So many plain searches take about as long as taking all nodes out."""
HAIRS_PER_M: Final = 2**27
"""A float holds whole numbers of 53 bits: 67 000 km in hairs, more than the way round the world."""

End = tuple[int, int]
"""A node at the end of a link, and how many hairs a spot of the link is from it."""


class SingleWays:
    """Shortest ways between spots of one graph whose links are whole metres long."""

    def __init__(self, graph: LineGraph) -> None:
        self._graph = graph
        self._asked = 0
        self._climbs: Climbs | None = None

    def way(self, source: Spots, target: Spots) -> tuple[float, list[Step]]:
        """Return the metres of the shortest way between two spots, and its steps.

        Infinite, and no steps, where there is none.

        Parameters
        ----------
        source, target
            One spot each.
        """
        if self._climbs is None and self._asked >= CLIMBS_FROM:
            self.prepare()
        self._asked += 1
        search = self._plain if self._climbs is None else self._climbs.way
        hairs, steps = search(source, target)
        return hairs if hairs == inf else float(floor(hairs / HAIRS_PER_M)), steps

    def prepare(self) -> Climbs:
        """Take the nodes out now, for who knows that many ways will be asked for."""
        if self._climbs is None:
            self._climbs = climbs_of(self._graph, self._hairs)
        return self._climbs

    @cached_property
    def _hairs(self) -> Ints:
        """The length of every arc, the same both ways."""
        graph = self._graph
        link = np.where(graph.links >= 0, graph.links, -1 - graph.links)
        # no way has as many links as there are nodes: all its hairs are less than a metre
        fewer = max(1, HAIRS_PER_M // max(1, graph.node_count))
        chance = np.random.default_rng(graph.node_count)
        extra = chance.integers(fewer, size=int(link.max(initial=-1)) + 1)
        return graph.matrix.data.astype(np.int64) * HAIRS_PER_M + extra[link]

    @cached_property
    def _matrix(self) -> csr_array:
        plain = self._graph.matrix
        lengths = self._hairs.astype(np.float64)
        return csr_array((lengths, plain.indices, plain.indptr), shape=plain.shape)

    def _plain(self, source: Spots, target: Spots) -> tuple[float, list[Step]]:
        """Return the hairs of a way, and its steps, by a search over all nodes."""
        starting = from_spots(self._matrix, source, HAIRS_PER_M)
        distance, before = dijkstra(
            starting, indices=np.array([self._graph.node_count]), return_predecessors=True
        )
        return way_between(self._graph, distance[0], before[0], source, target, HAIRS_PER_M)


@dataclass(frozen=True)
class Climbs:
    """The links of a graph that lead up to nodes taken out later, and what they stand for.

    Attributes
    ----------
    up
        Such links, in hairs.
    keys
        Their two ends as one number, ascending.
    first, second
        The links up from the node that a link passes to its lower and its upper end, by position;
        -1 for a link of the graph.
    link
        The signed id of a link of the graph, from its lower to its upper end.
    """

    up: csr_array
    keys: Ints
    first: memoryview
    second: memoryview
    link: memoryview

    def way(self, source: Spots, target: Spots) -> tuple[float, list[Step]]:
        """Return the hairs of the shortest way between two spots, and its steps."""
        starts, goals = (ends_of(spot, HAIRS_PER_M) for spot in (source, target))
        nodes = np.array([node for node, _ in (*starts, *goals)])
        distance, before = dijkstra(self.up, indices=nodes, return_predecessors=True)
        hairs, first, last, top = _meeting(distance, starts, goals)
        straight, steps = along_one_link(source, target)
        if straight * HAIRS_PER_M <= hairs or hairs == inf:
            return straight * HAIRS_PER_M, steps
        rise = self._arcs(path_to(before[first], top))
        fall = self._arcs(path_to(before[len(starts) + last], top))
        links = self._unpacked([*rise, *(~arc for arc in reversed(fall))])
        return hairs, with_parts(source, target, (first, last), links)

    def reached(self, node: int) -> int:
        """Return how many nodes are climbed to from one, itself among them."""
        return int(np.isfinite(dijkstra(self.up, indices=np.array([node]))).sum())

    def _arcs(self, path: Sequence[int]) -> list[int]:
        """Return the positions of the links along a path of nodes that leads up."""
        wanted = np.asarray(path[:-1]) * self.up.shape[0] + np.asarray(path[1:])
        found: list[int] = np.searchsorted(self.keys, wanted).tolist()
        return found

    def _unpacked(self, arcs: Sequence[int]) -> list[int]:
        """Return the signed links of the graph along some that lead up, or down (as ``~arc``)."""
        links: list[int] = []
        ahead = [*reversed(arcs)]
        while ahead:
            arc = ahead.pop()
            one = arc if arc >= 0 else ~arc
            lower, upper = self.first[one], self.second[one]
            if lower < 0:
                links.append(self.link[one] if arc >= 0 else -1 - self.link[one])
            else:
                ahead += (upper, ~lower) if arc >= 0 else (lower, ~upper)
        return links


def _meeting(
    distance: Floats, starts: Sequence[End], goals: Sequence[End]
) -> tuple[float, int, int, int]:
    """Return the hairs of the shortest way, its ends by position and the node where both meet.

    Rows of `distance` are the starts, then the goals.
    """
    best = (inf, 0, 0, 0)
    for first, (_, far) in enumerate(starts):
        reached = np.flatnonzero(distance[first] < inf)
        here = distance[first, reached]
        for last, (_, further) in enumerate(goals):
            through = here + distance[len(starts) + last, reached]
            least = int(through.argmin())
            hairs = far + float(through[least]) + further
            if hairs < best[0]:
                best = (hairs, first, last, int(reached[least]))
    return best


def climbs_of(graph: LineGraph, lengths: Ints) -> Climbs:
    """Take all nodes out of a graph, whose arcs have these lengths, the same both ways."""
    size = graph.node_count
    out = eliminated(graph.tails, graph.heads, lengths, size, most_neighbours=size, least_share=0.0)
    keys = out.node * size + out.above
    start = np.searchsorted(out.node, np.arange(size + 1)).astype(np.int32)
    up = csr_array((out.far.astype(np.float64), out.above.astype(np.int32), start), (size, size))
    passes = out.via >= 0
    parts = []
    for end in (out.node, out.above):
        part = np.full(len(keys), -1)
        part[passes] = np.searchsorted(keys, out.via[passes] * size + end[passes])
        parts.append(part.data)
    link = np.zeros(len(keys), dtype=np.int64)
    link[~passes] = graph.links_between(out.node[~passes], out.above[~passes])
    return Climbs(up=up, keys=keys, first=parts[0], second=parts[1], link=link.data)
