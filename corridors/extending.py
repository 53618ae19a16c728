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
    columns = (
        compiled.arc_from, compiled.arc_to, compiled.arc_mode, compiled.arc_country,
        compiled.arc_status, compiled.arc_as_of, compiled.arc_opens, compiled.arc_name,
        compiled.arc_length_m, compiled.arc_bypass, compiled.arc_basin, compiled.arc_chokepoints,
    )  # fmt: skip
    for number, row in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        tail, head, mode, country, status, as_of, opens, name = row[:8]
        length_m, bypass, basin, chokepoints = row[8:]
        way = tuple(links[starts[number] : starts[number + 1]])
        if modes[mode] in redone:
            if modes[mode] not in LAND_MODES or not way:
                continue
            plain = status == Status.OPERATIONAL and name not in own_lines
            state = () if plain else (status, opens, as_of, name)
            zone = Zone(country, gateways[tail].gauge_mm, *state)
            if zone in touched_zones[modes[mode]]:
                continue
        found.arcs.append(
            MoveArc(
                tail=gateways[tail], head=gateways[head], mode=modes[mode], country=country,
                status=status, as_of=as_of, opens=opens, name=name, length_m=length_m,
                bypass=bypass, basin=basin, chokepoints=tuple(chokepoints.split()), links=way,
            )
        )  # fmt: skip
