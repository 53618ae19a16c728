"""Features of our own exports, compared with what is there: what nobody changed says nothing new.

What a file does not state is not compared, so that a column may be left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from geodata.families import ANY
from geodata.importing.model import Additions, KnownCrossing, KnownPlace, NewLink
from geodata.network import Line, LonLat, ModeNetwork
from geodata.parameters import Parameters
from geodata.rows import BorderCrossing, Place
from geodata.world import World, crossing_countries, crossing_position

SAME_SPOT_DEG: Final = 1e-6
"""Positions this near are one, about 10 cm: a GIS may have reprojected them and back."""

_SAME: Final = (
    "country", "gauge_mm", "status", "as_of", "opens", "name", "length_m", "geometry_basis",
)  # fmt: skip
"""What an exported line must have left as it was to say nothing new."""


def known_problems(world: World, additions: Additions) -> list[str]:
    """Return places and border crossing points of exports that are not here, or not the same."""
    problems: list[str] = []
    for place in additions.known_places:
        row = world.places.get(place.place_id)
        if row is None:
            problems.append(
                f"{place.origin}: place {place.place_id} was exported from other data and is in no "
                "table here; give its kind, modes and rights to add it"
            )
            continue
        problems += _differing(
            f"{place.origin}: place {place.place_id}", _place_pairs(place, row), "places.csv"
        )
    for crossing in additions.known_crossings:
        other = world.border_crossings.get(crossing.crossing_id)
        if other is None:
            problems.append(
                f"{crossing.origin}: border crossing {crossing.crossing_id} was exported from "
                "other data and is in no table here; take grade out of it to add it"
            )
            continue
        problems += _differing(
            f"{crossing.origin}: border crossing {crossing.crossing_id}",
            _crossing_pairs(crossing, other, world),
            "border_crossings.csv or places.csv",
        )
    return problems


def _differing(what: str, pairs: Iterator[tuple[str, Any, Any]], table: str) -> list[str]:
    """Return one problem for all that differs between an export and the tables."""
    differing = [
        f"{name} {_text(ours)}, here {_text(theirs)}"
        for name, ours, theirs in pairs
        if ours and not _equal(ours, theirs)
    ]
    if not differing:
        return []
    return [
        f"{what} was changed ({'; '.join(differing)}); a file of lines and places adds and does "
        f"not change what is in the tables: write the changed row into {table} of a folder for "
        "--data"
    ]


def _place_pairs(place: KnownPlace, row: Place) -> Iterator[tuple[str, Any, Any]]:
    yield "name", place.name, row.name
    yield "kind", place.kind, row.kind.value
    yield "country", place.country, row.country
    yield "position", place.position, (row.lon, row.lat)
    yield "modes", place.modes, row.modes


def _crossing_pairs(
    crossing: KnownCrossing, row: BorderCrossing, world: World
) -> Iterator[tuple[str, Any, Any]]:
    countries = crossing_countries(row, world)
    yield "name", crossing.name, row.name
    yield "countries", tuple(sorted(crossing.countries)), tuple(sorted(countries))
    yield "position", crossing.position, crossing_position(row, world)
    yield "mode", crossing.mode, row.mode.value
    yield "gauge_mm", crossing.gauge_mm, row.gauge_mm
    yield "status", crossing.status, row.status.value
    yield "as_of", crossing.as_of, row.as_of
    yield "opens", crossing.opens, row.opens


def _equal(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, tuple) and ours and isinstance(ours[0], float):
        return same_spot(ours, theirs)
    return bool(ours == theirs)


def _text(value: Any) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], float):
        lon, lat = value
        return f"({lat:.5f}, {lon:.5f})"
    return " ".join(map(str, value)) if isinstance(value, tuple) else repr(value)


def same_spot(a: LonLat, b: LonLat) -> bool:
    """Tell whether two positions are one."""
    return abs(a[0] - b[0]) <= SAME_SPOT_DEG and abs(a[1] - b[1]) <= SAME_SPOT_DEG


def same_line(a: Line, b: Line) -> bool:
    """Tell whether two lines run through the same positions."""
    return a == b or (len(a) == len(b) and all(map(same_spot, a, b)))


def same_link(link: NewLink, layer: ModeNetwork, parameters: Parameters) -> bool:
    """Tell whether an export says of a line what the network has; its drawing aside.

    Parameters of its own are compared with the tables'.
    """
    columns = layer.links
    if any(columns[name][link.link_id] != getattr(link, name) for name in _SAME):
        return False
    for family, (value, unit) in link.parameters.items():
        row = parameters.get(family, link.name, ANY)
        if row is None or (row.value, row.unit) != (value, unit):
            return False
    return True
