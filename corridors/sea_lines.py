"""Port-to-port lines at sea: for every pair, the shortest line around each set of chokepoints.

The shortest line of a pair passes some chokepoints. Closing any of them gives another line, whose
own chokepoints may be closed in turn; following every such branch yields, for *every* set of closed
chokepoints, the shortest line that is left. With tolls and risks that are charged per chokepoint,
the cheapest line of a pair is always among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corridors.measure import LineGraph, line_graph, path_to, shortest_from
from geodata.network import ModeNetwork

CARGO_BASINS = ("caspian", "ocean")
"""Basins in which ships carry between ports; the Volga-Don is a river and belongs to neither."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SeaLine:
    """A line between two ports (positions in the list asked for), and what it passes, sorted."""

    tail: int
    head: int
    basin: str
    length_m: int
    chokepoints: tuple[str, ...]
    links: tuple[int, ...]


def sea_lines(network: ModeNetwork, port_nodes: Sequence[int]) -> Iterator[SeaLine]:
    """Yield the lines between all pairs of ports that lie in one basin, shortest first per pair."""
    for basin in CARGO_BASINS:
        members = np.flatnonzero(network.live & (network.links["basin"] == basin))
        touched = set(network.links["from_node_id"][members].tolist())
        touched |= set(network.links["to_node_id"][members].tolist())
        ports = [at for at, node in enumerate(port_nodes) if node in touched]
        if len(ports) > 1:
            nodes = np.array([port_nodes[at] for at in ports], dtype=np.int64)
            yield from _basin_lines(network, basin, members, ports, nodes)


def _basin_lines(
    network: ModeNetwork, basin: str, members: Ints, ports: Sequence[int], nodes: Ints
) -> Iterator[SeaLine]:
    chokepoint = network.links["chokepoint"]
    names = sorted({str(chokepoint[link]) for link in members} - {""})
    measured: dict[frozenset[str], _Measured] = {}

    def around(closed: frozenset[str]) -> _Measured:
        if closed not in measured:
            shut = np.isin(chokepoint[members].astype(str), sorted(closed))
            measured[closed] = _measure(network, members[~shut], nodes, names)
        return measured[closed]

    for i, tail in enumerate(ports):
        for j in range(i + 1, len(ports)):
            found: dict[tuple[str, ...], tuple[int, frozenset[str]]] = {}
            queue = [frozenset[str]()]
            seen = set(queue)
            while queue:
                closed = queue.pop()
                table = around(closed)
                if not np.isfinite(table.distance[i, nodes[j]]):
                    continue
                passed = table.passed(i, int(nodes[j]))
                length_m = round(table.distance[i, nodes[j]])
                if passed not in found or length_m < found[passed][0]:
                    found[passed] = (length_m, closed)
                for name in passed:
                    if (wider := closed | {name}) not in seen:
                        seen.add(wider)
                        queue.append(wider)
            for passed, (length_m, closed) in sorted(
                found.items(), key=lambda kv: (kv[1][0], kv[0])
            ):
                if any(
                    shorter <= length_m and set(other) < set(passed)
                    for other, (shorter, _) in found.items()
                ):
                    continue
                links = around(closed).links(i, int(nodes[j]))
                yield SeaLine(tail, ports[j], basin, length_m, passed, links)


@dataclass(frozen=True)
class _Measured:
    """All shortest lines from the ports when some chokepoints are closed."""

    graph: LineGraph
    distance: npt.NDArray[np.float64]
    predecessor: Ints
    mask: Ints
    names: Sequence[str]

    def passed(self, source: int, node: int) -> tuple[str, ...]:
        bits = int(self.mask[source, node])
        return tuple(name for at, name in enumerate(self.names) if bits >> at & 1)

    def links(self, source: int, node: int) -> tuple[int, ...]:
        return tuple(self.graph.links_along(path_to(self.predecessor[source], node)))


def _measure(network: ModeNetwork, members: Ints, nodes: Ints, names: Sequence[str]) -> _Measured:
    links = network.links
    graph = line_graph(
        links["from_node_id"][members].astype(np.int64),
        links["to_node_id"][members].astype(np.int64),
        links["length_m"][members].astype(np.int64),
        members,
        network.node_count,
    )
    distance, predecessor = shortest_from(graph, nodes)
    bit_of = {name: 1 << at for at, name in enumerate(names)}
    link_bits = np.array([bit_of.get(str(name), 0) for name in links["chokepoint"]], dtype=np.int64)
    edge_keys = graph.tails * network.node_count + graph.heads
    edge_links = np.where(graph.links < 0, -1 - graph.links, graph.links)
    before = np.where(predecessor >= 0, predecessor, np.arange(network.node_count))
    steps = before.astype(np.int64) * network.node_count + np.arange(network.node_count)
    at = np.minimum(np.searchsorted(edge_keys, steps), len(edge_keys) - 1)
    mask = np.where(predecessor >= 0, link_bits[edge_links[at]], 0)
    # pointer doubling: after k rounds a node knows what its last 2^k links pass
    while True:
        gathered = mask | np.take_along_axis(mask, before, axis=1)
        further = np.take_along_axis(before, before, axis=1)
        if np.array_equal(further, before):
            return _Measured(graph, distance, predecessor, gathered, names)
        mask, before = gathered, further
