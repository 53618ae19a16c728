"""Best itineraries between many ends at once: one graph for all, one search per origin.

What is found for a pair is what a planner finds that is asked for it alone: the totals to the last
cent, minute and gram, ties included.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import Final

from corridors.closures import Closures
from corridors.graph import CorridorGraph, Endpoint
from corridors.itinerary import Criteria, Operation
from corridors.planner import Planner
from corridors.pricing import By, Pricing
from corridors.search import Path, shortest_paths
from corridors.simple_paths import FORBIDDEN, forbidding, least_simple
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
        best = _Best(graph, weights, begin, frozenset(goals) - set(begin))
        row = []
        for at, (goal, end) in enumerate(zip(goals, destinations, strict=True)):
            if end.place_id == start.place_id:
                row.append(Optimum(origin=number, destination=at, reason=SAME))
                continue
            path = best.to(goal)
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


class _Best:
    """The best paths from one origin to all goals that return to no place, as the planner has them.

    Where the best of all returns to one, the search is made again without some arcs
    (`simple_paths.least_simple`): again for all goals, many of which need the same.
    """

    def __init__(
        self,
        graph: CorridorGraph,
        weights: Sequence[int],
        begin: Sequence[int],
        goals: frozenset[int],
    ) -> None:
        self._graph = graph
        self._weights = weights
        self._begin = begin
        self._goals = goals
        self._found: dict[frozenset[int], dict[int, Path]] = {}

    def to(self, goal: int) -> Path | None:
        """Return the best path to a goal; one that returns to a place only if there is no other."""

        def look(without: frozenset[int]) -> Path | None:
            path = self._without(without).get(goal)
            return path if path is not None and path.weight < FORBIDDEN else None

        return least_simple(self._graph, look) or look(frozenset())

    def _without(self, arcs: frozenset[int]) -> dict[int, Path]:
        if arcs not in self._found:
            usable = forbidding(self._weights, arcs)
            self._found[arcs] = shortest_paths(
                self._graph.digraph, usable, self._begin, self._goals
            )
        return self._found[arcs]


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
