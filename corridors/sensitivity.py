"""Which parameters move a total, or the gap between two: one at a time, from low to high.

The ways are held; every other parameter keeps its typical value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corridors.exposures import NOISE, Exposures
from corridors.pricing import By
from geodata.rows import Parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """What one parameter does: the change of a total when it stands at its low or high value.

    ``at_low`` and ``at_high`` are in the unit that reports show (`exposures.SHOWN_UNIT`).
    """

    row: Parameter
    at_low: float
    at_high: float

    @property
    def swing(self) -> float:
        """How far the total moves from the one end of the range to the other."""
        return abs(self.at_high - self.at_low)


def swings(exposures: Exposures, by: By) -> tuple[float, list[Swing]]:
    """Return a total and what moves it, the strongest first.

    Parameters
    ----------
    exposures
        Of one itinerary, or of two: then the gap, first less second, is what moves.
    by
        The criterion that is measured.

    Returns
    -------
    tuple
        The total (or gap) for typical values, and the parameters with an effect on it.
    """
    amounts = exposures.totals(exposures.one_at_a_time()).shown(by, exposures.mass_t)
    measured = amounts[0] if len(amounts) == 1 else amounts[0] - amounts[1]
    changes = measured - measured[0]
    noise = NOISE * float(np.abs(amounts).max())
    found = [
        Swing(row=row, at_low=float(low), at_high=float(high))
        for row, low, high in zip(exposures.rows, changes[1::2], changes[2::2], strict=True)
        if max(abs(low), abs(high)) > noise
    ]
    found.sort(key=lambda item: (-item.swing, item.row.key))
    return float(measured[0]), found
