"""Exact conversions, the Earth's shape and lengths on it. Definitions only, nothing estimated."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pyproj import Geod

    Floats = NDArray[np.float64]

KM_PER_NMI: Final = 1.852
KM_PER_MILE: Final = 1.609344
HOURS_PER_DAY: Final = 24.0
DAYS_PER_YEAR: Final = 365.0
MINUTES_PER_HOUR: Final = 60.0
METRES_PER_KM: Final = 1000.0
GRAMS_PER_KG: Final = 1000.0
KG_PER_T: Final = 1000.0
CENTS_PER_USD: Final = 100.0
PERCENT: Final = 100.0

EARTH_RADIUS_KM: Final = 6371.0088
"""Mean radius, of the sphere that stands for the Earth where only what is near matters."""
KM_PER_DEGREE: Final = 111.195
"""Of latitude, on that sphere."""


@cache
def wgs84() -> Geod:
    """Return the ellipsoid that lengths are measured on."""
    from pyproj import Geod  # imported late: a cold `compare` measures nothing

    return Geod(ellps="WGS84")


def geodesic_length_km(lonlat: Sequence[tuple[float, float]]) -> float:
    """Return the length in km of a line on the WGS84 ellipsoid; points are (lon, lat) degrees."""
    if len(lonlat) < 2:  # noqa: PLR2004 - two points make a line
        return 0.0
    if len(lonlat) == 2:  # noqa: PLR2004 - nearly all: the same number without making arrays
        return float(wgs84().inv(*lonlat[0], *lonlat[1])[2]) / METRES_PER_KM
    lons, lats = zip(*lonlat, strict=True)
    return float(wgs84().line_length(lons, lats)) / METRES_PER_KM


def geodesic_lengths_km(a: Floats, b: Floats) -> Floats:
    """Return the distance in km between pairs of points; rows are (lon, lat) degrees."""
    lengths: Floats = wgs84().inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])[2]
    return lengths / METRES_PER_KM


def on_sphere_km(lon: Floats, lat: Floats) -> Floats:
    """Return positions in km from the centre of the Earth; chords are distances for a few km."""
    import numpy as np

    lam, phi = np.radians(lon), np.radians(lat)
    unit = np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    return np.asarray(unit * EARTH_RADIUS_KM, dtype=np.float64)
