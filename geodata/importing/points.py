"""Records of points: places with rights, border crossing points, closed spots."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from geodata.importing.lines import gauge_problems, opening_problems
from geodata.importing.model import ClosedSpot, KnownPlace, NewCrossing, NewPlace, Origin
from geodata.network import LonLat
from geodata.vocabulary import LAND_MODES, CargoUnit, Mode, PlaceKind, Status

_TWO: Final = 2
_LONGEST_SLUG: Final = 50


def place_record(
    origin: Origin, values: Mapping[str, Any], position: LonLat
) -> tuple[tuple[NewPlace, ...], list[str]]:
    """Return the record of a place, or what is wrong with its properties together."""
    problems: list[str] = []
    place_id = values.get("place_id", "")
    if not place_id:
        slug = _slug(values["name"]).upper()
        place_id = f"{values['country']}-{slug}"
        if not slug:
            problems.append("place_id is missing, and the name has no Latin letter to make it of")
    gauges_mm = values.get("gauges_mm", ())
    if "gauge_mm" in values:
        if gauges_mm:
            problems.append("both gauge_mm and gauges_mm; state one of them")
        gauges_mm = (values["gauge_mm"],)
    problems += _gauge_problems(values, gauges_mm)
    problems += _right_problems(values, gauges_mm)
    if problems:
        return (), problems
    return (
        NewPlace(
            origin=origin,
            place_id=place_id,
            name=values["name"],
            kind=PlaceKind(values["kind"]),
            country=values["country"],
            position=position,
            modes=_modes(values["modes"]),
            gauges_mm=gauges_mm,
            gauge_method=values.get("gauge_method", ""),
            cargo_units=tuple(CargoUnit(unit) for unit in values.get("cargo_units", ())),
            transshipments=tuple((Mode(a), Mode(b)) for a, b in values.get("transshipments", ())),
            loading=_modes(values.get("loading", ())),
            status=Status(values.get("status", Status.OPERATIONAL)),
            as_of=values.get("as_of", ""),
            sea_region=values.get("sea_region", ""),
            source=_source(values),
        ),
    ), []


def crossing_record(
    origin: Origin, values: Mapping[str, Any], position: LonLat
) -> tuple[tuple[NewCrossing, ...], list[str]]:
    """Return the record of a border crossing point, or what is wrong with it."""
    mode, status = Mode(values["mode"]), Status(values["status"])
    problems = gauge_problems(mode is Mode.RAIL, "gauge_mm" in values)
    problems += opening_problems(status, values)
    if mode not in LAND_MODES:
        problems.append(f"mode {mode} crosses no frontier at a point; state rail or road")
    crossing_id = values.get("crossing_id", "")
    if not crossing_id:
        slug = _slug(values["name"]).lower()
        crossing_id = f"{slug}-{mode}"
        if not slug:
            problems.append(
                "crossing_id is missing, and the name has no Latin letter to make it of"
            )
    if problems:
        return (), problems
    return (
        NewCrossing(
            origin=origin,
            crossing_id=crossing_id,
            name=values["name"],
            countries=values["countries"],
            position=position,
            mode=mode,
            gauge_mm=values.get("gauge_mm", 0),
            status=status,
            as_of=values.get("as_of", ""),
            opens=values.get("opens", 0),
            source=_source(values),
        ),
    ), []


def closed_record(
    origin: Origin, values: Mapping[str, Any], position: LonLat
) -> tuple[tuple[ClosedSpot, ...], list[str]]:
    """Return the record of a spot that nothing may pass."""
    spot = ClosedSpot(
        origin=origin,
        mode=Mode(values["mode"]),
        position=position,
        name=values.get("name", ""),
        country=values.get("country", ""),
        source=_source(values),
    )
    return (spot,), []


def known_record(
    origin: Origin, values: Mapping[str, Any], position: LonLat
) -> tuple[tuple[KnownPlace, ...], list[str]]:
    """Return a place of an export as it stands there."""
    place = KnownPlace(
        origin=origin,
        place_id=values["place_id"],
        name=values.get("name", ""),
        kind=values.get("kind", ""),
        country=values.get("country", ""),
        position=position,
        modes=_modes(values.get("modes", ())),
    )
    return (place,), []


def _gauge_problems(values: Mapping[str, Any], gauges_mm: tuple[int, ...]) -> list[str]:
    problems = gauge_problems(Mode.RAIL in values["modes"], bool(gauges_mm))
    if len(gauges_mm) > _TWO:
        problems.append(f"gauges_mm: {len(gauges_mm)} gauges at one place; state one or two")
    changes = len(gauges_mm) == _TWO
    if values["kind"] == PlaceKind.GAUGE_INTERCHANGE and not changes:
        problems.append("gauges_mm: a gauge interchange joins two gauges; state both")
    if changes and "gauge_method" not in values:
        problems.append("gauge_method is missing; state how goods change between the two gauges")
    if "gauge_method" in values and not changes:
        problems.append("gauge_method is for a place of two gauges; state both or remove it")
    return problems


def _right_problems(values: Mapping[str, Any], gauges_mm: tuple[int, ...]) -> list[str]:
    """Return rights to modes that the place is not joined to, and rights for no cargo unit."""
    problems: list[str] = []
    modes = values["modes"]
    joined = {*modes, Mode.FERRY} if Mode.SEA in modes else {*modes}  # ferries call at ports
    named = {
        "loading": values.get("loading", ()),
        "transshipments": [mode for pair in values.get("transshipments", ()) for mode in pair],
    }
    for right, used in named.items():
        problems += [
            f"{right}: {mode} is not among its modes; add it to modes or remove it"
            for mode in dict.fromkeys(used)
            if mode not in joined
        ]
    has_rights = any(named.values()) or len(gauges_mm) == _TWO
    if has_rights and "cargo_units" not in values:
        problems.append(f"cargo_units is missing; state what it handles: {', '.join(CargoUnit)}")
    if "sea_region" in values and Mode.SEA not in modes:
        problems.append("sea_region is for a place at sea; add sea to modes or remove it")
    return problems


def _modes(words: Any) -> tuple[Mode, ...]:
    return tuple(Mode(word) for word in words)


def _source(values: Mapping[str, Any]) -> str:
    return str(values.get("source", values.get("source_id", "")))


def _slug(name: str) -> str:
    """Return a name in Latin letters, digits and hyphens, as ids have it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = "".join(char if char.isalnum() else " " for char in plain).split()
    return "-".join(words)[:_LONGEST_SLUG].strip("-")
