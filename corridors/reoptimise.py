"""Corridors whose way is chosen anew in each draw.

Searching ten thousand draws exactly would take minutes, so the work is split, and the result says
where the line runs. In `exact` draws, spread evenly over all, every corridor is searched exactly
under the draw's own prices. All draws then choose the best of the *ways* found in this manner, with
the way of the typical values among them. A chosen way is never worse than the fixed one; that some
draw would have a still better way which none of the exact draws found is possible, and how much is
lost by it is measured: the ways of one half of the exact draws are tried on the other half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from corridors.draws import draw_values
from corridors.exposures import Exposures, Totals
from corridors.graph import CorridorGraph
from corridors.itinerary import Criterion
from corridors.named import Corridor
from corridors.planner import Planner
from corridors.pricing import By
from corridors.search import Path
from corridors.simple_paths import least_simple
from geodata.units import GRAMS_PER_KG

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

EXACT_DRAWS: Final = 48
_STEP_WEIGHT: Final = 1e-7
"""Added to every arc: of equal ways the one of fewer arcs wins, and no weight is zero."""
_WHOLE: Final = 1e6
"""Paths are ordered by whole millionths of a USD, hour or kg."""
_SAME: Final = 1e-6
"""Ways nearer to each other than this share of the total count as equally good."""

Way = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reoptimised:
    """Totals with the best known way in each draw, and how exact that is.

    ``kept`` is the share of draws in which a corridor keeps its fixed way. ``missed`` is the share
    of held-out exact draws in which the ways of the other half lack the best one, and
    ``shortfall`` the mean of what is lost by it (in USD, hours or kg, as `by` measures).
    """

    totals: Totals
    ways: tuple[int, ...]
    kept: tuple[float, ...]
    missed: tuple[float, ...]
    shortfall: tuple[float, ...]
    exact_draws: int


def reoptimise(
    planner: Planner,
    corridors: Sequence[Corridor],
    *,
    by: By,
    draws: int,
    seed: int,
    exact: int = EXACT_DRAWS,
) -> Reoptimised:
    """Return the totals of corridors that are searched anew as parameters vary.

    Parameters
    ----------
    planner
        Of the request; it finds the fixed ways.
    corridors
        Those that have an itinerary.
    by
        What the best way is best by.
    draws, seed
        As in `draws.draw_values`.
    exact
        How many draws are searched exactly.
    """
    graph, pricing = planner.graph, planner.pricing
    ledgers = [pricing.ledger(number) for number in range(len(graph.arcs))]
    model = Exposures(
        [[line for ledger in ledgers for line in ledger]], planner.parameters, planner.consignment
    )
    quantities = _sparse([list(model.entries(ledger)) for ledger in ledgers], len(model.rows))
    chosen = np.unique(np.linspace(0, draws - 1, min(exact, draws)).astype(np.int64))
    values = draw_values(model.rows, draws, seed, only=chosen)
    weights = _measure(model, quantities, values, by)
    typical = pricing.weights(planner.by)
    searched: list[list[Way]] = []
    ways: list[list[Way]] = []
    for corridor in corridors:
        fixed = planner.way(corridor, typical)
        assert fixed is not None
        searched.append(_Layers(planner, corridor).ways(weights, fixed.arcs))
        ways.append(list(dict.fromkeys([fixed.arcs, *searched[-1]])))

    every = [[line for arc in way for line in ledgers[arc]] for known in ways for way in known]
    model = Exposures(every, planner.parameters, planner.consignment)
    values = draw_values(model.rows, draws, seed)
    weighted = model.weighted_theta(values)
    parts: list[Totals] = []
    kept, missed, shortfall = [], [], []
    first = 0
    for known, found in zip(ways, searched, strict=True):
        last = first + len(known)
        totals = model.totals_of(model.matrix[first:last], values, weighted)
        first = last
        amounts = totals.by(by)
        best = amounts.argmin(axis=0)
        best[amounts[0] <= amounts.min(axis=0) * (1 + _SAME)] = 0
        parts.append(_take(totals, best))
        kept.append(float((best == 0).mean()))
        lost = _held_out_loss(amounts[:, chosen], known, found)
        missed.append(float((lost > 0).mean()))
        shortfall.append(float(lost.mean()))
    return Reoptimised(
        totals=Totals(
            *(
                np.vstack([getattr(part, name) for part in parts])
                for name in ("cost_usd", "time_h", "co2e_kg", "generalised_usd")
            )
        ),
        ways=tuple(map(len, ways)),
        kept=tuple(kept),
        missed=tuple(missed),
        shortfall=tuple(shortfall),
        exact_draws=len(chosen),
    )


def _held_out_loss(amounts: Floats, ways: list[Way], found: list[Way]) -> Floats:
    """Return what the second half of the exact draws loses with the ways of the first half."""
    half = (len(found) + 1) // 2
    known = sorted({0, *(ways.index(way) for way in found[:half])})
    rest = amounts[:, half:]
    if not rest.size:
        return np.zeros(1)
    best = rest.min(axis=0)
    loss: Floats = rest[known].min(axis=0) - best
    loss[loss <= _SAME * best] = 0.0
    return loss


def _measure(model: Exposures, quantities: Any, values: Floats, by: By) -> Floats:
    """Return the weight of every arc in every draw, in USD, hours or kg."""
    weighted = model.weighted_theta(values)
    amounts = {}
    for criterion in Criterion:
        rows = model.rows_of(criterion)
        amounts[criterion] = np.asarray(quantities[:, rows] @ weighted[rows])
    cost, time = amounts[Criterion.COST], amounts[Criterion.TIME]
    co2e_kg = amounts[Criterion.CO2E] / GRAMS_PER_KG
    hourly, per_kg = model.time_and_co2e_usd(values)
    return Totals(cost, time, co2e_kg, cost + time * hourly + co2e_kg * per_kg).by(by)


def _take(totals: Totals, best: Ints) -> Totals:
    at = np.arange(best.size)
    return Totals(
        totals.cost_usd[best, at],
        totals.time_h[best, at],
        totals.co2e_kg[best, at],
        totals.generalised_usd[best, at],
    )


def _sparse(entries: list[list[tuple[int, float]]], columns: int) -> Any:
    from scipy.sparse import csr_array

    row = [number for number, arc in enumerate(entries) for _ in arc]
    column = [at for arc in entries for at, _ in arc]
    quantity = [amount for arc in entries for _, amount in arc]
    return csr_array((quantity, (row, column)), shape=(len(entries), columns))


class _Layers:
    """A corridor's search as one plain graph: a copy of the vertices for every stage.

    Passing a stage leads to the next copy. Only what lies between origin and destination is kept,
    and of parallel arcs the lightest of each draw.
    """

    def __init__(self, planner: Planner, corridor: Corridor) -> None:
        self._planner, self._corridor = planner, corridor
        self._graph: CorridorGraph = planner.graph
        size = len(self._graph.vertices)
        origins, _ = planner.ends()
        stages, banned = planner.corridor_stages(corridor)
        tails = np.array(self._graph.digraph.tails, dtype=np.int64)
        heads = np.array(self._graph.digraph.heads, dtype=np.int64)
        edges: list[tuple[Ints, Ints, Ints]] = []
        for layer, (targets, shut) in enumerate(zip(stages, banned, strict=True)):
            barred = np.zeros(size, dtype=bool)
            barred[list(shut)] = True
            arcs = np.flatnonzero(~barred[heads])
            edges.append((tails[arcs] + layer * size, heads[arcs] + layer * size, arcs))
            passing = np.array(sorted(targets), dtype=np.int64)
            ahead = passing + (layer + 1) * size
            edges.append((passing + layer * size, ahead, np.full(passing.size, -1)))
        start, end, arc = (np.concatenate(column) for column in zip(*edges, strict=True))
        self._source = origins[0]
        self._goal = int(ahead[0])
        self._keep(start, end, arc, (len(stages) + 1) * size)

    def _keep(self, start: Ints, end: Ints, arc: Ints, size: int) -> None:
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import breadth_first_order

        plain = csr_array((np.ones(start.size), (start, end)), shape=(size, size))
        reached = np.zeros((2, size), dtype=bool)
        for row, (ways, root) in enumerate(((plain, self._source), (plain.T.tocsr(), self._goal))):
            reached[row, breadth_first_order(ways, root, return_predecessors=False)] = True
        useful = reached[0] & reached[1]
        number = np.cumsum(useful) - 1
        inside = useful[start] & useful[end]
        start, end, arc = number[start[inside]], number[end[inside]], arc[inside]
        order = np.lexsort((arc, end, start))
        self._arc = arc[order]
        start, end = start[order], end[order]
        first = np.r_[True, (start[1:] != start[:-1]) | (end[1:] != end[:-1])]
        self._first = np.flatnonzero(first)
        self._size = int(useful.sum())
        self._head = end[first]
        self._from = np.searchsorted(start[first], np.arange(self._size + 1))
        self._source, self._goal = int(number[self._source]), int(number[self._goal])

    def ways(self, weights: Floats, fixed: Way) -> list[Way]:
        """Return the lightest way for each column of weights (arcs x draws).

        Where the search for a way that returns to no place gives up, the `fixed` one, which
        returns to none, stands for it.
        """
        return [self._way(weights[:, draw]) or fixed for draw in range(weights.shape[1])]

    def _way(self, weights: Floats) -> Way | None:
        each = np.where(self._arc >= 0, weights[self._arc], 0.0) + _STEP_WEIGHT

        def look(without: frozenset[int]) -> Path | None:
            if not without:
                return self._lightest(each)
            return self._lightest(np.where(np.isin(self._arc, list(without)), np.inf, each))

        path = least_simple(self._graph, look)
        return None if path is None else path.arcs

    def _lightest(self, each: Floats) -> Path | None:
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        lightest = np.minimum.reduceat(each, self._first)
        plain = csr_array((lightest, self._head, self._from), shape=(self._size, self._size))
        reach, before = dijkstra(plain, indices=np.array(self._source), return_predecessors=True)
        if not np.isfinite(reach[self._goal]):
            return None
        steps: list[int] = []
        at = self._goal
        while at != self._source:
            previous = int(before[at])
            steps.append(self._step(previous, at, each))
            at = previous
        arcs = tuple(arc for arc in reversed(steps) if arc >= 0)
        return Path(round(float(reach[self._goal]) * _WHOLE), arcs)

    def _step(self, tail: int, head: int, each: Floats) -> int:
        """Return the lightest arc between two neighbours, -1 from one stage to the next."""
        group = self._from[tail] + int(
            np.searchsorted(self._head[self._from[tail] : self._from[tail + 1]], head)
        )
        first = self._first[group]
        last = self._first[group + 1] if group + 1 < self._first.size else each.size
        return int(self._arc[first + int(each[first:last].argmin())])
