"""At which value of a parameter two itineraries tie: exact, because totals are linear in theta.

One parameter is moved at a time, along the whole of its scale, not only inside its range. For a
speed the division is made in slowness and turned back. Payload acts through a whole number of
units, so that there is a value where the order changes, but as a rule no tie.

The ways are held, and totals are unrounded. The engine rounds every arc and line to whole cents,
minutes and grams; `settling` moves a tie to where the engine's own totals are nearest, and states
what is left. Put back with ``--set``, a price then ties to the cent, if both corridors keep their
ways at that value, which `Tie` does not know (`uncertainty.Confirmed`). A time in generalised cost
cannot: minutes are whole, so that its tie is the step where the order changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil, floor, inf, nextafter
from typing import TYPE_CHECKING, Final

from corridors.exposures import Exposures
from corridors.itinerary import Criterion
from corridors.pricing import By
from geodata.parameters import theta_factor
from geodata.rows import Parameter
from geodata.units import GRAMS_PER_KG

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_SAME: Final = 1e-9
"""Quantities nearer to each other than this share of them are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """The value of one parameter at which two itineraries tie; None if no possible value does.

    ``residual`` is what the engine's totals still differ by at the value, first less second, ways
    held, in USD, hours or kg of the whole consignment. ``exact`` is false where that is more than a
    cent, minute or gram: the order changes without a tie (whole minutes, whole units of cargo).
    """

    row: Parameter
    value: float | None
    exact: bool = True
    residual: float = 0.0

    @property
    def in_range(self) -> bool:
        """Whether the value lies in the row's own range, that from which risk draws.

        It is the range of the request: a scenario or ``--set`` that moves the value moves it too.
        Putting the tie back moves nothing here.
        """
        return self.value is not None and self.row.low <= self.value <= self.row.high

    @property
    def change(self) -> float:
        """Distance of the tie from the typical value, as a share of that; infinite if none."""
        if self.value is None:
            return inf
        if self.value == self.row.value:
            return 0.0
        return abs(self.value / self.row.value - 1) if self.row.value else inf


def ties(exposures: Exposures, by: By) -> tuple[float, list[Tie]]:
    """Return the gap of two itineraries, and for every parameter they differ in where it closes.

    Parameters
    ----------
    exposures
        Of exactly two itineraries.
    by
        The criterion in which they are to tie.

    Returns
    -------
    tuple
        Gap (first less second, in USD, hours or kg) for typical values; the ties, those in range
        first, then the nearest to the typical value first.
    """
    typical = exposures.typical[:, None]
    gap = _gap(exposures, typical, by)
    found = [*_of_rows(exposures, by, gap), *_of_consignment(exposures, by, gap)]
    return gap, in_order(found)


def in_order(found: Iterable[Tie]) -> list[Tie]:
    """Return ties with those in range first, then the nearest to the typical value first."""
    return sorted(found, key=lambda tie: (not tie.in_range, tie.change, tie.row.key))


def _gap(exposures: Exposures, values: Floats, by: By) -> float:
    first, second = exposures.totals(values).by(by)[:, 0].tolist()
    return float(first - second)


def _of_rows(exposures: Exposures, by: By, gap: float) -> Iterator[Tie]:
    """Yield the ties of the rows that ledgers name."""
    typical = exposures.typical[:, None]
    hourly, per_kg = (float(each[0]) for each in exposures.time_and_co2e_usd(typical))
    weights = (
        {Criterion.COST: 1.0, Criterion.TIME: hourly, Criterion.CO2E: per_kg / GRAMS_PER_KG}
        if by is By.GENERALISED
        else {Criterion(by.value): 1.0 if by is not By.CO2E else 1.0 / GRAMS_PER_KG}
    )
    weighted = exposures.weighted_theta(typical)[:, 0]
    drivers = exposures.drivers(typical)[:, 0]
    for at, row in enumerate(exposures.rows):
        criterion = exposures.criteria[at]
        weight = weights.get(criterion, 0.0) if criterion else 0.0
        first, second = exposures.matrix[:, at].tolist()
        slope = (first - second) * float(drivers[at]) * weight
        if abs(first - second) <= _SAME * max(abs(first), abs(second)) or not slope:
            continue
        theta = float(weighted[at] / drivers[at]) - gap / slope
        yield Tie(row=row, value=turned_back(theta, row.unit))


def turned_back(theta: float, unit: str) -> float | None:
    """Return the parameter's own value of a theta, None if no parameter can have it."""
    factor, inverse = theta_factor(unit)
    if inverse:
        return factor / theta if theta > 0 else None
    return theta / factor if theta >= 0 else None


def _of_consignment(exposures: Exposures, by: By, gap: float) -> Iterator[Tie]:
    """Yield the ties of the consignment's own rows."""
    for family, at in exposures.own.items():
        if not exposures.counts_in(at, by):
            continue
        if family == "payload":
            yield from _of_payload(exposures, at, gap)
            continue
        row = exposures.rows[at]
        step = row.value or 1.0
        moved = exposures.typical[:, None].copy()
        moved[at] = row.value + step
        change = _gap(exposures, moved, by) - gap
        scale = float(exposures.totals(moved).by(by).max())
        if abs(change) <= _SAME * _SAME * scale or not change:
            continue
        value = row.value - gap * step / change
        yield Tie(row=row, value=value if value >= 0 else None)


def _of_payload(exposures: Exposures, at: int, gap: float) -> Iterator[Tie]:
    """Yield where the order changes: money that goes by the unit is linear in whole units."""
    typical = exposures.typical[:, None]
    units = float(exposures.units(typical)[0])
    by_unit = [number for number, name in enumerate(exposures.driver_names) if name == "units"]
    weighted = exposures.weighted_theta(typical)[by_unit, 0]
    first, second = (exposures.matrix[:, by_unit] @ weighted).tolist()
    per_unit = (first - second) / units
    if abs(first - second) <= _SAME * max(abs(first), abs(second)):
        return
    wanted = units - gap / per_unit
    whole = round(wanted)
    exact = abs(wanted - whole) <= _SAME * units
    if not exact:
        whole = floor(wanted) if wanted < units else ceil(wanted)
    row, value = exposures.rows[at], None
    if whole >= 1:
        value = exposures.mass_t / whole
        while ceil(exposures.mass_t / value) > whole:
            value = nextafter(value, inf)
    yield Tie(row=row, value=value, exact=exact)
