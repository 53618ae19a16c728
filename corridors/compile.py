"""Compile the detailed network into the corridor graph: ``python -m corridors.compile``.

Inside a zone (mode, country, gauge, status) the shortest line is the best by every criterion, so
it is enough to know the distances between the zone's gateways. Gateways are the places on the
network and the junctions at which two zones meet. Each arc is the shortest line that runs through
no third gateway; any way through the zone is then a chain of arcs, also when some gateways are
closed. This is customizable route planning (Delling et al. 2017) with tariff zones as cells.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corridors.arcs import ArcSet, Gateway, MoveArc, Zone, pack
from corridors.compiled import COMPILED, PATHS, ArcPaths, CompiledGraph, write_arrays
from corridors.measure import gate_paths, have_shorter_chains, line_graph, needed_pairs
from corridors.sea_lines import sea_lines
from geodata.importing.model import FerryLine
from geodata.network import LINK_ENDS, ModeNetwork, Network, PlaceNode
from geodata.rows import Ferry
from geodata.vocabulary import LAND_MODES, Mode, Status
from geodata.world import load_world

Ints = npt.NDArray[np.int64]


def compile_network(
    networks: Mapping[Mode, ModeNetwork],
    place_nodes: Sequence[PlaceNode],
    ferries: Iterable[Ferry],
    version: str,
    own_lines: Set[str] = frozenset(),
    ferry_lines: Iterable[FerryLine] = (),
) -> tuple[CompiledGraph, ArcPaths]:
    """Return the compiled graph of some networks and the links under its arcs.

    The result depends on the content of the inputs only, not on the order of `place_nodes`.

    Parameters
    ----------
    own_lines
        Names of lines that have parameters of their own.
    ferry_lines
        Ferries with a line of their own.
    """
    found = ArcSet()
    for mode in sorted(networks):
        network = networks[mode]
        gateways = gateways_of(network, place_nodes)
        found.gateways |= set(gateways.values())
        if mode in LAND_MODES:
            compile_land(network, gateways, found, own_lines)
        elif mode is Mode.SEA:
            compile_sea(network, gateways, ferries, ferry_lines, found)
        else:
            compile_air(network, gateways, found)
    return pack(found, version)


def gateways_of(network: ModeNetwork, place_nodes: Iterable[PlaceNode]) -> dict[PlaceNode, Gateway]:
    """Return the gateways of the places that stand in a mode's network, in a fixed order."""
    here = [place for place in place_nodes if place.mode is network.mode]
    here.sort(key=lambda place: (place.place_id, place.gauge_mm))
    return {place: _gateway(network, place) for place in here}


def _gateway(network: ModeNetwork, place: PlaceNode) -> Gateway:
    node = place.node_id
    return Gateway(
        place.place_id,
        network.mode,
        place.gauge_mm,
        str(network.node_country[node]),
        node,
        float(network.node_lon[node]),
        float(network.node_lat[node]),
    )


def zones_of(network: ModeNetwork, own_lines: Set[str] = frozenset()) -> tuple[list[Zone], Ints]:
    """Return the zones of a land network, sorted, and the zone number of every link."""
    links = network.links
    special = links["status"] != Status.OPERATIONAL.value
    if own_lines:
        special |= np.isin(links["name"].astype(np.str_), sorted(own_lines))
    # nearly all links are plain, and of these a few pairs of country and gauge
    names, at_name = np.unique(links["country"].astype(np.str_), return_inverse=True)
    gauges_mm, at_gauge = np.unique(links["gauge_mm"], return_inverse=True)
    pairs, pair_of = np.unique(at_name * len(gauges_mm) + at_gauge, return_inverse=True)
    plain = [
        Zone(str(names[pair // len(gauges_mm)]), int(gauges_mm[pair % len(gauges_mm)]))
        for pair in pairs.tolist()
    ]
    columns = ("country", "gauge_mm", "status", "opens", "as_of", "name")
    own = [
        Zone(str(country), int(gauge), str(status), int(opens), str(as_of), str(name))
        for country, gauge, status, opens, as_of, name in zip(
            *(links[column][special] for column in columns), strict=True
        )
    ]
    zones = sorted(
        {*(plain[pair] for pair in np.unique(pair_of[~special]).tolist()), *own},
        key=lambda zone: (
            *map(str, (zone.country, zone.gauge_mm, zone.status, zone.name)),
            zone.opens,
            zone.as_of,
        ),
    )
    number = {zone: at for at, zone in enumerate(zones)}
    zone_of = np.array([number.get(zone, -1) for zone in plain], dtype=np.int64)[pair_of]
    zone_of[special] = [number[zone] for zone in own]
    return zones, zone_of


def compile_land(
    network: ModeNetwork,
    gateways: Mapping[PlaceNode, Gateway],
    found: ArcSet,
    own_lines: Set[str] = frozenset(),
    only: Callable[[Zone], bool] | None = None,
) -> None:
    """Add the junctions of a land network, and the arcs of its zones.

    Parameters
    ----------
    network
        Rail or road.
    gateways
        Where its places stand.
    found
        Is added to.
    own_lines
        Names of lines that have parameters of their own.
    only
        The zones to measure, all if not given; the others get no arcs.
    """
    zones, zone_of = zones_of(network, own_lines)
    link_from = network.links["from_node_id"].astype(np.int64)
    link_to = network.links["to_node_id"].astype(np.int64)
    at_node: dict[int, list[Gateway]] = {}
    for gateway in gateways.values():
        at_node.setdefault(gateway.node_id, []).append(gateway)
    for node, gauge in _junctions(network, zone_of, zones):
        if node not in at_node:
            junction = _gateway(network, PlaceNode("", network.mode, gauge, node, 0))
            at_node[node] = [junction]
            found.gateways.add(junction)
    for together in at_node.values():
        found.arcs += [
            MoveArc(tail=a, head=b, mode=network.mode, country=a.country, length_m=0, links=())
            for at, a in enumerate(together)
            for b in together[at + 1 :]
        ]
    for number, zone in enumerate(zones):
        if only is not None and not only(zone):
            continue
        members = np.flatnonzero(network.live & (zone_of == number))
        found.arcs += _zone_arcs(network, zone, members, link_from, link_to, at_node)


def _junctions(network: ModeNetwork, zone_of: Ints, zones: Sequence[Zone]) -> list[tuple[int, int]]:
    """Return (node, gauge) of the nodes at which links of more than one zone meet."""
    nodes = np.concatenate([network.links[name][network.live] for name in LINK_ENDS])
    pairs = np.unique(np.stack([nodes, np.tile(zone_of[network.live], 2)], axis=1), axis=0)
    node, first, count = np.unique(pairs[:, 0], return_index=True, return_counts=True)
    return [
        (int(n), zones[int(pairs[at, 1])].gauge_mm)
        for n, at in zip(node[count > 1], first[count > 1], strict=True)
    ]


def _zone_arcs(
    network: ModeNetwork,
    zone: Zone,
    members: Ints,
    link_from: Ints,
    link_to: Ints,
    at_node: Mapping[int, list[Gateway]],
) -> list[MoveArc]:
    """Return the arcs between the gateways of one zone."""
    nodes, local = np.unique(
        np.concatenate([link_from[members], link_to[members]]), return_inverse=True
    )
    inside = np.array([int(node) in at_node for node in nodes], dtype=bool)
    gates = np.flatnonzero(inside)
    if len(gates) < 2:  # noqa: PLR2004 - an arc has two ends
        return []
    ends = local.reshape(2, -1)
    length_m = network.links["length_m"][members].astype(np.int64)
    graph = line_graph(ends[0], ends[1], length_m, members, len(nodes), absorbing=gates)
    places = np.array([any(g.place_id for g in at_node[int(nodes[gate])]) for gate in gates])
    tails, heads, metres = needed_pairs(graph, gates, places)
    bypass = have_shorter_chains(tails, heads, metres, len(gates))
    paths = gate_paths(graph, gates, tails, heads, metres)
    return [
        MoveArc(
            tail=a,
            head=b,
            mode=network.mode,
            country=zone.country,
            status=zone.status,
            as_of=zone.as_of,
            opens=zone.opens,
            name=zone.name,
            length_m=length_m,
            bypass=is_bypass,
            links=links,
        )
        for tail, head, length_m, is_bypass, links in zip(
            gates[tails].tolist(),
            gates[heads].tolist(),
            metres.tolist(),
            bypass.tolist(),
            (tuple(graph.links_along(path)) for path in paths),
            strict=True,
        )
        for a in at_node[int(nodes[tail])]
        for b in at_node[int(nodes[head])]
    ]


def compile_sea(
    network: ModeNetwork,
    gateways: Mapping[PlaceNode, Gateway],
    ferries: Iterable[Ferry],
    ferry_lines: Iterable[FerryLine],
    found: ArcSet,
) -> None:
    """Add port-to-port arcs of each basin, and ferry arcs along the same lanes or their own."""
    ports = sorted(gateways.values(), key=lambda gateway: gateway.place_id)
    ferry_pairs = {tuple(sorted((row.place_a, row.place_b))) for row in ferries}
    for line in sea_lines(network, [port.node_id for port in ports]):
        arc = MoveArc(
            tail=ports[line.tail],
            head=ports[line.head],
            mode=Mode.SEA,
            length_m=line.length_m,
            basin=line.basin,
            chokepoints=line.chokepoints,
            links=line.links,
        )
        found.arcs.append(arc)
        if (arc.tail.place_id, arc.head.place_id) in ferry_pairs:
            found.arcs.append(_as_ferry(arc, found))
    by_place = {port.place_id: port for port in ports}
    for own in ferry_lines:
        arc = MoveArc(
            tail=by_place[own.place_a],
            head=by_place[own.place_b],
            mode=Mode.SEA,
            length_m=own.length_m,
            basin=own.basin,
            links=(own.link_id,),
        )
        found.arcs.append(_as_ferry(arc, found))


def _as_ferry(arc: MoveArc, found: ArcSet) -> MoveArc:
    ends = [replace(end, mode=Mode.FERRY) for end in (arc.tail, arc.head)]
    found.gateways |= set(ends)
    return replace(arc, tail=ends[0], head=ends[1], mode=Mode.FERRY)


def compile_air(network: ModeNetwork, gateways: Mapping[PlaceNode, Gateway], found: ArcSet) -> None:
    """Add an arc for every air link."""
    at_node = {gateway.node_id: gateway for gateway in gateways.values()}
    links = network.links
    found.arcs += [
        MoveArc(
            tail=at_node[int(links["from_node_id"][link])],
            head=at_node[int(links["to_node_id"][link])],
            mode=Mode.AIR,
            status=str(links["status"][link]),
            as_of=str(links["as_of"][link]),
            length_m=int(links["length_m"][link]),
            links=(link,),
        )
        for link in np.flatnonzero(network.live).tolist()
    ]


def compile_shipped() -> tuple[CompiledGraph, ArcPaths]:
    """Compile the network that ships with the package."""
    network = Network()
    networks = {mode: network.layer(mode) for mode in (Mode.AIR, Mode.RAIL, Mode.ROAD, Mode.SEA)}
    return compile_network(networks, network.place_nodes, load_world().ferries, network.version)


def main(argv: Sequence[str] | None = None) -> int:
    """Write the compiled graph, or with ``--check`` compare it with the one that ships."""
    parser = argparse.ArgumentParser(prog="python -m corridors.compile", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="compare, do not write")
    check = parser.parse_args(argv).check
    graph, paths = compile_shipped()
    if not check:
        write_arrays(graph, COMPILED)
        write_arrays(paths, PATHS)
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        differing = []
        for record, shipped in ((graph, COMPILED), (paths, PATHS)):
            again = Path(scratch) / shipped.name
            write_arrays(record, again)
            if again.read_bytes() != shipped.read_bytes():
                differing.append(shipped.name)
    for name in differing:
        sys.stderr.write(f"{name} differs from what the network gives; run it without --check\n")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
