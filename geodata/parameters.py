"""Parameters: every number about the world, looked up in one place.

`Parameters.find` tries the most specific row first, the leftmost selectors weighing most, and
returns the row it used, so that every amount can name it. How keys are made: `geodata.families`.
"""

from __future__ import annotations

import difflib
import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from functools import cached_property
from typing import Final

from geodata.errors import DataError
from geodata.families import ANY, FAMILIES, OWN_FAMILIES, selector_problems, split_key
from geodata.rows import Parameter
from geodata.units import GRAMS_PER_KG, HOURS_PER_DAY, KM_PER_NMI, PERCENT
from geodata.vocabulary import Grade

_INVERSE: Final = {
    # a speed is paid for as slowness, so that time is linear in it: h per km at a value of one
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
