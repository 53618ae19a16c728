"""Where a country ends, and lines cut there.

A network line never crosses a frontier in one piece, so a country's new lines have to be cut where
they leave it. In order of trust:

1. a polygon that the user states;
2. the country's boundary in OpenStreetMap itself (relation of ``admin_level=2`` with the country's
   ``ISO3166-1``), if it is in the answer or the extract, whole, and holds what the shipped network
   has in the country;
3. the shipped network: a spot belongs to the country whose shipped rail or road line is nearest.

The last one is exact at the recorded border crossing points, where the shipped lines are cut
themselves, and off by up to half the distance between the lines of two countries elsewhere: lines
that run beside a frontier may lose or gain some kilometres. It needs the country to be in the
shipped network. Boundaries in OpenStreetMap follow who is in control on the ground.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from geodata.errors import DataError
from geodata.network import Box, LonLat, Network
from geodata.units import on_sphere_km
from geodata.vocabulary import LAND_MODES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BELIEVED_SHARE: Final = 0.9
"""A polygon that holds less of a country's shipped nodes than this is not its boundary: a policy.

The boundary of an extract may lack its main ring and still have those of its islands.
"""
_STEP_KM: Final = 2.0
_HALVINGS: Final = 12
_LAST_DIGIT: Final = 7

Piece = tuple[LonLat, LonLat]


class Territory(Protocol):
    """Tells which pieces of straight lines lie in a country."""

    @property
    def basis(self) -> str:
        """What says so, in words."""

    def pieces(self, lines: Sequence[Piece]) -> list[list[Piece]]:
        """Return for each line its parts in the country, in its direction; whole if all is in."""


@dataclass(frozen=True)
class Polygon:
    """A country by its polygon."""

    shape: Any
    basis: str

    def pieces(self, lines: Sequence[Piece]) -> list[list[Piece]]:
        """Return the parts of lines within the polygon."""
        import shapely

        if not len(lines):
            return []
        shapely.prepare(self.shape)
        shapes = np.asarray(shapely.linestrings(np.array(lines, dtype=np.float64)))
        within = shapely.covers(self.shape, shapes)
        touching = shapely.intersects(self.shape, shapes)
        found: list[list[Piece]] = []
        for line, is_in, is_near, shape in zip(lines, within, touching, shapes, strict=True):
            if is_in or not is_near:
                found.append([line] if is_in else [])
                continue
            parts = shapely.get_parts(shapely.intersection(shape, self.shape))
            cut = [_piece(part, line) for part in parts if part.length > 0]
            found.append(sorted(cut, key=lambda piece: _along(line, piece[0])))
        return found


@dataclass(frozen=True)
class Nearest:
    """A country by the shipped lines nearest to a spot."""

    tree: Any
    is_own: NDArray[np.bool_]
    basis: str

    def pieces(self, lines: Sequence[Piece]) -> list[list[Piece]]:
        """Return the parts of lines nearer to the country's shipped lines than to others."""
        if not len(lines):
            return []
        ends = np.array(lines, dtype=np.float64)
        own = self._own(ends.reshape(-1, 2)).reshape(-1, 2)
        found: list[list[Piece]] = []
        for line, (first, last) in zip(lines, own.tolist(), strict=True):
            if first == last:
                found.append([line] if first else [])
                continue
            cut = self._frontier(line, is_in_first=first)
            found.append([(line[0], cut) if first else (cut, line[1])])
        return found

    def _own(self, points: Floats) -> NDArray[np.bool_]:
        _, nearest = self.tree.query(on_sphere_km(*points.T))
        return np.asarray(self.is_own[nearest])

    def _frontier(self, line: Piece, *, is_in_first: bool) -> LonLat:
        low, high = np.array(line[0]), np.array(line[1])
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if bool(self._own(middle[None, :])[0]) == is_in_first:
                low = middle
            else:
                high = middle
        lon, lat = ((low + high) / 2).round(_LAST_DIGIT).tolist()
        return lon, lat


def territory_of(country: str, network: Network, boundary: Any, stated: Path | None) -> Territory:
    """Return where a country is, by the best that there is.

    Parameters
    ----------
    boundary
        OpenStreetMap's own polygon, or None.
    stated
        A file with the polygon, in any format and reference system that GDAL reads.

    Raises
    ------
    DataError
        If the file has no polygon, or nothing says where the country is.
    """
    if stated is not None:
        return Polygon(_stated_polygon(stated), f"the polygon in {stated}")
    points, is_own = _shipped_points(country, network)
    if boundary is not None and _is_believable(boundary, points[is_own]):
        return Polygon(boundary, "the boundary in OpenStreetMap")
    if not is_own.any():
        raise DataError(
            f"country {country}",
            [
                "its boundary is not in the data, or not whole, and the shipped network has no "
                "line in it; state its polygon with --boundary FILE"
            ],
        )
    from scipy.spatial import KDTree

    return Nearest(KDTree(on_sphere_km(*points.T)), is_own, "the shipped line that is nearest")


def box_of(country: str, network: Network, margin_deg: float) -> Box:
    """Return west, south, east, north around a country's shipped nodes, with a margin.

    Raises
    ------
    DataError
        If the shipped network has none.
    """
    spots = [
        np.column_stack([layer.node_lon, layer.node_lat])[layer.node_country == country]
        for layer in (network.layer(mode) for mode in sorted(LAND_MODES))
    ]
    points = np.concatenate(spots)
    if not len(points):
        raise DataError(
            f"country {country}",
            ["the shipped network has no line in it; state the region with --bbox W,S,E,N"],
        )
    west, south = (points.min(axis=0) - margin_deg).tolist()
    east, north = (points.max(axis=0) + margin_deg).tolist()
    return west, south, east, north


def _is_believable(boundary: Any, own: Floats) -> bool:
    import shapely

    if not len(own):
        return True
    shapely.prepare(boundary)
    return float(shapely.contains_xy(boundary, own[:, 0], own[:, 1]).mean()) >= BELIEVED_SHARE


def _shipped_points(country: str, network: Network) -> tuple[Floats, NDArray[np.bool_]]:
    """Return spots along the shipped land lines, and which of them are in the country."""
    spots: list[Floats] = []
    owners: list[Any] = []
    for mode in sorted(LAND_MODES):
        layer = network.layer(mode)
        links = np.flatnonzero(layer.live).tolist()
        lines = layer.lines(links)
        sizes = np.array([len(lines[link]) for link in links])
        drawn = np.array([spot for link in links for spot in lines[link]], dtype=np.float64)
        goes_on = np.ones(len(drawn), dtype=np.bool_)
        goes_on[np.cumsum(sizes) - 1] = False
        first = np.flatnonzero(goes_on)
        start, end = drawn[first], drawn[first + 1]
        gap = np.linalg.norm(on_sphere_km(*start.T) - on_sphere_km(*end.T), axis=1)
        steps = np.maximum(1, np.ceil(gap / _STEP_KM)).astype(np.int64)
        which = np.repeat(np.arange(len(first)), steps + 1)
        within = np.arange(len(which)) - np.repeat(np.cumsum(steps + 1) - (steps + 1), steps + 1)
        share = (within / steps[which])[:, None]
        spots.append(start[which] * (1 - share) + end[which] * share)
        owner = np.repeat(np.array(links), sizes)[first]
        owners.append(layer.links["country"][owner][which])
    return np.concatenate(spots), np.concatenate(owners) == country


def _stated_polygon(path: Path) -> Any:
    import geopandas
    import shapely

    try:
        frame = geopandas.read_file(path)
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(str(path), [f"not readable as a polygon ({error})"]) from None
    if frame.crs is not None:
        frame = frame.to_crs("EPSG:4326")
    shapes = frame.geometry[frame.geom_type.isin(["Polygon", "MultiPolygon"])]
    if not len(shapes):
        raise DataError(str(path), ["it has no polygon; give the country's boundary as one"])
    return shapely.make_valid(shapes.union_all())


def _piece(part: Any, line: Piece) -> Piece:
    a, b = ((float(x), float(y)) for x, y in (part.coords[0], part.coords[-1]))
    first, last = sorted((a, b), key=lambda spot: _along(line, spot))
    return _settled(first, line), _settled(last, line)


def _settled(spot: LonLat, line: Piece) -> LonLat:
    """Return a spot as the end of the line that it is, if it is one."""
    for end in line:
        if max(abs(spot[0] - end[0]), abs(spot[1] - end[1])) < 10.0**-_LAST_DIGIT:
            return end
    return round(spot[0], _LAST_DIGIT), round(spot[1], _LAST_DIGIT)


def _along(line: Piece, spot: LonLat) -> float:
    (x0, y0), (x1, y1) = line
    return (spot[0] - x0) * (x1 - x0) + (spot[1] - y0) * (y1 - y0)
