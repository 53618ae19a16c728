"""Families of parameters: what a key's selectors mean, and in which units its rows may stand.

A key is a *family* followed by *selectors*, joined by dots: ``tariff.rail.KZ.container_20``. A
selector may be ``*``, for any.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Final

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
