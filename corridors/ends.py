"""The ends of journeys, joined to a corridor graph that many journeys share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from corridors.assembly import with_closures
from corridors.closures import Closures
from corridors.graph import CARGO, IN, OUT, Arc, CorridorGraph, Endpoint, Vertex
from corridors.itinerary import Operation
from corridors.search import Digraph
from geodata.vocabulary import LAND_MODES, CargoUnit, Mode
from geodata.world import World


def with_ends(
    graph: CorridorGraph,
    world: World,
    unit: CargoUnit,
    origins: Sequence[Endpoint],
    destinations: Sequence[Endpoint],
    closures: Closures,
    countries: Mapping[str, str],
    *,
    with_blocked: bool = False,
) -> CorridorGraph:
    """Return a graph with origins and destinations; its own arcs keep their numbers.

    Parameters
    ----------
    graph
        Is not changed.
    origins, destinations
        Each place once in each of the two. One that is in both can be passed, by unloading and
        loading again: whoever searches must not leave a destination.
    closures
        Ids that must not be used.
    countries
        Of every place and junction, the ends too, by id.
    with_blocked
        Keep the arcs that a closure forbids, to explain what is not possible.
    """
    ends = (*origins, *destinations)
    vertices = list(graph.vertices)
    positions = dict(graph.positions)
    for vertex in sorted(
        {vertex for end in ends for vertex in _own_vertices(end)} - positions.keys(),
        key=lambda vertex: vertex.vertex_id,
    ):
        positions[vertex] = len(vertices)
        vertices.append(vertex)
    roles = ((origins, Operation.LOAD), (destinations, Operation.UNLOAD))
    arcs: list[Arc] = []
    for role, operation in roles:
        for end in role:
            arcs += _end_arcs(graph, positions, world, unit, end, operation)
    arcs = sorted(with_closures(arcs, vertices, closures, countries))
    if not with_blocked:
        arcs = [arc for arc in arcs if not arc.blocked]
    by_place = dict(graph.by_place)
    for end in ends:
        own = tuple(positions[vertex] for vertex in sorted(_own_vertices(end), key=str))
        by_place[end.place_id] = tuple(dict.fromkeys((*graph.by_place.get(end.place_id, ()), *own)))
    return replace(
        graph,
        vertices=tuple(vertices),
        arcs=(*graph.arcs, *arcs),
        digraph=_longer(graph.digraph, len(vertices), arcs),
        positions=positions,
        by_place=by_place,
        names={**graph.names, **{end.place_id: end.name for end in ends}},
        coordinates={**graph.coordinates, **{end.place_id: (end.lon, end.lat) for end in ends}},
    )


def _longer(digraph: Digraph, size: int, arcs: Sequence[Arc]) -> Digraph:
    """Return a digraph with more vertices and arcs behind those it has, which is not changed."""
    out = [*digraph.out, *([] for _ in range(size - len(digraph.out)))]
    first = len(digraph.tails)
    for number, arc in enumerate(arcs, start=first):
        out[arc.tail] = [*out[arc.tail], (number, arc.head)]
    return Digraph(
        [*digraph.tails, *(arc.tail for arc in arcs)],
        [*digraph.heads, *(arc.head for arc in arcs)],
        out,
    )


def _own_vertices(end: Endpoint) -> set[Vertex]:
    """Return the vertices of an end that the shared graph may lack."""
    own = {Vertex(end.place_id, None, 0, CARGO)}
    if end.joints:
        own |= {Vertex(end.place_id, end.mode, 0, side) for side in (IN, OUT)}
    return own


def _end_arcs(
    graph: CorridorGraph,
    positions: Mapping[Vertex, int],
    world: World,
    unit: CargoUnit,
    end: Endpoint,
    operation: Operation,
) -> list[Arc]:
    """Join the cargo on the ground at an origin (or destination) to the modes it may take.

    By land, cargo loaded counts as arrived: at a port it may be transshipped at once. Loading
    straight onto a vessel makes it ready to leave. Unloading is the mirror of it.
    """
    loads = operation is Operation.LOAD
    doors: list[int] = []
    if standing := graph.by_place.get(end.place_id, ()):  # thousands of free points have none
        here = (end.place_id, unit)
        allowed = {row.mode for row in world.loading if (row.place_id, row.cargo_unit) == here}
        doors += (at for at in standing if _is_door(graph.vertices[at], allowed, loads=loads))
    arcs: list[Arc] = []
    if end.joints:
        door = positions[Vertex(end.place_id, end.mode, 0, OUT if loads else IN)]
        doors.append(door)
        for number, joint in enumerate(end.joints):
            gate = positions.get(joint.gateway._replace(side=IN if loads else OUT))
            if gate is not None:
                tail, head = (door, gate) if loads else (gate, door)
                arcs.append(
                    Arc(
                        tail, head, Operation.MOVE, end.mode, joint.country, joint.length_m,
                        joint=number,
                    )
                )  # fmt: skip
    cargo = positions[Vertex(end.place_id, None, 0, CARGO)]
    for door in doors:
        tail, head = (cargo, door) if loads else (door, cargo)
        mode = end.mode if door >= len(graph.vertices) else graph.vertices[door].mode
        arcs.append(Arc(tail, head, operation, mode, end.country))
    return arcs


def _is_door(vertex: Vertex, allowed: set[Mode], *, loads: bool) -> bool:
    if vertex.mode not in allowed:
        return False
    return vertex.side == (IN if loads is (vertex.mode in LAND_MODES) else OUT)
