"""The consignment: what is to be moved, in what, and what its time is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geodata.errors import DataError
from geodata.parameters import Parameters
from geodata.rows import Parameter
from geodata.units import CENTS_PER_USD, DAYS_PER_YEAR, HOURS_PER_DAY, MINUTES_PER_HOUR, PERCENT
from geodata.vocabulary import CargoUnit

TEU_PER_UNIT = {CargoUnit.CONTAINER_20: 1}
"""Twenty-foot equivalents of a cargo unit: a definition, for the units that are containers."""

WEIGHT_SCALE = 1_000_000
"""Generalised cost is searched in whole millionths of a cent, so that ties are ties."""

GRAMS_PER_TONNE = 1_000_000

MOST_MASS_T = 1e7
"""More than any trade moves in a year: beyond it whole cents and grams would lose their meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment:
    """Goods moved together under one request; amounts are for all of it, not per tonne.

    ``holding_usd_per_h`` is the cost of capital bound in the goods, ``time_usd_per_h`` any further
    value of time; both only rank itineraries and are no part of the freight cost.
    """

    commodity: str
    mass_t: float
    unit: CargoUnit
    units: int
    payload_t: float
    value_usd: float
    insured_value_usd: float
    holding_usd_per_h: float
    time_usd_per_h: float
    co2e_usd_per_t: float

    @property
    def teu(self) -> int | None:
        """Twenty-foot equivalent units, None when the cargo unit is no container."""
        per_unit = TEU_PER_UNIT.get(self.unit)
        return None if per_unit is None else per_unit * self.units

    @property
    def weights(self) -> tuple[int, int, int]:
        """Millionths of a cent of generalised cost per cent, minute and gram."""
        hourly_usd = self.holding_usd_per_h + self.time_usd_per_h
        return (
            WEIGHT_SCALE,
            round(hourly_usd * CENTS_PER_USD / MINUTES_PER_HOUR * WEIGHT_SCALE),
            round(self.co2e_usd_per_t * CENTS_PER_USD / GRAMS_PER_TONNE * WEIGHT_SCALE),
        )


def consignment_rows(
    parameters: Parameters, commodity: str, unit: CargoUnit
) -> dict[str, Parameter]:
    """Return the parameter rows that describe a consignment, by family."""
    return {
        "payload": parameters.find("payload", unit, commodity),
        "value": parameters.find("value", commodity),
        "insured_share": parameters.find("insured_share", "*"),
        "holding_rate": parameters.find("holding_rate", commodity),
        "time_value": parameters.find("time_value", commodity),
        "co2e_price": parameters.find("co2e_price", "*"),
    }


def make_consignment(
    parameters: Parameters, commodity: str, mass_t: float, unit: CargoUnit
) -> Consignment:
    """Return a consignment with its number of cargo units and its value.

    Raises
    ------
    DataError
        If the mass is not more than zero or the commodity is unknown.
    """
    known = [row.key.split(".", 1)[1] for row in parameters.rows if row.key.startswith("value.")]
    problems = []
    if commodity not in known:
        problems.append(
            f"commodity {commodity!r} is unknown; there are {', '.join(sorted(known))}; another is "
            f"a row value.{commodity} (USD per tonne) of parameters.csv in a folder for --data"
        )
    if not 0 < mass_t <= MOST_MASS_T:
        problems.append(
            f"mass must be more than zero and at most {MOST_MASS_T:g} t, not {mass_t:g}"
        )
    if problems:
        raise DataError("consignment", problems)
    rows = consignment_rows(parameters, commodity, unit)
    payload_t = rows["payload"].value
    value_usd = rows["value"].value * mass_t
    hours_per_year = DAYS_PER_YEAR * HOURS_PER_DAY
    holding = rows["holding_rate"].value / PERCENT / hours_per_year
    return Consignment(
        commodity=commodity,
        mass_t=mass_t,
        unit=unit,
        units=math.ceil(mass_t / payload_t),
        payload_t=payload_t,
        value_usd=value_usd,
        insured_value_usd=value_usd * rows["insured_share"].value / PERCENT,
        holding_usd_per_h=value_usd * holding,
        time_usd_per_h=rows["time_value"].value * mass_t,
        co2e_usd_per_t=rows["co2e_price"].value,
    )
