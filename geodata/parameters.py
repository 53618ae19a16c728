"""Parameters: every number about the world, looked up in one place.

A key is a *family* followed by *selectors*, joined by dots: ``tariff.rail.KZ.container_20``. A
selector may be ``*``. `Parameters.find` tries the most specific row first, the leftmost selectors
weighing most, and returns the row it used, so that every amount can name it.
"""

from __future__ import annotations

import difflib
import itertools
import math
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from geodata.errors import DataError
from geodata.rows import Parameter
from geodata.units import GRAMS_PER_KG, HOURS_PER_DAY, KM_PER_NMI, PERCENT
from geodata.vocabulary import Grade

ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class Family:
    """What a family's selectors mean, and in which units its rows may stand.

    ``required`` is false for surcharges, which exist only where a row says so.
    """

    selectors: tuple[str, ...]
    units: tuple[str, ...]
    required: bool = True


FAMILIES: Final[Mapping[str, Family]] = {
    "payload": Family(("unit", "commodity"), ("t_per_unit",)),
    "value": Family(("commodity",), ("usd_per_t",)),
    "content": Family(("commodity",), ("percent",), required=False),
    "holding_rate": Family(("commodity",), ("percent_per_year",)),
    "time_value": Family(("commodity",), ("usd_per_t_h",)),
    "co2e_price": Family(("any",), ("usd_per_t_co2e",)),
    "insured_share": Family(("any",), ("percent",)),
    "insurance_all_risk": Family(("commodity",), ("percent_of_insured_value",)),
    "war_risk": Family(("chokepoint",), ("percent_of_value",), required=False),
    "tariff.rail": Family(("country", "unit"), ("usd_per_teu_km", "usd_per_t_km")),
    "tariff.road": Family(("country", "unit"), ("usd_per_t_km",)),
    "tariff.sea": Family(("basin", "unit"), ("usd_per_teu_km", "usd_per_t_km")),
    "tariff.line": Family(("line", "unit"), ("usd_per_teu_km", "usd_per_t_km"), required=False),
    "road_toll": Family(("country", "unit"), ("usd_per_vehicle_km",), required=False),
    "ocean_rate": Family(
        ("region", "region", "unit"), ("usd_per_teu", "usd_per_t"), required=False
    ),
    "ferry_rate": Family(
        ("region", "region", "unit"), ("usd_per_vehicle", "usd_per_t", "usd_per_teu")
    ),
    "air_rate": Family(("country", "country"), ("usd_per_kg",)),
    "canal_toll": Family(("chokepoint", "unit"), ("usd_per_teu", "usd_per_t"), required=False),
    "port_handling": Family(
        ("place", "unit"), ("usd_per_teu", "usd_per_t", "usd_per_vehicle", "usd_per_unit")
    ),
    "terminal_handling": Family(("place", "unit"), ("usd_per_unit", "usd_per_t", "usd_per_teu")),
    "load_handling": Family(("unit",), ("usd_per_unit", "usd_per_t", "usd_per_teu")),
    "unload_handling": Family(("unit",), ("usd_per_unit", "usd_per_t", "usd_per_teu")),
    "equipment": Family(("country", "unit"), ("usd_per_unit", "usd_per_teu")),
    "border_fee": Family(("crossing", "unit"), ("usd_per_unit", "usd_per_teu", "usd_per_t")),
    "border_dwell": Family(("crossing", "unit"), ("h",)),
    "gauge_change_fee": Family(("place", "unit"), ("usd_per_unit", "usd_per_teu", "usd_per_t")),
    "gauge_change_dwell": Family(("place", "unit"), ("h",)),
    "speed.rail": Family(("country", "unit"), ("km_per_day",)),
    "speed.road": Family(("country", "unit"), ("km_per_day",)),
    "speed.line": Family(("line", "unit"), ("km_per_day",), required=False),
    "speed.sea": Family(("basin", "unit"), ("kn",)),
    "speed.ferry": Family(("basin", "unit"), ("kn",)),
    "speed.air": Family(("any",), ("km_per_h",)),
    "sailing_wait": Family(("region", "region", "unit"), ("d",)),
    "port_dwell": Family(("place", "unit"), ("d",)),
    "terminal_dwell": Family(("place", "unit"), ("d",)),
    "load_dwell": Family(("unit",), ("d",)),
    "unload_dwell": Family(("unit",), ("d",)),
    "canal_delay": Family(("chokepoint",), ("h",), required=False),
    "co2e.rail": Family(("country", "unit"), ("g_per_tkm",)),
    "co2e.road": Family(("country", "unit"), ("g_per_tkm",)),
    "co2e.line": Family(("line", "unit"), ("g_per_tkm",), required=False),
    "co2e.sea": Family(("basin", "unit"), ("g_per_tkm",)),
    "co2e.ferry": Family(("basin", "unit"), ("g_per_tkm",)),
    "co2e.air": Family(("any",), ("g_per_tkm",)),
    "co2e.handling": Family(("handling", "unit"), ("kg_per_t",)),
    "detour_factor": Family(("mode",), ("ratio",)),
}

OWN_FAMILIES: Final = ("tariff.line", "speed.line", "co2e.line")
"""Families of what a single line has of its own, by its name, in place of its country's."""

_INVERSE: Final = {
    # a speed is paid for as slowness, so that time is linear in the parameter: unit -> (unit, h/km)
    "km_per_day": HOURS_PER_DAY,
    "kn": 1 / KM_PER_NMI,
    "km_per_h": 1.0,
}
_SCALED: Final = {
    "d": ("h", HOURS_PER_DAY),
    "percent_of_value": ("usd_per_usd", 1 / PERCENT),
    "percent_of_insured_value": ("usd_per_usd", 1 / PERCENT),
    "kg_per_t": ("g_per_t", GRAMS_PER_KG),
}


def theta(row: Parameter) -> tuple[float, str]:
    """Return what multiplies a quantity, in USD, hours or grams per unit, and its unit.

    A speed becomes slowness (h per km): time is then linear in what is returned.
    """
    if row.unit in _INVERSE:
        return _INVERSE[row.unit] / row.value, "h_per_km"
    unit, factor = _SCALED.get(row.unit, (row.unit, 1.0))
    return row.value * factor, unit


def theta_factor(unit: str) -> tuple[float, bool]:
    """Return the factor of `theta` for a unit, and whether it divides by the row's value."""
    if unit in _INVERSE:
        return _INVERSE[unit], True
    return _SCALED.get(unit, (unit, 1.0))[1], False


def split_key(key: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the family and the selectors of a key, or None if no family has that name."""
    parts = key.split(".")
    for length in (2, 1):
        family = ".".join(parts[:length])
        if family in FAMILIES and len(parts) >= length:
            return family, tuple(parts[length:])
    return None


class Parameters:
    """Typed look-ups over the parameter rows; immutable, changed values make a new object."""

    def __init__(self, rows: Iterable[Parameter]) -> None:
        self._rows = {row.key: row for row in rows}
        self._found: dict[tuple[str, ...], Parameter | None] = {}

    @property
    def rows(self) -> tuple[Parameter, ...]:
        """Every row, in the table's order."""
        return tuple(self._rows.values())

    @cached_property
    def own_lines(self) -> frozenset[str]:
        """Names of the lines that have parameters of their own."""
        return frozenset(
            parts[1][0]
            for parts in map(split_key, self._rows)
            if parts is not None and parts[0] in OWN_FAMILIES
        )

    def get(self, family: str, *selectors: str) -> Parameter | None:
        """Return the most specific row for the selectors, or None."""
        query = (family, *selectors)
        if query not in self._found:
            choices = ((selector, ANY) for selector in selectors)
            keys = (".".join((family, *choice)) for choice in itertools.product(*choices))
            self._found[query] = next((self._rows[key] for key in keys if key in self._rows), None)
        return self._found[query]

    def find(self, family: str, *selectors: str) -> Parameter:
        """Return the most specific row for the selectors.

        Raises
        ------
        DataError
            If no row fits, naming the key that would.
        """
        row = self.get(family, *selectors)
        if row is None:
            key = ".".join((family, *selectors))
            raise DataError(
                "parameters.csv",
                [f"no row for {key}, nor a general one with *; add a row (a tariff is a row)"],
            )
        return row

    def with_values(
        self, values: Mapping[str, float], *, source_id: str, words: Mapping[str, Set[str]]
    ) -> Parameters:
        """Return a copy in which the given keys have other values, graded as assumed.

        A key may be an existing row, or a more specific one of a family whose selectors are all
        known `words` (selector kind -> allowed values); it then starts from the row it refines.

        Raises
        ------
        DataError
            Listing every unknown key with the nearest existing ones, and every impossible value.
        """
        problems = self.change_problems(values, words)
        if problems:
            raise DataError("parameter values", problems)
        rows = dict(self._rows)
        for key, value in values.items():
            row = rows.get(key) or self._refined(key, words)
            assert row is not None
            rows[key] = replace(
                row,
                key=key,
                value=value,
                low=min(row.low, value),
                high=max(row.high, value),
                source_id=source_id,
                locator="",
                grade=Grade.ASSUMED,
                note=f"set to {value} instead of {row.value}",
            )
        return Parameters(rows.values())

    def change_problems(
        self, values: Mapping[str, float], words: Mapping[str, Set[str]]
    ) -> list[str]:
        """Return every key that names no parameter, with the nearest, and every bad value."""
        problems: list[str] = []
        for key, value in values.items():
            row = self._rows.get(key) or self._refined(key, words)
            if row is None:
                near = difflib.get_close_matches(key, self._rows, n=3, cutoff=0.5)
                hint = f"; did you mean {', '.join(near)}?" if near else ""
                problems.append(f"unknown parameter {key}{hint} (`corridors parameters` lists all)")
            elif fault := value_problem(row.unit, value):
                problems.append(f"{key} = {value}: {fault}")
        return problems

    def _refined(self, key: str, words: Mapping[str, Set[str]]) -> Parameter | None:
        parts = split_key(key)
        if parts is None or selector_problems(key, words):
            return None
        family, selectors = parts
        return self.get(family, *selectors)


def value_problem(unit: str, value: float) -> str:
    """Return why a value cannot stand in a unit, or an empty text."""
    if not math.isfinite(value):
        return "must be a finite number"
    if value < 0:
        return "must not be negative"
    if value == 0 and (unit in _INVERSE or unit == "t_per_unit"):
        return "must be more than zero"
    return ""


def selector_problems(key: str, words: Mapping[str, Set[str]]) -> list[str]:
    """Return what is wrong with a key: unknown family, wrong number or value of selectors."""
    parts = split_key(key)
    if parts is None:
        near = difflib.get_close_matches(key.split(".")[0], FAMILIES, n=2)
        return [f"{key}: unknown family" + (f"; did you mean {' or '.join(near)}?" if near else "")]
    family, selectors = parts
    kinds = FAMILIES[family].selectors
    if len(selectors) != len(kinds):
        return [f"{key}: {family} takes {len(kinds)} selector(s): {', '.join(kinds)}"]
    return [
        f"{key}: {selector!r} is not a known {kind}"
        for kind, selector in zip(kinds, selectors, strict=True)
        if selector != ANY and selector not in words.get(kind, frozenset())
    ]


def parameter_problems(rows: Iterable[Parameter], words: Mapping[str, Set[str]]) -> list[str]:
    """Return what is wrong with parameter rows: keys, units, ranges, grades."""
    problems: list[str] = []
    for row in rows:
        faults = selector_problems(row.key, words)
        problems += faults
        parts = split_key(row.key)
        if parts is not None:
            units = FAMILIES[parts[0]].units
            if row.unit not in units:
                problems.append(
                    f"{row.key}: unit {row.unit!r} is wrong; this family is in {' or '.join(units)}"
                )
        if not row.low <= row.value <= row.high:
            problems.append(
                f"{row.key}: low <= value <= high does not hold: "
                f"{row.low} / {row.value} / {row.high}"
            )
        fault = value_problem(row.unit, row.low)
        if fault:
            problems.append(f"{row.key}: low {row.low} {fault}")
        if row.grade is Grade.PUBLISHED and row.source_id == "assumption":
            problems.append(f"{row.key}: graded published but its source is an assumption")
    return problems
