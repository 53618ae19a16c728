"""Whether additions lie where they say: near the country they state, not with swapped coordinates.

A country is where its lines and places are. That is no polygon, but it is what an addition has to
be joined to, and it tells a swapped coordinate from a right one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geodata.importing.model import Additions, Origin
from geodata.network import LonLat, Network, coded
from geodata.vocabulary import LAND_MODES, Mode
from geodata.world import World

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FAR_KM: Final = 250.0
"""Farther from every line and place of a country, a point is not taken to be in it: a policy. The
emptiest deserts of the shipped network are less than half as wide."""
_EARTH_RADIUS_KM: Final = 6371.0
_MAX_LAT: Final = 90.0


def country_problems(network: Network, world: World, additions: Additions) -> list[str]:
    """Return every addition that lies far from the country it states.

    A country that the network does not know is believed.
    """
    stated = list(_stated(additions))
    if not stated:
        return []
    trees = _trees(network, world, {country for _, country, _ in stated})
    problems: list[str] = []
    for (origin, country, points), km in zip(stated, _all_km(trees, stated), strict=True):
        if km <= FAR_KM:
            continue
        tree = trees[country]
        swapped = [(lat, lon) for lon, lat in points]
        if (
            all(abs(lat) <= _MAX_LAT for _, lat in swapped)
            and _farthest_km(tree, swapped) <= FAR_KM
        ):
            problems.append(
                f"{origin}: longitude and latitude look swapped: as they stand the feature lies "
                f"{km:.0f} km from {country}, the other way round in it; GeoJSON writes [lon, lat]"
            )
        else:
            problems.append(
                f"{origin}: lies {km:.0f} km from the nearest line or place of {country}; "
                "correct the country or the coordinates"
            )
    return problems


def _all_km(
    trees: Mapping[str, Any], stated: Sequence[tuple[Origin, str, list[LonLat]]]
) -> list[float]:
    """Return how far the farthest point of each addition is from its country, 0 if unknown."""
    found = [0.0] * len(stated)
    by_country: dict[str, list[int]] = {}
    for number, (_, country, _) in enumerate(stated):
        by_country.setdefault(country, []).append(number)
    for country, at in by_country.items():
        tree = trees.get(country)
        if tree is None:
            continue
        points = np.array([point for number in at for point in stated[number][2]])
        first = np.cumsum([0, *(len(stated[number][2]) for number in at[:-1])])
        chord, _ = tree.query(_on_sphere(points))
        for number, far in zip(at, np.maximum.reduceat(chord, first).tolist(), strict=True):
            found[number] = _km(far)
    return found


def _km(chord: float) -> float:
    return float(2 * _EARTH_RADIUS_KM * np.arcsin(min(1.0, chord / 2)))


def _stated(additions: Additions) -> Iterable[tuple[Origin, str, list[LonLat]]]:
    for link in additions.links:
        if link.mode in LAND_MODES:
            yield link.origin, link.country, list(link.line)
    for place in additions.places:
        yield place.origin, place.country, [place.position]
    for crossing in additions.crossings:
        for country in crossing.countries:
            yield crossing.origin, country, [crossing.position]


def _trees(network: Network, world: World, countries: set[str]) -> dict[str, Any]:
    """Return a search tree of the lines' ends and the places of each country."""
    from scipy.spatial import cKDTree

    found: dict[str, list[Floats]] = {country: [] for country in sorted(countries)}
    for mode in (Mode.RAIL, Mode.ROAD):
        layer = network.layer(mode)
        numbers, countries_of = coded(layer.node_country)
        for country, points in found.items():
            inside = countries_of == numbers.get(country, -1)
            points.append(np.column_stack([layer.node_lon[inside], layer.node_lat[inside]]))
    for country, points in found.items():
        points.append(
            np.array(
                [(row.lon, row.lat) for row in world.places.values() if row.country == country]
            ).reshape(-1, 2)
        )
    spots = {country: np.concatenate(points) for country, points in found.items()}
    return {country: cKDTree(_on_sphere(each)) for country, each in spots.items() if len(each)}


def _farthest_km(tree: Any, points: list[LonLat]) -> float:
    chord, _ = tree.query(_on_sphere(np.array(points)))
    return _km(float(chord.max()))


def _on_sphere(lonlat: Floats) -> Floats:
    lon, lat = np.radians(lonlat[:, 0]), np.radians(lonlat[:, 1])
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
