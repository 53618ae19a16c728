"""The roads of one country as a graph, and spots on them joined to its gateways and to each other.

What every spot needs of a country is put together once. Ways are searched again when they are to
be drawn: few are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite

import numpy as np
import numpy.typing as npt

from corridors.contracting import Lengths
from corridors.graph import Endpoint, Joint, Spot, Vertex
from corridors.measure import (
    Floats,
    Ints,
    LineGraph,
    Spots,
    from_spots,
    joined_spots,
    line_graph,
    shortest_from,
    spots_of,
)
from corridors.tracing import Part, Step, link_of, way_between
from geodata.network import LINK_ENDS, Line, ModeNetwork, PlaceNode
from geodata.snapping import Snap, Snapper
from geodata.vocabulary import Mode


@dataclass(frozen=True, slots=True)
class Joined:
    """A spot on the road network: where, in which country, and how long the way to it is."""

    spot: Spot
    snap: Snap
    country: str
    access_m: int

    @property
    def place_id(self) -> str:
        """Its id in the corridor graph."""
        return self.spot.place_id or self.spot.name

    @property
    def lonlat(self) -> tuple[float, float]:
        """Where it is, not where it was moved to."""
        return self.spot.lon, self.spot.lat


class Roads:
    """The roads of one country, its nodes numbered anew, and the places on them.

    Parameters
    ----------
    network, usable
        The road network, and the mask of its links that may be used.
    places
        Where places stand in the network, by id.
    country
        Whose roads.
    """

    def __init__(
        self,
        network: ModeNetwork,
        usable: npt.NDArray[np.bool_],
        places: Sequence[PlaceNode],
        country: str,
    ) -> None:
        self._network = network
        self._snapper = Snapper(network, usable)
        self._country = country
        self._links = np.flatnonzero(usable & (network.links["country"] == country))
        self._nodes = np.unique(
            np.concatenate([network.links[name][self._links] for name in LINK_ENDS])
        )
        nodes = np.array([place.node_id for place in places], dtype=np.int64)
        inside = np.isin(nodes, self._nodes)
        self._places = [place for place, here in zip(places, inside, strict=True) if here]
        self._at = self._local(nodes[inside])

    def _local(self, nodes: Ints) -> Ints:
        found: Ints = np.searchsorted(self._nodes, nodes)
        return found

    @cached_property
    def graph(self) -> LineGraph:
        """The roads as a graph of the country's own nodes."""
        links = self._network.links
        ends = [self._local(links[name][self._links].astype(np.int64)) for name in LINK_ENDS]
        length_m = links["length_m"][self._links].astype(np.int64)
        return line_graph(ends[0], ends[1], length_m, self._links, len(self._nodes))

    @cached_property
    def _lengths(self) -> Lengths:
        return Lengths(self.graph)

    def spots(self, joined: Sequence[Joined]) -> Spots:
        """Return where spots lie in the graph."""
        links = self._network.links
        rows = []
        for one in joined:
            link, along_m = one.snap.link_id, one.snap.along_m
            tail, head = self._local(np.array([links[name][link] for name in LINK_ENDS])).tolist()
            rows.append((link, tail, head, along_m, int(links["length_m"][link]) - along_m))
        return spots_of(rows)

    def endpoints(self, joined: Sequence[Joined], others: Sequence[Joined]) -> list[Endpoint]:
        """Return spots of this country, joined to its gateways and to others in it."""
        places = spots_of((-1, node, node, 0, 0) for node in self._at.tolist())
        metres = self._lengths.between(self.spots(joined), joined_spots(places, self.spots(others)))
        count = len(places)
        return [
            self._endpoint(one, row[:count], others, row[count:])
            for one, row in zip(joined, metres, strict=True)
        ]

    def _endpoint(
        self, mine: Joined, to_places: Floats, others: Sequence[Joined], to_others: Floats
    ) -> Endpoint:
        ways = _Ways(self, mine)
        joints = [
            self._joint(place.place_id, mine.access_m + round(metres), ways.to_node(node))
            for place, node, metres in zip(
                self._places, self._at.tolist(), to_places.tolist(), strict=True
            )
            if isfinite(metres)
        ]
        joints += [
            self._joint(
                other.place_id, mine.access_m + round(metres) + other.access_m, ways.to_spot(other)
            )
            for other, metres in zip(others, to_others.tolist(), strict=True)
            if isfinite(metres) and other.place_id != mine.place_id
        ]
        return Endpoint(
            place_id=mine.place_id,
            name=mine.spot.name,
            country=self._country,
            lon=mine.spot.lon,
            lat=mine.spot.lat,
            mode=Mode.ROAD,
            joints=tuple(joints),
            snap_km=mine.snap.snap_km,
        )

    def _joint(self, place_id: str, length_m: int, drawn: Callable[[], Line]) -> Joint:
        return Joint(
            gateway=Vertex(place_id, Mode.ROAD, 0, ""),
            country=self._country,
            length_m=length_m,
            drawn=drawn,
        )

    def drawn(self, steps: Sequence[Step]) -> Line:
        """Return the drawn line along steps."""
        whole = [step for step in steps if not isinstance(step, Part)]
        lines = self._network.lines([*map(link_of, whole)])
        points: list[tuple[float, float]] = []
        for step in steps:
            if isinstance(step, Part):
                points += self._snapper.part(*step)
            else:
                points += lines[step] if step >= 0 else lines[-1 - step][::-1]
        return tuple(points)


class _Ways:
    """The ways from one spot over the roads of its country."""

    def __init__(self, roads: Roads, mine: Joined) -> None:
        self._roads = roads
        self._mine = mine

    @cached_property
    def _spot(self) -> Spots:
        return self._roads.spots([self._mine])

    @cached_property
    def _found(self) -> tuple[Floats, Ints]:
        graph = self._roads.graph
        starting = replace(graph, matrix=from_spots(graph.matrix, self._spot))
        distance, before = shortest_from(starting, np.array([graph.node_count]))
        return distance[0], before[0]

    def to_node(self, node: int) -> Callable[[], Line]:
        """Return what draws the way to a node."""
        return lambda: (self._mine.lonlat, *self._to(spots_of([(-1, node, node, 0, 0)])))

    def to_spot(self, other: Joined) -> Callable[[], Line]:
        """Return what draws the way to another spot."""
        return lambda: (
            self._mine.lonlat, *self._to(self._roads.spots([other])), other.lonlat,
        )  # fmt: skip

    def _to(self, target: Spots) -> Line:
        _, steps = way_between(self._roads.graph, *self._found, self._spot, target)
        return self._roads.drawn(steps)
