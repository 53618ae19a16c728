"""Totals of ways: whole cents, minutes and grams for typical values, exposures for drawn ones.

Drawn totals are those of `corridors risk` but for the order in which sums are taken: here it is
fixed, row by row, so that they do not depend on how many processors a library finds.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from corridors.closures import Closures
from corridors.costing import Ledger
from corridors.draws import draw_values
from corridors.exposures import Exposures, Totals
from corridors.itinerary import NOTHING, Criterion, LedgerLine
from corridors.planner import Planner
from corridors.risk import TIE
from geodata.rows import Parameter
from geodata.units import CENTS_PER_USD, GRAMS_PER_KG, MINUTES_PER_HOUR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int16]

MOST_BANKED_BYTES: Final = 64_000_000
DECIMALS: Final = {"cost_usd": 2, "time_h": 4, "co2e_kg": 3, "generalised_usd": 2}
"""What results are rounded to: cents, a third of a second, grams."""


class DrawBank:
    """Draws of rows, kept from block to block: a row has the same ones wherever it is used."""

    def __init__(self, draws: int, seed: int) -> None:
        self.draws, self._seed = draws, seed
        self._kept: OrderedDict[tuple[str, float, float, float], Floats] = OrderedDict()

    def values(self, rows: Sequence[Parameter]) -> Floats:
        """Return the draws of some rows, rows x draws; see `draws.draw_values`."""
        found = np.empty((len(rows), self.draws))
        for at, row in enumerate(rows):
            key = (row.key, row.low, row.value, row.high)
            known = self._kept.get(key)
            if known is None:
                known = draw_values([row], self.draws, self._seed)[0]
                self._kept[key] = known
                if len(self._kept) * known.nbytes > MOST_BANKED_BYTES:
                    self._kept.popitem(last=False)
            found[at] = known
        return found


class LedgerBook:
    """Ledgers of the arcs that all pairs of ends in one scenario share, each written once."""

    def __init__(self) -> None:
        self._kept: dict[Closures, dict[int, Ledger]] = {}

    def lines(self, planner: Planner, arcs: Iterable[int]) -> list[LedgerLine]:
        """Return the ledger of arcs of a planner's graph; all planners are of one consignment."""
        shared = planner.shared_arcs
        kept = self._kept.setdefault(planner.closures, {})
        found: list[LedgerLine] = []
        for arc in arcs:
            if arc >= shared:
                found += planner.pricing.ledger(arc)
                continue
            if arc not in kept:
                kept[arc] = planner.pricing.ledger(arc)
            found += kept[arc]
        return found


def whole_totals(planner: Planner, ways: Sequence[Sequence[int]]) -> Totals:
    """Return the totals of ways for the typical values (ways x 1), as `corridors compare` has."""
    cost, time, co2e, generalised = [], [], [], []
    for way in ways:
        total = NOTHING
        for arc in way:
            total = total + planner.pricing.criteria(arc)
        cost.append(total.cost_cents / CENTS_PER_USD)
        time.append(total.time_min / MINUTES_PER_HOUR)
        co2e.append(total.co2e_g / GRAMS_PER_KG)
        generalised.append(planner.generalised_cents(total) / CENTS_PER_USD)
    return Totals(*(np.array(each)[:, None] for each in (cost, time, co2e, generalised)))


def drawn_totals(model: Exposures, values: Floats) -> Totals:
    """Return the totals of a model's ways for sets of values, summed in a fixed order."""
    from scipy.sparse import csr_array

    weighted = model.weighted_theta(values)
    amounts = []
    for criterion in Criterion:
        rows = model.rows_of(criterion)
        amounts.append(np.asarray(csr_array(model.matrix[:, rows]) @ weighted[rows]))
    cost, time, co2e_g = amounts
    hourly, per_kg = model.time_and_co2e_usd(values)
    co2e_kg = co2e_g / GRAMS_PER_KG
    return Totals(cost, time, co2e_kg, cost + time * hourly + co2e_kg * per_kg)


def ranks(amounts: Floats) -> Counts:
    """Return the rank of every way in every set (ways x sets), from 1; ties share the better one.

    What is a tie is what it is for `corridors risk`.
    """
    found = np.ones(amounts.shape, dtype=np.int16)
    ceiling = amounts * (1 - TIE)
    for other in amounts:
        found += other < ceiling
    return found


def joined(parts: Sequence[Totals]) -> Totals:
    """Return totals of ways below each other."""
    return Totals(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("cost_usd", "time_h", "co2e_kg", "generalised_usd")
        )
    )
