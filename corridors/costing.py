"""Costing: what an operation uses of which parameter. Linear in the parameters, on purpose.

Every function returns ledger lines, ``quantity x value``: for a parameter vector theta, the
criteria of an arc are E . theta with E its exposures, and those of an itinerary the sum over its
arcs. How much of a row is used follows from the row's unit alone (`COUNTED`), so that a tariff may
be per tonne-km in one country and per TEU-km in the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from corridors.consignment import Consignment
from corridors.itinerary import Criteria, Criterion, LedgerLine
from geodata.errors import DataError
from geodata.parameters import Parameters, theta
from geodata.rows import Parameter, Place
from geodata.units import CENTS_PER_USD, KG_PER_T, METRES_PER_KM, MINUTES_PER_HOUR
from geodata.vocabulary import Mode

VESSEL_MODES: Final = frozenset({Mode.SEA, Mode.FERRY})

_AT: Final = {criterion: at for at, criterion in enumerate(Criterion)}
_PER_SMALL_UNIT: Final = {
    Criterion.COST: CENTS_PER_USD,
    Criterion.TIME: MINUTES_PER_HOUR,
    Criterion.CO2E: 1.0,
}
Ledger = tuple[LedgerLine, ...]


class Counted(NamedTuple):
    """What a row in some unit counts: so many of the driver, times km where it is ``per_km``.

    The driver names an amount of the consignment (`Costing`); an empty one is the leg itself.
    """

    driver: str
    per_km: bool


COUNTED: Final[Mapping[str, Counted]] = {
    "usd_per_teu_km": Counted("teu", True),
    "usd_per_teu": Counted("teu", False),
    "usd_per_vehicle_km": Counted("units", True),
    "usd_per_unit": Counted("units", False),
    "usd_per_vehicle": Counted("units", False),
    "usd_per_t_km": Counted("mass_t", True),
    "g_per_tkm": Counted("mass_t", True),
    "usd_per_t": Counted("mass_t", False),
    "kg_per_t": Counted("mass_t", False),
    "usd_per_kg": Counted("mass_kg", False),
    "percent_of_value": Counted("value_usd", False),
    "percent_of_insured_value": Counted("insured_usd", False),
    "km_per_day": Counted("", True),
    "km_per_h": Counted("", True),
    "kn": Counted("", True),
    "h": Counted("", False),
    "d": Counted("", False),
}
"""Of every unit that prices something."""


def small_units(criterion: Criterion) -> float:
    """Return how many cents, minutes or grams the unit of a criterion's theta has."""
    return _PER_SMALL_UNIT[criterion]


def amount_of(criterion: Criterion, quantity: float, value: float) -> int:
    """Return the whole cents, minutes or grams of a quantity at a theta."""
    return round(quantity * value * _PER_SMALL_UNIT[criterion])


def criteria_of(ledger: Iterable[LedgerLine]) -> Criteria:
    """Return the exact sum of ledger lines."""
    totals = dict.fromkeys(Criterion, 0)
    for line in ledger:
        totals[line.criterion] += line.amount
    return Criteria(totals[Criterion.COST], totals[Criterion.TIME], totals[Criterion.CO2E])


class Costing:
    """Exposures of one consignment under one set of parameters; one method per operation."""

    def __init__(
        self, parameters: Parameters, consignment: Consignment, places: Mapping[str, Place]
    ) -> None:
        self._parameters = parameters
        self._consignment = consignment
        self._unit = consignment.unit.value
        self._places = places
        self._amounts: dict[str, float | None] = {
            "": 1.0,
            "teu": consignment.teu,
            "units": float(consignment.units),
            "mass_t": consignment.mass_t,
            "mass_kg": consignment.mass_t * KG_PER_T,
            "value_usd": consignment.value_usd,
            "insured_usd": consignment.insured_value_usd,
        }
        self._passing: dict[str, list[LedgerLine]] = {}
        self._rates: dict[tuple[Mode, str, str], list[tuple[int, float, float, float]]] = {}
        self._land: dict[tuple[Mode, str, int, str], Criteria] = {}

    def load(self) -> Ledger:
        """Return the ledger of loading at the origin; cargo insurance is taken out here, once."""
        return (
            self._line(Criterion.COST, "load_handling", self._unit),
            self._line(Criterion.COST, "insurance_all_risk", self._consignment.commodity),
            self._line(Criterion.TIME, "load_dwell", self._unit),
            self._line(Criterion.CO2E, "co2e.handling", "terminal", self._unit),
        )

    def unload(self, country: str) -> Ledger:
        """Return the ledger of unloading at the destination, with the cost of the empty unit."""
        return (
            self._line(Criterion.COST, "unload_handling", self._unit),
            self._line(Criterion.COST, "equipment", country, self._unit),
            self._line(Criterion.TIME, "unload_dwell", self._unit),
            self._line(Criterion.CO2E, "co2e.handling", "terminal", self._unit),
        )

    def move_land(self, mode: Mode, country: str, length_m: int, line: str = "") -> Ledger:
        """Return the ledger of a movement by rail or road inside one country.

        What a `line` has of its own stands in place of its country's.
        """
        km = length_m / METRES_PER_KM
        return tuple(
            self._amount(criterion, row, km)
            for criterion, row in self._land_rows(mode, country, self.own_line(line))
        )

    def land_criteria(self, mode: Mode, country: str, length_m: int, line: str = "") -> Criteria:
        """Return the sum of `move_land`, without its lines: there are ten thousand such arcs."""
        key = (mode, country, length_m, line)
        known = self._land.get(key)  # an arc runs both ways
        if known is None:
            km = length_m / METRES_PER_KM
            totals = [0, 0, 0]
            for at, per_km, value, scale in self._land_rates(mode, country, self.own_line(line)):
                totals[at] += round(per_km * km * value * scale)
            known = self._land[key] = Criteria(*totals)
        return known

    def own_line(self, line: str) -> str:
        """Return the line's name if it has anything of its own, else an empty text."""
        return line if line in self._parameters.own_lines else ""

    def _land_rows(self, mode: Mode, country: str, line: str) -> list[tuple[Criterion, Parameter]]:
        toll = self._parameters.get("road_toll", country, self._unit) if mode is Mode.ROAD else None

        def find(family: str) -> Parameter:
            own = self._parameters.get(f"{family}.line", line, self._unit) if line else None
            return own or self._parameters.find(f"{family}.{mode}", country, self._unit)

        return [
            (Criterion.COST, find("tariff")),
            *([(Criterion.COST, toll)] if toll else []),
            (Criterion.TIME, find("speed")),
            (Criterion.CO2E, find("co2e")),
        ]

    def _land_rates(
        self, mode: Mode, country: str, line: str
    ) -> list[tuple[int, float, float, float]]:
        """Return (place of the criterion, units per km, value, small units) of a zone, once."""
        key = (mode, country, line)
        if key not in self._rates:
            self._rates[key] = [
                (
                    _AT[criterion], self._quantity(row, 1.0), theta(row)[0],
                    _PER_SMALL_UNIT[criterion],
                )
                for criterion, row in self._land_rows(mode, country, line)
            ]  # fmt: skip
        return self._rates[key]

    def move_vessel(
        self,
        mode: Mode,
        ports: tuple[str, str],
        basin: str,
        length_m: int,
        shortest_m: int,
        chokepoints: Iterable[str],
    ) -> Ledger:
        """Return the ledger of a voyage between two ports.

        A trade lane's rate covers its shortest line; the further km of a detour, and every km
        where no lane row exists, are charged by distance. Ferries have rates only.
        """
        origin, destination = (self._places[port].sea_region for port in ports)
        km = length_m / METRES_PER_KM
        by_distance_km = km
        lines: list[LedgerLine] = []
        if mode is Mode.FERRY:
            lines.append(self._line(Criterion.COST, "ferry_rate", origin, destination, self._unit))
            by_distance_km = 0.0
        elif lane := self._parameters.get("ocean_rate", origin, destination, self._unit):
            lines.append(self._amount(Criterion.COST, lane, km))
            by_distance_km = (length_m - shortest_m) / METRES_PER_KM
        if by_distance_km:
            lines.append(
                self._line(Criterion.COST, "tariff.sea", basin, self._unit, km=by_distance_km)
            )
        for chokepoint in chokepoints:
            lines += self._surcharges(chokepoint)
        return (
            *lines,
            self._line(Criterion.TIME, "sailing_wait", origin, destination, self._unit),
            self._line(Criterion.TIME, f"speed.{mode}", basin, self._unit, km=km),
            self._line(Criterion.CO2E, f"co2e.{mode}", basin, self._unit, km=km),
        )

    def _surcharges(self, chokepoint: str) -> list[LedgerLine]:
        """Return toll, war risk and delay of a chokepoint, where a row says so."""
        if chokepoint not in self._passing:
            rows = (
                (Criterion.COST, self._parameters.get("canal_toll", chokepoint, self._unit)),
                (Criterion.COST, self._parameters.get("war_risk", chokepoint)),
                (Criterion.TIME, self._parameters.get("canal_delay", chokepoint)),
            )
            self._passing[chokepoint] = [
                self._amount(criterion, row, 0.0) for criterion, row in rows if row is not None
            ]
        return self._passing[chokepoint]

    def move_air(self, airports: tuple[str, str], length_m: int) -> Ledger:
        """Return the ledger of a flight."""
        km = length_m / METRES_PER_KM
        countries = tuple(self._places[airport].country for airport in airports)
        return (
            self._line(Criterion.COST, "air_rate", *countries),
            self._line(Criterion.TIME, "speed.air", "*", km=km),
            self._line(Criterion.CO2E, "co2e.air", "*", km=km),
        )

    def transshipment(self, place_id: str, mode_a: Mode, mode_b: Mode) -> Ledger:
        """Return the ledger of changing between two modes at a port or an inland terminal."""
        kind = "port" if VESSEL_MODES & {mode_a, mode_b} else "terminal"
        return (
            self._line(Criterion.COST, f"{kind}_handling", place_id, self._unit),
            self._line(Criterion.TIME, f"{kind}_dwell", place_id, self._unit),
            self._line(Criterion.CO2E, "co2e.handling", kind, self._unit),
        )

    def gauge_change(self, place_id: str) -> Ledger:
        """Return the ledger of a change of track gauge."""
        return (
            self._line(Criterion.COST, "gauge_change_fee", place_id, self._unit),
            self._line(Criterion.TIME, "gauge_change_dwell", place_id, self._unit),
            self._line(Criterion.CO2E, "co2e.handling", "gauge", self._unit),
        )

    def border_crossing(self, crossing_id: str) -> Ledger:
        """Return the ledger of crossing a frontier, both sides together."""
        return (
            self._line(Criterion.COST, "border_fee", crossing_id, self._unit),
            self._line(Criterion.TIME, "border_dwell", crossing_id, self._unit),
        )

    def metres_of(self, line: LedgerLine) -> int:
        """Return over how many metres one arc's line is charged, 0 where distance is no matter."""
        row = self._parameters.row(line.parameter)
        if not COUNTED[row.unit].per_km:
            return 0
        metres = round(line.quantity / self._quantity(row, 1.0) * METRES_PER_KM)
        if self._quantity(row, metres / METRES_PER_KM) != line.quantity:
            raise ValueError(f"{line.parameter}: {line.quantity} is of no whole number of metres")
        return metres

    def _line(
        self, criterion: Criterion, family: str, *selectors: str, km: float = 0.0
    ) -> LedgerLine:
        return self._amount(criterion, self._parameters.find(family, *selectors), km)

    def _amount(self, criterion: Criterion, row: Parameter, km: float) -> LedgerLine:
        value, unit = theta(row)
        quantity = self._quantity(row, km)
        amount = amount_of(criterion, quantity, value)
        return LedgerLine(
            criterion, row.key, quantity, unit, value, amount, row.source_id, row.grade
        )

    def _quantity(self, row: Parameter, km: float) -> float:
        """Return how many units of a row's unit this consignment uses over `km`."""
        if row.unit not in COUNTED:
            raise DataError("parameters.csv", [f"{row.key}: unit {row.unit!r} prices nothing"])
        driver, per_km = COUNTED[row.unit]
        amount = self._amounts[driver]
        if amount is None:
            raise DataError(
                "parameters.csv",
                [f"{row.key} is per TEU, but the cargo goes as {self._unit}; add a row for it"],
            )
        return amount * km if per_km else float(amount)
