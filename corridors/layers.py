"""One corridor searched under many sets of prices: the graph stays, the weights change.

What the prices of a draw do not change is done once: which arcs are parallel, which vertices a
corridor may enter at which stage, and how much its way to the goal costs at least in any draw. That
last bound guides every search (A*, written as reduced weights so that scipy's search can run it)
and, against the best way known so far, ends it early: what cannot beat that way is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from corridors.costing import Ledger
from corridors.graph import CorridorGraph
from corridors.itinerary import Operation
from corridors.named import Corridor
from corridors.planner import Planner
from corridors.pricing import Pricing
from corridors.search import Path
from corridors.simple_paths import least_simple
from geodata.units import METRES_PER_KM
from geodata.vocabulary import LAND_MODES, Mode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

STEP_WEIGHT: Final = 1e-7
"""Added to every arc: of equal ways the one of fewer arcs wins, and no weight is zero."""
_WHOLE: Final = 1e6
"""Paths are ordered by whole millionths of a USD, hour or kg."""
_SLACK: Final = 1e-6
"""Share by which a way may exceed the best one known and still be looked at: above what sums of
floats and the steps' weight can amount to."""
_PASSING: Final = -1
"""In place of a pair of vertices: the step from one stage to the next."""

Way = tuple[int, ...]


class ArcKinds:
    """The ledgers of a graph's arcs, each written once: land arcs of one zone differ in km alone.

    Parameters
    ----------
    graph, pricing
        The graph and its prices.
    """

    def __init__(self, graph: CorridorGraph, pricing: Pricing) -> None:
        zones: dict[tuple[Mode, str, str], int] = {}
        kinds: list[int] = []
        scales: list[float] = []
        self.ledgers: list[Ledger] = []
        """Of every kind; of a land zone that of one km."""
        for number, arc in enumerate(graph.arcs):
            if arc.operation is Operation.MOVE and arc.mode in LAND_MODES:
                zone = pricing.land_zone(arc)
                if zone not in zones:
                    zones[zone] = len(self.ledgers)
                    self.ledgers.append(pricing.land_ledger(*zone))
                kinds.append(zones[zone])
                scales.append(arc.length_m / METRES_PER_KM)
            else:
                kinds.append(len(self.ledgers))
                scales.append(1.0)
                self.ledgers.append(pricing.ledger(number))
        self._kind = np.array(kinds, dtype=np.intp)
        self._scale = np.array(scales)

    def lines_of_arcs(self) -> tuple[Ints, Ints, Floats]:
        """Return the ledger lines of all arcs: the arc of each, the line's position, its scale.

        Positions count through the ledgers of all kinds; a land arc scales the line of one km.
        """
        counts = np.array([len(ledger) for ledger in self.ledgers], dtype=np.intp)
        first = np.r_[0, np.cumsum(counts)]
        own = counts[self._kind]
        arc = np.repeat(np.arange(own.size), own)
        start = np.r_[0, np.cumsum(own)][:-1]
        line = first[self._kind][arc] + np.arange(arc.size) - start[arc]
        return arc, line, self._scale[arc]

    def of_arcs(self, amounts: Floats) -> Floats:
        """Return the amounts of arcs (arcs x draws) for those of kinds (kinds x draws)."""
        result: Floats = amounts[self._kind] * self._scale[:, None]
        return result


class Lightest:
    """The lightest of parallel arcs, in every draw.

    Parameters
    ----------
    graph
        The graph of the arcs.
    weights
        Non-negative weights, arcs x draws.
    step
        Added to every arc.
    """

    def __init__(self, graph: CorridorGraph, weights: Floats, step: float = STEP_WEIGHT) -> None:
        self.graph, self.weights = graph, weights
        tails, heads = (
            np.array(ends, dtype=np.intp) for ends in (graph.digraph.tails, graph.digraph.heads)
        )
        self._order = np.lexsort((heads, tails))
        tails, heads = tails[self._order], heads[self._order]
        new = np.r_[True, (tails[1:] != tails[:-1]) | (heads[1:] != heads[:-1])]
        self._first = np.r_[np.flatnonzero(new), tails.size]
        self.tails, self.heads = tails[new], heads[new]
        """The two vertices of every pair that arcs join."""
        ends = zip(self.tails.tolist(), self.heads.tolist(), strict=True)
        self._pairs = {pair: number for number, pair in enumerate(ends)}
        self._best: dict[int, list[int]] = {}
        lightest = np.minimum.reduceat(weights[self._order], self._first[:-1], axis=0)
        passing = np.zeros((1, weights.shape[1]))
        self.of_pairs: Floats = np.ascontiguousarray(np.vstack([lightest, passing]).T) + step
        """Draws x pairs; the last column is the step from one stage to the next (`_PASSING`)."""

    def pair_of(self, arc: int) -> int:
        """Return the pair that an arc joins."""
        return self._pairs[self.graph.arcs[arc].tail, self.graph.arcs[arc].head]

    def arc(self, tail: int, head: int, draw: int) -> int:
        """Return the lightest arc between two vertices in a draw."""
        return self.arc_of(self._pairs[tail, head], draw)

    def arc_of(self, pair: int, draw: int) -> int:
        """Return the lightest arc of a pair in a draw."""
        if pair not in self._best:
            arcs = self._order[self._first[pair] : self._first[pair + 1]]
            self._best[pair] = arcs[self.weights[arcs].argmin(axis=0)].tolist()
        return self._best[pair][draw]

    def totals(self, way: Way) -> Floats:
        """Return the weight of a way in every draw."""
        total: Floats = self.weights[list(way)].sum(axis=0)
        return total


class Layers:
    """A corridor's search as one plain graph: a copy of the vertices for every stage.

    Passing a stage leads to the next copy. Of parallel arcs the lightest of each draw counts.
    """

    def __init__(self, planner: Planner, corridor: Corridor, lightest: Lightest) -> None:
        self._lightest = lightest
        self._copy = size = len(planner.graph.vertices)
        origins, _ = planner.ends()
        stages, banned = planner.corridor_stages(corridor)
        edges: list[tuple[Ints, Ints, Ints]] = []
        for layer, (targets, shut) in enumerate(zip(stages, banned, strict=True)):
            barred = np.zeros(size, dtype=bool)
            barred[list(shut)] = True
            pairs = np.flatnonzero(~barred[lightest.heads])
            here = layer * size
            edges.append((lightest.tails[pairs] + here, lightest.heads[pairs] + here, pairs))
            passing = np.array(sorted(targets), dtype=np.intp)
            ahead = passing + here + size
            edges.append((passing + here, ahead, np.full(passing.size, _PASSING)))
        self._start, self._end, self._pair = map(np.concatenate, zip(*edges, strict=True))
        self._size = (len(stages) + 1) * size
        self._source, self._goal = origins[0], int(ahead[0])

    def ways(self, fixed: Way, draws: Sequence[int] | None = None) -> Iterator[Way]:
        """Yield the lightest way in each draw, or in some of them, in their order.

        Where the search for a way that returns to no place gives up, the lightest one known by
        then, the `fixed` one or one of an earlier draw, stands for it.
        """
        known = {fixed: self._lightest.totals(fixed)}
        asked = range(known[fixed].size) if draws is None else draws
        self._keep(float(known[fixed][asked].max()) * (1 + _SLACK), asked)
        for draw in asked:
            best = min(known, key=lambda way: float(known[way][draw]))
            way = self._way(draw, float(known[best][draw]) * (1 + _SLACK)) or best
            if way not in known:
                known[way] = self._lightest.totals(way)
            yield way

    def _keep(self, most: float, draws: Sequence[int]) -> None:
        """Keep what may lie on a way of at most some weight in the lightest of some draws."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        self._dijkstra = dijkstra
        least = self._lightest.of_pairs[draws].min(axis=0)[self._pair]
        shape = (self._size, self._size)
        outward = csr_array((least, (self._start, self._end)), shape=shape)
        homeward = csr_array((least, (self._end, self._start)), shape=shape)
        reach = dijkstra(outward, indices=np.array(self._source))
        ahead = dijkstra(homeward, indices=np.array(self._goal))
        useful = reach + ahead <= most
        number = np.cumsum(useful) - 1
        inside = reach[self._start] + least + ahead[self._end] <= most
        inside &= useful[self._start] & useful[self._end]
        start, end, pair = self._start[inside], self._end[inside], self._pair[inside]
        order = np.lexsort((end, start))
        start, end, self._pair = start[order], end[order], pair[order]
        self._nearer = ahead[end] - ahead[start]
        self._at_least = float(ahead[self._source])
        self._place = np.flatnonzero(useful)
        self._source, self._goal = int(number[self._source]), int(number[self._goal])
        count = self._place.size
        first = np.searchsorted(number[start], np.arange(count + 1))
        self._plain = csr_array(
            (np.zeros(start.size), number[end].astype(np.int32), first.astype(np.int32)),
            shape=(count, count),
        )

    def _way(self, draw: int, most: float) -> Way | None:
        # weight less how much nearer the goal: never negative, and the order of ways stays
        each = np.maximum(self._lightest.of_pairs[draw][self._pair] + self._nearer, 0.0)

        def look(without: frozenset[int]) -> Path | None:
            if not without:
                return self._path(each, draw, most)
            pairs = {self._lightest.pair_of(arc) for arc in without}
            shut = np.isin(self._pair, sorted(pairs))
            return self._path(np.where(shut, np.inf, each), draw, most)

        path = least_simple(self._lightest.graph, look)
        return None if path is None else path.arcs

    def _path(self, each: Floats, draw: int, most: float) -> Path | None:
        plain: Any = self._plain
        plain.data = each
        reach, before = self._dijkstra(
            plain,
            indices=np.array(self._source),
            return_predecessors=True,
            limit=max(most - self._at_least, 0.0),
        )
        if not np.isfinite(reach[self._goal]):
            return None
        arcs: list[int] = []
        at = self._goal
        while at != self._source:
            previous = int(before[at])
            tail, head = (int(self._place[number]) % self._copy for number in (previous, at))
            if tail != head:  # else a stage is passed
                arcs.append(self._lightest.arc(tail, head, draw))
            at = previous
        weight = float(reach[self._goal]) + self._at_least
        return Path(round(weight * _WHOLE), tuple(reversed(arcs)))
