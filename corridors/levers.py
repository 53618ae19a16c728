"""What a reader may move: the parameters that matter most, each with a range and a step.

Which ones these are is found, not listed: every row in use is put at its low and at its high value,
one at a time, and what counts is how far the totals of all corridors move and how far the gaps
between them do, each as a share of its corridor's total, so that no dear corridor speaks for all.
Value of time and price of CO2e are always there: they are policy, and most tables have them at zero
without a range.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np

from corridors.exposures import NOISE, Exposures, exposures_of
from corridors.planner import Comparison, Planner
from corridors.pricing import By
from geodata.families import split_key
from geodata.rows import Parameter
from geodata.units import KG_PER_T

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MAIN: Final = 14
"""How many rows are taken by the criterion that ranks."""
FURTHER: Final = 2
"""How many more by each of the other criteria, if not among those."""
ALWAYS: Final = ("time_value", "co2e_price")
"""Families of rows that are offered whatever they move."""

_LEAST_STEPS: Final = 40
_STEPS: Final = (Decimal(5), Decimal("2.5"), Decimal(2), Decimal(1))
_DIGITS: Final = 3
"""Significant digits of ends of ranges that are no numbers of a table."""
_POLICY_SHARE: Final = 0.25
"""A price without a range goes up to where it weighs this part of the best corridor's freight."""
_WIDER: Final = 2.0
"""By this factor other rows without a range may be moved either way."""
_MASS_WIDER: Final = 5.0

_GROUPS: Final = {
    "cargo": ("payload", "value", "holding_rate", "insured_share", "insurance_all_risk"),
    "policy": ALWAYS,
    "rates": ("tariff", "road_toll", "ocean_rate", "ferry_rate", "air_rate"),
    "handling": (
        "load_handling", "unload_handling", "load_dwell", "unload_dwell", "equipment",
        "port_handling", "port_dwell", "terminal_handling", "terminal_dwell",
    ),
    "borders": ("border_fee", "border_dwell", "gauge_change_fee", "gauge_change_dwell"),
    "sea": ("war_risk", "canal_toll", "canal_delay", "sailing_wait"),
    "speeds": ("speed",),
    "emissions": ("co2e",),
}  # fmt: skip
GROUPS: Final = tuple(_GROUPS)
"""Groups of levers, in the order in which they are offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """From where to where something may be moved, in which steps; ``value`` is where it stands."""

    low: float
    value: float
    high: float
    step: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """A parameter that may be moved; its range is in the values that ``--set`` takes.

    ``factors`` are what the scenario multiplies such a value by, in this order.
    """

    row: Parameter
    group: str
    range: Range
    factors: tuple[float, ...] = ()

    def effective(self, value: float) -> float:
        """Return the row's value when its lever stands at some value."""
        for factor in self.factors:
            value *= factor
        return value


def find_levers(planner: Planner, comparison: Comparison) -> list[Lever]:
    """Return the levers of a comparison, by group and within a group the strongest first."""
    model = exposures_of(comparison.itineraries, planner.parameters, planner.consignment)
    own = [model.rows[model.own[family]] for family in ALWAYS]
    rows = list(dict.fromkeys((*_strongest(model, planner.by), *own)))
    levers = [_lever(row, planner, comparison) for row in rows]
    order = {row.key: at for at, row in enumerate(rows)}
    levers.sort(key=lambda lever: (GROUPS.index(lever.group), order[lever.row.key]))
    return levers


def mass_range(mass_t: float) -> Range:
    """Return from where to where the mass may be moved."""
    low, high = _rounded(mass_t / _MASS_WIDER, mass_t * _MASS_WIDER, mass_t)
    return Range(low=low, value=mass_t, high=high, step=step_of(low, mass_t, high))


def step_of(low: float, value: float, high: float) -> float:
    """Return the widest round step that meets both ends and the value in enough steps.

    Where none does, a round one is returned that only starts at the low end.
    """
    least, middle, most = (Decimal(repr(number)) for number in (low, value, high))
    width = most - least
    if not width:
        return 1.0
    for step in _round_steps(width / _LEAST_STEPS):
        if not ((middle - least) % step or width % step):
            return float(step)
        if step * 10**_DIGITS < width / _LEAST_STEPS:
            break
    return float(next(_round_steps(width / _LEAST_STEPS)))


def _round_steps(most: Decimal) -> Iterator[Decimal]:
    """Yield 5, 2.5, 2 and 1 of every power of ten, downward from some size."""
    exponent = most.adjusted()
    while True:
        for digit in _STEPS:
            step = digit.scaleb(exponent)
            if step <= most:
                yield step
        exponent -= 1


def scores(model: Exposures, by: By) -> Floats:
    """Return how much every row matters: mean swing of totals and of gaps, as parts of totals."""
    amounts = model.totals(model.one_at_a_time()).by(by)
    typical = np.where(amounts[:, :1] == 0, 1.0, amounts[:, :1])
    swings = (amounts[:, 2::2] - amounts[:, 1::2]) / typical
    found: Floats = np.abs(swings).mean(axis=0) + np.abs(swings - swings.mean(axis=0)).mean(axis=0)
    return found


def _strongest(model: Exposures, first: By) -> Iterable[Parameter]:
    taken: dict[Parameter, None] = {}
    for by in (first, *(one for one in By if one is not first)):
        found = scores(model, by)
        order = sorted(range(len(found)), key=lambda at: (-float(found[at]), model.rows[at].key))
        new = [
            model.rows[at]
            for at in order
            if found[at] > NOISE and (by is first or model.rows[at] not in taken)
        ]
        taken.update(dict.fromkeys(new[: MAIN if by is first else FURTHER]))
    return taken


def _lever(row: Parameter, planner: Planner, comparison: Comparison) -> Lever:
    scenario = planner.scenario
    factors = scenario.factors_of(row.key)
    whole = scenario.factor(row.key) or 1.0
    value = planner.stated(row.key) if factors else row.value
    low, high = row.low / whole, row.high / whole
    if not low < high:
        low, high = value / _WIDER, value * _WIDER
        if not value:
            high = _policy_price(row, comparison)
    low, high = _rounded(low, high, value)
    return Lever(
        row=row,
        group=_group(row.key),
        range=Range(low=low, value=value, high=high, step=step_of(low, value, high)),
        factors=factors,
    )


def _policy_price(row: Parameter, comparison: Comparison) -> float:
    """Return where a price that stands at zero weighs a fair part of the best one's freight."""
    best, goods = comparison.itineraries[0], comparison.consignment
    usd = best.criteria.cost_usd * _POLICY_SHARE
    if split_key(row.key) == ("co2e_price", ("*",)):
        amount = best.criteria.co2e_kg / KG_PER_T
    else:
        amount = best.criteria.time_h * goods.mass_t
    wanted = Decimal(repr(usd / amount if amount and usd else 1.0))
    steps = islice(_round_steps(wanted * 10), 2 * len(_STEPS))
    return float(min(step for step in steps if step >= wanted))


def _rounded(low: float, high: float, value: float) -> tuple[float, float]:
    """Return ends of a range, moved out to few digits unless they have few; the value is inside."""
    return (
        min(_few(low, ROUND_FLOOR), value),
        max(_few(high, ROUND_CEILING), value),
    )


def _few(number: float, rounding: str) -> float:
    exact = Decimal(repr(number))
    if len(exact.normalize().as_tuple().digits) <= _DIGITS + 1:
        return number
    place = Decimal(1).scaleb(exact.adjusted() - _DIGITS + 1)
    return float(exact.quantize(place, rounding=rounding))


def _group(key: str) -> str:
    name = key.split(".", 1)[0]
    return next((group for group, families in _GROUPS.items() if name in families), "cargo")
