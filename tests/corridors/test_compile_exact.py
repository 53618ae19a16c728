"""The theorem: searching the compiled graph equals searching the detailed network.

The oracle below walks every detailed link with networkx and knows nothing of zones, gateways or
compiled arcs. At sea its state is (node, chokepoints passed), because a toll is paid once each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import networkx as nx
import pytest
from drawn import Drawn, planned

from corridors.closures import Closures
from corridors.costing import Costing, criteria_of
from corridors.errors import NoItineraryError
from corridors.itinerary import Criteria
from corridors.planner import Planner
from corridors.pricing import By
from geodata.network import ModeNetwork
from geodata.vocabulary import Mode, Status
from geodata.world import World

PICK: dict[By, Callable[[Criteria], int]] = {
    By.COST: lambda c: c.cost_cents,
    By.TIME: lambda c: c.time_min,
    By.CO2E: lambda c: c.co2e_g,
}


def oracle(drawn: Drawn, planner: Planner, closures: Closures, year: int | None) -> nx.DiGraph:
    """Return the detailed graph; every edge holds the criteria of one link or one operation."""
    graph: nx.MultiDiGraph = nx.MultiDiGraph()
    world: World = drawn.world
    costing = Costing(world.parameters, planner.consignment, world.places)
    open_nodes = {
        (n.mode, n.node_id) for n in drawn.place_nodes if n.place_id not in closures.places
    }
    shut = {(n.mode, n.node_id) for n in drawn.place_nodes} - open_nodes
    at: dict[tuple[str, Mode], list[tuple[int, int]]] = {}
    for node in drawn.place_nodes:
        at.setdefault((node.place_id, node.mode), []).append((node.node_id, node.gauge_mm))

    def join(tail: object, head: object, ledger: object) -> None:
        """An operation: what arrived is ready to leave; links lead from ready to arrived."""
        ends = ((tail, "arrived"), (head, "ready"))
        graph.add_edge(*ends, criteria=criteria_of(ledger))  # type: ignore[arg-type]

    def run(tail: object, head: object, ledger: object) -> None:
        ends = ((tail, "ready"), (head, "arrived"))
        graph.add_edge(*ends, criteria=criteria_of(ledger))  # type: ignore[arg-type]

    for mode in (Mode.RAIL, Mode.ROAD):
        links = drawn.networks[mode].links
        for row in zip(
            *(
                links[c]
                for c in ("from_node_id", "to_node_id", "country", "length_m", "status", "opens")
            ),
            strict=True,
        ):
            a, b, country, length_m, status, opens = row
            usable = status == Status.OPERATIONAL or (year is not None and 0 < opens <= year)
            if usable and not {(mode, a), (mode, b)} & shut:
                for tail, head in ((a, b), (b, a)):
                    run((mode, tail), (mode, head), costing.move_land(mode, country, int(length_m)))
                    join((mode, tail), (mode, tail), ())
                    join((mode, head), (mode, head), ())
    for row in world.border_crossings.values():
        ends = [
            (row.mode, node)
            for name in (row.place_a, row.place_b)
            for node, gauge in at[name, row.mode]
            if gauge == row.gauge_mm
        ]
        if row.crossing_id not in closures.crossings and not set(ends) & shut:
            for tail, head in (ends, ends[::-1]):
                join(tail, head, costing.border_crossing(row.crossing_id))
    for change in world.gauge_interchanges:
        nodes = [(Mode.RAIL, node) for node, _ in at[change.place_id, Mode.RAIL]]
        if not set(nodes) & shut:
            for tail, head in (nodes, nodes[::-1]):
                join(tail, head, costing.gauge_change(change.place_id))
    for right in world.transshipments:
        if right.place_id in closures.places:
            continue
        for before, after in ((right.mode_a, right.mode_b), (right.mode_b, right.mode_a)):
            for a, _ in at.get((right.place_id, before), ()):
                for b, _ in at.get((right.place_id, after), ()):
                    tail, head = (before, a), (after, b)
                    join(tail, head, costing.transshipment(right.place_id, before, after))
    ports = {n.node_id: n.place_id for n in drawn.place_nodes if n.mode is Mode.SEA}
    for start, name in ports.items():
        for end, other in ports.items():
            if start != end and not {name, other} & closures.places:
                for length_m, passed in voyages(drawn.networks[Mode.SEA], start, end, closures):
                    ledger = costing.move_vessel(
                        Mode.SEA, (name, other), "ocean", length_m, length_m, sorted(passed)
                    )
                    run((Mode.SEA, start), (Mode.SEA, end), ledger)
    for row in world.loading:
        for node, _ in at[row.place_id, row.mode]:
            if row.place_id == "START":
                join("start", (row.mode, node), costing.load())
            else:
                join((row.mode, node), "goal", costing.unload("BB"))
    return graph


def voyages(
    sea: ModeNetwork, start: int, end: int, closures: Closures
) -> list[tuple[int, frozenset[str]]]:
    """Return, for every set of chokepoints that can be passed, the shortest voyage that does."""
    states: nx.DiGraph = nx.DiGraph()
    links = sea.links
    sets = [frozenset(s) for s in ((), ("canal",), ("strait",), ("canal", "strait"))]
    for a, b, length_m, name in zip(
        *(links[c] for c in ("from_node_id", "to_node_id", "length_m", "chokepoint")), strict=True
    ):
        if name in closures.chokepoints:
            continue
        for passed in sets:
            after = passed | ({name} if name else set())
            for tail, head in ((a, b), (b, a)):
                edge = ((int(tail), passed), (int(head), after))
                known = states.get_edge_data(*edge, default={"m": 10**12})["m"]
                states.add_edge(*edge, m=min(int(length_m), known))
    origin = (start, frozenset[str]())
    if origin not in states:
        return []
    lengths = nx.single_source_dijkstra_path_length(states, origin, weight="m")
    return [(lengths[end, passed], passed) for passed in sets if (end, passed) in lengths]


def best(graph: nx.DiGraph, by: By) -> int | None:
    pick = PICK[by]

    def weight(tail: object, head: object, parallel: dict[int, dict[str, Criteria]]) -> int:
        return min(pick(edge["criteria"]) for edge in parallel.values())

    try:
        return nx.dijkstra_path_length(
            graph, ("start", "arrived"), ("goal", "ready"), weight=weight
        )
    except (nx.NetworkXNoPath, nx.NodeNotFound):
        return None


CASES = {
    "open": (Closures(), None),
    "planned lines": (Closures(), 2030),
    "canal shut": (Closures(chokepoints=frozenset({"canal"})), None),
    "terminals shut": (Closures(places=frozenset({"A0", "B2", "B4"})), None),
    "border shut": (Closures(crossings=frozenset({"c-rail"})), 2030),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", range(40))
def test_compiled_graph_equals_detailed_network(seed: int, case: str) -> None:
    closures, year = CASES[case]
    drawn = Drawn(seed)
    graph = None
    for by in PICK:
        planner = planned(drawn, by, closures, year)
        graph = graph or oracle(drawn, planner, closures, year)
        expected = best(graph, by)
        try:
            found = PICK[by](planner.route().itineraries[0].criteria)
        except NoItineraryError:
            found = None
        assert found == expected


def test_most_random_worlds_are_connected() -> None:
    """The theorem would be empty if nothing led anywhere."""
    reachable = 0
    for seed in range(40):
        drawn = Drawn(seed)
        planner = planned(drawn, By.COST, Closures(), None)
        reachable += best(oracle(drawn, planner, Closures(), None), By.COST) is not None
    assert reachable >= 25


def test_row_order_does_not_matter() -> None:
    drawn = Drawn(3)
    forward = planned(drawn, By.COST, Closures(), None).route()
    drawn.place_nodes.reverse()
    drawn.world = replace(drawn.world, transshipments=drawn.world.transshipments[::-1])
    assert planned(drawn, By.COST, Closures(), None).route().itineraries == forward.itineraries
