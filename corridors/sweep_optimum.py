"""The best itinerary searched anew in every draw, between many ends.

In a draw, one search from one end holds for all ends of the other side, and searches start from
the side with fewer ends. What the prices of a draw do not change is done once: the structure of the
graph, the ledgers of its arcs, which way a chain of arcs is. A way that returns to a place is
looked for again, alone.

Weights are whole numbers in floats, so that sums are exact whichever end they begin at. Of equal
ways one is taken by rule: that of fewest arcs, and of these the one that goes on to the vertex with
the lowest number wherever they part, seen from the origin.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import heappop, heappush
from math import inf
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from corridors.exposures import Exposures, Totals
from corridors.graph import CorridorGraph, Endpoint
from corridors.itinerary import Criterion
from corridors.layers import ArcKinds, Lightest
from corridors.legs import way_name
from corridors.planner import Planner
from corridors.pricing import By
from corridors.search import Path
from corridors.simple_paths import first_return, least_simple
from corridors.staging import cargo_vertices
from corridors.sweep_totals import AMOUNTS, DrawBank, LedgerBook
from geodata.units import GRAMS_PER_KG

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

DRAWS_AT_ONCE: Final = 100
"""Weights of all arcs are held for so many draws: some ten megabytes."""
_FINEST: Final = 1e-6
"""Weights are whole multiples of this many hours, or of USD or grams per tonne of the goods. Sums
are exact up to nine thousand million of these units: no way is so long or so dear."""
_STEP: Final = 1.0
"""Added to every arc: of equal ways the one of fewer arcs wins, and no weight is zero."""

Way = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DrawnBest:
    """The best ways of a journey by one criterion: totals (1 x draws), and the name of each way.

    Without any, in some draw, there is none in any: prices open no way.
    """

    totals: Totals | None
    names: tuple[str, ...] = ()
    way_of: Ints | None = None


class DrawnOptimum:
    """Searches journeys that have the same closed to them.

    Parameters
    ----------
    planner
        Of any of the journeys.
    ends
        Origin and destination of each.
    book
        Ledgers that are known.
    """

    def __init__(
        self, planner: Planner, ends: Sequence[tuple[Endpoint, Endpoint]], book: LedgerBook
    ) -> None:
        sides = [
            list({end.place_id: end for end in side}.values()) for side in zip(*ends, strict=True)
        ]
        self._planner, self._book = planner, book
        self._graph, self._pricing = planner.joined(sides[0], sides[1])
        starts, goals = (
            [cargo_vertices(self._graph, end)[0] for end in side]
            for side in zip(*ends, strict=True)
        )
        self._pairs = list(zip(starts, goals, strict=True))
        self._kinds = ArcKinds(self._graph, self._pricing)
        lines = [line for ledger in self._kinds.ledgers for line in ledger]
        self._model = Exposures([lines], planner.parameters, planner.consignment)
        self._quantities = self._sparse(self._kinds.ledgers)

    def search(self, bank: DrawBank, criteria: Sequence[By]) -> list[list[DrawnBest]]:
        """Return the best of every journey by every criterion, in their order."""
        values = bank.values(self._model.rows)
        chosen: list[list[list[Way]]] = [[[] for _ in criteria] for _ in self._pairs]
        totals: list[list[list[Totals]]] = [[[] for _ in criteria] for _ in self._pairs]
        for start in range(0, bank.draws, DRAWS_AT_ONCE):
            prices = _Prices(self._model, values[:, start : start + DRAWS_AT_ONCE])
            for at, by in enumerate(criteria):
                for pair, ways in enumerate(self._ways(prices, by)):
                    if ways is not None:
                        chosen[pair][at] += ways
                        totals[pair][at].append(self._totals(prices, ways))
        return [
            [self._found(*parts) for parts in zip(*of_pair, strict=True)]
            for of_pair in zip(chosen, totals, strict=True)
        ]

    def _ways(self, prices: _Prices, by: By) -> list[list[Way] | None]:
        """Return the best way of every journey in each draw, None if there is none."""
        unit = _FINEST * (1.0 if by is By.TIME else self._planner.consignment.mass_t)
        weights = np.rint(self._kinds.of_arcs(prices.measure(self._quantities, by)) / unit)
        return _Searches(self._graph, weights, self._pairs).ways()

    def _totals(self, prices: _Prices, ways: Sequence[Way]) -> Totals:
        """Return the totals of the way of each draw (1 x draws)."""
        distinct = list(dict.fromkeys(ways))
        lines = [self._book.lines(self._planner, way, self._pricing) for way in distinct]
        all_totals = prices.totals(self._sparse(lines))
        number = {way: at for at, way in enumerate(distinct)}
        at = np.array([number[way] for way in ways], dtype=np.intp), np.arange(len(ways))
        return Totals(*(getattr(all_totals, name)[at][None, :] for name in AMOUNTS))

    def _found(self, ways: Sequence[Way], totals: Sequence[Totals]) -> DrawnBest:
        if not ways:
            return DrawnBest(None)
        columns = (
            np.concatenate([getattr(part, name) for part in totals], axis=1) for name in AMOUNTS
        )
        number = {way: at for at, way in enumerate(dict.fromkeys(ways))}
        names = tuple(way_name(self._graph, way) for way in number)
        way_of = np.array([number[way] for way in ways], dtype=np.intp)
        return DrawnBest(Totals(*columns), names, way_of)

    def _sparse(self, ledgers: Sequence[Any]) -> Any:
        """Return ledgers as a matrix of quantities: ledgers x rows of the model."""
        from scipy.sparse import csr_array

        entries = [list(self._model.entries(ledger)) for ledger in ledgers]
        row = [number for number, each in enumerate(entries) for _ in each]
        column = [at for each in entries for at, _ in each]
        quantity = [amount for each in entries for _, amount in each]
        shape = (len(entries), len(self._model.rows))
        return csr_array((np.array(quantity, dtype=np.float64), (row, column)), shape=shape)


class _Prices:
    """Some draws of the parameters, as what a unit of each row costs, takes and emits."""

    def __init__(self, model: Exposures, values: Floats) -> None:
        weighted = model.weighted_theta(values)
        self._of: dict[Criterion, Floats] = {}
        for criterion in Criterion:
            only = np.zeros_like(weighted)
            rows = model.rows_of(criterion)
            only[rows] = weighted[rows]
            self._of[criterion] = only
        self._model, self._values = model, values
        hourly, per_kg = model.time_and_co2e_usd(values)
        # generalised cost is linear in the quantities as well: one product instead of three
        self._generalised = (
            self._of[Criterion.COST]
            + self._of[Criterion.TIME] * hourly
            + self._of[Criterion.CO2E] * (per_kg / GRAMS_PER_KG)
        )

    def measure(self, quantities: Any, by: By) -> Floats:
        """Return what decides between ways, in USD, hours or g, for rows of quantities."""
        prices = self._generalised if by is By.GENERALISED else self._of[Criterion(by.value)]
        return np.asarray(quantities @ prices)

    def totals(self, quantities: Any) -> Totals:
        """Return the totals of rows of quantities in every draw."""
        cost, time, co2e_g = (np.asarray(quantities @ self._of[each]) for each in Criterion)
        return self._model.weighed(cost, time, co2e_g, self._values)


class _Searches:
    """The lightest ways between pairs of vertices, in every draw of a block.

    Parameters
    ----------
    graph
        With all ends.
    weights
        Whole numbers, arcs x draws.
    pairs
        Start and goal of every journey. No way leads through a goal that is a start as well.
    """

    def __init__(
        self, graph: CorridorGraph, weights: Floats, pairs: Sequence[tuple[int, int]]
    ) -> None:
        from scipy.sparse import csr_array

        self._graph, self._weights, self._pairs = graph, weights, pairs
        self._lightest = light = Lightest(graph, weights, _STEP)
        self._starts, self._goals = ({pair[side] for pair in pairs} for side in (0, 1))
        self._both = np.array(sorted(self._starts & self._goals), dtype=np.intp)
        self._size = size = len(graph.vertices)
        self._tails = light.tails.tolist()
        self._reversed = np.lexsort((light.tails, light.heads))

        def plain(rows: Ints, columns: Ints) -> Any:
            first = np.searchsorted(rows, np.arange(size + 1)).astype(np.int32)
            parts = (np.zeros(rows.size), columns.astype(np.int32), first)
            return csr_array(parts, shape=(size, size))

        self._outward = plain(light.tails, light.heads)
        self._homeward = plain(light.heads[self._reversed], light.tails[self._reversed])
        self._ahead = lru_cache(2)(self._to_goal)  # of the goal and draw at hand
        self._known: dict[Way, bool] = {}

    def ways(self) -> list[list[Way] | None]:
        """Return the lightest way of every pair in each draw, None where none leads."""
        found: list[list[Way]] = [[] for _ in self._pairs]
        forward = len(self._starts) < len(self._goals)
        side = 0 if forward else 1
        order = sorted(range(len(self._pairs)), key=lambda at: self._pairs[at][side])
        for draw in range(self._weights.shape[1]):
            behind: _Behind | None = None
            for at in order:
                start, goal = self._pairs[at]
                if forward and (behind is None or behind.start != start):
                    behind = self._from_start(start, draw)
                way = self._way(start, goal, draw, behind)
                if way is not None:
                    found[at].append(way)
        return [ways or None for ways in found]

    def _way(self, start: int, goal: int, draw: int, behind: _Behind | None) -> Way | None:
        joins = None if behind is None else behind.only_way(goal)
        if joins is None:
            ahead = self._ahead(goal, draw)
            if not ahead.least[start] < inf:
                return None
            joins = ahead.way(start, goal, self._lightest.heads)
        way = tuple(self._lightest.arc_of(join, draw) for join in joins)
        if way not in self._known:
            self._known[way] = first_return(self._graph, way) is not None
        if not self._known[way]:
            return way
        # if every way known returns: as the planner, the best of all
        path = least_simple(self._graph, self._guided(start, goal, draw))
        return way if path is None else path.arcs

    def _from_start(self, start: int, draw: int) -> _Behind:
        """Return how lightest ways from a start come to every vertex, in one draw."""
        from scipy.sparse.csgraph import dijkstra

        light = self._lightest
        weights = light.of_pairs[draw][:-1].copy()
        weights[np.isin(light.tails, self._both[self._both != start])] = inf
        self._outward.data = weights
        least = dijkstra(self._outward, indices=np.array(start))
        last = np.flatnonzero(
            (least[light.tails] + weights == least[light.heads]) & np.isfinite(least[light.heads])
        )
        before = np.full(self._size, -1, dtype=np.intp)
        before[light.heads[last]] = last
        several = np.bincount(light.heads[last], minlength=self._size) > 1
        before[several] = _SEVERAL
        return _Behind(start, before.tolist(), self._tails)

    def _to_goal(self, goal: int, draw: int) -> _Ahead:
        """Return how lightest ways to a goal go on from every vertex, in one draw."""
        from scipy.sparse.csgraph import dijkstra

        light = self._lightest
        weights = light.of_pairs[draw][:-1].copy()
        weights[np.isin(light.heads, self._both[self._both != goal])] = inf
        self._homeward.data = weights[self._reversed]
        least = dijkstra(self._homeward, indices=np.array(goal))
        first = np.flatnonzero(
            (weights + least[light.heads] == least[light.tails]) & np.isfinite(least[light.tails])
        )[::-1]
        after = np.full(self._size, -1, dtype=np.intp)
        after[light.tails[first]] = first  # of several the last to be written: the lowest head
        return _Ahead(least, after)

    def _guided(self, start: int, goal: int, draw: int) -> Callable[[frozenset[int]], Path | None]:
        """Return a search in one draw that leaves arcs out, led by the weights ahead with them.

        A* with bounds from the whole graph: next to nothing is looked at beside the way.
        """
        ahead = self._ahead(goal, draw).least.tolist()
        weights = self._weights[:, draw].tolist()
        digraph = self._graph.digraph
        shut = set(self._both.tolist()) - {start, goal}

        def look(without: frozenset[int]) -> Path | None:
            best = {start: 0.0}
            before = {start: -1}
            heap = [(ahead[start], start)]
            while heap:
                bound, vertex = heappop(heap)
                total = best[vertex]
                if bound > total + ahead[vertex]:
                    continue
                if vertex == goal:
                    found: list[int] = []
                    while (arc := before[vertex]) >= 0:
                        found.append(arc)
                        vertex = digraph.tails[arc]
                    return Path(int(total), tuple(reversed(found)))
                for arc, head in digraph.out[vertex]:
                    if arc in without or ahead[head] == inf or head in shut:
                        continue
                    reach = total + weights[arc] + _STEP
                    if reach < best.get(head, inf):
                        best[head] = reach
                        before[head] = arc
                        heappush(heap, (reach + ahead[head], head))
            return None

        return look


_SEVERAL: Final = -2
"""In place of the one pair of vertices by which a lightest way comes: there are several."""


@dataclass(frozen=True, slots=True)
class _Behind:
    """By which pair of vertices the lightest way from a start comes to each vertex."""

    start: int
    before: list[int]
    tails: list[int]

    def only_way(self, goal: int) -> list[int] | None:
        """Return the pairs of the lightest way to a goal; None if there is none, or several."""
        found: list[int] = []
        at = goal
        while at != self.start:
            join = self.before[at]
            if join < 0:
                return None
            found.append(join)
            at = self.tails[join]
        return found[::-1]


@dataclass(frozen=True, slots=True)
class _Ahead:
    """Least weights to a goal, and by which pair of vertices to go on, by the rule of ties."""

    least: Floats
    after: Ints

    def way(self, start: int, goal: int, heads: Ints) -> list[int]:
        """Return the pairs of the lightest way from a start that it can be reached from."""
        found: list[int] = []
        at = start
        while at != goal:
            join = int(self.after[at])
            found.append(join)
            at = int(heads[join])
        return found
