"""Shortest lines between arbitrary points over the detailed network of one mode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from geodata.network import ModeNetwork
from geodata.units import geodesic_length_km
from geodata.vocabulary import Mode

SNAP_LIMIT_KM: Final = {Mode.RAIL: 50.0, Mode.ROAD: 50.0, Mode.SEA: 150.0, Mode.AIR: 50.0}
"""How far from a network a point may lie and still be joined to it: a policy, not a fact."""

WINDOW_DEG: Final = 3.0
_MIN_SHRINK: Final = 0.05


@dataclass(frozen=True, slots=True)
class Snap:
    """The nearest spot of a network: on ``link_id``, ``along_m`` metres of its true length in."""

    lon: float
    lat: float
    snap_km: float
    link_id: int
    along_m: int


class Snapper:
    """Finds the nearest spot of a mode's usable links to a point.

    Only lines near the point are read: those whose end nodes' box, widened by
    `WINDOW_DEG`, holds it. If there are none, all are read.

    Parameters
    ----------
    network
        The mode's network.
    usable
        Mask of the links that may be used.
    """

    def __init__(self, network: ModeNetwork, usable: npt.NDArray[np.bool_]) -> None:
        self._network = network
        self._ids = np.flatnonzero(usable)
        ends = [network.links[name][self._ids] for name in ("from_node_id", "to_node_id")]
        lons, lats = ([node[end] for end in ends] for node in (network.node_lon, network.node_lat))
        self._west, self._east = np.minimum(*lons), np.maximum(*lons)
        self._south, self._north = np.minimum(*lats), np.maximum(*lats)

    def nearest(self, lon: float, lat: float) -> Snap:
        """Return the nearest spot, however far: the caller compares ``snap_km`` with a limit."""
        import shapely

        ids = self._ids[
            (self._west - WINDOW_DEG <= lon)
            & (lon <= self._east + WINDOW_DEG)
            & (self._south - WINDOW_DEG <= lat)
            & (lat <= self._north + WINDOW_DEG)
        ]
        ids = ids if len(ids) else self._ids
        lines = self._network.lines(ids.tolist())
        # measured in a plane that is true to scale at the point: degrees of longitude shrink
        shrink = max(_MIN_SHRINK, float(np.cos(np.radians(lat))))
        shapes = {
            link: shapely.LineString([(x * shrink, y) for x, y in lines[link]]) for link in lines
        }
        point = shapely.Point(lon * shrink, lat)
        link = min(shapes, key=lambda at: (shapes[at].distance(point), at))
        share = float(shapes[link].project(point, normalized=True))
        spot = shapes[link].interpolate(share, normalized=True)
        x, y = round(spot.x / shrink, 5), round(spot.y, 5)
        km = geodesic_length_km([(lon, lat), (x, y)])
        return Snap(x, y, km, link, round(share * int(self._network.links["length_m"][link])))

    def part(self, link: int, start: float, end: float) -> list[tuple[float, float]]:
        """Return the drawn line between two shares (0..1) of a link, in that direction."""
        from shapely import LineString
        from shapely.ops import substring

        line = LineString(self._network.lines([link])[link])
        piece = substring(line, start, end, normalized=True)
        return [(float(x), float(y)) for x, y in piece.coords]


def degrees_line(points: Sequence[tuple[float, float]]) -> list[list[float]]:
    """Return a line as GeoJSON coordinates with five decimals, about a metre."""
    return [[round(lon, 5), round(lat, 5)] for lon, lat in points]
