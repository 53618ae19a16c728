"""The corridor graph of a network with additions: only what they touch is measured again.

On land that is the zones in which a link was added, split or closed, or in which a node has become
a gateway. Every other zone keeps its arcs, which refer to links by numbers that never change. The
sea and the air are measured whole: a new lane may shorten the line between any two ports.
"""

from __future__ import annotations

import numpy as np

from corridors.arcs import ArcSet, Gateway, MoveArc, Zone, pack
from corridors.compile import compile_air, compile_land, compile_sea, gateways_of, zones_of
from corridors.compiled import ArcPaths, CompiledGraph
from geodata.importing.attach import Attached, Touched
from geodata.network import LINK_ENDS, ModeNetwork
from geodata.vocabulary import LAND_MODES, Mode, Status


def extended_graph(
    compiled: CompiledGraph, paths: ArcPaths, attached: Attached
) -> tuple[CompiledGraph, ArcPaths]:
    """Return the compiled graph of a network with additions, from that of the network without.

    The result is that of compiling the whole network again.
    """
    found = ArcSet()
    own_lines = attached.world.parameters.own_lines
    touched_zones = {
        mode: _zones_touched(attached.network.layer(mode), touched, own_lines)
        for mode, touched in attached.touched.items()
        if mode in LAND_MODES
    }
    _keep(compiled, paths, attached, touched_zones, found)
    for mode in sorted(attached.touched):
        layer = attached.network.layer(mode)
        gateways = gateways_of(layer, attached.network.place_nodes)
        found.gateways |= set(gateways.values())
        if mode in LAND_MODES:
            compile_land(layer, gateways, found, own_lines, touched_zones[mode].__contains__)
        elif mode is Mode.SEA:
            compile_sea(layer, gateways, attached.world.ferries, attached.ferry_lines, found)
        else:
            compile_air(layer, gateways, found)
    return pack(found, attached.network.version)


def _zones_touched(
    layer: ModeNetwork, touched: Touched, own_lines: frozenset[str]
) -> frozenset[Zone]:
    """Return the zones of the links and at the nodes that something happened at."""
    zones, zone_of = zones_of(layer, own_lines)
    near = np.zeros(layer.link_count, dtype=bool)
    near[sorted(touched.links)] = True
    nodes = np.array(sorted(touched.nodes), dtype=np.int64)
    for name in LINK_ENDS:
        near |= np.isin(layer.links[name], nodes)
    return frozenset(zones[number] for number in np.unique(zone_of[near]))


def _keep(
    compiled: CompiledGraph,
    paths: ArcPaths,
    attached: Attached,
    touched_zones: dict[Mode, frozenset[Zone]],
    found: ArcSet,
) -> None:
    """Keep the gateways of the modes that nothing touched, and the arcs that still stand."""
    modes = {mode.value: mode for mode in Mode}
    redone = set(attached.touched)
    if Mode.SEA in redone:
        redone.add(Mode.FERRY)
    gateways = [
        Gateway(place, modes[mode], gauge, country, node, lon, lat)
        for place, mode, gauge, country, node, lon, lat in zip(
            compiled.gateway_place.tolist(),
            compiled.gateway_mode.tolist(),
            compiled.gateway_gauge_mm.tolist(),
            compiled.gateway_country.tolist(),
            compiled.gateway_node.tolist(),
            compiled.gateway_lon.tolist(),
            compiled.gateway_lat.tolist(),
            strict=True,
        )
    ]
    found.gateways |= {gateway for gateway in gateways if gateway.mode not in redone}
    own_lines = attached.world.parameters.own_lines
    starts, links = paths.start.tolist(), paths.link.tolist()
    for number, row in enumerate(compiled.arcs()):
        mode, tail = modes[row.mode], gateways[row.tail]
        way = tuple(links[starts[number] : starts[number + 1]])
        if mode in redone:
            if mode not in LAND_MODES or not way:
                continue
            plain = row.status == Status.OPERATIONAL and row.name not in own_lines
            state = () if plain else (row.status, row.opens, row.as_of, row.name)
            if Zone(row.country, tail.gauge_mm, *state) in touched_zones[mode]:
                continue
        found.arcs.append(
            MoveArc(
                tail=tail, head=gateways[row.head], mode=mode, country=row.country,
                status=row.status, as_of=row.as_of, opens=row.opens, name=row.name,
                length_m=row.length_m, bypass=row.bypass, basin=row.basin,
                chokepoints=tuple(row.chokepoints.split()), links=way,
            )
        )  # fmt: skip
