"""The arcs of a path as the legs of an itinerary: one continuous movement, one leg."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from corridors.graph import CorridorGraph, Endpoint
from corridors.itinerary import Criterion, LedgerLine, Leg, MoveRef, Operation
from corridors.pricing import Pricing
from geodata.rows import Place
from geodata.vocabulary import LAND_MODES, Mode, Status


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
    return _merged(
        _leg(number, graph, pricing, places, origin, destination)
        for number in arcs
        if not is_through(number, graph)
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


def _merged(legs: Iterable[Leg]) -> tuple[Leg, ...]:
    """Join consecutive movements by one land mode in one zone; amounts stay exact sums."""
    merged: list[Leg] = []
    for leg in legs:
        if merged and _same_zone(merged[-1], leg):
            merged[-1] = _joined(merged[-1], leg)
        else:
            merged.append(leg)
    return tuple(merged)


def zone_of(leg: Leg) -> tuple[Mode, str, int, Status, str] | None:
    """Return what two movements in a row must share to be one leg; None if a leg joins none."""
    if leg.operation is not Operation.MOVE or leg.mode not in LAND_MODES:
        return None
    return leg.mode, leg.country, leg.gauge_mm, leg.status, leg.note


def _same_zone(before: Leg, after: Leg) -> bool:
    zone = zone_of(before)
    return zone is not None and zone == zone_of(after)


def _joined(before: Leg, after: Leg) -> Leg:
    lines: dict[tuple[Criterion, str], LedgerLine] = {}
    for line in (*before.ledger, *after.ledger):
        key = (line.criterion, line.parameter)
        have = lines.get(key)
        lines[key] = (
            line
            if have is None
            else replace(
                line, quantity=have.quantity + line.quantity, amount=have.amount + line.amount
            )
        )
    return replace(
        before,
        to_place=after.to_place,
        to_name=after.to_name,
        length_m=before.length_m + after.length_m,
        criteria=before.criteria + after.criteria,
        ledger=tuple(lines.values()),
        moves=before.moves + after.moves,
        joint_line=before.joint_line + after.joint_line,
    )
