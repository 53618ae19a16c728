"""The corridor graph in motion: vertices (place, mode, gauge), and an arc for every operation.

Each vertex has two sides. Movements leave from *out* and arrive at *in*; an operation (crossing a
frontier, changing mode or gauge) goes from *in* to *out*, so that no two operations follow each
other on one spot and none can be made up of others. Land modes may also go straight through; a
vessel's voyage ends in port.

MOVE arcs come from the compiled graph; every other arc is a row of a table of rights. An arc that a
request may not use is not there, so the search cannot use it either. What was left out, and why, is
kept apart for the explanation of what is not possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from corridors.itinerary import Operation
from corridors.search import Digraph
from geodata.vocabulary import Mode, Status

OUT: Final = "out"
IN: Final = "in"
CARGO: Final = "cargo"


class Vertex(NamedTuple):
    """A state of the cargo: where, on which mode and gauge, and on which side of the vertex."""

    place_id: str
    mode: Mode | None
    gauge_mm: int
    side: str

    @property
    def vertex_id(self) -> str:
        """A readable, unique id."""
        parts = (self.place_id, self.mode or "", str(self.gauge_mm or ""), self.side)
        return "/".join(part for part in parts if part)


class Arc(NamedTuple):
    """One operation. ``compiled`` is the compiled MOVE arc under it, -1 for other operations."""

    tail: int
    head: int
    operation: Operation
    mode: Mode | None
    country: str = ""
    length_m: int = 0
    status: Status = Status.OPERATIONAL
    as_of: str = ""
    name: str = ""
    compiled: int = -1
    reversed: bool = False
    basin: str = ""
    chokepoints: tuple[str, ...] = ()
    shortest_m: int = 0
    crossing_id: str = ""
    blocked: str = ""
    joint: int = -1


@dataclass(frozen=True)
class CorridorGraph:
    """Vertices, arcs and the plain digraph that the search runs on."""

    vertices: tuple[Vertex, ...]
    arcs: tuple[Arc, ...]
    digraph: Digraph
    positions: Mapping[Vertex, int]
    by_place: Mapping[str, tuple[int, ...]]
    names: Mapping[str, str]
    coordinates: Mapping[str, tuple[float, float]]

    def vertices_at(self, place_id: str, mode: Mode | None = None) -> tuple[int, ...]:
        """Return the positions of a place's vertices, of one mode only if given."""
        found = self.by_place.get(place_id, ())
        return tuple(v for v in found if mode is None or self.vertices[v].mode is mode)

    def off_mode(self, mode: Mode | None) -> set[int]:
        """Return the vertices of every mode but one; cargo on the ground is no mode."""
        if mode is None:
            return set()
        vertices = enumerate(self.vertices)
        return {at for at, v in vertices if v.mode is not None and v.mode is not mode}


@dataclass(frozen=True, slots=True)
class Spot:
    """A point asked for: (lat, lon) and, when it is a place of the tables, its id."""

    name: str
    lat: float
    lon: float
    place_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """A movement that joins an origin or destination which is no gateway to one that is.

    ``drawn`` gives its line from the free point to the gateway, (lon, lat), when it is wanted.
    """

    gateway: Vertex
    country: str
    length_m: int
    drawn: Callable[[], tuple[tuple[float, float], ...]] = field(default=tuple, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An origin or a destination: a place of the tables, or a point joined by `joints`.

    ``snap_km`` is how far such a point was moved to the road network; None for a place.
    """

    place_id: str
    name: str
    country: str
    lon: float
    lat: float
    mode: Mode | None = None
    joints: tuple[Joint, ...] = ()
    snap_km: float | None = None


def number_graph(
    vertices: tuple[Vertex, ...],
    arcs: Iterable[Arc],
    names: Mapping[str, str],
    coordinates: Mapping[str, tuple[float, float]],
) -> CorridorGraph:
    """Return the graph of some arcs, sorted, so that no table's row order decides a tie.

    Parameters
    ----------
    vertices
        In the order that arcs refer to.
    arcs
        In any order.
    names, coordinates
        Of every place, by id; coordinates are (lon, lat).
    """
    ordered = tuple(sorted(arcs))
    by_place: dict[str, list[int]] = {}
    for at, vertex in enumerate(vertices):
        by_place.setdefault(vertex.place_id, []).append(at)
    return CorridorGraph(
        vertices=vertices,
        arcs=ordered,
        digraph=Digraph.of(
            len(vertices), [arc.tail for arc in ordered], [arc.head for arc in ordered]
        ),
        positions={vertex: at for at, vertex in enumerate(vertices)},
        by_place={place: tuple(found) for place, found in by_place.items()},
        names=names,
        coordinates=coordinates,
    )
