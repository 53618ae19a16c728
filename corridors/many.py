"""Best itineraries between many ends at once: one graph for all, one search per origin.

What is found for a pair is what a planner finds that is asked for it alone: the totals to the last
cent, minute and gram, ties included.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import Final

from corridors.graph import CorridorGraph, Endpoint
from corridors.itinerary import Criteria, Operation
from corridors.planner import Planner
from corridors.pricing import By, Pricing
from corridors.scenario import Closures
from corridors.search import Path, shortest_path, shortest_paths
from corridors.simple_paths import first_return, simple_path
from corridors.staging import cargo_vertices
from geodata.vocabulary import Mode

ORIGINS_AT_ONCE: Final = 64
"""How many origins are joined to one graph: it bounds the memory that direct ways take."""
SAME: Final = "origin and destination are the same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """The totals of the best itinerary of one pair; without any, ``reason`` says why.

    ``modes`` are those of its movements in order, each stretch of one mode once; ``length_m`` is
    the length of all movements.
    """

    origin: int
    destination: int
    criteria: Criteria | None = None
    length_m: int = 0
    modes: tuple[Mode, ...] = ()
    reason: str = ""


def optimum_many(
    planner: Planner,
    origins: Sequence[Endpoint],
    destinations: Sequence[Endpoint],
    by: By | None = None,
    *,
    explain: bool = True,
) -> Iterator[Optimum]:
    """Yield the best itinerary of every pair, origin by origin, destinations in their order.

    Parameters
    ----------
    planner
        Of the consignment in its scenario; its own ends do not count.
    origins, destinations
        Found by `EndFinder.many`, which also joins points of one country to each other.
    by
        What is best by; as the planner has it if not given.
    explain
        Say why a pair has no itinerary, which takes a search of its own; else say only that.
    """
    chosen = planner.by if by is None else by
    if not destinations:
        return
    for first in range(0, len(origins), ORIGINS_AT_ONCE):
        block = range(first, min(first + ORIGINS_AT_ONCE, len(origins)))
        found: dict[int, list[Optimum]] = {}
        for leader, numbers in _by_closures(planner, origins, block, destinations[0]):
            found |= _of_group(leader, origins, numbers, destinations, chosen, explain=explain)
        for number in block:
            yield from found[number]


def _by_closures(
    planner: Planner, origins: Sequence[Endpoint], block: Sequence[int], destination: Endpoint
) -> list[tuple[Planner, list[int]]]:
    """Return the origins from which the same is closed, each group with a planner for it."""
    leaders: dict[str, Planner] = {}
    groups: dict[Closures, tuple[Planner, list[int]]] = {}
    for number in block:
        end = origins[number]
        if end.country not in leaders:
            leaders[end.country] = planner.between(end, destination)
        leader = leaders[end.country]
        groups.setdefault(leader.closures, (leader, []))[1].append(number)
    return list(groups.values())


def _of_group(
    planner: Planner,
    origins: Sequence[Endpoint],
    numbers: Sequence[int],
    destinations: Sequence[Endpoint],
    by: By,
    *,
    explain: bool,
) -> dict[int, list[Optimum]]:
    """Return the best itineraries from some origins, by the number of the origin."""
    whole, pricing = planner.joined(
        _distinct([origins[number] for number in numbers]), _distinct(destinations)
    )
    weights = pricing.weights(by)
    goals = [cargo_vertices(whole, end)[0] for end in destinations]
    rows: dict[int, list[Optimum]] = {}
    for number in numbers:
        start = origins[number]
        begin = cargo_vertices(whole, start)
        graph = _absorbing(whole, set(goals) - set(begin))
        reached = shortest_paths(graph.digraph, weights, begin, set(goals) - set(begin))
        row = []
        for at, (goal, end) in enumerate(zip(goals, destinations, strict=True)):
            if end.place_id == start.place_id:
                row.append(Optimum(origin=number, destination=at, reason=SAME))
                continue
            path = reached.get(goal)
            if path is not None and first_return(graph, path.arcs) is not None:
                path = _simple(graph, weights, begin, goal) or path
            if path is None:
                reason = _why_not(planner, start, end) if explain else "no itinerary"
                row.append(Optimum(origin=number, destination=at, reason=reason))
            else:
                row.append(_optimum(number, at, path, graph, pricing))
        rows[number] = row
    return rows


def _absorbing(graph: CorridorGraph, goals: Set[int]) -> CorridorGraph:
    """Return a graph in which no way leads on from destinations that are origins too."""
    out = list(graph.digraph.out)
    for goal in goals:
        out[goal] = ()
    return replace(graph, digraph=replace(graph.digraph, out=out))


def _distinct(ends: Sequence[Endpoint]) -> list[Endpoint]:
    """Return ends, each place once."""
    return list({end.place_id: end for end in ends}.values())


def _simple(
    graph: CorridorGraph, weights: Sequence[int], begin: Sequence[int], goal: int
) -> Path | None:
    """Return the best path that returns to no place; as the planner, else the best of all."""
    stages = [frozenset({goal})]
    path = simple_path(graph, weights, begin, stages, [()])
    return path or shortest_path(graph.digraph, weights, begin, stages)


def _why_not(planner: Planner, origin: Endpoint, destination: Endpoint) -> str:
    return str(planner.between(origin, destination).no_itinerary())


def _optimum(
    origin: int, destination: int, path: Path, graph: CorridorGraph, pricing: Pricing
) -> Optimum:
    parts = [pricing.criteria(number) for number in path.arcs]
    modes: list[Mode] = []
    length_m = 0
    for number in path.arcs:
        arc = graph.arcs[number]
        if arc.operation is Operation.MOVE:
            length_m += arc.length_m
            if arc.mode is not None and modes[-1:] != [arc.mode]:
                modes.append(arc.mode)
    return Optimum(
        origin=origin,
        destination=destination,
        criteria=Criteria(
            cost_cents=sum(part.cost_cents for part in parts),
            time_min=sum(part.time_min for part in parts),
            co2e_g=sum(part.co2e_g for part in parts),
        ),
        length_m=length_m,
        modes=tuple(modes),
    )
