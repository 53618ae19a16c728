"""The land half of the shipped network: rail and road, from OpenStreetMap by way of scgraph_data.

Upstream keeps the topology and the lengths of OpenStreetMap, but draws a line as straight chords
between the nodes it kept, on a grid of 0.001 degrees. Lengths here are therefore true; how far the
drawing can be trusted is written on every link as its ``geometry_basis``:

surveyed
    Every vertex is a point of OpenStreetMap rounded to 0.001 degrees (about 0.1 km), no two are
    more than 5 km apart, and the drawn line is at least 0.985 of the true length.
generalised
    The same vertices, but with a chord of more than 5 km, or a drawn line shorter than 0.985 of the
    true length: the line between the vertices is not the real one.
bent
    Part of the line was drawn by hand, through named stations in their order or as a curated
    line: it passes where the railway passes, and is straight between the stations.
connector
    A straight join between a place and the line it was joined to; its length is the geodesic times
    a detour factor.

Upstream measured its lengths on a sphere, which differs from the ellipsoid by up to 0.3 %; merging
nodes within 0.15 km (rail) or 0.25 km (road) changes them by about as much.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from shapely import LineString

from geodata.build.adjacency import Adjacency, read_adjacency
from geodata.build.countries import PACKAGES as COUNTRY_PACKAGES
from geodata.build.countries import Countries
from geodata.build.curated import (
    gauges_of,
    with_patches,
    with_waypoints,
    without_removed,
)
from geodata.build.frontiers import (
    Crossing,
    cut_at_frontiers,
    ends_of,
    without_excursions,
)
from geodata.build.graph import Floats, Ints, Lines, lines_from
from geodata.build.land_tables import Tables
from geodata.build.layer import Layer, LinkRow, NodeRow
from geodata.build.places import Link, Net, Stand, carry_gauge, join_places
from geodata.build.repair import bridge_aligned, bridge_dead_ends
from geodata.build.simplify import (
    chains_of,
    drawn_km,
    merge_clusters,
    shortest_of_parallels,
    without_fragments,
)
from geodata.build.upstream import read_member
from geodata.network import Box, PlaceNode
from geodata.units import METRES_PER_KM
from geodata.vocabulary import GeometryBasis, Mode, PlaceKind

BOX: Final[Box] = (18.0, 0.0, 142.0, 62.0)
"""West, south, east, north in decimal degrees."""

LONG_CHORD_KM: Final = 5.0
LEAST_DRAWN_SHARE: Final = 0.985


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one mode's lines are repaired and made small.

    Parameters
    ----------
    member
        The upstream module.
    bridge_km
        Dead ends are joined across gaps up to this.
    aligned_km
        Dead ends that point at each other are joined across gaps up to this; 0 for not at all.
    cluster_km
        Nodes closer than this become one.
    spur_km
        Sidings shorter than this are left out.
    fragment_km
        Pieces of network shorter than this are left out.
    """

    member: str
    bridge_km: float
    aligned_km: float
    cluster_km: float
    spur_km: float
    fragment_km: float


RECIPES: Final = {
    Mode.RAIL: Recipe(
        member="scgraph_data/world_railways.py",
        bridge_km=2.5,
        aligned_km=8.0,
        cluster_km=0.15,
        spur_km=1.0,
        fragment_km=30.0,
    ),
    Mode.ROAD: Recipe(
        member="scgraph_data/world_highways.py",
        bridge_km=1.0,
        aligned_km=0.0,
        cluster_km=0.25,
        spur_km=1.0,
        fragment_km=30.0,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A built layer, and what could not be joined to it, one sentence each."""

    layer: Layer
    problems: tuple[str, ...]


def read_upstream(mode: Mode) -> Adjacency:
    """Return the upstream graph of a land mode, for the whole world."""
    member = RECIPES[mode].member
    return read_adjacency(read_member("scgraph_data", member), member)


def build_land(
    mode: Mode, upstream: Adjacency, countries: Countries, tables: Tables, box: Box = BOX
) -> Built:
    """Build the rail or the road network.

    Parameters
    ----------
    mode
        Rail or road.
    upstream
        Nodes and chords with true lengths.
    countries
        Polygons of the box.
    tables
        The curated rows.
    box
        West, south, east, north in decimal degrees.

    Raises
    ------
    DataError
        If a curated row does not fit the lines.
    """
    recipe = RECIPES[mode]
    crossings = _crossings(mode, tables)
    lines = _repaired(lines_from(upstream, box), recipe, mode, countries, tables)
    cut = cut_at_frontiers(without_excursions(lines, crossings), countries, crossings)
    lines = merge_clusters(cut.lines, recipe.cluster_km)
    lines = without_fragments(lines, recipe.fragment_km, ends_of(cut.bound))
    gauge = np.zeros(len(lines.start), dtype=np.int64)
    if mode is Mode.RAIL:
        gauge = gauges_of(lines, tables.gauges)
    lines, bound = _node_per_gauge(lines, gauge, cut.bound)
    lines, gauge = shortest_of_parallels(lines, gauge)
    net = _net(mode, lines, gauge, recipe.spur_km)
    net.problems += [
        f"{crossing}: no {mode} line crosses that frontier near it" for crossing in cut.unbound
    ]
    _bind(net, lines, bound, tables)
    _join(net, tables)
    return Built(layer=_layer(net), problems=tuple(net.problems))


def _crossings(mode: Mode, tables: Tables) -> tuple[Crossing, ...]:
    """Return the crossings of a mode with the position of their two places."""
    places = {place.place_id: place for place in tables.places}
    found: list[Crossing] = []
    for row in tables.crossings:
        if row.mode is not mode:
            continue
        a, b = places[row.place_a], places[row.place_b]
        found.append(
            Crossing(
                crossing_id=row.crossing_id,
                places={a.country: a.place_id, b.country: b.place_id},
                lon=(a.lon + b.lon) / 2,
                lat=(a.lat + b.lat) / 2,
            )
        )
    return tuple(found)


def _repaired(
    lines: Lines, recipe: Recipe, mode: Mode, countries: Countries, tables: Tables
) -> Lines:
    """Return the lines with gaps bridged, chords bent, patches applied and countries known."""
    patches = tuple(row for row in tables.patches if row.mode is mode)
    lines = replace(lines, country=countries.of(lines.lon, lines.lat))
    lines = bridge_dead_ends(lines, recipe.bridge_km)
    if recipe.aligned_km:
        lines = bridge_aligned(lines, recipe.aligned_km)
    lines = with_waypoints(lines, tuple(row for row in tables.waypoints if row.mode is mode))
    lines = with_patches(lines, patches)
    lines = without_removed(lines, patches)
    unknown = np.flatnonzero(lines.country == "")
    country = lines.country.copy()
    if len(unknown):
        country[unknown] = countries.of(lines.lon[unknown], lines.lat[unknown])
    return replace(lines, country=country).used_nodes_only()


def _node_per_gauge(
    lines: Lines, gauge_mm: Ints, bound: dict[str, int]
) -> tuple[Lines, dict[str, int]]:
    """Give every node at which two gauges meet one node for each; -1 stands for a lost one."""
    ends = np.concatenate([lines.start, lines.end])
    pairs, position = np.unique(
        np.column_stack([ends, np.tile(gauge_mm, 2)]), axis=0, return_inverse=True
    )
    node = pairs[:, 0]
    position = position.reshape(-1)
    half = len(lines.start)
    split = replace(
        lines,
        lon=lines.lon[node],
        lat=lines.lat[node],
        country=lines.country[node],
        keep=lines.keep[node],
        start=position[:half],
        end=position[half:],
    )
    first = {int(old): new for new, old in reversed(list(enumerate(node.tolist())))}
    return split, {place_id: first.get(old, -1) for place_id, old in bound.items()}


def _net(mode: Mode, lines: Lines, gauge_mm: Ints, spur_km: float) -> Net:
    """Contract the lines to links with drawn lines."""
    links: list[Link] = []
    for chain in chains_of(lines, gauge_mm, spur_km):
        nodes = np.array(chain.nodes)
        lon, lat = lines.lon[nodes].round(5), lines.lat[nodes].round(5)
        links.append(
            Link(
                start=chain.nodes[0],
                end=chain.nodes[-1],
                line=tuple(zip(lon.tolist(), lat.tolist(), strict=True)),
                country=str(lines.country[nodes[0]]),
                gauge_mm=chain.gauge_mm,
                length_km=chain.length_km,
                basis=_basis(lon, lat, chain.length_km, by_hand=chain.by_hand),
                tag=lines.tags[chain.tag],
            )
        )
    triples = zip(
        lines.lon.round(5).tolist(),
        lines.lat.round(5).tolist(),
        lines.country.tolist(),
        strict=True,
    )
    return Net(mode=mode, nodes=list(triples), links=links)


def _basis(lon: Floats, lat: Floats, length_km: float, *, by_hand: bool) -> GeometryBasis:
    if by_hand:
        return GeometryBasis.BENT
    drawn = drawn_km(lon, lat)
    if drawn.max() > LONG_CHORD_KM or drawn.sum() < LEAST_DRAWN_SHARE * length_km:
        return GeometryBasis.GENERALISED
    return GeometryBasis.SURVEYED


def _bind(net: Net, lines: Lines, bound: dict[str, int], tables: Tables) -> None:
    """Let the crossings' places stand on the ends of their cuts."""
    at = {place.place_id: place for place in tables.places}
    gauge_at = {end: link.gauge_mm for link in net.links for end in (link.start, link.end)}
    for place_id, node in sorted(bound.items()):
        if node not in gauge_at:
            net.problems.append(f"{place_id}: the line at its cut was lost")
            continue
        place = at[place_id]
        lon, lat = np.array([place.lon, lines.lon[node]]), np.array([place.lat, lines.lat[node]])
        snap = float(drawn_km(lon, lat)[0])
        net.stands[place_id] = [Stand(node=node, gauge_mm=gauge_at[node], snap_km=snap)]


def _join(net: Net, tables: Tables) -> None:
    """Join all other places of the mode, then carry the second gauge to the frontiers."""
    interchanges: dict[str, set[int]] = {}
    if net.mode is Mode.RAIL:
        for row in tables.interchanges:
            interchanges.setdefault(row.place_id, set()).update((row.gauge_a_mm, row.gauge_b_mm))
    join_places(
        net,
        [
            place
            for place in tables.places
            if net.mode in place.modes and place.kind is not PlaceKind.BORDER_CROSSING_POINT
        ],
        interchanges,
        tables.detour_factor[net.mode],
    )
    for crossing in sorted(tables.crossings, key=lambda row: row.crossing_id):
        if crossing.mode is not net.mode:
            continue
        for place_id in (crossing.place_a, crossing.place_b):
            stands = net.stands.get(place_id, [])
            if stands and stands[0].gauge_mm != crossing.gauge_mm:
                carry_gauge(net, place_id, crossing.gauge_mm, interchanges)
    for place_id, gauges in sorted(interchanges.items()):
        missing = gauges - {stand.gauge_mm for stand in net.stands.get(place_id, [])}
        net.problems += [
            f"{place_id}: no {gauge} mm line at the interchange" for gauge in sorted(missing)
        ]


def _layer(net: Net) -> Layer:
    """Return the rows to write: numbered in a fixed order, rounded."""
    used = {end for link in net.links for end in (link.start, link.end)}
    gauge_at = {end: link.gauge_mm for link in net.links for end in (link.start, link.end)}
    order = sorted(
        used, key=lambda node: (net.nodes[node][2], gauge_at[node], net.nodes[node], node)
    )
    number = {node: index for index, node in enumerate(order)}
    nodes = tuple(
        NodeRow(node_id=index, lon=lon, lat=lat, country=country)
        for index, (lon, lat, country) in enumerate(net.nodes[node] for node in order)
    )
    made: list[tuple[int, int, tuple[tuple[float, float], ...], Link]] = []
    for link in net.links:
        start, end, line = number[link.start], number[link.end], link.line
        if start > end:
            start, end, line = end, start, line[::-1]
        first, last = nodes[start], nodes[end]
        made.append((start, end, ((first.lon, first.lat), *line[1:-1], (last.lon, last.lat)), link))
    made.sort(key=lambda item: (item[0], item[1], item[3].length_km, item[2]))
    links = tuple(
        LinkRow(
            link_id=index,
            from_node_id=start,
            to_node_id=end,
            country=link.country,
            gauge_mm=link.gauge_mm,
            status=link.tag.status,
            as_of=link.tag.as_of,
            opens=link.tag.opens,
            name=link.tag.name,
            length_m=max(1, round(link.length_km * METRES_PER_KM)),
            geometry_basis=link.basis,
            source_id=link.tag.source_id,
            geometry=LineString(line),
        )
        for index, (start, end, line, link) in enumerate(made)
    )
    place_nodes = tuple(
        PlaceNode(
            place_id=place_id,
            mode=net.mode,
            gauge_mm=stand.gauge_mm,
            node_id=number[stand.node],
            snap_m=round(stand.snap_km * METRES_PER_KM),
        )
        for place_id, stands in sorted(net.stands.items())
        for stand in sorted(stands, key=lambda stand: stand.gauge_mm)
    )
    return Layer(
        mode=net.mode,
        nodes=nodes,
        links=links,
        place_nodes=place_nodes,
        packages=("scgraph_data", *COUNTRY_PACKAGES),
    )
