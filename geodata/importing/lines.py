"""Records of drawn lines: what has to hold between their properties, and their lengths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from geodata.importing.drawing import Drawing, crossing_at
from geodata.importing.forms import shown
from geodata.importing.model import NewLink, Origin
from geodata.importing.properties import OWN_PARAMETERS
from geodata.network import Line
from geodata.units import METRES_PER_KM, geodesic_length_km
from geodata.vocabulary import LAND_MODES, GeometryBasis, Mode, Status

SHORTEST_RATIO: Final = 0.98
LONGEST_RATIO: Final = 3.0
"""A stated length is at least and at most this many times the drawn one: a policy against slips.

A line cannot be shorter than it is drawn, save for the drawing's own error; and where it is three
times as long, the drawing is of another line or the unit is wrong.
"""

NOT_YET_OPEN: Final = frozenset({Status.CONSTRUCTION, Status.PLANNED})
_STRAIGHT: Final = 2
_NOT_IN_KEYS: Final = ".*="


def line_records(
    origin: Origin, values: Mapping[str, Any], parts: Sequence[Line]
) -> tuple[tuple[NewLink, ...], list[str]]:
    """Return a record per drawn part, or what is wrong with the properties together.

    Parameters
    ----------
    origin
        Where the feature stands.
    values
        Its properties, each read by its form.
    parts
        The lines that it draws.
    """
    mode, status = Mode(values["mode"]), Status(values["status"])
    own = own_parameters(values)
    problems = [
        *_land_problems(mode, values),
        *opening_problems(status, values),
        *_own_problems(own, values),
    ]
    lengths_m, faults = _lengths_m(values, parts)
    if problems or faults:
        return (), [*problems, *faults]
    basis = values.get("geometry_basis")
    return tuple(
        NewLink(
            origin=origin,
            mode=mode,
            country=values.get("country", ""),
            gauge_mm=values.get("gauge_mm", 0),
            status=status,
            as_of=values.get("as_of", ""),
            opens=values.get("opens", 0),
            name=values.get("name", ""),
            length_m=length_m,
            geometry_basis=GeometryBasis(basis) if basis else _basis(part),
            line=part,
            source=values.get("source", values.get("source_id", "")),
            parameters=own,
            link_id=values.get("link_id"),
            data_version=values.get("data_version", ""),
        )
        for part, length_m in zip(parts, lengths_m, strict=True)
    ), []


def own_parameters(values: Mapping[str, Any]) -> dict[str, tuple[float, str]]:
    """Return the parameters that a line has of its own: value and unit by family."""
    return {
        family: (values[name], unit)
        for name, (family, unit) in OWN_PARAMETERS.items()
        if name in values
    }


def gauge_problems(has_rail: bool, has_gauge: bool) -> list[str]:
    """Return whether a gauge is missing from rail, or stands where there is no track."""
    if has_rail and not has_gauge:
        return ["gauge_mm is missing; state the track gauge of the rails in mm"]
    if has_gauge and not has_rail:
        return ["gauge_mm is for rail only; remove it or correct the mode"]
    return []


def opening_problems(status: Status, values: Mapping[str, Any]) -> list[str]:
    """Return whether the year of opening is missing, or stands where it says nothing."""
    if status in NOT_YET_OPEN and "opens" not in values:
        return [f"opens is missing; state the year in which what is {_state(status)} opens"]
    if status is Status.OPERATIONAL and "opens" in values:
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
            fault = (
                f"has the name {shown(link.name)} of {named.origin}, but not its tariff, speed and "
                "emissions; give it the same or another name"
            )
            problems[link.origin] = [fault]
    return problems


def _state(status: Status) -> str:
    return "under construction" if status is Status.CONSTRUCTION else str(status.value)


def _land_problems(mode: Mode, values: Mapping[str, Any]) -> list[str]:
    problems = gauge_problems(mode is Mode.RAIL, "gauge_mm" in values)
    if mode in LAND_MODES and "country" not in values:
        problems.append("country is missing; state the ISO 3166-1 alpha-2 code, as in IR or KZ")
    return problems


def _own_problems(own: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    problems = []
    if all(name in values for name in ("tariff_usd_per_teu_km", "tariff_usd_per_t_km")):
        problems.append("two tariffs: per TEU-km and per t-km; state one")
    name = values.get("name", "")
    if own and not name:
        problems.append(
            "name is missing; a line with a tariff, speed or emissions of its own needs one, since "
            "they are called after it"
        )
    if own and any(sign in name for sign in _NOT_IN_KEYS):
        problems.append(
            f"name: {shown(name)} has one of . * = in it, which keys of parameters do not allow; "
            "write it without"
        )
    return problems


def _basis(part: Line) -> GeometryBasis:
    return GeometryBasis.GENERALISED if len(part) == _STRAIGHT else GeometryBasis.BENT


def _lengths_m(values: Mapping[str, Any], parts: Sequence[Line]) -> tuple[list[int], list[str]]:
    """Return the true length of every part in whole metres, or what is wrong with it."""
    drawn_m = [geodesic_length_km(part) * METRES_PER_KM for part in parts]
    lengths_m, problems = [round(each) for each in drawn_m], []
    if "length_km" in values and "length_m" in values:
        problems.append("two lengths: length_km and length_m; state one")
    elif "length_km" in values or "length_m" in values:
        stated = values.get("length_km", 0.0) * METRES_PER_KM or float(values.get("length_m", 0))
        ratio = stated / sum(drawn_m) if sum(drawn_m) else 0.0
        if "link_id" not in values and not SHORTEST_RATIO <= ratio <= LONGEST_RATIO:
            return [], [
                f"length: {stated / METRES_PER_KM:.3f} km is {ratio:.2f} times the drawn "
                f"{sum(drawn_m) / METRES_PER_KM:.3f} km, outside {SHORTEST_RATIO:g} to "
                f"{LONGEST_RATIO:g}; correct the length or the line"
            ]
        lengths_m = _shared(round(stated), drawn_m)
    problems += [
        (f"part {number}: " if len(parts) > 1 else "")
        + "shorter than half a metre; draw it longer or remove it"
        for number, length_m in enumerate(lengths_m, start=1)
        if length_m < 1
    ]
    return lengths_m, problems


def _shared(total: int, weights: Sequence[float]) -> list[int]:
    """Share a whole number by weights, such that the shares add up to it."""
    shares, before, given = [], 0.0, 0
    for weight in weights:
        before += weight
        until = round(total * before / sum(weights)) if sum(weights) else 0
        shares.append(until - given)
        given = until
    return shares
