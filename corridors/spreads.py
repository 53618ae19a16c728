"""How sure the ranking is: the distribution of every corridor's totals over drawn parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from corridors.draws import REPLICATES, replicate_sizes
from corridors.exposures import Totals
from corridors.pricing import By

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEVELS: Final = (0.1, 0.5, 0.9)
"""P10, P50 and P90."""
CONFIDENCE: Final = 0.95
TIE: Final = 1e-9
"""Totals nearer to each other than this share of them are a tie, and share the draw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """One criterion of one corridor, in the units that reports show (`exposures.SHOWN_UNIT`).

    ``p_best`` is the share of draws in which the corridor is best by this criterion, ``regret`` the
    mean of what it lacks to the best of each draw. ``*_half_width`` is half of the 95 % confidence
    interval, from independent replicates.
    """

    typical: float
    mean: float
    p10: float
    p50: float
    p90: float
    p50_half_width: float
    p_best: float
    p_best_half_width: float
    regret: float
    regret_half_width: float


def spreads(totals: Totals, typical: Totals, mass_t: float) -> list[dict[By, Spread]]:
    """Return the spread of every itinerary by every criterion.

    Parameters
    ----------
    totals
        Itineraries x draws, replicate after replicate.
    typical
        Itineraries x 1: totals for the typical values.
    mass_t
        Mass of the consignment.
    """
    by_criterion = {
        by: _spreads(totals.shown(by, mass_t), typical.shown(by, mass_t)[:, 0]) for by in By
    }
    count = totals.cost_usd.shape[0]
    return [{by: found[at] for by, found in by_criterion.items()} for at in range(count)]


def _spreads(amounts: Floats, typical: Floats) -> list[Spread]:
    best = amounts.min(axis=0)
    winning = amounts <= best + TIE * np.abs(best)
    share = winning / winning.sum(axis=0)
    regret = amounts - best
    blocks = list(_replicates(amounts.shape[1]))
    runs = np.empty_like(amounts)  # sorted in runs: medians at once, and quicker to select from
    for block in blocks:
        runs[:, block] = np.sort(amounts[:, block], axis=1)
    low, middle, high = np.quantile(runs, LEVELS, axis=1)
    widths = [
        _half_width(np.array([measure(block) for block in blocks]))
        for measure in (
            lambda block: _middle(runs[:, block]),
            lambda block: share[:, block].mean(axis=1),
            lambda block: regret[:, block].mean(axis=1),
        )
    ]
    return [
        Spread(
            typical=float(typical[at]),
            mean=float(amounts[at].mean()),
            p10=float(low[at]),
            p50=float(middle[at]),
            p90=float(high[at]),
            p50_half_width=float(widths[0][at]),
            p_best=float(share[at].mean()),
            p_best_half_width=float(widths[1][at]),
            regret=float(regret[at].mean()),
            regret_half_width=float(widths[2][at]),
        )
        for at in range(amounts.shape[0])
    ]


def _middle(ascending: Floats) -> Floats:
    """Return the medians of rows in ascending order."""
    count = ascending.shape[1]
    median: Floats = (ascending[:, (count - 1) // 2] + ascending[:, count // 2]) / 2
    return median


def _replicates(draws: int) -> Iterator[slice]:
    start = 0
    for size in replicate_sizes(draws):
        yield slice(start, start + size)
        start += size


def _half_width(estimates: Floats) -> Floats:
    """Return half of the confidence interval of the mean of independent estimates (rows)."""
    from scipy.special import stdtrit

    deviation = estimates.std(axis=0, ddof=1)
    factor = float(stdtrit(REPLICATES - 1, (1 + CONFIDENCE) / 2))
    width: Floats = factor * deviation / np.sqrt(REPLICATES)
    return width
