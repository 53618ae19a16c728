"""Totals of itineraries as a function of the parameters: exposures written as one matrix.

A ledger line is ``quantity x theta``. The quantity of one tonne, one kilometre or one departure is
fixed by the way taken; that of a container or of the cargo's value depends on the consignment's
own parameters (payload, value, insured share). Every column of the matrix therefore holds the
quantity per *driver*, and for any values of the parameters, each itinerary's

    cost, time, CO2e = matrix . (theta(values) x driver(values))
    generalised cost = cost + time x (holding + value of time) + CO2e x price

Nothing is held fixed but the mass asked for and the way taken: payload acts through the whole
number of units, value and insured share through the insured value, holding rate, value of time and
price of CO2e on generalised cost. A speed enters as slowness, as it does in the ledger.

The engine adds up whole cents, minutes and grams, rounded once per arc and ledger line; here
amounts are floats. The two differ by at most half a unit per rounding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from corridors.consignment import Consignment, consignment_rows
from corridors.costing import COUNTED
from corridors.itinerary import Criterion, Itinerary, LedgerLine
from corridors.pricing import By
from geodata.parameters import Parameters, theta_factor
from geodata.rows import Parameter
from geodata.units import DAYS_PER_YEAR, GRAMS_PER_KG, HOURS_PER_DAY, KG_PER_T, PERCENT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


_SCALED_BY: Final = {
    "teu": "units",
    "units": "units",
    "value_usd": "value",
    "insured_usd": "insured",
}
"""What scales the quantity of a row by what it counts (`costing.COUNTED`), other than the mass."""

NOISE: Final = 1e-12
"""Changes below this share of a total come from the order of summation."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Amounts of whole consignments: an array of itineraries x sets of values each."""

    cost_usd: Floats
    time_h: Floats
    co2e_kg: Floats
    generalised_usd: Floats

    def by(self, by: By) -> Floats:
        """Return the amounts of one criterion, in USD, hours or kg."""
        match by:
            case By.COST:
                return self.cost_usd
            case By.TIME:
                return self.time_h
            case By.CO2E:
                return self.co2e_kg
            case By.GENERALISED:
                return self.generalised_usd

    def shown(self, by: By, mass_t: float) -> Floats:
        """Return the amounts as reports show them: USD per t, days, kg per t."""
        return self.by(by) / (HOURS_PER_DAY if by is By.TIME else mass_t)


SHOWN_UNIT: Final = {
    By.COST: "USD/t",
    By.TIME: "days",
    By.CO2E: "kg/t",
    By.GENERALISED: "USD/t",
}
"""Units of `Totals.shown`."""


class Exposures:
    """Itineraries as a matrix over the parameter rows that they and the consignment use.

    Parameters
    ----------
    ledgers
        The ledger of every itinerary.
    parameters, consignment
        What the ledgers were made with.
    """

    def __init__(
        self,
        ledgers: Sequence[Iterable[LedgerLine]],
        parameters: Parameters,
        consignment: Consignment,
    ) -> None:
        own = consignment_rows(parameters, consignment.commodity, consignment.unit)
        lines = [list(ledger) for ledger in ledgers]
        criteria = {line.parameter: line.criterion for ledger in lines for line in ledger}
        keys = sorted({*criteria, *(row.key for row in own.values())})
        self.rows: tuple[Parameter, ...] = tuple(map(parameters.row, keys))
        self.mass_t = consignment.mass_t
        self.position = {key: at for at, key in enumerate(keys)}
        """Position of every row, by key."""
        self.own = {family: self.position[row.key] for family, row in own.items()}
        """Position of the consignment's own rows, by family."""
        self.criteria = tuple(criteria.get(key) for key in keys)
        """The criterion a row counts for, None for the consignment's own."""
        self.driver_names = tuple(
            _SCALED_BY.get(COUNTED[row.unit].driver, "") if key in criteria else ""
            for key, row in zip(keys, self.rows, strict=True)
        )
        """What scales a row's quantity: units, value, insured, or nothing."""
        self._goods = consignment
        self.matrix: Floats = np.zeros((len(lines), len(keys)))
        """Quantity per driver: itineraries x rows."""
        for number, ledger in enumerate(lines):
            for at, quantity in self.entries(ledger):
                self.matrix[number, at] += quantity

    def entries(self, ledger: Iterable[LedgerLine]) -> Iterator[tuple[int, float]]:
        """Yield the position of every line's row and the line's quantity per driver."""
        for line in ledger:
            at = self.position[line.parameter]
            yield at, _per_driver(line, self.driver_names[at], self._goods)

    @cached_property
    def typical(self) -> Floats:
        """The rows' typical values."""
        return np.array([row.value for row in self.rows])

    def one_at_a_time(self) -> Floats:
        """Return values of the rows: typical, then each row in turn at its low and its high value.

        Row i is low in set 2 i + 1 and high in set 2 i + 2.
        """
        at = np.arange(len(self.rows))
        values = np.repeat(self.typical[:, None], 2 * at.size + 1, axis=1)
        values[at, 2 * at + 1] = [row.low for row in self.rows]
        values[at, 2 * at + 2] = [row.high for row in self.rows]
        return values

    def weighted_theta(self, values: Floats) -> Floats:
        """Return theta x driver for values of the rows (rows x sets): matrix . this = amounts.

        Parameters
        ----------
        values
            Values of the parameters themselves, rows x sets, in the units of the table.
        """
        result = self.drivers(values)
        for at, row in enumerate(self.rows):
            if self.criteria[at] is None:
                result[at] = 0.0
                continue
            factor, inverse = theta_factor(row.unit)
            result[at] *= factor / values[at] if inverse else factor * values[at]
        return result

    def drivers(self, values: Floats) -> Floats:
        """Return what scales every row's quantity, for values of the rows (rows x sets)."""
        value = values[self.own["value"]] * self.mass_t
        insured = value * values[self.own["insured_share"]] / PERCENT
        amounts = {"units": self.units(values), "value": value, "insured": insured}
        result = np.ones_like(values)
        for at, name in enumerate(self.driver_names):
            if name:
                result[at] = amounts[name]
        return result

    def totals(self, values: Floats) -> Totals:
        """Return the totals of every itinerary for sets of values (rows x sets)."""
        return self.totals_of(self.matrix, values, self.weighted_theta(values))

    def totals_of(self, matrix: Floats, values: Floats, weighted: Floats) -> Totals:
        """Return `totals` of other ways over the same rows; `weighted` is `weighted_theta`.

        Rows that none of the ways uses are left out of the product.
        """
        used = np.count_nonzero(matrix, axis=0) > 0
        cost, time, co2e_g = (
            matrix[:, rows] @ weighted[rows]
            for rows in (
                [at for at in self.rows_of(criterion) if used[at]] for criterion in Criterion
            )
        )
        return self.weighed(cost, time, co2e_g, values)

    def weighed(self, cost_usd: Floats, time_h: Floats, co2e_g: Floats, values: Floats) -> Totals:
        """Return sums (itineraries x sets) with what they come to in generalised cost."""
        hourly, per_kg = self.time_and_co2e_usd(values)
        co2e_kg = co2e_g / GRAMS_PER_KG
        return Totals(cost_usd, time_h, co2e_kg, cost_usd + time_h * hourly + co2e_kg * per_kg)

    def rows_of(self, criterion: Criterion) -> list[int]:
        """Return the positions of the rows that count for a criterion."""
        return [at for at, counts_for in enumerate(self.criteria) if counts_for is criterion]

    def time_and_co2e_usd(self, values: Floats) -> tuple[Floats, Floats]:
        """Return what an hour and a kg of CO2e weigh in generalised cost, in USD, for each set."""
        own = {family: values[at] for family, at in self.own.items()}
        hours_per_year = DAYS_PER_YEAR * HOURS_PER_DAY
        holding = own["value"] * self.mass_t * own["holding_rate"] / PERCENT / hours_per_year
        return holding + own["time_value"] * self.mass_t, own["co2e_price"] / KG_PER_T

    def units(self, values: Floats) -> Floats:
        """Return the whole number of cargo units for each set of values."""
        units: Floats = np.ceil(self.mass_t / values[self.own["payload"]])
        return units

    def counts_in(self, at: int, by: By) -> bool:
        """Return whether a row can change a criterion at all (for some way)."""
        criterion = self.criteria[at]
        if criterion is not None:
            return by is By.GENERALISED or criterion.value == by.value
        if by is By.GENERALISED:
            return True
        return by is By.COST and at in {self.own[f] for f in ("payload", "value", "insured_share")}


def exposures_of(
    itineraries: Sequence[Itinerary], parameters: Parameters, consignment: Consignment
) -> Exposures:
    """Return the exposures of itineraries, from their ledgers."""
    return Exposures([itinerary.ledger for itinerary in itineraries], parameters, consignment)


def _per_driver(line: LedgerLine, driver: str, goods: Consignment) -> float:
    match driver:
        case "units":
            return line.quantity / goods.units
        case "value" | "insured":
            return 1.0  # such a line is charged once on the whole value
        case _:
            return line.quantity
