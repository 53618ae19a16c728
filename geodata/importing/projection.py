"""From a file's own reference system to EPSG:4326, longitude first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from geodata.importing.forms import float_of, safe, shown

if TYPE_CHECKING:
    from pyproj import CRS, Transformer

WGS84: Final = "EPSG:4326"
MISSING: Final = (
    "the file names no coordinate reference system; set it where the file was made "
    "(a Shapefile needs its .prj beside it) and save it in EPSG:4326"
)
"""The problem of a file that does not say where on Earth it is."""

_SHORT: Final = 300
_REMEDY: Final = "save the file in EPSG:4326"


def transformer_of(crs: Any) -> tuple[Transformer | None, str, str]:
    """Return what brings a reference system to EPSG:4326, its name, and what is wrong with it.

    There is no transformer, and no name, for degrees on WGS84: such positions are taken as they
    stand.

    Parameters
    ----------
    crs
        Anything that pyproj reads: an authority's code, a URN, WKT, PROJJSON.
    """
    from pyproj import CRS, Transformer
    from pyproj.exceptions import ProjError

    shown_crs = shown(crs) if isinstance(crs, str) else "of the file"
    try:
        known = CRS.from_user_input(crs)
        if known.is_engineering:  # how GeoPackage writes that it does not know
            return None, "", MISSING
        if known.is_geocentric:
            return None, "", f"the reference system {shown_crs} is geocentric; {_REMEDY}"
        name = _name(known)
        if known.to_2d().equals(CRS(WGS84), ignore_axis_order=True):
            return None, "", ""
        return Transformer.from_crs(known.to_2d(), WGS84, always_xy=True), name, ""
    except (ProjError, ValueError, TypeError, RecursionError):
        return None, "", f"the reference system {shown_crs} is unknown or not on Earth; {_REMEDY}"


def reproject(positions: list[list[Any]], crs: Any) -> tuple[str, str]:
    """Bring positions to EPSG:4326, in place; return from which system, and what is wrong with it.

    A position that cannot be brought there becomes infinite.
    """
    import numpy as np

    transformer, name, problem = transformer_of(crs)
    if transformer is None:
        return name, problem
    x = np.array([float_of(position[0]) for position in positions], dtype=float)
    y = np.array([float_of(position[1]) for position in positions], dtype=float)
    lon, lat = transformer.transform(x, y)
    for position, here, there in zip(positions, lon.tolist(), lat.tolist(), strict=True):
        position[0], position[1] = here, there
    return name, ""


def _name(crs: CRS) -> str:
    authority = crs.to_authority()
    return safe(":".join(authority) if authority else crs.name[:_SHORT])
