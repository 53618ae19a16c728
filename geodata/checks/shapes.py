"""The drawn lines of one mode as arrays: what checks of a hundred thousand links can look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from geodata.network import LonLat, ModeNetwork
from geodata.units import geodesic_lengths_km

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Shape:
    """Vertices of live links, one link's after another's, each in drawn order.

    Parameters
    ----------
    points
        (lon, lat) of every vertex.
    link
        The link of every vertex.
    link_count
        Of the network, links that are not looked at included.
    called
        What findings call a link that has no number outside: the feature of a file that it is.
    """

    points: Floats
    link: Ints
    link_count: int
    called: Mapping[int, str] = field(default_factory=dict)

    def label(self, link: int) -> str:
        """Return what findings call a link."""
        return label_of(link, self.called)

    @cached_property
    def links(self) -> Ints:
        """The links that are looked at."""
        return np.unique(self.link)

    @cached_property
    def mask(self) -> NDArray[np.bool_]:
        """For every link of the network, whether it is looked at."""
        mask = np.zeros(self.link_count, dtype=bool)
        mask[self.links] = True
        return mask

    @cached_property
    def step_km(self) -> Floats:
        """Geodesic km from every vertex to the next; 0 from the last of a link."""
        km = np.zeros(len(self.points))
        if len(self.points) > 1:
            inside = self.link[1:] == self.link[:-1]
            steps = geodesic_lengths_km(self.points[:-1], self.points[1:])
            km[:-1] = np.where(inside, steps, 0.0)
        return km

    @cached_property
    def drawn_km(self) -> Floats:
        """Geodesic km of every link's drawn line, 0 for links that are not looked at."""
        km = np.bincount(self.link, weights=self.step_km, minlength=self.link_count)
        return km.astype(np.float64)

    @cached_property
    def starts(self) -> Ints:
        """Where every link's vertices begin, by link number; meaningless for others."""
        return np.searchsorted(self.link, np.arange(self.link_count + 1)).astype(np.int64)

    def middle(self, link: int) -> LonLat:
        """Return the middle vertex of a link."""
        first, last = int(self.starts[link]), int(self.starts[link + 1])
        lon, lat = self.points[(first + last) // 2]
        return float(lon), float(lat)

    def line(self, link: int) -> Floats:
        """Return the vertices of a link."""
        return self.points[int(self.starts[link]) : int(self.starts[link + 1])]


def label_of(link: int, called: Mapping[int, str]) -> str:
    """Return what findings call a link."""
    return called.get(link, f"link {link}")


def shape_of(
    layer: ModeNetwork,
    links: Iterable[int] | None = None,
    called: Mapping[int, str] = MappingProxyType({}),
) -> Shape:
    """Return the drawn lines of a mode's live links, or of those of them that are given."""
    live = np.flatnonzero(layer.live)
    if links is not None:
        live = np.intersect1d(live, np.array(sorted(links), dtype=np.int64))
    added = np.array([link for link in live.tolist() if link in layer.drawn], dtype=np.int64)
    filed = np.setdiff1d(live, added)
    points: list[Floats] = []
    owner: list[Ints] = []
    if len(filed):
        coordinates, position = _filed(layer, filed)
        points.append(coordinates)
        owner.append(filed[position])
    for link in added.tolist():
        line = np.array(layer.drawn[link], dtype=np.float64).reshape(-1, 2)
        points.append(line)
        owner.append(np.full(len(line), link, dtype=np.int64))
    whole = np.concatenate(points) if points else np.empty((0, 2))
    links = np.concatenate(owner) if owner else np.empty(0, dtype=np.int64)
    order = np.argsort(links, kind="stable")
    return Shape(whole[order], links[order], layer.link_count, called)


def _filed(layer: ModeNetwork, links: Ints) -> tuple[Floats, Ints]:
    """Return the vertices of links of the file, and which of `links` each belongs to."""
    import pyarrow.parquet as pq
    import shapely

    table: Any = pq.read_table(layer.directory / f"{layer.mode}.parquet", columns=["geometry"])
    column = table["geometry"].take(links)
    lines = shapely.from_wkb(column.to_numpy(zero_copy_only=False))
    coordinates, position = shapely.get_coordinates(lines, return_index=True)
    return coordinates, position


def turns_deg(points: Floats) -> Floats:
    """Return the turn in degrees (0..180) at every inner vertex of a line of (lon, lat)."""
    lat = np.radians((points[:-1, 1] + points[1:, 1]) / 2)
    east = np.diff(points[:, 0]) * np.cos(lat)
    heading = np.degrees(np.arctan2(east, np.diff(points[:, 1])))
    return np.asarray(np.abs((np.diff(heading) + 180.0) % 360.0 - 180.0))
