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
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from corridors.costing import Ledger
from corridors.draws import draw_values
from corridors.exposures import Exposures, Totals
from corridors.itinerary import Criterion
from corridors.layers import ArcKinds, Layers, Lightest, Way
from corridors.named import Corridor
from corridors.planner import Planner
from corridors.pricing import By

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

EXACT_DRAWS: Final = 96
_BLOCK: Final = 1000
"""Draws whose totals are found together: few enough for a processor's cache."""
_SAME: Final = 1e-6
"""Ways nearer to each other than this share of the total count as equally good."""


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
    kinds = ArcKinds(planner.graph, planner.pricing)
    model = Exposures(
        [[line for ledger in kinds.ledgers for line in ledger]],
        planner.parameters,
        planner.consignment,
    )
    chosen = np.unique(np.linspace(0, draws - 1, min(exact, draws)).astype(np.intp))
    values = draw_values(model.rows, draws, seed, only=chosen)
    lightest = Lightest(planner.graph, kinds.of_arcs(measure_of(model, kinds.ledgers, values, by)))
    typical = planner.pricing.weights(planner.by)
    searched: list[list[Way]] = []
    ways: list[list[Way]] = []
    for corridor in corridors:
        fixed = planner.way(corridor, typical)
        assert fixed is not None
        searched.append(list(Layers(planner, corridor, lightest).ways(fixed.arcs)))
        ways.append(list(dict.fromkeys([fixed.arcs, *searched[-1]])))

    every = [
        [line for arc in way for line in planner.pricing.ledger(arc)]
        for known in ways
        for way in known
    ]
    model = Exposures(every, planner.parameters, planner.consignment)
    values = draw_values(model.rows, draws, seed)
    ends = np.cumsum([0, *map(len, ways)])
    each = [slice(first, last) for first, last in pairwise(ends.tolist())]
    parts: list[Totals] = []
    kept = np.zeros(len(ways))
    for start in range(0, draws, _BLOCK):
        block = model.totals(values[:, start : start + _BLOCK])
        best = np.stack([rows.start + _best(block.by(by)[rows]) for rows in each])
        kept += (best == ends[:-1, None]).sum(axis=1)
        parts.append(_take(block, best))
    at_chosen = model.totals(values[:, chosen]).by(by)
    lost = [
        _held_out_loss(at_chosen[rows], known, found)
        for rows, known, found in zip(each, ways, searched, strict=True)
    ]
    return Reoptimised(
        totals=Totals(
            *(
                np.hstack([getattr(part, name) for part in parts])
                for name in ("cost_usd", "time_h", "co2e_kg", "generalised_usd")
            )
        ),
        ways=tuple(map(len, ways)),
        kept=tuple((kept / draws).tolist()),
        missed=tuple(float((loss > 0).mean()) for loss in lost),
        shortfall=tuple(float(loss.mean()) for loss in lost),
        exact_draws=len(chosen),
    )


def _best(amounts: Floats) -> Ints:
    """Return the best way of each draw; the first, the fixed one, if none is better by enough."""
    best: Ints = amounts.argmin(axis=0)
    best[amounts[0] <= amounts.min(axis=0) * (1 + _SAME)] = 0
    return best


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


def measure_of(model: Exposures, ledgers: Sequence[Ledger], values: Floats, by: By) -> Floats:
    """Return what ledgers come to (ledgers x sets of values), in USD, hours or kg.

    Parameters
    ----------
    model
        Over the rows of all the ledgers.
    ledgers, values, by
        What to measure, values of the rows (rows x sets), and by what.
    """
    quantities = _sparse([list(model.entries(ledger)) for ledger in ledgers], len(model.rows))
    weighted = model.weighted_theta(values)
    cost, time, co2e_g = (
        np.asarray(quantities[:, rows] @ weighted[rows]) for rows in map(model.rows_of, Criterion)
    )
    return model.weighed(cost, time, co2e_g, values).by(by)


def _take(totals: Totals, best: Ints) -> Totals:
    """Return the totals of the best way of every corridor (corridors x draws)."""
    at = np.arange(best.shape[1])
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
