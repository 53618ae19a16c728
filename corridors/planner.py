"""Planning: from a request to itineraries. The one place where tables, graph and search meet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

from corridors.assembly import GraphPlan, closure_text, plan_graph, without_closed
from corridors.compiled import CompiledGraph
from corridors.consignment import WEIGHT_SCALE, Consignment, make_consignment
from corridors.costing import Costing
from corridors.ends import with_ends
from corridors.errors import NoItineraryError
from corridors.flags import flags_of, worst_status
from corridors.front import Front, named_by_way
from corridors.graph import CorridorGraph, Endpoint
from corridors.hindrance import hindrance
from corridors.itinerary import (
    Criteria,
    Criterion,
    Itinerary,
    NotPossible,
)
from corridors.legs import legs_of
from corridors.named import Corridor, Stage
from corridors.pareto import MOST_LABELS
from corridors.pricing import By, Pricing
from corridors.scenario import Closures, Scenario
from corridors.search import Path, shortest_path
from corridors.simple_paths import simple_front, simple_path
from corridors.staging import cargo_vertices, in_direction, stage_vertices, vertices_to_avoid
from geodata.parameters import Names
from geodata.vocabulary import CargoUnit, Mode, Status
from geodata.world import World


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


class Shared:
    """The graph that journeys between any two ends share, and its prices."""

    def __init__(self, plan: GraphPlan, graph: CorridorGraph | None = None) -> None:
        self.plan = plan
        self.graph = graph or plan.build()
        self.pricing: Pricing | None = None

    @cached_property
    def blocked(self) -> CorridorGraph:
        """The graph with what may not be used."""
        return self.plan.build(with_blocked=True)


class Planner:
    """Plans one consignment between two endpoints in one scenario; nothing is shared by calls."""

    def __init__(
        self,
        world: World,
        compiled: CompiledGraph,
        scenario: Scenario,
        *,
        origin: Endpoint,
        destination: Endpoint,
        commodity: str,
        mass_t: float,
        unit: CargoUnit,
        by: By = By.GENERALISED,
    ) -> None:
        self._world = world
        self._compiled = compiled
        self.scenario = scenario
        self.origin = origin
        self.destination = destination
        self.by = by
        self.parameters = scenario.parameters(world)
        self.consignment = make_consignment(self.parameters, commodity, mass_t, unit)
        self._costing = Costing(self.parameters, self.consignment, world.places)
        self._bypass = False
        self._bypassing: Planner | None = None
        self._bases: dict[tuple[Closures, bool], Shared] = {}
        self._set_closures()

    def _set_closures(self) -> None:
        """Note what the scenario closes to cargo from the origin, and why."""
        country = self.origin.country
        rows = self._world.restrictions
        self._closures = self.scenario.closed(rows, country) | self.scenario.shut_by_status(
            self._world
        )
        self._reasons = {
            closure_text(row.subject_type, row.subject_id): f"{row.reason} (as of {row.as_of})"
            for row in self.scenario.applied(rows, country)
        }

    @cached_property
    def _base(self) -> Shared:
        """What journeys between other ends have in common with this one, planned once."""
        key = (self._closures, self._bypass)
        if key not in self._bases:
            plan = plan_graph(
                self._compiled,
                self._world,
                unit=self.consignment.unit,
                closures=self._closures,
                year=self.scenario.year,
                status=self.scenario.status,
                bypass=self._bypass,
            )
            self._bases[key] = Shared(plan=plan)
        return self._bases[key]

    @cached_property
    def countries(self) -> Mapping[str, str]:
        """The country of every place and junction, by id."""
        own = {end.place_id: end.country for end in (self.origin, self.destination)}
        return {**self._base.plan.countries, **own}

    def _with_ends(self, graph: CorridorGraph, *, with_blocked: bool = False) -> CorridorGraph:
        return with_ends(
            graph, self._world, self.consignment.unit, [self.origin], [self.destination],
            self._closures, self.countries, with_blocked=with_blocked,
        )  # fmt: skip

    @cached_property
    def graph(self) -> CorridorGraph:
        """The corridor graph of this request."""
        return self._with_ends(self._base.graph)

    @cached_property
    def _blocked_graph(self) -> CorridorGraph:
        """The graph with what may not be used, to explain what is not possible."""
        return self._with_ends(self._base.blocked, with_blocked=True)

    @cached_property
    def pricing(self) -> Pricing:
        """The prices of its arcs."""
        return self._priced(self.graph)

    def _priced(self, graph: CorridorGraph) -> Pricing:
        """Return the prices of a graph that ends were joined to."""
        base = self._base
        if base.pricing is None:
            base.pricing = Pricing(base.graph, self._costing, self.consignment.weights)
        return base.pricing.extended(graph)

    @property
    def closures(self) -> Closures:
        """What must not be used by cargo from the origin."""
        return self._closures

    @property
    def shared_arcs(self) -> int:
        """How many arcs journeys between any two ends share: they have the first numbers."""
        return len(self._base.graph.arcs)

    def between(self, origin: Endpoint, destination: Endpoint) -> Planner:
        """Return a planner of the same consignment between other ends.

        What is the same for both, the arcs between gateways and their prices, is planned once.
        """
        other = self._fresh()
        other.origin, other.destination = origin, destination
        other._set_closures()
        return other

    def with_by(self, by: By) -> Planner:
        """Return a planner of the same request that is best by something else."""
        other = copy(self)
        other.by = by
        return other

    def joined(
        self, origins: Sequence[Endpoint], destinations: Sequence[Endpoint]
    ) -> tuple[CorridorGraph, Pricing]:
        """Return the graph with many ends at once, and its prices; closed is what is for this one.

        Parameters
        ----------
        origins, destinations
            As `ends.with_ends` takes them.
        """
        own = {end.place_id: end.country for end in (*origins, *destinations)}
        graph = with_ends(
            self._base.graph, self._world, self.consignment.unit, origins, destinations,
            self._closures, {**self._base.plan.countries, **own},
        )  # fmt: skip
        return graph, self._priced(graph)

    def repriced(self, values: Mapping[str, float]) -> Planner:
        """Return a planner of the same request and graph with other values of parameters."""
        own = self.consignment
        other = copy(self)
        other.__dict__["graph"] = self.graph
        other.__dict__.pop("pricing", None)
        other.__dict__.pop("_base", None)
        other.parameters = self.parameters.with_values(
            values, source_id="repriced", words=self._world.words
        )
        other.consignment = make_consignment(other.parameters, own.commodity, own.mass_t, own.unit)
        other._costing = Costing(other.parameters, other.consignment, self._world.places)
        other._bases = {}
        other.__dict__["_base"] = Shared(plan=self._base.plan, graph=self._base.graph)
        return other

    def stated(self, key: str) -> float:
        """Return a parameter's value before what the scenario multiplies it by: as one sets it."""
        if key in self.scenario.values:
            return self.scenario.values[key]
        return next(row.value for row in self._world.parameters.rows if row.key == key)

    def ends(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the origin's and the destination's vertices."""
        return cargo_vertices(self.graph, self.origin), cargo_vertices(self.graph, self.destination)

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

    def closing(self, closed: Closures) -> Planner:
        """Return a planner of the same request with more closed: what a new one would find.

        Arcs are planned and priced once, and keep the numbers they have in `standing`.
        """
        other = self._fresh()
        other._closures = self._closures | closed
        standing = self.standing(bypass=bool(other._closures.places))
        other.graph = without_closed(standing.graph, closed, standing.countries)
        other.pricing = standing.pricing
        return other

    def standing(self, *, bypass: bool) -> Planner:
        """Return a planner of the same request with, or without, the ways round closed places."""
        if bypass is bool(self._closures.places):
            return self
        if self._bypassing is None:
            self._bypassing = self._fresh()
            self._bypassing._bypass = True
        return self._bypassing

    def elsewhere(self, world: World, compiled: CompiledGraph) -> Planner:
        """Return a planner of the same request with other tables and another graph."""
        goods = self.consignment
        return Planner(
            world, compiled, self.scenario, origin=self.origin, destination=self.destination,
            commodity=goods.commodity, mass_t=goods.mass_t, unit=goods.unit, by=self.by,
        )  # fmt: skip

    def _fresh(self) -> Planner:
        """Return a copy that has planned nothing yet."""
        other = copy(self)
        for name in ("_base", "countries", "graph", "_blocked_graph", "pricing"):
            other.__dict__.pop(name, None)
        other._bypassing = None
        return other

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
        avoided = corridor.exclude_countries - {self.origin.country, self.destination.country}
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

    def _banned(
        self,
        graph: CorridorGraph,
        via: Sequence[Stage],
        countries: Collection[str],
        modes: Collection[Mode],
    ) -> list[frozenset[int]]:
        """Return, for every stage and the destination, the vertices not to enter before it.

        The countries of origin and destination cannot be avoided, whatever a corridor excludes.
        """
        avoidable = frozenset(countries) - {self.origin.country, self.destination.country}
        return vertices_to_avoid(graph, self._world.places, via, avoidable, modes)

    def why_not(self, corridor: Corridor) -> str:
        """Return what stands in the way of a corridor that has no itinerary."""
        reason = self._explain(
            self.oriented(corridor), corridor.exclude_countries, corridor.exclude_modes
        )
        if corridor.reason and corridor.status is not Status.OPERATIONAL:
            return f"{corridor.reason} (as of {corridor.as_of}); {reason}"
        return reason

    def _explain(
        self, via: Sequence[Stage], countries: Collection[str], modes: Collection[Mode]
    ) -> str:
        """Return what stands in the way: the closed or unfinished pieces of the way, or a gap."""
        graph = self._blocked_graph
        return hindrance(
            graph,
            self.origin,
            self.destination,
            via,
            self._banned(graph, via, countries, modes),
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
        itinerary = Itinerary(legs=legs, generalised_cost_cents=0)
        return Itinerary(
            legs=legs,
            generalised_cost_cents=self.generalised_cents(itinerary.criteria),
            flags=flags_of(legs, self._world, self.origin.country, corridor),
            corridor_id=corridor.corridor_id if corridor else None,
            name=corridor.name if corridor else f"{self.origin.name} to {self.destination.name}",
            family=corridor.family if corridor else "",
            status=(corridor.status if corridor else worst_status(legs)).value,
        )
