"""Totals of ways: whole cents, minutes and grams for typical values, exposures for drawn ones.

Drawn totals are those of `corridors risk` but for the order in which sums are taken: here it is
fixed, row by row, so that they do not depend on how many processors a library finds.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from corridors.closures import Closures
from corridors.consignment import Consignment
from corridors.costing import Ledger
from corridors.draws import draw_values
from corridors.exposures import Exposures, Totals
from corridors.itinerary import NOTHING, Criteria, Criterion, LedgerLine
from corridors.planner import Planner
from corridors.pricing import Pricing
from corridors.spreads import TIE
from geodata.parameters import Parameters
from geodata.rows import Parameter
from geodata.units import CENTS_PER_USD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int16]

MOST_BANKED_BYTES: Final = 64_000_000
DECIMALS: Final = {"cost_usd": 2, "time_h": 4, "co2e_kg": 3, "generalised_usd": 2}
"""What results are rounded to: cents, a third of a second, grams."""
AMOUNTS: Final = tuple(DECIMALS)
"""The fields of `Totals`."""


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

    def lines(self, planner: Planner, arcs: Iterable[int], pricing: Pricing) -> list[LedgerLine]:
        """Return the ledger of arcs of a planner's graph, its own or one with more ends.

        All planners are of one consignment.
        """
        shared = planner.shared_arcs
        kept = self._kept.setdefault(planner.closures, {})
        found: list[LedgerLine] = []
        for arc in arcs:
            if arc >= shared:
                found += pricing.ledger(arc)
                continue
            if arc not in kept:
                kept[arc] = pricing.ledger(arc)
            found += kept[arc]
        return found


class HeldTotals:
    """The totals of ways that hold in all draws: ways are added, then all are summed together.

    Parameters
    ----------
    bank
        Draws of the parameters; None for the typical values.
    book
        Ledgers that are known.
    """

    def __init__(self, bank: DrawBank | None, book: LedgerBook) -> None:
        self._bank, self._book = bank, book
        self._goods: tuple[Parameters, Consignment] | None = None
        self._ledgers: dict[Hashable, Ledger] = {}
        self._typical: dict[Hashable, Totals] = {}

    def add(self, key: Hashable, planner: Planner, way: Iterable[int]) -> None:
        """Add a way of a planner; all planners are of one consignment."""
        if self._bank is None:
            criteria = sum(map(planner.pricing.criteria, way), start=NOTHING)
            self._typical[key] = totals_of(criteria, planner)
        else:
            self._goods = planner.parameters, planner.consignment
            self._ledgers[key] = tuple(self._book.lines(planner, way, planner.pricing))

    def totals(self) -> Mapping[Hashable, Totals]:
        """Return the totals (1 x draws) of every way by its key."""
        if self._bank is None or self._goods is None:
            return self._typical
        model = Exposures([*self._ledgers.values()], *self._goods)
        together = drawn_totals(model, self._bank.values(model.rows))
        return {
            key: Totals(*(getattr(together, name)[at : at + 1] for name in AMOUNTS))
            for at, key in enumerate(self._ledgers)
        }


def totals_of(criteria: Criteria, planner: Planner) -> Totals:
    """Return the totals (1 x 1) of a way for the typical values, as `compare` has them."""
    amounts = (
        criteria.cost_usd,
        criteria.time_h,
        criteria.co2e_kg,
        planner.generalised_cents(criteria) / CENTS_PER_USD,
    )
    return Totals(*(np.array([[each]]) for each in amounts))


def drawn_totals(model: Exposures, values: Floats) -> Totals:
    """Return the totals of a model's ways for sets of values, summed in a fixed order."""
    from scipy.sparse import csr_array

    weighted = model.weighted_theta(values)
    amounts = []
    for criterion in Criterion:
        rows = model.rows_of(criterion)
        amounts.append(np.asarray(csr_array(model.matrix[:, rows]) @ weighted[rows]))
    cost, time, co2e_g = amounts
    return model.weighed(cost, time, co2e_g, values)


def ranks(amounts: Floats) -> Counts:
    """Return the rank of every way in every set (ways x sets), from 1; ties share the better one.

    What is a tie is what it is for `corridors risk`.
    """
    found = np.ones(amounts.shape, dtype=np.int16)
    ceiling = amounts * (1 - TIE)
    for other in amounts:
        found += other < ceiling
    return found
