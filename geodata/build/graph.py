"""The working network of the land build: straight edges between nodes, in arrays.

Until the last step every line is a chain of straight edges, so that splitting, bending and cutting
only add nodes. What an edge is made of is its *tag*: an index into a list of :class:`Tag`.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geodata.build.adjacency import Adjacency
from geodata.network import Box
from geodata.units import EARTH_RADIUS_KM, on_sphere_km
from geodata.vocabulary import Status

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Strings = NDArray[np.str_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """What edges of one origin have in common.

    Parameters
    ----------
    status, as_of, opens, name, source_id
        As in :class:`geodata.build.layer.LinkRow`.
    by_hand
        Whether the shape was drawn through named stations rather than taken from upstream.
    gauge_mm
        Gauge of a curated line; 0 where the gauge table decides.
    """

    status: Status = Status.OPERATIONAL
    as_of: str = ""
    opens: int = 0
    name: str = ""
    source_id: str = "openstreetmap"
    by_hand: bool = False
    gauge_mm: int = 0


UPSTREAM: Final = 0
BENT: Final = 1


def standard_tags() -> list[Tag]:
    """Return the tags that every network starts with: as upstream has it, and bent by hand."""
    return [Tag(), Tag(by_hand=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Nodes and straight edges.

    Parameters
    ----------
    lon, lat
        Positions of the nodes, decimal degrees.
    country
        ISO 3166-1 alpha-2 of each node, empty before it is known.
    keep
        Nodes that stay where and what they are: frontier points, ends of curated lines.
    start, end
        Node indices of each edge.
    length_km
        True length of each edge.
    tag
        Index into `tags` of each edge.
    tags
        What the edges are made of.
    """

    lon: Floats
    lat: Floats
    country: Strings
    keep: Bools
    start: Ints
    end: Ints
    length_km: Floats
    tag: Ints
    tags: list[Tag] = field(default_factory=standard_tags)

    def degree(self) -> Ints:
        """Return the number of edge ends at each node."""
        ends = np.concatenate([self.start, self.end])
        return np.bincount(ends, minlength=len(self.lon)).astype(np.int64)

    def components(self, edges: Bools | None = None) -> Ints:
        """Return the component number of each node, over all edges or the chosen ones."""
        chosen = slice(None) if edges is None else edges
        start, end = self.start[chosen], self.end[chosen]
        shape = (len(self.lon), len(self.lon))
        matrix = coo_array((np.ones(len(start)), (start, end)), shape=shape)
        return np.asarray(connected_components(matrix, directed=False)[1], dtype=np.int64)

    def only(self, edges: Bools) -> Lines:
        """Return the chosen edges; the nodes stay."""
        return replace(
            self,
            start=self.start[edges],
            end=self.end[edges],
            length_km=self.length_km[edges],
            tag=self.tag[edges],
        )

    def with_edges(self, start: Ints, end: Ints, length_km: Floats, tag: Ints) -> Lines:
        """Return the network with edges added."""
        return replace(
            self,
            start=np.concatenate([self.start, start]),
            end=np.concatenate([self.end, end]),
            length_km=np.concatenate([self.length_km, length_km]),
            tag=np.concatenate([self.tag, tag]),
        )

    def with_nodes(self, lon: Floats, lat: Floats, country: Strings, keep: Bools) -> Lines:
        """Return the network with nodes added behind the others."""
        return replace(
            self,
            lon=np.concatenate([self.lon, lon]),
            lat=np.concatenate([self.lat, lat]),
            country=np.concatenate([self.country, country]).astype("<U2"),
            keep=np.concatenate([self.keep, keep]),
        )

    def used_nodes_only(self) -> Lines:
        """Return the network without nodes that no edge uses."""
        used = self.degree() > 0
        renumbered = np.cumsum(used) - 1
        return replace(
            self,
            lon=self.lon[used],
            lat=self.lat[used],
            country=self.country[used],
            keep=self.keep[used],
            start=renumbered[self.start],
            end=renumbered[self.end],
        )

    def neighbours(self) -> dict[int, list[tuple[int, float]]]:
        """Return (neighbour, km) of every node that has an edge."""
        found: dict[int, list[tuple[int, float]]] = defaultdict(list)
        triples = zip(self.start.tolist(), self.end.tolist(), self.length_km.tolist(), strict=True)
        for start, end, km in triples:
            found[start].append((end, km))
            found[end].append((start, km))
        return found


def lines_from(upstream: Adjacency, box: Box) -> Lines:
    """Return the edges of an upstream graph that lie inside a box with both ends.

    Parameters
    ----------
    upstream
        As read from the package.
    box
        West, south, east, north in decimal degrees.
    """
    west, south, east, north = box
    inside = (upstream.lon >= west) & (upstream.lon <= east)
    inside &= (upstream.lat >= south) & (upstream.lat <= north)
    edges = inside[upstream.start] & inside[upstream.end]
    count = len(upstream.lon)
    lines = Lines(
        lon=upstream.lon,
        lat=upstream.lat,
        country=np.full(count, "", dtype="<U2"),
        keep=np.zeros(count, dtype=np.bool_),
        start=upstream.start[edges],
        end=upstream.end[edges],
        length_km=upstream.length_km[edges],
        tag=np.full(int(edges.sum()), UPSTREAM, dtype=np.int64),
    )
    return lines.used_nodes_only()


def great_circle_km(lon_a: Floats, lat_a: Floats, lon_b: Floats, lat_b: Floats) -> Floats:
    """Return great-circle distances in km, on the sphere that upstream measures on."""
    lam_a, phi_a, lam_b, phi_b = (np.radians(value) for value in (lon_a, lat_a, lon_b, lat_b))
    half = np.sin((phi_b - phi_a) / 2) ** 2
    half = half + np.cos(phi_a) * np.cos(phi_b) * np.sin((lam_b - lam_a) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)), dtype=np.float64)


def index_of(lon: Floats, lat: Floats) -> cKDTree:
    """Return a spatial index of positions, in km."""
    return cKDTree(on_sphere_km(lon, lat))


def reached(
    around: dict[int, list[tuple[int, float]]], origin: int, limit_km: float
) -> dict[int, float]:
    """Return the network distance in km to everything within a limit."""
    done: dict[int, float] = {}
    heap = [(0.0, origin)]
    while heap:
        km, node = heapq.heappop(heap)
        if node in done:
            continue
        done[node] = km
        for neighbour, further in around[node]:
            if neighbour not in done and km + further <= limit_km:
                heapq.heappush(heap, (km + further, neighbour))
    return done
