"""The stages of a corridor as vertices of a graph: which to pass, and which not to enter."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import hypot

from corridors.graph import CARGO, CorridorGraph, Endpoint, Vertex
from corridors.named import Stage, reverse
from geodata.rows import Place
from geodata.vocabulary import Mode


def cargo_vertices(graph: CorridorGraph, end: Endpoint) -> tuple[int, ...]:
    """Return the vertices at which cargo lies on the ground at an origin or a destination."""
    return (graph.positions[Vertex(end.place_id, None, 0, CARGO)],)


def stage_vertices(graph: CorridorGraph, via: Sequence[Stage]) -> list[frozenset[int]]:
    """Return, for every stage, the vertices of which one must be passed."""
    return [
        frozenset(v for gate in stage.gates for v in graph.vertices_at(gate.place_id, gate.mode))
        for stage in via
    ]


def vertices_to_avoid(
    graph: CorridorGraph,
    places: Mapping[str, Place],
    via: Sequence[Stage],
    countries: Collection[str],
    modes: Collection[Mode],
) -> list[frozenset[int]]:
    """Return, for every stage and the destination, the vertices not to enter before it.

    Those are the vertices in some countries, those of some modes, and those of any other mode than
    a stage is to be reached by.
    """
    always = {
        at
        for at, vertex in enumerate(graph.vertices)
        if vertex.mode in modes
        or (vertex.place_id in places and places[vertex.place_id].country in countries)
    }
    modes_by = [*(stage.by for stage in via), None]
    found = {by: frozenset(always | graph.off_mode(by)) for by in set(modes_by)}
    return [found[by] for by in modes_by]


def in_direction(
    via: Sequence[Stage], places: Mapping[str, Place], origin: Endpoint, destination: Endpoint
) -> Sequence[Stage]:
    """Return a corridor's stages in the direction of travel: the shorter way round."""
    if not via:
        return ()
    first, last = (places[via[at].gates[0].place_id] for at in (0, -1))
    forward = _span(origin, first) + _span(last, destination)
    backward = _span(origin, last) + _span(first, destination)
    return via if forward <= backward else reverse(via)


def _span(end: Endpoint | Place, other: Endpoint | Place) -> float:
    """Return a rough distance in degrees: it only decides which way round a corridor is run."""
    return hypot(end.lon - other.lon, end.lat - other.lat)
