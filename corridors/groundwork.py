"""What a request is planned on: its graph and the prices, and the same for requests like it.

What such requests have in common, the arcs between gateways and their prices, is made once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import Self

from corridors.assembly import GraphPlan, closure_text, plan_graph, without_closed
from corridors.closures import Closures
from corridors.compiled import CompiledGraph
from corridors.consignment import make_consignment
from corridors.costing import Costing
from corridors.ends import with_ends
from corridors.graph import CorridorGraph, Endpoint
from corridors.pricing import By, Pricing
from corridors.scenario import Scenario
from corridors.staging import cargo_vertices
from geodata.vocabulary import CargoUnit
from geodata.world import World


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


class Groundwork:
    """The graph of one consignment between two endpoints in one scenario, priced; and of others."""

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
        self._bypassing: Self | None = None
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

    def between(self, origin: Endpoint, destination: Endpoint) -> Self:
        """Return a planner of the same consignment between other ends.

        What is the same for both, the arcs between gateways and their prices, is planned once.
        """
        other = self._fresh()
        other.origin, other.destination = origin, destination
        other._set_closures()
        return other

    def with_by(self, by: By) -> Self:
        """Return a planner of the same request that is best by something else."""
        other = copy(self)
        other.by = by
        other._bypassing = None
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

    def repriced(self, values: Mapping[str, float]) -> Self:
        """Return a planner of the same request and graph with other values of parameters."""
        own = self.consignment
        other = self._fresh()
        other.graph = self.graph
        other.parameters = self.parameters.with_values(
            values, source_id="repriced", words=self._world.words
        )
        other.consignment = make_consignment(other.parameters, own.commodity, own.mass_t, own.unit)
        other._costing = Costing(other.parameters, other.consignment, self._world.places)
        base = Shared(plan=self._base.plan, graph=self._base.graph)
        other._bases = {(self._closures, self._bypass): base}
        return other

    def stated(self, key: str) -> float:
        """Return a parameter's value before what the scenario multiplies it by: as one sets it."""
        if key in self.scenario.values:
            return self.scenario.values[key]
        return self._world.parameters.row(key).value

    def ends(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the origin's and the destination's vertices."""
        return cargo_vertices(self.graph, self.origin), cargo_vertices(self.graph, self.destination)

    def closing(self, closed: Closures) -> Self:
        """Return a planner of the same request with more closed: what a new one would find.

        Arcs are planned and priced once, and keep the numbers they have in `standing`.
        """
        other = self._fresh()
        other._closures = self._closures | closed
        standing = self.standing(bypass=bool(other._closures.places))
        other.graph = without_closed(standing.graph, closed, standing.countries)
        other.pricing = standing.pricing
        return other

    def standing(self, *, bypass: bool) -> Self:
        """Return a planner of the same request with, or without, the ways round closed places."""
        if bypass is bool(self._closures.places):
            return self
        if self._bypassing is None:
            self._bypassing = self._fresh()
            self._bypassing._bypass = True
        return self._bypassing

    def elsewhere(self, world: World, compiled: CompiledGraph) -> Self:
        """Return a planner of the same request with other tables and another graph."""
        goods = self.consignment
        return type(self)(
            world, compiled, self.scenario, origin=self.origin, destination=self.destination,
            commodity=goods.commodity, mass_t=goods.mass_t, unit=goods.unit, by=self.by,
        )  # fmt: skip

    def _fresh(self) -> Self:
        """Return a copy that has planned nothing yet."""
        other = copy(self)
        for name in ("_base", "countries", "graph", "_blocked_graph", "pricing"):
            other.__dict__.pop(name, None)
        other._bypassing = None
        return other
