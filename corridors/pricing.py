"""Prices the arcs of a corridor graph."""

from __future__ import annotations

from copy import copy
from enum import StrEnum
from functools import cached_property

from corridors.costing import Costing, Ledger, criteria_of
from corridors.graph import Arc, CorridorGraph
from corridors.itinerary import Criteria, Criterion, LedgerLine, Operation
from geodata.units import METRES_PER_KM
from geodata.vocabulary import LAND_MODES, Mode

_TIE_SHIFT = 10**18
"""Above any generalised cost: the criterion asked for decides, generalised cost breaks ties."""


class By(StrEnum):
    """What the best itinerary is best by."""

    COST = "cost"
    TIME = "time"
    CO2E = "co2e"
    GENERALISED = "generalised"

    @property
    def counted_as(self) -> Criterion:
        """The criterion in whose units it is: generalised cost is in those of cost."""
        return Criterion.COST if self is By.GENERALISED else Criterion(self.value)


class Pricing:
    """Ledgers and criteria of the arcs of one graph for one consignment.

    Parameters
    ----------
    graph, costing
        What to price, and how.
    weights
        Millionths of a cent of generalised cost per cent, minute and gram.
    """

    def __init__(
        self, graph: CorridorGraph, costing: Costing, weights: tuple[int, int, int]
    ) -> None:
        self._graph = graph
        self._costing = costing
        self._per_unit = weights
        self._weights_by: dict[By, list[int]] = {}
        self._shorter: Pricing | None = None

    def extended(self, graph: CorridorGraph) -> Pricing:
        """Return the prices of a graph whose first arcs are those of this one."""
        other = copy(self)
        other._graph = graph
        further = range(len(self._criteria), len(graph.arcs))
        other._criteria = [*self._criteria, *map(other._sum, further)]
        other._shorter = self
        other._weights_by = {}
        return other

    @cached_property
    def _criteria(self) -> list[Criteria]:
        """Of every arc; a ledger of single arcs needs none of it."""
        return [self._sum(number) for number in range(len(self._graph.arcs))]

    def criteria(self, number: int) -> Criteria:
        """Return cost, time and CO2e of an arc."""
        return self._criteria[number]

    def _sum(self, number: int) -> Criteria:
        arc = self._graph.arcs[number]
        if arc.mode in LAND_MODES and arc.operation is Operation.MOVE:
            return self._costing.land_criteria(arc.mode, arc.country, arc.length_m, arc.name)
        return criteria_of(self.ledger(number))

    def generalised(self, criteria: Criteria) -> int:
        """Return the generalised cost of some criteria in millionths of a cent."""
        per_cent, per_min, per_g = self._per_unit
        return (
            criteria.cost_cents * per_cent + criteria.time_min * per_min + criteria.co2e_g * per_g
        )

    def measure(self, criteria: Criteria, by: By) -> int:
        """Return the one number that `by` compares, with generalised cost to break ties."""
        generalised = self.generalised(criteria)
        if by is By.GENERALISED:
            return generalised
        return criteria.of(Criterion(by.value)) * _TIE_SHIFT + generalised

    def weights(self, by: By) -> list[int]:
        """Return the weight of every arc in a search."""
        if by not in self._weights_by:
            known = [] if self._shorter is None else self._shorter.weights(by)
            further = self._criteria[len(known) :]
            self._weights_by[by] = [*known, *(self.measure(each, by) for each in further)]
        return self._weights_by[by]

    def amounts(self, criterion: Criterion) -> list[int]:
        """Return the cents, minutes or grams of every arc."""
        return [criteria.of(criterion) for criteria in self._criteria]

    def ledger(self, number: int) -> Ledger:
        """Return the ledger of an arc."""
        arc = self._graph.arcs[number]
        tail, head = self._graph.vertices[arc.tail], self._graph.vertices[arc.head]
        costing = self._costing
        match arc.operation:
            case Operation.LOAD:
                return costing.load()
            case Operation.UNLOAD:
                return costing.unload(arc.country)
            case Operation.TRANSSHIPMENT:
                assert tail.mode is not None
                assert head.mode is not None
                return costing.transshipment(tail.place_id, tail.mode, head.mode)
            case Operation.GAUGE_CHANGE:
                return costing.gauge_change(tail.place_id)
            case Operation.BORDER_CROSSING:
                return costing.border_crossing(arc.crossing_id)
            case Operation.MOVE:
                if tail.place_id == head.place_id:
                    return ()  # straight through
                ends = (tail.place_id, head.place_id)
                if arc.mode is Mode.AIR:
                    return costing.move_air(ends, arc.length_m)
                if arc.mode in (Mode.SEA, Mode.FERRY):
                    return costing.move_vessel(
                        arc.mode, ends, arc.basin, arc.length_m, arc.shortest_m, arc.chokepoints
                    )
                assert arc.mode is not None
                return costing.move_land(arc.mode, arc.country, arc.length_m, arc.name)

    def uses(self, number: int) -> list[tuple[LedgerLine, int]]:
        """Return the ledger of an arc, each line with the whole metres it is charged for."""
        return [(line, self._costing.metres_of(line)) for line in self.ledger(number)]

    def land_zone(self, arc: Arc) -> tuple[Mode, str, str]:
        """Return what prices a movement by rail or road: mode, country and line, if it has its own.

        Movements of one zone cost the same per km.
        """
        assert arc.mode is not None
        return arc.mode, arc.country, self._costing.own_line(arc.name)

    def land_ledger(self, mode: Mode, country: str, line: str) -> Ledger:
        """Return the ledger of one km in a land zone: that of any arc there is so many times it.

        Its amounts are rounded to whole cents, minutes and grams; quantities are exact.
        """
        return self._costing.move_land(mode, country, round(METRES_PER_KM), line)
