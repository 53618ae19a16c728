"""Ways from many origins to one destination, as `Planner.way` and `best_path` find them.

What all origins have in common, from the first gateway on, is searched once (`onward`). An origin
adds its own few arcs. Where the way so found returns to a place, or the origin is itself a gateway
of the corridor, that pair is searched alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from corridors.closures import Closures
from corridors.graph import OUT, CorridorGraph, Vertex
from corridors.itinerary import Operation
from corridors.named import Corridor, Stage
from corridors.onward import Arrivals, Onward, onward
from corridors.pareto import arcs_into
from corridors.planner import Planner
from corridors.pricing import By
from corridors.simple_paths import first_return

Way = tuple[int, ...]
_Key = tuple[str, By, Closures, tuple[Stage, ...], frozenset[str]]


class Pair:
    """A journey between two ends, beside another one with the same destination and closures.

    Parameters
    ----------
    planner
        Of the journey.
    leader
        Of the other one, whose graph was searched for both.
    """

    def __init__(self, planner: Planner, leader: Planner) -> None:
        self.planner, self.leader = planner, leader

    @cached_property
    def steps(self) -> list[tuple[Way, int, bool]]:
        """How cargo leaves: own arcs, the leader's vertex they lead to, whether by an own door."""
        return list(self._steps())

    def _steps(self) -> Iterator[tuple[Way, int, bool]]:
        planner = self.planner
        out = planner.graph.digraph.out
        own = Vertex(planner.origin.place_id, planner.origin.mode, 0, OUT)
        door = planner.graph.positions[own] if planner.origin.joints else None
        (start,) = planner.ends()[0]
        for load, vertex in out[start]:
            if vertex != door:
                yield (load,), self._leaders_number(vertex), False
                continue
            for joint, gate in out[vertex]:
                yield (load, joint), self._leaders_number(gate), True

    def _leaders_number(self, vertex: int) -> int:
        name = self.planner.graph.vertices[vertex]
        known = self.leader.graph.vertices
        if vertex < len(known) and known[vertex] == name:
            return vertex
        return self.leader.graph.positions[name]

    @cached_property
    def _numbers(self) -> dict[int, int]:
        """The numbers here of the leader's own arcs at the destination."""
        shared = self.planner.shared_arcs

        def own(graph: CorridorGraph) -> dict[tuple[Vertex, Vertex, Operation], int]:
            return {
                (graph.vertices[arc.tail], graph.vertices[arc.head], arc.operation): shared + at
                for at, arc in enumerate(graph.arcs[shared:])
            }

        mine = own(self.planner.graph)
        return {at: mine[k] for k, at in own(self.leader.graph).items() if k in mine}

    def way(self, arcs: Way, onward_arcs: Sequence[int]) -> Way:
        """Return own arcs and the leader's arcs after them as one way in the journey's graph."""
        shared, numbers = self.planner.shared_arcs, self._numbers
        return (*arcs, *(arc if arc < shared else numbers[arc] for arc in onward_arcs))

    def lightest(self, tree: Onward, by: By, *, door: bool = True) -> Way | None:
        """Return the lightest way: own arcs, then the leader's; None if there is none.

        Parameters
        ----------
        tree
            Over the leader's graph.
        by
            What it is light by.
        door
            Whether a free point may leave by its own door.
        """
        weights = self.planner.pricing.weights(by)
        best: tuple[int, Way, int] | None = None
        for arcs, vertex, own in self.steps:
            ahead = tree.weight(vertex)
            if ahead is None or vertex in tree.banned or (own and not door):
                continue
            total = ahead + sum(weights[arc] for arc in arcs)
            if best is None or total < best[0]:
                best = total, arcs, vertex
        return None if best is None else self.way(best[1], tree.way(best[2]))


class WaysTo:
    """The ways to one destination in one scenario, for one cargo."""

    def __init__(self) -> None:
        self._leaders: dict[Closures, tuple[Planner, Arrivals]] = {}
        self._trees: dict[_Key, Onward] = {}
        self._reasons: dict[tuple[_Key, str], str] = {}

    def forget_reasons(self) -> None:
        """Explain anew, by the origins that are asked from now on."""
        self._reasons = {}

    def pair(self, planner: Planner) -> Pair:
        """Return a journey beside the first one of the same closures."""
        if planner.closures not in self._leaders:
            self._leaders[planner.closures] = planner, arcs_into(planner.graph.digraph)
        return Pair(planner, self._leaders[planner.closures][0])

    def through(self, pair: Pair, corridor: Corridor, by: By) -> tuple[Way | None, str]:
        """Return the arcs of a journey's way through a corridor, or why there is none."""
        planner = pair.planner
        if reason := planner.shut(corridor):
            return None, reason
        found: Way | None = None
        if all(
            planner.origin.place_id != g.place_id for stage in corridor.via for g in stage.gates
        ):
            via = tuple(planner.oriented(corridor))
            avoided = corridor.exclude_countries - {
                planner.origin.country,
                planner.destination.country,
            }
            key = (corridor.corridor_id, by, planner.closures, via, frozenset(avoided))
            tree = self._tree(key, corridor)
            first, mode = (via[0].by if via else None), planner.origin.mode
            door = mode not in corridor.exclude_modes and first in (None, mode)
            found = pair.lightest(tree, by, door=door)
            if found is None:
                return None, self._reason(planner, corridor, key, shared=not tree.least[0])
            if first_return(planner.graph, found) is not None:
                found = None
        if found is None:
            path = planner.way(corridor, planner.pricing.weights(by))
            if path is None:
                return None, planner.why_not(planner.restated(corridor))
            found = path.arcs
        return found, ""

    def _tree(self, key: _Key, corridor: Corridor) -> Onward:
        if key not in self._trees:
            _, by, closures, via, avoided = key
            leader, into = self._leaders[closures]
            stages, banned = leader.stages_of(via, avoided, corridor.exclude_modes)
            weights = leader.pricing.weights(by)
            self._trees[key] = onward(leader.graph.digraph.heads, into, weights, stages, banned)
        return self._trees[key]

    def _reason(self, planner: Planner, corridor: Corridor, key: _Key, *, shared: bool) -> str:
        """Return why there is no way; once for a country if it lies behind the first gateway."""
        if not shared:
            return planner.why_not(planner.restated(corridor))
        at = key, planner.origin.country
        if at not in self._reasons:
            self._reasons[at] = planner.why_not(planner.restated(corridor))
        return self._reasons[at]
