"""Whether additions lie where they say: near the country they state, not with swapped coordinates.

A country is where its lines and places are. That is no polygon, but it is what an addition has to
be joined to, and it tells a swapped coordinate from a right one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geodata.importing.model import Additions, Origin
from geodata.importing.refused import Refused
from geodata.network import LonLat, Network
from geodata.snapping import FAR_KM
from geodata.vocabulary import LAND_MODES, Mode
from geodata.world import World

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BESIDE_KM: Final = 20.0
ABROAD_KM: Final = 40.0
"""A position within the one of another country's lines and beyond the other of its own's lies in
that country: a policy, wide enough for lines along a frontier."""
_EARTH_RADIUS_KM: Final = 6371.0
_MAX_LAT: Final = 90.0


ANYWHERE: Final = ""
"""Stands for the country of what does not say where it is: it is compared with all of them."""


def country_problems(
    network: Network,
    world: World,
    additions: Additions,
    refused: Refused = Refused(),  # noqa: B008 - frozen
) -> tuple[list[str], frozenset[tuple[Origin, LonLat]]]:
    """Return every addition that lies far from the country it states, and where those swapped lie.

    A country that the network does not know is believed. What was refused for other reasons is
    looked at too, as far as it can be: whoever swapped coordinates should hear of it at once.
    """
    stated = [*_stated(additions), *_drawn_though_refused(refused)]
    if not stated:
        return [], frozenset()
    trees = _trees(network, world, {country for _, country, _ in stated})
    of_country: dict[str, list[int]] = {}
    for at, (_, country, _) in enumerate(stated):
        of_country.setdefault(country, []).append(at)
    problems: dict[int, str] = {}
    turned: set[tuple[Origin, LonLat]] = set()
    away: list[int] = []
    for country, tree in trees.items():
        mine = of_country[country]
        farthest_km = _farthest_km(tree, [stated[at][2] for at in mine])
        for at, km in zip(mine, farthest_km, strict=True):
            if km <= FAR_KM:
                away += [at] if country and km > ABROAD_KM else []
                continue
            origin, _, points = stated[at]
            swapped = [(lat, lon) for lon, lat in points]
            on_earth = all(abs(lat) <= _MAX_LAT for _, lat in swapped)
            if on_earth and _farthest_km(tree, [swapped])[0] <= FAR_KM:
                turned.add((origin, points[0]))
                there = (country, "in it") if country else ("all land lines", "near some")
                problems[at] = (
                    f"{origin}: longitude and latitude look swapped: as they stand the feature "
                    f"lies {km:.0f} km from {there[0]}, the other way round {there[1]}; GeoJSON "
                    "writes [lon, lat]"
                )
            elif country:
                problems[at] = (
                    f"{origin}: lies {km:.0f} km from the nearest line or place of {country}; "
                    "correct the country or the coordinates"
                )
    problems |= _abroad(network, trees, stated, sorted(away))
    # of the parts of a feature the first that is wrong speaks for all
    told: dict[Origin | int, str] = {}
    for at in sorted(problems):
        origin = stated[at][0]
        told.setdefault(origin if origin.part else at, problems[at])
    return list(told.values()), frozenset(turned)


def _abroad(
    network: Network,
    trees: Mapping[str, Any],
    stated: Sequence[tuple[Origin, str, list[LonLat]]],
    lines: Sequence[int],
) -> dict[int, str]:
    """Return the additions with a position that lies beside the lines of another country.

    Only `lines` are looked at, which have a position far from their own. Beside is near those and
    far from the lines of its own; a line is cut at the frontier, where a border crossing point
    joins its two parts.
    """
    if not lines:
        return {}
    tree, names = _all_nodes(network)
    owner = np.repeat(lines, [len(stated[at][2]) for at in lines])
    points = np.array([point for at in lines for point in stated[at][2]])
    spots = _on_sphere(points)
    chord, node = tree.query(spots)
    own = np.array([stated[at][1] for at in lines])[np.searchsorted(lines, owner)]
    strange = np.flatnonzero((names[node] != own) & (chord * _EARTH_RADIUS_KM <= BESIDE_KM))
    found: dict[int, str] = {}
    for number in strange.tolist():
        at = int(owner[number])
        origin, country, _ = stated[at]
        away_km = _farthest_km(trees[country], [[tuple(points[number].tolist())]])[0]
        if at not in found and away_km > ABROAD_KM:
            lon, lat = points[number].tolist()
            found[at] = (
                f"{origin}: position ({lon:g}, {lat:g}) lies in {names[node[number]]}, "
                f"{away_km:.0f} km from the nearest line or place of {country}; cut it at the "
                "frontier and join the parts by a border crossing point, or correct the country"
            )
    return found


def _all_nodes(network: Network) -> tuple[Any, Any]:
    """Return a search tree of the ends of all land lines, and their countries."""
    from scipy.spatial import cKDTree

    layers = [network.layer(mode) for mode in (Mode.RAIL, Mode.ROAD)]
    spots = np.concatenate([np.column_stack([layer.node_lon, layer.node_lat]) for layer in layers])
    names = np.concatenate([layer.node_country.astype("<U2") for layer in layers])
    return cKDTree(_on_sphere(spots)), names


def _stated(additions: Additions) -> Iterable[tuple[Origin, str, list[LonLat]]]:
    for link in additions.links:
        if link.mode in LAND_MODES:
            yield link.origin, link.country, list(link.line)
    for place in additions.places:
        yield place.origin, place.country, [place.position]
    for crossing in additions.crossings:
        for country in crossing.countries:
            yield crossing.origin, country, [crossing.position]


def _drawn_though_refused(refused: Refused) -> Iterable[tuple[Origin, str, list[LonLat]]]:
    for each in refused.features:
        if each.origin is not None and each.line and each.mode in ("", *LAND_MODES):
            yield each.origin, each.country or ANYWHERE, list(each.line)


def _trees(network: Network, world: World, countries: set[str]) -> dict[str, Any]:
    """Return a search tree of the lines' ends and the places of each country."""
    from scipy.spatial import cKDTree

    found: dict[str, list[Floats]] = {country: [] for country in sorted(countries)}
    if ANYWHERE in found:
        found[ANYWHERE] = [
            np.column_stack([layer.node_lon, layer.node_lat])
            for layer in (network.layer(mode) for mode in (Mode.RAIL, Mode.ROAD))
        ]
    for mode in (Mode.RAIL, Mode.ROAD):
        layer = network.layer(mode)
        names, code = np.unique(layer.node_country.astype("<U2"), return_inverse=True)
        for number, country in enumerate(names.tolist()):
            if country in found:
                inside = code == number
                ends = np.column_stack([layer.node_lon[inside], layer.node_lat[inside]])
                found[country].append(ends)
    for country, points in found.items():
        points.append(
            np.array(
                [(row.lon, row.lat) for row in world.places.values() if row.country == country]
            ).reshape(-1, 2)
        )
    spots = {country: np.concatenate(points) for country, points in found.items()}
    return {country: cKDTree(_on_sphere(each)) for country, each in spots.items() if len(each)}


def _farthest_km(tree: Any, lines: Sequence[Sequence[LonLat]]) -> list[float]:
    """Return for every line how far its farthest position is from what is in a tree."""
    chord, _ = tree.query(_on_sphere(np.array([point for line in lines for point in line])))
    first = np.cumsum([0, *(len(line) for line in lines[:-1])])
    widest = np.minimum(1.0, np.maximum.reduceat(chord, first) / 2)
    found: list[float] = (2 * _EARTH_RADIUS_KM * np.arcsin(widest)).tolist()
    return found


def _on_sphere(lonlat: Floats) -> Floats:
    lon, lat = np.radians(lonlat[:, 0]), np.radians(lonlat[:, 1])
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
