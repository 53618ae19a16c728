"""The drawn lines of one mode as arrays: what checks of a hundred thousand links can look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from geodata.nearest import LineIndex
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

    def steps_km_of(self, link: int) -> Floats:
        """Return how far each vertex of a link is from the next, in km."""
        return self.step_km[int(self.starts[link]) : int(self.starts[link + 1]) - 1]

    def index(self, links: Ints) -> LineIndex:
        """Return the lines of some links, ascending, to look points up in."""
        import shapely

        mask = np.zeros(self.link_count, dtype=bool)
        mask[links] = True
        asked = mask[self.link]
        owner = np.searchsorted(links, self.link[asked])
        return LineIndex(np.asarray(shapely.linestrings(self.points[asked], indices=owner)))


def label_of(link: int, called: Mapping[int, str]) -> str:
    """Return what findings call a link."""
    return called.get(link, f"link {link}")


def live_links(layer: ModeNetwork, links: Iterable[int] | None = None) -> Ints:
    """Return a mode's live links, or those of them that are given; ascending."""
    live = np.flatnonzero(layer.live)
    if links is None:
        return live
    return np.intersect1d(live, np.array(sorted(links), dtype=np.int64))


def shape_of(
    layer: ModeNetwork,
    links: Iterable[int] | None = None,
    called: Mapping[int, str] = MappingProxyType({}),
) -> Shape:
    """Return the drawn lines of a mode's live links, or of those of them that are given."""
    import shapely

    live = live_links(layer, links)
    added = np.array([link for link in live.tolist() if link in layer.drawn], dtype=np.int64)
    filed = np.setdiff1d(live, added)
    points: list[Floats] = []
    owner: list[Ints] = []
    if len(filed):
        lines = shapely.from_wkb(layer.filed[filed])
        coordinates, position = shapely.get_coordinates(lines, return_index=True)
        points.append(coordinates)
        owner.append(filed[position])
    drawn = [layer.drawn[link] for link in added.tolist()]
    points.append(np.array([*chain.from_iterable(drawn)], dtype=np.float64).reshape(-1, 2))
    owner.append(np.repeat(added, [len(line) for line in drawn]))
    whole, links = np.concatenate(points), np.concatenate(owner)
    order = np.argsort(links, kind="stable")
    return Shape(whole[order], links[order], layer.link_count, called)


def turns_deg(points: Floats) -> Floats:
    """Return the turn in degrees (0..180) at every inner vertex of a line of (lon, lat)."""
    lat = np.radians((points[:-1, 1] + points[1:, 1]) / 2)
    east = np.diff(points[:, 0]) * np.cos(lat)
    heading = np.degrees(np.arctan2(east, np.diff(points[:, 1])))
    return np.asarray(np.abs((np.diff(heading) + 180.0) % 360.0 - 180.0))
