"""Parameters: every number about the world, looked up in one place.

A key is a *family* followed by *selectors*, joined by dots: ``tariff.rail.KZ.container_20``. A
selector may be ``*``. `Parameters.find` tries the most specific row first, the leftmost selectors
weighing most, and returns the row it used, so that every amount can name it.
"""

from __future__ import annotations

import difflib
import itertools
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from geodata.errors import DataError
from geodata.rows import Parameter
from geodata.units import GRAMS_PER_KG, HOURS_PER_DAY, KM_PER_NMI, PERCENT
from geodata.vocabulary import Grade

ANY: Final = "*"
_SELECTED: Final = re.compile(r"(?: (?:in|at|on|of|from|the line))*,? \{")
"""Where the words of a family begin to speak of its selectors."""


@dataclass(frozen=True, slots=True)
class Family:
    """What a family's selectors mean, in which units its rows may stand, how people call it.

    ``words`` has a place for every selector. ``required`` is false for surcharges, which exist only
    where a row says so.
    """

    selectors: tuple[str, ...]
    units: tuple[str, ...]
    words: str
    required: bool = True


FAMILIES: Final[Mapping[str, Family]] = {
    "payload": Family(("unit", "commodity"), ("t_per_unit",), "payload of a unit, {0}, {1}"),
    "value": Family(("commodity",), ("usd_per_t",), "value of {0}"),
    "content": Family(("commodity",), ("percent",), "content of {0}", required=False),
    "holding_rate": Family(("commodity",), ("percent_per_year",), "holding rate, {0}"),
    "time_value": Family(("commodity",), ("usd_per_t_h",), "value of time, {0}"),
    "co2e_price": Family(("any",), ("usd_per_t_co2e",), "price of CO2e"),
    "insured_share": Family(("any",), ("percent",), "insured share of the value"),
    "insurance_all_risk": Family(
        ("commodity",), ("percent_of_insured_value",), "all-risk insurance, {0}"
    ),
    "war_risk": Family(
        ("chokepoint",), ("percent_of_value",), "war risk premium at {0}", required=False
    ),
    "tariff.rail": Family(
        ("country", "unit"), ("usd_per_teu_km", "usd_per_t_km"), "rail tariff in {0}, {1}"
    ),
    "tariff.road": Family(("country", "unit"), ("usd_per_t_km",), "road tariff in {0}, {1}"),
    "tariff.sea": Family(
        ("basin", "unit"), ("usd_per_teu_km", "usd_per_t_km"), "sea tariff on {0}, {1}"
    ),
    "tariff.line": Family(
        ("line", "unit"),
        ("usd_per_teu_km", "usd_per_t_km"),
        "tariff of the line {0}, {1}",
        required=False,
    ),
    "road_toll": Family(
        ("country", "unit"), ("usd_per_vehicle_km",), "road toll in {0}, {1}", required=False
    ),
    "ocean_rate": Family(
        ("region", "region", "unit"),
        ("usd_per_teu", "usd_per_t"),
        "ocean rate from {0} to {1}, {2}",
        required=False,
    ),
    "ferry_rate": Family(
        ("region", "region", "unit"),
        ("usd_per_vehicle", "usd_per_t", "usd_per_teu"),
        "ferry rate from {0} to {1}, {2}",
    ),
    "air_rate": Family(("country", "country"), ("usd_per_kg",), "air rate from {0} to {1}"),
    "canal_toll": Family(
        ("chokepoint", "unit"),
        ("usd_per_teu", "usd_per_t"),
        "canal toll at {0}, {1}",
        required=False,
    ),
    "port_handling": Family(
        ("place", "unit"),
        ("usd_per_teu", "usd_per_t", "usd_per_vehicle", "usd_per_unit"),
        "port handling at {0}, {1}",
    ),
    "terminal_handling": Family(
        ("place", "unit"),
        ("usd_per_unit", "usd_per_t", "usd_per_teu"),
        "terminal handling at {0}, {1}",
    ),
    "load_handling": Family(
        ("unit",), ("usd_per_unit", "usd_per_t", "usd_per_teu"), "loading charge, {0}"
    ),
    "unload_handling": Family(
        ("unit",), ("usd_per_unit", "usd_per_t", "usd_per_teu"), "unloading charge, {0}"
    ),
    "equipment": Family(
        ("country", "unit"), ("usd_per_unit", "usd_per_teu"), "equipment charge in {0}, {1}"
    ),
    "border_fee": Family(
        ("crossing", "unit"), ("usd_per_unit", "usd_per_teu", "usd_per_t"), "border fee at {0}, {1}"
    ),
    "border_dwell": Family(("crossing", "unit"), ("h",), "border time at {0}, {1}"),
    "gauge_change_fee": Family(
        ("place", "unit"),
        ("usd_per_unit", "usd_per_teu", "usd_per_t"),
        "gauge change fee at {0}, {1}",
    ),
    "gauge_change_dwell": Family(("place", "unit"), ("h",), "gauge change time at {0}, {1}"),
    "speed.rail": Family(("country", "unit"), ("km_per_day",), "rail speed in {0}, {1}"),
    "speed.road": Family(("country", "unit"), ("km_per_day",), "road speed in {0}, {1}"),
    "speed.line": Family(
        ("line", "unit"), ("km_per_day",), "speed on the line {0}, {1}", required=False
    ),
    "speed.sea": Family(("basin", "unit"), ("kn",), "ship speed on {0}, {1}"),
    "speed.ferry": Family(("basin", "unit"), ("kn",), "ferry speed on {0}, {1}"),
    "speed.air": Family(("any",), ("km_per_h",), "air speed"),
    "sailing_wait": Family(
        ("region", "region", "unit"), ("d",), "wait for sailing from {0} to {1}, {2}"
    ),
    "port_dwell": Family(("place", "unit"), ("d",), "port time at {0}, {1}"),
    "terminal_dwell": Family(("place", "unit"), ("d",), "terminal time at {0}, {1}"),
    "load_dwell": Family(("unit",), ("d",), "loading time, {0}"),
    "unload_dwell": Family(("unit",), ("d",), "unloading time, {0}"),
    "canal_delay": Family(("chokepoint",), ("h",), "delay at {0}", required=False),
    "co2e.rail": Family(("country", "unit"), ("g_per_tkm",), "rail emissions in {0}, {1}"),
    "co2e.road": Family(("country", "unit"), ("g_per_tkm",), "road emissions in {0}, {1}"),
    "co2e.line": Family(
        ("line", "unit"), ("g_per_tkm",), "emissions on the line {0}, {1}", required=False
    ),
    "co2e.sea": Family(("basin", "unit"), ("g_per_tkm",), "ship emissions on {0}, {1}"),
    "co2e.ferry": Family(("basin", "unit"), ("g_per_tkm",), "ferry emissions on {0}, {1}"),
    "co2e.air": Family(("any",), ("g_per_tkm",), "air emissions"),
    "co2e.handling": Family(("handling", "unit"), ("kg_per_t",), "handling emissions, {0}, {1}"),
    "detour_factor": Family(("mode",), ("ratio",), "detour factor, {0}"),
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


_BOUNDED: Final = frozenset({"percent", "ratio"})
"""Units with limits of their own (a content, a detour): their ranges are not stretched."""


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


Names = Mapping[str, Mapping[str, str]]
"""How people call the values of selectors: kind of selector -> value -> name."""


def key_words(key: str, names: Names) -> str:
    """Return how people call a parameter: ``rail tariff in Kazakhstan, container 20``.

    A value without a name stands as it is, without underscores; a key of no family is returned.
    """
    parts = split_key(key)
    if parts is None or len(parts[1]) != len(FAMILIES[parts[0]].selectors):
        return key
    family = FAMILIES[parts[0]]
    return family.words.format(
        *(
            f"any {kind}" if value == ANY else names.get(kind, {}).get(value, _spoken(value))
            for kind, value in zip(family.selectors, parts[1], strict=True)
        )
    )


def family_words(key: str) -> str:
    """Return how people call the kind of a parameter: ``rail tariff``; else the key."""
    parts = split_key(key)
    return key if parts is None else _SELECTED.split(FAMILIES[parts[0]].words, maxsplit=1)[0]


def _spoken(value: str) -> str:
    return value.replace("_", " ")


class Parameters:
    """Typed look-ups over the parameter rows; immutable, changed values make a new object."""

    def __init__(self, rows: Iterable[Parameter]) -> None:
        self._rows = {row.key: row for row in rows}
        self._found: dict[tuple[str, ...], Parameter | None] = {}

    @property
    def rows(self) -> tuple[Parameter, ...]:
        """Every row, in the table's order."""
        return tuple(self._rows.values())

    def row(self, key: str) -> Parameter:
        """Return the row of a key; KeyError if there is none."""
        return self._rows[key]

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

        The range moves with the value, see `moved_range`: another typical value does not make a
        number surer, so that a doubled tariff may still turn out lower or higher.

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
            low, high = moved_range(row, value)
            rows[key] = replace(
                row,
                key=key,
                value=value,
                low=low,
                high=high,
                source_id=source_id,
                locator="",
                grade=Grade.ASSUMED,
                note=f"set to {value} instead of {row.value}",
            )
        return Parameters(rows.values())

    def change_problems(
        self,
        values: Mapping[str, float],
        words: Mapping[str, Set[str]],
        near_by_words: Callable[[str], Sequence[str]] = lambda _: (),
    ) -> list[str]:
        """Return every key that names no parameter, with the nearest, and every bad value.

        Parameters
        ----------
        near_by_words
            Returns the keys that a text means as words; asked before keys that are spelt alike.
        """
        problems: list[str] = []
        for key, value in values.items():
            row = self._rows.get(key) or self._refined(key, words)
            if row is None:
                near = near_by_words(key) or difflib.get_close_matches(
                    key, self._rows, n=3, cutoff=0.5
                )
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


def moved_range(row: Parameter, value: float) -> tuple[float, float]:
    """Return the low and high value of a row whose typical value becomes another.

    The relative uncertainty is kept: low and high move by the same factor as the value, and a value
    of zero is zero for sure. A row without range gets none. Where there is nothing to stretch (the
    row's own value is zero) or the unit has limits (a percentage of something, a ratio), the ends
    stay and are only moved out as far as the value needs.
    """
    if row.low == row.high:
        return value, value
    if row.value == 0 or row.unit in _BOUNDED:
        return min(row.low, value), max(row.high, value)
    factor = value / row.value
    low = value if row.low == row.value else min(row.low * factor, value)
    high = value if row.high == row.value else max(row.high * factor, value)
    return low, high


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
