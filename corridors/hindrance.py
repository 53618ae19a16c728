"""What stands in the way of an itinerary that there is none of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from corridors.graph import CorridorGraph, Endpoint
from corridors.named import Stage
from corridors.search import failed_stage
from corridors.simple_paths import MOST_SPLITS, simple_path
from corridors.staging import cargo_vertices, stage_vertices
from geodata.vocabulary import CargoUnit

_HINDRANCE_M: Final = 10**9
"""What a blocked arc weighs, in metres."""

DOES_NOT_FIT: Final = "it does not fit this journey"
"""How a reason ends where nothing is shut, but the corridor lies elsewhere."""


def hindrance(
    graph: CorridorGraph,
    origin: Endpoint,
    destination: Endpoint,
    via: Sequence[Stage],
    banned: Sequence[Collection[int]],
    *,
    unit: CargoUnit,
    reasons: Mapping[str, str],
) -> str:
    """Return the closed or unfinished pieces of the way that has the fewest of them, or the gap.

    Parameters
    ----------
    graph
        With the arcs that may not be used, each saying what blocks it.
    origin, destination, via, banned
        What was asked: the ends, the stages between, and the vertices not to enter before each.
    unit
        What the cargo goes in.
    reasons
        A fuller reason for some closures, by their short text.
    """
    goal = frozenset(cargo_vertices(graph, destination))
    stages = [*stage_vertices(graph, via), goal]
    origins = cargo_vertices(graph, origin)

    weights = [arc.length_m + (_HINDRANCE_M if arc.blocked else 1) for arc in graph.arcs]
    path = simple_path(graph, weights, origins, stages, banned)
    if path is not None:
        hindering = [number for number in path.arcs if graph.arcs[number].blocked]
        found = dict.fromkeys(_describe(graph, number) for number in hindering)
        # with nothing shut on the shortest way, that is one which the search by another measure
        # did not come to before it gave up
        return "; ".join(reasons.get(text, text) for text in found) or (
            f"the search gave up on ways that return to a place they have passed (it tries "
            f"{MOST_SPLITS}): one that does not may be found with another --by, or {DOES_NOT_FIT}"
        )
    at = failed_stage(graph.digraph, weights, origins, stages, banned)
    if at is None:
        return f"every way that was tried returns to a place it has passed: {DOES_NOT_FIT}"
    names = [
        origin.name,
        *(" or ".join(graph.names[gate.place_id] for gate in stage.gates) for stage in via),
        destination.name,
    ]
    by = via[at].by if at < len(via) else None
    return (
        f"no way for {unit}{f' by {by}' if by else ''} from {names[at]} to "
        f"{names[at + 1]}: no line, crossing, transshipment or loading row leads there"
    )


def _describe(graph: CorridorGraph, number: int) -> str:
    arc = graph.arcs[number]
    if arc.blocked.endswith("is closed"):
        return arc.blocked
    ends = " - ".join(graph.names[graph.vertices[v].place_id] for v in (arc.tail, arc.head))
    what = arc.name or f"{arc.operation.replace('_', ' ')} {ends}"
    return f"{what}: {arc.blocked}" + (f" (as of {arc.as_of})" if arc.as_of else "")
