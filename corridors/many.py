"""Best itineraries between many ends at once: one graph for all, one search per end of one side.

Searches start from the side with fewer ends. What is found for a pair is what a planner finds that
is asked for it alone, arc by arc, ties included: see `search.first_of_lightest`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import product
from typing import Final

from corridors.closures import Closures
from corridors.graph import CorridorGraph, Endpoint
from corridors.itinerary import NOTHING, Criteria, Operation
from corridors.legs import way_name
from corridors.pareto import arcs_into, least_from
from corridors.planner import Planner
from corridors.pricing import By, Pricing
from corridors.search import Digraph, Path, first_of_lightest, shortest_paths
from corridors.simple_paths import FORBIDDEN, forbidding, least_simple
from corridors.staging import cargo_vertices
from geodata.vocabulary import Mode

ORIGINS_AT_ONCE: Final = 128
"""How many origins are joined to one graph: it bounds the memory that their ways take."""
TREES_KEPT: Final = 32
"""Of the searches from one end: one, and one for each movement that a path must do without."""
SAME: Final = "origin and destination are the same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """The totals of the best itinerary of one pair; without any, ``reason`` says why.

    ``modes`` are those of its movements in order, each stretch of one mode once; ``length_m`` is
    the length of all movements; ``name`` is from where cargo changes mode or gauge.
    """

    origin: int
    destination: int
    criteria: Criteria | None = None
    length_m: int = 0
    modes: tuple[Mode, ...] = ()
    name: str = ""
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
    starts = {number: cargo_vertices(whole, origins[number])[0] for number in numbers}
    goals = [cargo_vertices(whole, end)[0] for end in destinations]
    few = len(set(starts.values())) <= len(set(goals))
    look = (_from_starts if few else _from_goals)(whole.digraph, weights, frozenset(goals))
    found: dict[tuple[int, int], Optimum] = {}
    sides = (numbers, range(len(goals))) if few else (range(len(goals)), numbers)
    for pair in product(*sides):  # all pairs of one search together: only its trees are kept
        number, at = pair if few else pair[::-1]
        start, end = origins[number], destinations[at]
        if end.place_id == start.place_id:
            found[number, at] = Optimum(origin=number, destination=at, reason=SAME)
            continue
        path = _best(whole, partial(look, starts[number], goals[at]))
        if path is None:
            told = planner.between(start, end).no_itinerary() if explain else "no itinerary"
            found[number, at] = Optimum(origin=number, destination=at, reason=str(told))
        else:
            found[number, at] = _optimum(number, at, path, whole, pricing)
    return {number: [found[number, at] for at in range(len(goals))] for number in numbers}


def _distinct(ends: Sequence[Endpoint]) -> list[Endpoint]:
    """Return ends, each place once."""
    return list({end.place_id: end for end in ends}.values())


def _best(graph: CorridorGraph, look: Callable[[frozenset[int]], Path | None]) -> Path | None:
    """Return the best path; one that returns to a place only if there is no other."""

    def without(arcs: frozenset[int]) -> Path | None:
        path = look(arcs)
        return path if path is not None and path.weight < FORBIDDEN else None

    return least_simple(graph, without) or look(frozenset())


_Look = Callable[[int, int, frozenset[int]], Path | None]
"""Returns the lightest path from a start to a goal without some arcs, of equal ones the planner's.

No path leads through a goal that is a start as well."""


def _from_starts(digraph: Digraph, weights: Sequence[int], goals: frozenset[int]) -> _Look:
    """Return what searches from every start for all goals together."""

    @lru_cache(TREES_KEPT)
    def paths(start: int, without: frozenset[int]) -> dict[int, Path]:
        others = goals - {start}
        return shortest_paths(
            _absorbing(digraph, others), forbidding(weights, without), [start], others
        )

    return lambda start, goal, without: paths(start, without).get(goal)


def _from_goals(digraph: Digraph, weights: Sequence[int], goals: frozenset[int]) -> _Look:
    """Return what searches from every goal for all starts together."""
    into = arcs_into(digraph)

    @lru_cache(TREES_KEPT)
    def ahead(goal: int, without: frozenset[int]) -> tuple[list[int], list[int | None]]:
        here: list[list[tuple[int, int]]] = [*into]
        for other in goals - {goal}:
            here[other] = []  # a way may begin there, but not pass
        usable = forbidding(weights, without)
        return usable, least_from(here, usable, [goal])

    def look(start: int, goal: int, without: frozenset[int]) -> Path | None:
        own = _absorbing(digraph, goals - {start})
        return first_of_lightest(own, *ahead(goal, without), start, goal)

    return look


def _absorbing(digraph: Digraph, goals: Set[int]) -> Digraph:
    """Return a digraph in which no way leads on from destinations that are origins too."""
    leading = [goal for goal in goals if digraph.out[goal]]
    if not leading:
        return digraph
    out = list(digraph.out)
    for goal in leading:
        out[goal] = ()
    return replace(digraph, out=out)


def _optimum(
    origin: int, destination: int, path: Path, graph: CorridorGraph, pricing: Pricing
) -> Optimum:
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
        criteria=sum(map(pricing.criteria, path.arcs), start=NOTHING),
        length_m=length_m,
        modes=tuple(modes),
        name=way_name(graph, path.arcs),
    )
