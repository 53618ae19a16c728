"""Records of points: places with rights, border crossing points, closed spots."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Set
from typing import Any, Final

from geodata.importing.lines import NO_GAUGE, NO_RAIL, gauge_problems, opening_problems
from geodata.importing.model import (
    ClosedSpot,
    KnownCrossing,
    KnownPlace,
    NewCrossing,
    NewPlace,
    Origin,
)
from geodata.network import LonLat
from geodata.vocabulary import LAND_MODES, CargoUnit, Mode, PlaceKind, Status

RIGHTS: Final = frozenset({"loading", "transshipments"})

_TWO: Final = 2
_LONGEST_SLUG: Final = 50


def place_problems(values: Mapping[str, Any], stated: Set[str]) -> list[str]:
    """Return what does not hold between the properties of a place.

    Parameters
    ----------
    values
        The properties that were well-formed, each read by its form.
    stated
        The names of all properties that say something, well-formed or not.
    """
    return [
        *_gauge_problems(values, stated),
        *_right_problems(values, stated),
        *_id_problems("place_id", values, stated),
    ]


def place_record(origin: Origin, values: Mapping[str, Any], position: LonLat) -> NewPlace:
    """Return the record of a place without problems."""
    return NewPlace(
        origin=origin,
        place_id=values.get("place_id") or f"{values['country']}-{_slug(values['name']).upper()}",
        name=values["name"],
        kind=PlaceKind(values["kind"]),
        country=values["country"],
        position=position,
        modes=_modes(values["modes"]),
        gauges_mm=_gauges_mm(values),
        gauge_method=values.get("gauge_method", ""),
        cargo_units=tuple(CargoUnit(unit) for unit in values.get("cargo_units", ())),
        transshipments=tuple((Mode(a), Mode(b)) for a, b in values.get("transshipments", ())),
        loading=_modes(values.get("loading", ())),
        status=Status(values.get("status", Status.OPERATIONAL)),
        as_of=values.get("as_of", ""),
        sea_region=values.get("sea_region", ""),
        source=_source(values),
    )


def crossing_problems(values: Mapping[str, Any], stated: Set[str]) -> list[str]:
    """Return what does not hold between the properties of a border crossing point."""
    mode = values.get("mode")
    problems = [
        *gauge_problems(mode, stated),
        *opening_problems(values.get("status"), stated),
        *_id_problems("crossing_id", values, stated),
    ]
    if mode is not None and mode not in LAND_MODES:
        problems.append(f"mode {mode} crosses no frontier at a point; state rail or road")
    return problems


def crossing_record(origin: Origin, values: Mapping[str, Any], position: LonLat) -> NewCrossing:
    """Return the record of a border crossing point without problems."""
    derived = f"{_slug(values['name']).lower()}-{values['mode']}"
    return NewCrossing(
        origin=origin,
        crossing_id=values.get("crossing_id") or derived,
        name=values["name"],
        countries=values["countries"],
        position=position,
        mode=Mode(values["mode"]),
        gauge_mm=values.get("gauge_mm", 0),
        status=Status(values["status"]),
        as_of=values.get("as_of", ""),
        opens=values.get("opens", 0),
        source=_source(values),
    )


def closed_record(origin: Origin, values: Mapping[str, Any], position: LonLat) -> ClosedSpot:
    """Return the record of a spot that nothing may pass."""
    return ClosedSpot(
        origin=origin,
        mode=Mode(values["mode"]),
        position=position,
        name=values.get("name", ""),
        country=values.get("country", ""),
        source=_source(values),
    )


def known_place_record(origin: Origin, values: Mapping[str, Any], position: LonLat) -> KnownPlace:
    """Return a place of an export as it stands there."""
    return KnownPlace(
        origin=origin,
        place_id=values["place_id"],
        name=values.get("name", ""),
        kind=values.get("kind", ""),
        country=values.get("country", ""),
        position=position,
        modes=_modes(values.get("modes", ())),
    )


def known_crossing_record(
    origin: Origin, values: Mapping[str, Any], position: LonLat
) -> KnownCrossing:
    """Return a border crossing point of an export as it stands there."""
    return KnownCrossing(
        origin=origin,
        crossing_id=values["crossing_id"],
        name=values.get("name", ""),
        countries=values.get("countries", ()),
        position=position,
        mode=values.get("mode", ""),
        gauge_mm=values.get("gauge_mm", 0),
        status=values.get("status", ""),
        as_of=values.get("as_of", ""),
        opens=values.get("opens", 0),
    )


def _gauges_mm(values: Mapping[str, Any]) -> tuple[int, ...]:
    one = (values["gauge_mm"],) if "gauge_mm" in values else ()
    several: tuple[int, ...] = values.get("gauges_mm", ())
    return several or one


def _gauge_problems(values: Mapping[str, Any], stated: Set[str]) -> list[str]:
    problems: list[str] = []
    given = stated & {"gauge_mm", "gauges_mm"}
    if len(given) == _TWO:
        problems.append("both gauge_mm and gauges_mm; state one of them")
    if "modes" in values:
        has_rail = Mode.RAIL in values["modes"]
        problems += [NO_GAUGE] if has_rail and not given else []
        problems += [NO_RAIL] if given and not has_rail else []
    if given - values.keys():
        return problems  # a gauge that cannot be read: how many there are is not known
    count = len(_gauges_mm(values))
    if count > _TWO:
        problems.append(f"gauges_mm: {count} gauges at one place; state one or two")
    if values.get("kind") == PlaceKind.GAUGE_INTERCHANGE and count < _TWO:
        problems.append("gauges_mm: a gauge interchange joins two gauges; state both")
    if count == _TWO and "gauge_method" not in stated:
        problems.append("gauge_method is missing; state how goods change between the two gauges")
    if count < _TWO and "gauge_method" in stated:
        problems.append("gauge_method is for a place of two gauges; state both or remove it")
    return problems


def _right_problems(values: Mapping[str, Any], stated: Set[str]) -> list[str]:
    """Return rights to modes that the place is not joined to, and rights for no cargo unit."""
    problems: list[str] = []
    if "modes" in values:
        # ferries call where ships do, without a network of their own
        also = (Mode.FERRY,) if Mode.SEA in values["modes"] else ()
        joined = {*values["modes"], *also}
        pairs = values.get("transshipments", ())
        used = {
            "loading": values.get("loading", ()),
            "transshipments": [mode for pair in pairs for mode in pair],
        }
        problems += [
            f"{right}: {mode} is not among its modes; add it to modes or remove it"
            for right, modes in used.items()
            for mode in dict.fromkeys(modes)
            if mode not in joined
        ]
        if "sea_region" in stated and Mode.SEA not in joined:
            problems.append("sea_region is for a place at sea; add sea to modes or remove it")
    has_rights = not stated.isdisjoint(RIGHTS) or len(_gauges_mm(values)) == _TWO
    if has_rights and "cargo_units" not in stated:
        problems.append(f"cargo_units is missing; state what it handles: {', '.join(CargoUnit)}")
    return problems


def _id_problems(name: str, values: Mapping[str, Any], stated: Set[str]) -> list[str]:
    if name not in stated and "name" in values and not _slug(values["name"]):
        return [f"{name} is missing, and the name has no Latin letter to make it of; state it"]
    return []


def _modes(words: Any) -> tuple[Mode, ...]:
    return tuple(Mode(word) for word in words)


def _source(values: Mapping[str, Any]) -> str:
    return str(values.get("source", values.get("source_id", "")))


def _slug(name: str) -> str:
    """Return a name in Latin letters, digits and hyphens, as ids have it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = "".join(char if char.isalnum() else " " for char in plain).split()
    return "-".join(words)[:_LONGEST_SLUG].strip("-")
