"""The best itinerary searched anew in every draw, from many origins to one destination.

In a draw, one search backwards from the destination holds for every origin. What the prices of a
draw do not change is done once: the structure of the graph, the ledgers of its arcs, which way a
chain of arcs is. A way that returns to a place is looked for again, alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import inf
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from corridors.exposures import Exposures, Totals
from corridors.itinerary import Criterion
from corridors.layers import STEP_WEIGHT, ArcKinds, Lightest
from corridors.planner import Planner
from corridors.pricing import By
from corridors.search import Path
from corridors.simple_paths import first_return, least_simple
from corridors.sweep_totals import DrawBank, LedgerBook
from corridors.sweep_ways import Pair, Way, way_name
from geodata.units import GRAMS_PER_KG

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

DRAWS_AT_ONCE: Final = 100
"""Weights of all arcs are held for so many draws: some ten megabytes."""
_WHOLE: Final = 1e6
"""Ways are searched alone by whole millionths of a USD, hour or kg."""


@dataclass(frozen=True, slots=True)
class DrawnBest:
    """The best ways of a journey by one criterion: totals (1 x draws), and the name of each way.

    ``reason`` says why there is none, in any draw: prices open no way.
    """

    totals: Totals | None
    names: tuple[str, ...] = ()
    way_of: Ints | None = None
    reason: str = ""


class _Journey:
    """What is known of one journey while its draws are searched."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.vertices = np.array([vertex for _, vertex, _ in pair.steps], dtype=np.intp)
        self.steps: Any = None
        self.ways: dict[tuple[int, Way], Way | None] = {}
        self.numbers: dict[Way, int] = {}
        self.chosen: list[int] = []
        self.totals: list[Totals] = []

    def number(self, way: Way) -> int:
        return self.numbers.setdefault(way, len(self.numbers))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(way_name(self.pair.planner.graph, way) for way in self.numbers)


class DrawnOptimum:
    """Searches the journeys to one destination; all have the closures of the leader.

    Parameters
    ----------
    pairs
        The journeys, each beside the same leader.
    book
        Ledgers that are known.
    """

    def __init__(self, pairs: Sequence[Pair], book: LedgerBook) -> None:
        self._pairs, self._book = pairs, book
        self._leader = leader = pairs[0].leader
        self._kinds = kinds = ArcKinds(leader)
        lines = [line for ledger in kinds.ledgers for line in ledger]
        for pair in pairs:
            lines += book.lines(pair.planner, (arc for arcs, _, _ in pair.steps for arc in arcs))
        self._model = Exposures([lines], leader.parameters, leader.consignment)
        self._quantities = self._sparse(kinds.ledgers)

    def search(self, bank: DrawBank, criteria: Sequence[By]) -> list[list[DrawnBest]]:
        """Return the best of every journey by every criterion, in their order."""
        values = bank.values(self._model.rows)
        journeys = [[_Journey(pair) for pair in self._pairs] for _ in criteria]
        for journey in (each for row in journeys for each in row):
            steps = [arcs for arcs, _, _ in journey.pair.steps]
            journey.steps = self._sparse(
                [self._book.lines(journey.pair.planner, arcs) for arcs in steps]
            )
        for start in range(0, bank.draws, DRAWS_AT_ONCE):
            block = _Prices(self._model, values[:, start : start + DRAWS_AT_ONCE])
            for by, row in zip(criteria, journeys, strict=True):
                self._search_block(block, by, row)
        return [[_found(row[at]) for row in journeys] for at in range(len(self._pairs))]

    def _search_block(self, prices: _Prices, by: By, journeys: Sequence[_Journey]) -> None:
        weights = self._kinds.of_arcs(prices.measure(self._quantities, by))
        trees = _Trees(self._leader, Lightest(self._leader.graph, weights))
        for journey in journeys:
            if not journey.vertices.size:
                continue
            own = prices.measure(journey.steps, by)
            total = own + trees.ahead[:, journey.vertices].T
            best = total.argmin(axis=0)
            if not np.isfinite(total[best, np.arange(best.size)]).all():
                continue
            new: list[Way] = []
            for draw, step in enumerate(best.tolist()):
                arcs, vertex, _ = journey.pair.steps[step]
                way = self._way(journey, step, arcs, trees.way(draw, vertex))
                if way is None:
                    way = self._alone(journey, trees, own[:, draw], draw)
                if way is None:  # every way known returns: as the planner, the best of all
                    way = journey.pair.way(arcs, trees.way(draw, vertex))
                new.append(way)
            journey.chosen += [journey.number(way) for way in new]
            journey.totals.append(self._totals(journey, prices, new))

    def _way(self, journey: _Journey, step: int, arcs: Way, ahead: Way) -> Way | None:
        """Return a way in the journey's graph, None if it returns to a place."""
        key = (step, ahead)
        if key not in journey.ways:
            way = journey.pair.way(arcs, ahead)
            returns = first_return(journey.pair.planner.graph, way) is not None
            journey.ways[key] = None if returns else way
        return journey.ways[key]

    def _alone(self, journey: _Journey, trees: _Trees, own: Floats, draw: int) -> Way | None:
        """Return the best way in one draw that returns to no place, as `simple_path` finds it."""
        pair = journey.pair
        starts = [
            (weight, vertex, arcs)
            for weight, (arcs, vertex, _) in zip(own.tolist(), pair.steps, strict=True)
        ]
        look_in = trees.guided(draw)

        def look(without: frozenset[int]) -> Path | None:
            usable = [start for start in starts if without.isdisjoint(start[2])]
            found = look_in(usable, pair.leaders_arcs(without))
            if found is None:
                return None
            weight, arcs, ahead = found
            return Path(round(weight * _WHOLE), pair.way(arcs, ahead))

        path = least_simple(pair.planner.graph, look)
        return None if path is None else path.arcs

    def _totals(self, journey: _Journey, prices: _Prices, ways: Sequence[Way]) -> Totals:
        """Return the totals of the way of each draw (1 x draws)."""
        distinct = list(dict.fromkeys(ways))
        rows = self._sparse([self._book.lines(journey.pair.planner, way) for way in distinct])
        all_totals = prices.totals(rows)
        number = {way: at for at, way in enumerate(distinct)}
        at = np.array([number[way] for way in ways], dtype=np.intp), np.arange(len(ways))
        return Totals(
            *(
                getattr(all_totals, name)[at][None, :]
                for name in ("cost_usd", "time_h", "co2e_kg", "generalised_usd")
            )
        )

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
        self._hourly, self._per_kg = model.time_and_co2e_usd(values)
        # generalised cost is linear in the quantities as well: one product instead of three
        self._generalised = (
            self._of[Criterion.COST]
            + self._of[Criterion.TIME] * self._hourly
            + self._of[Criterion.CO2E] * (self._per_kg / GRAMS_PER_KG)
        )

    def measure(self, quantities: Any, by: By) -> Floats:
        """Return what decides between ways, in USD, hours or g, for rows of quantities."""
        prices = self._generalised if by is By.GENERALISED else self._of[Criterion(by.value)]
        return np.asarray(quantities @ prices)

    def totals(self, quantities: Any) -> Totals:
        """Return the totals of rows of quantities in every draw."""
        cost, time, co2e_g = (np.asarray(quantities @ self._of[each]) for each in Criterion)
        co2e_kg = co2e_g / GRAMS_PER_KG
        generalised = cost + time * self._hourly + co2e_kg * self._per_kg
        return Totals(cost, time, co2e_kg, generalised)


class _Trees:
    """The lightest ways to the destination from every vertex, in every draw of a block."""

    def __init__(self, leader: Planner, lightest: Lightest) -> None:
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        self._lightest = lightest
        self._goal = leader.ends()[1][0]
        digraph = leader.graph.digraph
        self._out, self._tails = digraph.out, digraph.tails
        size = len(leader.graph.vertices)
        order = np.lexsort((lightest.tails, lightest.heads))
        first = np.searchsorted(lightest.heads[order], np.arange(size + 1))
        backwards: Any = csr_array(
            (
                np.zeros(order.size),
                lightest.tails[order].astype(np.int32),
                first.astype(np.int32),
            ),
            shape=(size, size),
        )
        draws = len(lightest.of_pairs)
        self.ahead: Floats = np.empty((draws, size))
        """Least weight to the destination: draws x vertices."""
        self._next: list[list[int]] = []
        for draw in range(draws):
            backwards.data = lightest.of_pairs[draw][order]
            self.ahead[draw], after = dijkstra(
                backwards, indices=np.array(self._goal), return_predecessors=True
            )
            self._next.append(np.ravel(after).tolist())
        self._ways: list[dict[int, Way]] = [{} for _ in range(draws)]

    def way(self, draw: int, vertex: int) -> Way:
        """Return the arcs of the lightest way from a vertex."""
        known = self._ways[draw]
        if vertex not in known:
            after, arc = self._next[draw], self._lightest.arc
            found: list[int] = []
            at = vertex
            while at != self._goal:
                found.append(arc(at, after[at], draw))
                at = after[at]
            known[vertex] = tuple(found)
        return known[vertex]

    def guided(self, draw: int) -> Callable[[_Starts, frozenset[int]], _Led | None]:
        """Return a search in one draw that leaves arcs out, led by the weights ahead with them.

        A* with bounds from the whole graph: next to nothing is looked at beside the way.
        """
        ahead = self.ahead[draw].tolist()
        weights = self._lightest.weights[:, draw].tolist()
        out, tails, goal = self._out, self._tails, self._goal

        def search(starts: _Starts, without: frozenset[int]) -> _Led | None:
            best: dict[int, float] = {}
            before: dict[int, int] = {}
            first: dict[int, Way] = {}
            for own, vertex, arcs in starts:
                if own < best.get(vertex, inf) and ahead[vertex] < inf:
                    best[vertex], first[vertex] = own, arcs
                    before[vertex] = -1
            heap = [(total + ahead[vertex], total, vertex) for vertex, total in best.items()]
            heapify(heap)
            while heap:
                _, total, vertex = heappop(heap)
                if total > best[vertex]:
                    continue
                if vertex == goal:
                    found: list[int] = []
                    while (arc := before[vertex]) >= 0:
                        found.append(arc)
                        vertex = tails[arc]
                    return total, first[vertex], tuple(reversed(found))
                for arc, head in out[vertex]:
                    if arc in without or ahead[head] == inf:
                        continue
                    reach = total + weights[arc] + STEP_WEIGHT
                    if reach < best.get(head, inf):
                        best[head] = reach
                        before[head] = arc
                        heappush(heap, (reach + ahead[head], reach, head))
            return None

        return search


_Starts = Sequence[tuple[float, int, Way]]
"""What an origin's own arcs weigh, the vertex they lead to, and the arcs."""
_Led = tuple[float, Way, Way]
"""Weight of a way, its origin's own arcs, and those of the leader after them."""


def _found(journey: _Journey) -> DrawnBest:
    if not journey.totals:
        return DrawnBest(None, reason=str(journey.pair.planner.no_itinerary()))
    columns = [
        np.concatenate([getattr(part, name) for part in journey.totals], axis=1)
        for name in ("cost_usd", "time_h", "co2e_kg", "generalised_usd")
    ]
    return DrawnBest(Totals(*columns), journey.names, np.array(journey.chosen, dtype=np.intp))


def groups_of(pairs: Sequence[Pair]) -> Iterator[list[int]]:
    """Yield the positions of pairs that have one leader."""
    found: dict[int, list[int]] = {}
    for at, pair in enumerate(pairs):
        found.setdefault(id(pair.leader), []).append(at)
    yield from found.values()
