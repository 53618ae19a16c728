"""The arcs of a path as the legs of an itinerary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corridors.graph import CorridorGraph, Endpoint
from corridors.itinerary import Leg, MoveRef, Operation
from corridors.merging import merge_moves
from corridors.pricing import Pricing
from geodata.rows import Place


def legs_of(
    arcs: Sequence[int],
    graph: CorridorGraph,
    pricing: Pricing,
    places: Mapping[str, Place],
    origin: Endpoint,
    destination: Endpoint,
) -> tuple[Leg, ...]:
    """Return arcs in a row as legs: movements that run on are one, passing straight on is none.

    Parameters
    ----------
    arcs, graph, pricing
        Numbers of arcs of a graph, and their prices.
    places
        Every place of the tables, by id.
    origin, destination
        The ends; they hold the lines of what joins them to the network.
    """
    return merge_moves(
        [
            _leg(number, graph, pricing, places, origin, destination)
            for number in arcs
            if not is_through(number, graph)
        ]
    )


def way_name(graph: CorridorGraph, arcs: Sequence[int]) -> str:
    """Return a name from where cargo changes mode or gauge; see `front.named_by_way`."""
    changes = (Operation.TRANSSHIPMENT, Operation.GAUGE_CHANGE)
    used = [graph.arcs[number] for number in arcs]
    places = dict.fromkeys(
        graph.names[graph.vertices[arc.tail].place_id] for arc in used if arc.operation in changes
    )
    if not places:
        places = dict.fromkeys(
            arc.name for arc in used if arc.operation is Operation.BORDER_CROSSING
        )
    return f"via {', '.join(places)}" if places else "direct"


def is_through(number: int, graph: CorridorGraph) -> bool:
    """Return whether an arc only leads straight through a place."""
    arc = graph.arcs[number]
    ends = {graph.vertices[at].place_id for at in (arc.tail, arc.head)}
    return arc.operation is Operation.MOVE and len(ends) == 1


def _leg(
    number: int,
    graph: CorridorGraph,
    pricing: Pricing,
    places: Mapping[str, Place],
    origin: Endpoint,
    destination: Endpoint,
) -> Leg:
    arc = graph.arcs[number]
    tail, head = graph.vertices[arc.tail], graph.vertices[arc.head]
    line: tuple[tuple[float, float], ...] = ()
    if arc.joint >= 0:
        outward = bool(origin.joints) and tail.place_id == origin.place_id
        end = origin if outward else destination
        line = end.joints[arc.joint].drawn()
        line = line if outward else line[::-1]
    place = places.get(tail.place_id)
    return Leg(
        operation=arc.operation,
        mode=arc.mode,
        from_place=tail.place_id,
        to_place=head.place_id,
        from_name=graph.names[tail.place_id],
        to_name=graph.names[head.place_id],
        country=arc.country or (place.country if place else ""),
        gauge_mm=head.gauge_mm,
        length_m=arc.length_m,
        chokepoints=arc.chokepoints,
        status=arc.status,
        criteria=pricing.criteria(number),
        ledger=pricing.ledger(number),
        moves=(MoveRef(arc.compiled, arc.reversed),) if arc.compiled >= 0 else (),
        joint_line=line,
        crossing_id=arc.crossing_id,
        as_of=arc.as_of,
        note=arc.name,
    )
