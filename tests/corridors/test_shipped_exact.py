"""The theorem on the shipped network: the corridor graph finds what a search of every link finds.

The oracle is one scipy graph of all rail and road links, with every operation of the tables as an
edge and criteria as plain floats. At sea it measures each pair of ports once for every subset of
the chokepoints that can be sailed around. Whole units are rounded per ledger line, so totals may
differ by half a unit per line, and by no more. (A search of links may also drive out of a terminal
and back into it to dodge a gauge change; none of the pairs below gains by that.)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from corridors.costing import Costing, Ledger
from corridors.itinerary import Criterion, Operation
from corridors.planner import Planner
from corridors.pricing import By
from corridors.request import Request
from geodata.network import ModeNetwork, load_layer, load_place_nodes
from geodata.vocabulary import CargoUnit, Mode, Status

PORTS = frozenset(
    (
        "INVTZ", "INPRT", "INNSA", "INMUN", "IRSRP", "IRZBR", "IRAMD", "IRCAS", "KZAAU", "AZALT",
        "CNLYG", "CNQDP", "GEPTI", "RUNVS", "RULED", "RUVVO",
    )
)  # fmt: skip
AROUND = ("suez", "bab_el_mandeb", "malacca", "gibraltar", "danish_straits", "kiel")
SCALE = {By.COST: 100, By.TIME: 60, By.CO2E: 1}
CRITERION = {By.COST: Criterion.COST, By.TIME: Criterion.TIME, By.CO2E: Criterion.CO2E}
LAND = (Mode.RAIL, Mode.ROAD)


@cache
def network(mode: Mode) -> ModeNetwork:
    return load_layer(mode)


def other_ports() -> tuple[str, ...]:
    """The ports that both sides leave out, so that the oracle's sea stays small."""
    return tuple(
        sorted(
            {
                n.place_id
                for n in load_place_nodes()
                if n.mode is Mode.SEA and n.place_id not in PORTS
            }
        )
    )


@cache
def voyages() -> dict[tuple[str, str], set[tuple[int, frozenset[str]]]]:
    """Return for every pair of ports the lengths and chokepoints of its lines, metres."""
    sea = network(Mode.SEA)
    links = sea.links
    nodes = {n.place_id: n.node_id for n in load_place_nodes() if n.mode is Mode.SEA}
    ports = {name: nodes[name] for name in sorted(PORTS)}
    found: dict[tuple[str, str], set[tuple[int, frozenset[str]]]] = {}
    chokepoint = links["chokepoint"].astype(str)
    sailed = links["basin"].astype(str) != "volga_don"
    for size in range(len(AROUND) + 1):
        for closed in combinations(AROUND, size):
            keep = np.flatnonzero(sailed & ~np.isin(chokepoint, closed))
            a, b = links["from_node_id"][keep], links["to_node_id"][keep]
            name_of = {}
            length_of: dict[tuple[int, int], int] = {}
            for u, v, m, name in zip(a, b, links["length_m"][keep], chokepoint[keep], strict=True):
                key = (min(u, v), max(u, v))
                if m < length_of.get(key, 10**12):
                    length_of[key], name_of[key] = int(m), name
            ends = np.array(list(length_of))
            graph = csr_array(
                (list(length_of.values()), (ends[:, 0], ends[:, 1])),
                shape=(sea.node_count, sea.node_count),
            )
            metres, before = dijkstra(
                graph, directed=False, indices=list(ports.values()), return_predecessors=True
            )
            for row, start in enumerate(ports):
                for end, node in ports.items():
                    if start == end or not np.isfinite(metres[row, node]):
                        continue
                    passed, at = set(), node
                    while (last := int(before[row, at])) >= 0:
                        passed.add(name_of[min(last, at), max(last, at)])
                        at = last
                    line = (round(metres[row, node]), frozenset(passed - {""}))
                    found.setdefault((start, end), set()).add(line)
    return found


def amount(ledger: Ledger, by: By) -> float:
    """Return the exact amount of a ledger before rounding, in cents, minutes or grams."""
    lines = [line for line in ledger if line.criterion is CRITERION[by]]
    return sum(line.quantity * line.value for line in lines) * SCALE[by]


class Oracle:
    """The detailed graph of one planner's request under one criterion."""

    def __init__(self, planner: Planner, request: Request, by: By) -> None:
        self._edges: list[tuple[int, int, float]] = []
        world = request.world
        costing = Costing(planner.scenario.parameters(world), planner.consignment, world.places)
        base, size = {}, 0
        for mode in (*LAND, Mode.SEA):
            base[mode], size = size, size + 2 * network(mode).node_count
        shut = set(other_ports())
        at: dict[tuple[str, Mode], list[tuple[int, int]]] = {}
        closed_nodes = set()
        for n in load_place_nodes():
            if n.mode in base:
                if n.place_id in shut:
                    closed_nodes.add((n.mode, n.node_id))
                else:
                    at.setdefault((n.place_id, n.mode), []).append((n.node_id, n.gauge_mm))

        def arrived(mode: Mode, node: int) -> int:
            return base[mode] + 2 * node

        def ready(mode: Mode, node: int) -> int:
            return base[mode] + 2 * node + 1

        def operation(mode_a: Mode, a: int, mode_b: Mode, b: int, ledger: Ledger) -> None:
            self._edges.append((arrived(mode_a, a), ready(mode_b, b), amount(ledger, by)))

        closed_nodes -= {(mode, node) for (_, mode), here in at.items() for node, _ in here}
        parts = []
        for mode in LAND:
            links = network(mode).links
            usable = np.isin(links["status"].astype(str), ["operational", "suspended"])
            closed = np.array([n for m, n in closed_nodes if m is mode], dtype=np.int64)
            for end in ("from_node_id", "to_node_id"):
                usable &= ~np.isin(links[end], closed)
            country = links["country"].astype(str)
            slope = np.zeros(len(country))
            for name in np.unique(country[usable]):
                slope[country == name] = amount(costing.move_land(mode, name, 10**6), by) / 10**6
            weight = (slope * links["length_m"])[usable]
            a, b = links["from_node_id"][usable], links["to_node_id"][usable]
            for u, v in ((a, b), (b, a)):
                parts.append((base[mode] + 2 * u + 1, base[mode] + 2 * v, weight))
            nodes = np.arange(network(mode).node_count)
            parts.append((base[mode] + 2 * nodes, base[mode] + 2 * nodes + 1, np.zeros(len(nodes))))
        for row in world.border_crossings.values():
            ends = [
                [node for node, gauge in at.get((p, row.mode), ()) if gauge == row.gauge_mm]
                for p in (row.place_a, row.place_b)
            ]
            if row.status in (Status.OPERATIONAL, Status.SUSPENDED) and all(ends):
                for a, b in ((ends[0][0], ends[1][0]), (ends[1][0], ends[0][0])):
                    operation(row.mode, a, row.mode, b, costing.border_crossing(row.crossing_id))
        for change in world.gauge_interchanges:
            nodes = {g: n for n, g in at.get((change.place_id, Mode.RAIL), ())}
            pair = [nodes.get(change.gauge_a_mm), nodes.get(change.gauge_b_mm)]
            if change.cargo_unit is CargoUnit.CONTAINER_20 and None not in pair:
                for a, b in (pair, pair[::-1]):
                    operation(Mode.RAIL, a, Mode.RAIL, b, costing.gauge_change(change.place_id))
        for right in world.transshipments:
            if right.cargo_unit is not CargoUnit.CONTAINER_20 or not {
                right.mode_a,
                right.mode_b,
            } <= set(base):
                continue
            if right.status not in (Status.OPERATIONAL, Status.SUSPENDED):
                continue
            for x, y in ((right.mode_a, right.mode_b), (right.mode_b, right.mode_a)):
                for a, _ in at.get((right.place_id, x), ()):
                    for b, _ in at.get((right.place_id, y), ()):
                        operation(x, a, y, b, costing.transshipment(right.place_id, x, y))
        for (start, end), lines in voyages().items():
            shortest = min(metres for metres, _ in lines)
            basin = "caspian" if world.places[start].sea_region.startswith("CASP") else "ocean"
            for metres, passed in lines:
                ledger = costing.move_vessel(
                    Mode.SEA, (start, end), basin, metres, shortest, sorted(passed)
                )
                (tail, _), (head, _) = at[start, Mode.SEA][0], at[end, Mode.SEA][0]
                self._edges.append(
                    (ready(Mode.SEA, tail), arrived(Mode.SEA, head), amount(ledger, by))
                )
        self.source, self.target = size, size + 1
        for row in world.loading:
            if row.cargo_unit is not CargoUnit.CONTAINER_20 or row.mode not in LAND:
                continue
            for node, _ in at.get((row.place_id, row.mode), ()):
                if row.place_id == planner.origin.place_id:
                    edge = (self.source, arrived(row.mode, node), amount(costing.load(), by))
                    self._edges.append(edge)
                if row.place_id == planner.destination.place_id:
                    country = planner.destination.country
                    edge = (ready(row.mode, node), self.target, amount(costing.unload(country), by))
                    self._edges.append(edge)
        tails, heads, weights = (np.array(column) for column in zip(*self._edges, strict=True))
        tails = np.concatenate([tails, *(part[0] for part in parts)])
        heads = np.concatenate([heads, *(part[1] for part in parts)])
        weights = np.concatenate([weights, *(part[2] for part in parts)])
        order = np.lexsort((weights, heads, tails))  # of parallel edges the lightest comes first
        tails, heads, weights = tails[order], heads[order], weights[order]
        first = np.ones(len(tails), dtype=bool)
        first[1:] = (tails[1:] != tails[:-1]) | (heads[1:] != heads[:-1])
        graph = coo_array((weights[first], (tails[first], heads[first])), shape=(size + 2,) * 2)
        self._graph = graph.tocsr()

    def best(self) -> float:
        return float(dijkstra(self._graph, indices=self.source)[self.target])


ENDS = [("INOSC", "KZUKT"), ("IRSRP", "KZALM"), ("UZTAS", "RULED"), ("CNCQI", "UZTAS")]


@pytest.mark.parametrize("by", SCALE)
@pytest.mark.parametrize("ends", ENDS, ids="-".join)
def test_corridor_graph_equals_every_link(ends: tuple[str, str], by: By, tmp_path: Path) -> None:
    surface = tmp_path / "surface.toml"
    surface.write_text(
        'id = "surface"\nname = "x"\nas_of = 2026-01-01\ndescription = "no air, no ferries"\n'
        '[close]\nmodes = ["air", "ferry"]\n'
    )
    request = Request(
        origin=ends[0],
        destination=ends[1],
        by=by,
        close=other_ports(),
        scenario=str(surface),
    )
    planner = request.planner
    (found,) = planner.route().itineraries
    pick: dict[By, Callable[[], int]] = {
        By.COST: lambda: found.criteria.cost_cents,
        By.TIME: lambda: found.criteria.time_min,
        By.CO2E: lambda: found.criteria.co2e_g,
    }
    lines = sum(line.criterion is CRITERION[by] for leg in found.legs for line in leg.ledger) + sum(
        len(leg.moves) * 3 for leg in found.legs if leg.operation is Operation.MOVE
    )
    assert abs(pick[by]() - Oracle(planner, request, by).best()) <= 0.5 * lines
