"""Records of drawn lines: what has to hold between their properties, and their lengths."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, Final

from geodata.importing.drawing import Drawing, crossing_at
from geodata.importing.forms import shown
from geodata.importing.model import NewLink, Origin
from geodata.importing.properties import OWN_PARAMETERS
from geodata.network import Line
from geodata.units import KM_PER_MILE, METRES_PER_KM
from geodata.vocabulary import LAND_MODES, GeometryBasis, Mode, Status

SHORTEST_RATIO: Final = 0.98
LONGEST_RATIO: Final = 3.0
"""A stated length is at least and at most this many times the drawn one: a policy against slips.

A line cannot be shorter than it is drawn, save for the drawing's own error; and where it is three
times as long, the drawing is of another line or the unit is wrong.
"""

NOT_YET_OPEN: Final = frozenset({Status.CONSTRUCTION, Status.PLANNED})
NO_GAUGE: Final = "gauge_mm is missing; state the track gauge of the rails in mm"
NO_RAIL: Final = "gauge_mm is for rail only; remove it or correct the mode"

_STRAIGHT: Final = 2
_NOT_IN_KEYS: Final = ".*="


def line_problems(values: Mapping[str, Any], stated: Set[str], drawing: Drawing) -> list[str]:
    """Return what does not hold between the properties of a line.

    Parameters
    ----------
    values
        The properties that were well-formed, each read by its form.
    stated
        The names of all properties that say something, well-formed or not.
    drawing
        The lines that the feature draws, as far as they were good.
    """
    return [
        *gauge_problems(values.get("mode"), stated),
        *_country_problems(values.get("mode"), stated),
        *opening_problems(values.get("status"), stated),
        *_ferry_problems(values.get("mode"), stated),
        *_own_problems(values, stated),
        *_length_problems(values, stated, drawing),
    ]


def line_records(
    origin: Origin, values: Mapping[str, Any], drawing: Drawing
) -> tuple[NewLink, ...]:
    """Return a record per drawn part of a line without problems."""
    basis = values.get("geometry_basis")
    own = own_parameters(values)
    lengths_m = _lengths_m(values, drawing)
    numbers = drawing.numbers if len(drawing.parts) > 1 else [0]
    return tuple(
        NewLink(
            origin=replace(origin, part=number),
            mode=Mode(values["mode"]),
            country=values.get("country", ""),
            gauge_mm=values.get("gauge_mm", 0),
            status=Status(values["status"]),
            as_of=values.get("as_of", ""),
            opens=values.get("opens", 0),
            name=values.get("name", ""),
            length_m=length_m,
            geometry_basis=GeometryBasis(basis) if basis else _basis(part),
            line=part,
            source=values.get("source", values.get("source_id", "")),
            cargo_units=values.get("cargo_units", ()),
            parameters=own,
            link_id=values.get("link_id"),
            data_version=values.get("data_version", ""),
        )
        for number, part, length_m in zip(numbers, drawing.parts, lengths_m, strict=True)
    )


def own_parameters(values: Mapping[str, Any]) -> dict[str, tuple[float, str]]:
    """Return the parameters that a line has of its own: value and unit by family."""
    return {
        family: (values[name], unit)
        for name, (family, unit) in OWN_PARAMETERS.items()
        if name in values
    }


def gauge_problems(mode: str | None, stated: Set[str]) -> list[str]:
    """Return whether a gauge is missing from rail, or stands where there is no track."""
    if mode == Mode.RAIL and "gauge_mm" not in stated:
        return [NO_GAUGE]
    if mode not in (None, Mode.RAIL) and "gauge_mm" in stated:
        return [NO_RAIL]
    return []


def opening_problems(status: str | None, stated: Set[str]) -> list[str]:
    """Return whether the year of opening is missing, or stands where it says nothing."""
    if status in NOT_YET_OPEN and "opens" not in stated:
        state = "under construction" if status == Status.CONSTRUCTION else "planned"
        return [f"opens is missing; state the year in which what is {state} opens"]
    if status == Status.OPERATIONAL and "opens" in stated:
        return ["opens is for what is not operational; remove it or correct the status"]
    return []


def self_crossings(drawings: Sequence[Drawing]) -> list[list[str]]:
    """Return the problems of lines that cross or touch themselves, per drawing.

    All lines are looked at together, since one by one is slow.
    """
    problems: list[list[str]] = [[] for _ in drawings]
    flat = [
        (at, number, part)
        for at, drawing in enumerate(drawings)
        for number, part in zip(drawing.numbers, drawing.parts, strict=True)
    ]
    if not flat:
        return problems
    import numpy as np
    import shapely

    spots = np.array([spot for _, _, part in flat for spot in part], dtype=float)
    owner = np.repeat(np.arange(len(flat)), [len(part) for _, _, part in flat])
    simple = shapely.is_simple(shapely.linestrings(spots, indices=owner))
    for index in np.flatnonzero(~simple).tolist():
        at, number, part = flat[index]
        where = f"part {number}: " if number else ""
        position = crossing_at(part)
        lon, lat = part[position - 1]
        problems[at].append(
            f"{where}the line crosses or touches itself just before "
            f"({shown(lon)}, {shown(lat)}); split it there or remove the loop"
        )
    return problems


def name_problems(links: Sequence[NewLink]) -> dict[Origin, list[str]]:
    """Return lines that share a name with one that has parameters of its own, and not these.

    A parameter is called after its line, so lines of one name have one tariff, speed and emission.
    """
    first: dict[str, NewLink] = {}
    for link in links:
        if link.parameters:
            first.setdefault(link.name, link)
    problems: dict[Origin, list[str]] = {}
    for link in links:
        named = first.get(link.name)
        if named is not None and link.parameters != named.parameters:
            other = beside(named.origin, link.origin)
            fault = (
                f"has the name {shown(link.name)} of {other}, but not its tariff, speed and "
                "emissions; give it the same or another name"
            )
            problems[link.origin] = [fault]
    return problems


def beside(other: Origin, origin: Origin) -> str:
    """Return how a message about one feature names another."""
    return other.feature if other.file == origin.file else str(other)


def _country_problems(mode: str | None, stated: Set[str]) -> list[str]:
    if mode in LAND_MODES and "country" not in stated:
        return ["country is missing; state the ISO 3166-1 alpha-2 code, as in IR or KZ"]
    return []


def _ferry_problems(mode: str | None, stated: Set[str]) -> list[str]:
    if mode == Mode.FERRY and "cargo_units" not in stated:
        return ["cargo_units is missing; state what the ferry carries, as in container_20"]
    if mode not in (None, Mode.FERRY) and "cargo_units" in stated:
        return ["cargo_units is for ferries; what a terminal handles is said at the terminal"]
    return []


def _own_problems(values: Mapping[str, Any], stated: Set[str]) -> list[str]:
    problems = []
    if stated >= {"tariff_usd_per_teu_km", "tariff_usd_per_t_km"}:
        problems.append("two tariffs: per TEU-km and per t-km; state one")
    if stated.isdisjoint(OWN_PARAMETERS):
        return problems
    name = values.get("name", "")
    if "name" not in stated:
        problems.append(
            "name is missing; a line with a tariff, speed or emissions of its own needs one, since "
            "they are called after it"
        )
    elif any(sign in name for sign in _NOT_IN_KEYS):
        problems.append(
            f"name: {shown(name)} has one of . * = in it, which keys of parameters do not allow; "
            "write it without"
        )
    return problems


def _basis(part: Line) -> GeometryBasis:
    return GeometryBasis.GENERALISED if len(part) == _STRAIGHT else GeometryBasis.BENT


def _length_problems(values: Mapping[str, Any], stated: Set[str], drawing: Drawing) -> list[str]:
    if stated >= {"length_km", "length_m"}:
        return ["two lengths: length_km and length_m; state one"]
    if not drawing.parts:
        return []
    drawn_km = sum(drawing.lengths_km)
    given_km = _stated_km(values)
    if given_km and "link_id" not in values:  # an export's own length is compared with the link's
        ratio = given_km / drawn_km if drawn_km else math.inf
        if not SHORTEST_RATIO <= ratio <= LONGEST_RATIO:
            return [
                f"length: {given_km:.3f} km is {ratio:.2f} times the drawn {drawn_km:.3f} km, "
                f"outside {SHORTEST_RATIO:g} to {LONGEST_RATIO:g}; correct the length or the line"
                f"{_unit_hint(given_km, drawn_km)}"
            ]
    return [
        (f"part {number}: " if number else "")
        + "shorter than half a metre; draw it longer or remove it"
        for number, length_m in zip(drawing.numbers, _lengths_m(values, drawing), strict=True)
        if length_m < 1
    ]


def _unit_hint(given_km: float, drawn_km: float) -> str:
    """Return in which other unit a length would fit what is drawn, or an empty text."""
    for unit, factor in (("m", 1 / METRES_PER_KM), ("miles", KM_PER_MILE)):
        meant_km = given_km * factor
        if drawn_km and SHORTEST_RATIO <= meant_km / drawn_km <= LONGEST_RATIO:
            return f" ({given_km:g} {unit} would be {meant_km:.6g} km)"
    return ""


def _stated_km(values: Mapping[str, Any]) -> float:
    """Return the stated length in km, 0 for none."""
    in_km: float = values.get("length_km", 0.0)
    in_m: int = values.get("length_m", 0)
    return in_km or in_m / METRES_PER_KM


def _lengths_m(values: Mapping[str, Any], drawing: Drawing) -> list[int]:
    """Return the true length of every part in whole metres: its share of what is stated."""
    drawn_m = [length_km * METRES_PER_KM for length_km in drawing.lengths_km]
    stated_m = round(_stated_km(values) * METRES_PER_KM)
    return _shared(stated_m, drawn_m) if stated_m else [round(each) for each in drawn_m]


def _shared(total: int, weights: Sequence[float]) -> list[int]:
    """Share a whole number by weights, such that the shares add up to it."""
    shares, before, given = [], 0.0, 0
    for weight in weights:
        before += weight
        until = round(total * before / sum(weights)) if sum(weights) else 0
        shares.append(until - given)
        given = until
    return shares
