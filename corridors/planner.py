"""Planning: from a request to itineraries. The one place where tables, graph and search meet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from corridors.consignment import WEIGHT_SCALE, Consignment
from corridors.errors import NoItineraryError
from corridors.flags import flags_of, worst_status
from corridors.front import Front, named_by_way
from corridors.graph import Endpoint
from corridors.groundwork import Groundwork
from corridors.hindrance import hindrance
from corridors.itinerary import Criteria, Criterion, Itinerary, NotPossible, total_of
from corridors.legs import legs_of
from corridors.named import Corridor, Stage
from corridors.pareto import MOST_LABELS
from corridors.pricing import By
from corridors.scenario import Scenario
from corridors.search import Path, shortest_path
from corridors.simple_paths import simple_front, simple_path
from corridors.staging import in_direction, stage_vertices, vertices_to_avoid
from geodata.families import Names
from geodata.vocabulary import Mode, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Ranked itineraries of one request, and what is not possible with the reason.

    ``names`` is how people call what keys of parameters name.
    """

    itineraries: tuple[Itinerary, ...]
    not_possible: tuple[NotPossible, ...]
    consignment: Consignment
    scenario: Scenario
    by: By
    origin: Endpoint
    destination: Endpoint
    names: Names

    def corridors_among(self, asked: Iterable[Corridor]) -> list[Corridor]:
        """Return the corridors of the itineraries, in their order."""
        by_id = {corridor.corridor_id: corridor for corridor in asked}
        return [by_id[itinerary.corridor_id or ""] for itinerary in self.itineraries]


class Planner(Groundwork):
    """Plans one consignment between two endpoints in one scenario; nothing is shared by calls."""

    def compare(self, corridors: Sequence[Corridor]) -> Comparison:
        """Return the best itinerary of each corridor, ranked, and the corridors that have none."""
        possible: list[Itinerary] = []
        not_possible: list[NotPossible] = []
        for corridor in map(self.restated, corridors):
            path = self.path_through(corridor)
            if path is not None:
                possible.append(self.itinerary(path, corridor))
            else:
                reason = self.shut(corridor) or self.why_not(corridor)
                not_possible.append(NotPossible(corridor.corridor_id, corridor.name, reason))
        return self._comparison(self.ranked(possible), not_possible)

    def ranked(self, itineraries: Iterable[Itinerary]) -> list[Itinerary]:
        """Return itineraries of corridors, best first."""
        measure = self.pricing.measure
        return sorted(
            itineraries, key=lambda i: (measure(i.criteria, self.by), i.corridor_id or "")
        )

    def route(self, via: Sequence[Stage] = ()) -> Comparison:
        """Return the best itinerary through some places in order.

        Raises
        ------
        NoItineraryError
            If there is none, saying what stands in the way.
        """
        path = self.best_path(via)
        if path is None:
            raise self.no_itinerary(via)
        return self._comparison([self.itinerary(path, None)], [])

    def best_path(self, via: Sequence[Stage] = ()) -> Path | None:
        """Return the arcs of the best itinerary through some places in order, None if none.

        It returns to no place, unless places to pass may ask for that.
        """
        weights, origins = self.pricing.weights(self.by), self.ends()[0]
        path = None if via else simple_path(self.graph, weights, origins, self.stages(), [()])
        return path or shortest_path(self.graph.digraph, weights, origins, self.stages(via))

    def stages(self, via: Sequence[Stage] = ()) -> list[frozenset[int]]:
        """Return the vertices of each place to pass and, last, those of the destination."""
        return [*stage_vertices(self.graph, via), frozenset(self.ends()[1])]

    def as_comparison(self, paths: Iterable[Path]) -> Comparison:
        """Return paths of the graph as itineraries in the same order, each named by its way."""
        return self._comparison((named_by_way(self.itinerary(path, None)) for path in paths), [])

    def front(self, *, most_labels: int = MOST_LABELS) -> Front:
        """Return every itinerary that no other beats in cost, time and CO2e at once, ranked.

        None returns to a place. Raises `NoItineraryError` as `route` does, and `SearchLimitError`
        if more than `most_labels` labels would be needed.
        """
        weights = [self.pricing.amounts(criterion) for criterion in Criterion]
        points, hiding = simple_front(self.graph, weights, *self.ends(), most_labels=most_labels)
        if not points:
            raise self.no_itinerary()
        found = [
            Path(self.pricing.measure(Criteria(*point.totals), self.by), point.arcs)
            for point in points
        ]
        found.sort(key=lambda path: path.weight)
        return Front(comparison=self.as_comparison(found), routes=len(found), hiding=hiding)

    def no_itinerary(self, via: Sequence[Stage] = ()) -> NoItineraryError:
        """Return the error that says why nothing leads from origin to destination."""
        reason = self._explain(via, frozenset(), frozenset())
        return NoItineraryError(
            f"no itinerary from {self.origin.name} to {self.destination.name}: {reason}"
        )

    def _comparison(
        self, itineraries: Iterable[Itinerary], not_possible: Iterable[NotPossible]
    ) -> Comparison:
        return Comparison(
            itineraries=tuple(itineraries),
            not_possible=tuple(not_possible),
            consignment=self.consignment,
            scenario=self.scenario,
            by=self.by,
            origin=self.origin,
            destination=self.destination,
            names=self._world.selector_names,
        )

    def restated(self, corridor: Corridor) -> Corridor:
        """Return a corridor with the status that the scenario gives it."""
        status = self.scenario.status.get(corridor.corridor_id)
        return corridor if status is None else replace(corridor, status=status)

    def shut(self, corridor: Corridor) -> str:
        """Return why the scenario shuts a corridor as a whole, empty if it does not."""
        if corridor.corridor_id not in self._closures.corridors:
            return ""
        rows = [
            row
            for row in self._world.restrictions
            if (row.subject_type, row.subject_id) == ("corridor", corridor.corridor_id)
        ]
        return "; ".join(f"{row.reason} (as of {row.as_of})" for row in rows) or "closed"

    def path_through(self, corridor: Corridor) -> Path | None:
        """Return a corridor's best path that does not double back, None if closed or none."""
        if self.shut(corridor):
            return None
        return self.way(corridor, self.pricing.weights(self.by))

    def reach(self, corridor: Corridor) -> Path | None:
        """Return the best path through a corridor's gates, doubling back or not."""
        if self.shut(corridor):
            return None
        weights, origins = self.pricing.weights(self.by), self.ends()[0]
        return shortest_path(self.graph.digraph, weights, origins, *self.corridor_stages(corridor))

    def way(self, corridor: Corridor, weights: Sequence[int]) -> Path | None:
        """Return the lightest path through a corridor for any non-negative weights of the arcs."""
        origins, _ = self.ends()
        return simple_path(self.graph, weights, origins, *self.corridor_stages(corridor))

    def corridor_stages(
        self, corridor: Corridor
    ) -> tuple[list[frozenset[int]], list[frozenset[int]]]:
        """Return, stage by stage, the vertices to pass one of and those not to enter before."""
        avoided = self._avoidable(corridor.exclude_countries)
        return self.stages_of(self.oriented(corridor), avoided, corridor.exclude_modes)

    def stages_of(
        self, via: Sequence[Stage], countries: Collection[str], modes: Collection[Mode]
    ) -> tuple[list[frozenset[int]], list[frozenset[int]]]:
        """Return `corridor_stages` of stages in the direction of travel, and what is avoided."""
        _, destinations = self.ends()
        return (
            [*stage_vertices(self.graph, via), frozenset(destinations)],
            vertices_to_avoid(self.graph, self._world.places, via, countries, modes),
        )

    def oriented(self, corridor: Corridor) -> Sequence[Stage]:
        """Return a corridor's stages in the direction of travel."""
        return in_direction(corridor.via, self._world.places, self.origin, self.destination)

    def _avoidable(self, countries: Collection[str]) -> frozenset[str]:
        """Return countries without those of the ends, whatever a corridor excludes."""
        return frozenset(countries) - {self.origin.country, self.destination.country}

    def why_not(self, corridor: Corridor) -> str:
        """Return what stands in the way of a corridor that has no itinerary."""
        reason = self._explain(
            self.oriented(corridor), corridor.exclude_countries, corridor.exclude_modes
        )
        if corridor.reason and corridor.status is not Status.OPERATIONAL:
            return f"{corridor.reason.removesuffix('.')} (as of {corridor.as_of}); {reason}"
        return reason

    def _explain(
        self, via: Sequence[Stage], countries: Collection[str], modes: Collection[Mode]
    ) -> str:
        """Return what stands in the way: the closed or unfinished pieces of the way, or a gap."""
        graph, places = self._blocked_graph, self._world.places
        return hindrance(
            graph,
            self.origin,
            self.destination,
            via,
            vertices_to_avoid(graph, places, via, self._avoidable(countries), modes),
            unit=self.consignment.unit,
            reasons=self._reasons,
        )

    def generalised_cents(self, criteria: Criteria) -> int:
        """Return the generalised cost of an itinerary's criteria in whole cents."""
        return round(self.pricing.generalised(criteria) / WEIGHT_SCALE)

    def itinerary(self, path: Path, corridor: Corridor | None) -> Itinerary:
        """Return a path in legs, with its flags."""
        legs = legs_of(
            path.arcs, self.graph, self.pricing, self._world.places, self.origin, self.destination
        )
        return Itinerary(
            legs=legs,
            generalised_cost_cents=self.generalised_cents(total_of(legs)),
            flags=flags_of(legs, self._world, self.origin.country, corridor),
            corridor_id=corridor.corridor_id if corridor else None,
            name=corridor.name if corridor else f"{self.origin.name} to {self.destination.name}",
            family=corridor.family if corridor else "",
            status=(corridor.status if corridor else worst_status(legs)).value,
        )
