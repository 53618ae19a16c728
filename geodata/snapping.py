"""Where points lie on the detailed network of one mode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from geodata.nearest import share_along
from geodata.network import ModeNetwork
from geodata.vocabulary import Mode

SNAP_LIMIT_KM: Final = {Mode.RAIL: 25.0, Mode.ROAD: 25.0, Mode.SEA: 150.0, Mode.AIR: 25.0}
"""How far from a network a point may lie and still be joined to it: a policy, not a fact."""

FAR_KM: Final = 250.0
"""Farther from every line and place of a country, or from all there are, a point is not taken to be
meant: a policy. The emptiest deserts of the shipped network are less than half as wide."""

_MAX_LAT: Final = 90.0
_REACHES_KM: Final = (10.0, 25.0, 60.0, 150.0, 400.0, 1_000.0, 3_000.0, 20_000.0)


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

    Parameters
    ----------
    network
        The mode's network.
    usable
        Mask of the links that may be used.
    """

    def __init__(self, network: ModeNetwork, usable: npt.NDArray[np.bool_]) -> None:
        self._network = network
        self._usable = usable

    def nearest(self, lon: float, lat: float) -> Snap | None:
        """Return the nearest spot, however far: the caller compares ``snap_km`` with a limit.

        None if the network has no usable link.
        """
        return self.nearest_all([(lon, lat)])[0]

    def nearest_all(self, points: Sequence[tuple[float, float]]) -> list[Snap | None]:
        """Return the nearest spot to each point, (lon, lat), as `nearest` does."""
        found: list[Snap | None] = [None] * len(points)
        missing = list(range(len(points)))
        for reach_km in _REACHES_KM:
            if not missing:
                break
            near = self._network.index.nearest(
                [points[at] for at in missing], reach_km, usable=self._usable
            )
            here = {at: spot for at, spot in zip(missing, near, strict=True) if spot is not None}
            lines = self._network.lines([spot.line for spot in here.values()])
            for at, spot in here.items():
                share = share_along(lines[spot.line], spot.spot)
                along_m = round(share * int(self._network.links["length_m"][spot.line]))
                found[at] = Snap(*spot.spot, spot.km, spot.line, along_m)
            missing = [at for at in missing if at not in here]
        return found

    def looks_swapped(self, lon: float, lat: float, limit_km: float) -> bool:
        """Tell whether a point lies far from every line, and within a limit the other way round."""
        near = self.nearest(lon, lat)
        if near is None or near.snap_km <= max(FAR_KM, limit_km) or abs(lon) > _MAX_LAT:
            return False
        swapped = self.nearest(lat, lon)
        return swapped is not None and swapped.snap_km <= limit_km

    def part(self, link: int, start_m: int, end_m: int) -> list[tuple[float, float]]:
        """Return the drawn line between two places on a link, by its true length, as it is run."""
        from shapely import LineString
        from shapely.ops import substring

        line = LineString(self._network.lines([link])[link])
        whole_m = int(self._network.links["length_m"][link])
        start, end = (m / whole_m if whole_m else 0.0 for m in (start_m, end_m))
        piece = substring(line, start, end, normalized=True)
        return [(float(x), float(y)) for x, y in piece.coords]


def degrees_line(points: Sequence[tuple[float, float]]) -> list[list[float]]:
    """Return a line as GeoJSON coordinates with five decimals, about a metre."""
    return [[round(lon, 5), round(lat, 5)] for lon, lat in points]
